//! Every refusal becomes one error that says what, why and what to do.

use crate::support::Reply::{Json, Raw};
use crate::support::{Reply, Server, ambient, client, session, token};
use serde_json::{Value, json};
use watchfloor::graph::api::{hunting, incidents};
use watchfloor::graph::{Client, ClientConfig, Error, Kind};

/// Graph's error body.
fn body(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message, "innerError": {
        "date": "2026-11-23T10:00:00", "request-id": "r-1", "client-request-id": "c-1"
    }}})
}

async fn listing(reply: Reply) -> Error {
    let server = Server::start([reply]).await;
    client(&server).send(&incidents::List::default()).await.unwrap_err()
}

#[tokio::test]
async fn refusals_are_told_apart_and_name_a_remedy() {
    let missing_roles = "Missing application roles. API required roles: SecurityIncident.Read.All,\
                         SecurityIncident.ReadWrite.All, application roles: Policy.Read.All,User.Read.All.";
    let cases = [
        (403, "Forbidden", missing_roles, Kind::Permission, "the app needs SecurityIncident.Read.All, granted with an"),
        (
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
            Kind::Permission,
            "the app needs SecurityIncident.Read.All, granted",
        ),
        (
            403,
            "",
            "You do not have the required permissions to access this item.",
            Kind::Role,
            "your account needs a role: Security Reader",
        ),
        (
            403,
            "Forbidden",
            "Your tenant is not licensed for this feature.",
            Kind::License,
            "the tenant has no licence for this",
        ),
        (
            403,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
            Kind::License,
            "the tenant has no licence for this",
        ),
        (
            401,
            "Unauthorized",
            "Unauthorized request - Account is not provisioned.",
            Kind::License,
            "Microsoft Defender XDR is not set up in this tenant",
        ),
        (
            404,
            "UnknownError",
            "",
            Kind::NotFound,
            "the tenant has no Defender workload behind this, or the profile names another cloud",
        ),
        (
            400,
            "",
            "The query specified in the URI is not valid. The limit of '50' for Top query has been exceeded. The value \
             from the incoming request is '100'.",
            Kind::Invalid,
            "change the filter",
        ),
        (500, "InternalServerError", "", Kind::Service, "the service is in trouble"),
    ];
    for (status, code, message, kind, remedy) in cases {
        let error = listing(Json(status, body(code, message))).await;
        assert_eq!((error.status(), error.kind()), (Some(status), kind), "{error}");
        assert!(error.remedy().starts_with(remedy), "{error}: {}", error.remedy());
        assert_eq!(error.request_id(), Some("r-1".into()), "{error}");
        assert!(!error.to_string().ends_with('.') && !error.remedy().ends_with('.'), "{error}");
    }
}

#[tokio::test]
async fn a_write_without_permission_names_the_permission_to_write() {
    let server = Server::start([Json(403, body("Forbidden", "Missing application roles."))]).await;
    let comment = incidents::AddComment { id: "29".to_owned(), comment: "x".to_owned() };
    let error = client(&server).send(&comment).await.unwrap_err();
    assert_eq!(
        error.remedy(),
        "the app needs SecurityIncident.ReadWrite.All, granted with an administrator's consent; then sign in again. \
         Reading works without it"
    );
}

#[tokio::test]
async fn kustos_words_reach_the_analyst() {
    let message = "'where' operator: Failed to resolve column or scalar expression named 'X'. Fix semantic errors in \
                   your query.";
    let server = Server::start([Json(400, body("BadRequest", message))]).await;
    let query = hunting::Run { query: "AlertInfo | where X".to_owned(), timespan: None };
    let error = client(&server).send(&query).await.unwrap_err();
    assert_eq!(error.kind(), Kind::BadQuery);
    let Error::Refused(refusal) = &error else { panic!("{error}") };
    assert_eq!(refusal.message.raw(), message);
    assert_eq!(
        error.to_string(),
        "run hunting query: the query was refused (400 BadRequest): 'where' operator: Failed to resolve column or \
         scalar expression named 'X'. Fix semantic errors in your query"
    );
}

#[tokio::test]
async fn a_body_that_is_not_graphs_is_kept_short_and_safe() {
    let long: &'static str = Box::leak(format!("<html>\u{1b}[2J{}", "é".repeat(5_000)).into_boxed_str());
    for status in [403, 404, 500] {
        let error = listing(Raw(status, "content-type: text/html\r\n", long)).await;
        let Error::Refused(refusal) = &error else { panic!("{error}") };
        assert_eq!((error.kind(), refusal.is_graph), (Kind::Service, false));
        assert_eq!(refusal.message.raw().chars().count(), 200);
        assert!(
            error.to_string().starts_with(&format!("list incidents: the service failed ({status}): <html><U+001B>"))
        );
        assert!(error.remedy().starts_with("something on the way to Graph answered"), "{}", error.remedy());
    }
    for text in ["<html>captive portal</html>", "", "[]", "{\"value\": 3}"] {
        let error = listing(Raw(200, "", text)).await;
        assert_eq!(error.kind(), Kind::Shape, "{text:?}");
    }
}

#[tokio::test]
async fn ids_for_support_come_from_headers_where_the_body_has_none() {
    let error = listing(Raw(500, "request-id: r-9\r\n", "")).await;
    assert_eq!(error.request_id(), Some("r-9".into()));
    let error = listing(Raw(500, "", r#"{"error": {"code": "x", "innererror": {"request-id": "r-8"}}}"#)).await;
    assert_eq!(error.request_id(), Some("r-8".into()));
    let error = listing(Raw(500, "", "")).await;
    assert_eq!(error.request_id(), Some("00000000-0000-4000-8000-000000000000".into()));
}

#[tokio::test]
async fn no_error_repeats_the_token() {
    let server = Server::start([Json(500, body("given", "your token given is given"))]).await;
    let client = client(&server);
    let error = client.send(&incidents::List::default()).await.unwrap_err();
    let Error::Refused(refusal) = &error else { panic!("{error}") };
    assert_eq!(refusal.message.raw(), "your token *** is ***");
    for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}"), error.remedy(), format!("{client:?}")]
    {
        assert!(!text.contains("given"), "{text}");
    }
}

#[tokio::test]
async fn an_address_that_cannot_serve_is_refused_at_once() {
    let cases = [
        ("http://graph.microsoft.com", "http://graph.microsoft.com is plain http, which is allowed on loopback only"),
        ("https://microsoftgraph.chinacloudapi.cn", "Graph has no incidents, alerts or hunting in the cloud china"),
    ];
    let server = Server::start([]).await;
    for (root, problem) in cases {
        let config = ClientConfig::new(root.parse().unwrap(), ambient());
        let error = Client::new(config, session(&server, token("t"))).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (Kind::Invalid, format!("connect to Graph: {problem}")));
    }
}
