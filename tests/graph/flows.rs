//! Each way to sign in against the lab's login service, which was written from the documentation and not from the client.

use crate::support::auth;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use url::Url;
use watchfloor::base::{Secret, Timestamp};
use watchfloor::graph::api::incidents;
use watchfloor::graph::{
    Ambient, AuthConfig, Client, ClientConfig, Credential, ManagedHost, PromptSink, Session, SignInError, TokenCache,
};
use watchfloor::lab::generate::generate;
use watchfloor::lab::{Lab, LabConfig, LabOptions, Running, Scale};

/// The app the lab has for managed identities.
const MANAGED: &str = "2c9d51e7-80ab-4b36-a3d4-5e1f7c620d98";

async fn lab(faults: &[&str]) -> Running {
    let config = LabConfig { seed: 7, anchor: Timestamp::now(), scale: Scale::SMALL };
    let options = LabOptions {
        device_poll_interval: Duration::ZERO,
        faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
        ..LabOptions::default()
    };
    Lab::start_with(generate(&config), config, options).await.unwrap()
}

/// How `credential` signs in at `lab`, by the machine's own clock: the lab checks the times of proofs.
fn config(lab: &Running, credential: Credential) -> AuthConfig {
    let root: Url = lab.addresses.base_url.parse().unwrap();
    AuthConfig {
        tenant: lab.addresses.tenant_id.clone(),
        client_id: lab.addresses.client_id.clone(),
        ambient: Ambient::system(Timestamp::now),
        ..auth(root, credential)
    }
}

fn client(config: AuthConfig) -> Client {
    let client_config = ClientConfig::new(config.graph_root.clone(), config.ambient);
    Client::new(client_config, std::sync::Arc::new(Session::new(config).unwrap())).unwrap()
}

/// What the lab tells a workload of its surroundings.
async fn surroundings(lab: &Running) -> Value {
    let address = format!("{}/lab/identity/workload", lab.addresses.base_url);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(address).send().await.unwrap().json().await.unwrap()
}

fn by_code(lab: &Running) -> Credential {
    let analyst = lab.analyst.clone();
    Credential::DeviceCode(PromptSink::new(move |prompt| assert!(analyst.approve(prompt.user_code.raw()))))
}

#[tokio::test]
async fn certificate_workload_and_machine_are_let_in() {
    let lab = lab(&[]).await;
    let told = surroundings(&lab).await;
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("token");
    fs::write(&file, told["federated_token"].as_str().unwrap()).unwrap();
    let service: Url = told["IDENTITY_ENDPOINT"].as_str().unwrap().parse().unwrap();
    let header = Secret::new(told["IDENTITY_HEADER"].as_str().unwrap());
    let managed =
        |host| AuthConfig { client_id: MANAGED.to_owned(), ..config(&lab, Credential::ManagedIdentity(host)) };
    let configs = [
        config(&lab, Credential::ClientCertificate(Secret::new(include_str!("certificate.pem")))),
        config(&lab, Credential::WorkloadIdentity(file)),
        managed(ManagedHost::Machine(lab.addresses.base_url.parse().unwrap())),
        managed(ManagedHost::AppService(service, header)),
    ];
    for config in configs {
        let name = format!("{:?}", config.credential);
        let client = client(config);
        let list = incidents::List { top: 1, ..incidents::List::default() };
        assert_eq!(client.send(&list).await.unwrap().items.len(), 1, "{name}");
        assert_eq!(client.session().identity().unwrap().upn, None, "{name}");
    }
}

#[tokio::test]
async fn a_challenge_is_met_without_asking_the_person_again() {
    let lab = lab(&["claims"]).await;
    let client = client(config(&lab, by_code(&lab)));
    let list = incidents::List { top: 1, ..incidents::List::default() };
    assert_eq!(client.send(&list).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn refusals_are_told_in_plain_words() {
    let secret = |lab: &Running| Credential::ClientSecret(lab.addresses.client_secret.clone());
    for (fault, words) in [
        ("consent-missing", "sign-in refused: nobody has consented to the app's permissions (AADSTS65001)"),
        ("conditional-access", "sign-in refused: a Conditional Access policy blocks this sign-in (AADSTS53003)"),
        ("wrong-secret", "sign-in refused: the client secret is wrong (AADSTS7000215)"),
        ("wrong-tenant", "sign-in refused: there is no such tenant (AADSTS90002)"),
    ] {
        let lab = lab(&[fault]).await;
        let error = Session::new(config(&lab, secret(&lab))).unwrap().sign_in().await.unwrap_err();
        assert_eq!(error.to_string(), words);
        assert!(error.correlation_id().is_some(), "{fault}: for support");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_kept_sign_in_serves_the_next_run_until_it_is_revoked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("tokens");
    let lab = lab(&[]).await;
    let kept = |credential| AuthConfig {
        cache: Some(TokenCache::at(Path::new(&path).to_owned())),
        ..config(&lab, credential)
    };
    Session::new(kept(by_code(&lab))).unwrap().sign_in().await.unwrap();
    let silent = Credential::DeviceCode(PromptSink::new(|prompt| panic!("asked again: {prompt:?}")));
    Session::new(kept(silent)).unwrap().sign_in().await.unwrap();
    assert_eq!(TokenCache::at(path.clone()).forget(&kept(by_code(&lab))).await, Ok::<bool, SignInError>(true));
    assert!(!path.exists());
}
