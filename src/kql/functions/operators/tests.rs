use super::FUNCTIONS;
use crate::base::Timestamp;
use crate::kql::engine::{Column, NoTables, StopFlag, run};
use crate::kql::functions::{Context, operator};
use crate::kql::plan::{Field, Node, Plan, Relation, Scalar, ScalarNode};
use crate::kql::text::Span;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Value as Json, json};

/// The operator over typed values as a query computes it: with the first operand a column, so that nothing is folded.
fn apply(name: &str, operands: &[(Value, Type)], ty: Type) -> Value {
    let span = Span::new(0, 0);
    let function = operator(name).unwrap();
    let fields: Vec<Field> = operands.iter().map(|(_, ty)| Field::new("x", *ty)).collect();
    let row: Vec<Value> = operands.iter().map(|(value, _)| value.clone()).collect();
    let mut other = row.clone();
    if let Some(first) = other.first_mut() {
        *first = Value::null_of(operands[0].1);
    }
    let input = Relation { columns: fields, node: Node::Rows(vec![other, row]), span };
    let arguments = operands
        .iter()
        .enumerate()
        .map(|(at, (value, ty))| match at {
            0 => Scalar::column(0, *ty, span),
            _ => Scalar::literal(value.clone(), *ty, span),
        })
        .collect();
    let output = Scalar { ty, span, node: ScalarNode::Call { function, arguments } };
    let node = Node::Project { input: Box::new(input), outputs: vec![output] };
    let plan = Plan {
        root: Relation { columns: vec![Field::new("y", ty)], node, span },
        shared: Vec::new(),
        more: Vec::new(),
    };
    let table = run(
        &plan,
        &NoTables,
        &Context::new(Timestamp::MIN),
        crate::kql::engine::Limits::default(),
        &StopFlag::default(),
    );
    table.unwrap().value(1, 0)
}

fn int(number: i32) -> (Value, Type) {
    (Value::Int(number), Type::Int)
}

fn long(number: i64) -> (Value, Type) {
    (Value::Long(number), Type::Long)
}

fn real(number: f64) -> (Value, Type) {
    (Value::Real(number), Type::Real)
}

fn text(text: &str) -> (Value, Type) {
    (Value::string(text), Type::String)
}

fn time(ticks: i64) -> (Value, Type) {
    (Value::DateTime(ticks), Type::DateTime)
}

fn length(ticks: i64) -> (Value, Type) {
    (Value::TimeSpan(ticks), Type::TimeSpan)
}

fn dynamic(json: Json) -> (Value, Type) {
    (Value::dynamic(json), Type::Dynamic)
}

const NULL: (Value, Type) = (Value::Null, Type::Long);

