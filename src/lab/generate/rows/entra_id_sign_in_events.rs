//! `EntraIdSignInEvents`: sign-ins of users.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::sign_ins::SignIn;
use serde_json::json;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct EntraIdSignInEvent {
    /// The sign-in.
    pub fact: Arc<SignIn>,
    /// Directory id.
    pub tenant_id: Arc<str>,
}

impl Row for EntraIdSignInEvent {
    const TABLE: &'static str = "EntraIdSignInEvents";

    fn at(&self) -> Timestamp {
        self.fact.at
    }

    fn push(self, table: &mut RowWriter) {
        let fact = &*self.fact;
        let (person, network, device) = (&fact.person, &fact.network, fact.device.as_ref());
        let request = Cell::guid(fact.request);
        let events =
            if fact.risk_events.is_empty() { Cell::Null } else { Cell::string(json!(fact.risk_events).to_string()) };
        let is_managed = i32::from(device.is_some());
        let requirement = if fact.is_multi_factor { "multiFactorAuthentication" } else { "singleFactorAuthentication" };
        table.push([
            ("Timestamp", when(fact.at)),
            ("Application", Cell::Fixed(fact.application.name)),
            ("ApplicationId", Cell::Fixed(fact.application.id)),
            ("LogonType", Cell::Fixed(logon_type(fact.is_interactive))),
            ("ErrorCode", Cell::Int(fact.failure.map_or(0, |failure| failure.code))),
            ("CorrelationId", Cell::guid(fact.correlation)),
            ("SessionId", Cell::guid(fact.session)),
            ("AccountDisplayName", text(&person.display_name)),
            ("AccountObjectId", text(&person.object_id)),
            ("AccountUpn", text(&person.upn)),
            ("IsExternalUser", Cell::Int(0)),
            ("IsGuestUser", Cell::Bool(false)),
            ("ResourceDisplayName", Cell::Fixed(fact.application.resource)),
            ("ResourceId", Cell::Fixed(fact.application.resource_id)),
            ("ResourceTenantId", text(&self.tenant_id)),
            ("DeviceName", device.map_or(Cell::Null, |device| text(&device.name))),
            ("EntraIdDeviceId", device.map_or(Cell::Null, |device| Cell::guid(device.entra_id))),
            ("OSPlatform", Cell::Fixed(fact.client.os)),
            ("DeviceTrustType", Cell::Fixed(if device.is_some() { "Hybrid Azure AD joined" } else { "" })),
            ("IsManaged", Cell::Int(is_managed)),
            ("IsCompliant", Cell::Int(is_managed)),
            ("AuthenticationRequirement", Cell::Fixed(requirement)),
            ("TokenIssuerType", Cell::Fixed("0")),
            ("RiskLevelAggregated", Cell::Int(fact.risk.code())),
            ("RiskLevelDuringSignIn", Cell::Int(fact.risk.code())),
            ("RiskEventTypes", events),
            ("RiskState", Cell::Int(fact.risk_state().1)),
            ("UserAgent", Cell::Fixed(fact.client.user_agent)),
            ("ClientAppUsed", Cell::Fixed(fact.client.app)),
            ("Browser", Cell::Fixed(fact.client.browser)),
            ("ConditionalAccessStatus", Cell::Int(fact.conditional_access().1)),
            ("IPAddress", text(&network.ip)),
            ("Country", Cell::Fixed(network.country)),
            ("City", Cell::Fixed(network.city)),
            ("Latitude", Cell::Fixed(network.coordinates.0)),
            ("Longitude", Cell::Fixed(network.coordinates.1)),
            ("RequestId", request.clone()),
            ("ReportId", request),
            ("IsSignInThroughGlobalSecureAccess", Cell::Bool(false)),
        ]);
    }
}

/// `LogonType`, JSON text of an array of one.
const fn logon_type(is_interactive: bool) -> &'static str {
    if is_interactive { "[\"interactiveUser\"]" } else { "[\"nonInteractiveUser\"]" }
}
