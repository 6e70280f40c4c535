use super::*;
use crate::kql::aggregates;
use crate::kql::engine::{NoTables, TableBuilder};
use crate::kql::functions::{Function, operator};
use crate::kql::plan::{AggregateCall, Expansion, Field, JoinKind, Scalar, ScalarNode, SortKey};
use crate::kql::text::Span;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::json;
use std::collections::BTreeMap;

const SPAN: Span = Span::new(0, 0);

fn relation(columns: &[(&str, Type)], node: Node) -> Relation {
    Relation { columns: columns.iter().map(|(name, ty)| Field::new(*name, *ty)).collect(), node, span: SPAN }
}

/// The node over an input, with the input's columns.
fn same(input: Relation, node: impl FnOnce(Box<Relation>) -> Node) -> Relation {
    Relation { columns: input.columns.clone(), node: node(Box::new(input)), span: SPAN }
}

fn rows(columns: &[(&str, Type)], rows: &[&[Value]]) -> Relation {
    relation(columns, Node::Rows(rows.iter().map(|row| row.to_vec()).collect()))
}

fn column(index: usize, ty: Type) -> Scalar {
    Scalar::column(index, ty, SPAN)
}

fn literal(value: Value) -> Scalar {
    let ty = value.ty().unwrap();
    Scalar::literal(value, ty, SPAN)
}

fn call(name: &str, arguments: Vec<Scalar>, ty: Type) -> Scalar {
    let function: &'static Function = operator(name).unwrap();
    Scalar { ty, span: SPAN, node: ScalarNode::Call { function, arguments } }
}

fn aggregate(name: &str, arguments: Vec<Scalar>, outputs: usize) -> AggregateCall {
    AggregateCall { aggregate: aggregates::find(name).unwrap(), arguments, outputs }
}

fn try_run(root: Relation, tables: &dyn Tables, limits: Limits) -> Result<Table, RunError> {
    let context = Context::new(crate::base::Timestamp::MIN);
    run(&Plan { root, shared: Vec::new(), more: Vec::new() }, tables, &context, limits, &StopFlag::default())
}

fn cells(table: &Table) -> Vec<Vec<Value>> {
    (0..table.row_count()).map(|row| table.row(row).collect()).collect()
}

fn answer(root: Relation) -> Vec<Vec<Value>> {
    cells(&try_run(root, &NoTables, Limits::default()).unwrap())
}

