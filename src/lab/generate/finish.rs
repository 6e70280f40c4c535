//! Makes a tenant of a world: gives ids, ties alerts to incidents, writes Graph's resources.

use super::alert::{Alert, Incident, Progress, Severity};
use super::assets::Assets;
use super::directory;
use super::random::Random;
use super::rows::AlertIds;
use super::world::World;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::entities::Entities;
use crate::lab::tenant::Tenant;
use serde_json::{Map, Value as Json, json};

/// The number before the first incident's.
const INCIDENT_IDS_START: usize = 4_081;

/// The tenant of `world`.
pub fn tenant(mut world: World) -> Tenant {
    let organisation = &Assets::get().organisation;
    let ids = Ids::assign(&world);
    super::rows::alerts::add(&mut world, &ids.alerts);
    super::rows::identity_info::add(&mut world);
    super::rows::data_security_behaviors::add(&mut world);
    let rows = std::mem::take(&mut world.rows);
    let (users, managers) = directory::users(&world);
    Tenant {
        id: world.tenant_id.to_string(),
        domain: organisation.domain.clone(),
        display_name: organisation.name.clone(),
        incidents: incidents(&world, &ids),
        alerts: alerts(&world, &ids),
        users,
        managers,
        risky_users: directory::risky_users(&world),
        tables: rows.tables(),
    }
}

/// Ids by key.
struct Ids {
    alerts: AlertIds,
    incidents: Vec<String>,
    /// Key of the incident that each alert belongs to.
    incident_of: Vec<Option<usize>>,
}

impl Ids {
    fn assign(world: &World) -> Self {
        let mut random = Random::stream(world.config.seed, "ids/alerts");
        let alerts = world.alerts.iter().map(|alert| alert_id(alert, &mut random)).collect();
        let mut order: Vec<usize> = (0..world.incidents.len()).collect();
        order.sort_by_key(|key| world.incidents[*key].created);
        let mut incidents = vec![String::new(); order.len()];
        for (number, key) in order.into_iter().enumerate() {
            incidents[key] = (INCIDENT_IDS_START + number).to_string();
        }
        let mut incident_of = vec![None; world.alerts.len()];
        for (key, incident) in world.incidents.iter().enumerate() {
            for alert in &incident.alerts {
                incident_of[*alert] = Some(key);
            }
        }
        Self { alerts, incidents, incident_of }
    }
}

/// An id in the manner of the product. Only the prefixes and Endpoint's `_1` are documented; the rest is invented.
fn alert_id(alert: &Alert, random: &mut Random) -> String {
    let prefix = alert.product.prefix;
    match prefix {
        "ca" => format!("{prefix}{}", random.hex(24)),
        "ad" => format!("{prefix}{}", random.hex(64)),
        "da" => format!("{prefix}{}_1", random.guid()),
        _ => format!("{prefix}{}", random.guid()),
    }
}

fn incidents(world: &World, ids: &Ids) -> Entities {
    let mut keys: Vec<usize> = (0..world.incidents.len()).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(world.incidents[*key].created));
    keys.into_iter().map(|key| (ids.incidents[key].clone(), incident(world, ids, key))).collect()
}

fn alerts(world: &World, ids: &Ids) -> Entities {
    let mut keys: Vec<usize> = (0..world.alerts.len()).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(world.alerts[*key].created));
    keys.into_iter().map(|key| (ids.alerts[key].clone(), alert(world, ids, key))).collect()
}

/// What an incident's or an alert's own and common properties say of its handling.
struct Handling<'a> {
    owner: Option<&'a str>,
    classification: &'static str,
    determination: &'static str,
    resolved: Option<Timestamp>,
}

impl<'a> Handling<'a> {
    fn of(progress: &'a Progress) -> Self {
        let untouched = Self { owner: None, classification: "unknown", determination: "unknown", resolved: None };
        match progress {
            Progress::New | Progress::MergedInto(_) => untouched,
            Progress::InProgress { owner } => Self { owner: Some(owner), ..untouched },
            Progress::Resolved { owner, at, verdict, .. } => {
                Self { owner: Some(owner), classification: verdict.0, determination: verdict.1, resolved: Some(*at) }
            }
        }
    }
}

