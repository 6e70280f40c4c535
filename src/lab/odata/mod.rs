//! Query options as Graph's security endpoints take them, over plain JSON entities.
//!
//! Refusals use the words of the OData library that Graph's own answers show ("The query specified in the URI is not
//! valid. …"); where no public answer is known the wording is that library's, the fact of a refusal is Graph's.

pub mod advanced;
pub mod eval;
pub mod filter;
pub mod options;
pub mod order;
pub mod page;
pub mod path;
pub mod select;
pub mod set;
pub mod token;

pub use filter::Filter;
pub use options::Options;
pub use page::list;
pub use set::EntitySet;
