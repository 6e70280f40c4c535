//! A collection of resources: an ordered map from id to resource that holds what it must and makes the rest on demand.
//!
//! Most resources are kept whole. A tenant of 100,000 alerts keeps most of them *compact*: a head of the properties that
//! lists are filtered and sorted by, and a key from which a [`Maker`] makes the whole. Walking the heads makes nothing;
//! a resource that is to be changed is made once and kept whole from then on.

use crate::base::Timestamp;
use indexmap::IndexMap;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

/// The property that ties an alert to its incident.
const GROUP: &str = "incidentId";

/// Makes compact resources whole.
pub trait Maker: Debug + Send + Sync {
    /// Names of the properties in a head, in its order.
    fn head(&self) -> &'static [&'static str];

    /// The whole resource of `key`, whose head agrees with it.
    fn whole(&self, key: u32) -> Value;

    /// The same as text, as `write` writes it in one of two forms. A maker may keep texts: what it makes never changes.
    fn text(&self, key: u32, _form: bool, write: &dyn Fn(&Value) -> Vec<u8>) -> Arc<[u8]> {
        write(&self.whole(key)).into()
    }
}

/// Resources by id, in the order they were inserted.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    entries: IndexMap<String, Entry>,
    maker: Option<Arc<dyn Maker>>,
    /// How many of the first entries have not happened yet: nobody sees them.
    coming: usize,
    /// Places of the resources of each incident, ascending.
    groups: BTreeMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
enum Entry {
    Whole(Value),
    Compact(Compact),
}

/// A resource that is made when it is asked for.
#[derive(Clone, Debug)]
pub struct Compact {
    /// What its maker knows it by.
    pub key: u32,
    /// Values of [`Maker::head`]. Equal ones are best shared.
    pub head: Box<[Arc<Value>]>,
    /// Ticks of those that are instants, in their order, so that lists need not read them; `-1` for none.
    ticks: Box<[i64]>,
}

impl Compact {
    /// The resource of `key`; `head` are the values of `names` in order.
    pub fn new(key: u32, names: &[&str], head: Box<[Arc<Value>]>) -> Self {
        let instants = names.iter().zip(&head).filter(|(name, _)| is_instant(name));
        let ticks = |value: &Value| value.as_str()?.parse::<Timestamp>().ok().map(Timestamp::ticks);
        let ticks = instants.map(|(_, value)| ticks(value).unwrap_or(-1)).collect();
        Self { key, head, ticks }
    }

    /// The instant at `place`, as [`place_of_instant`] tells it.
    pub fn instant(&self, place: usize) -> Option<Timestamp> {
        self.ticks.get(place).copied().and_then(Timestamp::from_ticks)
    }
}

/// Whether the property `name` of a head is an instant.
fn is_instant(name: &str) -> bool {
    name.ends_with("DateTime")
}

/// The place of the property `name` among the instants of heads whose properties are called `names`.
pub fn place_of_instant(names: &[&str], name: &str) -> Option<usize> {
    names.iter().filter(|known| is_instant(known)).position(|known| *known == name)
}

/// Resources that are made when they are first asked for. Clones share them.
#[derive(Clone, Debug)]
pub struct Deferred {
    make: Arc<LazyLock<Entities, Making>>,
    /// What was changed of them since; a copy of its own.
    changed: Option<Box<Entities>>,
    /// Not after the first of those that have not happened yet, where there are any.
    ahead: Option<Timestamp>,
}

/// What makes them.
type Making = Box<dyn FnOnce() -> Entities + Send>;

impl Deferred {
    /// Those that `make` will make, with what has not happened yet hidden. `ahead` is not after the first of these: so long
    /// nothing need be made to know that nothing has changed.
    pub fn new(make: impl FnOnce() -> Entities + Send + 'static, ahead: Option<Timestamp>) -> Self {
        Self { make: Arc::new(LazyLock::new(Box::new(make))), changed: None, ahead }
    }

    /// When the next of those to come does, or an instant before it.
    pub fn next_arrival(&self) -> Option<Timestamp> {
        match &self.changed {
            Some(changed) => changed.next_arrival(),
            None => self.ahead,
        }
    }

    /// They, to be changed.
    pub fn to_mut(&mut self) -> &mut Entities {
        self.changed.get_or_insert_with(|| Box::new((**self.make).clone()))
    }
}

impl Default for Deferred {
    fn default() -> Self {
        Self::new(Entities::default, None)
    }
}

impl From<Entities> for Deferred {
    fn from(entities: Entities) -> Self {
        Self::new(move || entities, None)
    }
}

