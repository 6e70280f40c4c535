//! The client against the lab: two readings of the same documentation, written apart.

use crate::support::{auth, client_of};
use futures_util::TryStreamExt;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use tokio::sync::mpsc;
use url::Url;
use watchfloor::base::{Secret, Untrusted};
use watchfloor::graph::api::{alerts, hunting, incidents, risky_users, users};
use watchfloor::graph::{AuthConfig, Client, Credential, Kind, PromptSink, Session, SignInError};
use watchfloor::lab::generate::generate;
use watchfloor::lab::{Lab, LabConfig, LabOptions, Running, Scale, Tenant};
use watchfloor::model::{Classification, Determination, IncidentStatus, LeaveDate, Update};

/// The tenant of all these tests; making it takes longer than serving it.
static TENANT: LazyLock<Tenant> = LazyLock::new(|| generate(&lab_config()));

fn lab_config() -> LabConfig {
    LabConfig { seed: 7, anchor: "2026-11-23T10:00:00Z".parse().unwrap(), scale: Scale::SMALL }
}

/// A running lab, what is in it, and a client signed in by secret.
struct Fixture {
    lab: Running,
    tenant: Tenant,
    client: Client,
}

impl Fixture {
    async fn start() -> Self {
        let mut tenant = TENANT.clone();
        let options = LabOptions { device_poll_interval: std::time::Duration::ZERO, ..LabOptions::default() };
        let lab = Lab::start_with(tenant.clone(), lab_config(), options).await.unwrap();
        let client_id = lab.addresses.client_id.clone();
        let client = client_of(root(&lab), session(&lab, &client_id, secret(&lab)));
        // What the stories have still to come is served by nobody yet.
        tenant.hide_coming(lab_config().anchor);
        Self { lab, tenant, client }
    }

    fn read_only(&self) -> Client {
        client_of(root(&self.lab), session(&self.lab, &self.lab.addresses.read_only_client_id, secret(&self.lab)))
    }
}

fn root(lab: &Running) -> Url {
    lab.addresses.base_url.parse().unwrap()
}

fn secret(lab: &Running) -> Credential {
    Credential::ClientSecret(lab.addresses.client_secret.clone())
}

fn config(lab: &Running, client_id: &str, credential: Credential) -> AuthConfig {
    AuthConfig {
        tenant: lab.addresses.tenant_id.clone(),
        client_id: client_id.to_owned(),
        graph_root: root(lab),
        ..auth(lab.addresses.authority.parse().unwrap(), credential)
    }
}

fn session(lab: &Running, client_id: &str, credential: Credential) -> Arc<Session> {
    Arc::new(Session::new(config(lab, client_id, credential)).unwrap())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[tokio::test]
async fn every_incident_and_alert_is_paged_and_read() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let incident_pages: Vec<_> =
        client.pages(&incidents::List { top: 7, ..incidents::List::default() }).try_collect().await.unwrap();
    let alert_pages: Vec<_> =
        client.pages(&alerts::List { top: 7, ..alerts::List::default() }).try_collect().await.unwrap();
    assert!(incident_pages.iter().all(|page| page.skipped == 0 && !page.cut));
    assert!(alert_pages.iter().all(|page| page.skipped == 0 && !page.cut));

    let incidents: Vec<_> = incident_pages.into_iter().flat_map(|page| page.items).collect();
    let alerts: Vec<_> = alert_pages.into_iter().flat_map(|page| page.items).collect();
    assert_eq!(incidents.len(), tenant.incidents.len());
    assert_eq!(alerts.len(), tenant.alerts.len());
    let ids: BTreeSet<&str> = incidents.iter().map(|incident| &*incident.id).collect();
    assert_eq!(ids, tenant.incidents.keys().map(String::as_str).collect());
    let ids: BTreeSet<&str> = alerts.iter().map(|alert| &*alert.id).collect();
    assert_eq!(ids, tenant.alerts.keys().map(String::as_str).collect());
}

#[tokio::test]
async fn members_after_the_sentinel_arrive_because_they_are_asked_for() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let pages: Vec<_> = client.pages(&alerts::List::default()).try_collect().await.unwrap();
    for alert in pages.iter().flat_map(|page| &page.items) {
        let sent = tenant.alerts.head(&alert.id).and_then(|head| head.text("serviceSource")).unwrap();
        assert_eq!(alert.service_source.wire(), sent, "{}", alert.id);
        assert_ne!(alert.detection_source.as_ref().map(Untrusted::raw), Some("unknownFutureValue"));
    }
    let insider = pages.iter().flat_map(|page| &page.items).filter(|alert| alert.is_insider_risk()).count();
    assert!(insider > 0, "the lab plants insider-risk alerts");
}

