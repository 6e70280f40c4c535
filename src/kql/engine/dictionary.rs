//! The strings of a column, apart from its rows.

use super::hash::{FastHasher, Slots};
use std::hash::Hasher;
use std::sync::Arc;

/// Strings by code; two codes may mean equal strings. The first lie each for itself and are shared with those who read
/// them; what follows once most turned out different lies packed, at a third of the memory.
#[derive(Debug, Default)]
pub struct Dictionary {
    entries: Vec<Arc<str>>,
    packed: Packed,
}

impl Dictionary {
    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.entries.len() + self.packed.ends.len()
    }

    /// Whether there is no code.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// About how many bytes it takes, those of strings that others share included.
    pub fn bytes(&self) -> usize {
        let entries: usize = self.entries.iter().map(|text| text.len() + 2 * size_of::<Arc<str>>()).sum();
        entries + self.packed.bytes.len() + self.packed.ends.len() * size_of::<usize>()
    }

    /// The string of `code`; `""` for one that does not exist.
    pub fn text(&self, code: u32) -> &str {
        let code = code as usize;
        match self.entries.get(code) {
            Some(entry) => entry,
            None => self.packed.text(code - self.entries.len()),
        }
    }

    /// As [`Self::text`], shared where it lies for itself.
    pub fn shared(&self, code: u32) -> Arc<str> {
        self.entries.get(code as usize).map_or_else(|| Arc::from(self.text(code)), Arc::clone)
    }

    /// All strings by code.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|code| self.text(code as u32))
    }

    /// The strings of `codes` as one text, where they lie one after the other in that order.
    pub fn joined(&self, codes: &[u32]) -> Option<Joined<'_>> {
        let first = *codes.first()?;
        let place = (first as usize).checked_sub(self.entries.len())?;
        let follow = codes.iter().zip(first..).all(|(code, expected)| *code == expected);
        let ends = self.packed.ends.get(place..place + codes.len()).filter(|_| follow)?;
        let start = place.checked_sub(1).map_or(Some(0), |before| self.packed.ends.get(before).copied())?;
        Some(Joined { text: self.packed.bytes.get(start..*ends.last()?)?, start, ends })
    }

    /// Those of `parts`, one dictionary after the other.
    pub fn concat(parts: &[&Arc<Self>]) -> Self {
        let mut all = Self::default();
        for part in parts {
            if all.packed.ends.is_empty() {
                all.entries.extend_from_slice(&part.entries);
                part.packed.texts().for_each(|text| all.packed.push(text));
            } else {
                part.texts().for_each(|text| all.packed.push(text));
            }
        }
        all.shrink();
        all
    }

    fn shrink(&mut self) {
        self.entries.shrink_to_fit();
        self.packed.bytes.shrink_to_fit();
        self.packed.ends.shrink_to_fit();
    }
}

impl FromIterator<Arc<str>> for Dictionary {
    fn from_iter<T: IntoIterator<Item = Arc<str>>>(texts: T) -> Self {
        Self { entries: texts.into_iter().collect(), packed: Packed::default() }
    }
}

/// Strings that lie one after the other, to be searched in one go.
#[derive(Clone, Copy, Debug)]
pub struct Joined<'a> {
    /// All of them.
    pub text: &'a str,
    /// Where the first begins, as `ends` count.
    start: usize,
    ends: &'a [usize],
}

impl<'a> Joined<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Where in [`Self::text`] the string at `place` ends.
    pub fn end(&self, place: usize) -> usize {
        self.ends.get(place).map_or(self.text.len(), |end| end - self.start)
    }

    /// Where in [`Self::text`] the string at `place` begins.
    pub fn start(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.end(before))
    }

    /// The string at `place`; `""` past the end.
    pub fn text_at(&self, place: usize) -> &'a str {
        self.text.get(self.start(place)..self.end(place)).unwrap_or_default()
    }
}

/// Strings one after the other.
#[derive(Debug, Default)]
struct Packed {
    bytes: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Packed {
    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// The string at `place`; `""` past the end.
    fn text(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(place).copied()).map(|(start, end)| start..end);
        range.and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|place| self.text(place))
    }
}

