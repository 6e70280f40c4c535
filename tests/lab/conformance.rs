//! Every answer of every route, good or bad, is as the official types and Graph's envelope have it: properties, types,
//! nullability, enum members, context, headers. The routes come from the router's own table: a new one without a case
//! here fails.

use crate::support::{ANALYST, Answer, INSIDER, Talk, tenant};
use reqwest::Method;
use serde_json::{Value, json};
use watchfloor::lab::LabOptions;
use watchfloor::lab::router::routes;

/// The official types, read from the project's copy of the metadata without the lab's own reader.
struct Metadata(Value);

impl Metadata {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/schema/graph.json");
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn property(&self, ty: &str, name: &str) -> Option<String> {
        let declared = &self.0["types"][ty];
        for kind in ["properties", "navigation"] {
            if let Some(found) = declared[kind][name].as_str() {
                return Some(found.to_owned());
            }
        }
        self.property(declared["base"].as_str()?, name)
    }

    fn is_a(&self, ty: &str, wanted: &str) -> bool {
        ty == wanted || self.0["types"][ty]["base"].as_str().is_some_and(|base| self.is_a(base, wanted))
    }

    /// Adds to `wrong` the properties of `ty` that `entity` lacks; Graph sends all, null where empty.
    fn check_complete(&self, entity: &Value, ty: &str, at: &str, wrong: &mut Vec<String>) {
        let said = entity["@odata.type"].as_str().map(|ty| ty.trim_start_matches('#').to_owned());
        let mut ty = said.unwrap_or_else(|| ty.to_owned());
        loop {
            let declared = &self.0["types"][&ty];
            for name in declared["properties"].as_object().unwrap().keys() {
                if entity.get(name).is_none() {
                    wrong.push(format!("{at}: {name} is missing"));
                }
            }
            let Some(base) = declared["base"].as_str() else { return };
            ty = base.to_owned();
        }
    }

    /// Adds to `wrong` what of `entity` is not as `ty` declares.
    fn check(&self, entity: &Value, ty: &str, at: &str, wrong: &mut Vec<String>) {
        if self.0["types"][ty]["open"] == true {
            return;
        }
        let Some(properties) = entity.as_object() else { return wrong.push(format!("{at}: not an object")) };
        let concrete = properties.get("@odata.type").and_then(Value::as_str).map(|ty| ty.trim_start_matches('#'));
        let actual = concrete.unwrap_or(ty);
        if !self.is_a(actual, ty) || self.0["types"].get(actual).is_none() {
            wrong.push(format!("{at}: {actual} is not a {ty}"));
        }
        for (name, value) in properties.iter().filter(|(name, _)| !name.contains("@odata.")) {
            match self.property(actual, name) {
                Some(declared) => self.check_value(value, &declared, &format!("{at}/{name}"), wrong),
                None => wrong.push(format!("{at}/{name}: no such property of {actual}")),
            }
        }
    }

    fn check_value(&self, value: &Value, declared: &str, at: &str, wrong: &mut Vec<String>) {
        let nullable = !declared.ends_with('!');
        let name = declared.trim_end_matches('!');
        if value.is_null() {
            if !nullable {
                wrong.push(format!("{at}: null is not allowed"));
            }
            return;
        }
        if let Some(element) = name.strip_prefix("Collection(").and_then(|name| name.strip_suffix(')')) {
            let Some(items) = value.as_array() else { return wrong.push(format!("{at}: not a collection")) };
            for item in items {
                self.check_value(item, &format!("{element}!"), at, wrong);
            }
            return;
        }
        let fits = match name {
            "Edm.String" | "Edm.Guid" => value.is_string(),
            "Edm.DateTimeOffset" => value
                .as_str()
                .is_some_and(|text| text.ends_with('Z') && text.parse::<watchfloor::base::Timestamp>().is_ok()),
            "Edm.Boolean" => value.is_boolean(),
            "Edm.Int32" | "Edm.Int64" => value.is_i64(),
            "Edm.Single" | "Edm.Double" => value.is_number(),
            name => {
                if let Some(members) = self.0["enums"][name]["members"].as_array() {
                    members.contains(value)
                } else {
                    self.check(value, name, at, wrong);
                    true
                }
            }
        };
        if !fits {
            wrong.push(format!("{at}: {value} is not {name}"));
        }
    }
}

