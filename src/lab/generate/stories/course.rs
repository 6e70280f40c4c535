//! A story while it is told: who and what it is about, what has been done so far, and the texts that refer to it.

use super::file::{Documents, PlaceFile, StoryFile, ThreadFile};
use super::when::When;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Notice, Tally};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::{Document, Found, Media, Message};
use crate::lab::generate::devices::{Network, Place};
use crate::lab::generate::people::Person;
use crate::lab::generate::rows::message_events::Thread;
use crate::lab::generate::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a story cannot be told: its file refers to something that it does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{story}: {what}")]
pub struct Flaw {
    /// Its short name.
    pub story: &'static str,
    /// What is wrong.
    pub what: String,
}

/// A policy by its name and its id of this tenant.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name.
    pub name: &'static str,
    /// Id.
    pub id: String,
}

/// What a step came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// First, last, count.
    pub tally: Tally,
    /// What was sent, where mails were.
    pub messages: Vec<Message>,
}

/// A story while it is told.
#[derive(Debug)]
pub struct Course {
    /// As written.
    pub file: &'static StoryFile,
    /// Who takes part, by surname.
    pub people: BTreeMap<&'static str, Arc<Person>>,
    /// The analysts, by surname.
    pub analysts: BTreeMap<&'static str, Arc<Person>>,
    /// Policies by key.
    pub policies: BTreeMap<&'static str, Policy>,
    /// Places by key.
    pub places: BTreeMap<&'static str, Arc<Network>>,
    /// Chats on Teams by key.
    pub threads: BTreeMap<&'static str, Arc<Thread>>,
    /// Media by key.
    pub media: BTreeMap<&'static str, Arc<Media>>,
    /// Sets of documents by key.
    pub documents: BTreeMap<&'static str, Vec<Document>>,
    /// What was done, by the step's key.
    pub done: BTreeMap<&'static str, Run>,
    /// Ties the steps of the story's sequence.
    pub sequence: Arc<str>,
}

impl Course {
    /// The story before anything happens: its people are found, its documents made.
    ///
    /// # Errors
    /// Where the file refers to what it does not have.
    pub fn begin(file: &'static StoryFile, world: &mut World) -> Result<Self, Flaw> {
        let person = |who: &'static str| (who, world.people.by_surname(who));
        let people = file.people.iter().map(|persona| person(&persona.surname)).collect();
        let analysts = Assets::get().organisation.analysts.iter().map(|analyst| person(&analyst.surname)).collect();
        let policies = file.policies.iter().map(|(key, name)| {
            let policy = Policy { name, id: world.random.guid() };
            (key.as_str(), policy)
        });
        let policies = policies.collect();
        let media = file.media.iter().map(|(key, media)| {
            let serial = world.random.hex(16).to_uppercase();
            let (manufacturer, model) = (media.manufacturer.as_str(), media.model.as_str());
            (key.as_str(), Arc::new(Media { manufacturer, model, serial, drive: &media.drive }))
        });
        let media = media.collect();
        let places = file.places.iter().map(|(key, place)| (key.as_str(), Arc::new(network(place)))).collect();
        let sequence = world.random.guid().into();
        let (threads, documents, done) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut course = Self { file, people, analysts, policies, places, threads, media, documents, done, sequence };
        for (key, thread) in &file.threads {
            let made = course.thread(thread, world);
            course.threads.insert(key, Arc::new(made));
        }
        for set in &file.documents {
            let made = course.make(set, world)?;
            course.documents.insert(&set.key, made);
        }
        Ok(course)
    }

    /// That something is missing.
    pub fn flaw(&self, what: impl Into<String>) -> Flaw {
        Flaw { story: &self.file.slug, what: what.into() }
    }

    /// The person of that surname, who takes part.
    ///
    /// # Errors
    /// Where nobody of that name does.
    pub fn person(&self, surname: &str) -> Result<&Arc<Person>, Flaw> {
        self.people.get(surname).ok_or_else(|| self.flaw(format!("nobody is called {surname}")))
    }

    /// The policy of that key.
    ///
    /// # Errors
    /// Where there is none.
    pub fn policy(&self, key: &str) -> Result<&Policy, Flaw> {
        self.policies.get(key).ok_or_else(|| self.flaw(format!("no policy {key}")))
    }

    /// The set of documents of that key.
    ///
    /// # Errors
    /// Where there is none.
    pub fn set(&self, key: &str) -> Result<&[Document], Flaw> {
        self.documents.get(key).map(Vec::as_slice).ok_or_else(|| self.flaw(format!("no documents {key}")))
    }

    /// What the step of that key came to.
    ///
    /// # Errors
    /// Where no such step came before.
    pub fn step(&self, key: &str) -> Result<&Run, Flaw> {
        self.done.get(key).ok_or_else(|| self.flaw(format!("no step {key} yet")))
    }

