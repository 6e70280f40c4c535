use crate::kql::plan::{Node, Plan, ScalarNode};
use crate::kql::{Diagnostic, Schema, compile};
use proptest::prelude::*;

/// What the tests' tables are.
const TABLES: &str = "let T = datatable(Id: long, Title: string, At: datetime, Bag: dynamic, Size: int, Score: real)[];\n\
                      let U = datatable(Id: long, Title: string, Other: string)[];\n";

/// The plan of `query` over the tests' tables.
fn plan(query: &str) -> Plan {
    let compiled = compile(&format!("{TABLES}{query}"), Schema::hunting());
    compiled.plan.unwrap_or_else(|| panic!("{query}: {:?}", compiled.diagnostics))
}

/// `name:type` of the columns that `query` answers with.
fn columns(query: &str) -> String {
    let columns = plan(query).root.columns;
    columns.iter().map(|field| format!("{}:{}", field.name, field.ty)).collect::<Vec<_>>().join(" ")
}

/// What is said of `query`, and of which part of it.
fn complaints(query: &str) -> Vec<(String, String)> {
    let source = format!("{TABLES}{query}");
    let said = compile(&source, Schema::hunting()).diagnostics;
    said.into_iter().map(|d| (d.span.of(&source).to_owned(), d.message)).collect()
}

