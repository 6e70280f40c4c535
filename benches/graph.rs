//! How fast ten thousand alerts are paged from the lab and what they weigh, and what becomes of two thousand calls on a bad
//! day: `cargo bench --bench graph`.
//!
//! The lab runs in a process of its own, so that time and memory are the client's.

#![expect(clippy::unwrap_used, reason = "a bench may end at the first surprise")]
#![expect(clippy::print_stdout, reason = "its figures are its output")]

use futures_util::StreamExt;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use watchfloor::app::effect::ListQuery;
use watchfloor::base::{Secret, Timestamp};
use watchfloor::graph::api::alerts;
use watchfloor::graph::{Ambient, AuthConfig, Client, ClientConfig, Credential, Network, Session};
use watchfloor::lab::{Lab, LabConfig, LabOptions, Scale};
use watchfloor::model::Update;
use watchfloor::runtime::Services;

const ALERTS: usize = 10_000;
/// How often they are read: other work on the machine slows single runs.
const RUNS: usize = 5;
/// Calls of a bad day.
const CALLS: usize = 2_000;
/// Calls in flight at once.
const AT_ONCE: usize = 16;
/// Who is made the owner.
const OWNER: &str = "mara.lindqvist@fabrikam.example";
/// 10 % throttled, 5 % failing, 2 % cut, 2 % slow. Throttling is short, so that the day is.
const BAD_DAY: [&str; 6] = ["429=0.1%10", "503%2.5", "504%2.5", "reset%1", "cut%1", "slow-body=300%2"];
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
    let client = client(root, token);
    let services = Services::new(client.clone(), || Duration::ZERO);
    let mut ids = Vec::new();
    for run in 1..=RUNS {
        let (before, begun, worked) = (resident_kib(), Instant::now(), cpu_seconds());
        let mut first = Duration::ZERO;
        let mut alerts = Vec::new();
        let mut pages = std::pin::pin!(services.alerts(&ListQuery { filter: None, records_max: ALERTS }));
        while let Some(page) = pages.next().await {
            if alerts.is_empty() {
                first = begun.elapsed();
            }
            // As the queue takes them.
            alerts.extend(page.unwrap().items.into_iter().map(|mut alert| {
                alert.close();
                alert
            }));
        }
        assert_eq!(alerts.len(), ALERTS, "none is lost");
        let (took, held) = (begun.elapsed(), resident_kib().saturating_sub(before));
        println!(
            "run {run}: {} alerts in {:.2} s, {:.2} s of them at work here, the first page after {:.0} ms, {:.1} MiB more \
             resident",
            alerts.len(),
            took.as_secs_f64(),
            cpu_seconds() - worked,
            first.as_secs_f64() * 1_000.0,
            held as f64 / 1_024.0,
        );
        ids = alerts.iter().take(CALLS).map(|alert| alert.id.to_string()).collect();
    }
    bad_day(root, &client, &ids).await;
    drop(lab.stdin.take());
    lab.wait().unwrap();
}

fn client(root: &str, token: &str) -> Client {
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
    Client::new(ClientConfig::new(root, ambient), Arc::new(session.unwrap())).unwrap()
}

/// What came of a call, as the client told it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Done,
    NotDone,
    Open,
}

/// Makes [`CALLS`] calls, each on an alert of its own, with the faults of [`BAD_DAY`] in force; then lifts them and looks
/// what the lab has.
async fn bad_day(root: &str, client: &Client, ids: &[String]) {
    let control = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let faults = format!("{root}/lab/faults");
    for fault in BAD_DAY {
        let set = control.post(&faults).json(&json!({"fault": fault})).send().await.unwrap();
        assert!(set.status().is_success(), "{fault}");
    }
    let begun = Instant::now();
    let calls = ids.iter().enumerate().map(|(number, id)| async move { (number, id, call(client, number, id).await) });
    let told: Vec<_> = futures_util::stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
    let took = begun.elapsed();
    let in_force: Value = control.get(&faults).send().await.unwrap().json().await.unwrap();
    control.delete(&faults).send().await.unwrap();

    let (mut open, mut lost, mut twice) = (0, 0, 0);
    for (number, id, told) in &told {
        let alert = client.send(&alerts::Get { id: (*id).clone() }).await.unwrap();
        let times = match number % 10 {
            0..6 => usize::from(*told == Told::Done),
            6..8 => alert.details().comments.iter().filter(|comment| comment.comment.raw() == remark(*number)).count(),
            _ => usize::from(alert.assigned_to.as_ref().is_some_and(|owner| owner.raw() == OWNER)),
        };
        open += usize::from(*told == Told::Open);
        lost += usize::from(*told == Told::Done && times == 0 || *told != Told::Done && number % 10 < 6);
        twice += usize::from(times > 1 || *told == Told::NotDone && times > 0);
    }
    println!(
        "a bad day: {} calls in {:.1} s; {lost} lost, {twice} doubled; {open} writes told as open; the lab struck: {}",
        told.len(),
        took.as_secs_f64(),
        struck(&in_force),
    );
    assert_eq!((told.len(), lost, twice), (CALLS, 0, 0));
}

/// Makes call `number`: mostly reads, then comments and changes of owner.
async fn call(client: &Client, number: usize, id: &str) -> Told {
    let id = id.to_owned();
    let outcome = match number % 10 {
        0..6 => client.send(&alerts::Get { id: id.clone() }).await.map(|alert| assert_eq!(*alert.id, *id)),
        6..8 => client.send(&alerts::AddComment { id, comment: remark(number) }).await.map(drop),
        _ => {
            let update = Update { assigned_to: Some(OWNER.to_owned()), ..Update::default() };
            client.send(&alerts::Update { id, update }).await.map(drop)
        }
    };
    match outcome {
        Ok(()) => Told::Done,
        Err(error) if error.may_have_happened() => Told::Open,
        Err(_) => Told::NotDone,
    }
}

fn remark(number: usize) -> String {
    format!("call {number}")
}

/// How often each fault struck.
fn struck(in_force: &Value) -> String {
    let faults = in_force["value"].as_array().unwrap().iter();
    let told = faults.map(|fault| format!("{} {}", fault["fault"].as_str().unwrap(), fault["struck"]));
    told.collect::<Vec<_>>().join(", ")
}

/// Processor time of this process so far, in seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // What follows the name, which may hold anything: fields 3 and on of proc(5); 14 and 15 are wanted.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
}

/// What of this process is in memory, in KiB; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
