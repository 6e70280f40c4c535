//! The sign-ins of ordinary days: a pure function of the person, so that Graph's audit log and the hunting tables tell
//! the same ones without either waiting for the other.

use super::shifts::{Shift, shifts};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::devices::DeviceKind;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;
use crate::lab::generate::sign_ins::{
    AZURE_PORTAL, Application, Client, DESKTOP_APP, EDGE, GRAPH_SHELL, INTERRUPTED, OFFICE_APPS, OUTLOOK_WEB,
    PHONE_APP, RiskLevel, SHAREPOINT_WEB, SignIn, TEAMS_APP, WRONG_PASSWORD,
};
use crate::lab::tenant::LabConfig;
use std::sync::Arc;

/// The sign-ins of `person` in the month before the anchor and as long as life is told, by shift.
pub fn of(config: &LabConfig, until: Timestamp, person: &Arc<Person>) -> Vec<SignIn> {
    let seed = config.seed;
    let mut maker = Maker {
        until,
        person,
        random: Random::stream(seed, &format!("noise/sign-ins/{}", person.upn)),
        made: Vec::new(),
    };
    for shift in shifts(seed, config.anchor, until, person) {
        maker.day(&shift);
    }
    maker.made
}

struct Maker<'a> {
    until: Timestamp,
    person: &'a Arc<Person>,
    random: Random,
    made: Vec<SignIn>,
}

impl Maker<'_> {
    /// A morning's sign-in, renewed tokens over the day, now and then the telephone or a mistyped password.
    fn day(&mut self, shift: &Shift) {
        let morning = shift.start + self.random.seconds(20, 900);
        if self.random.chance(4) {
            self.add(morning - TimeSpan::seconds(19), shift, (OFFICE_APPS, EDGE, true));
            if let Some(last) = self.made.last_mut() {
                last.failure = Some(if self.random.chance(70) { WRONG_PASSWORD } else { INTERRUPTED });
                last.is_multi_factor = false;
            }
        }
        self.add(morning, shift, (OFFICE_APPS, EDGE, true));
        for _ in 0..=self.random.below(3) {
            let application = *self.random.pick(&[OUTLOOK_WEB, SHAREPOINT_WEB, TEAMS_APP, OFFICE_APPS]);
            let offset = self.random.between(0, shift.end.ticks() - shift.start.ticks());
            self.add(shift.start + TimeSpan(offset), shift, (application, DESKTOP_APP, false));
        }
        if self.random.chance(14) {
            let at = shift.start - self.random.seconds(600, 4_800);
            self.add(at, shift, (OUTLOOK_WEB, PHONE_APP, true));
        }
        if self.person.is_admin && self.random.chance(40) {
            let application = *self.random.pick(&[AZURE_PORTAL, GRAPH_SHELL]);
            let at = shift.start + self.random.seconds(3_600, 20_000);
            self.add(at, shift, (application, EDGE, true));
        }
    }

    fn add(&mut self, at: Timestamp, shift: &Shift, how: (&'static Application, &'static Client, bool)) {
        let (application, client, is_interactive) = how;
        let (request, correlation) = (self.random.guid_bits(), self.random.guid_bits());
        if at > self.until {
            return;
        }
        let person = self.person;
        let is_phone = client == PHONE_APP;
        let network = if shift.is_home || is_phone { &person.home } else { &person.network };
        let phone = person.others.iter().find(|device| device.kind == DeviceKind::Phone);
        let device = if is_phone { phone } else { Some(&person.laptop) };
        self.made.push(SignIn {
            at,
            person: Arc::clone(person),
            application,
            client,
            network: Arc::clone(network),
            device: device.map(Arc::clone),
            is_interactive,
            failure: None,
            is_multi_factor: is_interactive,
            risk: RiskLevel::None,
            risk_events: &[],
            request,
            correlation,
            session: SignIn::session_of(person, network, at),
        });
    }
}
