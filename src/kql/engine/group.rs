//! Numbers for values and for groups of rows: the one hash structure under `summarize`, `join`, `dcount` and sets.
//!
//! Each key column's values get dense ids; a group of several keys is found by pairing ids one after the other. Nulls
//! are a value of their own here, equal to each other.

use super::builder::ColumnBuilder;
use super::column::Column;
use super::dictionary::{Dictionary, Interner};
use super::hash::FastMap;
use super::run::StopFlag;
use super::view::{Native, Texts};
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::hash::Hash;
use std::sync::Arc;

/// The distinct values of a column, numbered in the order they were first met.
#[derive(Debug)]
pub struct ValueIds {
    ty: Type,
    ids: Ids,
    null: Option<u32>,
    /// By id; of strings those in `ids`.
    values: ColumnBuilder,
}

#[derive(Debug)]
enum Ids {
    Word(FastMap<u64, u32>),
    Guid(FastMap<u128, u32>),
    Decimal(FastMap<Decimal, u32>),
    Text(Interner, Known),
    /// By their texts.
    Json(Interner),
}

/// The ids of the codes of the dictionary met last, as far as they are known.
#[derive(Debug, Default)]
pub struct Known(Option<(Arc<Dictionary>, Vec<u32>)>);

impl Known {
    /// The id of each of `codes`; `find` says it of a code that nobody asked for yet.
    fn ids(&mut self, codes: &[u32], dictionary: &Arc<Dictionary>, mut find: impl FnMut(u32) -> u32) -> Vec<u32> {
        let known = self.of(dictionary);
        let id_of = |code: &u32| {
            let id = &mut known[*code as usize];
            if *id == UNASKED {
                *id = find(*code);
            }
            *id
        };
        codes.iter().map(id_of).collect()
    }

    /// The ids of `dictionary`'s codes.
    fn of(&mut self, dictionary: &Arc<Dictionary>) -> &mut [u32] {
        if !self.0.as_ref().is_some_and(|(known, _)| Arc::ptr_eq(known, dictionary)) {
            self.0 = None;
        }
        &mut self.0.get_or_insert_with(|| (Arc::clone(dictionary), vec![UNASKED; dictionary.len()])).1
    }
}

/// About what a value takes in a map and as itself.
const WORD_BYTES: usize = 48;
/// What has no id.
pub const NO_ID: u32 = u32::MAX;
/// What nobody asked for yet.
const UNASKED: u32 = u32::MAX - 1;

impl ValueIds {
    /// No values of `ty` yet.
    pub fn new(ty: Type) -> Self {
        let ids = match ty {
            Type::Bool | Type::Int | Type::Long | Type::Real | Type::DateTime | Type::TimeSpan => {
                Ids::Word(FastMap::default())
            }
            Type::Guid => Ids::Guid(FastMap::default()),
            Type::Decimal => Ids::Decimal(FastMap::default()),
            Type::String => Ids::Text(Interner::exact(), Known::default()),
            Type::Dynamic => Ids::Json(Interner::exact()),
        };
        Self { ty, ids, null: None, values: ColumnBuilder::new(ty) }
    }

    /// How many distinct values were met.
    pub fn len(&self) -> usize {
        match &self.ids {
            Ids::Text(texts, _) => texts.len(),
            _ => self.values.len(),
        }
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        match &self.ids {
            Ids::Text(texts, Known(known)) => {
                texts.bytes() + known.as_ref().map_or(0, |(_, ids)| ids.len() * size_of::<u32>())
            }
            // The values are about as large as their texts.
            Ids::Json(texts) => 2 * texts.bytes(),
            _ => self.len() * WORD_BYTES,
        }
    }

    /// Whether none was met.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of each row's value, given now where it is new.
    pub fn assign(&mut self, column: &Column) -> Vec<u32> {
        if column.as_constant().is_some() && column.len() > 1 {
            let id = self.assign(&column.slice(0, 1)).first().copied().unwrap_or(NO_ID);
            return vec![id; column.len()];
        }
        match self.ty {
            Type::Bool => self.words(column, |value: bool| u64::from(value)),
            Type::Int => self.words(column, |value: i32| i64::from(value) as u64),
            Type::Long | Type::DateTime | Type::TimeSpan => self.words(column, |value: i64| value as u64),
            Type::Real => self.reals(column),
            Type::Guid => self.guids(column),
            Type::Decimal => self.decimals(column),
            Type::String => self.texts(column),
            Type::Dynamic => self.jsons(column),
        }
    }

