//! Records carried on to a SIEM: to standard output, a file, a syslog collector, an HTTP collector.

use super::{Lab, text};
use crate::relay::Relay;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, mpsc};
use std::thread;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto};

/// The lab's day is past: everything in it is asked for.
const ALL: &str = "5200w";

fn exported(lab: &Lab, arguments: &[&str]) -> Vec<Value> {
    lab.records(&[&["export", "--since", ALL], arguments].concat())
}

fn by_id(records: Vec<Value>) -> BTreeMap<String, Value> {
    records.into_iter().map(|record| (record["id"].as_str().unwrap().to_owned(), record)).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_record_arrives_as_graph_sent_it() {
    let lab = Lab::serve();
    let alerts = by_id(exported(&lab, &["--what", "alerts"]));
    let listed = lab.records(&["alerts", "--filter", "", "--json"]);
    let ids: BTreeSet<String> = listed.iter().map(|alert| alert["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(alerts.keys().cloned().collect::<BTreeSet<_>>(), ids);
    let with_evidence =
        alerts.values().filter(|alert| alert["evidence"].as_array().is_some_and(|list| !list.is_empty()));
    assert!(with_evidence.count() > 10, "evidence comes along");

    let incidents = exported(&lab, &["--what", "incidents"]);
    assert_eq!(incidents.len(), lab.records(&["incidents", "--filter", "", "--json"]).len());

    let grave =
        exported(&lab, &["--what", "alerts", "--filter", "source:insider-risk severity>=high", "--format", "ecs"]);
    assert!(!grave.is_empty() && grave.len() < alerts.len());
    for event in grave {
        assert_eq!(event["event"]["provider"], "microsoftInsiderRiskManagement");
        let sent = &event["microsoft"]["graph"]["alert"];
        assert_eq!(sent, &alerts[sent["id"].as_str().unwrap()]);
    }
    let refused = lab.run(&["export", "--filter", "source:insider-risk"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        text(&refused.stderr).contains("Graph cannot filter incidents by source:insider-risk"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn a_checkpoint_sends_each_change_once() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (to, checkpoint) = (path("out.jsonl"), path("checkpoint"));
    let run = |format: &str| {
        lab.run(&["export", "--since", ALL, "--to", &to, "--format", format, "--checkpoint", &checkpoint])
    };
    let first = run("graph");
    assert!(first.status.success(), "{}", text(&first.stderr));
    let count = lines(to.as_ref()).len();
    assert!(count > 50);
    #[cfg(unix)]
    for name in ["out.jsonl", "checkpoint"] {
        let mode = std::fs::metadata(path(name)).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600, "{name}");
    }
    assert!(text(&run("graph").stderr).contains("0 alerts and 0 incidents sent"));
    assert_eq!(lines(to.as_ref()).len(), count, "nothing is sent twice");

    let changed = lab.records(&["incidents", "--filter", "status:new", "--json"]).remove(0);
    let id = changed["id"].as_str().unwrap();
    assert!(lab.run(&["triage", id, "--assign", "t.lindqvist@harrowgate.example"]).status.success());
    assert!(run("graph").status.success());
    let more = lines(to.as_ref()).split_off(count);
    let incidents: Vec<&Value> = more.iter().filter(|record| record["displayName"].is_string()).collect();
    assert_eq!(incidents.len(), 1);
    assert_eq!((&incidents[0]["id"], incidents[0]["assignedTo"].is_string()), (&changed["id"], true));
    let alerts: BTreeSet<&str> = more.iter().filter_map(|record| record["incidentId"].as_str()).collect();
    assert_eq!(alerts, BTreeSet::from([id]), "its alerts, which were assigned along with it");

    let other = run("ecs");
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stderr).contains("it is of another export (alerts,incidents to "), "{}", text(&other.stderr));
    std::fs::write(&checkpoint, "nonsense").unwrap();
    assert!(text(&run("graph").stderr).contains("it is no checkpoint"));
}

#[test]
fn a_line_that_a_dying_process_left_half_written_swallows_no_record() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.jsonl");
    std::fs::write(&path, "{\"id\":\"al").unwrap();
    let to = path.display().to_string();
    for _ in 0..2 {
        let output = lab.run(&["export", "--since", ALL, "--what", "incidents", "--to", &to]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let (torn, whole) = written.split_once('\n').unwrap();
    assert_eq!(torn, "{\"id\":\"al");
    let records: Vec<Value> = whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2 * lab.records(&["incidents", "--filter", "", "--json"]).len());
}

#[cfg(unix)]
#[test]
fn a_checkpoint_that_another_could_plant_or_change_is_refused() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    std::fs::write(&real, "anything").unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o620)).unwrap();
    symlink(&real, &link).unwrap();
    for (path, why) in [(&real, "others may read or write it"), (&link, "it is a link")] {
        let output = lab.run(&["export", "--checkpoint", &path.display().to_string()]);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(why) && told.contains("name a file of your own"), "{told}");
    }
    assert_eq!(std::fs::read_to_string(&real).unwrap(), "anything");
}

