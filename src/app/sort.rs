//! By what a queue is ordered, and the ordering itself: several keys, quick for 100,000 rows.

use super::brief::{Brief, Records, Share};
use super::columns::Field;
use super::queue::Row;
use crate::base::Timestamp;
use std::cmp::Ordering;
use std::fmt;

/// The most keys of an order.
const KEYS_MAX: usize = 4;

/// One key of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// By what.
    pub field: Field,
    /// Whether the other way round than [`Field::is_greatest_first`] says.
    pub is_reversed: bool,
}

impl SortKey {
    /// By `field`, as is usual for it.
    pub const fn by(field: Field) -> Self {
        Self { field, is_reversed: false }
    }
}

/// Keys, the weightiest first; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort(Vec<SortKey>);

impl Default for Sort {
    fn default() -> Self {
        Self::by(Field::Priority)
    }
}

impl Sort {
    /// The order that records with these fields have at first: by priority, or gravest first where they have none.
    pub fn of(fields: &[Field]) -> Self {
        Self::by(if fields.contains(&Field::Priority) { Field::Priority } else { Field::Severity })
    }

    /// By one field, as is usual for it.
    pub fn by(field: Field) -> Self {
        Self(vec![SortKey::by(field)])
    }

    /// By one field, the other way round.
    pub fn reversed(field: Field) -> Self {
        Self(vec![SortKey { field, is_reversed: true }])
    }

