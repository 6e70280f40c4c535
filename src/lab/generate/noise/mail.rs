//! Messages as ordinary people write and get them.

use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::{Delivery, Message};
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;
use std::sync::Arc;

/// A relay of the organisation, in a range reserved for documentation.
const OWN_RELAY: &str = "198.51.100.20";

/// A harmless message from `sender` to an address that may be a colleague's.
pub fn outbound(at: Timestamp, sender: &Person, to: (Arc<str>, Option<Arc<str>>), random: &mut Random) -> Message {
    Message {
        network_id: random.guid_bits(),
        at,
        sender: (Arc::clone(&sender.display_name), Arc::clone(&sender.upn), Some(Arc::clone(&sender.object_id))),
        recipient: to,
        sender_ip: OWN_RELAY.into(),
        subject: subject(sender, random),
        delivery: Delivery::Delivered,
        urls: Vec::new(),
        attachments: i64::from(random.chance(30)) * random.between(1, 3),
        size: random.between(9_000, 900_000),
    }
}

/// A harmless message from `sender`, an address outside, to `recipient`.
pub fn inbound(at: Timestamp, sender: &str, recipient: &Person, random: &mut Random) -> Message {
    Message {
        network_id: random.guid_bits(),
        at,
        sender: (sender.split('@').next().unwrap_or_default().into(), sender.into(), None),
        recipient: (Arc::clone(&recipient.upn), Some(Arc::clone(&recipient.object_id))),
        sender_ip: format!("203.0.113.{}", random.between(2, 90)).into(),
        subject: subject(recipient, random),
        delivery: Delivery::Delivered,
        urls: Vec::new(),
        attachments: i64::from(random.chance(20)),
        size: random.between(7_000, 400_000),
    }
}

/// A subject out of the words of the person's department.
fn subject(person: &Person, random: &mut Random) -> Arc<str> {
    let Some(words) = Assets::get().vocabulary(&person.department.name) else { return "Notes".into() };
    let (about, kind) = (random.pick(&words.subjects), random.pick(&words.kinds));
    let opening = random.pick(&["", "RE: ", "FW: ", "Question on ", "Update: "]);
    format!("{opening}{about} {kind}").into()
}
