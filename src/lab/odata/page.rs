//! Collections as answers: filter, order, page, count, project.

use super::options::{Options, canonical, skip_token};
use super::order::sort;
use super::select::{Expand, context_suffix, project};
use super::set::EntitySet;
use crate::lab::call::Call;
use crate::lab::entities::Head;
use crate::lab::reply::Reply;
use crate::lab::state::State;
use crate::lab::wire::complete::complete;
use crate::lab::wire::enums::hide_unknown_members;
use serde_json::{Map, Value};

/// Gives what an entity's navigation property leads to.
pub type Related<'a> = &'a dyn Fn(&Value) -> Vec<Value>;

/// The page of `entities` that `call` asks for.
pub fn list<'a>(
    state: &State,
    call: &Call,
    set: &'static EntitySet,
    entities: impl Iterator<Item = Head<'a>>,
    related: Related<'_>,
    options: &Options,
) -> Reply {
    let fits = |entity: &Head<'_>| options.filter.as_ref().is_none_or(|filter| filter.holds(*entity));
    let size = options.top.unwrap_or(set.page_default);
    let end = options.skip.saturating_add(size);
    let fitting = entities.filter(fits);
    let fitting: Vec<Head<'a>> = if options.order.is_empty() && !options.count {
        // One more tells whether there is a next page.
        fitting.take(end.saturating_add(1)).collect()
    } else {
        sort(fitting.collect(), &options.order)
    };
    let total = fitting.len();
    let page = fitting.into_iter().skip(options.skip).take(size);
    let page: Vec<Value> = page.map(|entity| present(&entity.whole(), call, set, related, options)).collect();
    let passed = options.skip.saturating_add(page.len());

    let mut body = Map::new();
    let suffix = context_suffix(&options.select, options.expand.as_ref());
    body.insert("@odata.context".to_owned(), state.context(&format!("{}{suffix}", set.name)).into());
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
    let suffix = context_suffix(&options.select, options.expand.as_ref());
    let context = state.context(&format!("{}{suffix}/$entity", set.name));
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), context.into());
    if let Value::Object(properties) = present(entity, call, set, related, options) {
        body.extend(properties);
    }
    Reply::Json(Value::Object(body))
}

/// An entity as the client is to see it.
fn present(entity: &Value, call: &Call, set: &'static EntitySet, related: Related<'_>, options: &Options) -> Value {
    let mut shown = project(&completed(entity, set), set, &options.select);
    if !call.prefer.unknown_enum_members {
        hide_unknown_members(&mut shown, set.ty);
    }
    if let (Some(expand), Some(expandable), Value::Object(properties)) = (&options.expand, &set.expandable, &mut shown)
    {
        let values = expanded(&related(entity), expand, expandable.set, call);
        properties.insert(expand.name.to_owned(), Value::Array(values));
    }
    shown
}

/// `entity` with the properties that it leaves out.
fn completed(entity: &Value, set: &EntitySet) -> Value {
    let mut whole = entity.clone();
    complete(&mut whole, set.ty);
    whole
}

fn expanded(entities: &[Value], expand: &Expand, set: &EntitySet, call: &Call) -> Vec<Value> {
    let fits = |entity: &&Value| expand.filter.as_ref().is_none_or(|filter| filter.holds(Head::Whole(entity)));
    let shown = entities.iter().filter(fits).map(|entity| {
        let mut shown = project(&completed(entity, set), set, &expand.select);
        if !call.prefer.unknown_enum_members {
            hide_unknown_members(&mut shown, set.ty);
        }
        shown
    });
    shown.collect()
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