/// Gives codes to strings. Where most turn out different it stops looking for equals, which would cost more than they
/// save, unless it is an exact one.
#[derive(Debug, Default)]
pub struct Interner {
    dictionary: Dictionary,
    slots: Slots,
    seen: usize,
    /// Bytes of the strings.
    bytes: usize,
    exact: bool,
    /// Whether most turned out different.
    varied: bool,
}

impl Interner {
    /// Strings looked at before it is told whether most are different.
    const TRIAL: usize = 4_096;

    /// One that always finds equals.
    pub fn exact() -> Self {
        Self { exact: true, ..Self::default() }
    }

    /// The code of `text`.
    pub fn intern(&mut self, text: &Arc<str>) -> u32 {
        self.code(text, || Arc::clone(text))
    }

    /// The code of `text`, which nobody shares yet.
    pub fn copy(&mut self, text: &str) -> u32 {
        self.code(text, || Arc::from(text))
    }

    /// The code of the string that has `code` in `other`.
    pub fn adopt(&mut self, other: &Dictionary, code: u32) -> u32 {
        self.code(other.text(code), || other.shared(code))
    }

    /// The code that `text` was given.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.slots.find(hash(text), |code| self.dictionary.text(code) == text)
    }

    fn code(&mut self, text: &str, share: impl FnOnce() -> Arc<str>) -> u32 {
        self.seen += 1;
        let next = self.dictionary.len() as u32;
        if self.exact || !self.varied {
            let code = self.slots.find_or_put(hash(text), next, |code| self.dictionary.text(code) == text);
            if code != next {
                return code;
            }
        }
        self.bytes += text.len() + 2 * size_of::<usize>();
        if self.varied {
            self.dictionary.packed.push(text);
            return next;
        }
        self.dictionary.entries.push(share());
        if self.seen >= Self::TRIAL && self.dictionary.len() > self.seen / 2 {
            self.varied = true;
            if !self.exact {
                self.slots = Slots::default();
            }
        }
        next
    }

    /// How many codes were given.
    pub fn len(&self) -> usize {
        self.dictionary.len()
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes + self.slots.bytes()
    }

    /// The only string, where there is one alone.
    pub fn only(&self) -> Option<&Arc<str>> {
        match self.dictionary.entries.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The dictionary of all codes given.
    pub fn finish(mut self) -> Dictionary {
        self.dictionary.shrink();
        self.dictionary
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FastHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back_by_code_whether_shared_or_packed() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..10_000).map(|at| format!("ä{at}")).collect();
        let codes: Vec<u32> = texts.iter().map(|text| interner.copy(text)).collect();
        assert_eq!(interner.intern(&Arc::from("")), 10_000);
        let dictionary = Arc::new(interner.finish());
        assert!(dictionary.entries.len() < 5_000 && dictionary.len() == 10_001);
        assert!(codes.iter().zip(&texts).all(|(code, text)| dictionary.text(*code) == text));
        assert_eq!((dictionary.text(10_000), dictionary.text(10_001), &*dictionary.shared(9_999)), ("", "", "ä9999"));
        let middle: Vec<u32> = (6_000..9_000).collect();
        let joined = dictionary.joined(&middle).unwrap();
        assert!((0..joined.len()).all(|at| joined.text_at(at) == dictionary.text(middle[at])));
        assert!(dictionary.joined(&[6_000, 6_002]).is_none() && dictionary.joined(&[0, 1]).is_none());
        let few = Arc::new(["x", "y"].into_iter().map(Arc::from).collect::<Dictionary>());
        let all = Dictionary::concat(&[&few, &dictionary, &few]);
        let expected: Vec<&str> = few.texts().chain(dictionary.texts()).chain(few.texts()).collect();
        assert_eq!(all.texts().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn equal_strings_have_one_code() {
        let mut interner = Interner::default();
        let codes: Vec<u32> = ["a", "b", "a"].into_iter().map(|text| interner.copy(text)).collect();
        assert_eq!((codes, interner.only()), (vec![0, 1, 0], None));
        let mut interner = Interner::exact();
        let texts: Vec<String> = (0..20_000).map(|at| format!("ä{}", at % 15_000)).collect();
        let codes: Vec<u32> = texts.iter().map(|text| interner.copy(text)).collect();
        assert!(codes.iter().enumerate().all(|(at, code)| *code == at as u32 % 15_000));
        assert_eq!((interner.find("ä14999"), interner.find("ä15000"), interner.find("")), (Some(14_999), None, None));
    }
}
