//! The views, a file each. Each draws the state it is given into an area and changes nothing.

mod aid;
pub mod alerts;
mod filter_line;
pub mod hunt;
pub mod incident;
pub mod incidents;
pub mod journal;
mod news;
mod parts;
mod preview;
mod query;
pub mod queue;
mod results;
mod similar;
mod timeline;
pub mod user;
mod watched;
pub mod words;

pub use query::character_at;
