//! Signing in: each flow, its refusals, and that one sign-in serves all.

use crate::support::Reply::{Cut, Json, Raw, Stall};
use crate::support::{Reply, Server, advance, auth, client_of, pauses, session, token};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use watchfloor::base::Secret;
use watchfloor::graph::api::incidents;
use watchfloor::graph::{Client, Credential, Error, Kind, Prompt, PromptSink, Session, SignInError};

fn secret() -> Credential {
    Credential::ClientSecret(Secret::new("hunter2"))
}

fn granted(access: &str) -> Reply {
    Json(200, json!({"token_type": "Bearer", "expires_in": 3599, "access_token": access}))
}

fn refused(error: &str, code: u32, description: &str) -> Reply {
    Json(400, json!({"error": error, "error_codes": [code], "error_description": description, "correlation_id": "c-7"}))
}

fn listed() -> Reply {
    Json(200, json!({"value": []}))
}

fn unauthorized() -> Reply {
    Json(401, json!({"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed"}}))
}

fn client(server: &Server, session: Arc<Session>) -> Client {
    client_of(server.origin.clone(), session)
}

#[tokio::test]
async fn a_client_secret_is_exchanged_for_a_token() {
    let server = Server::start([granted("t1"), listed(), listed()]).await;
    let client = client(&server, session(&server, secret()));
    client.send(&incidents::List::default()).await.unwrap();
    client.send(&incidents::List::default()).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /fabrikam.example/oauth2/v2.0/token");
    let scope = format!("scope=http%3A%2F%2F127.0.0.1%3A{}%2F.default", server.origin.port().unwrap());
    let claims = "claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D%7D";
    let expected = format!("grant_type=client_credentials&client_id=app&client_secret=hunter2&{scope}&{claims}");
    assert_eq!(asked[0].body, expected);
    assert!(asked[1].has("authorization: Bearer t1"));
    assert_eq!(asked.len(), 3, "the token is kept");
}

#[tokio::test]
async fn ten_calls_wait_for_one_sign_in() {
    let server = Server::start([granted("t1")].into_iter().chain((0..10).map(|_| listed()))).await;
    let client = client(&server, session(&server, secret()));
    let list = incidents::List::default();
    let outcomes = join_all((0..10).map(|_| client.send(&list))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.lines().iter().filter(|line| line.starts_with("POST")).count(), 1);
}

#[tokio::test]
async fn ten_calls_share_one_failed_sign_in() {
    let server = Server::start([refused("invalid_client", 7_000_215, "AADSTS7000215: Invalid client secret.")]).await;
    let client = client(&server, session(&server, secret()));
    let list = incidents::List::default();
    let outcomes = join_all((0..10).map(|_| client.send(&list))).await;
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), Kind::SignIn);
        assert_eq!(error.to_string(), "list incidents: sign-in refused: the client secret is wrong (AADSTS7000215)");
        assert_eq!(error.request_id(), Some("c-7".into()));
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_and_the_old_one_serves_if_that_fails() {
    let server = Server::start([granted("t1"), listed(), Cut, listed(), granted("t2"), listed()]).await;
    let client = client(&server, session(&server, secret()));
    let list = incidents::List::default();
    client.send(&list).await.unwrap();
    advance(Duration::from_secs(3_400));
    client.send(&list).await.unwrap();
    client.send(&list).await.unwrap();
    let tokens: Vec<_> = server.asked().iter().filter_map(|a| a.header("authorization").map(str::to_owned)).collect();
    assert_eq!(tokens, ["Bearer t1", "Bearer t1", "Bearer t2"]);
}

#[tokio::test]
async fn a_401_is_worth_one_fresh_token() {
    let server = Server::start([granted("t1"), unauthorized(), granted("t2"), listed()]).await;
    client(&server, session(&server, secret())).send(&incidents::List::default()).await.unwrap();
    assert!(server.asked()[3].has("authorization: Bearer t2"));

    let server = Server::start([granted("t1"), unauthorized(), granted("t2"), unauthorized()]).await;
    let error = client(&server, session(&server, secret())).send(&incidents::List::default()).await.unwrap_err();
    assert_eq!((error.kind(), server.asked().len()), (Kind::SignIn, 4));
}

#[tokio::test]
async fn a_given_token_cannot_be_renewed() {
    let server = Server::start([unauthorized()]).await;
    let error = client(&server, session(&server, token("t"))).send(&incidents::List::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "list incidents: the token given is no longer accepted");
    assert!(error.remedy().starts_with("give a new token"), "{}", error.remedy());
}

