//! Each way to sign in beside the device code and the secret: what is sent, what may go wrong, and that no secret of it
//! reaches a message.

use crate::support::Reply::{Json, Raw};
use crate::support::{Asked, Reply, Server, advance, auth, client_of, session};
use aws_lc_rs::signature::{KeyPair, RSA_PSS_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use watchfloor::base::Secret;
use watchfloor::graph::api::incidents;
use watchfloor::graph::{AuthConfig, Credential, Kind, ManagedHost, PromptSink, Session, TokenCache};

/// Made by `openssl req -x509`.
const PEM: &str = include_str!("certificate.pem");
/// The certificate's thumbprint as openssl and base64 give it.
const THUMBPRINT: &str = "p3bsepmRuedWtt0h-jhdaldYKFPGy8IKqfEXLleThIY";

fn granted() -> Reply {
    Json(200, json!({"access_token": "hunter2-access", "expires_in": 3600}))
}

fn form(asked: &Asked) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect()
}

fn part(jwt: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

fn certificate() -> Credential {
    Credential::ClientCertificate(Secret::new(PEM))
}

fn app_service(server: &Server) -> Credential {
    let address = server.origin.join("/msi/token").unwrap();
    Credential::ManagedIdentity(ManagedHost::AppService(address, Secret::new("hunter2-header")))
}

#[tokio::test]
async fn a_certificate_signs_a_proof_that_its_public_key_verifies() {
    let server = Server::start([granted()]).await;
    session(&server, certificate()).sign_in().await.unwrap();
    let form = form(&server.asked()[0]);
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let proof = &form["client_assertion"];
    assert_eq!(part(proof, 0), json!({"alg": "PS256", "typ": "JWT", "x5t#S256": THUMBPRINT}));
    let at = 1_795_428_000;
    assert_eq!(
        part(proof, 1),
        json!({
            "aud": server.origin.join("/fabrikam.example/oauth2/v2.0/token").unwrap().as_str(), "iss": "app", "sub": "app",
            "jti": "00000000-0000-4000-8000-000000000000", "nbf": at, "iat": at, "exp": at + 300,
        })
    );
    let (signed, signature) = proof.rsplit_once('.').unwrap();
    let key = PrivatePkcs8KeyDer::from_pem_slice(PEM.as_bytes()).unwrap();
    let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let public = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key.public_key());
    public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
}

#[test]
fn a_certificate_that_cannot_sign_is_told_before_anything_is_sent() {
    let (key, certificate) = PEM.split_once("-----END PRIVATE KEY-----").unwrap();
    let key = format!("{key}-----END PRIVATE KEY-----\n");
    let cases = [
        ("", "no private key in the PEM"),
        (certificate, "no private key in the PEM"),
        (&*key, "no certificate of the private key in the PEM"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "the private key is encrypted"),
        ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", "Entra takes RSA keys only"),
    ];
    for (pem, problem) in cases {
        let credential = Credential::ClientCertificate(Secret::new(pem));
        let error = Session::new(auth("http://127.0.0.1:1".parse().unwrap(), credential)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("client certificate: {problem}")), "{error}");
    }
}

#[tokio::test]
async fn a_workloads_token_is_read_anew_for_each_sign_in() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("token");
    let server = Server::start([granted(), granted()]).await;
    let session = session(&server, Credential::WorkloadIdentity(file.clone()));
    let error = session.sign_in().await.unwrap_err().to_string();
    assert!(error.starts_with("cannot read the federated token"), "{error}");
    for text in ["first\n", "second"] {
        fs::write(&file, text).unwrap();
        session.sign_in().await.unwrap();
        advance(Duration::from_secs(3_600));
    }
    let assertions: Vec<String> = server.asked().iter().map(|asked| form(asked)["client_assertion"].clone()).collect();
    assert_eq!(assertions, ["first", "second"]);
}

