//! Advanced queries of the directory: which need `ConsistencyLevel: eventual` and `$count=true`.
//! <https://learn.microsoft.com/graph/aad-advanced-queries>

use super::filter::{Comparison, Filter, TextTest};
use super::options::Options;
use crate::lab::call::Call;
use crate::lab::reply::Problem;

const MORE: &str = "Refer to https://aka.ms/graph-docs/advanced-queries for more information";

/// Refuses a query that is advanced and does not say so.
///
/// # Errors
/// 400 in the directory's words.
pub fn check(options: &Options, call: &Call) -> Result<(), Problem> {
    let is_eventual = call.is_eventual();
    if call.counts && !is_eventual {
        return Err(Problem::new(400, "Request_BadRequest", "$count is not currently supported."));
    }
    let counted = options.count || call.counts;
    if let Some(operator) = options.filter.as_ref().and_then(advanced_operator) {
        if !is_eventual {
            let why = "is not supported because the 'ConsistencyLevel:eventual' header is missing.";
            return Err(Problem::unsupported(format!("Operator '{operator}' {why} {MORE}")));
        }
        if !counted {
            let why = "is not supported because the required parameters might be missing. Try adding $count=true query \
                       parameter and ConsistencyLevel:eventual header.";
            return Err(Problem::unsupported(format!("Operator '{operator}' {why} {MORE}")));
        }
    }
    if options.filter.is_some() && !options.order.is_empty() && !(is_eventual && counted) {
        return Err(Problem::unsupported("Sorting not supported for current query."));
    }
    Ok(())
}

/// The first operator of `filter` that only advanced queries have.
fn advanced_operator(filter: &Filter) -> Option<&'static str> {
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            advanced_operator(left).or_else(|| advanced_operator(right))
        }
        Filter::Not(_) => Some("not"),
        Filter::Compare(_, Comparison::NotEqual, _) => Some("ne"),
        Filter::Text(TextTest::EndsWith, ..) => Some("endsWith"),
        Filter::Any(_, body) => body.as_deref().and_then(advanced_operator),
        Filter::All(_, body) => advanced_operator(body),
        Filter::Compare(..) | Filter::In(..) | Filter::Text(..) => None,
    }
}
