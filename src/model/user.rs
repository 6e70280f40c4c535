//! A directory user and Entra's risk of one.

use super::json::{Fields, FromJson, Shape};
use super::rest::Rest;
use super::terms::{RiskLevel, RiskState};
use crate::base::{Timestamp, Untrusted};
use serde_json::Value;

/// `microsoft.graph.user`, the properties triage asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Object id.
    pub id: Box<str>,
    /// Display name.
    pub display_name: Untrusted,
    /// User principal name.
    pub upn: Untrusted,
    /// Primary mail address.
    pub mail: Option<Untrusted>,
    /// Job title.
    pub job_title: Option<Untrusted>,
    /// Department.
    pub department: Option<Untrusted>,
    /// Office.
    pub office_location: Option<Untrusted>,
    /// Country.
    pub country: Option<Untrusted>,
    /// Whether sign-in is allowed; `None` where not told.
    pub account_enabled: Option<bool>,
    /// Since when sessions count: those begun earlier were revoked.
    pub sessions_valid_from: Option<Timestamp>,
    /// Account creation.
    pub created: Option<Timestamp>,
    /// First day.
    pub employee_hire_date: Option<Timestamp>,
    /// Last day. It takes a permission of its own, so a directory that gives the rest may keep it back.
    pub leave_date: LeaveDate,
    /// Properties this build does not know, as they came.
    pub unknown: Rest,
}

impl FromJson for User {
    fn from_json(value: Value) -> Result<Self, Shape> {
        let mut fields = Fields::of("user", value)?;
        Ok(Self {
            id: fields.id("user")?,
            display_name: fields.text_or_empty("displayName"),
            upn: fields.text_or_empty("userPrincipalName"),
            mail: fields.text("mail"),
            job_title: fields.text("jobTitle"),
            department: fields.text("department"),
            office_location: fields.text("officeLocation"),
            country: fields.text("country"),
            account_enabled: fields.flag("accountEnabled"),
            sessions_valid_from: fields.time("signInSessionsValidFromDateTime"),
            created: fields.time("createdDateTime"),
            employee_hire_date: fields.time("employeeHireDate"),
            leave_date: LeaveDate::read(&mut fields, LeaveDate::NotTold),
            unknown: fields.rest().into(),
        })
    }
}

/// What is known of a user's last day of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeaveDate {
    /// Not asked for, or kept back.
    #[default]
    NotTold,
    /// HR names none.
    None,
    /// The day, at its start or at the end of work.
    Known(Timestamp),
}

impl LeaveDate {
    /// The day, where there is one and it was told.
    pub const fn known(self) -> Option<Timestamp> {
        match self {
            Self::Known(at) => Some(at),
            Self::NotTold | Self::None => None,
        }
    }

    fn read(fields: &mut Fields, absent: Self) -> Self {
        fields.time("employeeLeaveDateTime").map_or(absent, Self::Known)
    }
}

impl FromJson for LeaveDate {
    fn from_json(value: Value) -> Result<Self, Shape> {
        Ok(Self::read(&mut Fields::of("user", value)?, Self::None))
    }
}

/// `microsoft.graph.riskyUser`: Entra ID Protection's view. It is not the insider-risk level.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskyUser {
    /// The user's object id.
    pub id: Box<str>,
    /// User principal name.
    pub upn: Untrusted,
    /// Level.
    pub risk_level: RiskLevel,
    /// State.
    pub risk_state: RiskState,
    /// Why, as on the wire.
    pub risk_detail: Option<Untrusted>,
    /// Last change.
    pub last_updated: Option<Timestamp>,
    /// Properties this build does not know, as they came.
    pub unknown: Rest,
}

impl RiskyUser {
    /// The risk of the user of object id `id` where Entra has recorded none.
    pub fn none(id: &str) -> Self {
        Self {
            id: id.into(),
            upn: Untrusted::default(),
            risk_level: RiskLevel::None,
            risk_state: RiskState::None,
            risk_detail: None,
            last_updated: None,
            unknown: Rest::default(),
        }
    }
}

impl FromJson for RiskyUser {
    fn from_json(value: Value) -> Result<Self, Shape> {
        let mut fields = Fields::of("riskyUser", value)?;
        Ok(Self {
            id: fields.id("riskyUser")?,
            upn: fields.text_or_empty("userPrincipalName"),
            risk_level: fields.member("riskLevel", RiskLevel::from_wire).unwrap_or(RiskLevel::None),
            risk_state: fields.member("riskState", RiskState::from_wire).unwrap_or(RiskState::None),
            risk_detail: fields.text("riskDetail"),
            last_updated: fields.time("riskLastUpdatedDateTime"),
            unknown: fields.rest().into(),
        })
    }
}

/// `microsoft.graph.riskyUserHistoryItem`: what a user's risk became at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskChange {
    /// When.
    pub at: Option<Timestamp>,
    /// The level from then on.
    pub risk_level: RiskLevel,
    /// The state from then on.
    pub risk_state: RiskState,
    /// Why, as on the wire.
    pub risk_detail: Option<Untrusted>,
    /// Kinds of risk that were detected, as on the wire.
    pub event_types: Vec<Untrusted>,
    /// Who decided it: an object id or a name; empty where the service did.
    pub initiated_by: Untrusted,
}

impl FromJson for RiskChange {
    fn from_json(value: Value) -> Result<Self, Shape> {
        let mut fields = Fields::of("riskyUserHistoryItem", value)?;
        let event_types = fields.nested("activity", |activity| activity.texts("riskEventTypes"));
        Ok(Self {
            at: fields.time("riskLastUpdatedDateTime"),
            risk_level: fields.member("riskLevel", RiskLevel::from_wire).unwrap_or(RiskLevel::None),
            risk_state: fields.member("riskState", RiskState::from_wire).unwrap_or(RiskState::None),
            risk_detail: fields.text("riskDetail"),
            event_types,
            initiated_by: fields.text_or_empty("initiatedBy"),
        })
    }
}
