//! The Kusto query language as Defender's advanced hunting speaks it: text in, tree, diagnostics and a plan out; and a
//! columnar engine that runs the plan. No I/O, no clock.
//!
//! ```text
//! text ─ syntax::parse ─▶ tree + diagnostics ─ check::bind(schema) ─▶ plan + diagnostics ─ engine::run(tables) ─▶ table
//! ```
//! Parsing never fails and never panics: every byte belongs to exactly one token, and what cannot be understood becomes
//! a diagnostic. A plan exists only where binding found no error. Functions, operators and aggregates each live in one
//! registry, which the binder, the engine, completion, reference and tests read.

pub mod aggregates;
pub mod check;
pub mod decimal;
pub mod diagnostic;
pub mod engine;
pub mod explain;
pub mod format;
pub mod functions;
pub mod ide;
pub mod plan;
pub mod read;
pub mod schema;
pub mod sketch;
pub mod syntax;
pub mod text;
pub mod types;
pub mod value;
pub mod windows;

pub use decimal::Decimal;
pub use diagnostic::Diagnostic;
pub use schema::Schema;
pub use text::Span;
pub use types::Type;
pub use value::Value;

/// What became of a query's text.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Ready to run; `None` where a diagnostic is an error.
    pub plan: Option<plan::Plan>,
    /// In order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the columns depend on rows, as `bag_unpack`'s do. There is no plan then; [`compile_over`] makes one.
    pub open: bool,
}

/// Parses `source` and binds it against `schema`. Never fails and never panics.
pub fn compile(source: &str, schema: &Schema) -> Compiled {
    let parsed = syntax::parse(source);
    check::bind(&parsed, schema, None)
}

/// As [`compile`], with `data` to read where columns depend on rows: it runs a plan, and is asked only then.
pub fn compile_over(
    source: &str,
    schema: &Schema,
    data: &dyn Fn(&plan::Plan) -> Result<engine::Table, engine::RunError>,
) -> Compiled {
    let parsed = syntax::parse(source);
    check::bind(&parsed, schema, Some(data))
}
