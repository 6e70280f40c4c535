//! A column of values of one type.
//!
//! Values lie in shared vectors, so that a clone or a slice costs a few words. A constant is stored once. Strings are
//! codes into a shared [`Dictionary`]; what is done to a string is then done once a code, and taking rows copies codes
//! only.

use super::bitmap::Bitmap;
use super::builder::ColumnBuilder;
use super::dictionary::{Dictionary, Interner};
use super::run::StopFlag;
use super::view::{Native, Texts, View};
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

/// Values of one type, nulls marked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Column {
    ty: Type,
    /// First row within `data` and `validity`.
    start: usize,
    len: usize,
    data: Data,
    /// Set bits are values; none where all are. Never there for strings and constants.
    validity: Option<Arc<Bitmap>>,
}

/// How values lie in memory.
#[derive(Clone, Debug)]
pub(super) enum Data {
    /// The same for all rows.
    Constant(Value),
    /// `bool`.
    Bool(Arc<Vec<bool>>),
    /// `int`.
    Int(Arc<Vec<i32>>),
    /// `long`, and the ticks of `datetime` and `timespan`.
    Long(Arc<Vec<i64>>),
    /// `real`.
    Real(Arc<Vec<f64>>),
    /// `decimal`.
    Decimal(Arc<Vec<Decimal>>),
    /// `guid`.
    Guid(Arc<Vec<u128>>),
    /// `string`, as codes.
    Text(Arc<Vec<u32>>, Arc<Dictionary>),
    /// `dynamic`; JSON null where null.
    Dynamic(Arc<Vec<Arc<Json>>>),
    /// `dynamic` as codes of JSON texts, read when asked for: for what is kept long and seldom looked at.
    Packed(Arc<Vec<u32>>, Arc<Dictionary>),
}

impl Column {
    /// In [`Self::take_padded`], a row that does not exist.
    pub const MISSING: u32 = u32::MAX;

    /// `len` times `value`, which is of `ty` or null.
    pub fn constant(value: Value, ty: Type, len: usize) -> Self {
        let value = if value.is_null() { Value::null_of(ty) } else { value };
        Self { ty, start: 0, len, data: Data::Constant(value), validity: None }
    }

    /// `len` nulls, or empty strings.
    pub fn nulls(ty: Type, len: usize) -> Self {
        Self::constant(Value::Null, ty, len)
    }

    /// A column of `values`; one that is not of `ty` counts as null.
    pub fn from_values(ty: Type, values: impl IntoIterator<Item = Value>) -> Self {
        let mut builder = ColumnBuilder::new(ty);
        values.into_iter().for_each(|value| builder.push(value));
        builder.finish()
    }

    /// A column of `ty` over plain values: `bool`, `i32`, `i64` (also ticks), `f64`, `u128`. Rows whose bit in
    /// `validity` is not set are null.
    pub fn from_natives<T: Native>(ty: Type, values: Vec<T>, validity: Option<Bitmap>) -> Self {
        debug_assert!(values.first().is_none_or(|value| value.to_value(ty).ty() == Some(ty)), "values are not of {ty}");
        let len = values.len();
        Self { ty, start: 0, len, data: T::wrap(values), validity: validity.map(Arc::new) }
    }

    /// A column of `ty` over plain values or nulls.
    pub fn from_options<T: Native>(ty: Type, values: impl IntoIterator<Item = Option<T>>) -> Self {
        let mut validity = Bitmap::default();
        let mut any_null = false;
        let values: Vec<T> = values
            .into_iter()
            .map(|value| {
                validity.push(value.is_some());
                any_null |= value.is_none();
                value.unwrap_or_default()
            })
            .collect();
        Self::from_natives(ty, values, any_null.then_some(validity))
    }

    /// A column of bools, all known.
    pub fn from_bools(values: Vec<bool>) -> Self {
        Self::from_natives(Type::Bool, values, None)
    }