#[test]
fn an_age_is_reckoned_anew_by_each_round_of_a_followed_export() {
    let lab = Lab::serve();
    let relay = Relay::to(lab.address("base_url"));
    let mut command = lab.command(&["export", "--what", "alerts", "--filter", "age<1h", "--follow", "--every", "1"]);
    command.env("WATCHFLOOR_GRAPH_ROOT", &relay.root).stdout(Stdio::null()).stderr(Stdio::null());
    let mut following = command.spawn().unwrap();
    let asked = || -> BTreeSet<String> {
        let sent = relay.sent();
        let bounds = sent.split("createdDateTime").skip(1).filter_map(|rest| rest.split_whitespace().next());
        bounds.map(ToOwned::to_owned).collect()
    };
    while asked().len() < 2 {
        assert_eq!(following.try_wait().unwrap(), None, "it follows until it is stopped; asked: {:?}", asked());
        thread::yield_now();
    }
    following.kill().unwrap();
    following.wait().unwrap();
}

/// A collector that answers its requests by `answers` in turn, the last one from then on; what it was sent.
fn collector(answers: &'static [(&'static str, &'static str)]) -> (String, mpsc::Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, received) = mpsc::channel();
    thread::spawn(move || {
        for (turn, stream) in listener.incoming().enumerate() {
            let (status, body) = answers.get(turn).or(answers.last()).unwrap();
            let Ok(stream) = stream else { return };
            if sender.send(request(&stream)).is_err() {
                return;
            }
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            drop((&stream).write_all(answer.as_bytes()));
        }
    });
    (address, received)
}

/// The head and the body of a request.
fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, text(&body))
}

const OK: (&str, &str) = ("200 OK", "{}");
const BUSY: (&str, &str) = ("503 Busy\r\nRetry-After: 0", "");
const UNKNOWN: (&str, &str) = ("403 Forbidden", "Invalid token");
const REFUSED_ONE: (&str, &str) = (
    "200 OK",
    r#"{"errors":true,"items":[{"create":{"status":409}},{"create":{"status":400,"error":{"reason":"no such \u001bfield"}}}]}"#,
);
const THERE: (&str, &str) = ("200 OK", r#"{"errors":true,"items":[{"create":{"status":409}}]}"#);

#[test]
fn a_busy_collector_is_tried_again_and_each_record_arrives_once() {
    let lab = Lab::serve();
    let (address, received) = collector(&[BUSY, BUSY, OK]);
    let to = format!("http://{address}/services/collector/event");
    let mut command = lab.command(&["export", "--since", ALL, "--what", "alerts", "--to", &to]);
    let output = command.env("WATCHFLOOR_EXPORT_TOKEN", "s3cret-token").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("s3cret-token"));

    let requests: Vec<(String, String)> = received.try_iter().collect();
    assert!(requests.iter().all(|(head, _)| head.to_lowercase().contains("authorization: splunk s3cret-token")));
    assert_eq!(requests[0].1, requests[2].1, "the same body until it is taken");
    let mut ids = Vec::new();
    for (_, body) in &requests[2..] {
        for event in serde_json::Deserializer::from_str(body).into_iter::<Value>() {
            let event = event.unwrap();
            assert_eq!(event["sourcetype"], "ms365:defender:incident:alerts");
            ids.push(event["event"]["id"].as_str().unwrap().to_owned());
        }
    }
    let count = ids.len();
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>().len(), count);
    assert_eq!(count, lab.records(&["alerts", "--filter", "", "--json"]).len());
}

