//! `$select` and `$expand`.

use super::filter::Filter;
use super::path::no_property;
use super::set::{EntitySet, Expandable};
use crate::lab::reply::Problem;
use crate::lab::wire::metadata::Metadata;
use serde_json::Value;

/// An expanded navigation property and its own options.
#[derive(Clone, Debug)]
pub struct Expand {
    /// Its name.
    pub name: &'static str,
    /// Properties to keep of each.
    pub select: Option<Vec<String>>,
    /// Which to keep.
    pub filter: Option<Filter>,
}

/// Reads `$select`.
///
/// # Errors
/// A property that the type does not have.
pub fn parse_select(text: &str, set: &EntitySet) -> Result<Option<Vec<String>>, Problem> {
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.contains(&"*") {
        return Ok(None);
    }
    for name in &names {
        let first = name.split('/').next().unwrap_or(name);
        let navigation = set.expandable.as_ref().is_some_and(|expandable| expandable.name == first);
        if Metadata::get().property(set.ty, first).is_none() && !navigation {
            return Err(no_property(first, set.ty));
        }
    }
    Ok(Some(names.into_iter().map(|name| name.split('/').next().unwrap_or(name).to_owned()).collect()))
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
    let Some(Expandable { name: known, set: inner }) = set.expandable.as_ref().filter(|known| known.name == name) else {
        let ty = set.ty;
        return Err(Problem::query(format!("Could not find a property named '{name}' on type '{ty}' to expand.")));
    };
    let mut expand = Expand { name: known, select: None, filter: None };
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

/// A copy of `entity` with only the `names` (all without any), control information kept; null for a property that the
/// type has and this entity lacks.
pub fn project(entity: &Value, names: Option<&[String]>) -> Value {
    let (Some(names), Some(properties)) = (names, entity.as_object()) else { return entity.clone() };
    let control = properties.iter().filter(|(name, _)| name.starts_with("@odata."));
    let kept = control.map(|(name, value)| (name.clone(), value.clone()));
    let chosen = names.iter().map(|name| (name.clone(), properties.get(name).cloned().unwrap_or(Value::Null)));
    Value::Object(kept.chain(chosen).collect())
}

/// What the context URL says after the collection's name: `(id,status,alerts())`, or nothing.
pub fn context_suffix(select: Option<&[String]>, expand: Option<&Expand>) -> String {
    let mut parts: Vec<String> = select.unwrap_or_default().to_vec();
    if let Some(expand) = expand {
        let nested = expand.select.as_deref().unwrap_or_default().join(",");
        parts.retain(|part| part != expand.name);
        parts.push(format!("{}({nested})", expand.name));
    }
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
}
