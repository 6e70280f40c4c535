//! One incident or alert of the store, with what is derived from it when it arrives.

use super::places::Places;
use crate::model::{Alert, Incident, ServiceSource};
use crate::triage::people::{self, Mentioned};
use crate::triage::similar::{Likeness, Marks};
use crate::triage::{Person, Watched, Watchlist};
use std::ops::Deref;
use std::sync::Arc;

/// An incident and what its alerts add to its row.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentEntry {
    /// The incident. Its own `alerts` is `None`: they live in the store.
    pub incident: Incident,
    /// Places of its alerts known here, in the order they came.
    pub(super) alerts: Places,
    /// Products of those alerts, each once, insider risk first.
    pub sources: Arc<[ServiceSource]>,
    /// Who those alerts are about, the most concerned first.
    pub people: Arc<People>,
    /// What those alerts name that is watched.
    pub watched: Watches,
}

/// An alert and what is derived from it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertEntry {
    /// The alert.
    pub alert: Alert,
    /// Who it is about.
    pub people: Arc<People>,
    /// What it names that is watched.
    pub watched: Watches,
    marks: Marks,
    /// What it is about besides people, lower case, a name a line.
    pub(super) names: Box<str>,
}

/// People, the most concerned first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct People {
    list: Box<[Person]>,
    /// Places in the list in the order of first mention, each with the weight of all mentions.
    mentioned: Box<[(u16, u32)]>,
    /// Names and UPNs, one a line, lower case.
    names: Box<str>,
}

impl Deref for People {
    type Target = [Person];

    fn deref(&self) -> &[Person] {
        &self.list
    }
}

impl People {
    pub(super) fn new(mentioned: &[Mentioned]) -> Self {
        let order = people::order(mentioned);
        let mut places = vec![(0, 0); order.len()];
        for (place, index) in order.iter().enumerate() {
            if let (Some(to), Some(mentioned)) = (places.get_mut(*index), mentioned.get(*index)) {
                *to = (place as u16, mentioned.weight);
            }
        }
        let list: Box<[Person]> =
            order.iter().filter_map(|index| mentioned.get(*index)).map(|mentioned| mentioned.person.clone()).collect();
        let names = lines(list.iter().flat_map(|person| [person.label.raw(), person.upn.raw()])).into();
        Self { list, mentioned: places.into(), names }
    }

    /// Names and UPNs, one a line, lower case.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// As they were mentioned first.
    pub(super) fn mentioned(&self) -> impl Iterator<Item = Mentioned> {
        let known = |(place, weight): &(u16, u32)| {
            self.list.get(usize::from(*place)).map(|person| Mentioned { person: person.clone(), weight: *weight })
        };
        self.mentioned.iter().filter_map(known)
    }
}

/// What is watched of what an entry names; most name nothing that is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watches(Option<Box<(Vec<Watched>, String)>>);

impl Deref for Watches {
    type Target = [Watched];

    fn deref(&self) -> &[Watched] {
        self.0.as_ref().map_or(&[], |watches| &watches.0)
    }
}

impl Watches {
    pub(super) fn new(watched: Vec<Watched>) -> Self {
        let why = lines(watched.iter().map(|found| &*found.why));
        Self((!watched.is_empty()).then(|| Box::new((watched, why))))
    }

    /// Why, lower case, a reason a line.
    pub fn why(&self) -> &str {
        self.0.as_ref().map_or("", |watches| &watches.1)
    }
}

impl IncidentEntry {
    pub(super) fn new(incident: Incident, alerts: Places) -> Self {
        Self { incident, alerts, sources: Arc::default(), people: Arc::default(), watched: Watches::default() }
    }

    /// How many of its alerts are known here.
    pub fn alert_count(&self) -> usize {
        self.alerts.len()
    }
}

impl AlertEntry {
    pub(super) fn new(mut alert: Alert, people: Arc<People>, watchlist: &Watchlist) -> Self {
        let mut names = String::new();
        for label in people::labels(&alert) {
            let start = names.len();
            push_lower(&mut names, &label);
            let (known, new) = names.split_at_checked(start).unwrap_or_default();
            if has_line(known, new) || has_line(people.names(), new) {
                names.truncate(start);
            }
        }
        let (watched, marks) = (Watches::new(watchlist.of(&alert)), Marks::of(&alert));
        alert.close();
        Self { alert, people, watched, marks, names: names.into() }
    }

    /// By what others are like it.
    pub fn likeness(&self) -> Likeness<'_> {
        Likeness { alert: &self.alert, people: &self.people, marks: &self.marks }
    }
}

/// Whether `line`, with its end, is one of `lines`.
fn has_line(lines: &str, line: &str) -> bool {
    lines.split_inclusive('\n').any(|known| known == line)
}

/// `texts` in lower case, one a line.
pub(super) fn lines<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut lines = String::new();
    texts.into_iter().for_each(|text| push_lower(&mut lines, text));
    lines
}

pub(super) fn push_lower(text: &mut String, part: &str) {
    if part.is_ascii() {
        let start = text.len();
        text.push_str(part);
        if let Some(added) = text.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        text.extend(part.chars().flat_map(char::to_lowercase));
    }
    text.push('\n');
}