    /// The orders of records with these fields that one key steps through, with their names.
    fn usual(fields: &[Field]) -> [(Self, &'static str); 4] {
        let first = Self::of(fields);
        let name = if first == Self::default() { "priority" } else { "severity" };
        [
            (first, name),
            (Self::by(Field::Age), "newest"),
            (Self::reversed(Field::Age), "oldest"),
            (Self::by(Field::Changed), "last changed"),
        ]
    }

    /// The usual order after this one; the first where this is none of them.
    pub fn next(&self, fields: &[Field]) -> Self {
        let usual = Self::usual(fields);
        let here = usual.iter().position(|(order, _)| order == self);
        let next = here.map_or(0, |here| (here + 1) % usual.len());
        usual.into_iter().nth(next).map(|(order, _)| order).unwrap_or_default()
    }

    /// The words on screen.
    pub fn title(&self) -> String {
        let known = Self::usual(&Field::OF_INCIDENTS).into_iter().find(|(order, _)| order == self);
        if let Some((_, name)) = known {
            return name.to_owned();
        }
        let word = |key: &SortKey| format!("{}{}", key.field.word(), if key.is_reversed { " reversed" } else { "" });
        self.0.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    /// The keys.
    pub fn keys(&self) -> &[SortKey] {
        &self.0
    }

    /// Makes `field` the only key; the other way round where it is that already.
    pub fn choose(&mut self, field: Field) {
        let again = self.0.len() == 1 && self.0.first() == Some(&SortKey::by(field));
        self.0 = vec![SortKey { field, is_reversed: again }];
    }

    /// Puts `field` behind the other keys; turns it round where it is among them, and takes it out where it is turned
    /// round already and not alone.
    pub fn add(&mut self, field: Field) {
        match self.0.iter().position(|key| key.field == field) {
            Some(place) if self.0.get(place).is_some_and(|key| key.is_reversed) && self.0.len() > 1 => {
                self.0.remove(place);
            }
            Some(place) => {
                if let Some(key) = self.0.get_mut(place) {
                    key.is_reversed = !key.is_reversed;
                }
            }
            None if self.0.len() < KEYS_MAX => self.0.push(SortKey::by(field)),
            None => {}
        }
    }

    /// Reads what [`fmt::Display`] wrote, as far as it names fields of `fields`; as at first where it names none.
    pub fn parse(text: &str, fields: &[Field]) -> Self {
        let mut keys: Vec<SortKey> = Vec::new();
        for word in text.split_whitespace().take(KEYS_MAX) {
            let (is_reversed, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
            keys.extend(Field::named(name, fields).map(|field| SortKey { field, is_reversed }));
        }
        if keys.is_empty() { Self::of(fields) } else { Self(keys) }
    }

    /// Orders rows; where those stand that stand alike is asked once. Rows that are alike by all keys stand newest first,
    /// then as they came.
    pub fn order<'a>(&self, rows: &[Row], records: impl Records<'a>) -> Vec<Row> {
        let briefs = records.briefs();
        let keys = self.0.iter().copied().chain([SortKey::by(Field::Age)]);
        let keys: Vec<Ranks> = keys.map(|key| Ranks::of(key, rows, records)).collect();
        let by = |key: Option<&Ranks>, row: &Row| key.map_or(0, |ranks| ranks.of_row(row, briefs));
        let mut keyed: Vec<(i64, i64, u32)> = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (by(keys.first(), row), by(keys.get(1), row), place as u32))
            .collect();
        match keys.get(2..) {
            None | Some([]) => keyed.sort_unstable(),
            Some(more) => keyed.sort_unstable_by(|a, b| {
                let all = |place: u32| rows.get(place as usize);
                let further = || {
                    let rows = all(a.2).zip(all(b.2));
                    rows.map_or(Ordering::Equal, |(a, b)| {
                        let each = more.iter().map(|key| by(Some(key), a).cmp(&by(Some(key), b)));
                        each.fold(Ordering::Equal, Ordering::then)
                    })
                };
                (a.0, a.1).cmp(&(b.0, b.1)).then_with(further).then(a.2.cmp(&b.2))
            }),
        }
        keyed.into_iter().filter_map(|(_, _, place)| rows.get(place as usize).copied()).collect()
    }
}

/// Where all rows stand by one key, as numbers.
struct Ranks {
    share: Share,
    is_turned: bool,
    /// By the number that rows have in common; none where an instant decides.
    numbers: Vec<i64>,
}

impl Ranks {
    fn of<'a>(key: SortKey, rows: &[Row], records: impl Records<'a>) -> Self {
        let briefs = records.briefs();
        let share = Share::of(key.field);
        let is_turned = key.field.is_greatest_first() != key.is_reversed;
        let mut ranks = Self { share, is_turned, numbers: Vec::new() };
        if matches!(share, Share::Created | Share::Changed) {
            return ranks;
        }
        let mut is_known: Vec<bool> = Vec::new();
        let mut texts: Vec<(&'a str, usize)> = Vec::new();
        for row in rows {
            let Some(number) = briefs.get(row.index).map(|brief| brief.number(share, row.index)) else { continue };
            if ranks.numbers.len() <= number {
                ranks.numbers.resize(number + 1, 0);
                is_known.resize(number + 1, false);
            }
            let (Some(to), Some(is_known)) = (ranks.numbers.get_mut(number), is_known.get_mut(number)) else {
                continue;
            };
            if !std::mem::replace(is_known, true) {
                match records.rank(row, key.field) {
                    Rank::Number(rank) => *to = rank,
                    Rank::Text(text) => texts.push((text, number)),
                }
            }
        }
        ranks.number(texts);
        ranks
    }

    /// Numbers texts by the alphabet.
    fn number(&mut self, mut texts: Vec<(&str, usize)>) {
        texts.sort_unstable_by(|(a, _), (b, _)| Rank::Text(a).cmp(&Rank::Text(b)));
        let (mut last, mut place) = ("", 0);
        for (text, number) in texts {
            place += i64::from(text != last);
            last = text;
            if let Some(to) = self.numbers.get_mut(number) {
                *to = if text.is_empty() { i64::MAX } else { place };
            }
        }
    }

    /// Where a row stands: the lower the sooner.
    fn of_row(&self, row: &Row, briefs: &[Brief]) -> i64 {
        let Some(brief) = briefs.get(row.index) else { return 0 };
        let number = match self.share {
            Share::Created | Share::Changed => brief.instant(self.share).map_or(0, Timestamp::ticks),
            share => self.numbers.get(brief.number(share, row.index)).copied().unwrap_or_default(),
        };
        if self.is_turned { !number } else { number }
    }
}

impl fmt::Display for Sort {
    /// A word a key, `-` before one that goes the other way round.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.0.iter().enumerate() {
            let sign = if key.is_reversed { "-" } else { "" };
            write!(f, "{}{sign}{}", if place == 0 { "" } else { " " }, key.field.word())?;
        }
        Ok(())
    }
}

