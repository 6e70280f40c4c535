//! HTTPS: what Microsoft's own clients ask for before they send a token.

use super::support::tenant;
use reqwest::Certificate;
use serde_json::Value;
use std::path::Path;
use watchfloor::lab::tls::{Tls, TlsError};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Scale};

/// A certificate for `localhost` and its key, made for tests.
const PEM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/localhost.pem");

#[tokio::test]
async fn over_https_all_links_and_endpoints_are_https() {
    let tls = Tls::read(Path::new(PEM), Path::new(PEM)).unwrap();
    let config = LabConfig { seed: 1, anchor: super::support::at(super::support::NOW), scale: Scale::SMALL };
    let options = LabOptions { tls: Some(tls), ..LabOptions::default() };
    let lab = Lab::start_with(tenant(), config, options).await.unwrap();
    let addresses = &lab.addresses;
    let base = addresses.base_url.as_str();
    assert!(base.starts_with("https://localhost:"), "{base}");
    let authority = Certificate::from_pem_bundle(&std::fs::read(PEM).unwrap()).unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_merge(authority).build().unwrap();
    let get = async |path: &str| {
        let request = http.get(format!("{base}{path}")).bearer_auth(addresses.token.reveal());
        serde_json::from_str::<Value>(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    };
    let page = get("/v1.0/security/incidents?$top=1").await;
    for link in ["@odata.context", "@odata.nextLink"] {
        assert!(page[link].as_str().unwrap().starts_with(base), "{page}");
    }
    let found = get(&format!("/{}/v2.0/.well-known/openid-configuration", addresses.tenant_id)).await;
    for endpoint in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        assert!(found[endpoint].as_str().unwrap().starts_with(base), "{found}");
    }
    // One that speaks no TLS is let go, and holds nobody up.
    assert!(reqwest::get(base.replace("https:", "http:")).await.is_err());
    assert!(get("/v1.0/security/incidents").await["value"].is_array());
}

#[test]
fn a_file_that_is_no_certificate_is_named() {
    let Err(refused @ TlsError::File { .. }) = Tls::read(Path::new("Cargo.toml"), Path::new(PEM)) else {
        panic!("Cargo.toml is a certificate");
    };
    assert!(refused.to_string().starts_with("Cargo.toml holds no certificate in PEM: "), "{refused}");
}