fn long(number: i64) -> Value {
    Value::Long(number)
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn numbers() -> Relation {
    rows(
        &[("k", Type::String), ("n", Type::Long)],
        &[&[text("a"), long(3)], &[text("b"), Value::Null], &[text("a"), long(1)], &[text("c"), long(2)]],
    )
}

#[test]
fn a_filter_keeps_rows_where_the_predicate_is_true_not_null() {
    let n = || column(1, Type::Long);
    let cases = [
        (call("!=", vec![n(), literal(long(1))], Type::Bool), vec![0, 1, 3]),
        (call(">", vec![n(), literal(long(1))], Type::Bool), vec![0, 3]),
        (
            call(
                "and",
                vec![
                    call("has", vec![column(0, Type::String), literal(text("A"))], Type::Bool),
                    call("<", vec![n(), literal(long(3))], Type::Bool),
                ],
                Type::Bool,
            ),
            vec![2],
        ),
        (literal(Value::Bool(true)), vec![0, 1, 2, 3]),
        (literal(Value::Bool(false)), vec![]),
    ];
    let all = answer(numbers());
    for (predicate, kept) in cases {
        let expected: Vec<_> = kept.into_iter().map(|row: usize| all[row].clone()).collect();
        let shown = format!("{predicate:?}");
        assert_eq!(answer(same(numbers(), |input| Node::Filter { input, predicate })), expected, "{shown}");
    }
}

#[test]
fn a_projection_computes_a_column_an_output() {
    let outputs = vec![
        call("*", vec![column(1, Type::Long), literal(long(10))], Type::Long),
        literal(text("x")),
        column(0, Type::String),
    ];
    let project = relation(
        &[("ten", Type::Long), ("x", Type::String), ("k", Type::String)],
        Node::Project { input: Box::new(numbers()), outputs },
    );
    let rows = answer(project);
    assert_eq!(rows[0], [long(30), text("x"), text("a")]);
    assert_eq!(rows[1], [Value::Null, text("x"), text("b")]);
}

#[test]
fn groups_come_in_the_order_they_were_met() {
    let summarize = |keys: Vec<Scalar>, columns: &[(&str, Type)], aggregates| {
        relation(columns, Node::Summarize { input: Box::new(numbers()), keys, aggregates })
    };
    let counted = summarize(
        vec![column(0, Type::String)],
        &[("k", Type::String), ("count_", Type::Long), ("n", Type::Long), ("k1", Type::String)],
        vec![
            aggregate("count", vec![], 1),
            aggregate("arg_max", vec![column(1, Type::Long), column(0, Type::String)], 2),
        ],
    );
    assert_eq!(
        answer(counted),
        [
            [text("a"), long(2), long(3), text("a")],
            [text("b"), long(1), Value::Null, text("b")],
            [text("c"), long(1), long(2), text("c")],
        ]
    );
    let distinct = summarize(vec![column(0, Type::String)], &[("k", Type::String)], vec![]);
    assert_eq!(answer(distinct), [[text("a")], [text("b")], [text("c")]]);
    let nothing = same(numbers(), |input| Node::Take { input, rows: 0 });
    let total = relation(
        &[("count_", Type::Long)],
        Node::Summarize { input: Box::new(nothing), keys: vec![], aggregates: vec![aggregate("count", vec![], 1)] },
    );
    assert_eq!(answer(total), [[long(0)]]);
}

#[test]
fn sort_is_stable_and_top_is_its_beginning() {
    let key = |index, ty, descending| SortKey { by: column(index, ty), descending, nulls_first: !descending };
    let by_key = vec![key(0, Type::String, false), key(1, Type::Long, true)];
    let sorted = answer(same(numbers(), |input| Node::Sort { input, keys: by_key.clone() }));
    assert_eq!(sorted, [[text("a"), long(3)], [text("a"), long(1)], [text("b"), Value::Null], [text("c"), long(2)]]);
    for count in 0..6 {
        let top = answer(same(numbers(), |input| Node::Top { input, rows: count, keys: by_key.clone() }));
        assert_eq!(top, sorted[..sorted.len().min(count as usize)], "top {count}");
    }
    let ties = answer(same(numbers(), |input| Node::Sort { input, keys: vec![key(0, Type::String, true)] }));
    assert_eq!(ties[2..], [[text("a"), long(3)], [text("a"), long(1)]]);
}

#[test]
fn union_and_take_end_early() {
    let union = relation(
        &[("k", Type::String), ("n", Type::Long)],
        Node::Union(vec![numbers(), numbers(), relation(&[("k", Type::String)], Node::Table("None".into()))]),
    );
    let taken = answer(same(union.clone(), |input| Node::Take { input, rows: 6 }));
    assert_eq!((taken.len(), &taken[4]), (6, &vec![text("a"), long(3)]));
    assert_eq!(try_run(union, &NoTables, Limits::default()).unwrap_err(), RunError::NoTable("None".to_owned()));
}

fn joined(kind: JoinKind) -> Vec<Vec<Value>> {
    let left = rows(
        &[("k", Type::Long), ("l", Type::String)],
        &[&[long(1), text("l1")], &[long(1), text("l1b")], &[Value::Null, text("ln")], &[long(2), text("l2")]],
    );
    let right = rows(
        &[("k", Type::Int), ("r", Type::String)],
        &[
            &[Value::Int(1), text("r1")],
            &[Value::Null, text("rn")],
            &[Value::Int(3), text("r3")],
            &[Value::Int(1), text("r1b")],
        ],
    );
    let columns: &[(&str, Type)] = match kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => &[("k", Type::Long), ("l", Type::String)],
        JoinKind::RightSemi | JoinKind::RightAnti => &[("k", Type::Int), ("r", Type::String)],
        _ => &[("k", Type::Long), ("l", Type::String), ("k1", Type::Int), ("r", Type::String)],
    };
    let on = vec![(column(0, Type::Long), column(0, Type::Int))];
    let mut rows = answer(relation(columns, Node::Join { kind, left: Box::new(left), right: Box::new(right), on }));
    rows.sort_by_key(|row| format!("{row:?}"));
    rows
}