#[test]
fn a_collector_that_refuses_is_told_with_the_remedy_and_nothing_counts_as_sent() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint").display().to_string();
    let (unknown, _kept) = collector(&[UNKNOWN]);
    let (refusing, _kept_too) = collector(&[REFUSED_ONE]);
    let (other, _kept_as_well) = collector(&[OK]);
    for (to, code, words) in [
        (format!("http://{unknown}/"), 4, "403 Forbidden Invalid token"),
        (format!("http://{refusing}/x/_bulk"), 1, "400 no such <U+001B>field"),
        (format!("http://{other}/x/_bulk"), 1, "no answer of the bulk API"),
        ("http://127.0.0.1:9/".to_owned(), 6, "check the address and that the collector runs"),
        ("syslog+tcp://127.0.0.1:9".to_owned(), 6, "check that the collector listens there"),
        (folder.path().display().to_string(), 1, "name a file that you may write to"),
    ] {
        let output = lab.run(&["export", "--since", ALL, "--to", &to, "--format", "ecs", "--checkpoint", &checkpoint]);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{to}: {told}");
        assert!(told.contains(words) && told.contains("0 alerts and 0 incidents sent"), "{to}: {told}");
        let complaint = told.lines().find(|line| line.starts_with("watchfloor: export to ")).unwrap();
        let place = to.rsplit("//").next().unwrap().split('/').next().filter(|place| !place.is_empty()).unwrap_or(&to);
        assert_eq!(complaint.matches(place).count(), 1, "it names the destination once: {complaint}");
        assert!(!Path::new(&checkpoint).exists(), "{to}");
    }
    let (there, received) = collector(&[THERE]);
    let to = format!("http://{there}/x/_bulk");
    let output = lab.run(&["export", "--since", ALL, "--what", "incidents", "--to", &to, "--format", "ecs"]);
    assert!(output.status.success(), "what is there already was taken: {}", text(&output.stderr));
    let (_, body) = received.recv().unwrap();
    let action: Value = serde_json::from_str(body.lines().next().unwrap()).unwrap();
    let event: Value = serde_json::from_str(body.lines().nth(1).unwrap()).unwrap();
    assert_eq!(action["create"]["_id"], event["event"]["id"], "an event's id is the document's");
    let refused = lab.run(&["export", "--to", &to, "--format", "cef"]);
    assert!(text(&refused.stderr).contains("use --format ecs"), "{}", text(&refused.stderr));
}

