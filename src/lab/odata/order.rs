//! `$orderby`.

use super::path::{Kind, Path};
use super::set::EntitySet;
use crate::base::Timestamp;
use crate::lab::entities::Head;
use crate::lab::reply::Problem;
use crate::lab::wire::metadata::Metadata;
use serde_json::Value;
use std::cmp::Ordering;

/// One key of a sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    path: Path,
    descending: bool,
}

impl Key {
    /// Reads `text` as the keys of a sort of `set`. Of the security collections any property with a single value may be
    /// one: the metadata declares them sortable, the pages say nothing.
    ///
    /// # Errors
    /// An unknown property, one that the collection is not sorted by, or a direction other than `asc` and `desc`.
    pub fn parse_list(text: &str, set: &EntitySet) -> Result<Vec<Self>, Problem> {
        text.split(',').map(|key| Self::parse(key.trim(), set)).collect()
    }

    fn parse(text: &str, set: &EntitySet) -> Result<Self, Problem> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(Problem::query(format!("Syntax error in the $orderby expression '{text}'."))),
        };
        let names: Vec<String> = name.split('/').map(str::to_owned).collect();
        let path = Path::resolve(0, set.ty, &names)?;
        let unsortable = set.sortable.is_some_and(|sortable| !sortable.contains(&name));
        if unsortable || matches!(path.kind, Kind::Structured(_) | Kind::Collection(_)) {
            return Err(Problem::query(format!("The property '{name}' cannot be used in the $orderby query option.")));
        }
        Ok(Self { path, descending })
    }

    fn value(&self, entity: Head<'_>) -> SortValue {
        if self.path.is_known_to(entity) {
            SortValue::of(&self.path, entity)
        } else {
            SortValue::of(&self.path, Head::Whole(&entity.whole()))
        }
    }
}

/// Brings the first `wanted` of `entities` by `keys` to the front in order; equal ones keep theirs. Those behind are in
/// no order.
pub fn sort<'a>(entities: Vec<Head<'a>>, keys: &[Key], wanted: usize) -> Vec<Head<'a>> {
    if keys.is_empty() {
        return entities;
    }
    let mut keys = keys.to_vec();
    if let Some(names) = entities.iter().find_map(|entity| entity.names()) {
        for key in &mut keys {
            key.path.fit(names);
        }
    }
    let values: Vec<SortValue> = entities.iter().flat_map(|entity| keys.iter().map(|key| key.value(*entity))).collect();
    let own = |place: usize| values.iter().skip(place * keys.len());
    let compare = |left: &usize, right: &usize| {
        let orders = keys.iter().zip(own(*left).zip(own(*right))).map(|(key, (left, right))| {
            let order = left.cmp(right);
            if key.descending { order.reverse() } else { order }
        });
        orders.fold(Ordering::Equal, Ordering::then).then(left.cmp(right))
    };
    let mut places: Vec<usize> = (0..entities.len()).collect();
    let front = wanted.min(places.len());
    if front < places.len() {
        places.select_nth_unstable_by(front, compare);
    }
    places[..front].sort_unstable_by(compare);
    places.into_iter().filter_map(|place| entities.get(place).copied()).collect()
}

/// A value as sorting sees it; null is least.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Null,
    Bool(bool),
    Number(i64),
    Instant(Timestamp),
    Rank(usize),
    Text(String),
}

impl SortValue {
    fn of(path: &Path, entity: Head<'_>) -> Self {
        if let Some(kept) = path.kept_instant(&[entity]) {
            return kept.map_or(Self::Null, Self::Instant);
        }
        let value = path.get(&[entity]).unwrap_or(&Value::Null);
        match (value, &path.kind) {
            (Value::Bool(truth), _) => Self::Bool(*truth),
            (Value::Number(number), _) => Self::Number(number.as_i64().unwrap_or_default()),
            (Value::String(text), Kind::Instant) => text.parse().map_or(Self::Null, Self::Instant),
            (Value::String(text), Kind::Enum(name)) => {
                let rank = Metadata::get().enumeration(name).and_then(|members| members.rank(text));
                rank.map_or(Self::Null, Self::Rank)
            }
            (Value::String(text), _) => Self::Text(text.to_lowercase()),
            _ => Self::Null,
        }
    }
}
