//! How stories are told: runs of like deeds, and the parts that their alerts share.

use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice, Tally};
use crate::lab::generate::alert::{Alert, Severity};
use crate::lab::generate::content::Document;
use crate::lab::generate::evidence::{Entity, Evidence};
use crate::lab::generate::people::Person;
use crate::lab::generate::products::{INSIDER_RISK, Product};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// A policy by its name and its id of this tenant.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name.
    pub name: &'static str,
    /// Id.
    pub id: String,
}

impl Policy {
    /// The policy called `name`, with an id drawn for it.
    pub fn new(name: &'static str, world: &mut World) -> Self {
        Self { name, id: world.random.guid() }
    }

    /// What insider risk notes of a deed in a sequence that this policy watches.
    pub fn sequence(&self, world: &mut World) -> Notice {
        Notice {
            sequence: Some(world.random.guid().into()),
            irm: Some(Notice::irm(self.name, &self.id)),
            ..Notice::default()
        }
    }

    /// The same notice with this data loss prevention policy in the enforcement mode of that code.
    pub fn matched(&self, notice: &Notice, mode: i32) -> Notice {
        Notice { dlp: Some((Notice::dlp(self.name, &self.id), mode)), ..notice.clone() }
    }
}

/// Does the same with each document from `start` on, up to `pace` seconds apart.
pub fn run(
    world: &mut World,
    person: &Arc<Person>,
    documents: &[Document],
    (start, pace): (Timestamp, i64),
    deed: &Deed,
    notice: &Notice,
) -> Tally {
    let mut tally = Tally { first: start, last: start, count: documents.len() };
    let mut at = start;
    for (number, document) in documents.iter().enumerate() {
        world.act(at, person, document, deed, notice);
        if number + 1 < documents.len() {
            at = at + TimeSpan(world.random.between(2_000_000, pace * 10_000_000));
        }
    }
    tally.last = at;
    tally
}

/// The user as the one who broke a policy.
pub fn user(person: &Arc<Person>) -> Evidence {
    Evidence::suspicious(Entity::User(Arc::clone(person)), &["policyViolator"])
}

/// The user's computer.
pub fn device(person: &Arc<Person>) -> Evidence {
    Evidence::of(Entity::Device(Arc::clone(&person.laptop), Arc::clone(person)))
}

/// The first `count` of the documents on the user's computer: alerts do not list hundreds.
pub fn files(person: &Arc<Person>, documents: &[Document], count: usize) -> Vec<Evidence> {
    let laptop = &person.laptop;
    let file = |document: &Document| Evidence::of(Entity::File(document.clone(), Some(Arc::clone(laptop))));
    documents.iter().take(count).map(file).collect()
}

/// An alert of `product` about a run of deeds, raised `delay` after the last of them.
pub fn alert(product: &'static Product, title: &str, description: String, tally: &Tally, delay: TimeSpan) -> Alert {
    Alert {
        product,
        title: title.to_owned(),
        description,
        severity: Severity::Medium,
        category: "Exfiltration",
        techniques: &[],
        first: tally.first,
        last: tally.last,
        created: tally.last + delay,
        evidence: Vec::new(),
        policy: None,
        additional: Vec::new(),
    }
}

/// An insider risk alert of high severity. No public sample of one exists: the additional data is invented.
pub fn insider_risk(policy: &Policy, trigger: &str, title: &str, description: String, tally: &Tally) -> Alert {
    Alert {
        severity: Severity::High,
        policy: Some((policy.name, policy.id.clone())),
        additional: vec![
            ("PolicyName", policy.name.to_owned()),
            ("TriggeringEvent", trigger.to_owned()),
            ("EventCount", tally.count.to_string()),
        ],
        ..alert(INSIDER_RISK, title, description, tally, TimeSpan::seconds(194))
    }
}
