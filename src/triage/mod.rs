//! What an analyst knows and does, as pure functions over the model: how Defender's words map to Purview's, plans of
//! writes and their inverse, the queue filter language, the explainable score, who an incident is about, the
//! insider-risk level derived for a person, what hunting rows say of them, what the journal says of acts, and the report
//! that one shift leaves to the next; and who stands under which alias.

pub mod ageing;
pub mod detail;
pub mod dossier;
pub mod evidence;
pub mod filter;
pub mod handover;
pub mod insider_risk;
pub mod journal;
pub mod people;
pub mod plan;
pub mod pseudonym;
pub mod purview;
pub mod score;
pub mod similar;
pub mod stated;
pub mod sync;
pub mod timeline;
pub mod watch;

pub use filter::Filter;
pub use people::{Entity, EntityKind, Person};
pub use plan::{Act, Plan, Subject, Target, Write};
pub use purview::{PurviewEffect, PurviewState};
pub use score::Score;
pub use stated::{Macro, Stated};
pub use watch::{Watched, Watchlist};
