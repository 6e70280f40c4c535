//! Servers, and the accounts that work on them by themselves.

use super::assets::{Assets, Department};
use super::devices::{Device, DeviceKind};
use super::people::{People, Person};
use super::random::{Random, sid};
use crate::base::{TimeSpan, Timestamp};
use std::sync::Arc;

/// Servers and service accounts.
#[derive(Debug)]
pub struct Services {
    /// The servers: files first, then databases, backup, domain controller, the one administrators work from.
    pub servers: Vec<Arc<Device>>,
    /// The accounts, each with its server as its computer: backup, databases, scans.
    pub accounts: Vec<Arc<Person>>,
}

/// Names of the servers.
const SERVERS: [&str; 5] = ["FS-LEEDS-01", "SQL-LEEDS-01", "BKP-LEEDS-01", "DC-LEEDS-01", "JMP-LEEDS-01"];
/// Names of the accounts, what each is for, and the place of its server.
const ACCOUNTS: [(&str, &str, usize); 3] =
    [("svc-backup", "Backup Service", 2), ("svc-sql", "Database Service", 1), ("svc-scan", "Vulnerability Scanner", 4)];

impl Services {
    /// The servers and accounts of an organisation of `people`.
    pub fn install(seed: u64, anchor: Timestamp, people: &People) -> Self {
        let mut random = Random::stream(seed, "services");
        let midnight = anchor - TimeSpan(anchor.ticks() % TimeSpan::days(1).ticks());
        let installed = midnight - TimeSpan::days(900);
        let servers: Vec<Arc<Device>> = SERVERS
            .iter()
            .enumerate()
            .map(|(number, name)| {
                Arc::new(Device {
                    kind: DeviceKind::Server,
                    name: (*name).into(),
                    mde_id: random.hex(40).into(),
                    entra_id: random.guid_bits(),
                    os_build: 20_348,
                    ip: format!("10.20.0.{}", if number == 3 { 10 } else { 20 + number }).into(),
                    first_seen: installed,
                })
            })
            .collect();
        let departments = &Assets::get().organisation.departments;
        let place = departments.iter().position(|known| known.name == "Information Technology").unwrap_or(0);
        let accounts = ACCOUNTS
            .iter()
            .enumerate()
            .map(|(number, (name, title, server))| {
                let device = Arc::clone(&servers[*server]);
                Arc::new(account((name, title), (&departments[place], people, place), number, device, &mut random))
            })
            .collect();
        Self { servers, accounts }
    }
}

/// A service account called by name and purpose; the head of its department answers for it.
fn account(
    (name, title): (&'static str, &'static str),
    (department, people, head): (&'static Department, &People, usize),
    number: usize,
    device: Arc<Device>,
    random: &mut Random,
) -> Person {
    let organisation = &Assets::get().organisation;
    let head = people.all.get(head).unwrap_or(&people.all[0]);
    Person {
        object_id: random.guid().into(),
        given: "",
        surname: name,
        display_name: title.into(),
        upn: format!("{name}@{}", organisation.domain).into(),
        account_name: name.into(),
        sid: sid(random.draw(), 3_100 + number).into(),
        cloud_sid: format!("S-1-12-1-{}-{}", random.between(1 << 28, 1 << 32), random.between(1 << 28, 1 << 31)).into(),
        directory_guid: random.guid().into(),
        employee_id: "".into(),
        title,
        department,
        department_name: department.name.as_str().into(),
        office: &organisation.offices[0],
        manager: Some(Arc::clone(head)),
        hired: device.first_seen,
        leaves: None,
        is_admin: true,
        is_service: true,
        phones: [String::new(), String::new()],
        egress: organisation.offices[0].egress.as_str().into(),
        network: Arc::clone(&head.network),
        home: Arc::clone(&head.network),
        others: Vec::new(),
        laptop: device,
    }
}
