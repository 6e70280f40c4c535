//! The true limits of the services, counted in real time.
//! <https://learn.microsoft.com/graph/throttling-limits>

use super::answers::too_many;
use super::{Hit, Struck};
use crate::lab::state::State;
use axum::response::Response;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// A service's limit.
struct Limit {
    /// Beginning of the paths it counts.
    path: &'static str,
    /// So many calls…
    calls: usize,
    /// … in so long.
    window: Duration,
    /// Whether each application has its own count; otherwise all of the tenant share one.
    by_app: bool,
    /// Whether a refusal says how long to wait.
    says_when: bool,
}

/// The first whose path a request begins with counts it.
static LIMITS: &[Limit] = &[
    Limit {
        path: "/security/runHuntingQuery",
        calls: 45,
        window: Duration::from_secs(60),
        by_app: false,
        says_when: true,
    },
    Limit { path: "/security", calls: 150, window: Duration::from_secs(60), by_app: true, says_when: true },
    Limit { path: "/identityProtection", calls: 1, window: Duration::from_secs(1), by_app: false, says_when: false },
];

/// When the calls of the last window came, by limit and application.
pub(super) type Meters = BTreeMap<(usize, String), VecDeque<Instant>>;

/// Counts the request, and refuses it where it is one too many. A refused one counts as well, as on Graph.
pub(super) fn throttle(state: &State, struck: &Struck<'_>, _: &mut Hit) -> Option<Response> {
    let path = struck.path.replace("microsoft.graph.security.", "");
    let below = path.strip_prefix("/v1.0")?;
    let (index, limit) = LIMITS.iter().enumerate().find(|(_, limit)| below.starts_with(limit.path))?;
    let app = if limit.by_app { state.identity.token(struck.headers)?.app } else { "" };
    let now = Instant::now();
    let mut meters = state.faults.meters();
    let calls = meters.entry((index, app.to_owned())).or_default();
    while calls.front().is_some_and(|call| now.duration_since(*call) >= limit.window) {
        calls.pop_front();
    }
    calls.push_back(now);
    if calls.len() <= limit.calls {
        return None;
    }
    // Room for one call comes when the oldest that still counts against it leaves the window.
    let oldest = calls.get(calls.len() - 1 - limit.calls).copied().unwrap_or(now);
    let wait = limit.window.saturating_sub(now.duration_since(oldest)).as_secs_f64();
    drop(meters);
    let wait = if limit.says_when { format!("{wait:.3}") } else { String::new() };
    Some(too_many(state, struck, &wait))
}
