//! Over TLS: authorities of an organisation's own, HTTP/2, compressed answers.

use crate::support::{Server, ambient, auth, session, token};
use axum::http::Response;
use flate2::{Compression, write::GzEncoder};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use url::Url;
use watchfloor::base::Secret;
use watchfloor::graph::api::incidents;
use watchfloor::graph::{Client, ClientConfig, Credential, Kind, Network, Session};

/// An authority that no system knows, made by `openssl req -x509`.
const AUTHORITY: &[u8] = include_bytes!("authority.pem");
/// A certificate of it for 127.0.0.1, and its key.
const SERVER: &[u8] = include_bytes!("server.pem");

/// A Graph that speaks HTTP/2 alone and answers everything with one incident, compressed, or with a token.
struct Graph {
    root: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Graph {
    async fn start() -> Self {
        let certificates = CertificateDer::pem_slice_iter(SERVER).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(SERVER).unwrap();
        let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(certificates, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let (acceptor, asked) = (TlsAcceptor::from(Arc::new(config)), Arc::new(Mutex::new(Vec::new())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, log) = (acceptor.clone(), Arc::clone(&log));
                // Who does not trust the certificate hangs up.
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let mut connection = h2::server::handshake(stream).await.unwrap();
                    while let Some(Ok((request, mut respond))) = connection.accept().await {
                        let encoding = request.headers().get("accept-encoding").map(|value| value.to_str().unwrap());
                        log.lock().unwrap().push(format!("{} {}", request.uri().path(), encoding.unwrap_or("none")));
                        let head = Response::builder().header("content-encoding", "gzip").body(()).unwrap();
                        let body = if request.method() == "POST" {
                            json!({"access_token": "t1", "expires_in": 3600})
                        } else {
                            json!({"value": [{"id": "1", "displayName": "x".repeat(10_000)}]})
                        };
                        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
                        packed.write_all(body.to_string().as_bytes()).unwrap();
                        let mut stream = respond.send_response(head, false).unwrap();
                        stream.send_data(packed.finish().unwrap().into(), true).unwrap();
                    }
                });
            }
        });
        Self { root, asked }
    }

    /// How to reach it by the authorities in `pem`.
    fn network(pem: &[u8]) -> Network {
        Network { proxy: None, authorities: pem.to_vec() }
    }
}

#[tokio::test]
async fn an_authority_of_the_organisations_own_is_trusted_beside_the_systems_and_http_2_is_spoken() {
    let graph = Graph::start().await;
    let mut config = auth(graph.root.clone(), Credential::ClientSecret(Secret::new("hunter2")));
    config.network = Graph::network(AUTHORITY);
    let session = Arc::new(Session::new(config).unwrap());
    let config =
        ClientConfig { network: Graph::network(AUTHORITY), ..ClientConfig::new(graph.root.clone(), ambient()) };
    let client = Client::new(config, session).unwrap();
    let list = incidents::List::default();
    let (incidents, size) = client.send_measured(&list).await.unwrap();
    assert_eq!(&*incidents.items[0].id, "1");
    assert!(size > 10_000, "unpacked");
    let asked = graph.asked.lock().unwrap().clone();
    assert_eq!(asked, ["/fabrikam.example/oauth2/v2.0/token gzip", "/v1.0/security/incidents gzip"]);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_in_plain_words() {
    let graph = Graph::start().await;
    let elsewhere = Server::start([]).await;
    let config = ClientConfig::new(graph.root.clone(), ambient());
    let client = Client::new(config, session(&elsewhere, token("given"))).unwrap();
    let error = client.send(&incidents::List::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Offline);
    let words = format!(
        "list incidents: cannot reach {}: the certificate shown is of an authority that is not trusted here",
        graph.root.as_str().trim_end_matches('/')
    );
    assert_eq!(error.to_string(), words);
    assert!(
        error.remedy().contains("name the PEM file of its authority in the profile's ca_file"),
        "{}",
        error.remedy()
    );
    assert_eq!(graph.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_certificate_for_another_name_and_an_answer_without_tls_are_told_as_such() {
    let (graph, entra) = (Graph::start().await, Server::start([]).await);
    let by_name = format!("https://localhost:{}", graph.root.port().unwrap());
    let no_tls = format!("https://{}", without_tls().await);
    for (root, why, remedy) in [
        (
            by_name,
            "the certificate shown is for 127.0.0.1, not for localhost",
            "something else than the service answers there",
        ),
        (no_tls, "what answers there does not speak TLS", "check the address, the port and the proxy"),
    ] {
        let network = Graph::network(AUTHORITY);
        let config = ClientConfig { network, ..ClientConfig::new(root.parse().unwrap(), ambient()) };
        let client = Client::new(config, session(&entra, token("given"))).unwrap();
        let error = client.send(&incidents::List::default()).await.unwrap_err();
        assert!(error.to_string().ends_with(why), "{error}");
        assert!(error.remedy().starts_with(remedy), "{}", error.remedy());
    }
}

/// Where a server of plain HTTP is, which refuses whatever it is told.
async fn without_tls() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // What is left unread would be answered by a reset.
            let _asked = stream.read(&mut [0; 4_096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        }
    });
    address
}
