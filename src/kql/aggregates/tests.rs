use super::*;
use crate::kql::value::Value;
use serde_json::json;

/// Runs an aggregate over rows of (group, arguments) in two batches and gives the outputs by group.
fn run(name: &str, types: &[Type], rows: &[(u32, Vec<Value>)], group_count: usize) -> Vec<Vec<Value>> {
    let aggregate = find(name).unwrap();
    let mut accumulator = (aggregate.start)(types);
    for batch in rows.chunks(rows.len().div_ceil(2).max(1)) {
        let columns: Vec<Column> = types
            .iter()
            .enumerate()
            .map(|(at, ty)| Column::from_values(*ty, batch.iter().map(|(_, row)| row[at].clone())))
            .collect();
        let groups: Vec<u32> = batch.iter().map(|(group, _)| *group).collect();
        accumulator.update(&columns, &groups, group_count);
    }
    let columns = accumulator.finish(group_count, &StopFlag::default());
    (0..group_count).map(|group| columns.iter().map(|column| column.value(group)).collect()).collect()
}

fn long(number: i64) -> Value {
    Value::Long(number)
}

#[test]
fn every_aggregate_has_its_own_name() {
    let mut names: Vec<&str> = all().map(|aggregate| aggregate.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn aggregates_of_one_value_skip_nulls_and_keep_empty_groups() {
    let rows: Vec<(u32, Vec<Value>)> = [(0, long(3)), (1, Value::Null), (0, long(1)), (0, Value::Null), (0, long(3))]
        .into_iter()
        .map(|(group, value)| (group, vec![value]))
        .collect();
    let cases = [
        ("count", [long(4), long(1), long(0)]),
        ("dcount", [long(2), long(0), long(0)]),
        ("count_distinct", [long(2), long(0), long(0)]),
        ("sum", [long(7), long(0), long(0)]),
        ("min", [long(1), Value::Null, Value::Null]),
        ("max", [long(3), Value::Null, Value::Null]),
        ("arg_max", [long(3), Value::Null, Value::Null]),
        ("take_any", [long(3), Value::Null, Value::Null]),
        ("any", [long(3), Value::Null, Value::Null]),
        ("stdevp", [Value::Real(0.888_888_888_9_f64.sqrt()), Value::Real(0.0), Value::Real(0.0)]),
        ("variance", [Value::Real(1.333_333_333_3), Value::Real(0.0), Value::Real(0.0)]),
        ("make_list", [Value::dynamic(json!([3, 1, 3])), Value::dynamic(json!([])), Value::dynamic(json!([]))]),
        ("make_set", [Value::dynamic(json!([3, 1])), Value::dynamic(json!([])), Value::dynamic(json!([]))]),
        (
            "make_list_with_nulls",
            [Value::dynamic(json!([3, 1, null, 3])), Value::dynamic(json!([null])), Value::dynamic(json!([]))],
        ),
    ];
    for (name, expected) in cases {
        let expected: Vec<Vec<Value>> = expected.into_iter().map(|value| vec![value]).collect();
        assert_eq!(run(name, &[Type::Long], &rows, 3), expected, "{name}");
    }
    let means = run("avg", &[Type::Long], &rows, 2);
    assert_eq!(means[0], [Value::Real(7.0 / 3.0)]);
    assert!(matches!(means[1][..], [Value::Real(mean)] if mean.is_nan()));
}

#[test]
fn conditional_forms_take_rows_where_the_predicate_is_true() {
    let rows: Vec<(u32, Vec<Value>)> = [(1, Some(true)), (2, Some(false)), (3, None), (4, Some(true))]
        .into_iter()
        .map(|(value, holds)| (0, vec![long(value), holds.map_or(Value::Null, Value::Bool)]))
        .collect();
    let cases = [
        ("sumif", long(5)),
        ("avgif", Value::Real(2.5)),
        ("minif", long(1)),
        ("maxif", long(4)),
        ("dcountif", long(2)),
        ("take_anyif", long(1)),
        ("make_list_if", Value::dynamic(json!([1, 4]))),
        ("make_set_if", Value::dynamic(json!([1, 4]))),
    ];
    for (name, expected) in cases {
        assert_eq!(run(name, &[Type::Long, Type::Bool], &rows, 1), [[expected]], "{name}");
    }
    let predicates: Vec<(u32, Vec<Value>)> = rows.iter().map(|(group, row)| (*group, vec![row[1].clone()])).collect();
    assert_eq!(run("countif", &[Type::Bool], &predicates, 1), [[long(2)]]);
}

#[test]
fn the_extreme_row_brings_its_others_and_the_first_wins() {
    let row = |group, by: Value, other: &str| (group, vec![by, Value::string(other)]);
    let rows = [
        row(0, Value::Null, "a"),
        row(0, long(20), "b"),
        row(0, long(20), "c"),
        row(0, long(5), "d"),
        row(1, Value::Null, "e"),
        row(1, Value::Null, "f"),
    ];
    let types = [Type::Long, Type::String];
    assert_eq!(run("arg_max", &types, &rows, 2), [[long(20), Value::string("b")], [Value::Null, Value::string("e")]]);
    assert_eq!(run("arg_min", &types, &rows, 2)[0], [long(5), Value::string("d")]);
    assert_eq!(run("take_any", &types, &rows, 2)[0], [Value::Null, Value::string("a")]);
    let reals = [1.5, f64::NAN, 2.5].map(|value| (0, vec![Value::Real(value)]));
    for name in ["min", "max"] {
        assert!(matches!(run(name, &[Type::Real], &reals, 1)[0][..], [Value::Real(value)] if value.is_nan()), "{name}");
    }
    let texts = ["b", "a", "c"].map(|text| (0, vec![Value::string(text)]));
    assert_eq!(run("max", &[Type::String], &texts, 1), [[Value::string("c")]]);
}

#[test]
fn sets_obey_their_size_and_arrays_are_taken_apart() {
    let sized: Vec<(u32, Vec<Value>)> = [1, 2, 2, 3].map(|value| (0, vec![long(value), long(2)])).to_vec();
    assert_eq!(run("make_set", &[Type::Long, Type::Long], &sized, 1), [[Value::dynamic(json!([1, 2]))]]);
    let lists = [json!([1, 2]), json!([2, 3]), json!("x")].map(|json| (0, vec![Value::dynamic(json)]));
    assert_eq!(run("make_list", &[Type::Dynamic], &lists, 1), [[Value::dynamic(json!([1, 2, 2, 3, "x"]))]]);
    assert_eq!(run("make_set", &[Type::Dynamic], &lists, 1), [[Value::dynamic(json!([1, 2, 3, "x"]))]]);
    let bags =
        [json!({"a": 1, "b": null}), json!(7), json!({"a": 2, "c": 3})].map(|json| (0, vec![Value::dynamic(json)]));
    assert_eq!(run("make_bag", &[Type::Dynamic], &bags, 1), [[Value::dynamic(json!({"a": 1, "b": null, "c": 3}))]]);
}

#[test]
fn percentiles_are_values_of_the_group() {
    let rows = |percent: i64| [10, 20, 30].map(|value| (0, vec![long(value), long(percent)]));
    for (percent, expected) in [(0, 10), (33, 10), (34, 20), (50, 20), (95, 30), (100, 30)] {
        assert_eq!(
            run("percentile", &[Type::Long, Type::Long], &rows(percent), 1),
            [[long(expected)]],
            "percentile {percent}"
        );
    }
}
