//! Rules of the book, and what must hold of any text.

use super::*;
use crate::base::Untrusted;
use crate::model::{Cell, HuntingResult, hunting::ResultColumn};
use proptest::prelude::*;

const ID: &str = "0b2c7c0e-1111-4a4a-8b8b-000000000001";
const SID: &str = "S-1-5-21-1004336348-1177238915-682003330-1104";

fn book() -> Book {
    Book::new(b"key".to_vec(), Some("ana@contoso.example"), [])
}

fn shown(book: &Book, text: &str) -> String {
    book.aliases().show(text).into_owned()
}

#[test]
fn one_person_has_one_alias_whatever_names_them() {
    let mut book = book();
    book.learn(&["Mara Okafor"]);
    book.learn(&["CONTOSO\\mokafor", SID, "Mara Okafor"]);
    book.learn(&["mara.okafor@contoso.example", ID, "mokafor", SID]);
    let alias = shown(&book, "Mara Okafor");
    assert!(alias.starts_with(PREFIX), "{alias}");
    for text in ["mara.okafor@contoso.example", ID, SID, "mokafor", "Okafor, Mara", "mara_okafor"] {
        assert_eq!(shown(&book, text), alias, "{text}");
    }
}

#[test]
fn someone_known_by_an_identifier_alone_turns_out_to_be_someone_known_well() {
    let mut book = book();
    book.scan(&format!("by {SID}"));
    let first = shown(&book, SID);
    book.learn(&["mara.okafor@contoso.example", "Mara Okafor"]);
    book.learn(&["mara.okafor@contoso.example", SID]);
    assert_eq!(shown(&book, SID), shown(&book, "Mara Okafor"));
    assert_eq!(
        book.person(&first),
        book.person(&shown(&book, "Mara Okafor")),
        "the alias seen first still leads there"
    );
}

#[test]
fn two_of_one_name_are_two_people() {
    let mut book = book();
    book.learn(&["anna.berg@contoso.example", "Anna Berg"]);
    book.learn(&["anna.berg2@contoso.example", "Anna Berg"]);
    let [one, two] = ["anna.berg@contoso.example", "anna.berg2@contoso.example"].map(|upn| shown(&book, upn));
    assert_ne!(one, two);
    let both = shown(&book, "Anna Berg");
    assert_eq!(both, format!("{one}/{}", two.trim_start_matches(PREFIX)));
}

#[test]
fn the_analyst_and_accounts_that_are_nobodys_keep_their_names() {
    let mut book = book();
    book.learn(&["ana@contoso.example", "Ana Ruiz"]);
    for name in ["SYSTEM", "NT AUTHORITY\\SYSTEM", "S-1-5-18", "LT-1$", "DWM-1", ""] {
        book.learn(&[name]);
    }
    for text in ["ana@contoso.example", "Ana Ruiz", "SYSTEM", "S-1-5-18", "LT-1$"] {
        assert_eq!(shown(&book, text), text);
    }
}

#[test]
fn an_account_called_like_a_word_does_not_wreck_sentences() {
    let mut book = book();
    book.learn(&["finance@contoso.example"]);
    assert_eq!(shown(&book, "Finance closes in the finance team"), "Finance closes in the finance team");
    assert!(shown(&book, "finance@contoso.example").starts_with(PREFIX));
}

#[test]
fn rows_name_people_by_columns_that_begin_alike() {
    let column = |name: &str| ResultColumn { name: name.into(), type_name: "String".into() };
    let cell = |text: &str| Cell::Text(Untrusted::new(text));
    let result = HuntingResult {
        columns: ["AccountUpn", "AccountName", "TargetAccountUpn", "AppDisplayName", "Info"].map(column).into(),
        rows: vec![
            ["a.one@x.example", "aone", "b.two@x.example", "Word Online", "{\"to\":\"c.three@mail.example\"}"]
                .map(cell)
                .into(),
        ],
    };
    let mut book = book();
    book.learn_rows(&result);
    assert_eq!(shown(&book, "aone"), shown(&book, "a.one@x.example"));
    let all = ["a.one@x.example", "b.two@x.example", "c.three@mail.example"].map(|text| shown(&book, text));
    assert!(all.iter().all(|alias| alias.starts_with(PREFIX)) && all[0] != all[1] && all[1] != all[2], "{all:?}");
    assert_eq!(shown(&book, "Word Online"), "Word Online");
}

#[test]
fn what_is_kept_makes_the_same_book() {
    let mut book = book();
    book.learn(&["mara.okafor@contoso.example", "Mara Okafor", SID]);
    let kept = book.take_unkept();
    assert_eq!(kept.len(), 3);
    assert!(book.take_unkept().is_empty());
    let mut again = Book::new(b"key".to_vec(), None, kept);
    assert!(again.take_unkept().is_empty());
    assert_eq!(shown(&again, "Mara Okafor"), shown(&book, SID));
    let other = Book::new(b"other".to_vec(), None, []);
    assert_ne!(other.code("mara.okafor@contoso.example"), book.code("mara.okafor@contoso.example"));
}

#[test]
fn a_taken_code_grows() {
    let mut book = book();
    let code = book.code("x@y.example");
    book.enter(code.clone());
    let longer = book.code("x@y.example");
    assert!(longer.len() == code.len() + 1 && longer.starts_with(&code), "{code} {longer}");
}

#[test]
fn an_alias_that_is_typed_means_the_principal_name_as_a_query_wants_it() {
    let mut book = book();
    book.learn(&["o'brien@contoso.example", "Sean O'Brien"]);
    let alias = shown(&book, "Sean O'Brien");
    let query = format!("T | where Upn =~ '{}'", alias.to_lowercase());
    assert_eq!(book.open(&query), r"T | where Upn =~ 'o\'brien@contoso.example'");
    assert_eq!(book.open("person-0000 and Person- and a person"), "person-0000 and Person- and a person");
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same_text(pieces in prop::collection::vec((0_usize..7, "[ -~\u{e9}]{0,6}"), 0..8)) {
        let names = ["Mara Okafor", "mara.okafor@contoso.example", "MOKAFOR", SID, ID, "LT-OKAFOR-02", "\n"];
        let mut book = book();
        book.learn(&["mara.okafor@contoso.example", ID, SID, "mokafor", "Mara Okafor"]);
        let pieces: Vec<String> = pieces.iter().map(|(name, between)| format!("{between} {} ", names[*name])).collect();
        let text = pieces.concat();
        let sealed = book.seal(&text);
        prop_assert_eq!(book.open(&sealed), text);
        prop_assert!(!sealed.to_lowercase().contains(" mokafor "), "{}", sealed);
    }

    #[test]
    fn any_text_can_be_learned_from(text in "\\PC{0,60}") {
        let mut book = book();
        book.scan(&text);
        book.learn(&[&text]);
        let shown = shown(&book, &text);
        prop_assert!(!shown.is_empty() || text.is_empty());
    }
}