    /// The id of each row's value, [`NO_ID`] where it was never assigned. What is found out about a dictionary's codes
    /// is kept in `known`, which belongs to one asker.
    pub fn find(&self, column: &Column, known: &mut Known) -> Vec<u32> {
        if column.as_constant().is_some() && column.len() > 1 {
            let id = self.find(&column.slice(0, 1), known).first().copied().unwrap_or(NO_ID);
            return vec![id; column.len()];
        }
        match (&self.ids, self.ty) {
            (Ids::Word(ids), Type::Bool) => self.each(ids, column.view::<bool>().iter().map(|v| v.map(u64::from))),
            (Ids::Word(ids), Type::Int) => {
                self.each(ids, column.view::<i32>().iter().map(|value| value.map(|value| i64::from(value) as u64)))
            }
            (Ids::Word(ids), Type::Real) => self.each(ids, column.view::<f64>().iter().map(|v| v.map(real_word))),
            (Ids::Word(ids), _) => {
                self.each(ids, column.view::<i64>().iter().map(|value| value.map(|value| value as u64)))
            }
            (Ids::Guid(ids), _) => self.each(ids, column.view::<u128>().iter()),
            (Ids::Decimal(ids), _) => self.each(ids, column.view::<Decimal>().iter()),
            (Ids::Text(ids, _), _) => find_texts(ids, column, known),
            (Ids::Json(texts), _) => {
                let null = self.null.unwrap_or(NO_ID);
                let find = |json: Arc<serde_json::Value>| texts.find(&json.to_string());
                column.dynamics().map(|json| json.map_or(null, |json| find(json).unwrap_or(NO_ID))).collect()
            }
        }
    }

    /// The values by id.
    pub fn into_values(self) -> Column {
        match self.ids {
            Ids::Text(texts, _) => Column::from_codes((0..texts.len() as u32).collect(), Arc::new(texts.finish())),
            _ => self.values.finish(),
        }
    }

    fn each<K: Hash + Eq>(&self, ids: &FastMap<K, u32>, keys: impl Iterator<Item = Option<K>>) -> Vec<u32> {
        let null = self.null.unwrap_or(NO_ID);
        keys.map(|key| key.map_or(null, |key| ids.get(&key).copied().unwrap_or(NO_ID))).collect()
    }

    fn null_id(null: &mut Option<u32>, values: &mut ColumnBuilder) -> u32 {
        *null.get_or_insert_with(|| {
            values.push(Value::Null);
            (values.len() - 1) as u32
        })
    }

    fn words<T: Native>(&mut self, column: &Column, word: impl Fn(T) -> u64) -> Vec<u32> {
        let Self { ids: Ids::Word(ids), null, values, ty } = self else { return vec![NO_ID; column.len()] };
        let one = |value: Option<T>| match value {
            Some(value) => look_up(ids, word(value), values, || value.to_value(*ty)),
            None => Self::null_id(null, values),
        };
        column.view::<T>().iter().map(one).collect()
    }

    /// Of equal reals one stands for all, whichever came first: of the two zeros the one without a sign.
    fn reals(&mut self, column: &Column) -> Vec<u32> {
        let Self { ids: Ids::Word(ids), null, values, .. } = self else { return vec![NO_ID; column.len()] };
        let one = |value: Option<f64>| match value.map(real_word) {
            Some(word) => look_up(ids, word, values, || Value::Real(f64::from_bits(word))),
            None => Self::null_id(null, values),
        };
        column.view::<f64>().iter().map(one).collect()
    }

    fn guids(&mut self, column: &Column) -> Vec<u32> {
        let Self { ids: Ids::Guid(ids), null, values, .. } = self else { return vec![NO_ID; column.len()] };
        let one = |value: Option<u128>| match value {
            Some(value) => look_up(ids, value, values, || Value::Guid(value)),
            None => Self::null_id(null, values),
        };
        column.view::<u128>().iter().map(one).collect()
    }

