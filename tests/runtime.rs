//! Plans applied over HTTP: what is written, what is refused, and what Purview makes of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

#[path = "graph/support.rs"]
#[expect(dead_code, reason = "the client's own tests use more of it")]
mod support;

#[path = "runtime/write_back.rs"]
mod write_back;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::Reply::{Cut, Json};
use watchfloor::app::effect::ListQuery;
use watchfloor::app::reply::{Applied, Fresh, Outcome};
use watchfloor::app::{Cause, Effect, Event};
use watchfloor::base::{TimeSpan, Timestamp};
use watchfloor::export::{Checkpoint, Format, Kind};
use watchfloor::graph::api::{alerts, incidents};
use watchfloor::graph::{Ambient, AuthConfig, Client, ClientConfig, Credential, Network, Session};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Running, Scale};
use watchfloor::model::{
    Alert, AlertStatus, Classification, Determination, Incident, IncidentStatus, LeaveDate, Update, User,
};
use watchfloor::runtime::siem::{Export, Message, Sink, SinkError, State, Tally};
use watchfloor::runtime::{Runtime, Services};
use watchfloor::store::{Place, Store};
use watchfloor::triage::journal::Author;
use watchfloor::triage::plan::{Body, Finding, Record, Response, Status, plan, respond, undo};
use watchfloor::triage::{Act, Plan, Subject, Target};

/// A lab whose Purview follows at once, and services over it.
struct Bench {
    lab: Running,
    client: Client,
    services: Services,
}

impl Bench {
    async fn start() -> Self {
        let config = LabConfig { seed: 1, anchor: "2026-11-23T12:00:00Z".parse().unwrap(), scale: Scale::SMALL };
        let options = LabOptions { purview_delay: TimeSpan::seconds(0), ..LabOptions::default() };
        let lab = Lab::start(config, options).await.unwrap();
        let client = client(&lab, &lab.addresses.client_id);
        let services = Services::new(client.clone(), || Duration::ZERO);
        Self { lab, client, services }
    }

    /// The open incident about Mara Okafor with its alerts.
    async fn departing_user(&self) -> Incident {
        let pages = self.services.incidents(&ListQuery { filter: None, records_max: 1_000 });
        let mut pages = std::pin::pin!(pages);
        while let Some(page) = futures_util::StreamExt::next(&mut pages).await {
            let page = page.unwrap();
            if let Some(found) = page.items.iter().find(|incident| incident.display_name.raw().starts_with("Departing"))
            {
                return *self.services.incident(&found.id).await.unwrap();
            }
        }
        panic!("the story is not in the queue");
    }

    /// Purview's word for an alert, from the lab's own page.
    async fn purview(&self, alert: &Alert) -> String {
        let url = format!("{}/lab/purview/alerts", self.lab.addresses.base_url);
        let body = reqwest::get(url).await.unwrap().text().await.unwrap();
        let page: Value = serde_json::from_str(&body).unwrap();
        let alerts = page["value"].as_array().unwrap_or_else(|| panic!("{page}"));
        let twin = alerts.iter().find(|twin| twin.to_string().contains(&*alert.id)).unwrap_or_else(|| panic!("{page}"));
        twin["status"].as_str().or(twin["state"].as_str()).unwrap_or_else(|| panic!("{twin}")).to_owned()
    }
}

fn client(lab: &Running, client_id: &str) -> Client {
    client_of_pages(lab, client_id, usize::MAX)
}

/// One that follows no more than `pages_max` pages of a list.
fn client_of_pages(lab: &Running, client_id: &str, pages_max: usize) -> Client {
    let ambient = Ambient::system(Timestamp::now);
    let root: url::Url = lab.addresses.base_url.parse().unwrap();
    let session = Session::new(AuthConfig {
        authority: lab.addresses.authority.parse().unwrap(),
        tenant: lab.addresses.tenant_id.clone(),
        client_id: client_id.to_owned(),
        graph_root: root.clone(),
        credential: Credential::ClientSecret(lab.addresses.client_secret.clone()),
        cache: None,
        network: Network::default(),
        ambient,
    });
    let config = ClientConfig { pages_max, ..ClientConfig::new(root, ambient) };
    Client::new(config, Arc::new(session.unwrap())).unwrap()
}

fn insider_risk(incident: &Incident) -> Vec<&Alert> {
    incident.alerts.iter().flatten().filter(|alert| alert.is_insider_risk()).collect()
}

fn plan_for(incident: &Incident, act: &Act) -> Plan {
    let alerts: Vec<&Alert> = incident.alerts.iter().flatten().collect();
    plan(Subject::Incident(incident, &alerts), act)
}

