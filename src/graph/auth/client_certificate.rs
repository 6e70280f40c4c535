//! The client credentials grant with a certificate: an app that proves it holds a private key.
//!
//! The proof is a JWT signed with PS256 whose header names the certificate by its SHA-256 thumbprint.
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>

use super::{Grant, SignInError, TokenEndpoint, TokenSource, Wanted};
use crate::base::{Secret, Timestamp};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long a proof is good; Microsoft advises five to ten minutes.
const PROOF_SECONDS: i64 = 300;

/// Signs in with the private key of a certificate.
pub struct ClientCertificate {
    key: RsaKeyPair,
    thumbprint: String,
}

impl ClientCertificate {
    /// A source that signs with the key in `pem`, which also holds the key's certificate.
    ///
    /// # Errors
    /// [`SignInError::Config`] where the two are not there, or the key is not RSA.
    pub fn from_pem(pem: &Secret) -> Result<Self, SignInError> {
        let text = pem.reveal();
        let config = |problem: &str| SignInError::Config { problem: format!("client certificate: {problem}") };
        if text.contains("ENCRYPTED") {
            return Err(config("the private key is encrypted; take the passphrase off with `openssl pkey`"));
        }
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| config("no private key in the PEM"))?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(config("Entra takes RSA keys only")),
        };
        let key = key.map_err(|_| config("the private key is no RSA key of 2048 bits or more"))?;
        // A certificate holds its public key's bytes as they are.
        let public = key.public_key().as_ref();
        let holds_key = |der: &CertificateDer<'_>| der.windows(public.len()).any(|window| window == public);
        let certificates = CertificateDer::pem_slice_iter(text.as_bytes()).filter_map(Result::ok);
        let certificate = certificates.into_iter().find(holds_key);
        let certificate = certificate.ok_or_else(|| config("no certificate of the private key in the PEM"))?;
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate));
        Ok(Self { key, thumbprint })
    }

    /// The proof for `client_id`, good at `audience` alone.
    fn assertion(&self, client_id: &str, audience: &str, id: &str, now: Timestamp) -> Result<Secret, SignInError> {
        let now = now.unix_seconds();
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint});
        let claims = json!({
            "aud": audience, "iss": client_id, "sub": client_id, "jti": id,
            "nbf": now, "iat": now, "exp": now + PROOF_SECONDS,
        });
        let encode = |part: &serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let outcome = self.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        outcome.map_err(|_| SignInError::Config { problem: "client certificate: signing failed".to_owned() })?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

impl TokenSource for ClientCertificate {
    fn obtain<'a>(
        &'a self,
        endpoint: &'a TokenEndpoint,
        wanted: Wanted<'a>,
    ) -> BoxFuture<'a, Result<Grant, SignInError>> {
        Box::pin(async move {
            let audience = endpoint.token_address();
            let assertion = self.assertion(endpoint.client_id(), &audience, &endpoint.guid(), endpoint.now())?;
            endpoint.token_by_assertion(&assertion, wanted.claims).await
        })
    }
}
