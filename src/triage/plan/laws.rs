//! What holds of any act on any records: it can be taken back, and nothing that others did is taken back with it.

use super::*;
use crate::model::FromJson;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const OWNERS: [&str; 3] = ["", "j.ruiz@contoso.example", "l.brandt@contoso.example"];
const FOREIGN: &str = "somebody.else@contoso.example";

/// One incident and its alerts, as the service keeps them: what is written to the incident is carried to the alerts.
#[derive(Clone, Debug)]
struct Tenant {
    incident: Value,
    alerts: Vec<Value>,
    carries: bool,
    tick: i64,
}

impl Tenant {
    fn read(&self) -> (Incident, Vec<Alert>) {
        let alerts: Vec<Alert> = self.alerts.iter().map(|alert| Alert::from_json(alert.clone()).unwrap()).collect();
        let mut incident = Incident::from_json(self.incident.clone()).unwrap();
        incident.alerts = Some(alerts.clone().into());
        (incident, alerts)
    }

    fn write(&mut self, target: &Target, body: &Value) {
        self.tick += 1;
        let at = Timestamp::from_unix_seconds(1_800_000_000 + self.tick).to_string();
        let carries = self.carries;
        let put = |record: &mut Value, body: &Value| {
            for (name, value) in body.as_object().unwrap() {
                record[name] = value.clone();
            }
            record["lastUpdateDateTime"] = at.clone().into();
        };
        match target {
            Target::Alert(id) => {
                for alert in self.alerts.iter_mut().filter(|alert| alert["id"] == **id) {
                    put(alert, body);
                }
            }
            Target::Account(_) | Target::Risk(_) => {}
            Target::Incident(_) => {
                put(&mut self.incident, body);
                for alert in self.alerts.iter_mut().filter(|_| carries) {
                    if let Some(owner) = body.get("assignedTo") {
                        put(alert, &json!({"assignedTo": owner}));
                    }
                    if body.get("status") == Some(&json!("resolved")) && alert["status"] != "resolved" {
                        put(alert, &json!({"status": "resolved"}));
                    }
                }
            }
        }
    }

    /// Writes a plan as the runtime does; the targets written.
    fn apply(&mut self, plan: &Plan) -> Vec<Target> {
        for write in plan.requests() {
            if let Body::Update(update) = &write.body {
                self.write(&write.target, &update.body());
            }
        }
        plan.requests().into_iter().map(|write| write.target).collect()
    }

    fn undo(&mut self, written: &[Written]) -> Plan {
        let (incident, alerts) = self.read();
        let mut now = BTreeMap::from([(Target::Incident("7".into()), Record::Incident(&incident))]);
        now.extend(alerts.iter().map(|alert| (Target::Alert(alert.id.clone()), Record::Alert(alert))));
        let mut plan = undo("act", "an act", written, &now);
        plan.is_consented = true;
        self.apply(&plan);
        plan
    }

    /// Everything but when it was changed.
    fn values(&self) -> Vec<Value> {
        let all = std::iter::once(&self.incident).chain(&self.alerts);
        all.map(|record| {
            let mut record = record.clone();
            record.as_object_mut().unwrap().remove("lastUpdateDateTime");
            record
        })
        .collect()
    }
}

fn tenants() -> impl Strategy<Value = Tenant> {
    let (statuses, incident_statuses) = (["new", "inProgress", "resolved"], ["active", "inProgress", "resolved"]);
    let alert = (
        prop::sample::select(vec!["microsoftInsiderRiskManagement", "dataLossPrevention"]),
        0..3_usize,
        0..3_usize,
        0..2_usize,
    );
    (prop::collection::vec(alert, 0..4), 0..3_usize, 0..3_usize, any::<bool>()).prop_map(
        move |(alerts, status, owner, carries)| {
            let classification = ["unknown", "truePositive"];
            let alerts = alerts.into_iter().enumerate().map(|(index, (source, status, owner, class))| {
                json!({"id": format!("a{index}"), "incidentId": "7", "title": "An alert", "serviceSource": source,
                "status": statuses[status], "classification": classification[class], "determination": "unknown",
                "severity": "high", "assignedTo": OWNERS[owner], "lastUpdateDateTime": "2026-11-23T09:00:00Z"})
            });
            let incident = json!({"id": "7", "displayName": "A name", "status": incident_statuses[status],
            "classification": "unknown", "determination": "unknown", "severity": "high", "assignedTo": OWNERS[owner],
            "customTags": ["leaver"], "description": "", "summary": "", "resolvingComment": "",
            "lastUpdateDateTime": "2026-11-23T09:30:00Z"});
            Tenant { incident, alerts: alerts.collect(), carries, tick: 0 }
        },
    )
}

