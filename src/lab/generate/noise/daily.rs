//! A month of ordinary work of one person: files, mail, programs, connections and cloud activity in their hours.

use super::habits::Habits;
use super::mail::{inbound, outbound};
use super::shifts::{DAYS, Shift, days_ahead, shifts};
use super::sign_ins;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::Document;
use crate::lab::generate::devices::{DeviceKind, Place};
use crate::lab::generate::evidence::{MICROSOFT_365, OAuthApp};
use crate::lab::generate::operations::{CloudActivity, Operation};
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;
use crate::lab::generate::rows::device_image_load_events::DeviceImageLoadEvent;
use crate::lab::generate::rows::device_info::DeviceInfo;
use crate::lab::generate::rows::device_network_info::DeviceNetworkInfo;
use crate::lab::generate::rows::initiator::Initiator;
use crate::lab::generate::tools::{BROWSER, EXPLORER, GUARD, OFFICE_EDITOR, POWERSHELL, SERVICE_HOST, TEAMS, UPDATER};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// Where the organisation's people may upload to.
const PARTNER_PORTALS: [&str; 3] =
    ["portal.northfell.example", "share.calderoptics.example", "upload.portmoor.example"];

/// `person` works for a month, and in a living tenant goes on.
pub(super) fn work(world: &mut World, person: &Arc<Person>) {
    world.scope(&format!("noise/daily/{}", person.upn));
    let habits = Habits::of(world, person);
    for fact in sign_ins::of(&world.config, world.until, person) {
        world.signed_in(&Arc::new(fact));
    }
    for shift in shifts(world.config.seed, world.config.anchor, world.until, person) {
        let network = shift.is_home.then(|| Arc::clone(&person.home));
        let notice = Notice { place: Place { device: None, network }, ..Notice::default() };
        let mut day = Day { world: &mut *world, habits: &habits, shift, notice };
        day.work();
    }
    snapshots(world, person);
}

/// One working day.
struct Day<'a> {
    world: &'a mut World,
    habits: &'a Habits,
    shift: Shift,
    /// Where the day is worked.
    notice: Notice,
}

