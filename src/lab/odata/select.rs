//! `$select` and `$expand`.

use super::filter::Filter;
use super::path::no_property;
use super::set::{EntitySet, Expandable};
use crate::lab::reply::Problem;
use crate::lab::wire::metadata::Metadata;
use serde_json::Value;

/// Which properties are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// The collection's default set.
    #[default]
    Default,
    /// All: `*`.
    All,
    /// These.
    Named(Vec<String>),
}

impl Select {
    /// The names for a context URL.
    fn names(&self) -> &[String] {
        match self {
            Self::Named(names) => names,
            Self::Default | Self::All => &[],
        }
    }
}

/// An expanded navigation property and its own options.
#[derive(Clone, Debug)]
pub struct Expand {
    /// Its name.
    pub name: &'static str,
    /// Properties to keep of each.
    pub select: Select,
    /// Which to keep.
    pub filter: Option<Filter>,
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
        let first = name.split('/').next().unwrap_or(name);
        let navigation = set.expandable.as_ref().is_some_and(|expandable| expandable.name == first);
        if Metadata::get().property(set.ty, first).is_none() && !navigation {
            return Err(no_property(first, set.ty));
        }
    }
    Ok(Select::Named(names.into_iter().map(|name| name.split('/').next().unwrap_or(name).to_owned()).collect()))
}

/// Reads `$expand`: `alerts`, or `alerts($select=…;$filter=…)`.
///
/// # Errors
/// A property that cannot be expanded, or an option that an expansion does not take.
pub fn parse_expand(text: &str, set: &EntitySet) -> Result<Expand, Problem> {
    let (name, nested) = match text.trim().split_once('(') {
        Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(')').ok_or_else(|| unbalanced(text))?),
        None => (text.trim(), ""),
    };
    let Some(Expandable { name: known, set: inner }) = set.expandable.as_ref().filter(|known| known.name == name)
    else {
        let ty = set.ty;
        return Err(Problem::query(format!("Could not find a property named '{name}' on type '{ty}' to expand.")));
    };
    let mut expand = Expand { name: known, select: Select::Default, filter: None };
    for option in split_options(nested) {
        match option.split_once('=') {
            Some(("$select", names)) => expand.select = parse_select(names, inner)?,
            Some(("$filter", condition)) => expand.filter = Some(Filter::parse(condition, inner)?),
            _ => return Err(Problem::query(format!("The option '{option}' is not supported in $expand."))),
        }
    }
    Ok(expand)
}

fn unbalanced(text: &str) -> Problem {
    Problem::query(format!("Found an unbalanced bracket expression in '{text}'."))
}

/// Splits nested options at `;` outside quotes and parentheses.
fn split_options(text: &str) -> Vec<String> {
    let mut options = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ';' && depth == 0 && !quoted {
            options.push(String::new());
        } else if let Some(option) = options.last_mut() {
            option.push(c);
        }
    }
    options.into_iter().map(|option| option.trim().to_owned()).filter(|option| !option.is_empty()).collect()
}

/// A copy of `entity` of `set` with the selected properties, control information kept; null for a property that the
/// type has and this entity lacks.
pub fn project(entity: &Value, set: &EntitySet, select: &Select) -> Value {
    let names: Vec<&str> = match (select, set.default_properties) {
        (Select::Named(names), _) => names.iter().map(String::as_str).collect(),
        (Select::Default, Some(names)) => names.to_vec(),
        (Select::All | Select::Default, _) => return entity.clone(),
    };
    let Some(properties) = entity.as_object() else { return entity.clone() };
    let control = properties.iter().filter(|(name, _)| name.starts_with("@odata."));
    let kept = control.map(|(name, value)| (name.clone(), value.clone()));
    let chosen = names.into_iter().map(|name| (name.to_owned(), properties.get(name).cloned().unwrap_or_default()));
    Value::Object(kept.chain(chosen).collect())
}

/// What the context URL says after the collection's name: `(id,status,alerts())`, or nothing.
pub fn context_suffix(select: &Select, expand: Option<&Expand>) -> String {
    let mut parts: Vec<String> = select.names().to_vec();
    if let Some(expand) = expand {
        let nested = expand.select.names().join(",");
        parts.retain(|part| part != expand.name);
        parts.push(format!("{}({nested})", expand.name));
    }
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
}