    /// A column of strings by their codes in `dictionary`.
    pub fn from_codes(codes: Vec<u32>, dictionary: Arc<Dictionary>) -> Self {
        let len = codes.len();
        Self { ty: Type::String, start: 0, len, data: Data::Text(Arc::new(codes), dictionary), validity: None }
    }

    /// A column of dynamics, null where `None` or JSON null.
    pub fn from_dynamics(values: impl IntoIterator<Item = Option<Arc<Json>>>) -> Self {
        let null = Arc::new(Json::Null);
        let values: Vec<Arc<Json>> =
            values.into_iter().map(|value| value.unwrap_or_else(|| Arc::clone(&null))).collect();
        let len = values.len();
        let any_null = values.iter().any(|value| value.is_null());
        let validity = any_null.then(|| Arc::new(Bitmap::from_fn(len, |at| !values[at].is_null())));
        Self { ty: Type::Dynamic, start: 0, len, data: Data::Dynamic(Arc::new(values)), validity }
    }

    /// A column of dynamics by the codes of their JSON texts in `texts`. Rows whose bit in `validity` is not set are
    /// null.
    pub fn from_packed(codes: Vec<u32>, texts: Arc<Dictionary>, validity: Option<Bitmap>) -> Self {
        let (len, validity) = (codes.len(), validity.map(Arc::new));
        Self { ty: Type::Dynamic, start: 0, len, data: Data::Packed(Arc::new(codes), texts), validity }
    }

