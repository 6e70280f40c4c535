use super::*;
use crate::model::{AlertStatus, FromJson, IncidentStatus};
use crate::triage::PurviewState;
use serde_json::json;

fn alert(id: &str, source: &str, status: &str, classification: &str) -> Alert {
    Alert::from_json(json!({
        "id": id, "incidentId": "7", "title": format!("Alert {id}"), "serviceSource": source, "status": status,
        "classification": classification, "severity": "high", "lastUpdateDateTime": "2026-11-23T09:00:00Z"
    }))
    .unwrap()
}

fn incident(status: &str, classification: &str) -> Incident {
    Incident::from_json(json!({
        "id": "7", "displayName": "Departing user", "status": status, "classification": classification,
        "severity": "high", "lastUpdateDateTime": "2026-11-23T09:30:00Z"
    }))
    .unwrap()
}

const IRM: &str = "microsoftInsiderRiskManagement";
const DLP: &str = "dataLossPrevention";

fn confirmed() -> Finding {
    Finding { classification: Classification::TruePositive, determination: Determination::MaliciousUserActivity }
}

#[test]
fn several_undecided_alerts_are_one_question() {
    let alerts: Vec<Alert> = ["ir1", "ir2"].iter().map(|id| alert(id, IRM, "new", "unknown")).collect();
    let alerts: Vec<&Alert> = alerts.iter().collect();
    let plan = plan(Subject::Alerts(&alerts), &Act::SetStatus(Status::Resolved));
    let question = "2 insider-risk alerts have no classification: without a decision they will be Dismissed in Purview";
    assert_eq!((plan.consents, plan.purview.len()), (vec![question.to_owned()], 2));
}

#[test]
fn an_insider_risk_alert_is_resolved_without_a_classification_only_if_its_dismissal_is_agreed_to() {
    let bare = alert("ir1", IRM, "new", "unknown");
    let mut plan = plan(Subject::Alerts(&[&bare]), &Act::SetStatus(Status::Resolved));
    assert_eq!(plan.consents, ["alert ir1 has no classification: without a decision it will be Dismissed in Purview"]);
    assert!(plan.wants_consent());
    assert_eq!(plan.requests(), []);
    assert_eq!(plan.purview[0].to, Some(PurviewState::Dismissed));
    assert_eq!(plan.warnings, [purview::DISMISSAL_WARNING]);
    plan.is_consented = true;
    assert_eq!(plan.requests().len(), 1);
}

#[test]
fn other_alerts_are_resolved_without_one_and_do_not_touch_purview() {
    let other = alert("dl1", DLP, "new", "unknown");
    let plan = plan(Subject::Alerts(&[&other]), &Act::SetStatus(Status::Resolved));
    assert!(plan.is_applicable());
    assert_eq!(plan.purview, []);
}

#[test]
fn resolving_with_a_finding_sends_exactly_what_changes() {
    let open = alert("ir1", IRM, "inProgress", "unknown");
    let plan = plan(Subject::Alerts(&[&open]), &Act::Resolve(confirmed()));
    let update = Update {
        alert_status: Some(AlertStatus::Resolved),
        classification: Some(Classification::TruePositive),
        determination: Some(Determination::MaliciousUserActivity),
        ..Update::default()
    };
    let write =
        Write { target: Target::Alert("ir1".into()), last_update: open.last_update, body: Body::Update(update) };
    assert_eq!(plan.requests(), [write]);
    assert_eq!(plan.purview[0].from, Some(PurviewState::NeedsReview));
    assert_eq!(plan.purview[0].to, Some(PurviewState::Confirmed));
    assert_eq!(plan.warnings, Vec::<String>::new());
    let now = "2026-11-23T10:00:00Z".parse().unwrap();
    assert_eq!(plan.purview_by(now).unwrap().to_clock_text(), "10:30");
}

