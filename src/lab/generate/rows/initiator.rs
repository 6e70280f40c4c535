//! The program that does a thing on a device, and for whom: the `InitiatingProcess…` columns of all `Device…` tables.

use super::{Cell, text, when};
use crate::base::time::TICKS_PER_DAY;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::Device;
use crate::lab::generate::people::Person;
use crate::lab::generate::tools::Tool;
use std::sync::Arc;

/// A program that runs on a device.
#[derive(Clone, Debug)]
pub struct Initiator {
    /// Who is signed in.
    pub person: Arc<Person>,
    /// Where it runs.
    pub device: Arc<Device>,
    /// The program.
    pub tool: &'static Tool,
    /// Its command line, where not the tool's usual one.
    pub command_line: Option<Arc<str>>,
    /// Process number.
    pub process_id: i64,
    /// When it started.
    pub started: Timestamp,
    /// Whether it runs for the system, not for the person.
    pub is_system: bool,
    /// Name and address of the computer that the person works from, in a remote session.
    pub remote: Option<(Arc<str>, Arc<str>)>,
}

impl Initiator {
    /// The tool as `person` has it running at `at` on `device`: it was started that day, in the morning where `at` is
    /// not too early for that, and keeps its number all day.
    pub fn running(person: &Arc<Person>, device: &Arc<Device>, tool: &'static Tool, at: Timestamp) -> Self {
        let offset = person.office.utc_offset_minutes;
        let local = at + TimeSpan::minutes(offset);
        let day = local.ticks() / TICKS_PER_DAY;
        let midnight = at - TimeSpan(local.ticks() % TICKS_PER_DAY);
        let mixed = (tool.number() ^ device.entra_id as u64 ^ (day as u64) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let morning = midnight + TimeSpan::minutes(7 * 60 + 20) + TimeSpan((mixed >> 24) as i64 % 36_000_000_000);
        let started = if morning < at { morning } else { at - TimeSpan::seconds(30 + (mixed >> 50) as i64 % 900) };
        Self {
            person: Arc::clone(person),
            device: Arc::clone(device),
            tool,
            command_line: None,
            process_id: 1_200 + (mixed >> 44) as i64 % 5_000 * 4,
            started,
            is_system: false,
            remote: None,
        }
    }

    /// The same for the system.
    pub fn of_system(mut self) -> Self {
        self.is_system = true;
        self
    }

    /// Its command line.
    pub fn command_line(&self) -> Cell {
        self.command_line.as_ref().map_or(Cell::Fixed(self.tool.command_line), text)
    }

    /// Domain, name, SID, UPN and object id of the account it runs for.
    pub fn account(&self) -> [Cell; 5] {
        if self.is_system {
            let empty = Cell::Fixed("");
            return [Cell::Fixed("nt authority"), Cell::Fixed("system"), Cell::Fixed("S-1-5-18"), empty.clone(), empty];
        }
        let person = &self.person;
        let domain = Cell::Fixed(Assets::get().organisation.nt_domain.as_str());
        [domain, text(&person.account_name), text(&person.sid), text(&person.upn), text(&person.object_id)]
    }

    /// `IntegrityLevel` and `TokenElevation`.
    pub const fn integrity(&self) -> (&'static str, &'static str) {
        if self.is_system { ("System", "TokenElevationTypeDefault") } else { ("Medium", "TokenElevationTypeLimited") }
    }

    /// The columns that every `Device…` table has.
    pub fn cells(&self) -> [(&'static str, Cell); 21] {
        let [domain, name, sid, upn, object_id] = self.account();
        let (remote_name, remote_ip) = match &self.remote {
            Some((name, ip)) => (text(name), text(ip)),
            None => (Cell::Null, Cell::Null),
        };
        [
            ("InitiatingProcessAccountDomain", domain),
            ("InitiatingProcessAccountName", name),
            ("InitiatingProcessAccountSid", sid),
            ("InitiatingProcessAccountUpn", upn),
            ("InitiatingProcessAccountObjectId", object_id),
            ("InitiatingProcessSHA1", Cell::Fixed(self.tool.sha1)),
            ("InitiatingProcessSHA256", Cell::Fixed(self.tool.sha256)),
            ("InitiatingProcessFolderPath", Cell::Fixed(self.tool.folder)),
            ("InitiatingProcessFileName", Cell::Fixed(self.tool.file_name)),
            ("InitiatingProcessVersionInfoCompanyName", Cell::Fixed(self.tool.company)),
            ("InitiatingProcessVersionInfoProductName", Cell::Fixed(self.tool.product)),
            ("InitiatingProcessVersionInfoOriginalFileName", Cell::Fixed(self.tool.file_name)),
            ("InitiatingProcessVersionInfoFileDescription", Cell::Fixed(self.tool.description)),
            ("InitiatingProcessId", Cell::Long(self.process_id)),
            ("InitiatingProcessCommandLine", self.command_line()),
            ("InitiatingProcessCreationTime", when(self.started)),
            ("InitiatingProcessParentId", Cell::Long(900 + self.process_id % 400)),
            ("InitiatingProcessParentFileName", Cell::Fixed(self.tool.parent)),
            ("IsInitiatingProcessRemoteSession", Cell::Bool(self.remote.is_some())),
            ("InitiatingProcessRemoteSessionDeviceName", remote_name),
            ("InitiatingProcessRemoteSessionIP", remote_ip),
        ]
    }
}

/// The columns that say where a row of a `Device…` table comes from.
pub fn place(at: Timestamp, device: &Device, report_id: i64) -> [(&'static str, Cell); 4] {
    [
        ("Timestamp", when(at)),
        ("DeviceId", text(&device.mde_id)),
        ("DeviceName", text(&device.name)),
        ("ReportId", Cell::Long(report_id)),
    ]
}
