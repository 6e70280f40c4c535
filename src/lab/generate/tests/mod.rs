//! What must hold of every tenant: it is the same twice, of a day's size, and speaks of those who exist.

mod alerts;
mod resources;
mod tables;

use super::*;
use crate::kql::compile;
use crate::kql::engine::{Limits, StopFlag, Table, Tables, run};
use crate::kql::functions::Context;
use crate::kql::schema::Schema;
use crate::kql::value::Value;
use crate::lab::entities::Entities;
use crate::lab::scale::Scale;
use crate::lab::tenant::Tenant;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const CONFIG: fn() -> LabConfig =
    || LabConfig { seed: 7, anchor: "2026-11-23T12:00:00Z".parse().unwrap(), scale: Scale::SMALL };

static TENANT: LazyLock<Tenant> = LazyLock::new(|| generate(&CONFIG()));

fn table(name: &str) -> &'static Table {
    TENANT.tables.table(name).unwrap_or_else(|| panic!("no {name}"))
}

/// Rows of a table as maps by column name, of those columns only.
fn rows(name: &str, columns: &[&str]) -> Vec<BTreeMap<String, Value>> {
    let table = table(name);
    let places: Vec<usize> =
        columns.iter().map(|column| table.fields().iter().position(|field| &*field.name == *column).unwrap()).collect();
    let row = |row| {
        let cells = places.iter().zip(columns).map(|(place, column)| ((*column).to_owned(), table.value(row, *place)));
        cells.collect()
    };
    (0..table.row_count()).map(row).collect()
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// The answer of the engine to `query`.
fn hunt(query: &str) -> Table {
    let compiled = compile(query, Schema::hunting());
    let plan = compiled.plan.unwrap_or_else(|| panic!("{query}: {:?}", compiled.diagnostics));
    let context = Context::new(CONFIG().anchor);
    run(&plan, &TENANT.tables, &context, Limits::default(), &StopFlag::default()).unwrap()
}

#[test]
fn one_configuration_makes_one_tenant() {
    let (one, other) = (&*TENANT, generate(&CONFIG()));
    assert_eq!(one.incidents, other.incidents);
    assert_eq!(one.alerts, other.alerts);
    assert_eq!(one.users, other.users);
    assert_eq!(one.managers, other.managers);
    assert_eq!(one.risky_users, other.risky_users);
    for (name, table) in one.tables.iter() {
        let twin = other.tables.table(name).unwrap();
        assert_eq!(table.row_count(), twin.row_count(), "{name}");
        for row in (0..table.row_count()).step_by(17) {
            for column in 0..table.fields().len() {
                assert_eq!(table.value(row, column), twin.value(row, column), "{name} {row} {column}");
            }
        }
    }
    let seeded = world::World::new(&LabConfig { seed: 8, ..CONFIG() });
    assert_ne!(one.id, *seeded.tenant_id);
}

#[test]
fn the_queue_is_of_a_days_size() {
    let status = |wanted: &[&str]| {
        TENANT.incidents.values().filter(|incident| wanted.contains(&text(&incident["status"]))).count()
    };
    assert!((45..=64).contains(&status(&["active", "inProgress"])), "{}", status(&["active", "inProgress"]));
    assert!(status(&["resolved"]) >= 4);
    assert_eq!(status(&["redirected"]), 1);
    assert!((90..=160).contains(&TENANT.alerts.len()), "{}", TENANT.alerts.len());
    let sources: BTreeSet<_> = TENANT.alerts.heads().map(|(_, alert)| alert.text("serviceSource")).collect();
    assert!(sources.len() >= 8, "{sources:?}");
    let alone = |id: &String| TENANT.alerts.values().all(|alert| text(&alert["incidentId"]) != id);
    let incidents = TENANT.incidents.heads();
    let without: Vec<_> = incidents.filter(|(id, _)| alone(id)).filter_map(|(_, it)| it.text("status")).collect();
    assert_eq!(without.len(), 2, "{without:?}");
    assert!(without.contains(&"active") && without.contains(&"redirected"));
}

#[test]
fn an_incident_is_as_grave_as_its_gravest_alert() {
    const RANKS: [&str; 4] = ["informational", "low", "medium", "high"];
    let rank = |severity: &Json| RANKS.iter().position(|known| *known == text(severity)).unwrap();
    for (id, incident) in TENANT.incidents.iter() {
        let alerts = TENANT.alerts.values().filter(|alert| text(&alert["incidentId"]) == id);
        if let Some(gravest) = alerts.map(|alert| rank(&alert["severity"])).max() {
            assert_eq!(rank(&incident["severity"]), gravest, "{id}");
        }
    }
}

#[test]
fn hostile_text_is_in_the_queue() {
    let everything: String = TENANT.alerts.values().map(|alert| alert.to_string()).collect();
    for hostile in ["\u{202e}", "\\u001b[2J", "=HYPERLINK("] {
        assert!(everything.contains(hostile), "{hostile:?}");
    }
}

#[test]
fn risk_and_membership_speak_of_users_that_exist() {
    let (sign_ins, detections) = (&TENANT.sign_ins, &TENANT.risk_detections);
    assert!(detections.len() > 3, "{}", detections.len());
    for (_, detection) in detections.iter() {
        let sign_in = sign_ins.get(text(&detection["requestId"])).unwrap();
        assert_eq!(detection["userId"], sign_in["userId"]);
        assert_eq!(detection["activityDateTime"], sign_in["createdDateTime"]);
        assert!(TENANT.risky_users.contains_key(text(&detection["userId"])) || detection["riskState"] == "remediated");
    }
    assert_eq!(TENANT.risky_history.len(), TENANT.risky_users.len());
    for (id, history) in &TENANT.risky_history {
        let now = TENANT.risky_users.get(id).unwrap();
        assert!(!history.is_empty());
        assert_eq!((&history[0]["riskLevel"], &history[0]["riskState"]), (&now["riskLevel"], &now["riskState"]));
    }
    let roles: BTreeMap<String, Json> =
        TENANT.directory_roles.iter().map(|(id, role)| (id.to_owned(), role["displayName"].clone())).collect();
    for (id, _) in TENANT.users.iter() {
        let of = &TENANT.member_of[id];
        assert!(!of.is_empty());
        assert!(of.iter().all(|group| TENANT.groups.contains_key(group) || roles.contains_key(group)));
    }
    for row in rows("IdentityInfo", &["AccountObjectId", "AssignedRoles"]) {
        let of = &TENANT.member_of[row["AccountObjectId"].as_str().unwrap()];
        let held: Json = of.iter().filter_map(|group| roles.get(group)).cloned().collect();
        assert_eq!(row["AssignedRoles"], Value::dynamic(held));
    }
}
