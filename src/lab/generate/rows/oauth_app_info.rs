//! `OAuthAppInfo`: applications with consent, a row each.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct OAuthAppInfo {
    /// When the snapshot was taken.
    pub at: Timestamp,
    /// Client id.
    pub app_id: Arc<str>,
    /// Object id of its service principal.
    pub principal_id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Publisher, where verified.
    pub publisher: Option<&'static str>,
    /// When it came into the tenant.
    pub added: Timestamp,
    /// Permissions, delegated.
    pub permissions: &'static [&'static str],
    /// How many users consented.
    pub users: i32,
    /// Whether an administrator consented for all.
    pub is_admin_consented: bool,
    /// Row id.
    pub report_id: u128,
}

impl Row for OAuthAppInfo {
    const TABLE: &'static str = "OAuthAppInfo";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let permission = |name: &&str| json!({ "PermissionValue": name, "PermissionType": "Delegated", "TargetAppDisplayName": "Microsoft Graph" });
        let permissions: Json = self.permissions.iter().map(permission).collect();
        let is_strong = self.permissions.iter().any(|name| name.contains("ReadWrite") || name.ends_with(".All"));
        table.push([
            ("ReportId", Cell::guid(self.report_id)),
            ("Timestamp", when(self.at)),
            ("OAuthAppId", text(&self.app_id)),
            ("ServicePrincipalId", text(&self.principal_id)),
            ("AppName", text(&self.name)),
            ("AddedOnTime", when(self.added)),
            ("LastModifiedTime", when(self.added)),
            ("AppStatus", Cell::Fixed("Enabled")),
            (
                "VerifiedPublisher",
                self.publisher.map_or(Cell::Null, |name| Cell::dynamic(json!({ "displayName": name }))),
            ),
            ("PrivilegeLevel", Cell::Fixed(if is_strong { "High" } else { "Low" })),
            ("Permissions", Cell::dynamic(permissions)),
            ("ConsentedUsersCount", Cell::Int(self.users)),
            ("IsAdminConsented", Cell::Bool(self.is_admin_consented)),
            ("AppOrigin", Cell::Fixed("External")),
            ("LastUsedTime", when(self.at)),
        ]);
    }
}
