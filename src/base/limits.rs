//! Shared ceilings, each with its reason. A queue, page loop, cache or history states its limit beside its own type;
//! those that several layers must agree on are here.

/// The most incidents Graph returns a page: above it Graph answers 400.
pub const INCIDENT_PAGE_MAX: usize = 50;

/// The most rows `runHuntingQuery` returns. Graph cuts silently there, so a result of exactly this size is incomplete.
/// <https://learn.microsoft.com/graph/api/resources/security-api-overview>
pub const HUNTING_ROWS_MAX: usize = 100_000;

/// The longest comment the Defender portal takes, in characters.
pub const COMMENT_CHARS_MAX: usize = 30_000;

/// How long Purview and Defender may disagree after a change on either side.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
pub const PURVIEW_SYNC_MINUTES: i64 = 30;
