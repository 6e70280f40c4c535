//! Makes a tenant of a world: gives ids, ties alerts to incidents, writes Graph's resources.

use super::alert::{Alert, Incident, Progress, Severity};
use super::assets::Assets;
use super::audit;
use super::bulk::{Bulk, BulkAlerts, BulkIncidents, KeptIncident};
use super::directory;
use super::memberships::Memberships;
use super::random::Random;
use super::rows::AlertIds;
use super::stories::Story;
use super::tables::Work;
use super::world::World;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::entities::{Compact, Entities, Maker};
use crate::lab::purview::Growth;
use crate::lab::schedule::{Change, Coming};
use crate::lab::tables::HuntingTables;
use crate::lab::tenant::{Planted, Tenant};
use serde_json::{Map, Value as Json, json};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The number before the first incident's.
const INCIDENT_IDS_START: usize = 4_081;

/// What lists are filtered and sorted by of an incident.
pub(super) const INCIDENT_HEAD: [&str; 10] = [
    "id",
    "status",
    "severity",
    "classification",
    "determination",
    "assignedTo",
    "displayName",
    "redirectIncidentId",
    "createdDateTime",
    "lastUpdateDateTime",
];

/// What lists are filtered and sorted by of an alert, and what ties it to its incident and to Purview.
pub(super) const ALERT_HEAD: [&str; 16] = [
    "id",
    "incidentId",
    "status",
    "severity",
    "classification",
    "determination",
    "serviceSource",
    "detectionSource",
    "assignedTo",
    "category",
    "title",
    "createdDateTime",
    "lastUpdateDateTime",
    "resolvedDateTime",
    "firstActivityDateTime",
    "lastActivityDateTime",
];

/// The tenant of `world`, its hunting tables promised, and the work that keeps the promise.
pub(super) fn tenant(world: World) -> (Tenant, Work) {
    let organisation = &Assets::get().organisation;
    let kept = Bulk::heads(&world);
    let (ids, bulk_ids) = Ids::assign(&world, &kept);
    let bulk = Arc::new(Bulk::new(&world, bulk_ids));
    let (incidents, alerts) = resources(&world, &ids, kept, &bulk);
    let (users, managers) = directory::users(&world);
    let Memberships { groups, directory_roles, member_of } = Memberships::of(&world);
    let tables = HuntingTables::promised();
    let tenant = Tenant {
        id: world.tenant_id.to_string(),
        domain: organisation.domain.clone(),
        display_name: organisation.name.clone(),
        incidents,
        alerts,
        users,
        managers,
        risky_users: directory::risky_users(&world),
        severity_set: BTreeSet::new(),
        renamed: BTreeSet::new(),
        coming: coming(&world, &ids),
        risk_detections: audit::risk_detections(&world),
        risky_history: audit::risky_history(&world),
        sign_ins: audit::sign_ins(&world),
        groups,
        directory_roles,
        member_of,
        tables: tables.clone(),
        stories: planted(&world, &ids),
    };
    (tenant, Work::new(world, ids.alerts, bulk, tables))
}

/// The stories by the ids that they have got.
fn planted(world: &World, ids: &Ids) -> Vec<Planted> {
    let planted = |story: &Story| Planted {
        file: story.file,
        incident: ids.incidents[story.incident].clone(),
        created: world.incidents[story.incident].created,
        alerts: story.alerts.iter().map(|key| ids.alerts[*key].clone()).collect(),
        debrief: story.debrief.clone(),
    };
    world.stories.iter().map(planted).collect()
}

/// Ids by key.
#[derive(Debug)]
pub(super) struct Ids {
    pub(super) alerts: AlertIds,
    pub(super) incidents: Vec<String>,
    /// Key of the incident that each alert belongs to.
    pub(super) incident_of: Vec<Option<usize>>,
}

impl Ids {
    /// Ids of everything in `world`, and of the incidents of `kept` by number: incidents are numbered as they came.
    fn assign(world: &World, kept: &[KeptIncident]) -> (Self, Vec<u32>) {
        let mut random = Random::stream(world.config.seed, "ids/alerts");
        let alerts = world.alerts.iter().map(|alert| alert_id(alert, &mut random)).collect();
        let own = world.incidents.len();
        let created = world.incidents.iter().map(|incident| incident.created);
        let created: Vec<Timestamp> = created.chain(kept.iter().map(|kept| kept.incident.created)).collect();
        let mut order: Vec<usize> = (0..created.len()).collect();
        order.sort_by_key(|key| created[*key]);
        let mut numbers = vec![0; order.len()];
        for (number, key) in order.into_iter().enumerate() {
            numbers[key] = (INCIDENT_IDS_START + number) as u32;
        }
        let bulk = numbers.split_off(own);
        let incidents = numbers.iter().map(u32::to_string).collect();
        let mut incident_of = vec![None; world.alerts.len()];
        for (key, incident) in world.incidents.iter().enumerate() {
            for alert in &incident.alerts {
                incident_of[*alert] = Some(key);
            }
        }
        (Self { alerts, incidents, incident_of }, bulk)
    }
}

