//! How the words of triage look: severities, statuses, sources, times.

use crate::app::reply::{Cause, Failure};
use crate::app::{Remote, RemoteState};
use crate::base::{Timestamp, Untrusted};
use crate::model::{
    Alert, AlertStatus, Classification, Determination, IncidentStatus, RiskState, ServiceSource, Severity, Verdict,
};
use crate::triage::dossier::absence;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::Absent;
use crate::tui::widgets::table::TableCell;
use crate::tui::widgets::text::safe;
use ratatui::style::Style;

/// The look of a severity.
pub fn severity_style(scene: &Scene<'_>, severity: &Severity) -> Style {
    scene.style(match severity {
        Severity::High => Role::SeverityHigh,
        Severity::Medium => Role::SeverityMedium,
        Severity::Low => Role::SeverityLow,
        Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => Role::SeverityInformational,
    })
}

/// A severity as one letter.
pub fn severity_cell(scene: &Scene<'_>, severity: &Severity) -> TableCell {
    (severity.letter().to_owned(), severity_style(scene, severity))
}

/// Cells of the longest status: `in progress`.
pub const STATUS_CELLS: u16 = 11;

/// An incident's status in Defender's word, in at most [`STATUS_CELLS`].
pub fn incident_status_cell(scene: &Scene<'_>, status: &IncidentStatus) -> TableCell {
    let role = match status {
        IncidentStatus::Active => Role::StatusNew,
        IncidentStatus::InProgress => Role::StatusInProgress,
        IncidentStatus::Resolved | IncidentStatus::Redirected => Role::StatusResolved,
        IncidentStatus::AwaitingAction => Role::Warning,
        IncidentStatus::Unrecognized(_) => Role::Muted,
    };
    let word = if *status == IncidentStatus::AwaitingAction { "awaits you" } else { status.title() };
    (word.to_owned(), scene.style(role))
}

/// A title with the mark of what Purview still owes it before it.
pub fn marked(mark: Option<char>, title: &str) -> String {
    mark.map_or_else(|| title.to_owned(), |mark| format!("{mark} {title}"))
}

/// An alert's product, as its letters.
pub fn source_cell(scene: &Scene<'_>, alert: &Alert) -> TableCell {
    (alert.service_source.badge().to_owned(), source_style(scene, &alert.service_source))
}

/// When an alert's activity began, its product, severity and title: how its row begins wherever alerts are listed by
/// time.
pub fn alert_cells(scene: &Scene<'_>, alert: &Alert) -> Vec<TableCell> {
    vec![
        (day_and_clock(alert.began()), scene.style(Role::Muted)),
        source_cell(scene, alert),
        severity_cell(scene, &alert.severity),
        (safe(&alert.title), scene.style(Role::Text)),
    ]
}

/// An alert's status in Defender's word, in at most [`STATUS_CELLS`].
pub fn alert_status_cell(scene: &Scene<'_>, status: &AlertStatus) -> TableCell {
    let role = match status {
        AlertStatus::New => Role::StatusNew,
        AlertStatus::InProgress => Role::StatusInProgress,
        AlertStatus::Resolved => Role::StatusResolved,
        AlertStatus::Unknown | AlertStatus::Unrecognized(_) => Role::Muted,
    };
    (status.title().to_owned(), scene.style(role))
}

/// The look of a source's letters.
pub fn source_style(scene: &Scene<'_>, source: &ServiceSource) -> Style {
    scene.style(if *source == ServiceSource::InsiderRiskManagement { Role::SourceInsiderRisk } else { Role::Source })
}

/// Sources as their letters, as many as go into `cells`; the rest as a count.
pub fn source_letters(sources: &[ServiceSource], cells: usize) -> String {
    let fits = (cells + 1) / 4;
    if sources.len() <= fits {
        return sources.iter().map(ServiceSource::badge).collect::<Vec<_>>().join(" ");
    }
    let shown: Vec<&str> = sources.iter().take(fits.saturating_sub(1)).map(ServiceSource::badge).collect();
    format!("{} +{}", shown.join(" "), sources.len() - shown.len())
}

/// The owner without the domain, or `-`.
pub fn owner(assigned_to: Option<&Untrusted>) -> String {
    match assigned_to.map(safe) {
        Some(name) if !name.is_empty() => name.split('@').next().unwrap_or_default().to_owned(),
        _ => "-".to_owned(),
    }
}