#[tokio::test]
async fn an_incident_brings_its_alerts_with_it() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let (id, _) = tenant.incidents.first().unwrap();
    let incident = client.send(&incidents::Get { id: id.clone(), with_alerts: true }).await.unwrap();
    let ids: BTreeSet<String> = incident.alerts.unwrap().into_iter().map(|alert| alert.id.into()).collect();
    let expected = tenant.alerts.iter().filter(|(_, alert)| alert["incidentId"] == **id).map(|(id, _)| id.clone());
    assert_eq!(ids, expected.collect());
    let bare = client.send(&incidents::Get { id: id.clone(), with_alerts: false }).await.unwrap();
    assert_eq!(bare.alerts, None);
}

#[tokio::test]
async fn a_change_is_there_when_read_again() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let (id, _) = tenant.incidents.first().unwrap();
    let update = Update {
        incident_status: Some(IncidentStatus::Resolved),
        classification: Some(Classification::TruePositive),
        determination: Some(Determination::MaliciousUserActivity),
        assigned_to: Some("analyst@fabrikam.example".to_owned()),
        ..Update::default()
    };
    client.send(&incidents::Update { id: id.clone(), update }).await.unwrap();
    let incident = client.send(&incidents::Get { id: id.clone(), with_alerts: false }).await.unwrap();
    assert_eq!(
        (&incident.status, &incident.classification, &incident.determination, &incident.assigned_to),
        (
            &IncidentStatus::Resolved,
            &Classification::TruePositive,
            &Determination::MaliciousUserActivity,
            &Some("analyst@fabrikam.example".into())
        )
    );
    let (id, _) = tenant.alerts.first().unwrap();
    let update = Update { classification: Some(Classification::FalsePositive), ..Update::default() };
    client.send(&alerts::Update { id: id.clone(), update }).await.unwrap();
    let alert = client.send(&alerts::Get { id: id.clone() }).await.unwrap();
    assert_eq!(alert.classification, Classification::FalsePositive);
}

#[tokio::test]
async fn a_comment_is_answered_with_all_of_them() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let (id, sent) = tenant.alerts.first().unwrap();
    let before = sent["comments"].as_array().map_or(0, Vec::len);
    for comment in ["first", "second"] {
        let add = alerts::AddComment { id: id.clone(), comment: comment.to_owned() };
        client.send(&add).await.unwrap();
    }
    let alert = client.send(&alerts::Get { id: id.clone() }).await.unwrap();
    let mut texts: Vec<_> = alert.details().comments.iter().map(|comment| comment.comment.raw()).collect();
    texts.sort_unstable();
    assert_eq!(texts.len(), before + 2);
    assert!(texts.contains(&"first") && texts.contains(&"second"), "{texts:?}");

    let (id, sent) = tenant.incidents.first().unwrap();
    let before = sent["comments"].as_array().map_or(0, Vec::len);
    let add = incidents::AddComment { id: id.clone(), comment: "seen".to_owned() };
    let comments = client.send(&add).await.unwrap();
    assert_eq!((comments.items.len(), comments.skipped), (before + 1, 0));
}

#[tokio::test]
async fn an_app_that_may_only_read_is_told_what_it_lacks() {
    let fixture = Fixture::start().await;
    let client = fixture.read_only();
    let (id, _) = fixture.tenant.alerts.first().unwrap();
    client.send(&alerts::Get { id: id.clone() }).await.unwrap();
    let add = alerts::AddComment { id: id.clone(), comment: "x".to_owned() };
    let error = client.send(&add).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Permission, Some(403)), "{error}");
    assert!(error.remedy().starts_with("the app needs SecurityAlert.ReadWrite.All, "), "{}", error.remedy());
    assert!(error.request_id().is_some());
    let query = hunting::Run { query: "AlertInfo".to_owned(), timespan: None };
    let error = client.send(&query).await.unwrap_err();
    assert!(error.remedy().starts_with("the app needs ThreatHunting.Read.All, "), "{}", error.remedy());
}

#[tokio::test]
async fn alerts_are_hunted_by_the_id_the_queue_shows() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let (id, _) = tenant.alerts.first().unwrap();
    let query = format!("AlertInfo | where AlertId == '{id}' | project AlertId, Title");
    let result = client.send(&hunting::Run { query, timespan: Some("P30D".to_owned()) }).await.unwrap();
    let names: Vec<_> = result.columns.iter().map(|column| column.name.raw()).collect();
    assert_eq!((names, result.rows.len()), (vec!["AlertId", "Title"], 1));
}

#[tokio::test]
async fn a_query_that_cannot_be_bound_comes_back_in_kustos_words() {
    let Fixture { client, lab: _lab, .. } = Fixture::start().await;
    let wrong = hunting::Run { query: "Nowhere | take 1".to_owned(), timespan: None };
    let error = client.send(&wrong).await.unwrap_err();
    assert_eq!(error.kind(), Kind::BadQuery);
    assert!(error.to_string().contains("Failed to resolve table"), "{error}");
}

