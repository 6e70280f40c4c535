//! What happens every night without anyone: backups, database exports, scans; and applications that sign in.

use super::shifts::{DAYS, days_ahead};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::acts::{Deed, Notice};
use crate::lab::generate::content::Document;
use crate::lab::generate::devices::Place;
use crate::lab::generate::operations::{Operation, Remote};
use crate::lab::generate::rows::behaviors::{Behavior, BehaviorEntity, BehaviorInfo};
use crate::lab::generate::rows::device_info::DeviceInfo;
use crate::lab::generate::rows::entra_id_spn_sign_in_events::EntraIdSpnSignInEvent;
use crate::lab::generate::rows::graph_api_audit_events::GraphApiAuditEvent;
use crate::lab::generate::rows::oauth_app_info::OAuthAppInfo;
use crate::lab::generate::tools::{BACKUP, COMMAND_SHELL, DATABASE_CLIENT, SERVICE_HOST};
use crate::lab::generate::world::World;
use std::sync::Arc;

/// An application of the tenant.
struct Application {
    name: &'static str,
    publisher: Option<&'static str>,
    permissions: &'static [&'static str],
    /// How many people consented for themselves.
    users: i32,
    /// Whether an administrator consented for all: such an application also acts for itself.
    is_admin_consented: bool,
}

/// The tenant's applications.
const APPLICATIONS: [Application; 6] = [
    application("Timesheet Connector", Some("Harrowgate Instruments"), &["User.Read.All"], 0, true),
    application("Backup for Microsoft 365", Some("Fjordline Backup"), &["Sites.Read.All", "Mail.Read"], 0, true),
    application("Expense Robot", Some("Quillsoft"), &["User.Read", "Mail.Read"], 41, false),
    application("Whiteboard Export", None, &["User.Read", "Files.Read"], 6, false),
    application("Calendar Buddy", None, &["Calendars.ReadWrite", "User.Read"], 19, false),
    application("CRM Sync", Some("Brightwater"), &["Contacts.Read", "Mail.Send"], 88, true),
];

const fn application(
    name: &'static str,
    publisher: Option<&'static str>,
    permissions: &'static [&'static str],
    users: i32,
    is_admin_consented: bool,
) -> Application {
    Application { name, publisher, permissions, users, is_admin_consented }
}

/// A month of nights, and those still to come.
pub(super) fn work(world: &mut World) {
    world.scope("noise/servers");
    let ahead = days_ahead(world.config.anchor, world.until);
    for days in (-ahead..DAYS).rev() {
        let midnight = world.config.anchor - TimeSpan(world.config.anchor.ticks() % TimeSpan::days(1).ticks());
        let night = midnight - TimeSpan::days(days) + TimeSpan::minutes(63);
        if night > world.until {
            continue;
        }
        if night + TimeSpan::hours(4) < world.until {
            back_up(world, night);
            export(world, night + TimeSpan::minutes(92));
            scan(world, night + TimeSpan::minutes(131));
        }
        for server in world.services.servers.clone() {
            let at = (night + world.random.seconds(14_400, 18_000)).min(world.until);
            let (person, report_id) = (Arc::clone(&world.services.accounts[2]), world.report_number());
            world.rows.add(DeviceInfo { at, device: server, person, report_id });
        }
    }
    applications(world);
    behaviours(world);
}

/// The backup reads every server and sends what changed away.
fn back_up(world: &mut World, night: Timestamp) {
    let account = Arc::clone(&world.services.accounts[0]);
    let keeper = Arc::clone(&account.laptop);
    let log_on = Operation::LogOn { logon_type: "Service", from: None, failure: None };
    world.operate(night, &account, &log_on, &Notice::default());
    let run = Operation::Run { tool: BACKUP, command_line: None, parent: SERVICE_HOST };
    world.operate(night + TimeSpan::seconds(2), &account, &run, &Notice::default());
    for (number, server) in world.services.servers.clone().into_iter().enumerate() {
        let at = night + TimeSpan::minutes(4 + number as i64 * 9) + world.random.seconds(0, 60);
        let notice = Notice { place: Place { device: Some(server), network: None }, ..Notice::default() };
        let from = Some(Arc::clone(&keeper));
        world.operate(at, &account, &Operation::LogOn { logon_type: "Network", from, failure: None }, &notice);
        let remote = Remote::web("vault.fjordline.example");
        let sent = Some(world.random.between(2_000_000_000, 9_000_000_000));
        let send = Operation::Connect { tool: BACKUP, remote, sent, is_success: true };
        world.operate(at + TimeSpan::minutes(6), &account, &send, &Notice::default());
    }
}

