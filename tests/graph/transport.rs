//! Requests as they are built, paging, and trying again.

use crate::support::Reply::{Cut, Json, Raw, Stall};
use crate::support::{Reply, Server, advance, ambient, client, client_of, pauses, read_request, session, token};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use watchfloor::graph::api::{alerts, hunting, incidents, risky_users, users};
use watchfloor::graph::{Client, ClientConfig, Kind, Network, Timeouts};
use watchfloor::model;
use watchfloor::model::{IncidentStatus, Update};

fn page(ids: &[&str], next: Option<&str>) -> Value {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    match next {
        Some(next) => json!({"value": items, "@odata.nextLink": next}),
        None => json!({"value": items}),
    }
}

fn throttled(headers: &'static str) -> Reply {
    Raw(429, headers, r#"{"error": {"code": "TooManyRequests", "message": "Please retry again later."}}"#)
}

fn resolve(id: &str) -> incidents::Update {
    let update = Update { incident_status: Some(IncidentStatus::Resolved), ..Update::default() };
    incidents::Update { id: id.to_owned(), update }
}

fn comment() -> incidents::AddComment {
    incidents::AddComment { id: "29".to_owned(), comment: "seen".to_owned() }
}

#[tokio::test]
async fn every_call_goes_where_graph_documents_it() {
    let server = Server::start((0..13).map(|_| Json(200, json!({"id": "1", "value": []})))).await;
    let client = client(&server);
    let id = || "a/b#c".to_owned();
    client.send(&incidents::List::default()).await.unwrap();
    let list = incidents::List { filter: Some("status eq 'active'".to_owned()), top: 999, order_by: None };
    client.send(&list).await.unwrap();
    client.send(&incidents::Get { id: id(), with_alerts: true }).await.unwrap();
    client.send(&resolve("29")).await.unwrap();
    client.send(&comment()).await.unwrap();
    client.send(&alerts::List::about_user("o'hara@fabrikam.example")).await.unwrap();
    client.send(&alerts::Get { id: id() }).await.unwrap();
    client.send(&alerts::Update { id: id(), update: Update::default() }).await.unwrap();
    client.send(&alerts::AddComment { id: id(), comment: String::new() }).await.unwrap();
    client.send(&hunting::Run { query: "T".to_owned(), timespan: Some("P7D".to_owned()) }).await.unwrap();
    client.send(&risky_users::Find { upn: "a+b@c".to_owned() }).await.unwrap();
    client.send(&risky_users::Get { id: id() }).await.unwrap();
    client.send(&users::Manager { id: "g_x.example#EXT#@fabrikam.example".to_owned() }).await.unwrap();

    let lines = server.lines();
    let select = "%24".replace(
        "%24",
        "$select=id%2CdisplayName%2CuserPrincipalName%2Cmail%2CjobTitle%2Cdepartment%2C\
                  officeLocation%2Ccountry%2CaccountEnabled%2CsignInSessionsValidFromDateTime%2C\
                  createdDateTime%2CemployeeHireDate",
    );
    let manager = format!("GET /v1.0/users/g_x.example%23EXT%23@fabrikam.example/manager?{select}");
    assert_eq!(
        lines,
        [
            "GET /v1.0/security/incidents?$top=50",
            "GET /v1.0/security/incidents?$top=50&$filter=status%20eq%20%27active%27",
            "GET /v1.0/security/incidents/a%2Fb%23c?$expand=alerts",
            "PATCH /v1.0/security/incidents/29",
            "POST /v1.0/security/incidents/29/comments",
            "GET /v1.0/security/alerts_v2?$top=100&$filter=evidence%2Fany%28e%3A%20e%2Fmicrosoft.graph.security.\
             userEvidence%2FuserAccount%2FuserPrincipalName%20eq%20%27o%27%27hara%40fabrikam.example%27%29",
            "GET /v1.0/security/alerts_v2/a%2Fb%23c",
            "PATCH /v1.0/security/alerts_v2/a%2Fb%23c",
            "POST /v1.0/security/alerts_v2/a%2Fb%23c/comments",
            "POST /v1.0/security/runHuntingQuery",
            "GET /v1.0/identityProtection/riskyUsers?$filter=userPrincipalName%20eq%20%27a%2Bb%40c%27",
            "GET /v1.0/identityProtection/riskyUsers/a%2Fb%23c",
            &manager,
        ]
    );
    let asked = server.asked();
    let prefers: Vec<bool> = asked.iter().map(|asked| asked.has("prefer: include-unknown-enum-members")).collect();
    let expected = [true, true, true, true, false, true, true, true, false, false, false, false, false];
    assert_eq!(prefers, expected);
    for asked in &asked {
        assert!(asked.has("authorization: Bearer given"), "{asked:?}");
        assert!(asked.has("return-client-request-id: true"), "{asked:?}");
        assert_eq!(asked.header("client-request-id").map(str::len), Some(36), "{asked:?}");
    }
    let bodies: Vec<&str> = asked.iter().map(|asked| &*asked.body).filter(|body| !body.is_empty()).collect();
    assert_eq!(bodies[0], r#"{"status":"resolved"}"#);
    assert_eq!(bodies[1], r#"{"@odata.type":"microsoft.graph.security.alertComment","comment":"seen"}"#);
    assert_eq!(bodies[4], r#"{"Query":"T","Timespan":"P7D"}"#);
}

#[tokio::test]
async fn an_id_that_would_change_the_path_is_not_sent() {
    let server = Server::start([]).await;
    for id in ["", ".", ".."] {
        let get = alerts::Get { id: id.to_owned() };
        let error = client(&server).send(&get).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid);
        assert_eq!(error.to_string(), "read alert: an id is empty or no id");
    }
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn pages_follow_the_links_to_the_end() {
    let next = "{origin}/v1.0/security/incidents?$skiptoken=a%2Bb";
    let server = Server::start([Json(200, page(&["1", "2"], Some(next))), Json(200, page(&["3"], None))]).await;
    let pages: Vec<_> = client(&server).pages(&incidents::List::default()).try_collect().await.unwrap();
    let ids: Vec<&str> = pages.iter().flat_map(|page| &page.items).map(|incident| &*incident.id).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let lines = server.lines();
    assert_eq!(lines[1..], ["GET /v1.0/security/incidents?$skiptoken=a%2Bb"]);
    assert!(server.asked()[1].has("prefer: include-unknown-enum-members"));
}

#[tokio::test]
async fn the_token_does_not_follow_a_link_to_another_host() {
    let elsewhere = Server::start([]).await;
    let link = elsewhere.origin.join("/v1.0/security/incidents").unwrap();
    let server = Server::start([Json(200, page(&["1"], Some(link.as_str())))]).await;
    let outcomes: Vec<_> = client(&server).pages(&incidents::List::default()).collect().await;
    assert_eq!(outcomes.len(), 2, "what came is kept");
    assert_eq!(outcomes[0].as_ref().unwrap().items.len(), 1);
    assert_eq!(outcomes[1].as_ref().unwrap_err().kind(), Kind::Shape);
    assert_eq!(elsewhere.asked(), []);
}

#[tokio::test]
async fn a_list_that_goes_in_circles_is_left() {
    let next = "{origin}/v1.0/security/incidents?$skiptoken=a";
    let replies = (0..3).map(|_| Json(200, page(&["1"], Some(next))));
    let server = Server::start(replies).await;
    let outcomes: Vec<_> = client(&server).pages(&incidents::List::default()).collect().await;
    assert_eq!(outcomes.len(), 3);
    let error = outcomes[2].as_ref().unwrap_err().to_string();
    assert_eq!(error, "list incidents: unexpected answer: list: the next page is one already read");
}

#[tokio::test]
async fn the_limit_of_pages_is_told_when_hit() {
    let next = |number| format!("{{origin}}/v1.0/security/incidents?$skiptoken={number}");
    let server = Server::start((0..9).map(|number| Json(200, page(&["1"], Some(&next(number)))))).await;
    let config = ClientConfig { pages_max: 2, ..ClientConfig::new(server.origin.clone(), ambient()) };
    let client = Client::new(config, session(&server, token("given"))).unwrap();
    let pages: Vec<_> = client.pages(&incidents::List::default()).try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.cut).collect::<Vec<_>>(), [false, true]);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_read_only_client_sends_reads_alone_and_tells_what_it_asked() {
    let server = Server::start([Json(200, json!({"id": "1"})), Json(200, json!({"schema": [], "results": []}))]).await;
    let config = ClientConfig { is_read_only: true, ..ClientConfig::new(server.origin.clone(), ambient()) };
    let client = Client::new(config, session(&server, token("given"))).unwrap();
    client.send(&incidents::Get { id: "1".to_owned(), with_alerts: false }).await.unwrap();
    client.send(&hunting::Run { query: "T\n| take 1".to_owned(), timespan: None }).await.unwrap();
    let refused = "read-only: nothing is written to the tenant";
    assert!(client.send(&resolve("29")).await.unwrap_err().to_string().contains(refused));
    assert!(client.send(&comment()).await.unwrap_err().to_string().contains(refused));
    assert_eq!(server.asked().len(), 2);
    let told = client.trace().requests();
    let told: Vec<&str> = told.iter().map(|request| request.what.raw()).collect();
    assert_eq!(told, ["GET /security/incidents/1", "POST /security/runHuntingQuery T | take 1"]);
    assert!(client.trace().requests().iter().all(|request| !request.id.is_empty() && request.ended.is_some()));
}

#[tokio::test]
async fn a_throttled_read_waits_as_long_as_asked() {
    let replies = [
        throttled("retry-after: 2.128\r\n"),
        throttled("retry-after: Mon, 23 Nov 2026 10:00:10 GMT\r\n"),
        throttled(""),
        Json(200, page(&[], None)),
    ];
    let server = Server::start(replies).await;
    client(&server).send(&incidents::List::default()).await.unwrap();
    // By the second answer the clock shows 10:00:02.
    assert_eq!(pauses(), [2_128, 8_000, 2_000]);
    let ids: Vec<_> =
        server.asked().iter().map(|asked| asked.header("client-request-id").unwrap().to_owned()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "one id for all tries: {ids:?}");
}

#[tokio::test]
async fn a_wait_longer_than_patience_is_told_instead() {
    let server = Server::start([throttled("retry-after: 600\r\n")]).await;
    let error = client(&server).send(&incidents::List::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Throttled { until: Some("2026-11-23T10:10:00Z".parse().unwrap()) });
    assert_eq!(
        error.to_string(),
        "list incidents: throttled (429 TooManyRequests) until 2026-11-23 10:10:00 UTC: Please retry again later"
    );
    assert_eq!(error.remedy(), "Graph asks to wait until 10:10 UTC; then try again");
    assert_eq!(pauses(), [0_u128; 0]);
}

#[tokio::test]
async fn a_change_is_repeated_only_where_the_service_says_when() {
    let server = Server::start([throttled("retry-after: 1\r\n"), Json(200, json!({"id": "29"}))]).await;
    client(&server).send(&resolve("29")).await.unwrap();
    assert_eq!(server.asked().len(), 2);

    let server = Server::start([throttled("")]).await;
    let error = client(&server).send(&resolve("29")).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_happened()), (Kind::Throttled { until: None }, false));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_cut_connection_is_retried_on_a_read_and_never_on_a_comment() {
    let server = Server::start([Cut, Json(200, page(&["1"], None))]).await;
    assert_eq!(client(&server).send(&incidents::List::default()).await.unwrap().items.len(), 1);
    assert_eq!(server.asked().len(), 2);

    for (reply, is_open) in [(Cut, true), (throttled(""), false), (Raw(503, "retry-after: 1\r\n", ""), true)] {
        let server = Server::start([reply, Json(200, page(&[], None))]).await;
        let error = client(&server).send(&comment()).await.unwrap_err();
        assert_eq!(server.asked().len(), 1, "{error}");
        assert_eq!(error.may_have_happened(), is_open, "{error}");
    }

    let server = Server::start([throttled("retry-after: 1\r\n"), Json(200, page(&[], None))]).await;
    client(&server).send(&comment()).await.unwrap();
    assert_eq!(server.asked().len(), 2, "what was turned away at the door was not done");
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_not_repeated_and_told_as_open() {
    let server = Server::start([Cut]).await;
    let error = client(&server).send(&resolve("29")).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_happened()), (Kind::Offline, true));
    assert_eq!(error.remedy(), "it may have been done all the same; look at the record before you try again");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_hunting_query_that_ran_too_long_is_not_run_again() {
    let server = Server::start([Raw(504, "", r#"{"error": {"code": "UnknownError", "message": ""}}"#)]).await;
    let query = hunting::Run { query: "DeviceEvents".to_owned(), timespan: None };
    let error = client(&server).send(&query).await.unwrap_err();
    assert_eq!(error.to_string(), "run hunting query: the service failed (504 UnknownError)");
    assert_eq!(error.remedy(), "the query ran too long; narrow its time range or filter earlier");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn nobody_listening_is_offline_and_worth_the_usual_tries() {
    let server = Server::start([]).await;
    let client = client_of("http://127.0.0.1:1".parse().unwrap(), session(&server, token("given")));
    let error = client.send(&comment()).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_happened()), (Kind::Offline, false));
    assert!(error.to_string().starts_with("comment on incident: cannot reach http://127.0.0.1:1: "), "{error}");
    assert_eq!(pauses(), [500, 1_000, 2_000, 4_000]);
}

#[tokio::test]
async fn what_is_not_there_is_none() {
    let missing = || Json(404, json!({"error": {"code": "Request_ResourceNotFound", "message": "no"}}));
    let server = Server::start([missing(), missing()]).await;
    let client = client(&server);
    let risk: Option<model::RiskyUser> = client.find(&risky_users::Get { id: "x".to_owned() }).await.unwrap();
    let manager: Option<model::User> = client.find(&users::Manager { id: "x".to_owned() }).await.unwrap();
    assert_eq!((risk, manager), (None, None));
}

#[tokio::test]
async fn a_throttled_service_makes_its_own_calls_wait_and_no_others() {
    let hunt = hunting::Run { query: "AlertInfo".to_owned(), timespan: None };
    let server = Server::start([
        throttled("retry-after: 70\r\n"),
        Json(200, page(&[], None)),
        Json(200, json!({"schema": [], "results": []})),
    ])
    .await;
    let client = client(&server);
    let error = client.send(&hunt).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Throttled { until: Some("2026-11-23T10:01:10Z".parse().unwrap()) });

    client.send(&incidents::List::default()).await.unwrap();
    assert_eq!(pauses(), [0_u128; 0], "the queue does not wait for hunting");

    let error = client.send(&hunt).await.unwrap_err();
    assert_eq!(error.to_string(), "run hunting query: not asked: throttled until 2026-11-23 10:01:10 UTC");
    assert_eq!(error.remedy(), "Graph asks to wait until 10:01 UTC; then try again");
    assert_eq!(server.asked().len(), 2, "nothing is sent before then");

    advance(Duration::from_secs(60));
    client.send(&hunt).await.unwrap();
    assert_eq!(pauses(), [10_000], "what is left is waited for");
}

#[tokio::test]
async fn a_body_that_stops_half_way_is_asked_for_again() {
    let server = Server::start([Stall, Json(200, page(&["1"], None)), Stall, Stall, Stall, Stall]).await;
    let timeouts = Timeouts { silence: Duration::from_millis(20), ..Timeouts::default() };
    let config = ClientConfig { timeouts, ..ClientConfig::new(server.origin.clone(), ambient()) };
    let client = Client::new(config, session(&server, token("given"))).unwrap();
    assert_eq!(client.send(&incidents::List::default()).await.unwrap().items.len(), 1);

    let error = client.send(&incidents::List::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "list incidents: no answer: the answer stopped half way, for 0 s");
    assert_eq!((error.kind(), server.asked().len()), (Kind::Offline, 6));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_no_request_behind() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let elsewhere = Server::start([]).await;
    let client = client_of(root, session(&elsewhere, token("given")));
    let call = tokio::spawn(async move { client.send(&incidents::List::default()).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    read_request(&mut stream).await.unwrap();
    call.abort();
    let left = stream.read(&mut [0; 64]).await.unwrap_or(0);
    assert_eq!(left, 0, "the connection is closed");
}

#[tokio::test]
async fn pages_are_fetched_only_as_they_are_taken() {
    let next = |number| format!("{{origin}}/v1.0/security/incidents?$skiptoken={number}");
    let server = Server::start((0..3).map(|number| Json(200, page(&["1"], Some(&next(number)))))).await;
    let client = client(&server);
    let mut pages = std::pin::pin!(client.pages(&incidents::List::default()));
    assert_eq!(server.asked().len(), 0);
    for taken in 1..=3 {
        pages.next().await.unwrap().unwrap();
        assert_eq!(server.asked().len(), taken);
    }
}

#[tokio::test]
async fn a_configured_proxy_carries_the_calls_and_loopback_goes_round_it() {
    let proxy = Server::start([Json(200, page(&["far"], None))]).await;
    let network = Network { proxy: Some(proxy.origin.clone()), authorities: Vec::new() };
    let at =
        |root: &str| ClientConfig { network: network.clone(), ..ClientConfig::new(root.parse().unwrap(), ambient()) };

    let near = Server::start([Json(200, page(&["near"], None))]).await;
    let client = Client::new(at(near.origin.as_str()), session(&near, token("given"))).unwrap();
    assert_eq!(&*client.send(&incidents::List::default()).await.unwrap().items[0].id, "near");
    assert_eq!(proxy.asked(), []);

    // Over TLS the proxy is asked for a tunnel, and this one answers something else.
    let client = Client::new(at("https://graph.example"), session(&near, token("given"))).unwrap();
    client.send(&incidents::List::default()).await.unwrap_err();
    assert_eq!(proxy.lines()[0], "CONNECT graph.example:443");
}

#[test]
fn authorities_that_cannot_be_read_are_told() {
    for (pem, problem) in
        [("no pem", "holds none; it must be PEM"), ("-----BEGIN CERTIFICATE-----\n*", "certificate authorities")]
    {
        let network = Network { proxy: None, authorities: pem.into() };
        let config = ClientConfig { network, ..ClientConfig::new("https://graph.example".parse().unwrap(), ambient()) };
        let elsewhere = crate::support::auth("http://127.0.0.1:1".parse().unwrap(), token("given"));
        let session = std::sync::Arc::new(watchfloor::graph::Session::new(elsewhere).unwrap());
        let error = Client::new(config, session).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}