/// An id in the manner of the product. Only the prefixes and Endpoint's `_1` are documented; the rest is invented.
pub(super) fn alert_id(alert: &Alert, random: &mut Random) -> String {
    let prefix = alert.product.prefix;
    match prefix {
        "ca" => format!("{prefix}{}", random.hex(24)),
        "ad" => format!("{prefix}{}", random.hex(64)),
        "da" => format!("{prefix}{}_1", random.guid()),
        _ => format!("{prefix}{}", random.guid()),
    }
}

/// A resource that has no place in its list yet.
enum Made {
    Whole(usize),
    Compact(Compact),
}

/// Incidents and alerts, newest first.
fn resources(world: &World, ids: &Ids, kept: Vec<KeptIncident>, bulk: &Arc<Bulk>) -> (Entities, Entities) {
    let own = world.incidents.iter().enumerate();
    let mut incidents: Vec<(Timestamp, String, Made)> =
        own.map(|(key, incident)| (incident.created, ids.incidents[key].clone(), Made::Whole(key))).collect();
    let own = world.alerts.iter().enumerate();
    let mut alerts: Vec<(Timestamp, String, Made)> =
        own.map(|(key, alert)| (alert.created, ids.alerts[key].clone(), Made::Whole(key))).collect();
    for (number, KeptIncident { mut incident, alerts: members }) in kept.into_iter().enumerate() {
        let id = bulk.id(number);
        let shared: Arc<Json> = Arc::new(id.as_str().into());
        set(&mut incident.resource, &INCIDENT_HEAD, "id", &shared);
        incidents.push((incident.created, id, Made::Compact(incident.resource)));
        for (alert_id, mut alert) in members {
            set(&mut alert.resource, &ALERT_HEAD, "incidentId", &shared);
            alerts.push((alert.created, alert_id, Made::Compact(alert.resource)));
        }
    }
    let incidents = in_order(incidents, Arc::new(BulkIncidents::of(bulk)), |key| incident(world, ids, key));
    let alerts = in_order(alerts, Arc::new(BulkAlerts::of(bulk)), |key| alert(world, ids, key));
    (incidents, alerts)
}

fn set(resource: &mut Compact, names: &[&str], name: &str, value: &Arc<Json>) {
    let place = names.iter().position(|known| *known == name);
    if let Some(slot) = place.and_then(|place| resource.head.get_mut(place)) {
        *slot = Arc::clone(value);
    }
}

fn in_order(
    mut made: Vec<(Timestamp, String, Made)>,
    maker: Arc<dyn Maker>,
    whole: impl Fn(usize) -> Json,
) -> Entities {
    made.sort_by_key(|(created, ..)| Reverse(*created));
    let mut entities = Entities::made_by(maker);
    for (_, id, made) in made {
        match made {
            Made::Whole(key) => entities.insert(id, whole(key)),
            Made::Compact(resource) => entities.insert_compact(id, resource),
        }
    }
    entities
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

/// The growth of alerts, as changes to come.
fn coming(world: &World, ids: &Ids) -> Vec<Coming> {
    let change =
        |(at, key, growth): &(Timestamp, usize, Growth)| (*at, Change::Grow(ids.alerts[*key].clone(), growth.clone()));
    world.growth.iter().map(change).collect()
}

/// An instant at which `then` may have been followed by something: not after the anchor, unless it comes itself.
fn known_by(world: &World, then: Timestamp) -> Timestamp {
    world.now().max(then)
}

/// The properties of [`INCIDENT_HEAD`].
pub(super) fn incident_head(world: &World, ids: &Ids, key: usize) -> Map<String, Json> {
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
    let touched = incident.comments.iter().map(|comment| comment.0).chain(handling.resolved);
    let updated = members().map(|alert| alert.created + TimeSpan::seconds(40)).chain(touched).max();
    object(json!({
        "id": id,
        "status": status,
        "severity": severity.graph(),
        "classification": handling.classification,
        "determination": handling.determination,
        "assignedTo": handling.owner,
        "displayName": incident.name,
        "redirectIncidentId": redirect,
        "createdDateTime": incident.created,
        "lastUpdateDateTime": updated.unwrap_or(incident.created).min(known_by(world, incident.created)),
    }))
}

/// Graph's incident, without its alerts.
pub(super) fn incident(world: &World, ids: &Ids, key: usize) -> Json {
    let incident: &Incident = &world.incidents[key];
    let resolving = match incident.progress {
        Progress::Resolved { reason, .. } => Some(reason),
        _ => None,
    };
    let modified_by = match Handling::of(&incident.progress).owner {
        Some(owner) => format!("API-App:{owner}"),
        None => "Microsoft 365 Defender-IncidentCreation".to_owned(),
    };
    let mut resource = incident_head(world, ids, key);
    resource.extend(object(json!({
        "tenantId": &*world.tenant_id,
        "incidentWebUrl": incident_url(world, &ids.incidents[key]),
        "customTags": incident.tags,
        "systemTags": incident.system_tags,
        "description": incident.description,
        "lastModifiedBy": modified_by,
        "resolvingComment": resolving,
        "summary": null,
        "priorityScore": null,
        "comments": comments(&incident.comments),
    })));
    Json::Object(resource)
}

/// The members of an object.
fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(members) => members,
        _ => Map::new(),
    }
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