fn true_positive() -> Act {
    Act::Resolve(Finding {
        classification: Classification::TruePositive,
        determination: Determination::MaliciousUserActivity,
    })
}

#[tokio::test]
async fn a_resolved_incident_is_resolved_with_its_alerts_and_confirmed_in_purview() {
    let bench = Bench::start().await;
    let incident = bench.departing_user().await;
    let plan = plan_for(&incident, &true_positive());
    let outcomes = bench.services.apply(&plan).await;
    assert_eq!(outcomes.len(), plan.requests().len());
    for applied in &outcomes {
        assert!(matches!(applied.outcome, Outcome::Done(_)), "{applied:?}");
    }
    let after = bench.services.incident(&incident.id).await.unwrap();
    assert_eq!(after.status, IncidentStatus::Resolved);
    assert!(after.alerts.iter().flatten().all(|alert| alert.status == AlertStatus::Resolved));
    for alert in insider_risk(&after) {
        assert_eq!(alert.classification, Classification::TruePositive);
        assert_eq!(bench.purview(alert).await, "confirmed");
    }
}

#[tokio::test]
async fn a_record_that_moved_on_is_not_overwritten() {
    let bench = Bench::start().await;
    let incident = bench.departing_user().await;
    let stale = plan_for(&incident, &Act::Assign(Some("m.analyst@harrowgate.example".to_owned())));

    let theirs = Update { assigned_to: Some("colleague@harrowgate.example".to_owned()), ..Update::default() };
    bench.client.send(&incidents::Update { id: incident.id.to_string(), update: theirs }).await.unwrap();

    let outcomes = bench.services.apply(&stale).await;
    let Outcome::Conflict(Fresh::Incident(now)) = &outcomes[0].outcome else { panic!("{outcomes:?}") };
    assert_eq!(now.assigned_to.as_ref().unwrap().raw(), "colleague@harrowgate.example");
    let after = bench.services.incident(&incident.id).await.unwrap();
    assert_eq!(after.assigned_to.as_ref().unwrap().raw(), "colleague@harrowgate.example");
}

#[tokio::test]
async fn an_act_on_an_incident_is_taken_back_to_the_last_alert() {
    let bench = Bench::start().await;
    let before = bench.departing_user().await;
    let act = Act::Several(vec![true_positive(), Act::Assign(Some("m.analyst@harrowgate.example".to_owned()))]);
    let plan = plan_for(&before, &act);
    let done: Vec<Target> = bench.services.apply(&plan).await.into_iter().map(|applied| applied.target).collect();
    let written = plan.written(&done);
    assert!(written.iter().any(|written| written.is_carried), "{written:?}");

    let now = bench.services.incident(&before.id).await.unwrap();
    let mut records = BTreeMap::from([(Target::Incident(now.id.clone()), Record::Incident(&now))]);
    let alerts = now.alerts.iter().flatten();
    records.extend(alerts.map(|alert| (Target::Alert(alert.id.clone()), Record::Alert(alert))));
    let back = undo("act", "it", &written, &records);
    assert_eq!(back.lost, Vec::<String>::new());
    for applied in bench.services.apply(&back).await {
        assert!(matches!(applied.outcome, Outcome::Done(_)), "{applied:?}");
        assert!(applied.request_id.is_some());
    }
    let after = bench.services.incident(&before.id).await.unwrap();
    let state = |incident: &Incident| {
        let of_alert = |alert: &Alert| {
            (alert.id.clone(), alert.status.clone(), alert.classification.clone(), alert.assigned_to.clone())
        };
        let alerts: Vec<_> = incident.alerts.iter().flatten().map(of_alert).collect();
        (incident.status.clone(), incident.classification.clone(), incident.assigned_to.clone(), alerts)
    };
    assert_eq!(state(&after), state(&before));
}

