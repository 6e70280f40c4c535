//! The lab: an embedded tenant that speaks Graph v1.0 on loopback, with planted insider stories and real hunting data.
//!
//! Shares no type with the client: resources are plain JSON shaped by the official metadata, so that client and lab
//! check each other. Everything in it is fictional.

pub mod generate;
pub mod tenant;