    fn decimals(&mut self, column: &Column) -> Vec<u32> {
        let Self { ids: Ids::Decimal(ids), null, values, .. } = self else { return vec![NO_ID; column.len()] };
        let one = |value: Option<Decimal>| match value {
            Some(value) => look_up(ids, value, values, || Value::Decimal(value)),
            None => Self::null_id(null, values),
        };
        column.view::<Decimal>().iter().map(one).collect()
    }

    fn texts(&mut self, column: &Column) -> Vec<u32> {
        let Ids::Text(texts, known) = &mut self.ids else { return vec![NO_ID; column.len()] };
        match column.texts() {
            Texts::Constant(text) => vec![texts.copy(text); column.len()],
            Texts::Coded(codes, dictionary) => known.ids(codes, dictionary, |code| texts.adopt(dictionary, code)),
        }
    }

    fn jsons(&mut self, column: &Column) -> Vec<u32> {
        let Self { ids: Ids::Json(texts), null, values, .. } = self else { return vec![NO_ID; column.len()] };
        // Null lies under the text that no JSON has.
        let mut one = |json: Option<Arc<serde_json::Value>>| match json {
            Some(json) => {
                let id = texts.copy(&json.to_string());
                if id as usize == values.len() {
                    values.push(Value::Dynamic(json));
                }
                id
            }
            None => *null.get_or_insert_with(|| {
                let id = texts.copy("");
                values.push(Value::Null);
                id
            }),
        };
        column.dynamics().map(&mut one).collect()
    }
}

fn find_texts(texts: &Interner, column: &Column, known: &mut Known) -> Vec<u32> {
    let find = |text: &str| texts.find(text).unwrap_or(NO_ID);
    match column.texts() {
        Texts::Constant(text) => vec![find(text); column.len()],
        Texts::Coded(codes, dictionary) => known.ids(codes, dictionary, |code| find(dictionary.text(code))),
    }
}

fn look_up<K: Hash + Eq>(
    ids: &mut FastMap<K, u32>,
    key: K,
    values: &mut ColumnBuilder,
    value: impl FnOnce() -> Value,
) -> u32 {
    *ids.entry(key).or_insert_with(|| {
        values.push(value());
        (values.len() - 1) as u32
    })
}

/// Equal for equal reals, and for all that are not a number.
fn real_word(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else if value == 0.0 {
        0
    } else {
        value.to_bits()
    }
}

/// Numbers for pairs of numbers, in the order they were first met.
#[derive(Debug, Default)]
pub struct Pairs {
    ids: FastMap<u64, u32>,
    parts: Vec<(u32, u32)>,
}

impl Pairs {
    /// The id of the pair, given now where it is new; whether it was.
    pub fn assign(&mut self, left: u32, right: u32) -> (u32, bool) {
        let next = self.parts.len() as u32;
        let id = *self.ids.entry(u64::from(left) << 32 | u64::from(right)).or_insert(next);
        if id == next {
            self.parts.push((left, right));
        }
        (id, id == next)
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.parts.len() * PAIR_BYTES
    }

    /// The id of the pair, or [`NO_ID`].
    pub fn find(&self, left: u32, right: u32) -> u32 {
        if left == NO_ID || right == NO_ID {
            return NO_ID;
        }
        self.ids.get(&(u64::from(left) << 32 | u64::from(right))).copied().unwrap_or(NO_ID)
    }
}

/// Rows grouped by their keys; groups are numbered in the order they were first met.
#[derive(Debug, Default)]
pub struct Grouper {
    keys: Vec<ValueIds>,
    /// One for each key but the first: pairs of the group so far and the key's id.
    pairs: Vec<Pairs>,
}

/// About what a pair takes.
const PAIR_BYTES: usize = 40;

impl Grouper {
    /// About how many bytes the groups take.
    pub fn bytes(&self) -> usize {
        self.keys.iter().map(ValueIds::bytes).sum::<usize>() + self.pairs.iter().map(Pairs::bytes).sum::<usize>()
    }