#[test]
fn columns_are_named_and_typed_as_kusto_does() {
    let cases = [
        ("T | project Title, Id", "Title:string Id:long"),
        (
            "T | project X = Id + 1, strcat(Title, 'x'), Bag.a.b, Bag['c'], Bag[0]",
            "X:long Column1:string Bag_a_b:dynamic Bag_c:dynamic Bag_0:dynamic",
        ),
        ("T | project tostring(Id), strlen(Title), bin(At, 1h)", "Id:string strlen_Title:long At:datetime"),
        ("T | project-away Bag, S*", "Id:long Title:string At:datetime"),
        ("T | project-keep Title, Id", "Id:long Title:string"),
        ("T | project-rename Name = Title | project Name", "Name:string"),
        ("T | project-reorder Score, * asc | project-away Bag, At", "Score:real Id:long Size:int Title:string"),
        ("U | extend Id = tostring(Id), N = 1", "Id:string Title:string Other:string N:long"),
        (
            "T | summarize count(), sum(Size), dcount(Title), countif(Id > 1) by Title",
            "Title:string count_:long sum_Size:long dcount_Title:long countif_:long",
        ),
        (
            "T | summarize make_set(Title), make_list(Id), avg(Score), max(At)",
            "set_Title:dynamic list_Id:dynamic avg_Score:real max_At:datetime",
        ),
        ("T | summarize arg_max(At, Title, Size) by Id", "Id:long At:datetime Title:string Size:int"),
        ("U | summarize arg_max(Title, *) by Id", "Id:long Title:string Other:string"),
        ("U | summarize take_any(*)", "Id:long Title:string Other:string"),
        ("T | summarize X = arg_max(At, Title) by Id", "Id:long X:datetime Title:string"),
        (
            "T | summarize Share = 100.0 * countif(Id > 1) / count(), count() by bin(At, 1d)",
            "At:datetime Share:real count_:long",
        ),
        ("T | summarize count(), count()", "count_:long count_1:long"),
        ("T | summarize by Title, Id", "Title:string Id:long"),
        ("T | count", "Count:long"),
        ("T | distinct Title, Id", "Title:string Id:long"),
        ("U | distinct *", "Id:long Title:string Other:string"),
        ("U | join kind=inner U on Id", "Id:long Title:string Other:string Id1:long Title1:string Other1:string"),
        ("U | join kind=leftanti (T | where Size > 1) on Id", "Id:long Title:string Other:string"),
        ("U | join kind=rightsemi (T | project Id) on $left.Id == $right.Id", "Id:long"),
        ("T | project Id | lookup U on Id", "Id:long Title:string Other:string"),
        ("U | union (T | project Id, Title, Score)", "Id:long Title:string Other:string Score:real"),
        ("union withsource=From kind=inner T, U", "From:string Id:long Title:string"),
        ("union (print x = 1), (print x = 'a')", "x_long:long x_string:string"),
        ("T | project Id, Bag | mv-expand Bag", "Id:long Bag:dynamic"),
        (
            "T | project Id, Bag | mv-expand with_itemindex=i Item = Bag.items to typeof(string)",
            "Id:long Bag:dynamic Item:string i:long",
        ),
        ("print 1, Named = 2d, 'x'", "print_0:long Named:timespan print_2:string"),
        ("U | getschema", "ColumnName:string ColumnOrdinal:long DataType:string ColumnType:string"),
        ("U | search 'x'", "$table:string Id:long Title:string Other:string"),
        ("let f = (x: long, y: long = 2) { x + y }; print a = f(1)", "a:long"),
        ("let f = (Rows: (Id: long)) { Rows | project Id }; f(T)", "Id:long"),
        ("let n = 3; T | top n by At | project Id", "Id:long"),
        ("let top1 = toscalar(T | summarize max(Score)); print top1", "top1:real"),
        ("T | as Kept | union Kept | count", "Count:long"),
        ("datatable(a: long, b: string,)[1, 'x']", "a:long b:string"),
        ("print iff(true, 1, 2.5), case(true, int(1), 2)", "print_0:real print_1:long"),
        (
            "print toint(7) / toint(2), 1d * 2, datetime(2026-01-02) - datetime(2026-01-01)",
            "print_0:long print_1:timespan print_2:timespan",
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(columns(query), expected, "{query}");
    }
}

#[test]
fn complaints_are_exact_worded_as_kusto_and_made_once() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("Tt | take 1", &[("Tt", "Failed to resolve table or column expression named 'Tt'")]),
        ("T | where Titel == 'a'", &[("Titel", "'where' operator: Failed to resolve scalar expression named 'Titel'")]),
        (
            "T | project a = Nope, b = strlenn(Title), c = Nope2",
            &[
                ("Nope", "'project' operator: Failed to resolve scalar expression named 'Nope'"),
                ("strlenn", "Unknown function: 'strlenn'"),
                ("Nope2", "'project' operator: Failed to resolve scalar expression named 'Nope2'"),
            ],
        ),
        ("T | where Title > 5", &[(">", "Cannot compare values of types string and long. Try adding explicit casts")]),
        ("let n = 1; let n = 2; print n", &[("n", "A variable with the name 'n' has already been declared")]),
        (
            "let f = (n: long) { let n = 2; n }; print f(1)",
            &[("n", "A variable with the name 'n' has already been declared")],
        ),
        ("let n = 1; let f = () { let n = 2; n }; print f() + n", &[]),
        ("datatable(a: long,, b: long)[1, 2]", &[("", "Expected a column name, found ','")]),
        ("T | where Title", &[("Title", "'where' operator: an expression of type bool is expected, not string")]),
        ("print strlen()", &[("strlen", "strlen(): function expects 1 argument")]),
        ("T | extend x = extract('a', 0, Id)", &[("Id", "extract(): argument #3 must be of type string, not long")]),
        ("T | project a = 1, a = 2", &[("a", "'project' operator: a column named 'a' already exists")]),
        (
            "T | summarize count() by Bag",
            &[(
                "Bag",
                "Summarize group key ('Bag') is of a 'dynamic' type. Please use an explicit cast (for example, 'summarize ... \
             by tostring(Bag)') as grouping by a 'dynamic' type is not supported",
            )],
        ),
        ("T | order by Bag", &[("Bag", "'order' operator: key can't be of dynamic type")]),
        (
            "T | summarize Title",
            &[("Title", "'summarize' operator: 'Title' must be inside an aggregate function or a key")],
        ),
        ("T | where count() > 1", &[("count", "The aggregate function 'count' can only be used in 'summarize'")]),
        (
            "T | join kind=sideways U on Id",
            &[(
                "sideways",
                "'sideways' is no kind here; there are innerunique, inner, leftouter, rightouter, fullouter, leftsemi, \
             rightsemi, leftanti, leftantisemi, anti, rightanti, rightantisemi",
            )],
        ),
        ("T | mv-expand Title", &[("Title", "'mv-expand' operator: expanded expression must be dynamic, not string")]),
        ("T | take Size", &[("Size", "'take' operator: Failed to resolve scalar expression named 'Size'")]),
        (
            "let x = Nope | take 1; x | where a == 1 | union (x)",
            &[("Nope", "Failed to resolve table or column expression named 'Nope'")],
        ),
        ("let f = (x: long) { x }; print f('a')", &[("'a'", "f(): argument #1 must be of type long, not string")]),
        (
            "let f = (x: long) { T | where Bad == x }; union f(1), f(2)",
            &[("Bad", "'where' operator: Failed to resolve scalar expression named 'Bad'")],
        ),
        (
            "T | extend x = toscalar(U | where Id == Size | count)",
            &[("Size", "'where' operator: Failed to resolve scalar expression named 'Size'")],
        ),
    ];
    for (query, expected) in cases {
        let said = complaints(query);
        let said: Vec<(&str, &str)> = said.iter().map(|(span, message)| (span.as_str(), message.as_str())).collect();
        assert_eq!(said, *expected, "{query}");
    }
}

