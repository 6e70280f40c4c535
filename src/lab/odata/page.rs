//! Collections as answers: filter, order, page, count, project.

use super::options::{Options, canonical, skip_token};
use super::order::sort;
use super::select::{Expand, Select, context_suffix, project};
use super::set::EntitySet;
use crate::lab::call::Call;
use crate::lab::entities::Head;
use crate::lab::reply::Reply;
use crate::lab::state::State;
use crate::lab::wire::enums::hide_unknown_members;
use serde_json::{Map, Value};

/// Gives what the navigation property of that name of an entity leads to.
pub type Related<'a> = &'a dyn Fn(&str, &Value) -> Vec<Value>;

/// The page of `entities` that `call` asks for, or their number. Looks no further than it must.
pub fn list<'a>(
    state: &State,
    call: &Call,
    set: &'static EntitySet,
    entities: impl Iterator<Item = Head<'a>>,
    related: Related<'_>,
    options: &Options,
) -> Reply {
    let fits = |entity: &Head<'_>| options.filter.as_ref().is_none_or(|filter| filter.holds(*entity));
    let fitting = entities.filter(fits);
    if call.counts {
        return Reply::Count(fitting.count());
    }
    let size = options.top.unwrap_or(set.page_default);
    let end = options.skip.saturating_add(size);
    let fitting: Vec<Head<'a>> = if options.order.is_empty() && !options.count {
        // One more tells whether there is a next page.
        fitting.take(end.saturating_add(1)).collect()
    } else {
        sort(fitting.collect(), &options.order, end)
    };
    let total = fitting.len();
    let page = fitting.into_iter().skip(options.skip).take(size);
    let page: Vec<Value> = page.map(|entity| present(entity, call, set, related, options)).collect();
    let passed = options.skip.saturating_add(page.len());

    let mut body = Map::new();
    let suffix = context_suffix(&options.select, &options.expand);
    body.insert("@odata.context".to_owned(), state.context(&format!("{}{suffix}", context_name(set, call))).into());
    if options.count {
        body.insert("@odata.count".to_owned(), total.into());
    }
    if passed < total && !page.is_empty() {
        body.insert("@odata.nextLink".to_owned(), next_link(state, call, passed).into());
    }
    body.insert("value".to_owned(), Value::Array(page));
    Reply::Json(Value::Object(body))
}

/// One entity as an answer, with its context.
pub fn single(
    state: &State,
    call: &Call,
    set: &'static EntitySet,
    entity: &Value,
    related: Related<'_>,
    options: &Options,
) -> Reply {
    let suffix = context_suffix(&options.select, &options.expand);
    let context = state.context(&format!("{}{suffix}/$entity", set.name));
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), context.into());
    if let Value::Object(properties) = present(Head::Whole(entity), call, set, related, options) {
        body.extend(properties);
    }
    Reply::Json(Value::Object(body))
}

/// A collection's name in its context URL. One below an entity is named by the way to it.
fn context_name(set: &EntitySet, call: &Call) -> String {
    match set.name.rsplit_once('/') {
        Some((owners, "history")) => format!("{owners}('{}')/history", call.param(0)),
        _ => set.name.to_owned(),
    }
}

/// An entity as the client is to see it.
fn present(entity: Head<'_>, call: &Call, set: &'static EntitySet, related: Related<'_>, options: &Options) -> Value {
    let whole = entity.whole();
    let leads_to: Vec<(&Expand, Vec<Value>)> =
        options.expand.iter().map(|expand| (expand, related(expand.to.name, &whole))).collect();
    let mut shown = shown(whole.into_owned(), call, set, &options.select);
    if let Value::Object(properties) = &mut shown {
        for (expand, entities) in leads_to {
            let mut values = expanded(&entities, expand, call);
            if !expand.to.single {
                properties.insert(expand.to.name.to_owned(), Value::Array(values));
            } else if let Some(value) = values.pop() {
                properties.insert(expand.to.name.to_owned(), value);
            }
        }
    }
    shown
}

fn shown(entity: Value, call: &Call, set: &EntitySet, select: &Select) -> Value {
    let mut shown = project(entity, set, select);
    if !call.prefer.unknown_enum_members {
        hide_unknown_members(&mut shown, set.ty);
    }
    shown
}

/// What an expanded property shows of the `entities` it leads to.
fn expanded(entities: &[Value], expand: &Expand, call: &Call) -> Vec<Value> {
    let fits = |entity: &&Value| expand.filter.as_ref().is_none_or(|filter| filter.holds(Head::Whole(entity)));
    let wanted = expand.top.unwrap_or(usize::MAX);
    let fitting = sort(entities.iter().filter(fits).map(Head::Whole).collect(), &expand.order, wanted);
    let kept = fitting.into_iter().take(wanted);
    kept.map(|entity| shown(entity.whole().into_owned(), call, expand.to.set, &expand.select)).collect()
}

/// The absolute address of the next page: the same options, `$skip` replaced by an opaque `$skiptoken`.
fn next_link(state: &State, call: &Call, passed: usize) -> String {
    let kept = call.query.iter().filter(|(name, _)| !matches!(canonical(name).as_str(), "$skip" | "$skiptoken"));
    let mut query = String::new();
    for (name, value) in kept {
        query.push_str(name);
        query.push('=');
        query.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
        query.push('&');
    }
    format!("{}/v1.0{}?{query}$skiptoken={}", state.base_url, call.path, skip_token(passed))
}
