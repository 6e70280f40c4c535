use super::ast::{ExprKind, LetValue, Operator, StatementKind};
use super::token::TokenKind;
use super::{lex, literal, parse};
use crate::kql::{Span, Type, Value};
use proptest::prelude::*;

/// Kinds and texts without trivia.
fn tokens(source: &str) -> Vec<(TokenKind, &str)> {
    let tokens = lex(source).into_iter().filter(|token| !token.kind.is_trivia());
    tokens.map(|token| (token.kind, token.span.of(source))).collect()
}

#[test]
fn literals_of_all_forms_are_one_token() {
    let cases = [
        ("12", TokenKind::Long),
        ("0x1F", TokenKind::Long),
        ("1.5", TokenKind::Real),
        ("1e10", TokenKind::Real),
        ("2.5E-3", TokenKind::Real),
        ("1d", TokenKind::TimeSpan),
        ("1.5h", TokenKind::TimeSpan),
        ("100ms", TokenKind::TimeSpan),
        ("100tick", TokenKind::TimeSpan),
        ("5microseconds", TokenKind::TimeSpan),
        ("datetime(2026-11-23 09:58:11.1234567)", TokenKind::TypedLiteral),
        ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", TokenKind::TypedLiteral),
        ("long(null)", TokenKind::TypedLiteral),
        ("real(+inf)", TokenKind::TypedLiteral),
        (r#""a \" b""#, TokenKind::String),
        (r"'it\'s'", TokenKind::String),
        (r#"@"C:\temp\""quoted""""#, TokenKind::String),
        (r#"h"secret""#, TokenKind::String),
        (r#"h@"sec\ret""#, TokenKind::String),
        ("```two\nlines```", TokenKind::String),
        ("~~~two\nlines~~~", TokenKind::String),
        ("\"open", TokenKind::UnterminatedString),
        ("in~", TokenKind::WordOperator),
        ("!in~", TokenKind::WordOperator),
        ("!has_cs", TokenKind::WordOperator),
        ("$left", TokenKind::Name),
        ("3DObjects", TokenKind::Name),
        ("hash", TokenKind::Name),
    ];
    for (source, kind) in cases {
        assert_eq!(tokens(source), [(kind, source)], "{source}");
    }
    let range = [(TokenKind::Long, "1"), (TokenKind::DotDot, ".."), (TokenKind::Long, "5")];
    assert_eq!(tokens("1..5"), range);
    assert_eq!(tokens("datetime)"), [(TokenKind::Name, "datetime"), (TokenKind::CloseParen, ")")]);
}

#[test]
fn string_literals_mean_what_they_escape() {
    let cases = [
        (r#""a\tb\\c\"d""#, "a\tb\\c\"d"),
        (r"'\u0041\x42'", "AB"),
        (r#"@"C:\temp""#, r"C:\temp"),
        (r#"@"say ""hi""""#, r#"say "hi""#),
        (r"@'it''s'", "it's"),
        (r"h'secret'", "secret"),
        ("```\nraw \\n\n```", "raw \\n\n"),
        (r"'\xZZ'", "ZZ"),
    ];
    for (text, meaning) in cases {
        assert_eq!(literal::string(text), meaning, "{text}");
    }
}

#[test]
fn typed_literals_have_their_values() {
    let day = 864_000_000_000;
    let cases = [
        ("int(7)", Type::Int, Value::Int(7)),
        ("long(-3)", Type::Long, Value::Long(-3)),
        ("long(0xFF)", Type::Long, Value::Long(255)),
        ("real(1)", Type::Real, Value::Real(1.0)),
        ("bool(true)", Type::Bool, Value::Bool(true)),
        ("timespan(1.02:03:04.5)", Type::TimeSpan, Value::TimeSpan(day + 73_845_000_000)),
        ("time(-00:30:00)", Type::TimeSpan, Value::TimeSpan(-18_000_000_000)),
        ("time(0.00:00:00.0000001)", Type::TimeSpan, Value::TimeSpan(1)),
        ("timespan(2d)", Type::TimeSpan, Value::TimeSpan(2 * day)),
        ("datetime(0001-01-02)", Type::DateTime, Value::DateTime(day)),
        ("datetime(0001-01)", Type::DateTime, Value::DateTime(0)),
        ("datetime(null)", Type::DateTime, Value::Null),
        ("guid(00000000-0000-0000-0000-00000000000a)", Type::Guid, Value::Guid(10)),
    ];
    for (text, ty, value) in cases {
        assert_eq!(literal::typed(text), Ok((ty, value)), "{text}");
    }
    for bad in ["int(3000000000)", "datetime(soon)", "guid(12)", "bool(maybe)", "decimal(x)"] {
        assert!(literal::typed(bad).is_err(), "{bad}");
    }
}

/// An expression as brackets, so that its shape can be compared.
fn shape(kind: &ExprKind) -> String {
    let of = |expr: &super::ast::Expr| shape(&expr.kind);
    match kind {
        ExprKind::Literal(_, Value::Long(number)) => number.to_string(),
        ExprKind::Literal(_, value) => format!("{value:?}"),
        ExprKind::Name(name) | ExprKind::Wildcard(name) => name.to_string(),
        ExprKind::Call { name, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(|argument| of(&argument.value)).collect();
            format!("{}({})", name.text, arguments.join(" "))
        }
        ExprKind::Member { object, name } => format!("{}.{}", of(object), name.text),
        ExprKind::Element { object, index } => format!("{}[{}]", of(object), of(index)),
        ExprKind::Negate(operand) => format!("(neg {})", of(operand)),
        ExprKind::Binary { operator, left, right, .. } => format!("({operator} {} {})", of(left), of(right)),
        ExprKind::Chain { operator, operands } => {
            format!("({operator} {})", operands.iter().map(of).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Among { operator, value, items, .. } => {
            format!("({operator} {} [{}])", of(value), items.iter().map(of).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Between { operator, value, low, high, .. } => {
            format!("({operator} {} {} {})", of(value), of(low), of(high))
        }
        ExprKind::Group(inner) => of(inner),
        other => format!("{other:?}"),
    }
}

#[test]
fn operators_bind_by_precedence() {
    let cases = [
        ("a + b * c - d", "(- (+ a (* b c)) d)"),
        ("a == 1 and b == 2 or c", "(or (and (== a 1) (== b 2)) c)"),
        ("a and b and c", "(and a b c)"),
        ("(a or b) and c", "(and (or a b) c)"),
        ("-a.b[0]", "(neg a.b[0])"),
        ("-3", "-3"),
        ("a in~ (1, 2)", "(in~ a [1 2])"),
        ("a !between (1 .. 5)", "(!between a 1 5)"),
        ("a matches regex b", "(matches regex a b)"),
        ("a has_any (b)", "(has_any a [b])"),
        ("x.y['z w'].q", r#"x.y[String("z w")].q"#),
        ("['two words'] == 1", "(== two words 1)"),
        ("f(a, g(b))", "f(a g(b))"),
        ("count == kind", "(== count kind)"),
        ("not(a)", "not(a)"),
    ];
    for (source, expected) in cases {
        let parsed = parse(&format!("T | where {source}"));
        assert_eq!(parsed.diagnostics, [], "{source}");
        let StatementKind::Query(query) = &parsed.query.statements[0].kind else { panic!("{source}") };
        let ExprKind::Pipeline(pipeline) = &query.kind else { panic!("{source}") };
        let Operator::Where(predicate) = &pipeline.stages[0].operator else { panic!("{source}") };
        assert_eq!(shape(&predicate.kind), expected, "{source}");
    }
}

#[test]
fn a_function_is_told_from_a_bracketed_expression() {
    let parsed = parse("let f = (x: long, T: (a: string, *)) { T };\nlet g = (1 + 2);\nlet h = () { 5 };");
    let is_function = |at: usize| {
        matches!(&parsed.query.statements[at].kind, StatementKind::Let { value: LetValue::Function(_), .. })
    };
    assert_eq!([is_function(0), is_function(1), is_function(2)], [true, false, true]);
}

#[test]
fn complaints_are_exact_and_do_not_hide_each_other() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("T | where ", &[("", "Expected an expression, found the end of the query")]),
        ("T | | take 1", &[("", "Expected an operator, found '|'")]),
        (
            "T | where (a == 1 | take",
            &[("|", "Expected ')', found '|'"), ("", "Expected an expression, found the end of the query")],
        ),
        (
            "T | reduce by x | where a ==",
            &[
                ("reduce", "The 'reduce' operator is not supported yet"),
                ("", "Expected an expression, found the end of the query"),
            ],
        ),
        ("T | wher a == 1", &[("wher", "'wher' is not a tabular operator")]),
        ("T | parse-kv a as (b: long with", &[("with", "Expected ')', found 'with'")]),
        ("T | where a == 'open", &[("'open", "The string is not closed")]),
        ("T take 1", &[("take", "Expected ';' or '|', found 'take'")]),
        ("T | make-graph a --> b | graph-match (n)-[e]>(m)", &[(">", "Expected '-' of an edge, found '>'")]),
        ("T | where isempty(a | take 1", &[("|", "Expected ')', found '|'")]),
        (
            "T | summarize n) by a, b; T | where ",
            &[(")", "Expected ';' or '|', found ')'"), ("", "Expected an expression, found the end of the query")],
        ),
        ("T;; T", &[(";", "A query is expected before ';'")]),
        ("T | where a in ()", &[("", "Expected an expression, found ')'")]),
        (
            "T | render piechrt with (title='a')",
            &[(
                "piechrt",
                "'piechrt' is no kind of chart; there are table, list, \
          barchart, piechart, ladderchart, timechart, linechart, anomalychart, pivotchart, areachart, \
          stackedareachart, scatterchart, timepivot, columnchart, timeline, 3Dchart, card, treemap, plotly, graph, sankey",
            )],
        ),
        ("T | render 3Dchart with (kind=stacked, ycolumns=a, b, title='a')", &[]),
        ("T | render table table", &[("table", "Expected '|' or the end of the query, found 'table'")]),
    ];
    for (source, expected) in cases {
        let parsed = parse(source);
        let found: Vec<_> = parsed
            .diagnostics
            .iter()
            .filter(|d| d.is_error())
            .map(|d| (d.span.of(source), d.message.as_str()))
            .collect();
        assert_eq!(found, *expected, "{source}");
    }
}

#[test]
fn hostile_depth_is_a_complaint() {
    for piece in
        ["(", "[", "{", "-", "f(", "a[", "dynamic(", "dynamic([", "T | join (", "not(", "let f = () {", "1 + ("]
    {
        let source = piece.repeat(20_000);
        assert!(!parse(&format!("T | where {source}")).diagnostics.is_empty(), "{piece}");
        assert!(!parse(&source).diagnostics.is_empty(), "{piece}");
    }
    for piece in [" + 1", " == 1", ".a", "[0]", " | count", " and 1", " * 2"] {
        let parsed = parse(&format!("print 1{}", piece.repeat(20_000)));
        assert!(parsed.diagnostics.len() <= 2, "{piece}: {:?}", parsed.diagnostics);
    }
}

proptest! {
    #[test]
    fn any_text_lexes_whole(source in any::<String>()) {
        let mut at = 0;
        for token in lex(&source) {
            prop_assert_eq!(token.span.start, at);
            prop_assert!(token.span.end > at);
            prop_assert!(source.get(token.span.range()).is_some());
            at = token.span.end;
        }
        prop_assert_eq!(at, source.len());
    }

    #[test]
    fn any_text_parses(source in any::<String>()) {
        parse(&source);
    }

    #[test]
    fn any_heap_of_kql_words_parses(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let source: Vec<&str> = words.into_iter().map(|at| WORDS[at]).collect();
        let source = source.join(" ");
        for diagnostic in parse(&source).diagnostics {
            prop_assert!(source.get(diagnostic.span.range()).is_some());
            prop_assert_ne!(diagnostic.span, Span::new(1, 0));
        }
    }
}

/// What queries are made of.
static WORDS: &[&str] = &[
    "let",
    "T",
    "|",
    "where",
    "project",
    "-",
    "away",
    "extend",
    "summarize",
    "by",
    "join",
    "on",
    "$left",
    "==",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "=",
    "x",
    "y",
    "'s'",
    "\"t",
    "1",
    "1d",
    "datetime(2026-01-01)",
    "dynamic(",
    "in",
    "in~",
    "has_any",
    "between",
    "..",
    ".",
    "*",
    "and",
    "or",
    "not",
    "union",
    "search",
    "print",
    "datatable",
    ":",
    "long",
    "mv",
    "expand",
    "top",
    "order",
    "asc",
    "nulls",
    "first",
    "to",
    "typeof",
    "limit",
    "set",
    "make",
    "series",
    "step",
    "scan",
    "=>",
    "evaluate",
    "apply",
    "with",
    "of",
    "partition",
    "hint",
    "kind",
    "```",
    "//c\n",
];