#[test]
fn the_inverse_is_made_of_the_values_before() {
    let open = alert("ir1", IRM, "inProgress", "unknown");
    let resolved = plan(Subject::Alerts(&[&open]), &Act::Resolve(confirmed()));
    let written = resolved.written(&[Target::Alert("ir1".into())]);
    let before = Update {
        alert_status: Some(AlertStatus::InProgress),
        classification: Some(Classification::Unknown),
        determination: Some(Determination::Unknown),
        ..Update::default()
    };
    assert_eq!(written.iter().map(|written| written.before.clone()).collect::<Vec<_>>(), [Some(before)]);
    let remark = plan(Subject::Alerts(&[&open]), &Act::Comment("seen".to_owned()));
    assert_eq!(remark.written(&[Target::Alert("ir1".into())])[0].before, None);
}

#[test]
fn an_incident_is_resolved_after_its_insider_risk_alerts() {
    let bare = alert("ir1", IRM, "new", "unknown");
    let decided = alert("ir2", IRM, "inProgress", "falsePositive");
    let closed = alert("ir3", IRM, "resolved", "truePositive");
    let other = alert("dl1", DLP, "new", "unknown");
    let incident = incident("active", "unknown");
    let plan = plan(Subject::Incident(&incident, &[&bare, &decided, &closed, &other]), &Act::Resolve(confirmed()));
    assert!(plan.is_applicable(), "{:?}", plan.stops);
    let targets: Vec<String> = plan.rows.iter().map(|row| row.target.title()).collect();
    assert_eq!(targets, ["alert ir1", "alert ir2", "incident 7"]);
    let ends: Vec<_> = plan.purview.iter().map(|effect| (&*effect.alert_id, effect.to)).collect();
    assert_eq!(ends, [("ir1", Some(PurviewState::Confirmed)), ("ir2", Some(PurviewState::Dismissed))]);
    assert!(plan.side_effects[0].starts_with("its 1 open alert of other products"));
    assert_eq!(plan.warnings, [purview::DISMISSAL_WARNING]);
    let Body::Update(last) = &plan.rows[2].body else { panic!("an update") };
    assert_eq!(last.incident_status, Some(IncidentStatus::Resolved));
}

#[test]
fn an_incident_holding_an_undecided_insider_risk_alert_is_stopped() {
    let bare = alert("ir1", IRM, "new", "unknown");
    let undecided =
        plan(Subject::Incident(&incident("active", "unknown"), &[&bare]), &Act::SetStatus(Status::Resolved));
    assert_eq!((undecided.consents.len(), undecided.requests().len()), (1, 0));
    let decided = incident("active", "truePositive");
    let inherits = plan(Subject::Incident(&decided, &[&bare]), &Act::SetStatus(Status::Resolved));
    assert!(inherits.is_applicable());
    assert_eq!(inherits.purview[0].to, Some(PurviewState::Confirmed));
}

#[test]
fn an_incident_whose_alerts_are_unknown_is_resolved_only_with_a_finding() {
    let blind = incident("active", "unknown");
    let undecided = plan(Subject::Incident(&blind, &[]), &Act::SetStatus(Status::Resolved));
    assert_eq!((undecided.stops.len(), undecided.requests()), (1, vec![]));
    let decided = plan(Subject::Incident(&blind, &[]), &Act::Resolve(confirmed()));
    assert_eq!((decided.requests().len(), decided.warnings.len()), (1, 1));
}