    /// No groups yet, of keys of `types`. Without keys there is always one group.
    pub fn new(types: impl IntoIterator<Item = Type>) -> Self {
        let keys: Vec<ValueIds> = types.into_iter().map(ValueIds::new).collect();
        Self { pairs: keys.iter().skip(1).map(|_| Pairs::default()).collect(), keys }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        match (self.pairs.last(), self.keys.first()) {
            (Some(pairs), _) => pairs.parts.len(),
            (None, Some(key)) => key.len(),
            (None, None) => 1,
        }
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The group of each of `rows` rows, made now where it is new.
    pub fn assign(&mut self, columns: &[Column], rows: usize) -> Vec<u32> {
        let mut keys = self.keys.iter_mut().zip(columns);
        let Some((first, column)) = keys.next() else { return vec![0; rows] };
        let mut groups = first.assign(column);
        for ((key, column), pairs) in keys.zip(&mut self.pairs) {
            let ids = key.assign(column);
            for (group, id) in groups.iter_mut().zip(ids) {
                *group = pairs.assign(*group, id).0;
            }
        }
        groups
    }

    /// The group of each of `rows` rows, [`NO_ID`] where there is none. `known` belongs to one asker.
    pub fn find(&self, columns: &[Column], rows: usize, known: &mut Vec<Known>) -> Vec<u32> {
        known.resize_with(self.keys.len(), Known::default);
        let mut keys = self.keys.iter().zip(columns).zip(known);
        let Some(((first, column), known)) = keys.next() else { return vec![0; rows] };
        let mut groups = first.find(column, known);
        for (((key, column), known), pairs) in keys.zip(&self.pairs) {
            let ids = key.find(column, known);
            for (group, id) in groups.iter_mut().zip(ids) {
                *group = pairs.find(*group, id);
            }
        }
        groups
    }

    /// The keys of each group, a column a key; nothing of them once `stop` is set. There are no groups from then on.
    pub fn take_keys(&mut self, stop: &StopFlag) -> Vec<Column> {
        let mut ids: Vec<u32> = (0..self.len() as u32).collect();
        let mut columns = Vec::with_capacity(self.keys.len());
        let mut pairs = std::mem::take(&mut self.pairs);
        for key in stop.watch(std::mem::take(&mut self.keys).into_iter().rev()) {
            match pairs.pop() {
                Some(pairs) => {
                    let parts = ids.iter().map(|id| pairs.parts[*id as usize]);
                    let (before, own): (Vec<u32>, Vec<u32>) = parts.unzip();
                    columns.push(key.into_values().take(&own));
                    ids = before;
                }
                None => columns.push(key.into_values().take(&ids)),
            }
        }
        columns.reverse();
        columns
    }
}

/// The rows of each group, in their order.
#[derive(Debug, Default)]
pub struct Members {
    /// Where each group's rows start in `rows`; one more at the end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Members {
    /// Of rows of `groups`, each below `count`.
    pub fn new(groups: &[u32], count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        for group in groups {
            starts[*group as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; groups.len()];
        for (row, group) in groups.iter().enumerate() {
            let place = &mut next[*group as usize];
            rows[*place as usize] = row as u32;
            *place += 1;
        }
        Self { starts, rows }
    }

    /// The rows of `group`; none of [`NO_ID`].
    pub fn of(&self, group: u32) -> &[u32] {
        let end = self.starts.get((group as usize).saturating_add(1));
        let range = end.map(|end| self.starts[group as usize] as usize..*end as usize);
        range.and_then(|range| self.rows.get(range)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_numbered_as_met_and_nulls_are_one_group() {
        let texts = |texts: &[&str]| Column::from_values(Type::String, texts.iter().map(|text| Value::string(*text)));
        let longs = |longs: &[Option<i64>]| Column::from_options(Type::Long, longs.iter().copied());
        let mut grouper = Grouper::new([Type::String, Type::Long]);
        let first = [texts(&["a", "b", "a", "a"]), longs(&[Some(1), None, Some(1), None])];
        assert_eq!(grouper.assign(&first, 4), [0, 1, 0, 2]);
        let second = [texts(&["b", "c", "a"]), longs(&[None, Some(1), None])];
        assert_eq!(grouper.find(&second, 3, &mut Vec::new()), [1, NO_ID, 2]);
        assert_eq!(grouper.assign(&second, 3), [1, 3, 2]);
        let keys = grouper.take_keys(&StopFlag::default());
        let text = |at| keys[0].value(at);
        assert_eq!([text(0), text(1), text(2), text(3)], ["a", "b", "a", "c"].map(Value::string));
        let long: Vec<Value> = keys[1].values().collect();
        assert_eq!(long, [Value::Long(1), Value::Null, Value::Null, Value::Long(1)]);
    }
}
