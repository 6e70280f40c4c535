//! `EntraIdSpnSignInEvents`: sign-ins of applications.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::devices::Network;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct EntraIdSpnSignInEvent {
    /// When.
    pub at: Timestamp,
    /// Client id.
    pub app_id: Arc<str>,
    /// Object id of the service principal.
    pub principal_id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// From where.
    pub network: Arc<Network>,
    /// Error code; 0 where it succeeded.
    pub error: i32,
    /// Directory id.
    pub tenant_id: Arc<str>,
    /// Id of the request.
    pub request: u128,
}

impl Row for EntraIdSpnSignInEvent {
    const TABLE: &'static str = "EntraIdSpnSignInEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let request = Cell::guid(self.request);
        table.push([
            ("Timestamp", when(self.at)),
            ("Application", text(&self.name)),
            ("ApplicationId", text(&self.app_id)),
            ("IsManagedIdentity", Cell::Bool(false)),
            ("IsConfidentialClient", Cell::Bool(true)),
            ("ErrorCode", Cell::Int(self.error)),
            ("CorrelationId", request.clone()),
            ("ServicePrincipalName", text(&self.name)),
            ("ServicePrincipalId", text(&self.principal_id)),
            ("ResourceDisplayName", Cell::Fixed("Microsoft Graph")),
            ("ResourceId", Cell::Fixed("00000003-0000-0000-c000-000000000000")),
            ("ResourceTenantId", text(&self.tenant_id)),
            ("IPAddress", text(&self.network.ip)),
            ("Country", Cell::Fixed(self.network.country)),
            ("City", Cell::Fixed(self.network.city)),
            ("Latitude", Cell::Fixed(self.network.coordinates.0)),
            ("Longitude", Cell::Fixed(self.network.coordinates.1)),
            ("RequestId", request.clone()),
            ("ReportId", request),
        ]);
    }
}