#[tokio::test]
async fn a_machine_asks_its_metadata_service_and_patiently() {
    let busy = || Json(429, json!({"error": "too_many_requests"}));
    let token = Json(200, json!({"access_token": "t", "expires_on": "1795431600", "token_type": "Bearer"}));
    let server = Server::start([busy(), Raw(404, "", ""), token]).await;
    let host = ManagedHost::Machine(server.origin.clone());
    session(&server, Credential::ManagedIdentity(host)).sign_in().await.unwrap();
    let asked = server.asked();
    let resource = format!("http%3A%2F%2F127.0.0.1%3A{}", server.origin.port().unwrap());
    let line = format!("GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource={resource}&client_id=app");
    assert!(asked.iter().all(|asked| asked.line == line && asked.has("metadata: true")), "{asked:?}");
    assert_eq!(crate::support::pauses(), [800, 1_600]);

    let missing = Json(400, json!({"error": "invalid_request", "error_description": "Identity not found"}));
    let server = Server::start([missing]).await;
    let host = ManagedHost::Machine(server.origin.clone());
    let error = session(&server, Credential::ManagedIdentity(host)).sign_in().await.unwrap_err();
    assert_eq!(error.to_string(), "sign-in refused: Identity not found");
    let far = Credential::ManagedIdentity(ManagedHost::Machine("http://192.0.2.1".parse().unwrap()));
    let error = Session::new(auth(server.origin.clone(), far)).unwrap_err();
    assert_eq!(error.to_string(), "http://192.0.2.1 is no address of a managed identity");
}

#[tokio::test]
async fn an_app_service_shows_its_header() {
    let server = Server::start([granted()]).await;
    session(&server, app_service(&server)).sign_in().await.unwrap();
    let asked = &server.asked()[0];
    assert!(asked.line.starts_with("GET /msi/token?api-version=2019-08-01&resource="), "{}", asked.line);
    assert!(asked.has("x-identity-header: hunter2-header"));
}

