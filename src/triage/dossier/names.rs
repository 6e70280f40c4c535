//! Names of sensitive information types and sensitivity labels: hunting rows carry only their ids.

use crate::base::Untrusted;

/// Built-in types and the labels of a tenant's default set, an id and a name a line. A tenant's own are not in it.
const KNOWN: &str = include_str!("../../../assets/names.tsv");

/// The name of `id`, in any case; `None` for a type or label that the tenant made itself.
pub fn known(id: &str) -> Option<&'static str> {
    let named = |line: &'static str| line.split_once('\t').filter(|(known, _)| known.eq_ignore_ascii_case(id.trim()));
    KNOWN.lines().find_map(named).map(|(_, name)| name)
}

/// The name of every id in `ids`, which one cell may separate by commas: the tenant's own of `labels`, lower-case ids and
/// names, before the published one. An unknown id stays as it is, made safe.
pub fn names(ids: &str, labels: &[(String, String)]) -> String {
    let own = |id: &str| labels.iter().find(|(known, _)| known.eq_ignore_ascii_case(id.trim()));
    let name = |id: &str| match (own(id), known(id)) {
        (Some((_, name)), _) => Untrusted::new(name.as_str()).line().into_owned(),
        (None, Some(name)) => name.to_owned(),
        (None, None) => format!("own type or label {}", Untrusted::new(id.trim()).line()),
    };
    ids.split(',').filter(|id| !id.trim().is_empty()).map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names_and_unknown_ones_stay() {
        let cases = [
            ("50842EB7-edc8-4019-85dd-5a5c1f2bb085", "Credit Card Number"),
            (
                "defa4170-0d19-0005-0005-bc88714345d2, defa4170-0d19-0005-0009-bc88714345d2",
                "Confidential, Highly Confidential",
            ),
            ("11111111-2222-3333-4444-555555555555", "own type or label 11111111-2222-3333-4444-555555555555"),
            ("\u{1b}[2J", "own type or label <U+001B>[2J"),
            ("", ""),
        ];
        for (ids, shown) in cases {
            assert_eq!(names(ids, &[]), shown);
        }
        let own = [
            ("11111111-2222-3333-4444-555555555555".to_owned(), "Board only".to_owned()),
            ("50842eb7-edc8-4019-85dd-5a5c1f2bb085".to_owned(), "Cards".to_owned()),
        ];
        let ids = "11111111-2222-3333-4444-555555555555,50842EB7-edc8-4019-85dd-5a5c1f2bb085";
        assert_eq!(names(ids, &own), "Board only, Cards", "the tenant's own names count first");
    }
}
