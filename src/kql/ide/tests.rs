use super::{CompletionKind, Scope, TokenKind, complete, complete_in};
use crate::kql::Schema;
use crate::kql::syntax::Lexed;

#[test]
fn tokens_are_coloured_by_what_they_are() {
    let source = "let n = 5d; // week\nDeviceFileEvents\n| where FileName has_any ('a') and f(kind) == datetime(2026-01-01)\n\
                  | project-away Size, kind\n| join kind=inner (AlertInfo) on $left.A == $right.B\n| mv-expand x to typeof(long)";
    let coloured: Vec<(&str, TokenKind)> =
        Lexed::new(source).highlight().iter().map(|(span, kind)| (span.of(source), *kind)).collect();
    let expected = [
        ("let", TokenKind::Keyword),
        ("n", TokenKind::Name),
        ("5d", TokenKind::Number),
        ("// week", TokenKind::Comment),
        ("DeviceFileEvents", TokenKind::Table),
        ("where", TokenKind::Keyword),
        ("FileName", TokenKind::Name),
        ("has_any", TokenKind::Operator),
        ("'a'", TokenKind::String),
        ("and", TokenKind::Operator),
        ("f", TokenKind::Function),
        ("datetime(2026-01-01)", TokenKind::Number),
        ("project", TokenKind::Keyword),
        ("-", TokenKind::Keyword),
        ("away", TokenKind::Keyword),
        ("Size", TokenKind::Name),
        ("inner", TokenKind::Keyword),
        ("AlertInfo", TokenKind::Table),
        ("on", TokenKind::Keyword),
        ("to", TokenKind::Keyword),
        ("typeof", TokenKind::Keyword),
        ("long", TokenKind::Type),
    ];
    for wanted in expected {
        assert!(coloured.contains(&wanted), "{wanted:?} is missing in {coloured:?}");
    }
    let kinds: Vec<TokenKind> = coloured.iter().filter(|(text, _)| *text == "kind").map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [TokenKind::Name, TokenKind::Name, TokenKind::Keyword]);
}

#[test]
fn blank_lines_set_queries_apart() {
    let source = "first\n| take 1\n\nsecond ```a\n\nb```\n| count\n \t\nthird";
    let at = |needle: &str| Lexed::new(source).statement_at(source.find(needle).unwrap()).of(source);
    assert_eq!(at("take"), "first\n| take 1");
    assert_eq!(at("| count"), "second ```a\n\nb```\n| count");
    assert_eq!(at("third"), "third");
    assert_eq!(at("\n\nsecond"), "first\n| take 1");
    assert_eq!(Lexed::new("").statement_at(0).of(""), "");
}

/// Labels of one kind at the `^` in `source`.
fn labels(source: &str, kind: CompletionKind) -> Vec<String> {
    let at = source.find('^').unwrap();
    let found = complete(&source.replace('^', ""), at, Schema::hunting());
    found.into_iter().filter(|completion| completion.kind == kind).map(|completion| completion.label).collect()
}

#[test]
fn completions_fit_the_place() {
    use CompletionKind::{Aggregate, Column, Function, Let, Operator, Table, Value};
    let cases: &[(&str, CompletionKind, &str)] = &[
        ("^", Table, "AlertInfo"),
        ("Alert^", Table, "AlertInfo"),
        ("let x = AlertInfo;\n^", Let, "x"),
        ("AlertInfo | ^", Operator, "where"),
        ("AlertInfo | proj^", Operator, "project-away"),
        ("AlertInfo | where ^", Column, "Severity"),
        ("AlertInfo | where ^", Function, "tolower"),
        ("AlertInfo | where Severity == 'High' and Ti^", Column, "Title"),
        ("AlertInfo | extend x = 1 | where strlen(^", Column, "x"),
        ("AlertInfo | summarize n = count() by Title | order by ^", Column, "n"),
        ("AlertInfo | summarize d^", Aggregate, "dcount"),
        ("let T = AlertInfo | project Answer = Title;\nT | where ^", Column, "Answer"),
        ("AlertInfo | join kind=inner (^", Table, "AlertEvidence"),
        ("AlertInfo | join (AlertEvidence | project AlertId, Kin = EntityType | where ^", Column, "Kin"),
        ("union AlertInfo, ^", Table, "AlertEvidence"),
        ("AlertInfo | where Severity == '^", Value, "High"),
    ];
    for (source, kind, label) in cases {
        let found = labels(source, *kind);
        assert!(found.iter().any(|known| known == label), "{source}: {label} is missing in {found:?}");
    }
    assert_eq!(labels("AlertInfo | project A = Title | where ^", Column), ["A"]);
    assert_eq!(complete("AlertInfo // wh", 15, Schema::hunting()), []);
}

