//! Equality and order of the elements of dynamics.

use serde_json::Value as Json;
use std::cmp::Ordering;

/// Whether two elements are the same: numbers by value, all else by form.
pub fn json_equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(a), Json::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| json_equal(a, b)),
        _ => left == right,
    }
}

/// An order of elements: numbers by value, then text, then all else by its text.
pub fn json_order(left: &Json, right: &Json) -> Ordering {
    match (left, right) {
        (Json::Number(a), Json::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Json::String(a), Json::String(b)) => a.cmp(b),
        (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
        _ => rank(left).cmp(&rank(right)).then_with(|| left.to_string().cmp(&right.to_string())),
    }
}

fn rank(json: &Json) -> u8 {
    match json {
        Json::Bool(_) => 0,
        Json::Number(_) => 1,
        Json::String(_) => 2,
        Json::Array(_) => 3,
        Json::Object(_) => 4,
        Json::Null => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_compare_by_value() {
        assert!(json_equal(&json!(7), &json!(7.0)));
        assert!(json_equal(&json!([1, "a"]), &json!([1.0, "a"])));
        assert!(!json_equal(&json!("7"), &json!(7)));
        assert_eq!(json_order(&json!(10), &json!(9.5)), Ordering::Greater);
        assert_eq!(json_order(&json!("a"), &json!(9)), Ordering::Greater);
    }
}
