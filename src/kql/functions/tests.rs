use super::*;
use crate::kql::format::parse_json;
use std::collections::BTreeSet;

/// Values at the ends of every type, and of the wrong type.
fn hostile() -> Vec<Value> {
    vec![
        Value::Null,
        Value::Bool(true),
        Value::Int(i32::MIN),
        Value::Long(i64::MIN),
        Value::Long(i64::MAX),
        Value::Long(-1),
        Value::Real(f64::NAN),
        Value::Real(f64::INFINITY),
        Value::string(""),
        Value::string("é%2\\0(x"),
        Value::string("month"),
        Value::DateTime(Timestamp::MAX.ticks()),
        Value::TimeSpan(i64::MIN),
        Value::Guid(7),
        parse_json(r#"[1, "a", null, {"b": 2}]"#),
        parse_json(r#"{"a": [1]}"#),
    ]
}

#[test]
fn no_argument_makes_a_function_panic() {
    let context = Context::new(Timestamp::MIN);
    let values = hostile();
    // These give a million elements for most of what follows, which takes minutes to make.
    let large = ["range", "repeat"];
    for function in all().filter(|function| !large.contains(&function.name)) {
        let Eval::Row(compute) = function.eval else { continue };
        compute(&context, &[]);
        for first in &values {
            compute(&context, std::slice::from_ref(first));
            for second in &values {
                compute(&context, &[first.clone(), second.clone()]);
                for third in values.iter().step_by(3) {
                    let mut arguments = vec![first.clone(), second.clone(), third.clone()];
                    compute(&context, &arguments);
                    arguments.extend([third.clone(), third.clone()]);
                    compute(&context, &arguments);
                }
            }
        }
    }
}

#[test]
fn names_are_unique_and_described() {
    let mut names = BTreeSet::new();
    for function in all() {
        assert!(names.insert(function.name), "{} is there twice", function.name);
        assert!(function.summary.ends_with('.'), "{}", function.name);
        assert!(function.source.starts_with("https://learn.microsoft.com/kusto/query/"), "{}", function.name);
    }
}