impl Deref for Deferred {
    type Target = Entities;

    fn deref(&self) -> &Entities {
        self.changed.as_deref().unwrap_or(&self.make)
    }
}

impl Entities {
    /// No resources yet; compact ones will be made by `maker`.
    pub fn made_by(maker: Arc<dyn Maker>) -> Self {
        Self { maker: Some(maker), ..Self::default() }
    }

    /// Adds `resource` at the end, or in the place of the one that has its id.
    pub fn insert(&mut self, id: impl Into<String>, resource: Value) {
        self.put(id.into(), Entry::Whole(resource));
    }

    /// Adds a compact resource, as [`Self::insert`].
    pub fn insert_compact(&mut self, id: impl Into<String>, resource: Compact) {
        self.put(id.into(), Entry::Compact(resource));
    }

    /// Adds `resource` before all others, as the newest of a collection that is kept newest first.
    pub fn insert_first(&mut self, id: impl Into<String>, resource: Value) {
        self.entries.shift_insert(self.coming, id.into(), Entry::Whole(resource));
        self.groups.clear();
        let group = |entry: &Entry| self.head_of(entry).text(GROUP).map(str::to_owned);
        let groups: Vec<Option<String>> = self.entries.values().map(group).collect();
        for (place, group) in groups.into_iter().enumerate() {
            if let Some(group) = group {
                self.groups.entry(group).or_default().push(place);
            }
        }
    }

    fn put(&mut self, id: String, entry: Entry) {
        let group = |entry: &Entry| self.head_of(entry).text(GROUP).map(str::to_owned);
        let now = group(&entry);
        let before = self.entries.get(&id).and_then(group);
        let (place, _) = self.entries.insert_full(id, entry);
        self.move_place(place, before.as_deref(), now);
    }

    /// Notes that the resource at `place` left the incident `before` for `now`.
    fn move_place(&mut self, place: usize, before: Option<&str>, now: Option<String>) {
        if let Some(places) = before.and_then(|group| self.groups.get_mut(group)) {
            places.retain(|known| *known != place);
        }
        if let Some(group) = now {
            let places = self.groups.entry(group).or_default();
            let at = places.partition_point(|known| *known < place);
            places.insert(at, place);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len() - self.coming
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hides the first resources as long as they were created after `now`. Where resources come newest first, as in a
    /// generated tenant, these are all that have not happened yet.
    pub fn hide_coming(&mut self, now: Timestamp) {
        let is_coming = |entry: &&Entry| self.created(entry).is_some_and(|created| created > now);
        self.coming = self.entries.values().take_while(is_coming).count();
    }

    /// When the next of the hidden resources was created.
    pub fn next_arrival(&self) -> Option<Timestamp> {
        self.created(self.entries.get_index(self.coming.checked_sub(1)?)?.1)
    }

    /// Shows the next of the hidden resources; its id.
    pub fn reveal(&mut self) -> Option<String> {
        self.coming = self.coming.checked_sub(1)?;
        self.entries.get_index(self.coming).map(|(id, _)| id.clone())
    }

    fn created(&self, entry: &Entry) -> Option<Timestamp> {
        self.head_of(entry).text("createdDateTime")?.parse().ok()
    }

    /// The entry called `id`, and its place.
    fn entry(&self, id: &str) -> Option<(usize, &Entry)> {
        let (place, _, entry) = self.entries.get_full(id)?;
        (place >= self.coming).then_some((place, entry))
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.coming = 0;
        self.groups.clear();
    }

    /// Whether one has that id.
    pub fn contains_key(&self, id: &str) -> bool {
        self.entry(id).is_some()
    }

    /// The ids of all, of those too that have not happened yet.
    pub fn taken(&self) -> impl Iterator<Item = &String> {
        self.entries.keys()
    }

    /// The ids in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + Clone {
        self.entries.keys().skip(self.coming)
    }

    /// The resource called `id`, made whole.
    pub fn get(&self, id: &str) -> Option<Cow<'_, Value>> {
        self.head(id).map(Head::whole)
    }