#[test]
fn syslog_frames_follow_one_another_on_one_connection() {
    let lab = Lab::serve();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("syslog+tcp://{}", listener.local_addr().unwrap());
    let reader = thread::spawn(move || {
        let mut all = String::new();
        listener.accept().unwrap().0.read_to_string(&mut all).unwrap();
        all
    });
    let output = lab.run(&["export", "--since", ALL, "--to", &to, "--format", "cef"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (alerts, incidents) = framed(&reader.join().unwrap());
    let listed = |queue: &str| lab.records(&[queue, "--filter", "", "--json"]).len();
    assert_eq!((alerts, incidents), (listed("alerts"), listed("incidents")));
}

/// How many alerts and incidents the frames `all` carry.
fn framed(all: &str) -> (usize, usize) {
    let (mut rest, mut alerts, mut incidents) = (all, 0, 0);
    while let Some((length, after)) = rest.split_once(' ') {
        let (message, following) = after.split_at(length.parse().unwrap());
        assert!(message.starts_with('<') && !message.chars().any(char::is_control), "{message}");
        alerts += usize::from(message.contains(" watchfloor - alert - CEF:0|Microsoft|"));
        incidents += usize::from(message.contains(" watchfloor - incident - CEF:0|Microsoft|Microsoft Defender XDR|"));
        rest = following;
    }
    (alerts, incidents)
}

/// The authority that vouches for [`localhost`].
const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/localhost.pem");

/// A collector on this machine, by TLS.
fn localhost() -> Arc<ServerConfig> {
    let pem = include_bytes!("../support/localhost.pem");
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().unwrap();
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(certificates, key).unwrap())
}

#[test]
fn syslog_over_tls_goes_only_to_a_collector_that_is_vouched_for() {
    let lab = Lab::serve();
    let config = localhost();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("syslog+tls://localhost:{}", listener.local_addr().unwrap().port());
    let reader = thread::spawn(move || {
        let mut taken = Vec::new();
        for stream in listener.incoming().take(2) {
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream.unwrap());
            let mut all = Vec::new();
            // One that does not trust us, and one that ends without a farewell, are no failures of ours.
            drop(tls.read_to_end(&mut all));
            taken.push(text(&all));
        }
        taken
    });
    let asked = ["export", "--since", ALL, "--what", "incidents", "--to", &to, "--format", "cef"];
    let refused = lab.run(&asked);
    assert_eq!(refused.status.code(), Some(6));
    assert!(text(&refused.stderr).contains("not trusted here"), "{}", text(&refused.stderr));

    let output = lab.command(&asked).env("WATCHFLOOR_CA_FILE", AUTHORITY).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let taken = reader.join().unwrap();
    assert_eq!(taken[0], "");
    assert_eq!(framed(&taken[1]).1, lab.records(&["incidents", "--filter", "", "--json"]).len());
}

#[test]
fn what_a_collector_has_not_read_yet_is_not_lost_by_leaving() {
    let lab = Lab::serve();
    let config = localhost();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("syslog+tls://localhost:{}", listener.local_addr().unwrap().port());
    let (left, has_left) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut tls = ServerConnection::new(config).unwrap();
        // The handshake leaves tickets behind that nobody over there has asked for.
        tls.complete_io(&mut stream).unwrap();
        has_left.recv().unwrap();
        let mut all = Vec::new();
        StreamOwned::new(tls, stream).read_to_end(&mut all).unwrap();
        text(&all)
    });
    let mut command = lab.command(&["export", "--since", ALL, "--what", "incidents", "--to", &to, "--format", "cef"]);
    let output = command.env("WATCHFLOOR_CA_FILE", AUTHORITY).output().unwrap();
    left.send(()).unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (_, incidents) = framed(&reader.join().unwrap());
    assert_eq!(incidents, lab.records(&["incidents", "--filter", "", "--json"]).len());
}

#[test]
fn a_followed_export_sends_what_comes_and_is_held_by_one_process() {
    let lab = Lab::serve();
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint").display().to_string();
    let store = folder.path().join("store.db").display().to_string();
    let asked = ["export", "--store", &store, "--since", ALL, "--what", "incidents", "--checkpoint", &checkpoint];
    let mut command = lab.command(&[&asked[..], &["--follow", "--every", "1"]].concat());
    let mut following = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output = BufReader::new(following.stdout.take().unwrap());
    let mut next = || {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()
    };
    let count = lab.records(&["incidents", "--filter", "", "--json"]).len();
    let all: Vec<Value> = (0..count).map(|_| next()).collect();
    let first = all.iter().find(|incident| incident["status"] == "active").unwrap();
    let held = lab.run(&asked);
    assert!(text(&held.stderr).contains("another watchfloor export is using it"), "{}", text(&held.stderr));

    let id = first["id"].as_str().unwrap();
    assert!(lab.run(&["triage", id, "--tag", "followed"]).status.success());
    let again = next();
    assert_eq!(again["id"], first["id"]);
    assert!(again["customTags"].to_string().contains("followed"), "{again}");
    following.kill().unwrap();
    following.wait().unwrap();

    let journal = text(&lab.run(&["journal", "--store", &store, "--json"]).stdout);
    assert!(journal.contains(&format!("0 alerts and {count} incidents sent to standard output as graph")), "{journal}");
    assert!(lab.run(&["journal", "verify", "--store", &store]).status.success());
}