#[test]
fn every_kind_of_join_pairs_as_kusto_does() {
    let pair = |k: Value, l: &str, k1: Value, r: &str| vec![k, text(l), k1, text(r)];
    let one = |l, r| pair(long(1), l, Value::Int(1), r);
    let null = || pair(Value::Null, "ln", Value::Null, "rn");
    let left_only = || pair(long(2), "l2", Value::Null, "");
    let right_only = || pair(Value::Null, "", Value::Int(3), "r3");
    let inner = || vec![one("l1", "r1"), one("l1", "r1b"), one("l1b", "r1"), one("l1b", "r1b"), null()];
    let with = |extra: Vec<Vec<Value>>| [inner(), extra].concat();
    let cases = [
        (JoinKind::Inner, inner()),
        (JoinKind::InnerUnique, vec![one("l1", "r1"), one("l1", "r1b"), null()]),
        (JoinKind::LeftOuter, with(vec![left_only()])),
        (JoinKind::RightOuter, with(vec![right_only()])),
        (JoinKind::FullOuter, with(vec![left_only(), right_only()])),
        (
            JoinKind::LeftSemi,
            vec![vec![long(1), text("l1")], vec![long(1), text("l1b")], vec![Value::Null, text("ln")]],
        ),
        (JoinKind::LeftAnti, vec![vec![long(2), text("l2")]]),
        (
            JoinKind::RightSemi,
            vec![vec![Value::Int(1), text("r1")], vec![Value::Int(1), text("r1b")], vec![Value::Null, text("rn")]],
        ),
        (JoinKind::RightAnti, vec![vec![Value::Int(3), text("r3")]]),
    ];
    for (kind, mut expected) in cases {
        expected.sort_by_key(|row| format!("{row:?}"));
        assert_eq!(joined(kind), expected, "{kind:?}");
    }
}

#[test]
fn a_join_gives_only_columns_that_are_used() {
    let join = relation(
        &[("k", Type::String), ("n", Type::Long), ("k1", Type::String), ("n1", Type::Long)],
        Node::Join {
            kind: JoinKind::Inner,
            left: Box::new(numbers()),
            right: Box::new(numbers()),
            on: vec![(column(0, Type::String), column(0, Type::String))],
        },
    );
    let project =
        relation(&[("n1", Type::Long)], Node::Project { input: Box::new(join), outputs: vec![column(3, Type::Long)] });
    assert_eq!(answer(project), [[long(3)], [long(1)], [Value::Null], [long(3)], [long(1)], [long(2)]]);
}

#[test]
fn lists_expand_in_step_and_null_keeps_its_row_but_an_empty_list_does_not() {
    let input = rows(
        &[("id", Type::Long), ("list", Type::Dynamic), ("other", Type::Dynamic)],
        &[
            &[long(1), Value::dynamic(json!([10, 20])), Value::dynamic(json!(["x"]))],
            &[long(2), Value::Null, Value::Null],
            &[long(4), Value::dynamic(json!([])), Value::dynamic(json!({}))],
            &[long(3), Value::dynamic(json!({"a": 1, "b": [2]})), Value::dynamic(json!(5))],
        ],
    );
    let expand = |ty, limit, with_item_index: bool| {
        let expansion = |at, ty| Expansion { list: column(at, Type::Dynamic), replaces: Some(at), ty };
        let mut columns = vec![("id", Type::Long), ("list", ty), ("other", Type::Dynamic)];
        columns.extend(with_item_index.then_some(("i", Type::Long)));
        let expansions = vec![expansion(1, ty), expansion(2, Type::Dynamic)];
        answer(relation(
            &columns,
            Node::MvExpand { input: Box::new(input.clone()), expansions, with_item_index, limit },
        ))
    };
    let json = Value::dynamic;
    assert_eq!(
        expand(Type::Dynamic, None, true),
        [
            [long(1), json(json!(10)), json(json!("x")), long(0)],
            [long(1), json(json!(20)), Value::Null, long(1)],
            [long(2), Value::Null, Value::Null, long(0)],
            [long(3), json(json!({"a": 1})), json(json!(5)), long(0)],
            [long(3), json(json!({"b": [2]})), Value::Null, long(1)],
        ]
    );
    assert_eq!(expand(Type::Long, Some(1), false)[0], [long(1), long(10), json(json!("x"))]);
    assert_eq!(expand(Type::Long, Some(1), false).len(), 3);
}

