//! What may be typed next in a filter line: fields, and the values that occur.

use super::StatusWord;
use super::parse::{CLASSIFICATIONS, FIELDS, quoted};
use crate::model::{ServiceSource, Severity};
use std::ops::Range;

/// The most values offered at once.
const OFFERED_MAX: usize = 40;

/// Values that occur in the queue, the most frequent first, each with how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Products.
    pub sources: Vec<(ServiceSource, usize)>,
    /// Names of people.
    pub users: Vec<(String, usize)>,
    /// Owners' user principal names.
    pub owners: Vec<(String, usize)>,
    /// Tags.
    pub tags: Vec<(String, usize)>,
    /// Reasons for which rows are watched.
    pub watched: Vec<(String, usize)>,
}

/// One thing that may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What replaces the span.
    pub text: String,
    /// What is shown beside it: an example, or how many rows have it.
    pub note: String,
}

/// What may stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the line that a candidate replaces.
    pub span: Range<usize>,
    /// The candidates, best first.
    pub candidates: Vec<Candidate>,
}

/// What may stand at byte `cursor` of `line`.
pub fn complete(line: &str, cursor: usize, known: &Known) -> Completion {
    let before = line.get(..cursor).unwrap_or(line);
    let start = word_start(before);
    let word = before.get(start..).unwrap_or_default();
    let bare = word.strip_prefix('-').unwrap_or(word);
    let bare_start = before.len() - bare.len();
    match bare.find([':', '=', '~', '<', '>']) {
        None => {
            let candidates = fields(bare, before.get(..start).is_some_and(|left| !left.trim().is_empty()));
            Completion { span: bare_start..before.len(), candidates }
        }
        Some(at) => {
            let (field, rest) = bare.split_at_checked(at).unwrap_or((bare, ""));
            let value = rest.trim_start_matches([':', '=', '~', '<', '>']);
            let part = value.rsplit(',').next().unwrap_or_default();
            let candidates = values(&field.to_lowercase(), part.trim_start_matches('"'), known);
            Completion { span: before.len() - part.len()..before.len(), candidates }
        }
    }
}

/// Where the word at the end of `before` begins: after the last blank outside quotes.
fn word_start(before: &str) -> usize {
    let (mut start, mut is_open) = (0, false);
    for (at, c) in before.char_indices() {
        match c {
            '"' => is_open = !is_open,
            c if c.is_whitespace() && !is_open => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
}

fn fields(typed: &str, has_left_side: bool) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let named = FIELDS.iter().filter(|(word, _)| word.starts_with(&typed));
    let mut candidates: Vec<Candidate> = named
        .map(|(word, example)| {
            let operator: String = example.chars().skip(word.len()).take_while(|c| ":~<>=".contains(*c)).collect();
            Candidate { text: format!("{word}{operator}"), note: (*example).to_owned() }
        })
        .collect();
    if has_left_side && "or".starts_with(&typed) {
        candidates.push(Candidate { text: "or ".to_owned(), note: "either this or that".to_owned() });
    }
    candidates
}

fn values(field: &str, typed: &str, known: &Known) -> Vec<Candidate> {
    let fixed = |words: &[&str]| -> Vec<(String, String)> {
        words.iter().map(|word| ((*word).to_owned(), String::new())).collect()
    };
    let counted = |values: &[(String, usize)]| -> Vec<(String, String)> {
        values.iter().map(|(value, number)| (value.clone(), number.to_string())).collect()
    };
    let all: Vec<(String, String)> = match field {
        "source" => {
            let number = |source: &ServiceSource| known.sources.iter().find(|(known, _)| known == source);
            let note = |source: &ServiceSource| number(source).map_or(String::new(), |(_, number)| number.to_string());
            let mut sources: Vec<&ServiceSource> = ServiceSource::KNOWN.iter().collect();
            sources.sort_by_key(|source| std::cmp::Reverse(number(source).map_or(0, |(_, number)| *number)));
            sources.into_iter().map(|source| (source.filter_word().to_owned(), note(source))).collect()
        }
        "status" => fixed(&StatusWord::ALL.map(StatusWord::word)),
        "severity" => fixed(
            &Severity::KNOWN.iter().filter(|severity| severity.rank() > 0).map(Severity::wire).collect::<Vec<_>>(),
        ),
        "class" | "classification" => fixed(&CLASSIFICATIONS.each_ref().map(|(word, _)| *word)),
        "user" => counted(&known.users),
        "owner" | "assigned" => fixed(&["me", "none"]).into_iter().chain(counted(&known.owners)).collect(),
        "tag" => counted(&known.tags),
        "watch" => fixed(&["any"]).into_iter().chain(counted(&known.watched)).collect(),
        "age" | "changed" => fixed(&["1h", "4h", "1d", "7d", "30d", "90d"]),
        _ => Vec::new(),
    };
    let typed = typed.to_lowercase();
    // Those that begin with it first; each is put in lower case once, there may be thousands.
    let (mut matching, mut rest): (Vec<_>, Vec<_>) = Default::default();
    for (value, note) in all {
        let lower = value.to_lowercase();
        if lower.starts_with(&typed) {
            matching.push((value, note));
        } else if lower.contains(&typed) {
            rest.push((value, note));
        }
    }
    matching.append(&mut rest);
    matching.truncate(OFFERED_MAX);
    matching
        .into_iter()
        .map(|(value, note)| Candidate { text: format!("{} ", quoted_list(field, &value)), note })
        .collect()
}

/// A value as it is typed. Words of the language have no need of quotes.
fn quoted_list(field: &str, value: &str) -> String {
    if matches!(field, "user" | "owner" | "assigned" | "tag" | "watch") { quoted(value) } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::Filter;

    fn known() -> Known {
        Known {
            sources: vec![(ServiceSource::DataLossPrevention, 7)],
            users: vec![("Mara Okafor".to_owned(), 3), ("Idris Vance".to_owned(), 1)],
            ..Known::default()
        }
    }

    /// The line with the first candidate taken.
    fn taken(line: &str) -> Option<String> {
        let completion = complete(line, line.len(), &known());
        let mut text = line.to_owned();
        text.replace_range(completion.span, &completion.candidates.first()?.text);
        Some(text)
    }

    #[test]
    fn fields_and_values_are_completed_where_they_stand() {
        let cases = [
            ("so", Some("source:")),
            ("-sev", Some("-severity>=")),
            ("status:new user:", Some("status:new user:\"Mara Okafor\" ")),
            ("user:vance", Some("user:\"Idris Vance\" ")),
            ("user:\"mara o", Some("user:\"Mara Okafor\" ")),
            ("source:", Some("source:dlp ")),
            ("source:dlp,insid", Some("source:dlp,insider-risk ")),
            ("user:\"Idris Vance\",ma", Some("user:\"Idris Vance\",\"Mara Okafor\" ")),
            ("severity>=m", Some("severity>=medium ")),
            ("owner:", Some("owner:me ")),
            ("age<", Some("age<1h ")),
            ("age<7d o", Some("age<7d owner:")),
            ("age<7d or", Some("age<7d or ")),
            ("or", None),
            ("title~x", None),
            ("nonsense:", None),
        ];
        for (line, expected) in cases {
            assert_eq!(taken(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn what_is_offered_can_be_read() {
        for (field, example) in FIELDS {
            assert_eq!(Filter::parse(example).errors, [], "{example}");
            for candidate in values(field, "", &known()) {
                let operator = if matches!(field, "age" | "changed") { "<" } else { ":" };
                let line = format!("{field}{operator}{}", candidate.text);
                assert_eq!(Filter::parse(&line).errors, [], "{line}");
            }
        }
    }
}