/// Runs a device code sign-in against `replies` after the code itself.
async fn by_device_code(replies: impl IntoIterator<Item = Reply>) -> (Result<(), SignInError>, Vec<Prompt>, Server) {
    let code = Json(
        200,
        json!({"device_code": "hush", "user_code": "ABCD-EFGH", "verification_uri": "https://login.example/device",
               "expires_in": 60, "interval": 5, "message": "To sign in, open the page and enter ABCD-EFGH."}),
    );
    let server = Server::start([code].into_iter().chain(replies)).await;
    let prompts = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&prompts);
    let sink = PromptSink::with_end(move |prompt| shown.lock().unwrap().push(prompt));
    let session = session(&server, Credential::DeviceCode(sink));
    let outcome = session.sign_in().await;
    let mut prompts = prompts.lock().unwrap().clone();
    assert_eq!(prompts.pop(), Some(None), "the end is told");
    let prompts = prompts.into_iter().flatten().collect();
    (outcome, prompts, server)
}

fn pending() -> Reply {
    refused("authorization_pending", 70_016, "AADSTS70016: pending")
}

#[tokio::test]
async fn a_device_code_is_shown_and_polled_until_approved() {
    let slower = refused("slow_down", 0, "");
    let (outcome, prompts, server) = by_device_code([pending(), slower, Cut, granted("t1")]).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        prompts,
        [Prompt {
            user_code: "ABCD-EFGH".into(),
            verification_uri: "https://login.example/device".into(),
            message: "To sign in, open the page and enter ABCD-EFGH.".into(),
            expires: "2026-11-23T10:01:00Z".parse().unwrap(),
        }]
    );
    assert_eq!(pauses(), [5_000, 5_000, 10_000, 10_000]);
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /fabrikam.example/oauth2/v2.0/devicecode");
    assert!(asked[0].body.contains("%2F.default+offline_access+openid+profile&claims="), "{}", asked[0].body);
    let form =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=app&device_code=hush&claims=";
    assert!(asked[1].body.starts_with(form), "{}", asked[1].body);
}

#[tokio::test]
async fn a_device_code_that_comes_to_nothing_says_why() {
    let declined = refused("authorization_declined", 70_018, "");
    assert_eq!(by_device_code([pending(), declined]).await.0, Err(SignInError::Declined));
    assert_eq!(by_device_code([refused("access_denied", 0, "")]).await.0, Err(SignInError::Declined));
    assert_eq!(by_device_code([refused("expired_token", 70_020, "")]).await.0, Err(SignInError::Expired));
    let (outcome, _, server) = by_device_code((0..100).map(|_| pending())).await;
    assert_eq!(outcome, Err(SignInError::Expired));
    assert_eq!(server.asked().len(), 13, "a minute of polls every five seconds, and the code");
    let public = refused("invalid_client", 7_000_218, "AADSTS7000218: The request body must contain ...");
    let error = by_device_code([public]).await.0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sign-in refused: the app registration does not allow public clients (AADSTS7000218)"
    );
    let bad = refused("bad_verification_code", 0, "");
    let error = by_device_code([bad]).await.0.unwrap_err();
    assert_eq!(error.to_string(), "the login service does not know the sign-in code");
    assert_eq!(error.remedy(), "sign in again for a new code");
    let blocked = refused("access_denied", 53_003, "AADSTS53003: Access has been blocked.");
    let error = by_device_code([blocked]).await.0.unwrap_err().to_string();
    assert_eq!(error, "sign-in refused: a Conditional Access policy blocks this sign-in (AADSTS53003)");
}