/// The properties of [`ALERT_HEAD`].
pub(super) fn alert_head(world: &World, ids: &Ids, key: usize) -> Map<String, Json> {
    let alert: &Alert = &world.alerts[key];
    let incident = ids.incident_of[key];
    let progress = incident.map_or(&Progress::New, |incident| &world.incidents[incident].progress);
    let handling = Handling::of(progress);
    let status = match progress {
        Progress::New | Progress::MergedInto(_) => "new",
        Progress::InProgress { .. } => "inProgress",
        Progress::Resolved { .. } => "resolved",
    };
    object(json!({
        "id": ids.alerts[key],
        "incidentId": incident.map(|incident| &ids.incidents[incident]),
        "status": status,
        "severity": alert.severity.graph(),
        "classification": handling.classification,
        "determination": handling.determination,
        "serviceSource": alert.product.service_source,
        "detectionSource": alert.product.detection_source,
        "assignedTo": handling.owner,
        "category": alert.category,
        "title": alert.title,
        "createdDateTime": alert.created,
        "lastUpdateDateTime": handling.resolved.unwrap_or(alert.created + TimeSpan::seconds(40)).min(known_by(world, alert.created)),
        "resolvedDateTime": handling.resolved,
        "firstActivityDateTime": alert.first,
        "lastActivityDateTime": alert.last,
    }))
}

/// Graph's alert. No public sample of an Insider Risk alert exists: `additionalData`, `alertPolicyId` and the wording
/// of its texts are invented, the rest follows the type's properties.
pub(super) fn alert(world: &World, ids: &Ids, key: usize) -> Json {
    let alert: &Alert = &world.alerts[key];
    let id = &ids.alerts[key];
    let incident_id = ids.incident_of[key].map(|incident| &ids.incidents[incident]);
    let techniques: Vec<&str> = alert.techniques.iter().map(|technique| technique.id).collect();
    let evidence: Json = alert.evidence.iter().map(|item| item.resource(alert.created, &world.tenant_id)).collect();
    let additional = alert.additional.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    let additional: Map<String, Json> = additional.collect();
    let mut detector = Random::stream(world.config.seed, &alert.title);
    let mut resource = alert_head(world, ids, key);
    resource.extend(object(json!({
        "providerAlertId": id.strip_prefix(alert.product.prefix),
        "productName": alert.product.product_name,
        "detectorId": detector.guid(),
        "tenantId": &*world.tenant_id,
        "description": alert.description,
        "recommendedActions": recommended(alert),
        "categories": [alert.category],
        "alertWebUrl": format!("https://security.microsoft.com/alerts/{id}?tid={}", world.tenant_id),
        "incidentWebUrl": incident_id.map(|id| incident_url(world, id)),
        "actorDisplayName": null,
        "threatDisplayName": null,
        "threatFamilyName": null,
        "mitreTechniques": techniques,
        "systemTags": [],
        "alertPolicyId": alert.policy.as_ref().map(|policy| &policy.1),
        "investigationState": "unsupportedAlertType",
        "comments": [],
        "customDetails": {},
        "additionalData": additional,
        "evidence": evidence,
    })));
    Json::Object(resource)
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
