use super::*;
use proptest::prelude::*;
use serde_json::json;

const HOSTILE: &str = "a|b\\c=d\u{1b}[31m\r\nCEF:0|x\u{202e}";

fn alert(title: &str, changed: &str) -> Record {
    let sent = json!({
        "id": "ir1",
        "incidentId": "42",
        "title": title,
        "severity": "high",
        "status": "resolved",
        "classification": "truePositive",
        "determination": "maliciousUserActivity",
        "serviceSource": "microsoftInsiderRiskManagement",
        "createdDateTime": "2026-11-23T09:00:00.1234567Z",
        "lastUpdateDateTime": changed,
        "mitreTechniques": ["T1052.001"],
        "evidence": [
            {"@odata.type": "#microsoft.graph.security.userEvidence",
             "userAccount": {"userPrincipalName": "a.b@c.example", "accountName": "a.b", "azureAdUserId": "7"}},
            {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"azureAdUserId": "7", "accountName": "a.b"}},
            {"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": "pc-1.c.example", "mdeDeviceId": "d"},
            {"@odata.type": "#microsoft.graph.security.fileEvidence",
             "fileDetails": {"fileName": "x.docx", "filePath": "C:\\Users\\a.b", "sha256": "00ff"}},
            {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "198.51.100.7"},
        ],
        "somethingNew": {"kept": [1, null, ""]},
    });
    Record::read(Kind::Alert, sent).unwrap()
}

fn parsed(format: Format, record: &Record) -> Value {
    serde_json::from_str(&format.line(record)).unwrap()
}

#[test]
fn the_own_form_is_what_graph_sent() {
    let record = alert(HOSTILE, "2026-11-23T10:00:00Z");
    assert_eq!(parsed(Format::Graph, &record), record.sent);
    assert_eq!(parsed(Format::Ecs, &record)["microsoft"]["graph"]["alert"], record.sent);
    let raw = parsed(Format::Ocsf, &record)["raw_data"].as_str().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<Value>(&raw).unwrap(), record.sent);
}

#[test]
fn ecs_names_who_what_and_where() {
    let event = parsed(Format::Ecs, &alert("usb", "2026-11-23T10:00:00Z"));
    let cases = [
        ("/@timestamp", json!("2026-11-23T10:00:00Z")),
        ("/event/kind", json!("alert")),
        ("/event/provider", json!("microsoftInsiderRiskManagement")),
        ("/event/severity", json!(73)),
        ("/event/id", json!("alert:ir1@2026-11-23T10:00:00Z")),
        ("/user/email", json!("a.b@c.example")),
        ("/host/name", json!("pc-1.c.example")),
        ("/file/path", json!("C:\\Users\\a.b\\x.docx")),
        ("/related/user", json!(["a.b@c.example", "a.b"])),
        ("/related/ip", json!(["198.51.100.7"])),
        ("/related/hash", json!(["00ff"])),
        ("/threat/technique/id", json!(["T1052.001"])),
        ("/watchfloor/purview/status", json!("Confirmed")),
        ("/watchfloor/purview/derived", json!(true)),
    ];
    for (pointer, expected) in cases {
        assert_eq!(event.pointer(pointer), Some(&expected), "{pointer} in {event:#}");
    }
    assert_eq!(event.pointer("/watchfloor/owner"), None, "what is not there is not said");
}

#[test]
fn ocsf_is_a_finding_of_its_class() {
    let finding = parsed(Format::Ocsf, &alert("usb", "2026-11-23T10:00:00Z"));
    let cases = [
        ("/class_uid", json!(2004)),
        ("/activity_id", json!(3)),
        ("/type_uid", json!(200_403)),
        ("/severity_id", json!(4)),
        ("/status_id", json!(4)),
        ("/verdict_id", json!(2)),
        ("/time", json!(1_795_428_000_000_i64)),
        ("/finding_info/created_time", json!(1_795_424_400_123_i64)),
        ("/metadata/version", json!("1.3.0")),
        ("/evidences/0/actor/user/uid", json!("7")),
        ("/observables/0", json!({"name": "evidences.device.hostname", "type_id": 1, "value": "pc-1.c.example"})),
    ];
    for (pointer, expected) in cases {
        assert_eq!(finding.pointer(pointer), Some(&expected), "{pointer} in {finding:#}");
    }
    let incident = json!({"id": "42", "displayName": "x", "status": "active", "severity": "medium",
        "createdDateTime": "2026-11-23T09:00:00Z", "lastUpdateDateTime": "2026-11-23T09:00:00Z"});
    let finding = parsed(Format::Ocsf, &Record::read(Kind::Incident, incident).unwrap());
    assert_eq!((&finding["type_uid"], &finding["finding_info_list"][0]["uid"]), (&json!(200_501), &json!("42")));
}