#[test]
fn shared_relations_give_cells_and_sets() {
    let needle = |ignore_case| Scalar {
        ty: Type::Bool,
        span: SPAN,
        node: ScalarNode::InRelation { needle: Box::new(column(0, Type::String)), shared: 1, ignore_case },
    };
    let first = Scalar { ty: Type::Long, span: SPAN, node: ScalarNode::FirstCell(0) };
    let root = relation(
        &[("exact", Type::Bool), ("folded", Type::Bool), ("cell", Type::Long)],
        Node::Project { input: Box::new(numbers()), outputs: vec![needle(false), needle(true), first] },
    );
    let cell = relation(
        &[("n", Type::Long)],
        Node::Project { input: Box::new(numbers()), outputs: vec![column(1, Type::Long)] },
    );
    let set = rows(&[("k", Type::String)], &[&[text("A")], &[text("b")]]);
    let context = Context::new(crate::base::Timestamp::MIN);
    let plan = Plan { root, shared: vec![cell, set], more: Vec::new() };
    let table = run(&plan, &NoTables, &context, Limits::default(), &StopFlag::default()).unwrap();
    let found = |exact, folded| vec![Value::Bool(exact), Value::Bool(folded), long(3)];
    assert_eq!(cells(&table), [found(false, true), found(true, true), found(false, true), found(false, false)]);
}

