//! Whether an entity fulfils a filter.

use super::filter::{Comparison, Filter, Literal, TextTest};
use super::path::{Kind, Path};
use crate::base::Timestamp;
use crate::lab::entities::Head;
use serde_json::Value;
use std::cmp::Ordering;

impl Filter {
    /// Whether an entity fulfils it. The whole is made only where the head does not tell.
    pub fn holds(&self, entity: Head<'_>) -> bool {
        if self.is_told_by(entity) { self.holds_in(&[entity]) } else { self.holds_in(&[Head::Whole(&entity.whole())]) }
    }

    /// Whether `head` tells all that the condition names.
    fn is_told_by(&self, head: Head<'_>) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.is_told_by(head) && right.is_told_by(head),
            Self::Not(inner) => inner.is_told_by(head),
            Self::Compare(path, ..) | Self::In(path, _) | Self::Text(_, path, _) => path.is_known_to(head),
            Self::Any(path, body) => path.is_known_to(head) && body.as_ref().is_none_or(|body| body.is_told_by(head)),
        }
    }

    fn holds_in(&self, scope: &[Head<'_>]) -> bool {
        match self {
            Self::And(left, right) => left.holds_in(scope) && right.holds_in(scope),
            Self::Or(left, right) => left.holds_in(scope) || right.holds_in(scope),
            Self::Not(inner) => !inner.holds_in(scope),
            Self::Compare(path, comparison, literal) => compare(value_at(path, scope), *comparison, literal, path),
            Self::In(path, members) => {
                let value = value_at(path, scope);
                members.iter().any(|member| compare(value, Comparison::Equal, member, path))
            }
            Self::Text(test, path, text) => value_at(path, scope).and_then(Value::as_str).is_some_and(|value| {
                let value = value.to_lowercase();
                match test {
                    TextTest::StartsWith => value.starts_with(text),
                    TextTest::EndsWith => value.ends_with(text),
                    TextTest::Contains => value.contains(text),
                }
            }),
            Self::Any(path, body) => {
                let elements = path.get(scope).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                elements.iter().any(|element| {
                    let inner: Vec<Head<'_>> = scope.iter().copied().chain([Head::Whole(element)]).collect();
                    body.as_ref().is_none_or(|body| body.holds_in(&inner))
                })
            }
        }
    }
}

/// The value at the end of `path`; JSON null counts as none.
fn value_at<'a>(path: &Path, scope: &[Head<'a>]) -> Option<&'a Value> {
    path.get(scope).filter(|value| !value.is_null())
}

/// OData's rules: null equals only null, and is neither more nor less than anything.
fn compare(value: Option<&Value>, comparison: Comparison, literal: &Literal, path: &Path) -> bool {
    let ordering = match (value, literal) {
        (None, Literal::Null) => Some(Ordering::Equal),
        (Some(value), literal) => order(value, literal, &path.kind),
        (None, _) => None,
    };
    match comparison {
        Comparison::Equal => ordering == Some(Ordering::Equal),
        Comparison::NotEqual => ordering != Some(Ordering::Equal),
        Comparison::Greater => ordering == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        Comparison::Less => ordering == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
    }
}

fn order(value: &Value, literal: &Literal, kind: &Kind) -> Option<Ordering> {
    match (literal, kind) {
        (Literal::Text(text), _) => Some(value.as_str()?.to_lowercase().as_str().cmp(text)),
        (Literal::Instant(at), Kind::Instant) => Some(value.as_str()?.parse::<Timestamp>().ok()?.cmp(at)),
        (Literal::Number(number), _) => value.as_f64()?.partial_cmp(number),
        (Literal::Bool(truth), _) => Some(value.as_bool()?.cmp(truth)),
        _ => None,
    }
}
