//! Properties of cloud applications and resources.

use super::{CloudApp, Entity, Evidence, OAuthApp};
use crate::base::Timestamp;
use crate::lab::generate::content::Document;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// `cloudApplicationEvidence`.
pub(super) fn cloud_app(app: &CloudApp) -> Json {
    json!({
        "appId": app.id,
        "displayName": app.name,
        "instanceId": 0,
        "instanceName": app.name,
        "saasAppId": app.id,
        "stream": null,
    })
}

/// `oauthApplicationEvidence`.
pub(super) fn oauth_app(app: &OAuthApp) -> Json {
    json!({ "appId": app.app_id, "displayName": app.name, "objectId": app.object_id, "publisher": app.publisher })
}

/// `servicePrincipalEvidence`.
pub(super) fn service_principal(app: &OAuthApp, tenant: &str) -> Json {
    json!({
        "appId": app.app_id,
        "appOwnerTenantId": tenant,
        "servicePrincipalName": app.name,
        "servicePrincipalObjectId": app.object_id,
        "servicePrincipalType": "application",
        "tenantId": tenant,
    })
}

/// `azureResourceEvidence` of a resource's id.
pub(super) fn azure_resource(id: &str) -> Json {
    let (provider, name) = id.rsplit_once('/').unwrap_or(("", id));
    let kind = provider.split_once("/providers/").map_or("", |(_, kind)| kind);
    json!({ "resourceId": id, "resourceName": name, "resourceType": kind })
}

/// `blobEvidence` of a document in a storage account and container.
pub(super) fn blob(account: &Arc<str>, container: &str, document: &Document, at: Timestamp, tenant: &str) -> Json {
    let name = account.rsplit('/').next().unwrap_or_default();
    let url = format!("https://{name}.blob.core.windows.example/{container}");
    let mut holder = Evidence::of(Entity::AzureResource(Arc::clone(account))).resource(at, tenant);
    let storage = holder.clone();
    if let Json::Object(holder) = &mut holder {
        for property in ["resourceId", "resourceName", "resourceType"] {
            holder.shift_remove(property);
        }
        holder.insert("@odata.type".to_owned(), json!("#microsoft.graph.security.blobContainerEvidence"));
        holder.insert("name".to_owned(), json!(container));
        holder.insert("storageResource".to_owned(), storage);
        holder.insert("url".to_owned(), json!(url));
    }
    json!({
        "blobContainer": holder,
        "etag": format!("0x{}", document.sha1.get(..15).unwrap_or_default().to_uppercase()),
        "fileHashes": [{ "algorithm": "sha256", "value": &*document.sha256 }],
        "name": &*document.name,
        "url": format!("{url}/{}", document.name),
    })
}

/// `aiAgentEvidence` of an agent's id and name.
pub(super) fn agent(id: &str, name: &str) -> Json {
    json!({ "agentId": id, "agentName": name, "hostingPlatformType": "copilotStudio", "instructions": null })
}