#[test]
fn operators_are_in_no_two_places() {
    let mut names: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn arithmetic_wraps_cuts_and_gives_null_as_kusto_does() {
    let cases = [
        ("+", int(i32::MAX), int(1), Value::Long(2_147_483_648)),
        ("+", int(i32::MAX), long(1), Value::Long(2_147_483_648)),
        ("+", long(i64::MAX), long(1), Value::Long(i64::MIN)),
        ("*", long(2), real(1.5), Value::Real(3.0)),
        ("/", long(-7), long(2), Value::Long(-3)),
        ("/", long(1), long(0), Value::Null),
        ("/", real(1.0), long(0), Value::Real(f64::INFINITY)),
        ("/", long(i64::MIN), long(-1), Value::Long(i64::MIN)),
        ("%", long(-7), long(3), Value::Long(2)),
        ("%", long(7), long(0), Value::Null),
        ("%", long(10), long(-1), Value::Long(0)),
        ("-", long(1), NULL, Value::Null),
        ("-", time(100), time(30), Value::TimeSpan(70)),
        ("-", time(100), length(30), Value::DateTime(70)),
        ("-", time(1), length(2), Value::Null),
        ("+", length(30), time(100), Value::DateTime(130)),
        ("+", length(30), length(12), Value::TimeSpan(42)),
        ("/", length(30), length(20), Value::Real(1.5)),
        ("/", length(30), long(7), Value::TimeSpan(4)),
        ("*", length(30), real(0.5), Value::TimeSpan(15)),
        ("*", real(0.5), length(30), Value::TimeSpan(15)),
        ("%", length(-7), length(3), Value::TimeSpan(2)),
        ("+", dynamic(json!(2)), long(3), Value::Long(5)),
        ("+", dynamic(json!("2")), long(3), Value::Null),
        ("*", dynamic(json!(1.5)), dynamic(json!(2)), Value::dynamic(json!(3.0))),
    ];
    for (name, left, right, expected) in cases {
        let ty = expected.ty().unwrap_or(match (left.1, right.1) {
            (Type::DateTime, _) => Type::DateTime,
            _ => Type::Long,
        });
        let shown = format!("{left:?} {name} {right:?}");
        assert_eq!(apply(name, &[left, right], ty), expected, "{shown}");
    }
    assert_eq!(apply("negate", &[long(i64::MIN)], Type::Long), Value::Long(i64::MIN));
    assert_eq!(apply("negate", &[dynamic(json!(3))], Type::Dynamic), Value::dynamic(json!(-3)));
}

#[test]
fn comparisons_follow_kinds_and_nulls() {
    let yes = Value::Bool(true);
    let no = Value::Bool(false);
    let cases = [
        ("==", long(1), real(1.0), &yes),
        ("==", NULL, long(1), &no),
        ("==", NULL, NULL, &Value::Null),
        ("!=", NULL, long(1), &yes),
        ("!=", long(1), NULL, &yes),
        ("!=", NULL, NULL, &Value::Null),
        ("<", NULL, long(1), &Value::Null),
        (">", int(2), long(1), &yes),
        ("==", real(f64::NAN), real(f64::NAN), &no),
        ("!=", real(f64::NAN), real(f64::NAN), &yes),
        ("<", real(f64::NAN), real(1.0), &no),
        ("<", text("B"), text("a"), &yes),
        ("==", text("a"), text("A"), &no),
        (">=", time(5), time(5), &yes),
        ("==", dynamic(json!(1)), long(1), &yes),
        ("==", dynamic(json!("a")), text("a"), &yes),
        ("!=", dynamic(json!("a")), text("b"), &yes),
        (">", dynamic(json!(2.5)), long(2), &yes),
        ("==", dynamic(json!("x")), long(1), &no),
    ];
    for (name, left, right, expected) in cases {
        let shown = format!("{left:?} {name} {right:?}");
        assert_eq!(apply(name, &[left, right], Type::Bool), *expected, "{shown}");
    }
}

#[test]
fn and_and_or_know_three_values() {
    let known = [Some(true), Some(false), None];
    for left in known {
        for right in known {
            let value = |known: Option<bool>| (known.map_or(Value::Null, Value::Bool), Type::Bool);
            let both = match (left, right) {
                (Some(false), _) | (_, Some(false)) => Value::Bool(false),
                (Some(true), Some(true)) => Value::Bool(true),
                _ => Value::Null,
            };
            let either = match (left, right) {
                (Some(true), _) | (_, Some(true)) => Value::Bool(true),
                (Some(false), Some(false)) => Value::Bool(false),
                _ => Value::Null,
            };
            assert_eq!(apply("and", &[value(left), value(right)], Type::Bool), both, "{left:?} and {right:?}");
            assert_eq!(apply("or", &[value(left), value(right)], Type::Bool), either, "{left:?} or {right:?}");
        }
    }
}

#[test]
fn ranges_include_both_ends() {
    let cases = [
        (long(5), long(1), long(5), Some(true)),
        (long(1), long(1), long(5), Some(true)),
        (long(6), long(1), long(5), Some(false)),
        (NULL, long(1), long(5), None),
        (real(1.5), long(1), long(2), Some(true)),
        (time(15), time(10), length(5), Some(true)),
        (time(16), time(10), length(5), Some(false)),
        (length(3), length(3), length(4), Some(true)),
    ];
    for (value, low, high, inside) in cases {
        let shown = format!("{value:?} between ({low:?} .. {high:?})");
        let operands = [value, low, high];
        let expected = |wanted| inside.map_or(Value::Null, |inside| Value::Bool(inside == wanted));
        assert_eq!(apply("between", &operands, Type::Bool), expected(true), "{shown}");
        assert_eq!(apply("!between", &operands, Type::Bool), expected(false), "{shown}");
    }
}

#[test]
fn sets_take_values_and_arrays() {
    let cases = [
        ("in", vec![text("b"), text("a"), text("b")], true),
        ("in", vec![text("B"), text("a"), text("b")], false),
        ("!in", vec![text("B"), text("a"), text("b")], true),
        ("in~", vec![text("B"), dynamic(json!(["a", "b"]))], true),
        ("!in~", vec![text("B"), dynamic(json!(["a", "b"]))], false),
        ("in", vec![long(2), long(1), long(2)], true),
        ("in", vec![long(2), real(2.0)], true),
        ("in", vec![long(2), dynamic(json!([1, 2]))], true),
        ("in", vec![NULL, long(1)], false),
        ("in", vec![dynamic(json!("a")), text("a")], true),
        ("in", vec![time(7), time(7)], true),
        ("has_any", vec![text("copy to USB"), text("cd"), text("usb")], true),
        ("has_any", vec![text("copy to USB"), dynamic(json!(["us"]))], false),
        ("has_all", vec![text("copy to USB"), text("copy"), text("usb")], true),
        ("has_all", vec![text("copy to USB"), dynamic(json!(["copy", "cd"]))], false),
        ("has", vec![dynamic(json!({"k": "some usb"})), text("usb")], true),
        ("contains", vec![dynamic(json!(["abc"])), text("B")], true),
        ("!contains", vec![(Value::Null, Type::Dynamic), text("b")], true),
        ("matches regex", vec![text("user42"), text(r"\d+$")], true),
        ("matches regex", vec![text("user42"), text("(")], false),
    ];
    for (name, operands, expected) in cases {
        let shown = format!("{name} {operands:?}");
        assert_eq!(apply(name, &operands, Type::Bool), Value::Bool(expected), "{shown}");
    }
}

#[test]
fn dynamics_are_read_by_name_and_index() {
    let list = || dynamic(json!([10, 20, 30]));
    let bag = || dynamic(json!({"a": {"b": 1}, "c d": null}));
    let cases = [
        ("member", bag(), text("a"), Value::dynamic(json!({"b": 1}))),
        ("member", bag(), text("x"), Value::Null),
        ("member", bag(), text("c d"), Value::Null),
        ("member", list(), text("a"), Value::Null),
        ("element", list(), long(0), Value::dynamic(json!(10))),
        ("element", list(), long(-1), Value::dynamic(json!(30))),
        ("element", list(), long(-4), Value::Null),
        ("element", list(), int(2), Value::dynamic(json!(30))),
        ("element", list(), dynamic(json!(1)), Value::dynamic(json!(20))),
        ("element", bag(), text("a"), Value::dynamic(json!({"b": 1}))),
        ("element", bag(), long(0), Value::Null),
    ];
    for (name, container, index, expected) in cases {
        let shown = format!("{container:?} {name} {index:?}");
        assert_eq!(apply(name, &[container, index], Type::Dynamic), expected, "{shown}");
    }
}

#[test]
fn a_sought_text_may_differ_by_row() {
    let texts = |texts: [&str; 3]| Column::from_values(Type::String, texts.map(Value::string));
    let columns = [texts(["abc", "abc", "xyz"]), texts(["B", "z", "XY"])];
    let crate::kql::functions::Eval::Columns(contains) = operator("contains").unwrap().eval else {
        unreachable!("string operators work on columns")
    };
    let found: Vec<Value> = contains(&Context::new(Timestamp::MIN), &columns, 3).values().collect();
    assert_eq!(found, [true, false, true].map(Value::Bool));
}

#[test]
fn the_examples_give_what_they_say() {
    let schema = crate::kql::Schema::default();
    let context = Context::new(Timestamp::MIN);
    let mut wrong = Vec::new();
    // The two that tabular operators are lowered to cannot be written.
    for function in FUNCTIONS.iter().filter(|function| !matches!(function.name, "parse-kv" | "bag pairs")) {
        assert!(!function.examples.is_empty(), "{} has no example", function.name);
        for example in function.examples {
            let query = format!("print result = tostring({})", example.call);
            let compiled = crate::kql::compile(&query, &schema);
            let plan = compiled.plan.unwrap_or_else(|| panic!("{query}: {:?}", compiled.diagnostics));
            let limits = crate::kql::engine::Limits::default();
            let table = run(&plan, &NoTables, &context, limits, &StopFlag::default()).unwrap();
            if table.value(0, 0) != Value::string(example.result) {
                wrong.push((example.call, table.value(0, 0)));
            }
        }
    }
    assert_eq!(wrong, []);
}
