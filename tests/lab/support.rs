//! A small hand-made tenant and a client that knows nothing but HTTP and JSON.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use watchfloor::base::Timestamp;
use watchfloor::kql::Value as Cell;
use watchfloor::kql::engine::TableBuilder;
use watchfloor::kql::schema::Schema;
use watchfloor::lab::entities::Entities;
use watchfloor::lab::{Lab, LabConfig, LabOptions, Running, Scale, Tenant};

pub const NOW: &str = "2026-11-23T12:00:00Z";
pub const TENANT: &str = "0f5b1c9e-2d4a-4e6f-8b7c-9a1d3e5f7b90";
pub const ANALYST: &str = "11111111-1111-4111-8111-111111111111";
pub const INSIDER: &str = "22222222-2222-4222-8222-222222222222";

/// A running lab and a way to talk to it.
pub struct Talk {
    pub lab: Running,
    http: reqwest::Client,
    pub token: String,
    pub headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// `error.code` and `error.message`.
    pub fn error(&self) -> (u16, String, String) {
        let error = self.json()["error"].clone();
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        (self.status, text("code"), text("message"))
    }

    /// The ids of `value`.
    pub fn ids(&self) -> Vec<String> {
        let body = self.json();
        let value = body["value"].as_array().unwrap_or_else(|| panic!("no list: {body}"));
        value.iter().map(|entity| entity["id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Talk {
    pub async fn start() -> Self {
        Self::start_with(tenant(), LabOptions::default()).await
    }

    pub async fn start_with(tenant: Tenant, options: LabOptions) -> Self {
        Self::seeded(tenant, options, 1).await
    }

    pub async fn seeded(tenant: Tenant, options: LabOptions, seed: u64) -> Self {
        let config = LabConfig { seed, anchor: at(NOW), scale: Scale::SMALL };
        Self::to(Lab::start_with(tenant, config, options).await.unwrap())
    }

    /// To the tenant that the lab makes for its users.
    pub async fn generated() -> Self {
        Self::generated_with(LabOptions::default()).await
    }

    pub async fn generated_with(options: LabOptions) -> Self {
        let config = LabConfig { seed: 1, anchor: at(NOW), scale: Scale::SMALL };
        Self::to(Lab::start(config, options).await.unwrap())
    }

    pub fn to(lab: Running) -> Self {
        let token = lab.addresses.token.reveal().to_owned();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let prefer = ("prefer", "include-unknown-enum-members".to_owned());
        Self { lab, http, token, headers: vec![prefer] }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.lab.addresses.base_url)
    }

    pub async fn send(&self, method: Method, url: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, url);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        receive(request).await
    }

    /// GET below `/v1.0`, with query options to be encoded.
    pub async fn get(&self, path: &str, options: &[(&str, &str)]) -> Answer {
        let url = reqwest::Url::parse_with_params(&self.url(&format!("/v1.0{path}")), options).unwrap();
        let url = if options.is_empty() { self.url(&format!("/v1.0{path}")) } else { url.to_string() };
        self.send(Method::GET, &url, None).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, &self.url(&format!("/v1.0{path}")), Some(body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, &self.url(&format!("/v1.0{path}")), Some(body)).await
    }

    /// Signs the analyst in and goes on with their token.
    pub async fn sign_in(&mut self, scope: &str) {
        let path = |end: &str| format!("/{TENANT}/oauth2/v2.0/{end}");
        let client = self.lab.addresses.client_id.clone();
        let started = self.form(&path("devicecode"), &[("client_id", &client), ("scope", scope)]).await.json();
        let code = |name: &str| started[name].as_str().unwrap().to_owned();
        assert!(self.lab.analyst.approve(&code("user_code")));
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let fields = [("grant_type", grant), ("client_id", &client), ("device_code", &code("device_code"))];
        let token = self.form(&path("token"), &fields).await.json();
        let issued = token["access_token"].as_str().unwrap_or_else(|| panic!("no token: {token}"));
        issued.clone_into(&mut self.token);
    }

    /// A form sent to the sign-in service.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        receive(self.http.post(self.url(path)).form(fields)).await
    }

