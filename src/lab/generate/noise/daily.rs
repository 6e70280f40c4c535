//! A month of ordinary work: files, mail and cloud activity in working hours by time zone.

use super::mail::{inbound, outbound};
use crate::base::Timestamp;
use crate::base::time::TICKS_PER_DAY;
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::{
    ADDRESSES, CONFIDENTIAL, CREDIT_CARD, Document, FULL_NAMES, Found, GENERAL, HIGHLY_CONFIDENTIAL, Media,
};
use crate::lab::generate::evidence::{EXCHANGE, MICROSOFT_365};
use crate::lab::generate::people::Person;
use crate::lab::generate::rows::device_file_events::{BROWSER, OFFICE_EDITOR};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// How far history reaches back.
pub(super) const DAYS: i64 = 30;
/// Documents a person works on in a month.
const DOCUMENTS: usize = 14;
/// Where the organisation's people may upload to.
const PARTNER_PORTALS: [&str; 3] =
    ["portal.northfell.example", "share.calderoptics.example", "upload.portmoor.example"];

/// Everyone works for a month.
pub(super) fn work(world: &mut World) {
    for person in world.people.all.clone() {
        world.scope(&format!("noise/daily/{}", person.upn));
        let documents = documents(world, &person);
        let stick = Arc::new(Media {
            manufacturer: "Harrowgate",
            model: "Company stick 16 GB",
            serial: world.random.hex(12).to_uppercase(),
            drive: "E:",
        });
        for days in (0..DAYS).rev() {
            let noon = person.local(world.now(), days, 12 * 60);
            // Year 1 began on a Monday.
            let weekday = noon.ticks() / TICKS_PER_DAY % 7;
            if weekday < 5 && !world.random.chance(6) {
                day(world, &person, days, &documents, &stick);
            }
        }
    }
}

/// The person's documents of the month, some labelled.
fn documents(world: &mut World, person: &Person) -> Vec<Document> {
    let document = |number: usize| {
        let random = &mut world.random;
        let document = Document::invent(person, 400 + number, random);
        match random.below(12) {
            0 => document.labelled(CONFIDENTIAL).containing(&[Found { sensitive: FULL_NAMES, count: 7 }]),
            1 => document.labelled(CONFIDENTIAL),
            2 => document.labelled(HIGHLY_CONFIDENTIAL).containing(&[Found { sensitive: ADDRESSES, count: 3 }]),
            3 => document.labelled(GENERAL).containing(&[Found { sensitive: CREDIT_CARD, count: 1 }]),
            4..8 => document.labelled(GENERAL),
            _ => document,
        }
    };
    (0..DOCUMENTS).map(document).collect()
}

/// One working day.
fn day(world: &mut World, person: &Arc<Person>, days: i64, documents: &[Document], stick: &Arc<Media>) {
    let accesses = world.random.between(2, 4);
    repeat(world, person, days, accesses, documents, &Deed::Access);
    let edits = world.random.between(2, 5);
    repeat(world, person, days, edits, documents, &Deed::Edit);
    let rare: [(usize, Deed); 8] = [
        (45, Deed::Download(BROWSER)),
        (30, Deed::Create(OFFICE_EDITOR)),
        (25, Deed::Read),
        (15, Deed::Delete),
        (12, Deed::Print("PRN-FLOOR-2")),
        (4, Deed::Archive),
        (3, Deed::Upload(PARTNER_PORTALS[days as usize % PARTNER_PORTALS.len()])),
        (2, Deed::CopyToMedia(Arc::clone(stick))),
    ];
    for (percent, deed) in rare {
        if world.random.chance(percent) {
            let times = world.random.between(1, 2);
            repeat(world, person, days, times, documents, &deed);
        }
    }
    cloud(world, person, days);
    mails(world, person, days);
}

fn repeat(world: &mut World, person: &Arc<Person>, days: i64, times: i64, documents: &[Document], deed: &Deed) {
    for _ in 0..times {
        let Some(at) = office_hour(world, person, days) else { continue };
        let document = world.random.pick(documents);
        let notice = Notice::default();
        match deed {
            Deed::CopyToMedia(_) => world.act(at, person, &document.moved_to(r"E:\"), deed, &notice),
            deed => world.act(at, person, document, deed, &notice),
        }
    }
}

/// Some instant of the person's working day; `None` where it has not come yet.
fn office_hour(world: &mut World, person: &Person, days: i64) -> Option<Timestamp> {
    let morning = person.local(world.now(), days, 8 * 60);
    let at = morning + world.random.seconds(0, 35_000);
    (at <= world.now()).then_some(at)
}

fn cloud(world: &mut World, person: &Arc<Person>, days: i64) {
    let activities = [("MailItemsAccessed", EXCHANGE, "Mailbox"), ("PageViewed", MICROSOFT_365, "Page")];
    for _ in 0..world.random.between(2, 3) {
        let (action, app, kind) = *world.random.pick(&activities);
        let Some(at) = office_hour(world, person, days) else { continue };
        let object = (Arc::clone(&person.upn), kind, Arc::clone(&person.upn));
        let row = world.cloud_activity(at, person, action, app, object);
        world.rows.add(row);
    }
}

fn mails(world: &mut World, person: &Arc<Person>, days: i64) {
    let partners = &Assets::get().organisation.partners;
    for _ in 0..world.random.between(3, 5) {
        let Some(at) = office_hour(world, person, days) else { continue };
        let message = match world.random.below(10) {
            0..5 => {
                let colleague = Arc::clone(world.random.pick(&world.people.all));
                let to = (Arc::clone(&colleague.upn), Some(Arc::clone(&colleague.object_id)));
                outbound(at, person, to, &mut world.random)
            }
            5..7 => {
                let partner = world.random.pick(partners).as_str();
                outbound(at, person, (partner.into(), None), &mut world.random)
            }
            _ => {
                let partner = world.random.pick(partners);
                inbound(at, partner, person, &mut world.random)
            }
        };
        world.mail(&message, false);
    }
}