    /// The network of the place of that key, as `who` calls it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn place(&self, key: &str, who: &str) -> Result<Arc<Network>, Flaw> {
        match self.places.get(key) {
            Some(place) => Ok(Arc::clone(place)),
            None if key == "home" => Ok(Arc::clone(&self.person(who)?.home)),
            None => Err(self.flaw(format!("no place {key}"))),
        }
    }

    /// The instant `when` is, for `who`.
    ///
    /// # Errors
    /// Where it refers to a step that has not come yet.
    pub fn instant(&self, when: &When, who: &Person, anchor: Timestamp) -> Result<Timestamp, Flaw> {
        Ok(match when {
            When::FromNow(span) => anchor + *span,
            When::Local { days, working: false, minutes } => who.local(anchor, *days, *minutes),
            When::Local { days, working: true, minutes } => who.local(anchor, working_days(anchor, *days), *minutes),
            When::After(step, span) => self.step(step)?.tally.last + *span,
            When::Before(step, span) => self.step(step)?.tally.first - *span,
        })
    }

    /// What policies make of a deed: `sequence` and the policies by key.
    ///
    /// # Errors
    /// Where a policy is missing.
    pub fn notice(&self, step: &super::file::step::Step) -> Result<Notice, Flaw> {
        let irm = step.irm.as_ref().map(|key| self.policy(key)).transpose()?;
        let dlp = step.dlp.as_ref().map(|key| self.policy(key)).transpose()?;
        let device = step.on.as_ref().map(|whose| self.person(whose)).transpose()?;
        let device = device.map(|whose| Arc::clone(&whose.laptop));
        let network = step.place.as_ref().map(|key| self.place(key, &step.who)).transpose()?;
        Ok(Notice {
            sequence: step.sequence.then(|| Arc::clone(&self.sequence)),
            irm: irm.map(|policy| Notice::irm(policy.name, &policy.id)),
            repository: step.repository.as_deref().map(Arc::from),
            dlp: dlp.map(|policy| (Notice::dlp(policy.name, &policy.id), step.enforcement.code())),
            place: Place { device, network },
            command_line: step.command.as_ref().map(|command| self.fill(command)).transpose()?.map(Arc::from),
        })
    }

    fn thread(&self, thread: &'static ThreadFile, world: &mut World) -> Thread {
        let reader = |reader: &String| match self.people.get(reader.as_str()) {
            Some(who) => (Arc::clone(&who.display_name), Arc::clone(&who.upn), Some(Arc::clone(&who.object_id))),
            None => (reader.as_str().into(), reader.as_str().into(), None),
        };
        let readers = thread.readers.iter().map(reader).collect();
        Thread {
            id: format!("19:{}@unq.gbl.spaces", world.random.guid()).into(),
            name: thread.name.as_str().into(),
            team: None,
            readers,
        }
    }

    fn make(&self, set: &'static Documents, world: &mut World) -> Result<Vec<Document>, Flaw> {
        let like = set.like.as_ref().map(|key| self.set(key)).transpose()?;
        let folder = set.folder.as_ref().map(|folder| self.fill(folder)).transpose()?;
        let count = like.map_or(set.count, <[Document]>::len);
        (0..count).map(|number| self.document(set, like, folder.as_deref(), number, world)).collect()
    }

    fn document(
        &self,
        set: &'static Documents,
        like: Option<&[Document]>,
        folder: Option<&str>,
        number: usize,
        world: &mut World,
    ) -> Result<Document, Flaw> {
        let like = like.and_then(|like| like.get(number));
        let mut document = match (like, set.owner.as_deref()) {
            (Some(like), _) => like.clone(),
            (None, Some("anyone")) => Document::invent(&world.someone(), number + 1, &mut world.random),
            (None, Some(owner)) => Document::invent(self.person(owner)?, number + 1, &mut world.random),
            (None, None) => Document::named("", "", 0, &mut world.random),
        };
        if let Some(folder) = folder {
            document.folder = folder.into();
        }
        if !set.names.is_empty() {
            let stem = document.name.rsplit_once('.').map_or(&*document.name, |(stem, _)| stem);
            let name = &set.names[number % set.names.len()];
            let name = name.replace("{n}", &format!("{:03}", number + 1)).replace("{stem}", stem);
            if let Some((below, name)) = self.fill(&name)?.rsplit_once('\\') {
                document.folder = format!(r"{}\{below}", document.folder).into();
                document.name = name.into();
            } else {
                document.name = self.fill(&name)?.into();
            }
        }
        if let Some((low, high)) = set.size {
            document.size = world.random.between(low, high);
        }
        if let Some(suffix) = &set.site_suffix {
            document.site = format!("{}{suffix}", document.site).into();
        }
        Ok(labelled(set, document, number, count_of(set, like.is_some())))
    }
}

/// The network of a place; where on Earth it lies is not told.
fn network(place: &'static PlaceFile) -> Network {
    Network {
        ip: place.ip.as_str().into(),
        country: &place.country,
        city: &place.city,
        isp: &place.isp,
        coordinates: ("", ""),
        is_corporate: false,
    }
}

/// How many documents the set's evenly spread labels are spread over.
fn count_of(set: &Documents, is_like: bool) -> usize {
    if is_like { 0 } else { set.count }
}

/// `document` with the set's labels and finds.
fn labelled(set: &Documents, mut document: Document, number: usize, count: usize) -> Document {
    if let Some(label) = set.label {
        document.label = Some(label);
    }
    if let Some(some) = set.labelled.as_ref().filter(|_| count > 0)
        && number * some.count / count != (number + 1) * some.count / count
    {
        document.label = Some(some.label);
    }
    let is_held = |holds: &&super::file::Holds| holds.first.is_none_or(|first| number < first);
    let found = set.holds.iter().filter(is_held).map(|holds| Found { sensitive: holds.sensitive, count: holds.count });
    let found: Vec<Found> = found.collect();
    if found.is_empty() { document } else { document.containing(&found) }
}

/// How many days back the `count`th working day before the anchor's day is.
fn working_days(anchor: Timestamp, count: i64) -> i64 {
    let today = anchor.ticks() / TimeSpan::days(1).ticks();
    // Year 1 began on a Monday.
    let is_working = |back: &i64| (today - back).rem_euclid(7) < 5;
    (1..).filter(is_working).nth(usize::try_from(count - 1).unwrap_or(0)).unwrap_or(count)
}