impl Day<'_> {
    fn work(&mut self) {
        self.arrive();
        let load = self.shift.load;
        let repeats = |random: &mut Random, low: i64, high: i64| {
            let times = random.between(low, high) * load;
            times / 100 + i64::from(random.chance((times % 100) as usize))
        };
        for (low, high, deed) in [(1, 3, Deed::Access), (2, 4, Deed::Edit), (0, 1, Deed::Preview)] {
            let times = repeats(&mut self.world.random, low, high);
            self.repeat(times, &deed);
        }
        self.rarely();
        for _ in 0..repeats(&mut self.world.random, 4, 7) {
            self.connect();
        }
        for _ in 0..repeats(&mut self.world.random, 2, 4) {
            self.mail();
        }
        for _ in 0..repeats(&mut self.world.random, 0, 2) {
            self.talk();
        }
        for _ in 0..repeats(&mut self.world.random, 1, 2) {
            self.look();
        }
        self.machine();
        self.office_life();
    }

    fn person(&self) -> &Arc<Person> {
        &self.habits.person
    }

    fn moment(&mut self) -> Option<Timestamp> {
        self.shift.moment(self.world.until, &mut self.world.random)
    }

    fn operate(&mut self, operation: &Operation) {
        if let Some(at) = self.moment() {
            self.world.operate(at, &self.habits.person, operation, &self.notice);
        }
    }

    /// Signs in on the computer, unlocks it later, and the day's programs start.
    fn arrive(&mut self) {
        let at = self.shift.start + self.world.random.seconds(5, 15);
        if at > self.world.until {
            return;
        }
        let log_on = Operation::LogOn { logon_type: "Interactive", from: None, failure: None };
        self.world.operate(at, &self.habits.person, &log_on, &self.notice);
        if self.world.random.chance(55) {
            self.operate(&Operation::LogOn { logon_type: "Unlock", from: None, failure: None });
        }
        for tool in self.habits.tools {
            let program = Initiator::running(self.person(), &self.person().laptop, tool, self.shift.end);
            if program.started <= self.world.until && self.world.random.chance(80) {
                self.world.started(program, EXPLORER);
            }
        }
        let desktop = self.person().others.iter().find(|device| device.kind == DeviceKind::Virtual).cloned();
        if let Some(desktop) = desktop.filter(|_| self.world.random.chance(40)) {
            let Some(at) = self.moment() else { return };
            let from = Some(Arc::clone(&self.person().laptop));
            let place = Place { device: Some(desktop), network: None };
            let notice = Notice { place, ..Notice::default() };
            let log_on = Operation::LogOn { logon_type: "RemoteInteractive", from, failure: None };
            self.world.operate(at, &self.habits.person, &log_on, &notice);
            let document = self.world.random.pick(&self.habits.documents);
            let later = (at + TimeSpan::minutes(11)).min(self.world.until);
            self.world.act(later, &self.habits.person, document, &Deed::Edit, &notice);
        }
    }

    fn repeat(&mut self, times: i64, deed: &Deed) {
        for _ in 0..times {
            let Some(at) = self.moment() else { continue };
            let document = self.world.random.pick(&self.habits.documents);
            self.world.act(at, &self.habits.person, document, deed, &self.notice);
        }
    }

    /// What is not done every day.
    fn rarely(&mut self) {
        let person = Arc::clone(self.person());
        let portal = PARTNER_PORTALS[self.shift.days as usize % PARTNER_PORTALS.len()];
        let rare: [(usize, Deed); 12] = [
            (30, Deed::Download(BROWSER)),
            (25, Deed::Create(OFFICE_EDITOR)),
            (20, Deed::Read),
            (18, Deed::SyncUp),
            (15, Deed::Delete),
            (12, Deed::Sync),
            (11, Deed::Print("PRN-FLOOR-2")),
            (6, Deed::PutOnSite),
            (4, Deed::Archive),
            (3, Deed::Upload(portal)),
            (2, Deed::CopyText),
            (1, Deed::Share(self.habits.partner.into())),
        ];
        for (percent, deed) in rare {
            if self.world.random.chance(percent * self.shift.load as usize / 100) {
                self.repeat(1, &deed);
            }
        }
        if self.world.random.chance(10) && self.habits.uses_shares {
            let server = Arc::clone(&self.world.services.servers[0]);
            self.repeat(1, &Deed::CopyFromShare(server));
        }
        if self.world.random.chance(2) {
            let Some(at) = self.moment() else { return };
            let media = &self.habits.stick;
            self.world.operate(at, &person, &Operation::Mount(Arc::clone(media)), &self.notice);
            let document = self.world.random.pick(&self.habits.documents).moved_to(r"E:\");
            let later = (at + TimeSpan::seconds(74)).min(self.world.until);
            self.world.act(later, &person, &document, &Deed::CopyToMedia(Arc::clone(media)), &self.notice);
        }
        self.peaks();
    }

    /// Anomalies that mean nothing: the quarter's end in Finance, the day on which a department prints.
    fn peaks(&mut self) {
        let department = self.person().department.name.as_str();
        if department == "Finance" && (self.shift.day_of_month >= 29 || self.shift.day_of_month <= 2) {
            self.repeat(6, &Deed::Edit);
            self.repeat(3, &Deed::Print("PRN-FINANCE"));
        }
        let printing_day = 3 + department.bytes().map(i64::from).sum::<i64>() % (DAYS - 4);
        if self.shift.days == printing_day && self.world.random.chance(30) {
            self.repeat(14, &Deed::Print("PRN-FLOOR-2"));
        }
    }

    fn connect(&mut self) {
        let remote = self.world.random.pick(&self.habits.sites).clone();
        let tool = *self.world.random.pick(&[BROWSER, BROWSER, BROWSER, TEAMS, OFFICE_EDITOR, SERVICE_HOST]);
        let is_success = !self.world.random.chance(3);
        self.operate(&Operation::Connect { tool, remote, sent: None, is_success });
    }

    fn mail(&mut self) {
        let Some(at) = self.moment() else { return };
        let partners = &Assets::get().organisation.partners;
        let person = Arc::clone(self.person());
        let random = &mut self.world.random;
        let roll = random.below(10);
        if roll < 7 {
            let to = if roll < 5 {
                let colleague = random.pick(&self.habits.colleagues);
                (Arc::clone(&colleague.upn), Some(Arc::clone(&colleague.object_id)))
            } else {
                (random.pick(partners).as_str().into(), None)
            };
            let mut message = outbound(at, &person, to, random);
            let place = random.below(self.habits.documents.len());
            let attached = if message.attachments > 0 { self.habits.documents.get(place..=place) } else { None };
            self.world.send(&mut message, attached.unwrap_or_default(), false);
        } else {
            self.receive(at, partners);
        }
    }

    /// A mail from a partner, with links now and then, of which some are followed.
    fn receive(&mut self, at: Timestamp, partners: &[String]) {
        let person = Arc::clone(self.person());
        let random = &mut self.world.random;
        let mut message = inbound(at, random.pick::<String>(partners), &person, random);
        let attached: Vec<Document> = (0..message.attachments).map(|number| received(number, random)).collect();
        if random.chance(30) {
            let domain = message.sender.1.rsplit_once('@').map_or("", |(_, domain)| domain);
            message.urls.push(format!("https://www.{domain}/news/{}", random.between(100, 999)));
        }
        let url = message.urls.first().filter(|_| random.chance(40)).map(|url| Arc::from(url.as_str()));
        self.world.send(&mut message, &attached, false);
        if let Some(url) = url {
            let at = (at + self.world.random.seconds(60, 3_000)).min(self.world.until);
            let click = Operation::Click(url, "Email", Some(message.network_id), None, false);
            self.world.operate(at, &person, &click, &self.notice);
        }
    }

    fn talk(&mut self) {
        let thread = Arc::clone(self.world.random.pick(&self.habits.threads));
        let subject = Arc::clone(&self.world.random.pick(&self.habits.documents).name);
        self.operate(&Operation::Chat(thread, subject));
    }

    /// Reads mail, opens pages.
    fn look(&mut self) {
        let upn = Arc::clone(&self.person().upn);
        let operation = if self.world.random.chance(55) {
            Operation::ReadMail
        } else {
            let object = (Arc::clone(&self.habits.site), "Page", Arc::clone(&self.habits.site));
            let action_type = if upn.len().is_multiple_of(7) { "PageViewedExtended" } else { "PageViewed" };
            Operation::Cloud(CloudActivity { action_type, app: MICROSOFT_365, object, details: None })
        };
        self.operate(&operation);
    }

    /// What the computer does by itself.
    fn machine(&mut self) {
        let person = Arc::clone(self.person());
        if self.world.random.chance(45) {
            self.operate(&Operation::Note("AntivirusScanCompleted", GUARD, Arc::clone(&self.habits.scan)));
        }
        if self.world.random.chance(30) {
            let [key, name, data] = self.habits.setting.each_ref().map(Arc::clone);
            self.operate(&Operation::SetRegistry { tool: UPDATER, key, name, data, previous: None });
        }
        for _ in 0..self.world.random.between(0, 2) {
            let Some(at) = self.moment() else { continue };
            let initiator = Initiator::running(&person, &person.laptop, OFFICE_EDITOR, at);
            let report_id = self.world.report_number();
            let library = self.habits.library.clone();
            self.world.rows.add(DeviceImageLoadEvent { at, initiator, library, report_id });
        }
        if self.world.random.chance(12) {
            let url = Arc::clone(self.world.random.pick(&self.habits.pages));
            self.operate(&Operation::Browse(url));
        }
        if self.world.random.chance(3) {
            self.operate(&Operation::Capture);
        }
    }

    /// What few do: administration, scripts, questions to the directory; and what the badge readers at the doors note.
    fn office_life(&mut self) {
        let person = Arc::clone(self.person());
        if !self.shift.is_home && self.world.random.chance(8) {
            let door = self.habits.door.clone();
            self.operate(&Operation::Badge(door.0, door.1, true));
        }
        if self.world.random.chance(1) {
            self.operate(&Operation::ChangePassword(Arc::clone(&person)));
        }
        if person.department.name == "Information Technology" {
            if self.world.random.chance(20) {
                let (filter, target) = ("(&(objectCategory=person)(sAMAccountName=*))".into(), "Users".into());
                self.operate(&Operation::QueryDirectory("UserQuery", filter, target));
            }
            if self.world.random.chance(9) {
                let member = Arc::clone(self.world.random.pick(&self.habits.colleagues));
                let group = format!("{} Readers", member.department.site).into();
                self.operate(&Operation::AddToGroup(member, group));
            }
            if self.world.random.chance(25) {
                let line: Arc<str> = "powershell.exe -NoProfile -File C:\\Admin\\Get-PatchState.ps1".into();
                self.operate(&Operation::Run { tool: POWERSHELL, command_line: Some(line), parent: EXPLORER });
            }
        }
        if person.is_admin && self.world.random.chance(40) {
            let app = OAuthApp {
                app_id: "14d82eec-204b-4c2f-b7e8-296a70dab67e".to_owned(),
                object_id: "9c1f6c0e-5a0a-4d6e-8a0a-3a1b54f0d1c7".to_owned(),
                name: "Microsoft Graph Command Line Tools",
                publisher: "Microsoft Corporation",
            };
            let uri = "https://graph.microsoft.com/v1.0/devices?$top=100".into();
            let size = self.world.random.between(2_000, 90_000);
            self.operate(&Operation::CallGraph(app, "GET", uri, size, "Directory.Read.All User.Read.All"));
        }
    }
}

/// A file that came by mail.
fn received(number: i64, random: &mut Random) -> Document {
    let stem = random.pick(&["invoice", "order", "delivery note", "quote", "minutes"]);
    let name = format!("{stem} {}{number}.pdf", random.between(100, 999));
    let size = random.between(20_000, 900_000);
    Document::named(&name, "", size, random)
}

/// The person's devices as they report once a day.
fn snapshots(world: &mut World, person: &Arc<Person>) {
    for device in std::iter::once(&person.laptop).chain(&person.others) {
        for days in (-days_ahead(world.config.anchor, world.until)..DAYS).rev() {
            let at = person.local(world.config.anchor, days, 9 * 60) + world.random.seconds(0, 3_600);
            if at > world.until || (device.kind != DeviceKind::Laptop && days % 4 != 0) {
                continue;
            }
            let (device, person) = (Arc::clone(device), Arc::clone(person));
            let report_id = world.report_number();
            if device.kind != DeviceKind::Phone {
                world.rows.add(DeviceNetworkInfo { at, device: Arc::clone(&device), report_id });
            }
            world.rows.add(DeviceInfo { at, device, person, report_id });
        }
    }
}
