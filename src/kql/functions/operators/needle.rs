//! Looking for text in text, as Kusto's string operators do.
//!
//! A term is a longest run of alphanumeric characters. Case is ignored within ASCII where the sought text is ASCII, by
//! full lower-casing otherwise.

use crate::kql::engine::Joined;

/// Where in the text a needle must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere: `contains`.
    Anywhere,
    /// At the start: `startswith`.
    Start,
    /// At the end: `endswith`.
    End,
    /// The whole text: `=~`.
    Whole,
    /// As a whole term: `has`.
    Term,
    /// At the start of a term: `hasprefix`.
    TermStart,
    /// At the end of a term: `hassuffix`.
    TermEnd,
}

/// Text that is looked for many times.
#[derive(Clone, Debug)]
pub struct Needle {
    /// As given, or in lower case.
    text: String,
    place: Place,
    case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Exact,
    IgnoreAscii,
    Fold,
}

impl Needle {
    /// Looks for `text` at `place`.
    pub fn new(text: &str, place: Place, ignore_case: bool) -> Self {
        let case = match (ignore_case, text.is_ascii()) {
            (false, _) => Case::Exact,
            (true, true) => Case::IgnoreAscii,
            (true, false) => Case::Fold,
        };
        Self { text: if ignore_case { text.to_lowercase() } else { text.to_owned() }, place, case }
    }

    /// Whether `text` has it.
    pub fn is_in(&self, text: &str) -> bool {
        match self.case {
            Case::Fold => self.find(&text.to_lowercase(), false),
            case => self.find(text, case == Case::IgnoreAscii),
        }
    }

    /// Whether each of `texts` has it, found in one pass over all; `None` where it must be looked for in each alone.
    pub fn is_in_each(&self, texts: &Joined<'_>) -> Option<Vec<bool>> {
        let fixed = matches!(self.place, Place::Start | Place::End | Place::Whole);
        if fixed || self.case == Case::Fold || self.text.is_empty() {
            return None;
        }
        let (needle, all) = (self.text.as_bytes(), texts.text.as_bytes());
        let ignore_case = self.case == Case::IgnoreAscii;
        let mut found = vec![false; texts.len()];
        let (mut place, mut from) = (0, 0);
        let anchor = Anchor::of(needle, all, ignore_case);
        let next = |from: usize| match &anchor {
            Some(anchor) => anchor.next_candidate(all, from),
            None => next_candidate(all, needle, from, ignore_case),
        };
        while let Some(at) = next(from) {
            from = at + 1;
            let end = at + needle.len();
            if !all.get(at..end).is_some_and(|part| equal(part, needle, ignore_case)) {
                continue;
            }
            while texts.end(place) <= at {
                place += 1;
            }
            let start = texts.start(place);
            if end <= texts.end(place) && self.borders_hold(texts.text_at(place), at - start, end - start) {
                from = texts.end(place);
                if let Some(found) = found.get_mut(place) {
                    *found = true;
                }
            }
        }
        Some(found)
    }