fn acts() -> impl Strategy<Value = Act> {
    let finding = || Finding { classification: Classification::TruePositive, determination: Determination::Malware };
    let one = prop::sample::select(vec![
        Act::Assign(None),
        Act::Assign(Some(OWNERS[1].to_owned())),
        Act::SetStatus(Status::New),
        Act::SetStatus(Status::InProgress),
        Act::SetStatus(Status::Resolved),
        Act::Classify(finding()),
        Act::Resolve(finding()),
        Act::SetSeverity(Severity::Low),
        Act::Tag { add: vec!["usb".to_owned()], remove: vec!["leaver".to_owned()] },
        Act::Write(Text::Summary, "found".to_owned()),
        Act::Write(Text::Name, "another".to_owned()),
    ]);
    prop::collection::vec(one, 1..4).prop_map(Act::Several)
}

/// The plan of `act` on the incident, agreed to.
fn planned(tenant: &Tenant, act: &Act) -> Plan {
    let (incident, alerts) = tenant.read();
    let alerts: Vec<&Alert> = alerts.iter().collect();
    let mut plan = plan(Subject::Incident(&incident, &alerts), act);
    plan.is_consented = true;
    plan
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_act_taken_back_leaves_everything_as_it_was(tenant in tenants(), act in acts()) {
        let mut after = tenant.clone();
        let plan = planned(&tenant, &act);
        let written = plan.written(&after.apply(&plan));
        prop_assume!(!written.is_empty());
        let back = after.undo(&written);
        // A resolved incident is not resolved again over open alerts, and says so.
        if back.lost.is_empty() {
            prop_assert_eq!(after.values(), tenant.values(), "{:?}", back);
        } else {
            prop_assert!(tenant.incident["status"] == "resolved", "{:?}", back.lost);
        }
    }

    #[test]
    fn what_others_did_since_stays(tenant in tenants(), act in acts(), place in 0..4_usize, field in 0..2_usize) {
        let mut after = tenant.clone();
        let plan = planned(&tenant, &act);
        let written = plan.written(&after.apply(&plan));
        prop_assume!(!written.is_empty() && !after.alerts.is_empty());
        let place = place % after.alerts.len();
        let id: Box<str> = after.alerts[place]["id"].as_str().unwrap().into();
        let (name, value) = [("assignedTo", FOREIGN), ("classification", "falsePositive")][field];
        let mut foreign = serde_json::Map::new();
        foreign.insert(name.to_owned(), value.into());
        after.write(&Target::Alert(id), &Value::Object(foreign));
        after.undo(&written);
        prop_assert_eq!(&after.alerts[place][name], value);
    }

    #[test]
    fn the_plan_shown_is_what_is_sent(tenant in tenants(), act in acts()) {
        let plan = planned(&tenant, &act);
        let shown: Vec<_> = if plan.is_applicable() { plan.rows.iter().map(|row| (row.target.clone(), row.body.clone())).collect() } else { Vec::new() };
        let sent: Vec<_> = plan.requests().into_iter().map(|write| (write.target, write.body)).collect();
        prop_assert_eq!(shown, sent);
        for row in &plan.rows {
            let Body::Update(update) = &row.body else { continue };
            prop_assert_eq!(row.changes.len(), update.body().as_object().unwrap().len());
        }
    }
}