/// The look of an age: of what has waited beyond its target it warns.
pub fn age_style(scene: &Scene<'_>, is_late: bool) -> Style {
    scene.style(if is_late { Role::Warning } else { Role::Text })
}

/// Day and minute, UTC: `11-23 09:58`.
pub fn day_and_clock(at: Option<Timestamp>) -> String {
    let text = at.map(Timestamp::to_seconds_text).unwrap_or_default();
    text.get(5..16).unwrap_or_default().to_owned()
}

/// What to say where a remote value is not there; `None` where it is.
pub fn absent<T>(remote: &Remote<T>) -> Option<Absent> {
    match remote.state() {
        RemoteState::NotAsked => Some(Absent::Empty("not asked for".to_owned())),
        RemoteState::Loading => Some(Absent::Loading),
        RemoteState::Unavailable(failure) => Some(unavailable(failure)),
        RemoteState::Loaded { .. } => None,
    }
}

/// A failure as a panel says it.
pub fn unavailable(failure: &Failure) -> Absent {
    let request = failure.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
    let why = match &failure.cause {
        Cause::BadQuery { message } => match absence::missing_table(message.raw()) {
            Some(table) => {
                format!("The tenant has no table {}, or does not show it to you.", Untrusted::new(table).line())
            }
            None => format!("The service refused the query: {}", safe(message)),
        },
        _ => format!("No {}: {}", failure.what.trim_start_matches("the "), safe(&failure.why)),
    };
    Absent::Unavailable { why, remedy: format!("{}{request}", failure.remedy) }
}

/// What is in the way, in a few words, for a row that has no room for the service's.
pub fn obstacle(failure: &Failure) -> String {
    match &failure.cause {
        Cause::Permission(permission) => format!("permission missing: {permission}"),
        Cause::SignIn => "signed out".to_owned(),
        Cause::Throttled => "throttled".to_owned(),
        Cause::Offline => "the service cannot be reached".to_owned(),
        Cause::NotFound => safe(&failure.why).trim_end_matches('.').to_owned(),
        Cause::BadQuery { message } => match absence::missing_table(message.raw()) {
            Some(table) => format!("no table {}", Untrusted::new(table).line()),
            None => format!("query refused: {}", safe(message)),
        },
        Cause::NotLicensed => "not licensed".to_owned(),
        Cause::Service => "the service failed".to_owned(),
        Cause::Store => "the local store failed".to_owned(),
    }
}

/// A classification in at most 14 cells.
pub fn finding(classification: &Classification) -> &'static str {
    match classification {
        Classification::Unknown => "-",
        Classification::TruePositive => "true positive",
        Classification::FalsePositive => "false positive",
        Classification::InformationalExpectedActivity => "expected",
        Classification::Unrecognized(_) => "?",
    }
}

/// A determination; nothing where none is set.
pub fn determination(determination: &Determination) -> &str {
    match determination {
        Determination::Unknown => "",
        set => set.title(),
    }
}

/// How long ago, as a phrase: `2 h ago`, `now`; nothing where unknown.
pub fn ago(scene: &Scene<'_>, at: Option<Timestamp>) -> String {
    match scene.age(at).as_str() {
        "" => String::new(),
        "now" => "now".to_owned(),
        age => format!("{age} ago"),
    }
}

/// Entra's state of a user, in words.
pub fn risk_state(state: &RiskState) -> &'static str {
    match state {
        RiskState::None => "",
        RiskState::ConfirmedSafe => "confirmed safe",
        RiskState::Remediated => "remediated",
        RiskState::Dismissed => "dismissed",
        RiskState::AtRisk => "at risk",
        RiskState::ConfirmedCompromised => "confirmed compromised",
        RiskState::Unrecognized(_) => "in a state this version does not know",
    }
}

/// A verdict; nothing where there is none.
pub fn verdict_cell(scene: &Scene<'_>, verdict: &Verdict) -> TableCell {
    let (word, role) = match verdict {
        Verdict::Malicious => ("malicious", Role::Error),
        Verdict::Suspicious => ("suspicious", Role::Warning),
        Verdict::NoThreatsFound => ("clean", Role::Good),
        Verdict::Unknown | Verdict::Unrecognized(_) => ("", Role::Muted),
    };
    (word.to_owned(), scene.style(role))
}
