//! An incident, an alert or an account as plans see one, and how a wish becomes a row.

use super::respond::{order_row, sign_in};
use super::{Body, Field, FieldChange, Row, Status, Target};
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, Classification, Comment, Determination, Incident, RiskyUser, Severity, Update, User};

/// What is written to.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// An incident.
    Incident(&'a Incident),
    /// An alert.
    Alert(&'a Alert),
    /// An account.
    Account(&'a User),
    /// Entra's risk of a user.
    Risk(&'a RiskyUser),
}

impl<'a> Record<'a> {
    /// What it is to a write.
    pub fn target(self) -> Target {
        match self {
            Self::Incident(incident) => Target::Incident(incident.id.clone()),
            Self::Alert(alert) => Target::Alert(alert.id.clone()),
            Self::Account(user) => Target::Account(user.id.clone()),
            Self::Risk(risk) => Target::Risk(risk.id.clone()),
        }
    }

    /// Its name.
    pub fn title(self) -> &'a Untrusted {
        match self {
            Self::Incident(incident) => &incident.display_name,
            Self::Alert(alert) => &alert.title,
            Self::Account(user) => &user.upn,
            Self::Risk(risk) => &risk.upn,
        }
    }

    /// When anyone changed it last. Of an account only the last revocation is known.
    pub fn last_update(self) -> Option<Timestamp> {
        match self {
            Self::Incident(incident) => incident.last_update,
            Self::Alert(alert) => alert.last_update,
            Self::Account(user) => user.sessions_valid_from,
            Self::Risk(risk) => risk.last_updated,
        }
    }

    /// The owner's UPN; empty where nobody's.
    pub fn owner(self) -> &'a str {
        let owner = match self {
            Self::Incident(incident) => &incident.assigned_to,
            Self::Alert(alert) => &alert.assigned_to,
            Self::Account(_) | Self::Risk(_) => &None,
        };
        owner.as_ref().map_or("", Untrusted::raw)
    }

    /// Its values of all properties that `wish` sets.
    pub fn values_of(self, wish: &Update) -> Update {
        let now = self.values();
        Update {
            incident_status: wish.incident_status.as_ref().and(now.incident_status),
            alert_status: wish.alert_status.as_ref().and(now.alert_status),
            classification: wish.classification.as_ref().and(now.classification),
            determination: wish.determination.as_ref().and(now.determination),
            assigned_to: wish.assigned_to.as_ref().and(now.assigned_to),
            severity: wish.severity.as_ref().and(now.severity),
            custom_tags: wish.custom_tags.as_ref().and(now.custom_tags),
            display_name: wish.display_name.as_ref().and(now.display_name),
            description: wish.description.as_ref().and(now.description),
            summary: wish.summary.as_ref().and(now.summary),
            resolving_comment: wish.resolving_comment.as_ref().and(now.resolving_comment),
            account_enabled: wish.account_enabled.and(now.account_enabled),
        }
    }

    /// All that can be written of it, as it is.
    fn values(self) -> Update {
        let text = |text: Option<&Untrusted>| Some(text.map_or("", Untrusted::raw).to_owned());
        let assigned_to = Some(self.owner().to_owned());
        match self {
            Self::Alert(alert) => Update {
                alert_status: Some(alert.status.clone()),
                classification: Some(alert.classification.clone()),
                determination: Some(alert.determination.clone()),
                assigned_to,
                ..Update::default()
            },
            Self::Incident(incident) => Update {
                incident_status: Some(incident.status.clone()),
                alert_status: None,
                classification: Some(incident.classification.clone()),
                determination: Some(incident.determination.clone()),
                assigned_to,
                severity: Some(incident.severity.clone()),
                custom_tags: Some(incident.custom_tags.iter().map(|tag| tag.raw().to_owned()).collect()),
                display_name: Some(incident.display_name.raw().to_owned()),
                description: text(incident.details().description.as_ref()),
                summary: text(incident.details().summary.as_ref()),
                resolving_comment: text(incident.details().resolving_comment.as_ref()),
                account_enabled: None,
            },
            Self::Account(user) => Update { account_enabled: user.account_enabled, ..Update::default() },
            Self::Risk(_) => Update::default(),
        }
    }

    /// What differs in `later`, the same record read again: of all that can be written, and the latest remark where one came.
    pub fn changes_to(self, later: Record<'_>) -> Vec<FieldChange> {
        let update = difference(&later.values(), &self.values());
        let mut found = changes(&self.values_of(&update), &update);
        let is_new = |comment: &&Comment| comment.created > self.last_update();
        if let Some(comment) = later.comments().last().filter(is_new) {
            found.push(FieldChange { field: Field::Comment, old: Untrusted::default(), new: comment.comment.clone() });
        }
        found
    }

    fn comments(self) -> &'a [Comment] {
        match self {
            Self::Incident(incident) => &incident.details().comments,
            Self::Alert(alert) => &alert.details().comments,
            Self::Account(_) | Self::Risk(_) => &[],
        }
    }

    /// Who changed it last, where it tells: an alert does not.
    pub fn last_modified_by(self) -> Option<&'a Untrusted> {
        match self {
            Self::Incident(incident) => incident.last_modified_by.as_ref().filter(|by| !by.is_empty()),
            Self::Alert(_) | Self::Account(_) | Self::Risk(_) => None,
        }
    }

    /// The row that makes `wish` true; `None` where it is true already.
    pub fn row(self, wish: &Update) -> Option<Row> {
        let change = difference(wish, &self.values_of(wish));
        (!change.is_empty()).then(|| self.row_of(change))
    }

    /// The row that sends `update` whatever the record holds.
    pub fn row_of(self, update: Update) -> Row {
        let inverse = self.values_of(&update);
        Row {
            target: self.target(),
            title: self.title().clone(),
            last_update: self.last_update(),
            changes: changes(&inverse, &update),
            body: Body::Update(update),
            inverse: Some(inverse),
        }
    }

    /// The row that adds `comment`.
    pub fn remark(self, comment: &str) -> Row {
        Row {
            target: self.target(),
            title: self.title().clone(),
            last_update: self.last_update(),
            changes: vec![FieldChange { field: Field::Comment, old: Untrusted::default(), new: comment.into() }],
            body: Body::Comment(comment.to_owned()),
            inverse: None,
        }
    }

    /// `row` made anew over the record as it is now, whoever changed it; `None` where nothing is left to do.
    pub fn rebase(self, row: &Row) -> Option<Row> {
        match &row.body {
            Body::Update(update) => self.row(update),
            Body::Comment(comment) => Some(self.remark(comment)),
            Body::Order(order, _) => order_row(*order, self),
        }
    }
}

