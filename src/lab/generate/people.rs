//! The people: who they are, whom they report to, which devices they use.

use super::assets::{Assets, Culture, Department, Office, Organisation, Persona};
use super::devices::{Device, DeviceKind, Network};
use super::random::{Random, sid};
use crate::base::{TimeSpan, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// A person and their account.
#[derive(Debug)]
pub struct Person {
    /// Entra object id.
    pub object_id: Arc<str>,
    /// Given name.
    pub given: &'static str,
    /// Surname.
    pub surname: &'static str,
    /// Display name.
    pub display_name: Arc<str>,
    /// User principal name, also the mail address.
    pub upn: Arc<str>,
    /// Account name on premises.
    pub account_name: Arc<str>,
    /// On-premises security identifier.
    pub sid: Arc<str>,
    /// Cloud security identifier.
    pub cloud_sid: Arc<str>,
    /// Active Directory object GUID.
    pub directory_guid: Arc<str>,
    /// Personnel number.
    pub employee_id: Arc<str>,
    /// Title.
    pub title: &'static str,
    /// Department.
    pub department: &'static Department,
    /// Department's name as a shared text.
    pub department_name: Arc<str>,
    /// Place of work.
    pub office: &'static Office,
    /// Whom they report to; `None` for the one who leads all.
    pub manager: Option<Arc<Self>>,
    /// First day of work.
    pub hired: Timestamp,
    /// Last day of work, where known.
    pub leaves: Option<Timestamp>,
    /// Administers systems.
    pub is_admin: bool,
    /// Whether it is an application's account, with which nobody works.
    pub is_service: bool,
    /// Telephone numbers: mobile, desk.
    pub phones: [String; 2],
    /// The computer they work at.
    pub laptop: Arc<Device>,
    /// Their office's public address.
    pub egress: Arc<str>,
    /// Their office's network.
    pub network: Arc<Network>,
    /// The network of their home.
    pub home: Arc<Network>,
    /// A virtual desktop and a telephone, where they have one.
    pub others: Vec<Arc<Device>>,
}

/// The start of the day of `at`, UTC: dates without a time are kept so.
fn midnight(at: Timestamp) -> Timestamp {
    at - TimeSpan(at.ticks() % TimeSpan::days(1).ticks())
}

impl Person {
    /// The instant of `hour:minute` local time on the day `days` before the anchor's day.
    pub fn local(&self, anchor: Timestamp, days: i64, minutes: i64) -> Timestamp {
        midnight(anchor) - TimeSpan::days(days) + TimeSpan::minutes(minutes - self.office.utc_offset_minutes)
    }

    /// When the account was made: during the day, the week before the first day of work.
    pub fn created(&self) -> Timestamp {
        let seconds = 7 * 3_600 + (self.laptop.entra_id % 36_000) as i64;
        self.hired - TimeSpan::days(5) + TimeSpan::seconds(seconds)
    }

    /// Whether it is no person's account but a service's.
    pub fn is_service(&self) -> bool {
        self.given.is_empty()
    }

    /// Address of a folder of the department's SharePoint site.
    pub fn site(&self) -> String {
        format!("{}/sites/{}", Assets::get().organisation.sharepoint, self.department.site)
    }
}

/// The people of the organisation, those who lead first.
#[derive(Debug)]
pub struct People {
    /// Everyone; a manager comes before those who report to them.
    pub all: Vec<Arc<Person>>,
    /// Places of those whom stories name.
    personae: Range<usize>,
}

impl People {
    /// Hires everyone: heads, those whom stories name, then others until there are `headcount`.
    pub fn hire(seed: u64, anchor: Timestamp, headcount: usize) -> Self {
        let organisation = &Assets::get().organisation;
        let mut hiring = Hiring {
            organisation,
            anchor,
            names: Random::stream(seed, "people/names"),
            accounts: Random::stream(seed, "people/accounts"),
            domain_sid: Random::stream(seed, "people/domain").draw(),
            networks: organisation
                .offices
                .iter()
                .map(|office| (office.city.as_str(), Arc::new(office_network(office))))
                .collect(),
            taken: Assets::personae().map(|persona| account_name(&persona.given, &persona.surname)).collect(),
            namesakes: BTreeMap::new(),
            hosts: BTreeSet::new(),
            all: Vec::with_capacity(headcount),
        };
        hiring.heads();
        let heads = hiring.all.len();
        hiring.personae();
        let personae = heads..hiring.all.len();
        hiring.staff(headcount);
        Self { all: hiring.all, personae }
    }

    /// The person of that surname whom stories name, else anyone of it; the first of all where there is none, which no
    /// story relies on.
    pub fn by_surname(&self, surname: &str) -> Arc<Person> {
        let mut candidates = self.all[self.personae.clone()].iter().chain(&self.all);
        Arc::clone(candidates.find(|person| person.surname == surname).unwrap_or(&self.all[0]))
    }

    /// Those who head no department and have no part to play; everyone where there is no such person.
    pub fn staff(&self) -> &[Arc<Person>] {
        self.all.get(self.personae.end..).filter(|staff| !staff.is_empty()).unwrap_or(&self.all)
    }
}

struct Hiring {
    organisation: &'static Organisation,
    anchor: Timestamp,
    names: Random,
    accounts: Random,
    domain_sid: u64,
    /// By city.
    networks: BTreeMap<&'static str, Arc<Network>>,
    /// Account names given, without the numbers of namesakes.
    taken: BTreeSet<String>,
    /// How many share an account name but for its number.
    namesakes: BTreeMap<String, usize>,
    /// Host names given.
    hosts: BTreeSet<String>,
    all: Vec<Arc<Person>>,
}

/// What decides who a person is; ids and devices follow.
struct Post {
    given: &'static str,
    surname: &'static str,
    title: &'static str,
    department: &'static Department,
    office: &'static Office,
    manager: Option<Arc<Person>>,
    leaves_in_days: Option<i64>,
    is_admin: bool,
    is_service: bool,
}

impl Hiring {
    /// Heads of departments; the first leads the rest.
    fn heads(&mut self) {
        for department in &self.organisation.departments {
            let manager = self.all.first().cloned();
            let office = self.office();
            let (given, surname) = self.name(office);
            let title = department.head.as_str();
            self.hire(Post {
                given,
                surname,
                title,
                department,
                office,
                manager,
                leaves_in_days: None,
                is_admin: false,
                is_service: false,
            });
        }
    }

    fn personae(&mut self) {
        for persona in Assets::personae() {
            let Persona { given, surname, title, city, leaves_in_days, admin, service, .. } = persona;
            let organisation = self.organisation;
            let at = organisation.departments.iter().position(|known| known.name == persona.department).unwrap_or(0);
            let office = organisation.offices.iter().find(|office| office.city == *city);
            self.hire(Post {
                given,
                surname,
                title,
                department: &organisation.departments[at],
                office: office.unwrap_or(&organisation.offices[0]),
                manager: self.all.get(at).cloned(),
                leaves_in_days: *leaves_in_days,
                is_admin: *admin,
                is_service: *service,
            });
        }
    }

    /// Everyone else. From the third of a department on, some report to one of its senior staff.
    fn staff(&mut self, headcount: usize) {
        let organisation = self.organisation;
        let of_department = |department: &Department| {
            let members = self.all.iter().filter(|person| person.department.name == department.name);
            members.cloned().collect()
        };
        // The first two of each department, and how many it has.
        let mut departments: Vec<(Vec<Arc<Person>>, usize)> = organisation
            .departments
            .iter()
            .map(of_department)
            .map(|members: Vec<Arc<Person>>| (members.iter().take(2).cloned().collect(), members.len()))
            .collect();
        while self.all.len() < headcount {
            let at = self.names.weighted(organisation.departments.iter().map(|department| department.weight));
            let department = &organisation.departments[at];
            let (seniors, count) = &mut departments[at];
            let manager = seniors.get(if *count < 3 { 0 } else { *count % 2 }).cloned();
            let title = department.titles[*count % department.titles.len()].as_str();
            *count += 1;
            let office = self.office();
            let (given, surname) = self.name(office);
            let is_admin = title == "Systems Administrator";
            let (leaves_in_days, is_service) = (None, false);
            self.hire(Post {
                given,
                surname,
                title,
                department,
                office,
                manager,
                leaves_in_days,
                is_admin,
                is_service,
            });
            if seniors.len() < 2 {
                seniors.extend(self.all.last().cloned());
            }
        }
    }

    fn office(&mut self) -> &'static Office {
        let offices = &self.organisation.offices;
        &offices[self.names.weighted(offices.iter().map(|office| office.weight))]
    }

    /// A name whose account name is not taken yet.
    fn name(&mut self, office: &Office) -> (&'static str, &'static str) {
        let cultures = &Assets::get().cultures;
        for _ in 0..40 {
            let culture = self.names.pick(&office.cultures);
            let culture: Option<&Culture> = cultures.iter().find(|known| known.name == *culture);
            let culture = culture.unwrap_or(&cultures[0]);
            let (given, surname) = (self.names.pick(&culture.given), self.names.pick(&culture.surnames));
            if self.taken.insert(account_name(given, surname)) {
                return (given, surname);
            }
        }
        let culture = self.names.pick(cultures);
        (self.names.pick(&culture.given).as_str(), self.names.pick(&culture.surnames).as_str())
    }

    fn hire(&mut self, post: Post) {
        let number = self.all.len();
        let random = &mut self.accounts;
        let mut account = account_name(post.given, post.surname);
        let namesakes = self.namesakes.entry(account.clone()).or_default();
        *namesakes += 1;
        if *namesakes > 1 {
            account = format!("{account}{namesakes}");
        }
        let hired = midnight(self.anchor) - TimeSpan::days(random.between(120, 4_000));
        let mut phone = || format!("{} {:04}", post.office.phone, random.between(0, 9_999));
        let phones = [phone(), phone()];
        let ip = format!("10.{}.{}.{}", 20 + number % 6, 1 + number / 200, 11 + number % 200);
        let host = ascii(post.surname).to_uppercase();
        let first = random.between(1, 9);
        let names = (first..).map(|number| format!("LT-{host}-{number:02}"));
        let host = names.into_iter().find(|name| !self.hosts.contains(name)).unwrap_or_default();
        self.hosts.insert(host.clone());
        let laptop = Device {
            kind: DeviceKind::Laptop,
            name: host.into(),
            mde_id: random.hex(40).into(),
            entra_id: random.guid_bits(),
            os_build: *random.pick(&[22_631, 26_100, 26_200]),
            ip: ip.into(),
            first_seen: hired + random.seconds(3_600, 90_000),
        };
        let network = self
            .networks
            .get(post.office.city.as_str())
            .map_or_else(|| Arc::new(office_network(post.office)), Arc::clone);
        let name = format!("{}-{number:03}", ascii(post.surname).to_uppercase());
        let others = other_devices(post.department, &name, number, &laptop);
        let person = Person {
            object_id: random.guid().into(),
            given: post.given,
            surname: post.surname,
            display_name: format!("{} {}", post.given, post.surname).into(),
            upn: format!("{account}@{}", self.organisation.domain).into(),
            account_name: account.into(),
            sid: sid(self.domain_sid, 1_104 + number).into(),
            cloud_sid: format!("S-1-12-1-{}-{}", random.between(1 << 28, 1 << 32), random.between(1 << 28, 1 << 31))
                .into(),
            directory_guid: random.guid().into(),
            employee_id: format!("{:06}", 104_200 + number * 7).into(),
            title: post.title,
            department: post.department,
            department_name: post.department.name.as_str().into(),
            office: post.office,
            manager: post.manager,
            hired,
            leaves: post.leaves_in_days.map(|days| midnight(self.anchor) + TimeSpan::days(days)),
            is_admin: post.is_admin,
            is_service: post.is_service,
            phones,
            laptop: Arc::new(laptop),
            egress: Arc::clone(&network.ip),
            home: Arc::new(home_network(post.office, number)),
            network,
            others,
        };
        self.all.push(Arc::new(person));
    }
}