    /// About how many bytes it has for itself: of memory that others share, such as a table's, none. Of dynamics a
    /// few are weighed for all.
    pub fn own_bytes(&self) -> usize {
        fn of<T>(values: &Arc<Vec<T>>) -> usize {
            if Arc::strong_count(values) == 1 { values.len() * size_of::<T>() } else { 0 }
        }
        const WEIGHED: usize = 16;
        match &self.data {
            Data::Constant(_) => 0,
            Data::Bool(values) => of(values),
            Data::Int(values) => of(values),
            Data::Long(values) => of(values),
            Data::Real(values) => of(values),
            Data::Decimal(values) => of(values),
            Data::Guid(values) => of(values),
            Data::Text(codes, texts) | Data::Packed(codes, texts) => {
                let shared = Arc::strong_count(texts) > 1;
                of(codes) + if shared { 0 } else { texts.bytes() }
            }
            Data::Dynamic(values) => {
                let step = (values.len() / WEIGHED).max(1);
                let weighed = values.iter().step_by(step).filter(|json| Arc::strong_count(json) == 1);
                of(values) + weighed.map(|json| about_bytes(json)).sum::<usize>() * step
            }
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// The value of all rows, where it is known to be one.
    pub fn as_constant(&self) -> Option<&Value> {
        match &self.data {
            Data::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Whether some row may be null.
    pub fn may_be_null(&self) -> bool {
        self.validity.is_some() || self.as_constant().is_some_and(Value::is_null)
    }

    /// Whether the row at `at` is null; false for strings.
    pub fn is_null(&self, at: usize) -> bool {
        match (&self.data, &self.validity) {
            (Data::Constant(value), _) => value.is_null(),
            (_, Some(validity)) => !validity.get(self.start + at),
            (_, None) => false,
        }
    }

    /// The value at `at`; null past the end.
    pub fn value(&self, at: usize) -> Value {
        if at >= self.len || self.is_null(at) {
            return Value::null_of(self.ty);
        }
        let at = self.start + at;
        match &self.data {
            Data::Constant(value) => value.clone(),
            Data::Bool(values) => Value::Bool(values[at]),
            Data::Int(values) => Value::Int(values[at]),
            Data::Long(values) => values[at].to_value(self.ty),
            Data::Real(values) => Value::Real(values[at]),
            Data::Decimal(values) => Value::Decimal(values[at]),
            Data::Guid(values) => Value::Guid(values[at]),
            Data::Text(codes, dictionary) => Value::String(dictionary.shared(codes[at])),
            Data::Dynamic(values) => Value::Dynamic(Arc::clone(&values[at])),
            Data::Packed(codes, texts) => {
                Value::Dynamic(Arc::new(serde_json::from_str(texts.text(codes[at])).unwrap_or_default()))
            }
        }
    }

    /// All values in order.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len).map(|at| self.value(at))
    }

    /// Rows from `start`, at most `len`. Shares the values.
    pub fn slice(&self, start: usize, len: usize) -> Self {
        let start = start.min(self.len);
        let len = len.min(self.len - start);
        Self { start: self.start + start, len, ..self.clone() }
    }

    /// The rows at `rows`, each below [`Self::len`], in that order.
    pub fn take(&self, rows: &[u32]) -> Self {
        self.gather(rows.len(), |at| self.start + rows[at] as usize)
    }

    /// As [`Self::take`]; a row of [`Self::MISSING`] gives null, or `""`.
    pub fn take_padded(&self, rows: &[u32]) -> Self {
        if !rows.contains(&Self::MISSING) {
            return self.take(rows);
        }
        let known: Vec<u32> = rows.iter().copied().filter(|row| *row != Self::MISSING).collect();
        let padded = Self::concat(self.ty, &[self.take(&known), Self::nulls(self.ty, 1)]);
        let pad = known.len() as u32;
        let mut next = 0;
        let places: Vec<u32> = rows
            .iter()
            .map(|row| {
                if *row == Self::MISSING {
                    return pad;
                }
                next += 1;
                next - 1
            })
            .collect();
        padded.take(&places)
    }

    fn gather(&self, len: usize, place: impl Fn(usize) -> usize) -> Self {
        fn pick<T: Clone>(values: &[T], len: usize, place: impl Fn(usize) -> usize) -> Arc<Vec<T>> {
            Arc::new((0..len).map(|at| values[place(at)].clone()).collect())
        }
        let data = match &self.data {
            Data::Constant(value) => Data::Constant(value.clone()),
            Data::Bool(values) => Data::Bool(pick(values, len, &place)),
            Data::Int(values) => Data::Int(pick(values, len, &place)),
            Data::Long(values) => Data::Long(pick(values, len, &place)),
            Data::Real(values) => Data::Real(pick(values, len, &place)),
            Data::Decimal(values) => Data::Decimal(pick(values, len, &place)),
            Data::Guid(values) => Data::Guid(pick(values, len, &place)),
            Data::Text(codes, dictionary) => Data::Text(pick(codes, len, &place), Arc::clone(dictionary)),
            Data::Dynamic(values) => Data::Dynamic(pick(values, len, &place)),
            Data::Packed(codes, texts) => Data::Packed(pick(codes, len, &place), Arc::clone(texts)),
        };
        let validity = self.validity.as_ref().map(|bits| Arc::new(Bitmap::from_fn(len, |at| bits.get(place(at)))));
        Self { ty: self.ty, start: 0, len, data, validity }
    }

    /// All rows of `parts`, which are of `ty`, one after the other.
    pub fn concat(ty: Type, parts: &[Self]) -> Self {
        Self::concat_until(ty, parts, &StopFlag::default())
    }

    /// As [`Self::concat`]; fewer rows once `stop` is set.
    pub fn concat_until(ty: Type, parts: &[Self], stop: &StopFlag) -> Self {
        match parts {
            [] => return Self::nulls(ty, 0),
            [only] => return only.clone(),
            _ => {}
        }
        let len = parts.iter().map(|part| part.len).sum();
        if let Some(first) = parts.first().and_then(Self::as_constant)
            && parts.iter().all(|part| part.as_constant() == Some(first))
        {
            return Self::constant(first.clone(), ty, len);
        }
        match ty {
            Type::Bool => Self::concat_natives::<bool>(ty, parts),
            Type::Int => Self::concat_natives::<i32>(ty, parts),
            Type::Long | Type::DateTime | Type::TimeSpan => Self::concat_natives::<i64>(ty, parts),
            Type::Real => Self::concat_natives::<f64>(ty, parts),
            Type::Decimal => Self::concat_natives::<Decimal>(ty, parts),
            Type::Guid => Self::concat_natives::<u128>(ty, parts),
            Type::String => Self::concat_texts(parts, len, stop),
            Type::Dynamic => Self::concat_packed(parts, len)
                .unwrap_or_else(|| Self::from_dynamics(stop.watch(parts).flat_map(Self::dynamics))),
        }
    }

    fn concat_natives<T: Native>(ty: Type, parts: &[Self]) -> Self {
        let len = parts.iter().map(|part| part.len).sum();
        let mut values: Vec<T> = Vec::with_capacity(len);
        let mut validity = parts.iter().any(Self::may_be_null).then(Bitmap::default);
        for part in parts {
            let view = part.view::<T>();
            match view.plain() {
                Some(plain) => values.extend_from_slice(plain),
                None => values.extend((0..part.len).map(|at| view.get(at).unwrap_or_default())),
            }
            if let Some(bits) = &mut validity {
                (0..part.len).for_each(|at| bits.push(!part.is_null(at)));
            }
        }
        Self::from_natives(ty, values, validity)
    }

    /// All rows of `parts` by their codes, where each is packed or null all through.
    fn concat_packed(parts: &[Self], len: usize) -> Option<Self> {
        let mut codes = Vec::with_capacity(len);
        let mut texts: Vec<&Arc<Dictionary>> = Vec::new();
        // The first code of the dictionary met last: parts of one table follow each other.
        let (mut start, mut end) = (0, 0);
        for part in parts {
            match &part.data {
                Data::Packed(own, dictionary) => {
                    if !texts.last().is_some_and(|last| Arc::ptr_eq(last, dictionary)) {
                        texts.push(dictionary);
                        (start, end) = (end, end + dictionary.len() as u32);
                    }
                    codes.extend(own[part.start..part.start + part.len].iter().map(|code| code.saturating_add(start)));
                }
                // A code without a meaning: the row is marked null.
                Data::Constant(value) if value.is_null() => codes.extend(std::iter::repeat_n(u32::MAX, part.len)),
                _ => return None,
            }
        }
        let texts = match texts.as_slice() {
            [only] => Arc::clone(only),
            _ => Arc::new(Dictionary::concat(&texts)),
        };
        let validity = parts.iter().any(Self::may_be_null).then(|| {
            let mut bits = Bitmap::default();
            for part in parts {
                (0..part.len).for_each(|at| bits.push(!part.is_null(at)));
            }
            bits
        });
        Some(Self::from_packed(codes, texts, validity))
    }

    fn concat_texts(parts: &[Self], len: usize, stop: &StopFlag) -> Self {
        let mut codes = Vec::with_capacity(len);
        if let Some(Data::Text(_, dictionary)) = parts.first().map(|part| &part.data) {
            for part in parts {
                match &part.data {
                    Data::Text(own, other) if Arc::ptr_eq(other, dictionary) => {
                        codes.extend_from_slice(&own[part.start..part.start + part.len]);
                    }
                    _ => break,
                }
            }
            if codes.len() == len {
                return Self::from_codes(codes, Arc::clone(dictionary));
            }
            codes.clear();
        }
        let mut interner = Interner::default();
        // The new codes of the dictionary last met: parts of one table follow each other.
        let mut known: Option<(&Arc<Dictionary>, Vec<u32>)> = None;
        for part in stop.watch(parts) {
            if let Data::Text(own, dictionary) = &part.data {
                let (_, new_codes) = match &mut known {
                    Some(known) if Arc::ptr_eq(known.0, dictionary) => known,
                    other => other.insert((dictionary, vec![u32::MAX; dictionary.len()])),
                };
                for code in &own[part.start..part.start + part.len] {
                    let new = &mut new_codes[*code as usize];
                    if *new == u32::MAX {
                        *new = interner.adopt(dictionary, *code);
                    }
                    codes.push(*new);
                }
            } else if part.len > 0 {
                let code = interner.copy(part.texts().text(0));
                codes.extend(std::iter::repeat_n(code, part.len));
            }
        }
        Self::from_codes(codes, Arc::new(interner.finish()))
    }

    /// Typed reading for kernels. A column whose values are not `T`s reads as all null.
    pub fn view<T: Native>(&self) -> View<'_, T> {
        let validity = self.validity.as_deref().map(|bits| (bits, self.start));
        match &self.data {
            Data::Constant(value) => View::constant(T::from_value(value), self.len),
            data => match T::unwrap(data).and_then(|values| values.get(self.start..self.start + self.len)) {
                Some(values) => View::slice(values, validity),
                None => View::constant(None, self.len),
            },
        }
    }

    /// Reading of strings. A column of another type reads as all `""`.
    pub fn texts(&self) -> Texts<'_> {
        match &self.data {
            Data::Text(codes, dictionary) => {
                Texts::coded(codes.get(self.start..self.start + self.len).unwrap_or_default(), dictionary)
            }
            Data::Constant(value) => Texts::constant(value.as_str().unwrap_or_default()),
            _ => Texts::constant(""),
        }
    }

    /// A code a row and the JSON texts they mean, where dynamics lie so.
    pub fn packed(&self) -> Option<(&[u32], &Arc<Dictionary>)> {
        match &self.data {
            Data::Packed(codes, texts) => Some((codes.get(self.start..self.start + self.len)?, texts)),
            _ => None,
        }
    }

    /// The dynamics in order, `None` where null. A column of another type gives nulls.
    pub fn dynamics(&self) -> impl Iterator<Item = Option<Arc<Json>>> + '_ {
        (0..self.len).map(|at| match self.value(at) {
            Value::Dynamic(json) => Some(json),
            _ => None,
        })
    }