    fn find(&self, text: &str, ignore_case: bool) -> bool {
        let (needle, text_bytes) = (self.text.as_bytes(), text.as_bytes());
        let Some(last) = text_bytes.len().checked_sub(needle.len()) else { return false };
        let equal_at =
            |at: usize| text_bytes.get(at..at + needle.len()).is_some_and(|part| equal(part, needle, ignore_case));
        match self.place {
            Place::Start => return equal_at(0),
            Place::End => return equal_at(last),
            Place::Whole => return last == 0 && equal_at(0),
            _ if needle.is_empty() => return true,
            _ => {}
        }
        let mut from = 0;
        while let Some(at) = next_candidate(text_bytes, needle, from, ignore_case) {
            if equal_at(at) && self.borders_hold(text, at, at + needle.len()) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// Whether a find at `start..end` begins and ends a term where it must. An end of the needle that is no part of a
    /// term is a border of itself.
    fn borders_hold(&self, text: &str, start: usize, end: usize) -> bool {
        let needs = |places: [Place; 2]| places.contains(&self.place);
        let starts = || {
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            !(self.text.chars().next().is_some_and(in_term) && before.is_some_and(in_term))
        };
        let ends = || {
            let after = text.get(end..).and_then(|after| after.chars().next());
            !(self.text.chars().next_back().is_some_and(in_term) && after.is_some_and(in_term))
        };
        (!needs([Place::Term, Place::TermStart]) || starts()) && (!needs([Place::Term, Place::TermEnd]) || ends())
    }
}

fn equal(part: &[u8], needle: &[u8], ignore_case: bool) -> bool {
    if ignore_case { part.eq_ignore_ascii_case(needle) } else { part == needle }
}

fn in_term(character: char) -> bool {
    character.is_alphanumeric()
}

/// The byte of a needle that is seldom in the text: where it is not, the needle is not.
struct Anchor {
    /// Where in the needle it stands.
    offset: usize,
    /// It in both cases, or twice the same.
    bytes: [u8; 2],
}

impl Anchor {
    /// Bytes of a text that are counted, at its start and in its middle.
    const SAMPLE: usize = 2_048;
    /// A byte that is more than one in so many would be met too often.
    const SELDOM: usize = 24;

    /// The byte of `needle` that is met least in `text`; nothing where all are met often.
    fn of(needle: &[u8], text: &[u8], ignore_case: bool) -> Option<Self> {
        let mut counts = [0_usize; 256];
        let middle = text.len() / 2;
        let sample = text.iter().take(Self::SAMPLE).chain(text.iter().skip(middle).take(Self::SAMPLE));
        let mut seen = 0;
        for byte in sample {
            counts[usize::from(*byte)] += 1;
            seen += 1;
        }
        let both = |byte: u8| if ignore_case { [byte, byte.to_ascii_uppercase()] } else { [byte; 2] };
        let met = |bytes: [u8; 2]| {
            let [one, other] = bytes.map(|byte| counts[usize::from(byte)]);
            if bytes[0] == bytes[1] { one } else { one + other }
        };
        let bytes = needle.iter().enumerate().map(|(offset, byte)| Self { offset, bytes: both(*byte) });
        let seldom = bytes.min_by_key(|anchor| met(anchor.bytes))?;
        (met(seldom.bytes) * Self::SELDOM <= seen).then_some(seldom)
    }

    /// The first place from `from` on where the needle may stand.
    fn next_candidate(&self, text: &[u8], from: usize) -> Option<usize> {
        let start = from + self.offset;
        memchr::memchr2(self.bytes[0], self.bytes[1], text.get(start..)?).map(|at| from + at)
    }
}

/// Bytes tested in one go; the loop over them has no branches, so that the compiler can use wide registers.
const STRIDE: usize = 32;

/// The first place from `from` on where the first two bytes of `needle`, or its only one, stand in `text`.
fn next_candidate(text: &[u8], needle: &[u8], from: usize, ignore_case: bool) -> Option<usize> {
    let fold = |byte: u8| if ignore_case && byte.is_ascii_lowercase() { 0x20_u8 } else { 0 };
    let first = *needle.first()?;
    let second = needle.get(1).copied().unwrap_or_default();
    let (first_fold, second_fold) = (fold(first), fold(second));
    let one_byte = needle.len() == 1;
    let last = text.len().checked_sub(needle.len())?;
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy operator is a branch, which keeps the loop from wide registers"
    )]
    let fits = |byte: u8, next: u8| (byte | first_fold == first) & (one_byte | (next | second_fold == second));
    let mut at = from;
    while at + STRIDE < text.len() {
        let (Some(bytes), Some(nexts)) = (text.get(at..at + STRIDE), text.get(at + 1..=at + STRIDE)) else { break };
        if bytes.iter().zip(nexts).fold(false, |any, (byte, next)| any | fits(*byte, *next)) {
            let inside = bytes.iter().zip(nexts).position(|(byte, next)| fits(*byte, *next))?;
            return (at + inside <= last).then_some(at + inside);
        }
        at += STRIDE;
    }
    (at..=last).find(|at| text.get(*at).is_some_and(|byte| fits(*byte, text.get(at + 1).copied().unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::engine::Interner;

    #[test]
    fn terms_are_longest_runs_of_alphanumerics() {
        let cases = [
            ("hello-world", "hello", true),
            ("helloworld", "hello", false),
            ("say HELLO", "hello", true),
            ("hello2", "hello", false),
            ("hello_world", "hello", true),
            ("a helloo hello", "hello", true),
            ("powershell.exe -enc AAAA", "powershell.exe", true),
            ("powershell.exec", "powershell.exe", false),
            ("x--y", "--", true),
            ("größe hier", "größe", true),
            ("GRÖSSE größer", "größe", false),
            ("", "x", false),
            ("anything", "", true),
            ("ｈｅｌｌｏ", "hello", false),
        ];
        for (text, needle, found) in cases {
            assert_eq!(Needle::new(needle, Place::Term, true).is_in(text), found, "{text:?} has {needle:?}");
        }
    }

    #[test]
    fn places_and_case_decide() {
        let cases = [
            ("Invoke-Mimikatz", "mimi", Place::Anywhere, true, true),
            ("Invoke-Mimikatz", "mimi", Place::Anywhere, false, false),
            ("Invoke-Mimikatz", "invoke", Place::Start, true, true),
            ("Invoke-Mimikatz", "KATZ", Place::End, true, true),
            ("Invoke-Mimikatz", "KATZ", Place::End, false, false),
            ("Invoke-Mimikatz", "mimi", Place::TermStart, true, true),
            ("Invoke-Mimikatz", "katz", Place::TermStart, true, false),
            ("Invoke-Mimikatz", "katz", Place::TermEnd, true, true),
            ("ÄRGER", "ärger", Place::Whole, true, true),
            ("abc", "abcd", Place::Whole, true, false),
            ("it is 100%", "%", Place::Anywhere, true, true),
            ("[x]", "{x}", Place::Anywhere, true, false),
        ];
        for (text, needle, place, ignore_case, found) in cases {
            assert_eq!(Needle::new(needle, place, ignore_case).is_in(text), found, "{text:?} {place:?} {needle:?}");
        }
    }

    #[test]
    fn texts_searched_at_once_answer_as_each_alone() {
        let words = ["ro", "robocopy", "copy", "Robocopy", "x", "größe", "", "co", "py"];
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..12_000_usize)
            .map(|at| {
                let word = |step: usize| words[(at / step) % words.len()];
                let (one, two, three) = (word(1), word(7), word(61));
                format!("{one}{}{two}{}{three}{at}", ["-", ""][at % 2], [" ", "", "."][at % 3])
            })
            .collect();
        let codes: Vec<u32> = texts.iter().map(|text| interner.copy(text)).collect();
        let dictionary = interner.finish();
        let (codes, texts) = (&codes[5_000..], &texts[5_000..]);
        let joined = dictionary.joined(codes).unwrap();
        for needle in ["robocopy", "copy", "o", "pyro", "größe", "y1"] {
            for place in [Place::Anywhere, Place::Term, Place::TermStart, Place::TermEnd] {
                for ignore_case in [false, true] {
                    let needle = Needle::new(needle, place, ignore_case);
                    let alone: Vec<bool> = texts.iter().map(|text| needle.is_in(text)).collect();
                    let each = needle.is_in_each(&joined);
                    assert!(each.is_none_or(|each| each == alone), "{needle:?}");
                }
            }
        }
        assert!(Needle::new("copy", Place::Start, true).is_in_each(&joined).is_none());
        assert!(Needle::new("copy", Place::Term, true).is_in_each(&joined).is_some());
    }

    #[test]
    fn a_needle_is_found_at_every_offset_of_a_long_text() {
        for at in 0..100 {
            let text = format!("{}Needle{}", "n".repeat(at), "-e".repeat(40));
            assert!(Needle::new("needle", Place::Anywhere, true).is_in(&text), "at {at}");
            assert!(!Needle::new("needles", Place::Anywhere, true).is_in(&text), "at {at}");
        }
    }
}
