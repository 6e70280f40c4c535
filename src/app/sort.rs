//! By what a queue is ordered, and the ordering itself: several keys, quick for 100,000 rows.

use super::columns::Field;
use super::queue::Row;
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

    /// Orders rows; `ranks` says where a row stands by a field. Rows that are alike by all keys stand newest first, then
    /// as they came.
    pub fn order<'a>(&self, rows: Vec<Row>, ranks: impl Fn(&Row, Field) -> Rank<'a>) -> Vec<Row> {
        let last = SortKey::by(Field::Age);
        let keys: Vec<SortKey> = self.0.iter().copied().chain([last]).collect();
        let is_number = |key: Option<&SortKey>| {
            let first = rows.first();
            first.is_none_or(|row| key.is_none_or(|key| ranks(row, key.field).is_number()))
        };
        // Where the first eight bytes of a text are alike, what follows them counts before the second key.
        let second = if is_number(keys.first()) { keys.get(1) } else { None };
        let numbers_only = keys.len() <= 2 && keys.iter().all(|key| is_number(Some(key)));
        let prefix = |row: &Row, key: Option<&SortKey>| key.map_or(0, |key| ranks(row, key.field).prefix(*key));
        let mut keyed: Vec<((i64, i64), Row)> =
            rows.into_iter().map(|row| ((prefix(&row, keys.first()), prefix(&row, second)), row)).collect();
        keyed.sort_unstable_by(|(a_prefix, a), (b_prefix, b)| {
            let by_prefix = a_prefix.cmp(b_prefix);
            if by_prefix != Ordering::Equal || numbers_only {
                return by_prefix.then(a.index.cmp(&b.index));
            }
            let whole = keys.iter().map(|key| ranks(a, key.field).compare(ranks(b, key.field), *key));
            whole.fold(Ordering::Equal, Ordering::then).then(a.index.cmp(&b.index))
        });
        keyed.into_iter().map(|(_, row)| row).collect()
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

impl Rank<'_> {
    const fn is_number(self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// A number that puts rows in order as far as it can tell them apart: a text's begins with its first eight bytes.
    fn prefix(self, key: SortKey) -> i64 {
        let number = match self {
            Self::Number(number) if key.field.is_greatest_first() => !number,
            Self::Number(number) => number,
            Self::Text("") => i64::MAX,
            Self::Text(text) => {
                let mut bytes = [0; 8];
                for (to, from) in bytes.iter_mut().zip(text.bytes()) {
                    *to = from;
                }
                // Seven bits less, so that the sign stays positive.
                (u64::from_be_bytes(bytes) >> 1) as i64
            }
        };
        if key.is_reversed { !number } else { number }
    }

    fn compare(self, other: Self, key: SortKey) -> Ordering {
        let order = match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.is_empty().cmp(&b.is_empty()).then_with(|| a.cmp(b)),
            (a, b) => {
                let key = SortKey::by(key.field);
                a.prefix(key).cmp(&b.prefix(key))
            }
        };
        if key.is_reversed { order.reverse() } else { order }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(sort: &str, facts: &[(i64, &'static str, i64)]) -> Vec<usize> {
        let sort = Sort::parse(sort, &Field::OF_INCIDENTS);
        let rows = (0..facts.len()).map(|index| Row { index, points: 0 }).collect();
        let ranks = |row: &Row, field: Field| {
            let (severity, user, age) = facts[row.index];
            match field {
                Field::Severity => Rank::Number(severity),
                Field::User => Rank::Text(user),
                _ => Rank::Number(age),
            }
        };
        sort.order(rows, ranks).into_iter().map(|row| row.index).collect()
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