#[test]
fn the_check_finds_what_is_wrong() {
    let incident = json!({ "id": "1", "tags": [], "severity": "urgent", "status": null, "createdDateTime": "today" });
    let mut wrong = Vec::new();
    Metadata::read().check(&incident, "microsoft.graph.security.incident", "", &mut wrong);
    let expected = [
        "/tags: no such property of microsoft.graph.security.incident",
        "/severity: \"urgent\" is not microsoft.graph.security.alertSeverity",
        "/status: null is not allowed",
        "/createdDateTime: \"today\" is not Edm.DateTimeOffset",
    ];
    assert_eq!(wrong, expected);
}

/// What a good answer is.
enum Shape {
    /// `value` is a list of entities of the type; the second says whether they have all their properties.
    List(&'static str, bool),
    /// An entity or a complex value of the type, with all its properties.
    One(&'static str),
    /// As a user without `$select`: of the type, with the default properties.
    Some(&'static str),
    /// `value` is a truth.
    Truth,
    /// 204 without a body.
    Nothing,
    /// Answers of a batch.
    Batch,
}

use Shape::{Batch, List, Nothing, One, Truth};

/// A good request to a route and what its answer is.
struct Case {
    route: (&'static str, &'static str),
    path: String,
    body: Value,
    shape: Shape,
    context: String,
}

fn case(method: &'static str, route: &'static str, params: &[&str], body: Value, shape: Shape, context: &str) -> Case {
    let path = params.iter().fold(route.to_owned(), |path, param| path.replacen("{}", param, 1));
    Case { route: (method, route), path, body, shape, context: context.to_owned() }
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    const INCIDENT: &str = "microsoft.graph.security.incident";
    const ALERT: &str = "microsoft.graph.security.alert";
    const COMMENT: &str = "microsoft.graph.security.alertComment";
    const OBJECT: &str = "microsoft.graph.directoryObject";
    const GROUP: &str = "microsoft.graph.group";
    const ROLE: &str = "microsoft.graph.directoryRole";
    const USER: &str = "microsoft.graph.user";
    const RISKY: &str = "microsoft.graph.riskyUser";
    let user = [INSIDER];
    let risky = [INSIDER];
    let get = |route, params: &[&str], shape, context: &str| case("GET", route, params, Value::Null, shape, context);
    let post = |route, params: &[&str], body, shape, context: &str| case("POST", route, params, body, shape, context);
    let comment = || json!({ "@odata.type": format!("#{COMMENT}"), "comment": "seen" });
    let users = || json!({ "userIds": [INSIDER] });
    let batch = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/security/alerts_v2" }, { "id": "2", "method": "GET", "url": "/nothing" }] });
    vec![
        get("/security/incidents", &[], List(INCIDENT, true), "security/incidents"),
        get("/security/incidents/{}", &["103"], One(INCIDENT), "security/incidents/$entity"),
        case("PATCH", "/security/incidents/{}", &["103"], json!({ "status": "resolved" }), One(INCIDENT), "security/incidents/$entity"),
        get("/security/incidents/{}/alerts", &["103"], List(ALERT, true), "security/alerts_v2"),
        get("/security/incidents/{}/alerts/{}", &["103", "ir1"], One(ALERT), "security/alerts_v2/$entity"),
        post("/security/incidents/{}/comments", &["103"], comment(), List(COMMENT, true), "security/incidents('103')/comments"),
        post("/security/incidents/mergeIncidents", &[], json!({ "incidentIds": ["103", "101"] }), One("microsoft.graph.security.mergeResponse"), "microsoft.graph.security.mergeResponse"),
        get("/security/alerts_v2", &[], List(ALERT, true), "security/alerts_v2"),
        get("/security/alerts_v2/{}", &["da4"], One(ALERT), "security/alerts_v2/$entity"),
        case("PATCH", "/security/alerts_v2/{}", &["da4"], json!({ "status": "new" }), One(ALERT), "security/alerts_v2/$entity"),
        post("/security/alerts_v2/{}/comments", &["da4"], comment(), List(COMMENT, true), "security/alerts_v2('da4')/comments"),
        post("/security/alerts_v2/moveAlerts", &[], json!({ "alertIds": ["da4"] }), One("microsoft.graph.security.mergeResponse"), "microsoft.graph.security.mergeResponse"),
        post("/security/runHuntingQuery", &[], json!({ "Query": "DataSecurityEvents" }), One("microsoft.graph.security.huntingQueryResults"), "microsoft.graph.security.huntingQueryResults"),
        get("/identityProtection/riskyUsers", &[], List(RISKY, true), "identityProtection/riskyUsers"),
        get("/identityProtection/riskyUsers/{}", &risky, One(RISKY), "identityProtection/riskyUsers/$entity"),
        get("/identityProtection/riskyUsers/{}/history", &risky, List("microsoft.graph.riskyUserHistoryItem", true), &format!("identityProtection/riskyUsers('{INSIDER}')/history")),
        post("/identityProtection/riskyUsers/dismiss", &[], users(), Nothing, ""),
        post("/identityProtection/riskyUsers/confirmCompromised", &[], users(), Nothing, ""),
        post("/identityProtection/riskyUsers/confirmSafe", &[], users(), Nothing, ""),
        get("/identityProtection/riskDetections", &[], List("microsoft.graph.riskDetection", true), "identityProtection/riskDetections"),
        get("/identityProtection/riskDetections/{}", &["d1"], One("microsoft.graph.riskDetection"), "identityProtection/riskDetections/$entity"),
        get("/auditLogs/signIns", &[], List("microsoft.graph.signIn", true), "auditLogs/signIns"),
        get("/auditLogs/signIns/{}", &["s3"], One("microsoft.graph.signIn"), "auditLogs/signIns/$entity"),
        get("/users", &[], List(USER, false), "users"),
        get("/users/{}", &user, Shape::Some(USER), "users/$entity"),
        case("PATCH", "/users/{}", &user, json!({ "accountEnabled": false }), Nothing, ""),
        post("/users/{}/revokeSignInSessions", &user, Value::Null, Truth, "Edm.Boolean"),
        get("/users/{}/manager", &user, Shape::Some(OBJECT), "directoryObjects/$entity"),
        get("/users/{}/directReports", &[ANALYST], List(OBJECT, false), "directoryObjects"),
        get("/users/{}/memberOf", &user, List(OBJECT, true), "directoryObjects"),
        get("/users/{}/memberOf/microsoft.graph.group", &user, List(GROUP, true), "groups"),
        get("/users/{}/memberOf/microsoft.graph.directoryRole", &user, List(ROLE, true), "directoryRoles"),
        get("/users/{}/transitiveMemberOf", &user, List(OBJECT, true), "directoryObjects"),
        get("/users/{}/transitiveMemberOf/microsoft.graph.group", &user, List(GROUP, true), "groups"),
        get("/users/{}/transitiveMemberOf/microsoft.graph.directoryRole", &user, List(ROLE, true), "directoryRoles"),
        get("/me", &[], Shape::Some(USER), "users/$entity"),
        get("/me/memberOf", &[], List(OBJECT, true), "directoryObjects"),
        post("/$batch", &[], batch, Batch, ""),
    ]
}

/// A lab with the analyst in a group; `/me` speaks for a signed-in analyst.
async fn talk_for(path: &str) -> Talk {
    let mut tenant = tenant();
    tenant.member_of.insert(ANALYST.to_owned(), vec!["g2".to_owned()]);
    let mut talk = Talk::start_with(tenant, LabOptions::default()).await;
    if path.starts_with("/me") {
        talk.sign_in("User.Read").await;
    }
    talk.headers.push(("client-request-id", "c43d412b-1b5b-42c8-8c85-e9c28c9abd35".to_owned()));
    talk
}

async fn ask(talk: &Talk, case: &Case, path: &str) -> Answer {
    let method: Method = case.route.0.parse().unwrap();
    let body = (method != Method::GET).then(|| case.body.clone());
    talk.send(method, &talk.url(&format!("/v1.0{path}")), body).await
}

/// Adds to `wrong` what of an answer's headers is not as Graph's.
fn check_headers(answer: &Answer, at: &str, wrong: &mut Vec<String>) {
    const GRAPH_JSON: &str =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    let mut expect = |name: &str, fits: bool| {
        if !fits {
            wrong.push(format!("{at}: {name} is {:?}", answer.header(name)));
        }
    };
    expect("request-id", answer.header("request-id").len() == 36);
    expect("client-request-id", answer.header("client-request-id") == "c43d412b-1b5b-42c8-8c85-e9c28c9abd35");
    expect("date", answer.header("date").ends_with(" GMT"));
    expect("cache-control", answer.header("cache-control") == "no-cache");
    expect("x-ms-ags-diagnostic", answer.header("x-ms-ags-diagnostic").starts_with("{\"ServerInfo\":{"));
    let content = match (answer.status, answer.text.parse::<usize>()) {
        (200, Ok(_)) => "text/plain",
        (200, Err(_)) => GRAPH_JSON,
        (204, _) => "",
        _ => "application/json",
    };
    expect("content-type", answer.header("content-type") == content);
    expect("odata-version", answer.header("odata-version") == if answer.status == 200 { "4.0" } else { "" });
}

/// Adds to `wrong` what of a refusal is not as Graph's.
fn check_refusal(answer: &Answer, status: u16, at: &str, wrong: &mut Vec<String>) {
    check_headers(answer, at, wrong);
    let body = answer.json();
    let error = &body["error"];
    let inner = &error["innerError"];
    let date = inner["date"].as_str().unwrap_or_default();
    let fits = answer.status == status
        && error["code"].is_string()
        && error["message"].as_str().is_some_and(|message| !message.is_empty())
        && date.len() == 19
        && inner["request-id"] == answer.header("request-id")
        && inner["client-request-id"] == answer.header("client-request-id");
    let challenge = answer.header("www-authenticate").is_empty() == (status != 401);
    if !fits || !challenge {
        wrong.push(format!("{at}: {} {body}, {status} expected", answer.status));
    }
}

/// Adds to `wrong` what of a good answer is not as `case` has it.
fn check_good(metadata: &Metadata, talk: &Talk, case: &Case, answer: &Answer, wrong: &mut Vec<String>) {
    let at = format!("{} {}", case.route.0, case.path);
    check_headers(answer, &at, wrong);
    if matches!(case.shape, Nothing) {
        if answer.status != 204 || !answer.text.is_empty() {
            wrong.push(format!("{at}: {} {}", answer.status, answer.text));
        }
        return;
    }
    if answer.status != 200 {
        return wrong.push(format!("{at}: {} {}", answer.status, answer.text));
    }
    let body = answer.json();
    if !case.context.is_empty() && body["@odata.context"] != talk.url(&format!("/v1.0/$metadata#{}", case.context)) {
        wrong.push(format!("{at}: the context is {}", body["@odata.context"]));
    }
    match case.shape {
        List(ty, complete) => {
            let entities = body["value"].as_array().unwrap_or_else(|| panic!("{at} has no list: {body}"));
            assert!(!entities.is_empty(), "{at} proves nothing");
            for entity in entities {
                metadata.check(entity, ty, &at, wrong);
                if complete {
                    metadata.check_complete(entity, ty, &at, wrong);
                }
            }
        }
        One(ty) => {
            metadata.check(&body, ty, &at, wrong);
            metadata.check_complete(&body, ty, &at, wrong);
        }
        Shape::Some(ty) => metadata.check(&body, ty, &at, wrong),
        Truth if body["value"] == true => {}
        Batch if body["responses"].as_array().is_some_and(|answers| answers.len() == 2) => {}
        Truth | Batch | Nothing => wrong.push(format!("{at}: {body}")),
    }
}

#[tokio::test]
async fn every_route_answers_as_the_official_types_and_the_envelope_have_it() {
    let metadata = Metadata::read();
    let cases = cases();
    let mut wrong = Vec::new();
    for (method, route, counts) in routes() {
        let case = cases.iter().find(|case| case.route == (method.as_str(), route));
        let case = case.unwrap_or_else(|| panic!("{method} {route} has no case"));
        let mut talk = talk_for(route).await;
        for prefer in ["return=minimal", "include-unknown-enum-members"] {
            talk.headers.retain(|(name, _)| *name != "prefer");
            talk.headers.push(("prefer", prefer.to_owned()));
            if prefer == "return=minimal" && method == Method::POST {
                continue;
            }
            let answer = ask(&talk, case, &case.path).await;
            check_good(&metadata, &talk, case, &answer, &mut wrong);
        }
        if counts && !route.starts_with("/auditLogs") {
            talk.headers.push(("consistencylevel", "eventual".to_owned()));
            let answer = ask(&talk, case, &format!("{}/$count", case.path)).await;
            check_headers(&answer, &case.path, &mut wrong);
            assert!(answer.text.parse::<usize>().is_ok_and(|count| count > 0), "{route}: {}", answer.text);
        }
    }
    assert_eq!(cases.len(), routes().count(), "a case without a route");
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn every_route_refuses_in_the_envelope() {
    let mut wrong = Vec::new();
    let permitted = talk_for("").await;
    let mut powerless = talk_for("").await;
    powerless.sign_in("openid").await;
    let mut nobody = talk_for("").await;
    nobody.token.clear();
    for case in cases() {
        let (method, route) = case.route;
        let at = format!("{method} {route}");
        check_refusal(&ask(&nobody, &case, &case.path).await, 401, &at, &mut wrong);
        if route != "/$batch" {
            check_refusal(&ask(&powerless, &case, &case.path).await, 403, &at, &mut wrong);
        }
        let deleted = permitted.send(Method::DELETE, &permitted.url(&format!("/v1.0{}", case.path)), None).await;
        check_refusal(&deleted, 405, &at, &mut wrong);
        check_refusal(&ask(&permitted, &case, &format!("{}/nothing/at/all", case.path)).await, 400, &at, &mut wrong);
        if method == "GET" && !route.starts_with("/me") {
            check_refusal(
                &ask(&permitted, &case, &format!("{}?$select=nothing", case.path)).await,
                400,
                &at,
                &mut wrong,
            );
            check_refusal(&ask(&permitted, &case, &format!("{}?$search=x", case.path)).await, 400, &at, &mut wrong);
            if route.contains("{}") {
                let unknown = case.path.replacen(INSIDER, "none", 1).replacen(ANALYST, "none", 1);
                let unknown =
                    ["103", "ir1", "da4", "d1", "s3"].iter().fold(unknown, |path, id| path.replacen(id, "none", 1));
                check_refusal(&ask(&permitted, &case, &unknown).await, 404, &at, &mut wrong);
            }
        } else if method != "GET" {
            let bad = Case { body: json!({ "nothing": { "at": "all" } }), ..case };
            if bad.route.1 != "/users/{}/revokeSignInSessions" {
                check_refusal(&ask(&permitted, &bad, &bad.path).await, 400, &at, &mut wrong);
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn everything_in_the_generated_tenant_is_of_the_official_types() {
    let talk = Talk::generated().await;
    let metadata = Metadata::read();
    let mut wrong = Vec::new();
    for (path, ty) in [
        ("/security/incidents?$expand=alerts", "microsoft.graph.security.incident"),
        ("/security/alerts_v2", "microsoft.graph.security.alert"),
        ("/users?$select=*", "microsoft.graph.user"),
        ("/identityProtection/riskyUsers", "microsoft.graph.riskyUser"),
        ("/identityProtection/riskDetections", "microsoft.graph.riskDetection"),
        ("/auditLogs/signIns", "microsoft.graph.signIn"),
    ] {
        let entities = all(&talk, path).await;
        assert!(!entities.is_empty(), "{path} proves nothing");
        for entity in entities {
            let at = format!("{path} {}", entity["id"]);
            metadata.check(&entity, ty, &at, &mut wrong);
            metadata.check_complete(&entity, ty, &at, &mut wrong);
        }
    }
    for user in all(&talk, "/identityProtection/riskyUsers").await {
        let id = user["id"].as_str().unwrap();
        for (path, ty) in [
            (format!("/identityProtection/riskyUsers/{id}/history"), "microsoft.graph.riskyUserHistoryItem"),
            (format!("/users/{id}/transitiveMemberOf"), "microsoft.graph.directoryObject"),
        ] {
            for entity in all(&talk, &path).await {
                metadata.check(&entity, ty, &path, &mut wrong);
                metadata.check_complete(&entity, ty, &path, &mut wrong);
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// All entities of a collection, page by page.
async fn all(talk: &Talk, path: &str) -> Vec<Value> {
    let mut next = Some(talk.url(&format!("/v1.0{path}")));
    let mut entities = Vec::new();
    while let Some(link) = next {
        let body = talk.send(Method::GET, &link, None).await.json();
        entities.extend(body["value"].as_array().unwrap_or_else(|| panic!("{path}: {body}")).iter().cloned());
        next = body["@odata.nextLink"].as_str().map(str::to_owned);
    }
    entities
}
