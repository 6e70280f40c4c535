//! Collections as answers: filter, order, page, count, project.

use super::filter::Filter;
use super::options::{Options, canonical, skip_token};
use super::order::sort;
use super::select::{Expand, Select, context_suffix, project};
use super::set::EntitySet;
use crate::lab::call::Call;
use crate::lab::entities::Head;
use crate::lab::reply::Reply;
use crate::lab::state::State;
use crate::lab::wire::resource::{Fill, ResourceWriter};
use serde_json::{Value, json};
use std::cell::RefCell;

/// Gives what the navigation property of that name of an entity leads to.
pub type Related<'a> = &'a (dyn Fn(&str, &Value) -> Vec<Linked<'a>> + 'a);

/// What a navigation property leads to.
#[derive(Debug)]
pub enum Linked<'a> {
    /// A resource as it is kept.
    Kept(Head<'a>),
    /// One made for the answer.
    Made(Value),
}

impl Linked<'_> {
    /// It, to be listed.
    pub fn head(&self) -> Head<'_> {
        match self {
            Self::Kept(head) => *head,
            Self::Made(resource) => Head::Whole(resource),
        }
    }
}

/// The page of `entities` that `call` asks for, or their number. Looks no further than it must.
pub fn list<'a>(
    state: &State,
    call: &Call,
    set: &'static EntitySet,
    entities: impl Iterator<Item = Head<'a>>,
    related: Related<'_>,
    options: &Options,
) -> Reply {
    let filter = RefCell::new(Fitted { filter: options.filter.clone(), is_fit: false });
    let fits = |entity: &Head<'_>| filter.borrow_mut().holds(*entity);
    let mut entities = entities;
    let count = |entities| match options.filter {
        None => Iterator::count(entities),
        Some(_) => Iterator::filter(entities, fits).count(),
    };
    if call.counts {
        return Reply::Count(count(entities));
    }
    let size = options.top.unwrap_or(set.page_default);
    let end = options.skip.saturating_add(size);
    let (fitting, total) = if options.order.is_empty() {
        // One more tells whether there is a next page.
        let front: Vec<Head<'a>> = entities.by_ref().filter(fits).take(end.saturating_add(1)).collect();
        let total = front.len() + if options.count { count(entities) } else { 0 };
        (front, total)
    } else {
        let all = sort(entities.filter(fits).collect(), &options.order, end);
        let total = all.len();
        (all, total)
    };
    let passed = options.skip.saturating_add(fitting.len().saturating_sub(options.skip).min(size));
    let suffix = context_suffix(&options.select, &options.expand);
    let mut body = begin(&state.context(&format!("{}{suffix}", context_name(set, call))));
    if options.count {
        append(&mut body, &format!(",\"@odata.count\":{total}"));
    }
    if passed < total && passed > options.skip {
        append(&mut body, &format!(",\"@odata.nextLink\":{}", json!(next_link(state, call, passed))));
    }
    append(&mut body, ",\"value\":[");
    for (place, entity) in fitting.into_iter().skip(options.skip).take(size).enumerate() {
        if place > 0 {
            body.push(b',');
        }
        present(entity, call, set, related, options, &mut body);
    }
    append(&mut body, "]}");
    Reply::Text(body)
}

/// A filter, fitted to the first compact head it meets.
struct Fitted {
    filter: Option<Filter>,
    is_fit: bool,
}

impl Fitted {
    fn holds(&mut self, entity: Head<'_>) -> bool {
        let Some(filter) = &mut self.filter else { return true };
        if let Some(names) = entity.names().filter(|_| !self.is_fit) {
            filter.fit(names);
            self.is_fit = true;
        }
        filter.holds(entity)
    }
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
    let mut body = begin(&state.context(&format!("{}{suffix}/$entity", set.name)));
    let mut properties = Vec::new();
    present(Head::Whole(entity), call, set, related, options, &mut properties);
    match properties.strip_prefix(b"{") {
        Some(b"}") | None => body.push(b'}'),
        Some(rest) => {
            body.push(b',');
            body.extend_from_slice(rest);
        }
    }
    Reply::Text(body)
}

/// The start of a body, up to its context.
fn begin(context: &str) -> Vec<u8> {
    format!("{{\"@odata.context\":{}", json!(context)).into_bytes()
}

fn append(body: &mut Vec<u8>, text: &str) {
    body.extend_from_slice(text.as_bytes());
}

/// A collection's name in its context URL. One below an entity is named by the way to it.
fn context_name(set: &EntitySet, call: &Call) -> String {
    match set.name.rsplit_once('/') {
        Some((owners, "history")) => format!("{owners}('{}')/history", call.param(0)),
        _ => set.name.to_owned(),
    }
}

/// Appends an entity as the client is to see it.
fn present(
    entity: Head<'_>,
    call: &Call,
    set: &'static EntitySet,
    related: Related<'_>,
    options: &Options,
    body: &mut Vec<u8>,
) {
    if options.expand.is_empty() {
        return show(entity, call, set, &options.select, &[], body);
    }
    let whole = entity.whole();
    let mut extra = Vec::new();
    for expand in &options.expand {
        let values = expanded(&related(expand.to.name, &whole), expand, call);
        if !expand.to.single {
            extra.push((expand.to.name, [b"[", values.join(&b',').as_slice(), b"]"].concat()));
        } else if let Some(value) = values.into_iter().next_back() {
            extra.push((expand.to.name, value));
        }
    }
    show(Head::Whole(&whole), call, set, &options.select, &extra, body);
}

/// Appends the selected properties of `entity`, then `extra`.
fn show(
    entity: Head<'_>,
    call: &Call,
    set: &EntitySet,
    select: &Select,
    extra: &[(&str, Vec<u8>)],
    body: &mut Vec<u8>,
) {
    let hides = !call.prefer.unknown_enum_members;
    if select.is_all(set) {
        let writer = ResourceWriter { hides, fill: Fill::All };
        let write = |whole: &Value| {
            let mut text = Vec::new();
            writer.write(whole, set.ty, &[], &mut text);
            text
        };
        match entity {
            Head::Compact(compact, maker) if extra.is_empty() => {
                body.extend_from_slice(&maker.text(compact.key, hides, &write));
            }
            entity => writer.write(&entity.whole(), set.ty, extra, body),
        }
    } else {
        let projected = project(entity.whole().into_owned(), set, select);
        ResourceWriter { hides, fill: Fill::Nothing }.write(&projected, set.ty, extra, body);
    }
}

/// What an expanded property shows of the `entities` it leads to.
fn expanded(entities: &[Linked<'_>], expand: &Expand, call: &Call) -> Vec<Vec<u8>> {
    let fits = |entity: &Head<'_>| expand.filter.as_ref().is_none_or(|filter| filter.holds(*entity));
    let wanted = expand.top.unwrap_or(usize::MAX);
    let fitting = sort(entities.iter().map(Linked::head).filter(fits).collect(), &expand.order, wanted);
    let show = |entity: Head<'_>| {
        let mut body = Vec::new();
        show(entity, call, expand.to.set, &expand.select, &[], &mut body);
        body
    };
    fitting.into_iter().take(wanted).map(show).collect()
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