    /// The same values, null in addition where `bits` is not set. Strings become empty there.
    pub fn masked(&self, bits: &Bitmap) -> Self {
        match &self.data {
            Data::Constant(_) | Data::Text(..) => {
                let rows: Vec<u32> =
                    (0..self.len).map(|at| if bits.get(at) { at as u32 } else { Self::MISSING }).collect();
                if self.as_constant().is_some_and(Value::is_null) {
                    self.clone()
                } else {
                    self.expanded().take_padded(&rows)
                }
            }
            _ => {
                let validity = Bitmap::from_fn(self.len, |at| bits.get(at) && !self.is_null(at));
                let mut masked = self.gather(self.len, |at| self.start + at);
                masked.validity = Some(Arc::new(validity));
                masked
            }
        }
    }

    /// The same values with a place of its own for each row, also where all are the same.
    fn expanded(&self) -> Self {
        match self.as_constant() {
            Some(value) => Self::from_values(self.ty, (0..self.len).map(|_| value.clone())),
            None => self.clone(),
        }
    }
}

/// About how many bytes a JSON value takes.
pub fn json_bytes(json: &Json) -> usize {
    size_of::<Json>()
        + match json {
            Json::String(text) => text.len(),
            Json::Array(list) => list.iter().map(json_bytes).sum(),
            Json::Object(bag) => {
                bag.iter().map(|(key, value)| key.len() + 2 * size_of::<Json>() + json_bytes(value)).sum()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        }
}

/// As [`json_bytes`], soon also of a long list: a few of its elements are weighed for all.
fn about_bytes(json: &Json) -> usize {
    const WEIGHED: usize = 256;
    match json {
        Json::Array(list) if list.len() > WEIGHED => {
            let step = list.len() / WEIGHED;
            size_of::<Json>() + list.iter().step_by(step).map(about_bytes).sum::<usize>() * step
        }
        _ => json_bytes(json),
    }
}
