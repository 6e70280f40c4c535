//! A file a node of the plan.

pub(super) mod apply;
pub(super) mod filter;
pub(super) mod join;
pub(super) mod mv_expand;
pub(super) mod project;
pub(super) mod range;
pub(super) mod rows;
pub(super) mod scan;
pub(super) mod series;
pub(super) mod sort;
pub(super) mod summarize;
pub(super) mod table;
pub(super) mod take;
pub(super) mod top;
pub(super) mod window;
