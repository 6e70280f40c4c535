//! How fast the lab makes a tenant and answers over a large one: `cargo bench --bench lab`.

#![expect(clippy::unwrap_used, reason = "a bench may end at the first surprise")]

use divan::Bencher;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use watchfloor::base::Timestamp;
use watchfloor::kql::engine::StopFlag;
use watchfloor::lab::generate::{begin, generate};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Running, Scale};

/// Alerts as many as the lab is built for, over people few enough for a bench.
const MANY_ALERTS: Scale = Scale { people: 500, alerts: 100_000 };

fn main() {
    divan::main();
}

fn config(scale: Scale) -> LabConfig {
    LabConfig { seed: 1, anchor: "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap(), scale }
}

/// Until Graph can be answered.
#[divan::bench(sample_count = 10)]
fn begin_standard() -> usize {
    begin(&config(Scale::STANDARD)).0.alerts.len()
}

/// Until everything can be answered.
#[divan::bench(sample_count = 3)]
fn generate_standard() -> usize {
    generate(&config(Scale::STANDARD)).alerts.len()
}

/// Heads of 100,000 alerts.
#[divan::bench(sample_count = 3)]
fn begin_many_alerts() -> usize {
    begin(&config(MANY_ALERTS)).0.alerts.len()
}

/// Until everything of the largest tenant can be answered.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn generate_large() -> usize {
    generate(&config(Scale::LARGE)).alerts.len()
}

/// Pages of 100,000 alerts that nobody asked for before, one after the other.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn walk(bencher: Bencher<'_, '_>) {
    let mut connection = Connection::open(&LAB.lab);
    let mut skip = 0;
    bencher.bench_local(|| {
        skip += 50;
        connection.get(&format!("security/alerts_v2?$top=50&$skip={skip}"))
    });
}

/// What is asked of 100,000 alerts over one connection.
#[divan::bench(args = [
    "security/alerts_v2?$top=50",
    "security/alerts_v2?$top=50&$count=true",
    "security/alerts_v2?$top=50&$filter=serviceSource%20eq%20'microsoftInsiderRiskManagement'%20and%20status%20eq%20'new'",
    "security/alerts_v2?$top=50&$orderby=createdDateTime%20asc",
    "security/incidents?$top=50&$expand=alerts",
])]
fn list(bencher: Bencher<'_, '_>, path: &str) {
    let mut connection = Connection::open(&LAB.lab);
    bencher.bench_local(|| connection.get(path));
}

/// A query over everyone's month.
#[divan::bench(args = [
    "DeviceFileEvents | where Timestamp > ago(7d) | summarize count() by ActionType",
    "AlertInfo | join AlertEvidence on AlertId | summarize dcount(AlertId) by ServiceSource1, EntityType",
])]
fn hunt(bencher: Bencher<'_, '_>, query: &str) {
    let mut connection = Connection::open(&LAB.lab);
    bencher.bench_local(|| connection.hunt(query));
}

struct Served {
    lab: Running,
    _runtime: Runtime,
}

/// Serves many alerts, its tables filled.
static LAB: LazyLock<Served> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let (tenant, work) = begin(&config(MANY_ALERTS));
    work.run(&StopFlag::default());
    let lab = runtime.block_on(Lab::start_with(tenant, config(MANY_ALERTS), LabOptions::default())).unwrap();
    Served { lab, _runtime: runtime }
});

/// A connection that is kept alive, as plain as can be.
struct Connection {
    stream: BufReader<TcpStream>,
    token: Arc<str>,
}

impl Connection {
    fn open(lab: &Running) -> Self {
        let address = lab.addresses.base_url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), token: lab.addresses.token.reveal().into() }
    }

    fn get(&mut self, path: &str) -> usize {
        self.ask(&format!("GET /v1.0/{path}"), "")
    }

    fn hunt(&mut self, query: &str) -> usize {
        self.ask("POST /v1.0/security/runHuntingQuery", &format!("{{\"Query\":\"{query}\"}}"))
    }

    /// Sends a request and reads its answer; the answer's length.
    fn ask(&mut self, start: &str, body: &str) -> usize {
        let (token, length) = (&self.token, body.len());
        let head = format!(
            "{start} HTTP/1.1\r\nHost: lab\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(head.as_bytes()).unwrap();
        let mut length = 0;
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let lower = line.to_ascii_lowercase();
            match lower.trim().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).unwrap();
        length
    }
}
