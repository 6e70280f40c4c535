//! An answer of the login service, of any status and body: a token, or one error that is safe to show and repeats no
//! secret. The input is the status, a space, a challenge's header, an end of line, the body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfloor::base::Timestamp;
use watchfloor::graph::auth::{Identity, challenge, read_body, read_grant};

const SECRET: &str = "hunter2";

fuzz_target!(|text: &str| {
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let (status, header) = head.split_once(' ').unwrap_or((head, ""));
    if let Some(claims) = challenge::claims(header) {
        let sent = challenge::form_field(Some(&claims));
        assert!(serde_json::from_str::<serde_json::Value>(&sent).is_ok_and(|sent| sent.get("access_token").is_some()));
    }
    let form = [("client_id", "app"), ("client_secret", SECRET)];
    let grant = read_body(status.parse().unwrap_or(200), body.as_bytes(), &form)
        .and_then(|answer| read_grant(answer, Timestamp::from_unix_seconds(1_795_428_000)));
    match grant {
        Ok(grant) => {
            assert!(grant.access.reveal().bytes().all(|byte| byte.is_ascii_graphic()));
            let _ = Identity::of(&grant.access);
        }
        Err(error) => {
            let words = error.to_string();
            assert!(!words.is_empty() && !error.remedy().is_empty());
            assert!(!words.chars().any(char::is_control), "{words:?}");
            assert!(!format!("{error:?}").contains(SECRET), "{words:?}");
        }
    }
});