fn incident(world: &World, ids: &Ids, key: usize) -> Json {
    let incident: &Incident = &world.incidents[key];
    let id = &ids.incidents[key];
    let members = || incident.alerts.iter().map(|alert| &world.alerts[*alert]);
    let severity = members().map(|alert| alert.severity).max().unwrap_or(Severity::Medium);
    let handling = Handling::of(&incident.progress);
    let status = match incident.progress {
        Progress::New => "active",
        Progress::InProgress { .. } => "inProgress",
        Progress::Resolved { .. } => "resolved",
        Progress::MergedInto(_) => "redirected",
    };
    let redirect = match incident.progress {
        Progress::MergedInto(survivor) => Some(&ids.incidents[survivor]),
        _ => None,
    };
    let resolving = match incident.progress {
        Progress::Resolved { reason, .. } => Some(reason),
        _ => None,
    };
    let touched = incident.comments.iter().map(|comment| comment.0).chain(handling.resolved);
    let updated = members().map(|alert| alert.created + TimeSpan::seconds(40)).chain(touched).max();
    let modified_by = match handling.owner {
        Some(owner) => format!("API-App:{owner}"),
        None => "Microsoft 365 Defender-IncidentCreation".to_owned(),
    };
    json!({
        "id": id,
        "tenantId": &*world.tenant_id,
        "status": status,
        "incidentWebUrl": incident_url(world, id),
        "redirectIncidentId": redirect,
        "displayName": incident.name,
        "createdDateTime": incident.created,
        "lastUpdateDateTime": updated.unwrap_or(incident.created).min(world.now()),
        "assignedTo": handling.owner,
        "classification": handling.classification,
        "determination": handling.determination,
        "severity": severity.graph(),
        "customTags": incident.tags,
        "systemTags": incident.system_tags,
        "description": incident.description,
        "lastModifiedBy": modified_by,
        "resolvingComment": resolving,
        "summary": null,
        "priorityScore": null,
        "comments": comments(&incident.comments),
    })
}

fn incident_url(world: &World, id: &str) -> String {
    format!("https://security.microsoft.com/incident2/{id}/overview?tid={}", world.tenant_id)
}

fn comments(comments: &[(Timestamp, String, String)]) -> Json {
    let comment = |(at, who, text): &(Timestamp, String, String)| {
        json!({
            "@odata.type": "#microsoft.graph.security.alertComment",
            "comment": text,
            "createdByDisplayName": who,
            "createdDateTime": at,
        })
    };
    comments.iter().map(comment).collect()
}

/// Graph's alert. No public sample of an Insider Risk alert exists: `additionalData`, `alertPolicyId` and the wording
/// of its texts are invented, the rest follows the type's properties.
fn alert(world: &World, ids: &Ids, key: usize) -> Json {
    let alert: &Alert = &world.alerts[key];
    let id = &ids.alerts[key];
    let incident = ids.incident_of[key];
    let progress = incident.map_or(&Progress::New, |incident| &world.incidents[incident].progress);
    let incident_id = incident.map(|incident| &ids.incidents[incident]);
    let handling = Handling::of(progress);
    let status = match progress {
        Progress::New | Progress::MergedInto(_) => "new",
        Progress::InProgress { .. } => "inProgress",
        Progress::Resolved { .. } => "resolved",
    };
    let techniques: Vec<&str> = alert.techniques.iter().map(|technique| technique.id).collect();
    let evidence: Json = alert.evidence.iter().map(|item| item.resource(alert.created, &world.tenant_id)).collect();
    let additional = alert.additional.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    let additional: Map<String, Json> = additional.collect();
    let mut detector = Random::stream(world.config.seed, &alert.title);
    json!({
        "id": id,
        "providerAlertId": id.strip_prefix(alert.product.prefix),
        "incidentId": incident_id,
        "status": status,
        "severity": alert.severity.graph(),
        "classification": handling.classification,
        "determination": handling.determination,
        "serviceSource": alert.product.service_source,
        "detectionSource": alert.product.detection_source,
        "productName": alert.product.product_name,
        "detectorId": detector.guid(),
        "tenantId": &*world.tenant_id,
        "title": alert.title,
        "description": alert.description,
        "recommendedActions": recommended(alert),
        "category": alert.category,
        "categories": [alert.category],
        "assignedTo": handling.owner,
        "alertWebUrl": format!("https://security.microsoft.com/alerts/{id}?tid={}", world.tenant_id),
        "incidentWebUrl": incident_id.map(|id| incident_url(world, id)),
        "actorDisplayName": null,
        "threatDisplayName": null,
        "threatFamilyName": null,
        "mitreTechniques": techniques,
        "createdDateTime": alert.created,
        "lastUpdateDateTime": handling.resolved.unwrap_or(alert.created + TimeSpan::seconds(40)).min(world.now()),
        "resolvedDateTime": handling.resolved,
        "firstActivityDateTime": alert.first,
        "lastActivityDateTime": alert.last,
        "systemTags": [],
        "alertPolicyId": alert.policy.as_ref().map(|policy| &policy.1),
        "investigationState": "unsupportedAlertType",
        "comments": [],
        "customDetails": {},
        "additionalData": additional,
        "evidence": evidence,
    })
}

fn recommended(alert: &Alert) -> &'static str {
    match alert.product.prefix {
        "ir" => {
            "Open the alert in Purview, read the activity and the sequence, and involve HR and legal before acting."
        }
        "dl" => "Review the matched content with the data owner and decide whether the sharing was meant.",
        "da" => "Look at the device's timeline around the activity and at who was signed in.",
        "fa" => "Check who else received the message and whether anyone followed a link.",
        "ad" => "Compare the sign-in with the user's usual places and devices; ask the user by another channel.",
        "ma" => "Check who consented to the application and what it read.",
        _ => "Review the entities and compare them with what is usual for the user.",
    }
}
