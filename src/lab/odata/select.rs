//! `$select` and `$expand`.

use super::filter::Filter;
use super::options::whole;
use super::order::Key;
use super::path::no_property;
use super::set::{EntitySet, Expandable, Service};
use crate::lab::reply::Problem;
use crate::lab::wire::complete::complete;
use crate::lab::wire::metadata::Metadata;
use serde_json::{Map, Value};

/// Which properties are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// The collection's default set.
    #[default]
    Default,
    /// All: `*`.
    All,
    /// These; a path names a property of a property.
    Named(Vec<String>),
}

impl Select {
    /// Whether it names `property` or a part of it.
    pub fn names(&self, property: &str) -> bool {
        self.paths().iter().any(|path| path.split('/').next() == Some(property))
    }

    /// Whether all properties of the entities of `set` are sent.
    pub fn is_all(&self, set: &EntitySet) -> bool {
        match self {
            Self::All => true,
            Self::Default => set.default_properties.is_none(),
            Self::Named(_) => false,
        }
    }

    /// The paths as given, for a context URL.
    fn paths(&self) -> &[String] {
        match self {
            Self::Named(names) => names,
            Self::Default | Self::All => &[],
        }
    }
}

/// An expanded navigation property and its own options.
#[derive(Clone, Debug)]
pub struct Expand {
    /// What is expanded.
    pub to: &'static Expandable,
    /// Properties to keep of each.
    pub select: Select,
    /// Which to keep.
    pub filter: Option<Filter>,
    /// How to sort them.
    pub order: Vec<Key>,
    /// The most to keep.
    pub top: Option<usize>,
}

/// Reads `$select`.
///
/// # Errors
/// A property that the type does not have.
pub fn parse_select(text: &str, set: &EntitySet) -> Result<Select, Problem> {
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Ok(Select::Default);
    }
    if names.contains(&"*") {
        return Ok(Select::All);
    }
    for name in &names {
        let kin = set.service == Service::Directory && Metadata::get().property_of_kin(set.ty, name).is_some();
        if !kin && !set.expandable.iter().any(|known| known.name == *name) {
            check_path(name, set.ty).map_err(|problem| of_select(problem, set))?;
        }
    }
    Ok(Select::Named(names.into_iter().map(str::to_owned).collect()))
}

/// Whether each step of `path` is a property of the one before.
fn check_path(path: &str, ty: &str) -> Result<(), Problem> {
    let mut at = ty;
    for name in path.split('/') {
        at = Metadata::get().property(at, name).ok_or_else(|| no_property(name, at))?.name;
    }
    Ok(())
}

/// The directory says which of its readers refused.
fn of_select(problem: Problem, set: &EntitySet) -> Problem {
    if set.service == Service::Directory {
        problem.by_reader("Parsing OData Select and Expand failed: ")
    } else {
        problem
    }
}

/// Reads `$expand`: `alerts`, or `alerts($select=…;$filter=…)`, or several of these.
///
/// # Errors
/// A property that cannot be expanded, or an option that an expansion does not take. The directory expands one property
/// a request.
pub fn parse_expand(text: &str, set: &'static EntitySet) -> Result<Vec<Expand>, Problem> {
    let parts = split_outside(text, ',');
    if set.service == Service::Directory && parts.len() > 1 {
        return Err(Problem::unsupported("Only one property can be expanded in a single request."));
    }
    parts.iter().map(|part| parse_one(part, set)).collect()
}

fn parse_one(text: &str, set: &'static EntitySet) -> Result<Expand, Problem> {
    let (name, nested) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.strip_suffix(')').ok_or_else(|| unbalanced(text))?),
        None => (text, ""),
    };
    let Some(to) = set.expandable.iter().find(|known| known.name == name) else {
        let problem = no_property(name, set.ty);
        return Err(of_select(problem, set));
    };
    let mut expand = Expand { to, select: Select::Default, filter: None, order: Vec::new(), top: None };
    for option in split_outside(nested, ';') {
        let (option, value) = option.split_once('=').unwrap_or((&option, ""));
        match option.trim() {
            "$select" => expand.select = parse_select(value, to.set)?,
            "$filter" if !to.single => expand.filter = Some(Filter::parse(value, to.set)?),
            "$orderby" if !to.single => expand.order = Key::parse_list(value, to.set)?,
            "$top" if !to.single => expand.top = Some(whole("$top", value)?),
            option => return Err(Problem::query(format!("The option '{option}' is not supported in $expand."))),
        }
    }
    Ok(expand)
}

fn unbalanced(text: &str) -> Problem {
    Problem::query(format!("Found an unbalanced bracket expression in '{text}'."))
}

/// Splits at `mark` outside quotes and parentheses; what is empty goes.
fn split_outside(text: &str, mark: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == mark && depth == 0 && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// `entity` of `set` with the selected properties, control information kept; null for a property that the type has and
/// this entity lacks.
pub fn project(mut entity: Value, set: &EntitySet, select: &Select) -> Value {
    complete(&mut entity, set.ty);
    let Value::Object(mut properties) = entity else { return entity };
    let mut kept: Map<String, Value> = Map::new();
    let control: Vec<String> = properties.keys().filter(|name| name.starts_with("@odata.")).cloned().collect();
    match (select, set.default_properties) {
        (Select::Named(names), _) => {
            keep(&mut kept, &mut properties, &control);
            for name in names.iter().filter(|name| set.expandable.iter().all(|known| known.name != *name)) {
                pick(&mut kept, &properties, name);
            }
        }
        (Select::Default, Some(names)) => {
            keep(&mut kept, &mut properties, &control);
            keep(&mut kept, &mut properties, names);
        }
        (Select::All | Select::Default, _) => return Value::Object(properties),
    }
    Value::Object(kept)
}

/// Moves the properties called `names`.
fn keep<S: AsRef<str>>(kept: &mut Map<String, Value>, from: &mut Map<String, Value>, names: &[S]) {
    for name in names {
        kept.insert(name.as_ref().to_owned(), from.remove(name.as_ref()).unwrap_or_default());
    }
}

/// Copies what is at `path`, with as much of the way to it as is needed.
fn pick(kept: &mut Map<String, Value>, from: &Map<String, Value>, path: &str) {
    let Some((name, rest)) = path.split_once('/') else {
        kept.insert(path.to_owned(), from.get(path).cloned().unwrap_or_default());
        return;
    };
    match from.get(name) {
        Some(Value::Object(inner)) => {
            let to = kept.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(to) = to {
                pick(to, inner, rest);
            }
        }
        Some(Value::Array(items)) => {
            let to = kept.entry(name).or_insert_with(|| items.iter().map(|_| Value::Object(Map::new())).collect());
            for (to, item) in to.as_array_mut().into_iter().flatten().zip(items) {
                if let (Value::Object(to), Value::Object(item)) = (to, item) {
                    pick(to, item, rest);
                }
            }
        }
        other => {
            kept.insert(name.to_owned(), other.cloned().unwrap_or_default());
        }
    }
}

/// What the context URL says after the collection's name: `(id,status,alerts())`, or nothing.
pub fn context_suffix(select: &Select, expand: &[Expand]) -> String {
    let mut parts: Vec<String> = select.paths().to_vec();
    for expand in expand {
        let nested = expand.select.paths().join(",");
        parts.retain(|part| part != expand.to.name);
        parts.push(format!("{}({nested})", expand.to.name));
    }
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
}