/// What of `wish` differs from `now`. Owners are compared as directories do, without regard to case.
pub(super) fn difference(wish: &Update, now: &Update) -> Update {
    fn other<T: Clone + PartialEq>(wish: Option<&T>, now: Option<&T>) -> Option<T> {
        wish.filter(|value| now != Some(value)).cloned()
    }
    let same_owner = |owner: &String| now.assigned_to.as_ref().is_some_and(|now| now.eq_ignore_ascii_case(owner));
    Update {
        incident_status: other(wish.incident_status.as_ref(), now.incident_status.as_ref()),
        alert_status: other(wish.alert_status.as_ref(), now.alert_status.as_ref()),
        classification: other(wish.classification.as_ref(), now.classification.as_ref()),
        determination: other(wish.determination.as_ref(), now.determination.as_ref()),
        assigned_to: wish.assigned_to.clone().filter(|owner| !same_owner(owner)),
        severity: other(wish.severity.as_ref(), now.severity.as_ref()),
        custom_tags: other(wish.custom_tags.as_ref(), now.custom_tags.as_ref()),
        display_name: other(wish.display_name.as_ref(), now.display_name.as_ref()),
        description: other(wish.description.as_ref(), now.description.as_ref()),
        summary: other(wish.summary.as_ref(), now.summary.as_ref()),
        resolving_comment: other(wish.resolving_comment.as_ref(), now.resolving_comment.as_ref()),
        account_enabled: wish.account_enabled.filter(|wish| now.account_enabled != Some(*wish)),
    }
}

/// Each property of `update` in words: with its value in `before`, and with its own.
pub fn changes(before: &Update, update: &Update) -> Vec<FieldChange> {
    let none = || Untrusted::from("none");
    let text = |text: Option<&String>, empty: &str| match text.map(String::as_str) {
        None => Untrusted::default(),
        Some("") => empty.into(),
        Some(text) => text.into(),
    };
    let tags = |tags: Option<&Vec<String>>| match tags.map(Vec::as_slice) {
        None => Untrusted::default(),
        Some([]) => none(),
        Some(tags) => tags.join(", ").into(),
    };
    let status = |update: &Update| {
        let of_incident = update.incident_status.as_ref().map(|status| status.title().into());
        of_incident.or_else(|| update.alert_status.as_ref().map(|status| status.title().into())).unwrap_or_default()
    };
    let word = |title: Option<&str>| title.map(Untrusted::from).unwrap_or_default();
    let classification = |update: &Update| word(update.classification.as_ref().map(Classification::title));
    let determination = |update: &Update| word(update.determination.as_ref().map(Determination::title));
    let severity = |update: &Update| word(update.severity.as_ref().map(Severity::title));
    let rows = [
        (Field::Name, text(before.display_name.as_ref(), "none"), text(update.display_name.as_ref(), "none")),
        (Field::Status, status(before), status(update)),
        (Field::Severity, severity(before), severity(update)),
        (Field::Classification, classification(before), classification(update)),
        (Field::Determination, determination(before), determination(update)),
        (Field::Owner, text(before.assigned_to.as_ref(), "nobody"), text(update.assigned_to.as_ref(), "nobody")),
        (Field::Tags, tags(before.custom_tags.as_ref()), tags(update.custom_tags.as_ref())),
        (Field::Description, text(before.description.as_ref(), "none"), text(update.description.as_ref(), "none")),
        (Field::Summary, text(before.summary.as_ref(), "none"), text(update.summary.as_ref(), "none")),
        (
            Field::ResolvingComment,
            text(before.resolving_comment.as_ref(), "none"),
            text(update.resolving_comment.as_ref(), "none"),
        ),
        (Field::SignIn, sign_in(before.account_enabled), sign_in(update.account_enabled)),
    ];
    rows.into_iter()
        .filter(|(_, _, new)| !new.is_empty())
        .map(|(field, old, new)| FieldChange { field, old, new })
        .collect()
}

/// The update that sets `status` on a record of the kind of `record`.
pub(super) fn with_status(record: Record<'_>, status: Status) -> Update {
    match record {
        Record::Incident(_) => Update { incident_status: Some(status.of_incident()), ..Update::default() },
        Record::Alert(_) => Update { alert_status: Some(status.of_alert()), ..Update::default() },
        Record::Account(_) | Record::Risk(_) => Update::default(),
    }
}