/// The databases are written to files.
fn export(world: &mut World, at: Timestamp) {
    let account = Arc::clone(&world.services.accounts[1]);
    let line: Arc<str> = "sqlcmd.exe -S SQL-LEEDS-01 -i D:\\Jobs\\nightly_export.sql".into();
    let run = Operation::Run { tool: DATABASE_CLIENT, command_line: Some(line), parent: COMMAND_SHELL };
    world.operate(at, &account, &run, &Notice::default());
    for name in ["orders.bak", "customers.bak", "ledger.bak"] {
        let size = world.random.between(400_000_000, 2_000_000_000);
        let document = Document::named(name, r"D:\Backup", size, &mut world.random);
        let at = at + world.random.seconds(30, 1_500);
        world.act(at, &account, &document, &Deed::Create(DATABASE_CLIENT), &Notice::default());
    }
}

/// The scanner tries every server's doors.
fn scan(world: &mut World, at: Timestamp) {
    let account = Arc::clone(&world.services.accounts[2]);
    for server in world.services.servers.clone() {
        for port in [22, 445, 3_389] {
            let at = at + world.random.seconds(0, 1_200);
            let remote = Remote { domain: Arc::clone(&server.name), ip: Arc::clone(&server.ip), port };
            let is_success = port == 445;
            let attempt = Operation::Connect { tool: SERVICE_HOST, remote, sent: None, is_success };
            world.operate(at, &account, &attempt, &Notice::default());
        }
    }
}

/// The tenant's applications: what they are, and what those do that act for themselves.
fn applications(world: &mut World) {
    let network = Arc::clone(&world.services.accounts[0].network);
    let ahead = days_ahead(world.config.anchor, world.until);
    for Application { name, publisher, permissions, users, is_admin_consented } in APPLICATIONS {
        let app_id: Arc<str> = world.random.guid().into();
        let principal_id: Arc<str> = world.random.guid().into();
        let added = world.config.anchor - TimeSpan::days(world.random.between(40, 700));
        let at = world.config.anchor - world.random.seconds(3_600, 80_000);
        let report_id = world.random.guid_bits();
        world.rows.add(OAuthAppInfo {
            at,
            app_id: Arc::clone(&app_id),
            principal_id: Arc::clone(&principal_id),
            name: name.into(),
            publisher,
            added,
            permissions,
            users,
            is_admin_consented,
            report_id,
        });
        if !is_admin_consented {
            continue;
        }
        for days in -ahead..DAYS {
            let at = world.config.anchor - TimeSpan::days(days) - world.random.seconds(60, 70_000);
            let (tenant_id, request) = (Arc::clone(&world.tenant_id), world.random.guid_bits());
            world.rows.add(EntraIdSpnSignInEvent {
                at,
                app_id: Arc::clone(&app_id),
                principal_id: Arc::clone(&principal_id),
                name: name.into(),
                network: Arc::clone(&network),
                error: 0,
                tenant_id,
                request,
            });
            for page in 0..3 {
                let report_id = world.random.guid_bits();
                let size = world.random.between(4_000, 200_000);
                world.rows.add(GraphApiAuditEvent {
                    at: at + TimeSpan::seconds(2 + page),
                    person: None,
                    application_id: Arc::clone(&app_id),
                    principal_id: Arc::clone(&principal_id),
                    method: "GET",
                    uri: format!("https://graph.microsoft.com/v1.0/users?$top=100&$skip={}", page * 100).into(),
                    status: "200",
                    size,
                    scopes: "User.Read.All",
                    ip: Arc::clone(&network.ip),
                    report_id,
                });
            }
        }
    }
}

/// What Defender for Cloud Apps finds unusual and nobody need look at: one in eight people a month.
fn behaviours(world: &mut World) {
    const KINDS: [(&str, &str, &str); 3] = [
        ("MassDownload", "[\"Exfiltration\"]", "[\"Data from Information Repositories (T1213)\"]"),
        ("MultipleFailedLoginAttempts", "[\"CredentialAccess\"]", "[\"Brute Force (T1110)\"]"),
        ("ImpossibleTravelActivity", "[\"InitialAccess\"]", "[\"Cloud Accounts (T1078.004)\"]"),
    ];
    for person in world.people.all.iter().step_by(8).map(Arc::clone).collect::<Vec<_>>() {
        let (action_type, categories, techniques) = *world.random.pick(&KINDS);
        let end = world.until - world.random.seconds(3_600, DAYS * 86_400 - 90_000);
        let behavior = Arc::new(Behavior {
            id: world.random.guid_bits(),
            action_type,
            description: format!("{} did more of this than is usual for them.", person.display_name),
            categories,
            techniques,
            network: Arc::clone(&person.network),
            start: end - TimeSpan::minutes(37),
            end,
            person,
        });
        world.rows.add(BehaviorInfo(Arc::clone(&behavior)));
        for is_address in [false, true] {
            world.rows.add(BehaviorEntity { behavior: Arc::clone(&behavior), is_address });
        }
    }
}