#[tokio::test]
async fn a_login_service_in_trouble_is_asked_again_as_it_says() {
    let busy = |headers| Raw(503, headers, r#"{"error": "temporarily_unavailable", "error_codes": [90033]}"#);
    let server = Server::start([busy("retry-after: 7\r\n"), busy(""), granted("t1")]).await;
    session(&server, secret()).sign_in().await.unwrap();
    assert_eq!(pauses(), [7_000, 2_000]);

    let server = Server::start([busy(""), busy(""), busy("")]).await;
    let error = session(&server, secret()).sign_in().await.unwrap_err();
    assert_eq!(error.to_string(), "sign-in refused: Microsoft's sign-in service is in trouble (AADSTS90033)");
    assert_eq!((error.remedy(), server.asked().len()), ("try again later".to_owned(), 3));

    let server = Server::start([busy("retry-after: 600\r\n"), granted("t1")]).await;
    session(&server, secret()).sign_in().await.unwrap_err();
    assert_eq!(server.asked().len(), 1, "nobody waits ten minutes unasked");
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_ends_for_all_who_wait_and_can_begin_anew() {
    let code = |code: &str| {
        Json(
            200,
            json!({"device_code": code, "user_code": code, "verification_uri": "https://x.example", "interval": 0}),
        )
    };
    // The poll is never answered.
    let server = Server::start([code("first"), Stall, code("second"), granted("t1"), listed()]).await;
    let (tell, mut shown) = tokio::sync::mpsc::unbounded_channel();
    let sink = PromptSink::new(move |prompt| tell.send(prompt.user_code).unwrap());
    let session = session(&server, Credential::DeviceCode(sink));
    session.cancel_sign_in();
    let client = client(&server, Arc::clone(&session));
    let list = incidents::List::default();
    let waiting = join_all((0..3).map(|_| client.send(&list)));
    let give_up = async {
        assert_eq!(shown.recv().await, Some("first".into()), "giving up before there is a sign-in stops none");
        // The poll is on its way before it is given up.
        while server.asked().len() < 2 {
            tokio::task::yield_now().await;
        }
        session.cancel_sign_in();
    };
    let (outcomes, ()) = tokio::join!(waiting, give_up);
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (Kind::SignIn, "list incidents: the sign-in was given up".to_owned())
        );
        assert_eq!(error.remedy(), "try again to sign in");
    }
    assert_eq!(server.asked().len(), 2, "one code, one poll, and no more");

    client.send(&list).await.unwrap();
    assert_eq!(shown.recv().await, Some("second".into()));
}

#[tokio::test]
async fn a_refresh_token_spares_the_person_until_it_ends() {
    let first = Json(200, json!({"access_token": "t1", "expires_in": 3600, "refresh_token": "r1"}));
    let second = Json(200, json!({"access_token": "t2", "expires_in": 3600}));
    let code = || Json(200, json!({"device_code": "d", "user_code": "U", "verification_uri": "https://x.example"}));
    let ended = refused("invalid_grant", 700_082, "AADSTS700082: expired due to inactivity");
    let server = Server::start([code(), first, second, ended, code(), granted("t3")]).await;
    let session = session(&server, Credential::DeviceCode(PromptSink::new(|_| {})));
    for _ in 0..3 {
        session.sign_in().await.unwrap();
        advance(Duration::from_secs(3_600));
    }
    let bodies: Vec<String> = server.asked().into_iter().map(|asked| asked.body).collect();
    for (at, part) in [(2, "&refresh_token=r1&"), (3, "&refresh_token=r1&"), (5, "&device_code=d")] {
        assert!(bodies[at].contains(part), "{at}: {}", bodies[at]);
    }
    assert_eq!(bodies.len(), 6);
}

#[tokio::test]
async fn no_error_and_no_debug_text_repeats_a_secret() {
    let echo = refused("invalid_client", 1, "AADSTS1: you sent hunter2");
    let html = Raw(502, "", "<html>hunter2</html>");
    for reply in [echo, html] {
        let server = Server::start([reply]).await;
        let config = auth(server.origin.clone(), secret());
        let config_text = format!("{config:?}");
        let session = Arc::new(Session::new(config).unwrap());
        let client = client(&server, Arc::clone(&session));
        let error = client.send(&incidents::List::default()).await.unwrap_err();
        assert!(matches!(error, Error::SignIn { .. }), "{error}");
        let texts = [config_text, format!("{session:?}"), error.to_string(), format!("{error:?}"), error.remedy()];
        for text in texts {
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}

#[test]
fn a_secret_is_not_sent_in_the_clear() {
    let error = Session::new(auth("http://login.microsoftonline.com".parse().unwrap(), secret())).unwrap_err();
    assert_eq!(error.to_string(), "http://login.microsoftonline.com is plain http, which is allowed on loopback only");
    let config = watchfloor::graph::AuthConfig {
        tenant: String::new(),
        ..auth("https://login.microsoftonline.com".parse().unwrap(), secret())
    };
    assert_eq!(Session::new(config).unwrap_err().to_string(), "no tenant is named");
}