#[tokio::test]
async fn a_user_is_found_by_id_and_by_upn_with_manager_and_risk() {
    let Fixture { tenant, client, lab: _lab } = Fixture::start().await;
    let (report, manager) = tenant.managers.first_key_value().unwrap();
    let by_id = client.send(&users::Get { id: report.clone() }).await.unwrap();
    let by_upn = client.send(&users::Get { id: by_id.upn.raw().to_owned() }).await.unwrap();
    assert_eq!(by_id, by_upn);
    let found = client.find(&users::Manager { id: report.clone() }).await.unwrap();
    assert_eq!(found.map(|user| user.id), Some(manager.as_str().into()));
    let top = tenant.users.keys().find(|id| !tenant.managers.contains_key(*id)).unwrap();
    assert_eq!(client.find(&users::Manager { id: top.clone() }).await.unwrap(), None);

    let (risky, _) = tenant.risky_users.first().unwrap();
    let by_id = client.find(&risky_users::Get { id: risky.clone() }).await.unwrap().unwrap();
    let by_upn = client.send(&risky_users::Find { upn: by_id.upn.raw().to_owned() }).await.unwrap();
    assert_eq!(by_upn.items, [by_id]);
    let calm = tenant.users.keys().find(|id| !tenant.risky_users.contains_key(id)).unwrap();
    assert_eq!(client.find(&risky_users::Get { id: calm.clone() }).await.unwrap(), None);
}

#[tokio::test]
async fn the_last_day_of_work_is_told_to_who_may_know_it() {
    let fixture = Fixture::start().await;
    let leaves = |user: &Value| user["employeeLeaveDateTime"].is_string();
    let users = fixture.tenant.users.values();
    let (leaver, stayer) = (users.clone().find(|user| leaves(user)).unwrap(), users.clone().find(|user| !leaves(user)));
    let ask = |user: &Value| users::LeaveDate { id: text(user, "id").to_owned() };
    let expected = LeaveDate::Known(text(&leaver, "employeeLeaveDateTime").parse().unwrap());
    assert_eq!(fixture.client.send(&ask(&leaver)).await.unwrap(), expected);
    assert_eq!(fixture.client.send(&ask(&stayer.unwrap())).await.unwrap(), LeaveDate::None);
    let refused = fixture.read_only().send(&ask(&leaver)).await.unwrap_err();
    assert_eq!((refused.kind(), refused.call().permission), (Kind::Permission, "User-LifeCycleInfo.Read.All"));
}

#[tokio::test]
async fn the_alerts_about_a_user_all_name_that_user() {
    let Fixture { client, lab: _lab, .. } = Fixture::start().await;
    let pages: Vec<_> = client.pages(&alerts::List::default()).try_collect().await.unwrap();
    let all: Vec<_> = pages.into_iter().flat_map(|page| page.items).collect();
    let names = |alert: &watchfloor::model::Alert, upn: &str| {
        alert.details().evidence.iter().any(|evidence| match &evidence.kind {
            watchfloor::model::EvidenceKind::User(account) => account.upn.raw() == upn,
            _ => false,
        })
    };
    let insider = all.iter().find(|alert| alert.is_insider_risk()).unwrap();
    let upn = insider.details().evidence.iter().find_map(|evidence| evidence.account()).unwrap().upn.raw();
    let expected: BTreeSet<_> = all.iter().filter(|alert| names(alert, upn)).map(|alert| alert.id.clone()).collect();
    let pages: Vec<_> = client.pages(&alerts::List::about_user(upn)).try_collect().await.unwrap();
    let found: BTreeSet<_> = pages.into_iter().flat_map(|page| page.items).map(|alert| alert.id).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_device_code_waits_until_it_is_approved_in_the_browser() {
    let Fixture { lab, .. } = Fixture::start().await;
    let (sender, mut prompts) = mpsc::unbounded_channel();
    let sink = PromptSink::new(move |prompt| sender.send(prompt).unwrap());
    let session = session(&lab, &lab.addresses.client_id, Credential::DeviceCode(sink));
    let base = lab.addresses.base_url.clone();
    let approve = async {
        let prompt = prompts.recv().await.unwrap();
        let url = format!("{base}/lab/device/{}/approve", prompt.user_code.raw());
        let browser = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        assert_eq!(browser.post(url).send().await.unwrap().status(), 200);
    };
    let (outcome, ()) = tokio::join!(session.sign_in(), approve);
    assert_eq!(outcome, Ok(()));
    let identity = session.identity().unwrap();
    assert!(identity.upn.is_some(), "{identity:?}");
    client_of(root(&lab), session).send(&incidents::List::default()).await.unwrap();
}

#[tokio::test]
async fn a_refused_sign_in_names_its_cause() {
    let Fixture { lab, .. } = Fixture::start().await;
    let id = &lab.addresses.client_id;
    let cases = [
        (config(&lab, id, Credential::ClientSecret(Secret::new("wrong"))), 7_000_215),
        (config(&lab, "00000000-0000-0000-0000-000000000000", secret(&lab)), 700_016),
        (AuthConfig { tenant: "nowhere.example".to_owned(), ..config(&lab, id, secret(&lab)) }, 90_002),
    ];
    for (config, code) in cases {
        match Session::new(config).unwrap().sign_in().await {
            Err(SignInError::Refused { aadsts, .. }) => assert_eq!(aadsts, Some(code)),
            other => panic!("{code}: {other:?}"),
        }
    }
}