/// An office's network as it is seen from outside.
fn office_network(office: &'static Office) -> Network {
    Network {
        ip: office.egress.as_str().into(),
        country: &office.country,
        city: &office.city,
        isp: &office.isp,
        coordinates: (&office.latitude, &office.longitude),
        is_corporate: true,
    }
}

/// The network of the home of the `number`th person, near their office; the range is reserved for documentation.
fn home_network(office: &'static Office, number: usize) -> Network {
    Network {
        ip: format!("2001:db8:{:x}:{number:x}::1", 0x100 + office.utc_offset_minutes.rem_euclid(1_440)).into(),
        isp: &office.home_isp,
        is_corporate: false,
        ..office_network(office)
    }
}

/// What else the `number`th person uses: people who build things a virtual desktop, two of three a telephone.
fn other_devices(department: &Department, name: &str, number: usize, laptop: &Device) -> Vec<Arc<Device>> {
    let device = |kind, prefix: &str, turn: u32, os_build, net: usize| {
        Arc::new(Device {
            kind,
            name: format!("{prefix}-{name}").into(),
            mde_id: laptop.mde_id.chars().cycle().skip(turn as usize).take(40).collect::<String>().into(),
            entra_id: laptop.entra_id.rotate_left(turn) & !(0xf << 76) | 4 << 76,
            os_build,
            ip: format!("10.{net}.{}.{}", 1 + number / 200, 11 + number % 200).into(),
            first_seen: laptop.first_seen + TimeSpan::days(9),
        })
    };
    let mut others = Vec::new();
    if ["Engineering", "Software"].contains(&department.name.as_str()) && number.is_multiple_of(3) {
        others.push(device(DeviceKind::Virtual, "VD", 13, 26_100, 40));
    }
    if number % 3 < 2 {
        others.push(device(DeviceKind::Phone, "PH", 29, 0, 50));
    }
    others
}

