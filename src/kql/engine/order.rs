//! Which value comes first.
//!
//! Sorting turns each key into a word that compares as the key does, so that the sort itself knows no types. Nulls go
//! to the end asked for, and reals that are not a number beside them.
//! <https://learn.microsoft.com/kusto/query/sort-operator>

use super::column::Column;
use super::convert::convert;
use super::run::{RunError, StopFlag};
use super::sorting::{Comparison, Sorting};
use super::view::Texts;
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::cmp::Ordering;
use std::sync::Arc;

/// Compares two values of types that Kusto compares: numbers of any width with each other, otherwise equal types, and
/// a dynamic by the scalar it holds. `None` where there is no order: nulls, not-a-number, values of different kinds.
pub fn compare_values(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) | (Value::TimeSpan(left), Value::TimeSpan(right)) => {
            Some(left.cmp(right))
        }
        (Value::Guid(left), Value::Guid(right)) => Some(left.cmp(right)),
        (Value::Dynamic(left), Value::Dynamic(right)) => compare_json(left, right),
        (Value::Dynamic(json), other) => compare_values(&scalar(json, other.ty()?)?, other),
        (other, Value::Dynamic(json)) => compare_values(other, &scalar(json, other.ty()?)?),
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) => match (left.as_decimal(), right.as_decimal()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_real()?.partial_cmp(&right.as_real()?),
        },
        _ => match (left.as_long(), right.as_long()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_real()?.partial_cmp(&right.as_real()?),
        },
    }
}

/// The scalar a dynamic holds, for comparing with a value of `ty`.
fn scalar(json: &Json, ty: Type) -> Option<Value> {
    Some(match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number.as_i64().map(Value::Long).or_else(|| number.as_f64().map(Value::Real))?,
        Json::String(text) => match convert(Value::string(text.as_str()), ty) {
            Value::Null => Value::string(text.as_str()),
            value => value,
        },
        Json::Null | Json::Array(_) | Json::Object(_) => return None,
    })
}

fn compare_json(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::Number(_), Json::Number(_)) => compare_values(&scalar(left, Type::Real)?, &scalar(right, Type::Real)?),
        (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
        (Json::Bool(left), Json::Bool(right)) => Some(left.cmp(right)),
        (left, right) => (left == right).then_some(Ordering::Equal),
    }
}

/// A total order over dynamics, for sorting: by kind, then by value, lists and bags by their text.
fn order_json(left: &Json, right: &Json) -> Ordering {
    let kind = |json: &Json| match json {
        Json::Null => 0,
        Json::Bool(_) => 1,
        Json::Number(_) => 2,
        Json::String(_) => 3,
        Json::Array(_) => 4,
        Json::Object(_) => 5,
    };
    kind(left).cmp(&kind(right)).then_with(|| match (left, right) {
        (Json::Array(_) | Json::Object(_), _) => left.to_string().cmp(&right.to_string()),
        _ => compare_json(left, right).unwrap_or(Ordering::Equal),
    })
}

/// How a key is to be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direction {
    /// Greatest first.
    pub descending: bool,
    /// Nulls before all else.
    pub nulls_first: bool,
}

/// A word a row: of two rows of the column, the one with the smaller word comes first.
///
/// # Errors
/// [`RunError::Stopped`].
pub(super) fn sort_words(column: &Column, direction: Direction, sorting: Sorting<'_>) -> Result<Vec<u128>, RunError> {
    let word = |place: Option<&Place>| direction.word(place);
    Ok(match column.ty() {
        Type::Bool => column
            .view::<bool>()
            .iter()
            .map(|value| word(value.map(|value| Place::at(u128::from(value))).as_ref()))
            .collect(),
        Type::Int => column
            .view::<i32>()
            .iter()
            .map(|value| word(value.map(|value| signed(i64::from(value))).as_ref()))
            .collect(),
        Type::Long | Type::DateTime | Type::TimeSpan => {
            column.view::<i64>().iter().map(|value| word(value.map(signed).as_ref())).collect()
        }
        Type::Real => column.view::<f64>().iter().map(|value| word(value.map(real).as_ref())).collect(),
        Type::Decimal => {
            let values: Vec<_> = column.view::<Decimal>().iter().collect();
            ranks(&values, &Ord::cmp, direction, sorting)?
        }
        Type::Guid => ranks(&column.view::<u128>().iter().collect::<Vec<_>>(), &Ord::cmp, direction, sorting)?,
        Type::String => {
            let places = text_places(column, sorting)?;
            places.into_iter().map(|place| word(Some(&Place::at(u128::from(place))))).collect()
        }
        Type::Dynamic => {
            let values: Vec<_> = column.dynamics().collect();
            ranks(&values, &|left: &Arc<Json>, right: &Arc<Json>| order_json(left, right), direction, sorting)?
        }
    })
}

/// Words for values that do not fit one: by their rank.
fn ranks<T: Sync>(
    values: &[Option<T>],
    order: &(dyn Fn(&T, &T) -> Ordering + Sync),
    direction: Direction,
    sorting: Sorting<'_>,
) -> Result<Vec<u128>, RunError> {
    let known = (0..values.len() as u32).filter(|row| values[*row as usize].is_some()).collect();
    let compare: &Comparison<'_> = &|left, right| match (&values[left as usize], &values[right as usize]) {
        (Some(left), Some(right)) => order(left, right),
        _ => Ordering::Equal,
    };
    let sorted = sorting.sorted(known, compare)?;
    let mut words = vec![direction.word(None); values.len()];
    each_place(&sorted, compare, sorting.stop, |row, place| {
        words[row as usize] = direction.word(Some(&Place::at(u128::from(place))));
    });
    Ok(words)
}

