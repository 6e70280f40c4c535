//! Digests of many values in little room: how many different ones there are, and how they are spread. Aggregates make
//! and merge them, functions read them; between the two they are dynamics, which a query may store and hand on.

pub mod hll;
pub mod tdigest;