#[tokio::test]
async fn what_is_kept_is_kept_in_order_and_the_end_waits_for_it() {
    let bench = Bench::start().await;
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("work.sqlite"));
    let (sender, mut events) = tokio::sync::mpsc::channel(64);
    let mut runtime = Runtime::new(bench.services.clone(), place.clone(), sender);
    let author = Author { by: "", at: Timestamp::now() };
    let entries = (0..20).map(|index| Effect::Record(Box::new(author.queried(&index.to_string()))));
    let drafts = (0..20).map(|index| Effect::SaveDraft("hunt".to_owned(), index.to_string()));
    let effects: Vec<Effect> = entries.chain(drafts).chain([Effect::Exit]).collect();
    assert!(runtime.perform(effects).is_break());
    let store = Store::open(&place).unwrap();
    let texts: Vec<String> =
        store.records(100).unwrap().iter().map(|record| record.entry.text.raw().to_owned()).collect();
    assert_eq!(texts, (0..20).map(|index| index.to_string()).collect::<Vec<_>>());
    assert_eq!(store.drafts().unwrap(), [("hunt".to_owned(), "19".to_owned())]);
    assert!(matches!(events.recv().await, Some(Event::Journaled(record)) if record.number == 1));
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_is_told_and_replaced_by_memory() {
    let bench = Bench::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (sender, mut events) = tokio::sync::mpsc::channel(64);
    // A folder is no file.
    let mut runtime = Runtime::new(bench.services.clone(), Place::File(folder.path().to_owned()), sender);
    let author = Author { by: "", at: Timestamp::now() };
    assert!(runtime.perform(vec![Effect::Record(Box::new(author.queried("x")))]).is_continue());
    assert!(matches!(events.recv().await, Some(Event::StoreFailed(failure)) if failure.cause == Cause::Store));
    assert!(matches!(events.recv().await, Some(Event::Journaled(_))));
}

#[tokio::test]
async fn resolving_without_a_classification_sends_nothing() {
    let bench = Bench::start().await;
    let incident = bench.departing_user().await;
    let plan = plan_for(&incident, &Act::SetStatus(Status::Resolved));
    assert!(plan.wants_consent());
    assert_eq!(bench.services.apply(&plan).await, []);
    let after = bench.services.incident(&incident.id).await.unwrap();
    assert_eq!(after.last_update, incident.last_update);
}

#[tokio::test]
async fn a_reader_may_not_write_and_is_told_the_permission() {
    let bench = Bench::start().await;
    let incident = bench.departing_user().await;
    let alert = insider_risk(&incident)[0];
    let reader = Services::new(client(&bench.lab, &bench.lab.addresses.read_only_client_id), || Duration::ZERO);
    let outcomes = reader.apply(&plan(Subject::Alerts(&[alert]), &Act::Comment("seen".to_owned()))).await;
    let Outcome::Failed(failure) = &outcomes[0].outcome else { panic!("{outcomes:?}") };
    assert!(failure.remedy.contains("SecurityAlert.ReadWrite.All"), "{failure:?}");
    let after = bench.client.send(&alerts::Get { id: alert.id.to_string() }).await.unwrap();
    assert_eq!(after.details().comments, alert.details().comments);
}

#[tokio::test]
async fn a_comment_is_not_sent_after_the_change_it_explains_has_failed() {
    let bench = Bench::start().await;
    let incident = bench.departing_user().await;
    let alert = insider_risk(&incident)[0];
    let mut both = plan(Subject::Alerts(&[alert]), &Act::Assign(Some("m.analyst@harrowgate.example".to_owned())));
    let refused = Update { custom_tags: Some(vec!["an alert has none".to_owned()]), ..Update::default() };
    both.rows[0].body = Body::Update(refused);
    both.rows.extend(plan(Subject::Alerts(&[alert]), &Act::Comment("assigned".to_owned())).rows);
    let outcomes = bench.services.apply(&both).await;
    let failed = |applied: &Applied| matches!(applied.outcome, Outcome::Failed(_));
    assert!(outcomes.len() == 2 && outcomes.iter().all(failed), "{outcomes:?}");
    assert_eq!(outcomes[1].request_id, None, "the comment was not sent");
    let after = bench.client.send(&alerts::Get { id: alert.id.to_string() }).await.unwrap();
    let told = (&after.details().comments, after.last_update);
    assert_eq!(told, (&alert.details().comments, alert.last_update));
}

#[tokio::test]
async fn the_last_day_of_work_is_shown_to_who_may_see_it_and_stops_nobody_else() {
    let bench = Bench::start().await;
    let reader = Services::new(client(&bench.lab, &bench.lab.addresses.read_only_client_id), || Duration::ZERO);
    let told = bench.services.user("m.okafor@harrowgate.example").await.unwrap();
    assert_eq!(told.leave_date, LeaveDate::Known("2026-12-02T00:00:00Z".parse().unwrap()));
    let kept = reader.user("m.okafor@harrowgate.example").await.unwrap();
    assert_eq!(*kept, User { leave_date: LeaveDate::NotTold, ..*told });
}