    /// The resource called `id`, to change; kept whole from now on. A change of its incident is [`Self::regroup`]'s.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        let (place, _) = self.entry(id)?;
        let (_, entry) = self.entries.get_index_mut(place)?;
        if let Entry::Compact(compact) = entry {
            let key = compact.key;
            *entry = Entry::Whole(self.maker.as_ref().map_or(Value::Null, |maker| maker.whole(key)));
        }
        match entry {
            Entry::Whole(resource) => Some(resource),
            Entry::Compact(_) => None,
        }
    }

    /// The first, made whole.
    pub fn first(&self) -> Option<(&String, Cow<'_, Value>)> {
        self.iter().next()
    }

    /// Ids and resources in order, each made whole when it comes.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&String, Cow<'_, Value>)> + Clone {
        self.heads().map(|(id, head)| (id, head.whole()))
    }

    /// The resources in order, each made whole when it comes.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = Cow<'_, Value>> + Clone {
        self.iter().map(|(_, resource)| resource)
    }

    /// Ids and heads in order: nothing is made.
    pub fn heads(&self) -> impl DoubleEndedIterator<Item = (&String, Head<'_>)> + Clone {
        self.entries.iter().skip(self.coming).map(|(id, entry)| (id, self.head_of(entry)))
    }

    /// The head of the resource called `id`.
    pub fn head(&self, id: &str) -> Option<Head<'_>> {
        self.entry(id).map(|(_, entry)| self.head_of(entry))
    }

    /// Ids and heads of the resources whose `incidentId` is `incident`, in order.
    pub fn of_incident(&self, incident: &str) -> impl Iterator<Item = (&String, Head<'_>)> + Clone {
        let places = self.groups.get(incident).map_or(&[][..], Vec::as_slice);
        places.iter().filter(|place| **place >= self.coming).filter_map(|place| {
            let (id, entry) = self.entries.get_index(*place)?;
            Some((id, self.head_of(entry)))
        })
    }

    /// Moves the resource called `id` to the incident `incident`; `false` where there is no such resource.
    pub fn regroup(&mut self, id: &str, incident: &str) -> bool {
        let Some(resource) = self.get_mut(id).and_then(Value::as_object_mut) else { return false };
        let before = resource.insert(GROUP.to_owned(), incident.into());
        let Some(place) = self.entries.get_index_of(id) else { return false };
        self.move_place(place, before.as_ref().and_then(Value::as_str), Some(incident.to_owned()));
        true
    }

    fn head_of<'a>(&'a self, entry: &'a Entry) -> Head<'a> {
        match (entry, &self.maker) {
            (Entry::Whole(resource), _) => Head::Whole(resource),
            (Entry::Compact(compact), Some(maker)) => Head::Compact(compact, &**maker),
            (Entry::Compact(_), None) => Head::Whole(&Value::Null),
        }
    }
}

impl<I: Into<String>> FromIterator<(I, Value)> for Entities {
    fn from_iter<T: IntoIterator<Item = (I, Value)>>(resources: T) -> Self {
        let mut entities = Self::default();
        resources.into_iter().for_each(|(id, resource)| entities.insert(id, resource));
        entities
    }
}

impl PartialEq for Entities {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// A resource as far as it can be read without making anything.
#[derive(Clone, Copy, Debug)]
pub enum Head<'a> {
    /// All of it.
    Whole(&'a Value),
    /// Its head, and who makes the rest.
    Compact(&'a Compact, &'a dyn Maker),
}

impl<'a> Head<'a> {
    /// Names of the properties of a compact head; the same for all of a collection.
    pub fn names(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Whole(_) => None,
            Self::Compact(_, maker) => Some(maker.head()),
        }
    }