/// Tells of each of `sorted` which place it has, until `stop` is set; equals share one.
fn each_place(sorted: &[u32], compare: &Comparison<'_>, stop: &StopFlag, mut tell: impl FnMut(u32, u32)) {
    let mut place = 0;
    for (at, number) in stop.watch(sorted).enumerate() {
        if at > 0 && compare(sorted[at - 1], *number).is_ne() {
            place += 1;
        }
        tell(*number, place);
    }
}

/// Where a value that is not null stands among its like.
struct Place {
    not_a_number: bool,
    word: u128,
}

impl Place {
    const fn at(word: u128) -> Self {
        Self { not_a_number: false, word }
    }
}

/// Words use the low 126 bits; the two above hold what comes before and after all values.
const WORD_BITS: u32 = 126;

impl Direction {
    fn word(self, place: Option<&Place>) -> u128 {
        let class = |class: u128| class << WORD_BITS;
        match place {
            None => {
                if self.nulls_first {
                    0
                } else {
                    class(3)
                }
            }
            Some(Place { not_a_number: true, .. }) => {
                if self.nulls_first {
                    1
                } else {
                    class(3) - 1
                }
            }
            Some(Place { word, .. }) => {
                let word = *word & ((1 << WORD_BITS) - 1);
                class(1) | if self.descending { !word & ((1 << WORD_BITS) - 1) } else { word }
            }
        }
    }
}

fn signed(value: i64) -> Place {
    Place::at(u128::from(value as u64 ^ 1 << 63))
}

fn real(value: f64) -> Place {
    let bits = (if value == 0.0 { 0.0 } else { value }).to_bits();
    let word = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    Place { not_a_number: value.is_nan(), word: u128::from(word) }
}

/// A number a row that orders strings as their bytes do.
fn text_places(column: &Column, sorting: Sorting<'_>) -> Result<Vec<u32>, RunError> {
    let Texts::Coded(codes, dictionary) = column.texts() else { return Ok(vec![0; column.len()]) };
    // Of a dictionary larger than the column only what the column uses is looked at.
    if dictionary.len() > codes.len() {
        let compare: &Comparison<'_> =
            &|left, right| dictionary.text(codes[left as usize]).cmp(dictionary.text(codes[right as usize]));
        let mut places = vec![0; codes.len()];
        let sorted = sorting.sorted((0..codes.len() as u32).collect(), compare)?;
        each_place(&sorted, compare, sorting.stop, |row, place| places[row as usize] = place);
        return Ok(places);
    }
    let mut used = vec![false; dictionary.len()];
    for code in codes {
        used[*code as usize] = true;
    }
    let used = (0..dictionary.len() as u32).filter(|code| used[*code as usize]).collect();
    let compare: &Comparison<'_> = &|left, right| dictionary.text(left).cmp(dictionary.text(right));
    let mut places = vec![0; dictionary.len()];
    let sorted = sorting.sorted(used, compare)?;
    each_place(&sorted, compare, sorting.stop, |code, place| places[code as usize] = place);
    Ok(codes.iter().map(|code| places[*code as usize]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(ty: Type, values: &[Value], direction: Direction) -> Vec<Value> {
        let column = Column::from_values(ty, values.to_vec());
        let words = sort_words(&column, direction, Sorting { stop: &StopFlag::default(), cores: 1 }).unwrap();
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        rows.sort_by_key(|row| words[*row as usize]);
        column.take(&rows).values().collect()
    }

    #[test]
    fn nulls_and_not_a_number_go_to_the_asked_end() {
        let values = [Value::Real(2.0), Value::Null, Value::Real(-1.0), Value::Real(f64::INFINITY), Value::Real(-0.0)];
        let ascending = Direction { descending: false, nulls_first: true };
        let descending = Direction { descending: true, nulls_first: false };
        assert_eq!(
            sorted(Type::Real, &values, ascending),
            [Value::Null, Value::Real(-1.0), Value::Real(-0.0), Value::Real(2.0), Value::Real(f64::INFINITY)]
        );
        assert_eq!(sorted(Type::Real, &values, descending).last(), Some(&Value::Null));
        let nan = sorted(Type::Real, &[Value::Real(f64::NAN), Value::Null, Value::Real(1.0)], descending);
        assert_eq!((&nan[0], &nan[2]), (&Value::Real(1.0), &Value::Null));
        let longs = [Value::Long(i64::MIN), Value::Null, Value::Long(i64::MAX), Value::Long(-1)];
        assert_eq!(
            sorted(Type::Long, &longs, descending),
            [Value::Long(i64::MAX), Value::Long(-1), Value::Long(i64::MIN), Value::Null]
        );
    }

    #[test]
    fn strings_sort_by_bytes() {
        let texts = ["b", "a", "", "B", "a"].map(Value::string);
        let ascending = Direction { descending: false, nulls_first: true };
        assert_eq!(sorted(Type::String, &texts, ascending), ["", "B", "a", "a", "b"].map(Value::string));
    }
}