/// A program that stands for `az`: notes what it was asked, then does as `script` says.
#[cfg(unix)]
fn azure_cli(directory: &Path, script: &str) -> Credential {
    use std::os::unix::fs::PermissionsExt;
    let program = directory.join("az");
    let asked = directory.join("asked");
    fs::write(&program, format!("#!/bin/sh\necho \"$@\" > {}\n{script}\n", asked.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    Credential::AzureCli(program)
}

#[cfg(unix)]
#[tokio::test]
async fn the_azure_cli_is_asked_for_a_token_of_the_tenant() {
    let directory = TempDir::new().unwrap();
    let server = Server::start([]).await;
    let answer = r#"echo '{"accessToken": "t", "expiresOn": "2026-11-23 11:00:00.000000", "expires_on": 1795431600}'"#;
    session(&server, azure_cli(directory.path(), answer)).sign_in().await.unwrap();
    let asked = fs::read_to_string(directory.path().join("asked")).unwrap();
    let resource = server.origin.as_str().trim_end_matches('/');
    assert_eq!(
        asked.trim(),
        format!("account get-access-token --output json --resource {resource} --tenant=fabrikam.example")
    );
    let cases = [
        (
            "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
            "the Azure CLI gives no token: Please run 'az login' to setup account.",
            "run az login, then try again",
        ),
        (
            "echo 'ERROR: AADSTS50076: Due to a configuration change' >&2; exit 1",
            "sign-in refused: multi-factor authentication is required (AADSTS50076)",
            "run az login, then try again",
        ),
        (
            "echo 'ERROR: AADSTS53000: Device is not in required device state' >&2; exit 1",
            "sign-in refused: a Conditional Access policy wants a compliant device (AADSTS53000)",
            "open the page on a device that your organisation manages",
        ),
        ("echo no json", "unexpected answer from the login service: the Azure CLI printed no token", "something else"),
    ];
    for (script, words, remedy) in cases {
        let error = session(&server, azure_cli(directory.path(), script)).sign_in().await.unwrap_err();
        assert_eq!(error.to_string(), words);
        assert!(error.remedy().starts_with(remedy), "{}", error.remedy());
    }
    let missing = Credential::AzureCli(directory.path().join("none"));
    let error = session(&server, missing).sign_in().await.unwrap_err();
    assert_eq!(error.to_string(), "the Azure CLI is not installed");
}

/// A refusal with a challenge for `claims`.
fn challenged(claims: &str) -> Reply {
    let header = format!(
        "www-authenticate: Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{}\"\r\n",
        STANDARD.encode(claims)
    );
    let body = r#"{"error": {"code": "InvalidAuthenticationToken", "message": "Continuous access evaluation"}}"#;
    Raw(401, Box::leak(header.into_boxed_str()), body)
}

const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1795428000"}}}"#;
const CLAIMS_SENT: &str =
    r#"{"access_token":{"nbf":{"essential":true,"value":"1795428000"},"xms_cc":{"values":["cp1"]}}}"#;

#[tokio::test]
async fn a_challenge_leads_to_a_token_with_the_claims() {
    let listed = || Json(200, json!({"value": []}));
    let plain = Json(401, json!({"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}));
    let server = Server::start([granted(), plain, granted(), challenged(CLAIMS), granted(), listed()]).await;
    let client = client_of(server.origin.clone(), session(&server, certificate()));
    client.send(&incidents::List::default()).await.unwrap();
    let asked = server.asked();
    let usual = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    assert_eq!([0, 2, 4].map(|at| form(&asked[at])["claims"].clone()), [usual, usual, CLAIMS_SENT]);
}

#[tokio::test]
async fn a_challenge_asks_the_person_only_where_the_refresh_token_does_not_do() {
    let code = || Json(200, json!({"device_code": "d", "user_code": "U", "verification_uri": "https://x.example"}));
    let first = || Json(200, json!({"access_token": "t1", "expires_in": 3600, "refresh_token": "r1"}));
    let wanted = Json(400, json!({"error": "interaction_required", "error_codes": [50_076], "error_description": ""}));
    let listed = || Json(200, json!({"value": []}));
    for (replies, prompts) in [
        (vec![code(), first(), challenged(CLAIMS), first(), listed()], 1),
        (vec![code(), first(), challenged(CLAIMS), wanted, code(), first(), listed()], 2),
    ] {
        let server = Server::start(replies).await;
        let shown = Arc::new(Mutex::new(0));
        let count = Arc::clone(&shown);
        let sink = PromptSink::new(move |_| *count.lock().unwrap() += 1);
        let client = client_of(server.origin.clone(), session(&server, Credential::DeviceCode(sink)));
        client.send(&incidents::List::default()).await.unwrap();
        assert_eq!(*shown.lock().unwrap(), prompts);
        let renewal = form(&server.asked()[3]);
        assert_eq!((&*renewal["refresh_token"], &*renewal["claims"]), ("r1", CLAIMS_SENT));
    }
}

#[tokio::test]
async fn a_given_token_for_another_cloud_is_told_as_such() {
    let token = |claims: Value| {
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        Credential::Token(Secret::new(format!("e30.{claims}.x")))
    };
    let sign_in = async |credential| {
        let config = auth("https://graph.microsoft.com".parse().unwrap(), credential);
        Session::new(config).unwrap().sign_in().await
    };
    let error = sign_in(token(json!({"aud": "https://graph.microsoft.us"}))).await.unwrap_err();
    assert_eq!(error.to_string(), "wrong cloud: the token is for usgov, the profile for global");
    assert_eq!(error.remedy(), "set cloud = \"usgov\" in the profile, or get a token there");
    for good in [json!({"aud": "https://graph.microsoft.com/"}), json!({"aud": "0000-c000"})] {
        assert_eq!(sign_in(token(good)).await, Ok(()));
    }
}

/// How a person signs in at `server` with sign-ins kept at `path`.
fn kept(server: &Server, path: &Path) -> AuthConfig {
    let credential = Credential::DeviceCode(PromptSink::new(|_| {}));
    AuthConfig { cache: Some(TokenCache::at(path.to_owned())), ..auth(server.origin.clone(), credential) }
}

#[cfg(unix)]
#[tokio::test]
async fn a_sign_in_is_kept_for_the_next_run_and_forgotten_on_demand() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("state/tokens");
    let code = Json(200, json!({"device_code": "d", "user_code": "U", "verification_uri": "https://x.example"}));
    let first = Json(200, json!({"access_token": "t1", "expires_in": 3600, "refresh_token": "r1"}));
    let second = Json(200, json!({"access_token": "t2", "expires_in": 3600, "refresh_token": "r2"}));
    let server = Server::start([code, first, second]).await;
    Session::new(kept(&server, &path)).unwrap().sign_in().await.unwrap();
    Session::new(kept(&server, &path)).unwrap().sign_in().await.unwrap();
    assert_eq!(form(&server.asked()[2])["refresh_token"], "r1");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.ends_with("\tr2\n") && !text.contains("t2"), "only the newest refresh token: {text}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);

    let cache = TokenCache::at(path.clone());
    assert_eq!(cache.forget(&kept(&server, &path)).await, Ok(true));
    assert!(!path.exists());
    assert_eq!(cache.forget(&kept(&server, &path)).await, Ok(false));
}

#[cfg(unix)]
#[tokio::test]
async fn a_cache_that_others_could_read_or_plant_is_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = TempDir::new().unwrap();
    let server = Server::start([]).await;
    let (real, link) = (directory.path().join("real"), directory.path().join("link"));
    fs::write(&real, "a\tb\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    for (path, problem) in [(&real, "others may read or write it"), (&link, "it is a link")] {
        let error = Session::new(kept(&server, path)).unwrap().sign_in().await.unwrap_err();
        assert_eq!(error.to_string(), format!("token cache {}: {problem}", path.display()));
        assert!(error.remedy().starts_with("run `watchfloor logout`"), "{}", error.remedy());
    }
    assert_eq!(TokenCache::at(link.clone()).clear().await, Ok(true));
    assert!(real.exists() && !link.exists(), "the link goes, not what it points to");
    assert_eq!(server.asked(), [], "nothing was sent");
}

#[cfg(unix)]
#[tokio::test]
async fn runs_that_sign_in_at_once_lose_nothing_of_each_other() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("tokens");
    let stores = (0..20).map(|number| {
        let cache = TokenCache::at(path.clone());
        async move { cache.store(format!("place {number}"), Some(Secret::new(format!("r{number}")))).await }
    });
    assert!(futures_util::future::join_all(stores).await.into_iter().all(|stored| stored.is_ok()));
    let cache = TokenCache::at(path);
    for number in 0..20 {
        let token = cache.load(format!("place {number}")).await.unwrap();
        assert_eq!(token, Some(Secret::new(format!("r{number}"))));
    }
}

/// Whatever a server echoes of what it was sent, nothing of it that is secret is told.
#[tokio::test]
async fn no_secret_of_any_flow_reaches_a_message() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("token");
    fs::write(&file, "hunter2-federated").unwrap();
    for at in 0..4 {
        let probe = Server::start([Raw(400, "", "{}")]).await;
        let make = |server: &Server| match at {
            0 => certificate(),
            1 => Credential::WorkloadIdentity(file.clone()),
            2 => app_service(server),
            _ => Credential::ClientSecret(Secret::new("hunter2-secret")),
        };
        // What is sent the first time is what an echo would hold.
        session(&probe, make(&probe)).sign_in().await.unwrap_err();
        let asked = probe.asked()[0].clone();
        let sent = form(&asked);
        let secret = ["client_assertion", "client_secret"].iter().find_map(|name| sent.get(*name));
        let secret = secret.cloned().or(asked.header("x-identity-header").map(str::to_owned)).unwrap();
        let needle = if at == 0 { "eyJ" } else { "hunter2" };
        assert!(secret.contains(needle), "{secret}");
        let refusal = json!({"error": "x", "error_description": format!("AADSTS1: you sent {secret}")});
        let page: &'static str = Box::leak(format!("<html>{secret}</html>").into_boxed_str());
        for reply in [Json(400, refusal), Raw(502, "", page)] {
            let server = Server::start([reply]).await;
            let config = auth(server.origin.clone(), make(&server));
            let config_text = format!("{config:?}");
            let session = Arc::new(Session::new(config).unwrap());
            let client = client_of(server.origin.clone(), Arc::clone(&session));
            let error = client.send(&incidents::List::default()).await.unwrap_err();
            assert!(matches!(error.kind(), Kind::SignIn | Kind::Offline), "{error}");
            let told = [config_text, format!("{session:?} {client:?}"), format!("{error} {error:?}"), error.remedy()];
            for text in told {
                assert!(!text.contains("hunter2") && !text.contains("PRIVATE"), "{text}");
                // A proof is fresh each time; only the one echoed could be repeated.
                assert!(at == 0 || !text.contains(&secret), "{text}");
            }
        }
    }
}