#[test]
fn what_follows_a_mistake_is_checked_and_its_consequences_are_not_said() {
    let unknown = |operator: &str, name: &str| {
        (name.to_owned(), format!("'{operator}' operator: Failed to resolve scalar expression named '{name}'"))
    };
    let table = |name: &str| (name.to_owned(), format!("Failed to resolve table or column expression named '{name}'"));
    let cases: &[(&str, &[(String, String)])] = &[
        (
            "T | where Bad1 > 1 | extend x = Bad2 | where x > 1 and Bad3 == 1 | take 5",
            &[unknown("where", "Bad1"), unknown("extend", "Bad2"), unknown("where", "Bad3")],
        ),
        (
            "T | extend Title = Bad1 | where Title > 5 | project Id, y = Bad2 | where y > 1 or Size > 1",
            &[unknown("extend", "Bad1"), unknown("project", "Bad2"), unknown("where", "Size")],
        ),
        (
            "T | summarize a = sum(Bad1), n = count() by Title, Bad2 | where a > 1 and Bad2 > 1 and Id > 1",
            &[unknown("summarize", "Bad1"), unknown("summarize", "Bad2"), unknown("where", "Id")],
        ),
        ("T | summarize arg_max(Bad1, *) by Id | where Other1 == 1", &[unknown("summarize", "Bad1")]),
        (
            "T | join kind=inner (Nope | where x == 1) on Id | where y == 1 | project-away Id | summarize count() by Id",
            &[table("Nope")],
        ),
        (
            "let L = T | extend k = Bad1; L | join kind=inner U on $left.k == $right.Bad2 | where k == Bad3",
            &[unknown("extend", "Bad1"), unknown("join", "Bad2"), unknown("where", "Bad3")],
        ),
        (
            "T | parse Bad1 with a ':' b: long | where a > 1 and b has 'x' and Bad2 == 1",
            &[
                unknown("parse", "Bad1"),
                ("has".to_owned(), "'has' cannot be used with types long and string".to_owned()),
                (
                    ">".to_owned(),
                    "Cannot compare values of types string and long. Try adding explicit casts".to_owned(),
                ),
                unknown("where", "Bad2"),
            ],
        ),
        (
            "let s = toscalar(Nope | summarize max(x)); let l = Nope | distinct y; T | where Id > s and Title in (l)",
            &[table("Nope"), table("Nope")],
        ),
        (
            "T | mv-expand Bad1, b = Bad2 | where b == 1 | order by Bad3 | take Bad4",
            &[
                unknown("mv-expand", "Bad1"),
                unknown("mv-expand", "Bad2"),
                unknown("order", "Bad3"),
                unknown("take", "Bad4"),
            ],
        ),
        (
            "T | project-away Bad1, Id | project-reorder Bad2, Id | project-rename a = Bad3, b = Title | where Title == b",
            &[
                unknown("project-away", "Bad1"),
                unknown("project-reorder", "Bad2"),
                unknown("project-reorder", "Id"),
                unknown("project-rename", "Bad3"),
                unknown("where", "Title"),
            ],
        ),
        (
            "T | where Title == 'a' x | where Bad1 == 1",
            &[("x".to_owned(), "Expected '|' or the end of the query, found 'x'".to_owned()), unknown("where", "Bad1")],
        ),
        (
            "T | summarize arg_mx(At, *) by Id | where Title == 'a'",
            &[("arg_mx".to_owned(), "Unknown function: 'arg_mx'".to_owned())],
        ),
    ];
    for (query, expected) in cases {
        let mut said = complaints(query);
        let mut expected = expected.to_vec();
        said.sort();
        expected.sort();
        assert_eq!(said, expected, "{query}");
        assert!(compile(&format!("{TABLES}{query}"), Schema::hunting()).plan.is_none(), "{query}");
    }
}

#[test]
fn hints_name_what_was_probably_meant() {
    let cases = [
        ("alertinfo | take 1", "did you mean AlertInfo?"),
        ("AADSignInEventsBeta | take 1", "AADSignInEventsBeta was renamed to EntraIdSignInEvents"),
        ("AlertInfo | where title == 'a'", "did you mean Title?"),
        ("AlertInfo | where Severty == 'a'", "did you mean Severity?"),
        ("AlertInfo | extend x = to_lower(Title)", "did you mean tolower?"),
        ("AlertInfo | summarise count()", "did you mean summarize?"),
        ("AlertInfo | extend x = tolow(Title)", "did you mean tolower?"),
        ("AlertInfo | serialize | extend x = prve(Title)", "did you mean prev?"),
    ];
    for (query, hint) in cases {
        let said = compile(query, Schema::hunting()).diagnostics;
        assert_eq!(said.first().and_then(|first| first.hint.as_deref()), Some(hint), "{query}: {said:?}");
    }
}

