//! A refusal of any status, headers and body: it becomes one error with words and a remedy, safe to show, that never
//! repeats the token. The input is written as HTTP is: the status, header lines, an empty line, the body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfloor::base::{Secret, Timestamp};
use watchfloor::graph::Endpoint;
use watchfloor::graph::answer::{self, Sent};
use watchfloor::graph::api::{hunting, incidents};
use watchfloor::graph::endpoint::Call;

const CALLS: [&Call; 3] =
    [&<incidents::List as Endpoint>::CALL, &<incidents::Update as Endpoint>::CALL, &<hunting::Run as Endpoint>::CALL];
const TOKEN: &str = "hunter2-access";

fuzz_target!(|text: &str| {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let (status, headers) = head.split_once('\n').unwrap_or((head, ""));
    let header = |name: &str| {
        headers
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(known, _)| *known == name))
            .map(|(_, value)| value)
    };
    let token = Secret::new(TOKEN);
    for call in CALLS {
        let sent = Sent { call, token: &token, id: "c", now: Timestamp::from_unix_seconds(1_795_428_000) };
        let failed = answer::refused(status.parse().unwrap_or(500), &header, body.as_bytes(), sent);
        let (words, remedy) = (failed.error.to_string(), failed.error.remedy());
        assert!(!words.is_empty() && !remedy.is_empty());
        assert!(!words.chars().any(char::is_control), "{words:?}");
        assert!(!format!("{:?}", failed.error).contains(TOKEN));
        let _ = (failed.error.kind(), failed.error.request_id(), failed.error.may_have_happened());
    }
});
