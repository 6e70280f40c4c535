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

    /// Fits its paths to compact heads whose properties are called `names`: see [`Path::fit`].
    pub fn fit(&mut self, names: &[&str]) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.fit(names);
                right.fit(names);
            }
            Self::Not(inner) => inner.fit(names),
            Self::Compare(path, ..) | Self::In(path, _) | Self::Text(_, path, _) => path.fit(names),
            Self::Any(path, body) => {
                path.fit(names);
                if let Some(body) = body {
                    body.fit(names);
                }
            }
            Self::All(path, body) => {
                path.fit(names);
                body.fit(names);
            }
        }
    }

    /// Whether `head` tells all that the condition names.
    fn is_told_by(&self, head: Head<'_>) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.is_told_by(head) && right.is_told_by(head),
            Self::Not(inner) => inner.is_told_by(head),
            Self::Compare(path, ..) | Self::In(path, _) | Self::Text(_, path, _) => path.is_known_to(head),
            Self::Any(path, body) => path.is_known_to(head) && body.as_ref().is_none_or(|body| body.is_told_by(head)),
            Self::All(path, body) => path.is_known_to(head) && body.is_told_by(head),
        }
    }

    fn holds_in(&self, scope: &[Head<'_>]) -> bool {
        match self {
            Self::And(left, right) => left.holds_in(scope) && right.holds_in(scope),
            Self::Or(left, right) => left.holds_in(scope) || right.holds_in(scope),
            Self::Not(inner) => !inner.holds_in(scope),
            Self::Compare(path, comparison, literal) => compare(path, *comparison, literal, scope),
            Self::In(path, members) => members.iter().any(|member| compare(path, Comparison::Equal, member, scope)),
            Self::Text(test, path, text) => {
                value_at(path, scope).and_then(Value::as_str).is_some_and(|value| test.holds(value, text))
            }
            Self::Any(path, body) => {
                elements(path, scope).iter().any(|element| body.as_ref().is_none_or(|body| body.of(element, scope)))
            }
            Self::All(path, body) => elements(path, scope).iter().all(|element| body.of(element, scope)),
        }
    }

    /// Whether it holds for an element of a lambda within `scope`.
    fn of(&self, element: &Value, scope: &[Head<'_>]) -> bool {
        let inner: Vec<Head<'_>> = scope.iter().copied().chain([Head::Whole(element)]).collect();
        self.holds_in(&inner)
    }
}

impl TextTest {
    /// Whether `value` stands so to `text`, which is in lower case.
    fn holds(self, value: &str, text: &str) -> bool {
        if value.is_ascii() && text.is_ascii() {
            let (value, text) = (value.as_bytes(), text.as_bytes());
            return match self {
                Self::StartsWith => value.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text)),
                Self::EndsWith => {
                    let start = value.len().checked_sub(text.len()).and_then(|at| value.get(at..));
                    start.is_some_and(|end| end.eq_ignore_ascii_case(text))
                }
                Self::Contains => {
                    text.is_empty() || value.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
                }
            };
        }
        let value = value.to_lowercase();
        match self {
            Self::StartsWith => value.starts_with(text),
            Self::EndsWith => value.ends_with(text),
            Self::Contains => value.contains(text),
        }
    }
}

/// The elements of the collection at the end of `path`.
fn elements<'a>(path: &Path, scope: &[Head<'a>]) -> &'a [Value] {
    path.get(scope).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The value at the end of `path`; JSON null counts as none.
fn value_at<'a>(path: &Path, scope: &[Head<'a>]) -> Option<&'a Value> {
    path.get(scope).filter(|value| !value.is_null())
}

/// OData's rules: null equals only null, and is neither more nor less than anything.
fn compare(path: &Path, comparison: Comparison, literal: &Literal, scope: &[Head<'_>]) -> bool {
    let ordering = match (path.kept_instant(scope), literal) {
        (Some(kept), Literal::Instant(at, _)) => kept.map(|kept| kept.cmp(at)),
        _ => match (value_at(path, scope), literal) {
            (None, Literal::Null) => Some(Ordering::Equal),
            (Some(value), literal) => order(value, literal, &path.kind),
            (None, _) => None,
        },
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
        (Literal::Text(text), _) => Some(compare_text(value.as_str()?, text)),
        (Literal::Member(member), _) => Some(value.as_str()?.cmp(member)),
        (Literal::Instant(at, written), Kind::Instant) => compare_instants(value.as_str()?, *at, written),
        (Literal::Number(number), _) => value.as_f64()?.partial_cmp(number),
        (Literal::Bool(truth), _) => Some(value.as_bool()?.cmp(truth)),
        _ => None,
    }
}

/// Compares without regard to case; `lower` is in lower case.
fn compare_text(value: &str, lower: &str) -> Ordering {
    if value.is_ascii() {
        value.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(lower.bytes())
    } else {
        value.to_lowercase().as_str().cmp(lower)
    }
}

/// Compares what `value` says with `at`, which is written `written`. Where both are written in the usual form, the texts
/// are compared instead of read.
fn compare_instants(value: &str, at: Timestamp, written: &str) -> Option<Ordering> {
    match (usual(value), usual(written)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => Some(value.parse::<Timestamp>().ok()?.cmp(&at)),
    }
}

/// The seconds and the fraction, its last zeros cut, of `2026-11-23T12:00:00.25Z`.
fn usual(text: &str) -> Option<(&[u8], &[u8])> {
    const SECONDS: usize = "2026-11-23T12:00:00".len();
    let bytes = text.as_bytes();
    let (seconds, rest) = bytes.split_at_checked(SECONDS)?;
    let fraction = match rest.split_last()? {
        (b'Z', [b'.', digits @ ..]) => digits,
        (b'Z', []) => &[],
        _ => return None,
    };
    let shape =
        seconds.get(4) == Some(&b'-') && seconds.get(10) == Some(&b'T') && fraction.iter().all(u8::is_ascii_digit);
    let zeros = fraction.iter().rev().take_while(|digit| **digit == b'0').count();
    shape.then(|| (seconds, fraction.get(..fraction.len() - zeros).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_compared_as_written_or_read() {
        for (left, right, expected) in [
            ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", Ordering::Equal),
            ("2026-11-23T12:00:00.5Z", "2026-11-23T12:00:00.50Z", Ordering::Equal),
            ("2026-11-23T12:00:00.5Z", "2026-11-23T12:00:00Z", Ordering::Greater),
            ("2026-11-23T12:00:00.49Z", "2026-11-23T12:00:00.5Z", Ordering::Less),
            ("2026-11-23T13:00:00+01:00", "2026-11-23T12:00:00Z", Ordering::Equal),
            ("2026-11-23T12:00:01Z", "2026-11-23T12:00:00.9999999Z", Ordering::Greater),
        ] {
            assert_eq!(compare_instants(left, right.parse().unwrap(), right), Some(expected), "{left} {right}");
        }
    }

    #[test]
    fn text_is_compared_without_regard_to_case() {
        assert_eq!(compare_text("ABC", "abc"), Ordering::Equal);
        assert_eq!(compare_text("ÄB", "äb"), Ordering::Equal);
        assert!(TextTest::Contains.holds("Ivo SIDER", "sid") && !TextTest::Contains.holds("Ivo", "sider"));
        assert!(TextTest::EndsWith.holds("x.EXAMPLE", ".example") && TextTest::StartsWith.holds("ÖBB", "öb"));
    }
}