struct Provided(BTreeMap<&'static str, Table>);

impl Tables for Provided {
    fn table(&self, name: &str) -> Option<&Table> {
        self.0.get(name)
    }
}

/// A table of `count` rows, larger than a batch.
fn large(count: i64) -> Provided {
    let fields = vec![Field::new("n", Type::Long), Field::new("k", Type::String), Field::new("unused", Type::Real)];
    let mut builder = TableBuilder::with_fields(fields);
    for n in 0..count {
        builder.push([("n", long(n)), ("k", text(["x", "y", "z"][n as usize % 3]))]);
    }
    Provided(BTreeMap::from([("Large", builder.finish())]))
}

fn scan() -> Relation {
    relation(&[("k", Type::String), ("n", Type::Long)], Node::Table("Large".into()))
}

#[test]
fn batches_do_not_show() {
    let tables = large(100_000);
    let top = same(scan(), |input| Node::Top {
        input,
        rows: 2,
        keys: vec![SortKey { by: column(1, Type::Long), descending: true, nulls_first: false }],
    });
    assert_eq!(
        cells(&try_run(top, &tables, Limits::default()).unwrap()),
        [[text("x"), long(99_999)], [text("z"), long(99_998)]]
    );
    let counts = relation(
        &[("k", Type::String), ("count_", Type::Long), ("sum_n", Type::Long)],
        Node::Summarize {
            input: Box::new(scan()),
            keys: vec![column(0, Type::String)],
            aggregates: vec![aggregate("count", vec![], 1), aggregate("sum", vec![column(1, Type::Long)], 1)],
        },
    );
    assert_eq!(
        cells(&try_run(counts, &tables, Limits::default()).unwrap()),
        [
            [text("x"), long(33_334), long(1_666_683_333)],
            [text("y"), long(33_333), long(1_666_616_667)],
            [text("z"), long(33_333), long(1_666_650_000)],
        ]
    );
}

#[test]
fn limits_cut_the_answer_and_end_what_grows_too_large() {
    let tables = large(40_000);
    let limits = Limits { rows_max: 33_000, intermediate_rows_max: 50_000, ..Limits::default() };
    assert_eq!(try_run(scan(), &tables, limits).unwrap().row_count(), 33_000);
    let squared = relation(
        &[("k", Type::String), ("n", Type::Long), ("k1", Type::String), ("n1", Type::Long)],
        Node::Join {
            kind: JoinKind::Inner,
            left: Box::new(scan()),
            right: Box::new(scan()),
            on: vec![(column(0, Type::String), column(0, Type::String))],
        },
    );
    let counted = relation(
        &[("count_", Type::Long)],
        Node::Summarize { input: Box::new(squared), keys: vec![], aggregates: vec![aggregate("count", vec![], 1)] },
    );
    assert_eq!(try_run(counted, &tables, limits).unwrap_err(), RunError::TooLarge);
}

#[test]
fn a_stopped_run_ends() {
    let stop = StopFlag::default();
    stop.clone().stop();
    let context = Context::new(crate::base::Timestamp::MIN);
    let plan = Plan { root: scan(), shared: Vec::new(), more: Vec::new() };
    assert_eq!(run(&plan, &large(1), &context, Limits::default(), &stop).unwrap_err(), RunError::Stopped);
}

#[test]
fn what_keeps_too_much_is_refused_and_what_passes_is_not() {
    let tables = large(200_000);
    let limits = Limits { bytes_max: 1 << 20, ..Limits::default() };
    let doubled = Scalar {
        ty: Type::Long,
        span: SPAN,
        node: ScalarNode::Call {
            function: operator("+").unwrap(),
            arguments: vec![column(1, Type::Long), column(1, Type::Long)],
        },
    };
    let computed =
        || relation(&[("n", Type::Long)], Node::Project { input: Box::new(scan()), outputs: vec![doubled.clone()] });
    let by = |input| Node::Sort {
        input,
        keys: vec![SortKey { by: column(0, Type::Long), descending: true, nulls_first: false }],
    };
    let count = |input| {
        let call = aggregate("count", vec![], 1);
        relation(
            &[("count_", Type::Long)],
            Node::Summarize { input: Box::new(input), keys: vec![], aggregates: vec![call] },
        )
    };
    assert_eq!(cells(&try_run(count(computed()), &tables, limits).unwrap()), [[long(200_000)]]);
    let sorted = || same(computed(), by);
    assert_eq!(try_run(sorted(), &tables, limits).unwrap_err(), RunError::TooMuchMemory(1));
    assert_eq!(try_run(count(sorted()), &tables, Limits::default()).unwrap().row_count(), 1);
    let listed = relation(
        &[("list_n", Type::Dynamic)],
        Node::Summarize {
            input: Box::new(scan()),
            keys: vec![],
            aggregates: vec![aggregate("make_list", vec![column(1, Type::Long)], 1)],
        },
    );
    assert_eq!(try_run(listed, &tables, limits).unwrap_err(), RunError::TooMuchMemory(1));
}

#[test]
fn rows_beyond_a_batch_are_sorted_stably() {
    let tables = large(100_000);
    let sorted = same(scan(), |input| Node::Sort {
        input,
        keys: vec![SortKey { by: column(0, Type::String), descending: true, nulls_first: false }],
    });
    let limits = Limits { rows_max: 100_000, ..Limits::default() };
    let table = try_run(sorted, &tables, limits).unwrap();
    let rows: Vec<(Value, Value)> =
        (0..table.row_count()).map(|row| (table.value(row, 0), table.value(row, 1))).collect();
    let ordered = |left: &(Value, Value), right: &(Value, Value)| {
        let texts = right.0.as_str().cmp(&left.0.as_str());
        texts.then(left.1.as_long().cmp(&right.1.as_long())).is_lt()
    };
    assert_eq!(rows.len(), 100_000);
    assert!(rows.windows(2).all(|pair| ordered(&pair[0], &pair[1])));
}