#[test]
fn a_completion_replaces_what_is_typed() {
    let source = "AlertInfo | where Sev";
    let found = complete(source, source.len(), Schema::hunting());
    assert_eq!(found.first().map(|first| (first.label.as_str(), first.span.of(source))), Some(("Severity", "Sev")));
}

#[test]
fn what_is_kept_from_key_to_key_changes_no_offer() {
    let typed = "let T = AlertInfo;\nT | extend A = Title | where A\n| project B = A | where ";
    let mut scope = Scope::default();
    let mut check = |source: &str, at: usize| {
        let fresh = complete(source, at, Schema::hunting());
        assert_eq!(complete_in(&mut scope, source, at, Schema::hunting()), fresh, "{source:?} at {at}");
    };
    for end in 0..=typed.len() {
        check(typed.get(..end).unwrap(), end);
    }
    let changed = typed.replace("B = A", "C = A");
    check(&changed, changed.len());
    for at in (0..changed.len()).rev() {
        check(&changed, at);
    }
}

#[test]
fn words_are_explained() {
    let source = "AlertInfo | where tolower(Title) has 'x'";
    let at = |word: &str| super::hover(source, source.find(word).unwrap(), Schema::hunting()).unwrap().text;
    assert!(at("AlertInfo").starts_with("AlertInfo: "));
    assert_eq!(at("where"), "where: rows for which a predicate is true");
    assert!(at("tolower").starts_with("tolower("));
    assert!(at("Title").starts_with("Title: string. "));
    assert_eq!(super::hover(source, source.len() - 1, Schema::hunting()), None);
    assert_eq!(at("has"), "has: has it as a whole term, in any case");
    let source = "let since = ago(7d);\nlet f = (T: (*), n: long = 5) { T | take n };\nDeviceEvents | where Timestamp > since\n\
                  | extend Size = strlen(FileName), FileSize = 'x' | project-away Size | summarize by FileSize, DeviceId\n\
                  | invoke f(";
    let last = |word: &str| super::hover(source, source.rfind(word).unwrap(), Schema::hunting()).unwrap().text;
    assert_eq!(last("since"), "let since = ago(7d);");
    assert_eq!(last("project-away"), "project-away: all columns but some");
    assert_eq!(last("Size | summarize"), "Size: long. A column of this query");
    assert_eq!(last("FileSize, Dev"), "FileSize: string. A column of this query");
    assert!(last("DeviceId").starts_with("DeviceId: string. "), "{}", last("DeviceId"));
    let help = super::signature_help(source, source.len()).unwrap();
    assert_eq!(help.labels, ["f(T: (*), n: long = 5)"]);
}

#[test]
fn calls_names_and_folds_are_found() {
    let call = "print extract('a(b', pack_array(1, 2)[0], ";
    let help = super::signature_help(call, call.len()).unwrap();
    assert!(help.labels[0].starts_with("extract("), "{help:?}");
    assert_eq!(help.argument, 2);
    assert_eq!(super::signature_help("print (1, ", 10), None);
    let source = "let n = 1;\nlet T = AlertInfo\n| take n;\nT";
    assert_eq!(super::definition(source, source.len()).unwrap().start, source.find("T =").unwrap());
    assert_eq!(super::definition(source, source.rfind("n;").unwrap()).unwrap().start, 4);
    let folds: Vec<&str> = super::folds(source).iter().map(|fold| fold.of(source)).collect();
    assert_eq!(folds, ["let T = AlertInfo\n| take n"]);
}

#[test]
fn advice_is_given_where_it_helps() {
    let said = |source: &str| -> Vec<String> {
        super::lints(source, Schema::hunting()).into_iter().map(|found| found.message).collect()
    };
    let bad = said("AlertInfo | where Title contains 'usbdrive' | join AlertEvidence on AlertId");
    for part in
        ["'contains'", "without a kind", "'AlertInfo' is read over all", "'AlertEvidence' is read over all", "ReportId"]
    {
        assert!(bad.iter().any(|message| message.contains(part)), "{part} is missing in {bad:?}");
    }
    let late = said("let since = ago(90d); DeviceEvents | where Timestamp between (since .. ago(30d)) | take 200000");
    for part in ["keeps 30 days", "100000 rows"] {
        assert_eq!(late.iter().filter(|message| message.contains(part)).count(), 1, "{part}: {late:?}");
    }
    let good =
        "DeviceEvents | where Timestamp > ago(1d) and FileName has 'usb' | project Timestamp, ReportId, FileName";
    assert_eq!(said(good), Vec::<String>::new());
}