#[tokio::test]
async fn a_list_ends_where_the_asker_wants_it_to() {
    let bench = Bench::start().await;
    let pages = bench.services.alerts(&ListQuery { filter: None, records_max: 3 });
    let pages: Vec<_> = futures_util::StreamExt::collect(pages).await;
    let counts: Vec<_> = pages.into_iter().map(|page| page.map(|page| (page.items.len(), page.is_last))).collect();
    assert_eq!(counts, [Ok((3, true))]);
}

/// An incident in progress as Graph writes it, of the last change that plans are made for.
fn wire_incident(changes: &Value) -> Value {
    let mut incident = json!({
        "id": "29", "status": "active", "severity": "medium", "classification": "unknown", "determination": "unknown",
        "assignedTo": null, "lastUpdateDateTime": "2026-11-23T10:00:00Z", "comments": [], "alerts": []
    });
    for (name, value) in changes.as_object().unwrap() {
        incident[name] = value.clone();
    }
    incident
}

#[tokio::test]
async fn what_is_stopped_is_not_sent_and_told_as_not_written() {
    let incident = || Json(200, wire_incident(&json!({})));
    let server = support::Server::start([incident(), incident()]).await;
    let services = Services::new(support::client(&server), || Duration::ZERO);
    let plan = plan_for(&services.incident("29").await.unwrap(), &Act::Comment("seen".to_owned()));
    let stop = Arc::new(AtomicBool::new(true));
    let outcomes: Vec<Applied> = services.outcomes_until(&plan, stop).collect().await;
    let [Applied { outcome: Outcome::Failed(failure), .. }] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(failure.why.raw(), "stopped before it was sent");
    assert!(server.lines().iter().all(|line| line.starts_with("GET")), "{:?}", server.lines());
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_read_back_and_never_sent_twice() {
    let said = |texts: &[&str]| {
        let comments: Vec<Value> = texts.iter().map(|text| json!({"comment": text})).collect();
        json!({"comments": comments, "lastUpdateDateTime": "2026-11-23T10:00:00Z"})
    };
    let assigned = |upn: &str| json!({"assignedTo": upn});
    let (assign, comment) = (Act::Assign(Some("mara@fabrikam.example".to_owned())), Act::Comment("seen".to_owned()));
    let cases = [
        (&assign, json!({}), assigned("mara@fabrikam.example"), true),
        (&assign, json!({}), assigned("colleague@fabrikam.example"), false),
        (&comment, said(&["seen"]), said(&["seen", "seen"]), true),
        (&comment, said(&["seen"]), said(&["seen"]), false),
    ];
    for (act, before, after, is_done) in cases {
        let incident = |changes: &Value| Json(200, wire_incident(changes));
        let server = support::Server::start([incident(&before), incident(&before), Cut, incident(&after)]).await;
        let services = Services::new(support::client(&server), || Duration::ZERO);
        let plan = plan_for(&services.incident("29").await.unwrap(), act);
        let outcomes = services.apply(&plan).await;
        assert_eq!(outcomes.len(), 1, "{outcomes:?}");
        match &outcomes[0].outcome {
            Outcome::Done(_) => assert!(is_done, "{outcomes:?}"),
            Outcome::Failed(failure) => {
                assert!(!is_done && failure.remedy.starts_with("it was read again and does not show"), "{failure:?}");
            }
            other => panic!("{other:?}"),
        }
        let writes = server.lines().into_iter().filter(|line| !line.starts_with("GET")).count();
        assert_eq!(writes, 1);
    }
}

#[tokio::test]
async fn an_account_is_acted_on_seen_and_taken_back() {
    let bench = Bench::start().await;
    let user = bench.services.user("m.okafor@harrowgate.example").await.unwrap();
    assert_eq!(user.account_enabled, Some(true));
    let risk = bench.services.risky_user(&user.id).await.unwrap();
    let done = |applied: &[Applied]| match applied {
        [Applied { outcome: Outcome::Done(fresh), request_id: Some(_), .. }] => fresh.clone(),
        other => panic!("{other:?}"),
    };

    let disable = respond::respond(Response::Disable, &user, None, None);
    let Fresh::Account(disabled) = done(&bench.services.apply(&disable).await) else { panic!("an account") };
    assert_eq!(disabled.account_enabled, Some(false));
    let again = bench.services.apply(&disable).await;
    assert!(matches!(again[0].outcome, Outcome::Conflict(_)), "someone did it already: {again:?}");
    let target = Target::Account(user.id.clone());
    let now = BTreeMap::from([(target.clone(), Record::Account(&disabled))]);
    let back = undo("a", "disable", &disable.written(&[target]), &now);
    let Fresh::Account(enabled) = done(&bench.services.apply(&back).await) else { panic!("an account") };
    assert_eq!(enabled.account_enabled, Some(true));

    let revoke = respond::respond(Response::Revoke, &enabled, None, None);
    let Fresh::Account(revoked) = done(&bench.services.apply(&revoke).await) else { panic!("an account") };
    assert!(revoked.sessions_valid_from > enabled.sessions_valid_from);
    let stale = bench.services.apply(&revoke).await;
    assert!(matches!(stale[0].outcome, Outcome::Conflict(_)), "revoked meanwhile: {stale:?}");

    let confirm = respond::respond(Response::ConfirmRisk, &revoked, risk.as_deref(), None);
    let Fresh::Risk(confirmed) = done(&bench.services.apply(&confirm).await) else { panic!("a risk") };
    assert_eq!((confirmed.risk_level.wire(), confirmed.risk_state.wire()), ("high", "confirmedCompromised"));
    let dismiss = respond::respond(Response::DismissRisk, &revoked, Some(&confirmed), None);
    let Fresh::Risk(dismissed) = done(&bench.services.apply(&dismiss).await) else { panic!("a risk") };
    assert_eq!((dismissed.risk_level.wire(), dismissed.risk_state.wire()), ("none", "dismissed"));
    let list = watchfloor::graph::api::risk_history::List { id: user.id.to_string() };
    let history = bench.services.client().send(&list).await.unwrap();
    let states: Vec<&str> = history.items.iter().take(2).map(|change| change.risk_state.wire()).collect();
    assert_eq!(states, ["dismissed", "confirmedCompromised"]);

    let reading = Services::new(client(&bench.lab, &bench.lab.addresses.read_only_client_id), || Duration::ZERO);
    let refused = reading.apply(&respond::respond(Response::Disable, &enabled, None, None)).await;
    let Outcome::Failed(failure) = &refused[0].outcome else { panic!("{refused:?}") };
    assert_eq!(failure.cause, Cause::Permission("User.EnableDisableAccount.All".to_owned()));
}

#[tokio::test]
async fn the_alerts_of_one_person_are_found_by_graphs_own_filter() {
    let bench = Bench::start().await;
    let since = Timestamp::now() - TimeSpan::days(400);
    let filter = watchfloor::triage::filter::alerts_about("m.okafor@harrowgate.example", since);
    let query = ListQuery { filter: Some(filter), records_max: 1_000 };
    let pages: Vec<_> = futures_util::StreamExt::collect(bench.services.alerts(&query)).await;
    let found: Vec<Alert> = pages.into_iter().flat_map(|page| page.unwrap().items).collect();
    assert!(!found.is_empty());
    let people = |alert: &Alert| watchfloor::triage::people::people([alert]);
    let is_hers = |alert: &Alert| people(alert).iter().any(|one| one.upn.raw() == "m.okafor@harrowgate.example");
    assert!(found.iter().all(is_hers));
}

/// A sink that keeps the ids it was given.
struct Kept(Arc<Mutex<Vec<String>>>);

impl Sink for Kept {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> futures_util::future::BoxFuture<'a, Result<(), SinkError>> {
        self.0.lock().unwrap().extend(batch.iter().map(|message| message.record.event_id()));
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn an_export_longer_than_a_list_may_be_is_asked_for_in_parts() {
    let bench = Bench::start().await;
    let pages = bench.services.incidents(&ListQuery { filter: None, records_max: 1_000 });
    let pages: Vec<_> = futures_util::StreamExt::collect(pages).await;
    let all: usize = pages.into_iter().map(|page| page.unwrap().items.len()).sum();

    let taken = Arc::new(Mutex::new(Vec::new()));
    let mut export = Export {
        // One page holds fewer incidents than there are.
        client: client_of_pages(&bench.lab, &bench.lab.addresses.client_id, 1),
        format: Format::Graph,
        sink: Box::new(Kept(Arc::clone(&taken))),
        state: State::unkept(Checkpoint::new("test")),
        mask: None,
        start: "2026-10-01T00:00:00Z".parse().unwrap(),
    };
    let mut tally = Tally::default();
    export.run(&[(Kind::Incident, None)], "2026-11-23T12:30:00Z".parse().unwrap(), &mut tally).await.unwrap();
    let mut ids = taken.lock().unwrap().clone();
    ids.sort();
    ids.dedup();
    assert!(all > 50, "more than a page: {all}");
    assert_eq!((tally.incidents, ids.len()), (all, all), "all of them, each once");
}