/// The header's seven fields and the extension of a CEF line, escapes undone.
fn read_cef(line: &str) -> (Vec<String>, String) {
    let (mut fields, mut field, mut escaped) = (Vec::new(), String::new(), false);
    let mut rest = line.chars();
    while fields.len() < 7 {
        match rest.next().expect("seven fields") {
            c if escaped => (field.push(c), escaped = false).1,
            '\\' => escaped = true,
            '|' => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    (fields, rest.collect())
}

#[test]
fn cef_carries_keys_and_labels() {
    let (fields, extension) = read_cef(&Format::Cef.line(&alert("a|b", "2026-11-23T10:00:00Z")));
    assert_eq!(fields[..2], ["CEF:0", "Microsoft"]);
    assert_eq!(fields[5..], ["a|b", "8"]);
    for pair in [
        "externalId=ir1",
        "rt=1795428000000",
        "suser=a.b@c.example",
        "src=198.51.100.7",
        "filePath=C:\\\\Users\\\\a.b",
        "cs6=Confirmed cs6Label=PurviewStatusDerived",
    ] {
        assert!(extension.contains(pair), "{pair} in {extension}");
    }
}

#[test]
fn a_frame_is_as_long_as_it_says() {
    let record = alert("ü", "2026-11-23T10:00:00.1234567Z");
    let frame = syslog::frame(&record, &Format::Cef.line(&record));
    let (length, message) = frame.split_once(' ').unwrap();
    assert_eq!(length.parse::<usize>().unwrap(), message.len());
    assert!(message.starts_with("<131>1 2026-11-23T10:00:00.123456Z - watchfloor - alert - CEF:0|"), "{message}");
}

#[test]
fn a_checkpoint_sends_each_state_once_and_asks_again_for_what_is_late() {
    let mut checkpoint = Checkpoint::new("x");
    let (first, second) = (alert("a", "2026-11-23T10:00:00Z"), alert("a", "2026-11-23T10:00:01Z"));
    assert!(checkpoint.is_due(&first) && checkpoint.asks_from(Kind::Alert).is_none());
    checkpoint.apply(&Step::sent(Kind::Alert, [&first]));
    assert!(checkpoint.apply(&Step::Settled(Kind::Alert)) && !checkpoint.apply(&Step::Settled(Kind::Alert)));
    assert!(!checkpoint.is_due(&first) && checkpoint.is_due(&second), "a change is a new event");
    assert_eq!(checkpoint.asks_from(Kind::Alert), Some(first.changed().unwrap() - OVERLAP));
    assert_eq!(checkpoint.asks_from(Kind::Incident), None);

    let read = |text: &str, of: &str| Checkpoint::read(text.as_bytes(), of);
    assert_eq!(read(&checkpoint.line(), "x"), Ok(checkpoint.clone()));
    assert_eq!(read(&checkpoint.line(), "y"), Err(Unusable::Other("x".to_owned())));
    for text in ["{}", "", "nonsense"] {
        assert!(matches!(read(text, "x"), Err(Unusable::Unreadable(_))), "{text}");
    }
    let newer = checkpoint.line().replace("\"version\":1", "\"version\":9");
    assert_eq!(read(&newer, "x"), Err(Unusable::Version(9)));
}

use checkpoint::{OVERLAP, Step, Unusable};

proptest! {
    /// Whatever runs between, the last state of every record is sent, and no state twice. Whenever the process dies, what
    /// it noted counts as sent wholly or not at all, and nothing else does.
    #[test]
    fn nothing_is_left_out_and_nothing_sent_twice(runs in prop::collection::vec(prop::collection::vec((0_usize..4, 0_i64..100), 0..6), 1..12)) {
        let mut checkpoint = Checkpoint::new("x");
        let mut text = checkpoint.line();
        let mut stages = vec![(text.len(), checkpoint.clone())];
        let mut sent: Vec<(usize, i64)> = Vec::new();
        let mut last = [None; 4];
        let mut clock = 0;
        for changes in runs {
            for (id, later) in changes {
                clock += later;
                last[id] = Some(clock);
            }
            let from = checkpoint.asks_from(Kind::Alert);
            let mut steps = Vec::new();
            for (id, changed) in last.iter().enumerate().filter_map(|(id, changed)| Some((id, (*changed)?))) {
                let at = Timestamp::from_unix_seconds(1_700_000_000) + TimeSpan::minutes(changed);
                let value = json!({"id": id.to_string(), "lastUpdateDateTime": at});
                let record = Record::read(Kind::Alert, value).unwrap();
                if from.is_none_or(|from| at >= from) && checkpoint.is_due(&record) {
                    sent.push((id, changed));
                    steps.push(Step::sent(Kind::Alert, [&record]));
                }
            }
            steps.push(Step::Settled(Kind::Alert));
            for step in &steps {
                checkpoint.apply(step);
                text.push_str(&step.line());
                stages.push((text.len(), checkpoint.clone()));
            }
            prop_assert_eq!(Checkpoint::read(text.as_bytes(), "x"), Ok(checkpoint.clone()));
        }
        for cut in stages[0].0..text.len() {
            let noted = stages.iter().rfind(|(length, _)| *length <= cut).map(|(_, checkpoint)| checkpoint.clone());
            prop_assert_eq!(Checkpoint::read(&text.as_bytes()[..cut], "x").ok(), noted);
        }
        for (id, changed) in last.iter().enumerate() {
            if let Some(changed) = changed {
                prop_assert!(sent.contains(&(id, *changed)));
            }
        }
        let mut once = sent.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), sent.len());
    }

    /// No text of the tenant's breaks out of its field or its line.
    #[test]
    fn cef_holds_any_title(title in any::<String>()) {
        let line = Format::Cef.line(&alert(&title, "2026-11-23T10:00:00Z"));
        prop_assert!(!line.chars().any(char::is_control));
        let (fields, extension) = read_cef(&line);
        let shown = crate::base::Untrusted::new(title.as_str()).line().into_owned();
        prop_assert_eq!(&fields[5], &shown);
        prop_assert!(extension.starts_with("externalId=ir1 "));
    }
}
