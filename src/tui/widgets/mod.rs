//! Parts that views are made of. Each draws into a buffer at a place and keeps no state.

pub mod fields;
pub mod panel;
pub mod picker;
pub mod popup;
pub mod sparkline;
pub mod status_line;
pub mod strip;
pub mod table;
pub mod text;