/// `f.surname` in plain lower-case letters.
fn account_name(given: &str, surname: &str) -> String {
    let initial: String = ascii(given).chars().take(1).collect();
    format!("{initial}.{}", ascii(surname)).to_lowercase()
}

/// The Latin letters of `name` without their marks.
fn ascii(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'á' | 'å' => plain.push('a'),
            'ä' => plain.push_str("ae"),
            'é' => plain.push('e'),
            'í' | 'ı' => plain.push('i'),
            'ñ' | 'ń' => plain.push('n'),
            'ó' => plain.push('o'),
            'ö' | 'ø' => plain.push_str("oe"),
            'Ö' | 'Ø' => plain.push_str("Oe"),
            'ü' => plain.push_str("ue"),
            'Ü' => plain.push_str("Ue"),
            'ú' => plain.push('u'),
            'ł' => plain.push('l'),
            'ß' => plain.push_str("ss"),
            letter if letter.is_ascii_alphanumeric() => plain.push(letter),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        People::hire(7, "2026-11-23T12:00:00Z".parse().unwrap(), 5_000)
    }

    #[test]
    fn accounts_are_unique_and_plain() {
        let people = people().all;
        assert_eq!(people.len(), 5_000);
        let hosts: BTreeSet<_> = people.iter().map(|person| &person.laptop.name).collect();
        assert_eq!(hosts.len(), people.len());
        let upns: BTreeSet<_> = people.iter().map(|person| &person.upn).collect();
        assert_eq!(upns.len(), people.len());
        for person in &people {
            assert!(
                person.upn.bytes().all(|byte| byte.is_ascii_lowercase() || b".@0123456789".contains(&byte)),
                "{}",
                person.upn
            );
        }
    }

    #[test]
    fn everyone_reports_up_to_one() {
        let people = people().all;
        for person in &people {
            let mut top = person;
            for _ in 0..6 {
                top = top.manager.as_ref().unwrap_or(top);
            }
            assert!(Arc::ptr_eq(top, &people[0]), "{}", person.upn);
        }
    }

    #[test]
    fn one_who_leaves_is_known_by_name() {
        let people = people();
        let okafor = people.by_surname("Okafor");
        assert_eq!(&*okafor.upn, "m.okafor@harrowgate.example");
        assert_eq!(okafor.leaves.unwrap().to_string(), "2026-12-02T00:00:00Z");
    }

    #[test]
    fn a_namesake_does_not_stand_in_for_one_whom_stories_name() {
        let mut people = people();
        let surname = people.all.last().unwrap().surname;
        let namesakes: Vec<usize> =
            (0..people.all.len()).filter(|place| people.all[*place].surname == surname).collect();
        assert!(namesakes.len() > 1, "{surname}");
        for place in namesakes {
            people.personae = place..place + 1;
            assert!(Arc::ptr_eq(&people.by_surname(surname), &people.all[place]));
        }
    }
}