/// Where a row stands by one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank<'a> {
    /// By a number.
    Number(i64),
    /// By the alphabet; what has no text comes last.
    Text(&'a str),
}

impl PartialOrd for Rank<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rank<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.is_empty().cmp(&b.is_empty()).then_with(|| a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            // A field has ranks of one sort.
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::store::People;
    use crate::triage::filter::{Facts, Standing, Times};

    /// Rows that stand so by severity and user, alike by nothing.
    #[derive(Clone, Copy)]
    struct Told<'a>(&'a [(i64, &'static str, i64)], &'a [Brief]);

    impl<'a> Records<'a> for Told<'a> {
        fn briefs(self) -> &'a [Brief] {
            self.1
        }

        fn standing(self, _kind: u32) -> Option<Standing<'a>> {
            None
        }

        fn people(self, _number: u32) -> Option<&'a People> {
            None
        }

        fn facts(self, _index: usize) -> Option<Facts<'a>> {
            None
        }

        fn rank(self, row: &Row, field: Field) -> Rank<'a> {
            let (severity, user, _) = self.0[row.index];
            if field == Field::Severity { Rank::Number(severity) } else { Rank::Text(user) }
        }

        fn group(self, _row: &Row, _field: Field) -> String {
            String::new()
        }
    }

    fn ordered(sort: &str, facts: &[(i64, &'static str, i64)]) -> Vec<usize> {
        let sort = Sort::parse(sort, &Field::OF_INCIDENTS);
        let rows: Vec<Row> = (0..facts.len()).map(|index| Row { index, points: 0 }).collect();
        let brief = |((_, _, age), number): (&(i64, &str, i64), u32)| {
            let times = Times { created: Timestamp::from_ticks(*age), changed: None };
            Brief { kind: number, people: number, times, ..Brief::default() }
        };
        let briefs: Vec<Brief> = facts.iter().zip(0..).map(brief).collect();
        sort.order(&rows, Told(facts, &briefs)).into_iter().map(|row| row.index).collect()
    }

    #[test]
    fn keys_count_in_turn_and_each_either_way() {
        let facts = [(1, "okafor, mara", 10), (3, "brandt", 5), (3, "okafor, zoe", 7), (1, "", 9), (3, "brandt", 6)];
        let cases: [(&str, &[usize]); 5] = [
            ("severity", &[2, 4, 1, 0, 3]),
            ("-severity", &[0, 3, 2, 4, 1]),
            ("user", &[4, 1, 0, 2, 3]),
            ("user -age", &[1, 4, 0, 2, 3]),
            ("severity -user", &[2, 4, 1, 3, 0]),
        ];
        for (sort, expected) in cases {
            assert_eq!(ordered(sort, &facts), expected, "{sort}");
        }
    }

    #[test]
    fn one_key_steps_through_the_usual_orders_and_back() {
        let mut sort = Sort::default();
        let names: Vec<String> = (0..5)
            .map(|_| {
                let name = sort.title();
                sort = sort.next(&Field::OF_INCIDENTS);
                name
            })
            .collect();
        assert_eq!(names, ["priority", "newest", "oldest", "last changed", "priority"]);
    }

    #[test]
    fn a_key_is_added_turned_round_and_taken_out() {
        let mut sort = Sort::by(Field::Severity);
        let mut texts = Vec::new();
        for _ in 0..3 {
            sort.add(Field::User);
            texts.push(sort.to_string());
        }
        assert_eq!(texts, ["severity user", "severity -user", "severity"]);
        sort.choose(Field::Severity);
        assert_eq!(sort.title(), "severity reversed");
    }
}