#[test]
fn what_forbids_a_plan_is_said() {
    let open = alert("ir1", IRM, "new", "unknown");
    let merged = incident("redirected", "unknown");
    let odd = Finding { classification: Classification::FalsePositive, determination: Determination::Malware };
    let alerts: &[&Alert] = &[&open];
    let cases = [
        (Subject::Alerts(alerts), Act::SetStatus(Status::New), "it is so already: nothing would change"),
        (Subject::Alerts(alerts), Act::Comment("  \n".to_owned()), "the comment is empty"),
        (
            Subject::Alerts(alerts),
            Act::Comment("x".repeat(30_001)),
            "the comment has 30001 characters, 30000 are taken",
        ),
        (Subject::Alerts(alerts), Act::Assign(Some("j ruiz".to_owned())), "an owner is given as a user principal name"),
        (Subject::Alerts(alerts), Act::Classify(odd), "malware is not offered under false positive"),
        (
            Subject::Incident(&merged, &[]),
            Act::SetStatus(Status::InProgress),
            "this incident was merged into incident another",
        ),
    ];
    for (subject, act, why) in cases {
        let plan = plan(subject, &act);
        assert_eq!(plan.stops.first().map(|stop| stop.why.as_str()), Some(why), "{act:?}");
        assert_eq!(plan.requests(), []);
    }
}

#[test]
fn assigning_an_incident_states_what_the_portal_does_to_its_alerts() {
    let open = alert("ir1", IRM, "new", "unknown");
    let act = Act::Assign(Some("j.ruiz@contoso.example".to_owned()));
    let plan = plan(Subject::Incident(&incident("active", "unknown"), &[&open]), &act);
    assert_eq!(plan.requests().len(), 1);
    assert_eq!(plan.side_effects, ["its 1 alert get the same owner (portal behaviour, Graph does not document it)"]);
    assert_eq!(plan.rows[0].changes[0].old, "nobody".into());
}

#[test]
fn custom_detections_never_reach_purview() {
    let mut custom = alert("ea1", "microsoft365Defender", "new", "unknown");
    custom.detection_source = Some("customDetection".into());
    let plan = plan(Subject::Alerts(&[&custom]), &Act::Resolve(confirmed()));
    assert_eq!(plan.purview, []);
    assert_eq!(plan.side_effects, ["1 alert of custom detections or linked by hand: never reaches Purview"]);
}

#[test]
fn several_acts_are_one_request_a_record_and_its_comment_last() {
    let open = incident("active", "unknown");
    let acts = Act::Several(vec![
        Act::Assign(Some("j.ruiz@contoso.example".to_owned())),
        Act::SetSeverity(Severity::Low),
        Act::Tag { add: vec!["leaver".to_owned(), "Leaver".to_owned()], remove: vec![] },
        Act::Comment("see HR-12".to_owned()),
        Act::Write(Text::Summary, "one sequence".to_owned()),
    ]);
    let plan = plan(Subject::Incident(&open, &[]), &acts);
    assert_eq!(plan.title, "Assign incident 7 to j.ruiz@contoso.example, and 4 more");
    let update = Update {
        assigned_to: Some("j.ruiz@contoso.example".to_owned()),
        severity: Some(Severity::Low),
        custom_tags: Some(vec!["leaver".to_owned()]),
        summary: Some("one sequence".to_owned()),
        ..Update::default()
    };
    let bodies: Vec<Body> = plan.requests().into_iter().map(|write| write.body).collect();
    assert_eq!(bodies, [Body::Update(update), Body::Comment("see HR-12".to_owned())]);
}

#[test]
fn what_only_incidents_have_is_refused_for_alerts() {
    let open = alert("dl1", DLP, "new", "unknown");
    for act in [
        Act::SetSeverity(Severity::Low),
        Act::Tag { add: vec!["x".to_owned()], remove: vec![] },
        Act::Write(Text::Name, "x".to_owned()),
    ] {
        let plan = plan(Subject::Alerts(&[&open]), &act);
        assert!(plan.stops[0].why.starts_with("an alert has no severity"), "{act:?}");
    }
}

#[test]
fn several_incidents_are_one_plan() {
    let (one, other) = (incident("active", "unknown"), incident("resolved", "unknown"));
    let both = [(&one, vec![]), (&other, vec![])];
    let plan = plan(Subject::Incidents(&both), &Act::SetStatus(Status::InProgress));
    assert_eq!((plan.title.as_str(), plan.rows.len()), ("Set 2 incidents to in progress", 2));
}
