//! How fast ten thousand alerts are paged from the lab and what they weigh: `cargo bench --bench graph`.
//!
//! The lab runs in a process of its own, so that time and memory are the client's.

#![expect(clippy::unwrap_used, reason = "a bench may end at the first surprise")]
#![expect(clippy::print_stdout, reason = "its figures are its output")]

use futures_util::StreamExt;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use watchfloor::app::effect::ListQuery;
use watchfloor::base::{Secret, Timestamp};
use watchfloor::graph::{Ambient, AuthConfig, Client, ClientConfig, Credential, Network, Session};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Scale};
use watchfloor::runtime::Services;

const ALERTS: usize = 10_000;
/// The argument that makes this program the lab.
const SERVE: &str = "serve-the-lab";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    if std::env::args().any(|argument| argument == SERVE) {
        serve().await;
    } else {
        measure().await;
    }
}

/// Alerts of the tenant that are still to come and hidden until then, at the most.
const TO_COME: usize = 100;

/// Serves a tenant of at least [`ALERTS`] alerts until standard input ends.
async fn serve() {
    let scale = Scale { alerts: ALERTS + TO_COME, ..Scale::SMALL };
    let config = LabConfig { seed: 1, anchor: "2026-11-23T12:00:00Z".parse().unwrap(), scale };
    let lab = Lab::start(config, LabOptions::default()).await.unwrap();
    println!("{} {}", lab.addresses.base_url, lab.addresses.token.reveal());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
}

async fn measure() {
    let mut lab = Command::new(std::env::current_exe().unwrap());
    let mut lab = lab.arg(SERVE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(lab.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (root, token) = line.trim().split_once(' ').unwrap();
    let services = services(root, token);

    for run in 1..=3 {
        let (before, begun) = (resident_kib(), Instant::now());
        let mut first = Duration::ZERO;
        let mut alerts = Vec::new();
        let mut pages = std::pin::pin!(services.alerts(&ListQuery { filter: None, records_max: ALERTS }));
        while let Some(page) = pages.next().await {
            if alerts.is_empty() {
                first = begun.elapsed();
            }
            alerts.extend(page.unwrap().items);
        }
        assert_eq!(alerts.len(), ALERTS, "none is lost");
        let (took, held) = (begun.elapsed(), resident_kib().saturating_sub(before));
        println!(
            "run {run}: {} alerts in {:.2} s, the first page after {:.0} ms, {:.1} MiB more resident",
            alerts.len(),
            took.as_secs_f64(),
            first.as_secs_f64() * 1_000.0,
            held as f64 / 1_024.0,
        );
    }
    drop(lab.stdin.take());
    lab.wait().unwrap();
}

fn services(root: &str, token: &str) -> Services {
    let (root, ambient): (url::Url, _) = (root.parse().unwrap(), Ambient::system(Timestamp::now));
    let session = Session::new(AuthConfig {
        authority: root.clone(),
        tenant: String::new(),
        client_id: String::new(),
        graph_root: root.clone(),
        credential: Credential::Token(Secret::new(token)),
        cache: None,
        network: Network::default(),
        ambient,
    });
    let client = Client::new(ClientConfig::new(root, ambient), Arc::new(session.unwrap())).unwrap();
    Services::new(client, || Duration::ZERO)
}

/// What of this process is in memory, in KiB; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