    /// Whether [`Self::property`] tells all there is to tell of the property `name`.
    pub fn knows(self, name: &str) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Compact(_, maker) => maker.head().contains(&name),
        }
    }

    /// The property `name`, where the head has it.
    pub fn property(self, name: &str) -> Option<&'a Value> {
        match self {
            Self::Whole(resource) => resource.get(name),
            Self::Compact(compact, maker) => {
                let place = maker.head().iter().position(|known| *known == name)?;
                compact.head.get(place).map(|value| &**value)
            }
        }
    }

    /// The text of the property `name`, where the head has it and it is text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.property(name)?.as_str()
    }

    /// The whole resource.
    pub fn whole(self) -> Cow<'a, Value> {
        match self {
            Self::Whole(resource) => Cow::Borrowed(resource),
            Self::Compact(compact, maker) => Cow::Owned(maker.whole(compact.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Makes alerts of incident 7.
    #[derive(Debug)]
    struct Alerts;

    impl Maker for Alerts {
        fn head(&self) -> &'static [&'static str] {
            &["status", GROUP]
        }

        fn whole(&self, key: u32) -> Value {
            json!({ "id": key.to_string(), "status": "new", "incidentId": "7", "evidence": [key] })
        }
    }

    fn entities() -> Entities {
        let mut entities = Entities::made_by(Arc::new(Alerts));
        let compact = |key| Compact::new(key, Alerts.head(), [json!("new"), json!("7")].map(Arc::new).into());
        entities.insert_compact("1", compact(1));
        entities.insert("2", json!({ "id": "2", "status": "resolved", "incidentId": "8" }));
        entities.insert_compact("3", compact(3));
        entities
    }

    fn members(entities: &Entities, incident: &str) -> Vec<String> {
        entities.of_incident(incident).map(|(id, _)| id.clone()).collect()
    }

    #[test]
    fn heads_tell_what_lists_need_and_wholes_the_rest() {
        let entities = entities();
        let status: Vec<_> = entities.heads().map(|(_, head)| head.text("status").unwrap()).collect();
        assert_eq!(status, ["new", "resolved", "new"]);
        let head = entities.head("3").unwrap();
        assert_eq!((head.knows("status"), head.knows("evidence"), head.property("evidence")), (true, false, None));
        assert_eq!(entities.get("3").unwrap()["evidence"], json!([3]));
    }

    #[test]
    fn heads_know_their_instants() {
        let names = ["createdDateTime", "status", "resolvedDateTime", "lastUpdateDateTime"];
        let (created, updated) = ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00.25Z");
        let head = [json!(created), json!("new"), Value::Null, json!(updated)].map(Arc::new);
        let compact = Compact::new(1, &names, head.into());
        let instant = |name| place_of_instant(&names, name).map(|place| compact.instant(place));
        assert_eq!(instant("createdDateTime"), Some(Some(created.parse().unwrap())));
        assert_eq!(instant("lastUpdateDateTime"), Some(Some(updated.parse().unwrap())));
        assert_eq!((instant("resolvedDateTime"), instant("status"), instant("dueDateTime")), (Some(None), None, None));
    }

    #[test]
    fn deferred_resources_are_made_once_when_asked_for() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let deferred = Deferred::new(
            move || {
                count.fetch_add(1, Ordering::Relaxed);
                entities()
            },
            None,
        );
        let other = deferred.clone();
        assert_eq!(made.load(Ordering::Relaxed), 0);
        assert_eq!((deferred.len(), other.len(), made.load(Ordering::Relaxed)), (3, 3, 1));
    }

    #[test]
    fn what_is_changed_stays_changed() {
        let mut entities = entities();
        entities.get_mut("3").unwrap()["status"] = json!("resolved");
        assert_eq!(entities.head("3").unwrap().text("status"), Some("resolved"));
        assert_eq!(entities.get("3").unwrap()["evidence"], json!([3]));
        assert_eq!(entities.get("1").unwrap()["status"], json!("new"));
        assert!(entities.get_mut("4").is_none());
    }

    #[test]
    fn what_has_not_happened_yet_is_nowhere_until_it_arrives() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let created = ["2026-11-23T14:00:00Z", "2026-11-23T13:00:00Z", "2026-11-23T12:00:00Z"];
        let resource = |at: &str| (at.to_owned(), json!({ "id": at, "incidentId": "7", "createdDateTime": at }));
        let mut entities: Entities = created.map(resource).into_iter().collect();
        entities.hide_coming(at(created[2]));
        assert_eq!((entities.len(), members(&entities, "7")), (1, vec![created[2].to_owned()]));
        assert_eq!((entities.keys().count(), entities.values().count(), entities.is_empty()), (1, 1, false));
        assert!(entities.get(created[1]).is_none() && !entities.contains_key(created[1]));
        assert!(entities.get_mut(created[0]).is_none() && entities.head(created[0]).is_none());
        assert_eq!(entities.next_arrival(), Some(at(created[1])));
        assert_eq!(entities.reveal().as_deref(), Some(created[1]));
        assert_eq!(members(&entities, "7"), [created[1], created[2]]);
        assert_eq!((entities.reveal().is_some(), entities.reveal(), entities.next_arrival()), (true, None, None));
    }

    #[test]
    fn an_incident_has_its_alerts_in_order_wherever_they_move() {
        let mut entities = entities();
        assert_eq!(
            (members(&entities, "7"), members(&entities, "8")),
            (vec!["1".into(), "3".into()], vec!["2".into()])
        );
        assert!(entities.regroup("1", "8") && !entities.regroup("9", "8"));
        assert_eq!(
            (members(&entities, "7"), members(&entities, "8")),
            (vec!["3".into()], vec!["1".into(), "2".into()])
        );
        entities.insert("3", json!({ "incidentId": "9" }));
        assert_eq!((members(&entities, "7"), members(&entities, "9")), (Vec::<String>::new(), vec!["3".into()]));
    }
}