    /// Moves the lab's clock forward.
    pub async fn advance(&self, span: &str) {
        let answer = self.send(Method::POST, &self.url("/lab/clock"), Some(json!({ "advance": span }))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// A control of the lab.
    pub async fn control(&self, method: Method, path: &str) -> Answer {
        receive(self.http.request(method, self.url(path))).await
    }
}

async fn receive(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Three incidents (one without alerts) and four alerts of three services, two people, one hunting table.
pub fn tenant() -> Tenant {
    let mut tenant = Tenant {
        id: TENANT.to_owned(),
        domain: "fabrikon.example".to_owned(),
        display_name: "Fabrikon".to_owned(),
        ..Tenant::default()
    };
    for (id, severity, status, assignee, created) in [
        ("103", "high", "active", Value::Null, "2026-11-23T09:00:00.5Z"),
        ("102", "medium", "awaitingAction", json!("ana.lyst@fabrikon.example"), "2026-11-22T09:00:00Z"),
        ("101", "low", "resolved", json!("o'brien@fabrikon.example"), "2026-11-01T09:00:00Z"),
    ] {
        tenant.incidents.insert(id.to_owned(), incident(id, severity, status, &assignee, created));
    }
    for (id, incident, service, detection, status) in [
        ("ir1", "103", "microsoftInsiderRiskManagement", "microsoftInsiderRiskManagement", "new"),
        ("dl2", "103", "dataLossPrevention", "microsoftDataLossPrevention", "inProgress"),
        ("ea3", "103", "microsoftInsiderRiskManagement", "customDetection", "new"),
        ("da4", "101", "microsoftDefenderForEndpoint", "microsoftDefenderForEndpoint", "resolved"),
    ] {
        tenant.alerts.insert(id.to_owned(), alert(id, incident, service, detection, status));
    }
    let people =
        [(ANALYST, "Ana Lyst", "ana.lyst", "Security Operations"), (INSIDER, "Ivo Sider", "ivo.sider", "Research")];
    for (id, name, account, department) in people {
        tenant.users.insert(id.to_owned(), user(id, name, account, department));
    }
    tenant.managers.insert(INSIDER.to_owned(), ANALYST.to_owned());
    tenant.risky_users.insert(INSIDER.to_owned(), risky_user());
    fill_tables(&mut tenant);
    fill_identity(&mut tenant);
    tenant
}

/// What Entra ID knows of the insider: a detection, its history, three sign-ins, a group in a group and a role.
fn fill_identity(tenant: &mut Tenant) {
    let place = json!({ "city": "Oslo", "state": "Oslo", "countryOrRegion": "NO", "geoCoordinates": null });
    let detection = json!({
        "id": "d1",
        "requestId": "s3",
        "riskEventType": "unfamiliarFeatures",
        "riskState": "atRisk",
        "riskLevel": "medium",
        "riskDetail": "none",
        "source": "IdentityProtection",
        "detectionTimingType": "realtime",
        "activity": "signin",
        "tokenIssuerType": "AzureAD",
        "ipAddress": "203.0.113.9",
        "location": place,
        "activityDateTime": "2026-11-22T08:00:00Z",
        "detectedDateTime": "2026-11-22T08:01:00Z",
        "lastUpdatedDateTime": "2026-11-22T08:01:00Z",
        "userId": INSIDER,
        "userDisplayName": "Ivo Sider",
        "userPrincipalName": "ivo.sider@fabrikon.example",
        "additionalInfo": "[{\"Key\":\"userAgent\",\"Value\":\"Lab\"}]",
    });
    tenant.risk_detections.insert("d1", detection);
    let mut item = risky_user();
    (item["id"], item["userId"], item["initiatedBy"]) = (json!("h1"), json!(INSIDER), Value::Null);
    item["activity"] = json!({ "detail": null, "riskEventTypes": ["unfamiliarFeatures"] });
    tenant.risky_history.insert(INSIDER.to_owned(), vec![item]);
    let sign_ins = [
        ("s3", "2026-11-22T08:00:00.1234567Z", "Azure Portal", 0, "medium"),
        ("s2", "2026-11-22T07:00:00Z", "Office 365 SharePoint Online", 0, "none"),
        ("s1", "2026-11-21T07:00:00Z", "Office 365 Exchange Online", 50126, "none"),
    ];
    let sign_ins = sign_ins.map(|(id, created, app, error, risk)| (id, sign_in(id, created, app, error, risk)));
    tenant.sign_ins = sign_ins.into_iter().collect::<Entities>().into();
    for (id, name, kinds) in [("g1", "Research", json!([])), ("g2", "All of Fabrikon", json!(["Unified"]))] {
        let group = json!({ "id": id, "displayName": name, "groupTypes": kinds, "securityEnabled": true });
        tenant.groups.insert(id, group);
    }
    let role = json!({
        "id": "r1",
        "displayName": "Global Reader",
        "description": "Can read everything that a Global Administrator can, but not update anything.",
        "roleTemplateId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    });
    tenant.directory_roles.insert("r1", role);
    tenant.member_of.insert(INSIDER.to_owned(), vec!["g1".to_owned(), "r1".to_owned()]);
    tenant.member_of.insert("g1".to_owned(), vec!["g2".to_owned()]);
}

fn sign_in(id: &str, created: &str, app: &str, error: i64, risk: &str) -> Value {
    let risky = risk != "none";
    json!({
        "id": id,
        "createdDateTime": created,
        "userDisplayName": "Ivo Sider",
        "userPrincipalName": "ivo.sider@fabrikon.example",
        "userId": INSIDER,
        "appDisplayName": app,
        "ipAddress": if risky { "203.0.113.9" } else { "198.51.100.7" },
        "clientAppUsed": "Browser",
        "conditionalAccessStatus": "notApplied",
        "isInteractive": true,
        "riskDetail": "none",
        "riskLevelAggregated": risk,
        "riskLevelDuringSignIn": risk,
        "riskState": if risky { "atRisk" } else { "none" },
        "riskEventTypes_v2": if risky { json!(["unfamiliarFeatures"]) } else { json!([]) },
        "resourceDisplayName": app,
        "status": { "errorCode": error, "failureReason": null, "additionalDetails": null },
        "deviceDetail": {
            "deviceId": "",
            "displayName": null,
            "operatingSystem": "Windows11",
            "browser": "Edge 142.0.0",
            "isCompliant": null,
            "isManaged": null,
            "trustType": null,
        },
        "location": {
            "city": if risky { "Lagos" } else { "Oslo" },
            "state": null,
            "countryOrRegion": if risky { "NG" } else { "NO" },
            "geoCoordinates": { "altitude": null, "latitude": 59.9, "longitude": 10.7 },
        },
        "appliedConditionalAccessPolicies": [],
    })
}

fn incident(id: &str, severity: &str, status: &str, assignee: &Value, created: &str) -> Value {
    json!({
        "id": id,
        "tenantId": TENANT,
        "status": status,
        "incidentWebUrl": format!("https://security.microsoft.com/incident2/{id}/overview?tid={TENANT}"),
        "redirectIncidentId": null,
        "displayName": format!("Incident {id}"),
        "createdDateTime": created,
        "lastUpdateDateTime": created,
        "assignedTo": assignee,
        "classification": "unknown",
        "determination": "unknown",
        "severity": severity,
        "customTags": [],
        "systemTags": [],
        "description": null,
        "lastModifiedBy": "Microsoft 365 Defender-IncidentCreation",
        "resolvingComment": null,
        "summary": null,
        "priorityScore": null,
        "comments": [],
    })
}

fn alert(id: &str, incident: &str, service: &str, detection: &str, status: &str) -> Value {
    json!({
        "id": id,
        "providerAlertId": id,
        "incidentId": incident,
        "status": status,
        "severity": "medium",
        "classification": null,
        "determination": null,
        "serviceSource": service,
        "detectionSource": detection,
        "productName": "Lab",
        "detectorId": null,
        "tenantId": TENANT,
        "title": format!("Alert {id}"),
        "description": "",
        "recommendedActions": "",
        "category": "Exfiltration",
        "categories": ["Exfiltration"],
        "assignedTo": null,
        "alertWebUrl": format!("https://security.microsoft.com/alerts/{id}?tid={TENANT}"),
        "incidentWebUrl": format!("https://security.microsoft.com/incident2/{incident}/overview?tid={TENANT}"),
        "actorDisplayName": null,
        "threatDisplayName": null,
        "threatFamilyName": null,
        "mitreTechniques": [],
        "createdDateTime": "2026-11-23T08:59:00Z",
        "lastUpdateDateTime": "2026-11-23T08:59:00Z",
        "resolvedDateTime": null,
        "firstActivityDateTime": "2026-11-20T08:00:00Z",
        "lastActivityDateTime": "2026-11-23T08:00:00Z",
        "systemTags": [],
        "alertPolicyId": null,
        "investigationState": "unsupportedAlertType",
        "comments": [],
        "customDetails": {},
        "additionalData": null,
        "evidence": evidence(id),
    })
}

/// The insider's account on all alerts but `da4`, which has a device.
fn evidence(id: &str) -> Value {
    let mut evidence = json!({
        "@odata.type": "#microsoft.graph.security.deviceEvidence",
        "createdDateTime": "2026-11-23T08:59:00Z",
        "verdict": "suspicious",
        "remediationStatus": "active",
        "remediationStatusDetails": null,
        "roles": ["policyViolator"],
        "detailedRoles": [],
        "tags": [],
    });
    let own = if id == "da4" {
        json!({ "deviceDnsName": "lap-07.fabrikon.example", "osPlatform": "Windows11", "loggedOnUsers": [] })
    } else {
        evidence["@odata.type"] = "#microsoft.graph.security.userEvidence".into();
        json!({
            "stream": null,
            "userAccount": {
                "accountName": "ivo.sider",
                "activeDirectoryObjectGuid": null,
                "azureAdUserId": INSIDER,
                "displayName": "Ivo Sider",
                "domainName": "FABRIKON",
                "resourceAccessEvents": [],
                "userPrincipalName": "ivo.sider@fabrikon.example",
                "userSid": null,
            },
        })
    };
    for (name, value) in own.as_object().unwrap() {
        evidence[name] = value.clone();
    }
    json!([evidence])
}

fn user(id: &str, name: &str, account: &str, department: &str) -> Value {
    json!({
        "id": id,
        "accountEnabled": true,
        "businessPhones": [],
        "city": null,
        "companyName": "Fabrikon",
        "country": null,
        "createdDateTime": "2024-02-01T08:00:00Z",
        "department": department,
        "displayName": name,
        "employeeHireDate": null,
        "employeeId": null,
        "employeeLeaveDateTime": null,
        "employeeType": "Employee",
        "givenName": name.split(' ').next(),
        "jobTitle": "Specialist",
        "lastPasswordChangeDateTime": null,
        "mail": format!("{account}@fabrikon.example"),
        "mobilePhone": null,
        "officeLocation": null,
        "onPremisesSamAccountName": account,
        "onPremisesSecurityIdentifier": null,
        "preferredLanguage": null,
        "surname": name.split(' ').nth(1),
        "usageLocation": null,
        "userPrincipalName": format!("{account}@fabrikon.example"),
        "userType": "Member",
    })
}

fn risky_user() -> Value {
    json!({
        "id": INSIDER,
        "isDeleted": false,
        "isProcessing": false,
        "riskDetail": "none",
        "riskLastUpdatedDateTime": "2026-11-22T08:00:00Z",
        "riskLevel": "medium",
        "riskState": "atRisk",
        "userDisplayName": "Ivo Sider",
        "userPrincipalName": "ivo.sider@fabrikon.example",
    })
}

/// Three data security events: two hours, ten days and forty days old.
fn fill_tables(tenant: &mut Tenant) {
    let schema = Schema::hunting().table("DataSecurityEvents").unwrap();
    let mut events = TableBuilder::new(schema);
    let rows = [
        ("2026-11-23T10:00:00Z", "File copied to removable media", true),
        ("2026-11-13T10:00:00Z", "File deleted", false),
        ("2026-10-14T10:00:00Z", "File renamed", false),
    ];
    for (timestamp, action, managed) in rows {
        events.push([
            ("Timestamp", Cell::DateTime(at(timestamp).ticks())),
            ("ActionType", Cell::string(action)),
            ("AccountUpn", Cell::string("ivo.sider@fabrikon.example")),
            ("IsManagedDevice", Cell::Bool(managed)),
            ("IrmPolicyMatchInfo", Cell::dynamic(json!([{ "PolicyName": "Data theft by departing users" }]))),
        ]);
    }
    tenant.tables.insert("DataSecurityEvents", events.finish());
}
