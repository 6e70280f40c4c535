//! Syslog over TCP and TLS. Syslog knows no answer: what the connection took counts as sent.

use super::{Message, Sink, SinkError, SinkFailure};
use crate::export::syslog;
use crate::graph::{Network, tls};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, crypto};

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the other end may take to end a connection that was ended here.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a batch may take to be taken.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// How bytes travel.
#[derive(Clone)]
pub struct Wire(Option<TlsConnector>);

impl Wire {
    /// As they are.
    pub const fn plain() -> Self {
        Self(None)
    }

    /// By TLS, to a collector whose certificate the system or `network` vouches for.
    ///
    /// # Errors
    /// Where the certificate authorities cannot be read.
    pub fn private(network: &Network) -> Result<Self, SinkError> {
        let unusable = |why: String| {
            SinkError::new(
                SinkFailure::Unacceptable,
                format!("certificate authorities: {why}"),
                "check ca_file of the profile",
            )
        };
        let authorities = CertificateDer::pem_slice_iter(&network.authorities).collect::<Result<Vec<_>, _>>();
        let authorities = authorities.map_err(|error| unusable(error.to_string()))?;
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider));
        let verifier = verifier.map_err(|error| unusable(error.to_string()))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self(Some(TlsConnector::from(Arc::new(config)))))
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "tls" } else { "tcp" })
    }
}

trait Connection: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Connection for T {}

/// A syslog collector. The connection is kept between batches.
pub struct Streamed {
    host: String,
    port: u16,
    wire: Wire,
    connection: Option<Box<dyn Connection>>,
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streamed").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl Streamed {
    /// The collector at `host` and `port`.
    pub fn to(host: String, port: u16, wire: Wire) -> Self {
        Self { host, port, wire, connection: None }
    }

    async fn connect(&self) -> io::Result<Box<dyn Connection>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let Some(tls) = &self.wire.0 else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        Ok(Box::new(tls.connect(name, stream).await?))
    }

    /// The connection of the last batch, unless its other end has closed it since.
    fn kept(&mut self) -> Option<Box<dyn Connection>> {
        let mut connection = self.connection.take()?;
        let mut byte = [0];
        match connection.read(&mut byte).now_or_never() {
            None => Some(connection),
            Some(_) => None,
        }
    }

    async fn give(&mut self, frames: &[u8]) -> io::Result<()> {
        let late = |_| io::Error::from(io::ErrorKind::TimedOut);
        let mut connection = match self.kept() {
            Some(connection) => connection,
            None => timeout(CONNECT_TIMEOUT, self.connect()).await.map_err(late)??,
        };
        let sent = async {
            connection.write_all(frames).await?;
            connection.flush().await
        };
        timeout(SEND_TIMEOUT, sent).await.map_err(late)??;
        self.connection = Some(connection);
        Ok(())
    }
}

/// Ends `connection` and reads until the other end has ended it too: one that is closed while something of the other end's,
/// a TLS ticket say, is unread is reset, and a reset takes away what the other end has not read yet.
async fn farewell(mut connection: Box<dyn Connection>) -> io::Result<()> {
    connection.shutdown().await?;
    tokio::io::copy(&mut connection, &mut tokio::io::sink()).await.map(drop)
}

impl Sink for Streamed {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let frames: String = batch.iter().map(|message| syslog::frame(&message.record, &message.line)).collect();
            self.give(frames.as_bytes()).await.map_err(|error| {
                let (why, remedy) = match tls::trouble(&error) {
                    Some(trouble) => (trouble.why, trouble.remedy),
                    None => (error.to_string(), "check that the collector listens there"),
                };
                SinkError::new(SinkFailure::Unavailable, why, remedy)
            })
        }
        .boxed()
    }

    fn close(&mut self) -> BoxFuture<'_, ()> {
        async move {
            if let Some(connection) = self.connection.take() {
                // Whoever does not end it in time, or badly, has what it took.
                drop(timeout(FAREWELL_TIMEOUT, farewell(connection)).await);
            }
        }
        .boxed()
    }
}
