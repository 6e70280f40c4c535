//! The lab over HTTPS, for clients that send a token over nothing else: Microsoft's sign-in libraries and its npm client.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{self, ServerConfig};

/// What the lab shows who connects.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

impl std::fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tls")
    }
}

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that is not what it should be.
    #[error("{path} holds no {what} in PEM: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// The reader's word.
        source: rustls_pki_types::pem::Error,
    },
    /// Certificate and key that do not go together.
    #[error("certificate and key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

impl Tls {
    /// Reads a certificate with its chain, and its key, from files in PEM.
    ///
    /// # Errors
    /// Where a file cannot be read or the two do not go together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let failed = |path: &Path, what, source| TlsError::File { path: path.to_owned(), what, source };
        let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
        let chain: Vec<CertificateDer<'static>> = chain.map_err(|source| failed(certificate, "certificate", source))?;
        if chain.is_empty() {
            return Err(failed(certificate, "certificate", rustls_pki_types::pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(|source| failed(key, "private key", source))?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self(Arc::new(config)))
    }

    /// Accepts connections with it.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}