#[test]
fn a_table_written_twice_is_computed_once() {
    let plan = plan("let Big = T | where Id > 1; Big | join kind=inner (Big | project Id) on Id");
    assert_eq!(plan.shared.len(), 1);
    let Node::Join { left, .. } = &plan.root.node else { panic!("{plan:?}") };
    assert!(matches!(left.node, Node::Shared(0)));
    assert_eq!(plan_shared("let Once = T | where Id > 1; Once | project Id"), 0);
    assert_eq!(plan_shared("U | where Title in (T | project Title)"), 1);
}

#[test]
fn what_nothing_refers_to_is_left_out() {
    let unused = "let n = toscalar(T | count); let f = () { toscalar(U | count) };";
    assert_eq!(plan_shared(&format!("{unused} AlertInfo | take 1")), 0);
    let plan = plan(&format!("{unused} let Two = AlertInfo | take 2; Two | union Two"));
    assert_eq!(plan.shared.len(), 1);
    let Node::Union(inputs) = &plan.root.node else { panic!("{plan:?}") };
    assert!(inputs.iter().all(|input| matches!(input.node, Node::Shared(0))));
}

/// How many relations `query` shares.
fn plan_shared(query: &str) -> usize {
    plan(query).shared.len()
}

#[test]
fn a_long_chain_of_conditions_is_balanced() {
    let conditions: Vec<String> = (0..1_000).map(|number| format!("Id == {number}")).collect();
    let plan = plan(&format!("T | where {}", conditions.join(" or ")));
    let Node::Filter { predicate, .. } = &plan.root.node else { panic!() };
    assert!(predicate.depth() < 15, "{}", predicate.depth());
}

#[test]
fn numbers_are_widened_at_once_where_they_are_constant() {
    let plan = plan("T | where Score > 1");
    let Node::Filter { predicate, .. } = &plan.root.node else { panic!() };
    let ScalarNode::Call { arguments, .. } = &predicate.node else { panic!() };
    assert_eq!(arguments[1].as_literal(), Some(&crate::kql::Value::Real(1.0)));
}

#[test]
fn hostile_queries_end_in_complaints() {
    let nested = format!("print {}1{}", "not(".repeat(5_000), ")".repeat(5_000));
    let long_sum = format!("print {}", vec!["1"; 5_000].join(" + "));
    let doubling: Vec<String> = (1..60).map(|n| format!("let f{n} = () {{ f{0}() + f{0}() }};", n - 1)).collect();
    let doubling = format!("let f0 = () {{ 1 }};{} print f59()", doubling.concat());
    let copies: Vec<String> = (1..60).map(|n| format!("let s{n} = strcat(s{0}, s{0});", n - 1)).collect();
    let copies = format!("let s0 = 'a';{} print s59", copies.concat());
    let tall = (0..90).fold("1".to_owned(), |inner, _| format!("({inner}{})", " + 1".repeat(190)));
    let tall = format!("print {tall}");
    for query in [nested, long_sum, doubling, copies, tall] {
        assert!(compile(&query, Schema::hunting()).plan.is_none(), "{query}");
    }
    let lets: Vec<String> = (1..3_000).map(|n| format!("let t{n} = t{} | take 1;\n", n - 1)).collect();
    assert!(compile(&format!("let t0 = AlertInfo;{} t2999", lets.concat()), Schema::hunting()).plan.is_some());
}

proptest! {
    #[test]
    fn any_pipeline_of_pieces_binds_or_complains(pieces in proptest::collection::vec(0..PIECES.len(), 0..8)) {
        let pieces: Vec<&str> = pieces.into_iter().map(|at| PIECES[at]).collect();
        let query = format!("AlertInfo {}", pieces.join(" "));
        let compiled = compile(&query, Schema::hunting());
        prop_assert_eq!(compiled.plan.is_none(), compiled.diagnostics.iter().any(Diagnostic::is_error));
        for diagnostic in &compiled.diagnostics {
            prop_assert!(query.get(diagnostic.span.range()).is_some());
        }
    }
}

/// Operators, whole and broken.
static PIECES: &[&str] = &[
    "| where Title has 'a'",
    "| where Title ==",
    "| project Title, Severity",
    "| project-away Title",
    "| extend x = Title + 1",
    "| extend y = parse_json(Title).a[0]",
    "| summarize count(), arg_max(Timestamp, *) by Title",
    "| summarize x = count() / 2",
    "| join kind=inner (AlertEvidence | where ) on AlertId",
    "| join AlertEvidence on AlertId",
    "| union AlertEvidence",
    "| mv-expand parse_json(Title)",
    "| search 'a' or Title:'b'",
    "| top 5 by Timestamp",
    "| distinct *",
    "| as X",
    "| parse Title with *",
    "| lookup kind=inner (AlertEvidence) on AlertId",
    "| where Title in (AlertInfo | project Title)",
    ") ; let a = 1",
];
