//! Users, managers, risky users.

use crate::support::{ANALYST, INSIDER, Talk};
use serde_json::{Value, json};

#[tokio::test]
async fn a_user_is_found_by_id_and_by_name_with_the_default_or_selected_properties() {
    let talk = Talk::start().await;
    for key in [INSIDER, "IVO.SIDER@fabrikon.example"] {
        let user = talk.get(&format!("/users/{key}"), &[]).await.json();
        assert_eq!(user["@odata.context"], talk.url("/v1.0/$metadata#users/$entity"));
        assert_eq!((&user["id"], user.get("department")), (&json!(INSIDER), None), "not in the default set");
        let user = talk.get(&format!("/users/{key}"), &[("$select", "id,department")]).await.json();
        let context = talk.url("/v1.0/$metadata#users(id,department)/$entity");
        assert_eq!(user, json!({ "@odata.context": context, "id": INSIDER, "department": "Research" }));
    }
    let quoted = talk.get("/users('ivo.sider@fabrikon.example')", &[]).await.json();
    assert_eq!(quoted["id"], INSIDER);
    let (status, code, _) = talk.get("/users/nobody@fabrikon.example", &[]).await.error();
    assert_eq!((status, code.as_str()), (404, "Request_ResourceNotFound"));
}

#[tokio::test]
async fn a_manager_is_a_user_or_404() {
    let talk = Talk::start().await;
    let manager = talk.get(&format!("/users/{INSIDER}/manager"), &[("$select", "id,displayName")]).await.json();
    let expected = json!({
        "@odata.context": talk.url("/v1.0/$metadata#directoryObjects(id,displayName)/$entity"),
        "@odata.type": "#microsoft.graph.user",
        "id": ANALYST,
        "displayName": "Ana Lyst",
    });
    assert_eq!(manager, expected);
    assert_eq!(talk.get(&format!("/users/{ANALYST}/manager"), &[]).await.status, 404);
}

#[tokio::test]
async fn a_user_is_found_by_a_name_that_begins_with_a_dollar_or_has_a_hash() {
    let mut tenant = crate::support::tenant();
    for (id, upn) in [("$1", "$vip@fabrikon.example"), ("#2", "guest#EXT#@fabrikon.example")] {
        let mut user = tenant.users.get(INSIDER).unwrap().into_owned();
        (user["id"], user["userPrincipalName"]) = (json!(id), json!(upn));
        tenant.users.insert(id, user);
    }
    let talk = Talk::start_with(tenant, watchfloor::lab::LabOptions::default()).await;
    for (path, id) in [
        ("/users('$vip@fabrikon.example')", "$1"),
        ("/users('%24vip@fabrikon.example')", "$1"),
        ("/users/guest%23EXT%23@fabrikon.example", "#2"),
    ] {
        assert_eq!(talk.get(path, &[]).await.json()["id"], id, "{path}");
    }
    let (status, _, message) = talk.get("/users/$vip@fabrikon.example", &[]).await.error();
    assert_eq!((status, message.as_str()), (400, "Resource not found for the segment '$vip@fabrikon.example'."));
}

#[tokio::test]
async fn managers_and_reports_are_expanded_one_at_a_time() {
    let talk = Talk::start().await;
    let expand = |text: &'static str| [("$expand", text), ("$select", "id")];
    let path = format!("/users/{INSIDER}");
    let user = talk.get(&path, &expand("manager($select=id,displayName)")).await.json();
    let manager = json!({ "@odata.type": "#microsoft.graph.user", "id": ANALYST, "displayName": "Ana Lyst" });
    assert_eq!((&user["manager"], user.as_object().unwrap().len()), (&manager, 3));
    let chief = talk.get(&format!("/users/{ANALYST}"), &expand("directReports($select=id)")).await.json();
    assert_eq!(chief["directReports"], json!([{ "@odata.type": "#microsoft.graph.user", "id": INSIDER }]));
    assert_eq!(talk.get(&format!("/users/{ANALYST}/directReports"), &[]).await.ids(), [INSIDER]);
    let lonely = talk.get(&format!("/users/{ANALYST}"), &[("$expand", "manager")]).await.json();
    assert_eq!(lonely.get("manager"), None);
    let (status, code, _) = talk.get(&path, &[("$expand", "manager,memberOf")]).await.error();
    assert_eq!((status, code.as_str()), (400, "Request_UnsupportedQuery"));
}

#[tokio::test]
async fn membership_reaches_through_groups_and_may_be_cast() {
    let mut talk = Talk::start().await;
    let path = |rest: &str| format!("/users/ivo.sider@fabrikon.example/{rest}");
    assert_eq!(talk.get(&path("memberOf"), &[]).await.ids(), ["g1", "r1"]);
    assert_eq!(talk.get(&path("transitiveMemberOf"), &[]).await.ids(), ["g1", "r1", "g2"]);
    let roles = talk.get(&path("transitiveMemberOf/graph.directoryRole"), &[("$select", "displayName")]).await.json();
    assert_eq!(roles["@odata.context"], talk.url("/v1.0/$metadata#directoryRoles(displayName)"));
    assert_eq!(roles["value"], json!([{ "displayName": "Global Reader" }]));
    let mixed = talk.get(&path("memberOf"), &[("$select", "id,displayName")]).await.json();
    let expected = json!([
        { "@odata.type": "#microsoft.graph.group", "id": "g1", "displayName": "Research" },
        { "@odata.type": "#microsoft.graph.directoryRole", "id": "r1", "displayName": "Global Reader" },
    ]);
    assert_eq!(mixed["value"], expected);
    talk.headers.push(("consistencylevel", "eventual".to_owned()));
    let unified = [("$filter", "groupTypes/any(kind:kind eq 'Unified')"), ("$count", "true")];
    let groups = talk.get(&path("transitiveMemberOf/microsoft.graph.group"), &unified).await;
    assert_eq!((groups.ids(), groups.json()["@odata.count"].clone()), (vec!["g2".to_owned()], json!(1)));
    assert_eq!(talk.get(&path("transitiveMemberOf/$count"), &[]).await.text, "3");
    let (status, _, _) = talk.get("/me/memberOf", &[]).await.error();
    assert_eq!(status, 400, "an application has no groups of its own");
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled_and_nothing_else_of_it_is_changed() {
    let mut talk = Talk::start().await;
    let path = format!("/users/{INSIDER}");
    let disabled = talk.patch(&path, json!({ "accountEnabled": false })).await;
    assert_eq!((disabled.status, disabled.text.as_str()), (204, ""));
    let enabled = || talk.get(&path, &[("$select", "accountEnabled")]);
    assert_eq!(enabled().await.json()["accountEnabled"], false);
    for (body, status) in [
        (json!({ "accountEnabled": "no" }), 400),
        (json!({ "accountEnabled": true, "jobTitle": "Chief" }), 403),
        (json!({ "accountEnabled": true, "shoeSize": 44 }), 400),
    ] {
        assert_eq!(talk.patch(&path, body.clone()).await.status, status, "{body}");
    }
    assert_eq!(enabled().await.json()["accountEnabled"], false, "a refusal changes nothing");
    let revoked = talk.post(&format!("{path}/revokeSignInSessions"), json!({})).await.json();
    assert_eq!(revoked, json!({ "@odata.context": talk.url("/v1.0/$metadata#Edm.Boolean"), "value": true }));
    let since = talk.get(&path, &[("$select", "signInSessionsValidFromDateTime")]).await.json();
    assert!(since["signInSessionsValidFromDateTime"].as_str().unwrap().starts_with("2026-11-23T12:0"));
    talk.token = crate::access::client_token(&talk, &talk.lab.addresses.read_only_client_id.clone()).await;
    assert_eq!(talk.patch(&path, json!({ "accountEnabled": true })).await.status, 403);
}

#[tokio::test]
async fn sign_ins_of_a_user_are_filtered_and_paged() {
    let talk = Talk::start().await;
    let path = "/auditLogs/signIns";
    for (filter, ids) in [
        ("userPrincipalName eq 'ivo.sider@fabrikon.example'", vec!["s3", "s2", "s1"]),
        (
            "userId eq '22222222-2222-4222-8222-222222222222' and createdDateTime ge 2026-11-22T00:00:00Z",
            vec!["s3", "s2"],
        ),
        ("startswith(appDisplayName,'office')", vec!["s2", "s1"]),
        ("ipAddress eq '203.0.113.9'", vec!["s3"]),
        ("riskLevelDuringSignIn eq 'medium'", vec!["s3"]),
        ("status/errorCode ne 0", vec!["s1"]),
        ("location/countryOrRegion eq 'NO'", vec!["s2", "s1"]),
        ("riskEventTypes_v2/any(t:t eq 'unfamiliarFeatures')", vec!["s3"]),
        ("riskEventTypes_v2/all(t:t eq 'none')", vec!["s2", "s1"]),
    ] {
        let answer = talk.get(path, &[("$filter", filter)]).await;
        assert_eq!(answer.status, 200, "{filter}: {}", answer.text);
        assert_eq!(answer.ids(), ids, "{filter}");
    }
    let first = talk.get(path, &[("$top", "2"), ("$orderby", "createdDateTime asc")]).await;
    assert_eq!(first.ids(), ["s1", "s2"]);
    let next = first.json()["@odata.nextLink"].as_str().unwrap().to_owned();
    assert_eq!(talk.send(reqwest::Method::GET, &next, None).await.ids(), ["s3"]);
    assert_eq!(talk.get(&format!("{path}/s3"), &[]).await.json()["deviceDetail"]["operatingSystem"], "Windows11");
    assert_eq!(talk.get(&format!("{path}/s9"), &[]).await.status, 404);
    for (option, value) in [("$count", "true"), ("$skip", "1"), ("$search", "x"), ("$top", "1001")] {
        assert_eq!(talk.get(path, &[(option, value)]).await.status, 400, "{option}");
    }
    for filter in ["contains(appDisplayName,'x')", "userAgent eq 'x'"] {
        assert_eq!(talk.get(path, &[("$filter", filter)]).await.status, 400, "{filter}");
    }
}

#[tokio::test]
async fn the_last_sign_in_is_told_where_it_is_asked_for() {
    let mut talk = Talk::start().await;
    let select = [("$select", "id,signInActivity")];
    let activity = json!({
        "lastSignInDateTime": "2026-11-22T08:00:00.1234567Z",
        "lastSignInRequestId": "s3",
        "lastNonInteractiveSignInDateTime": null,
        "lastNonInteractiveSignInRequestId": null,
        "lastSuccessfulSignInDateTime": "2026-11-22T08:00:00.1234567Z",
        "lastSuccessfulSignInRequestId": "s3",
    });
    assert_eq!(talk.get(&format!("/users/{INSIDER}"), &select).await.json()["signInActivity"], activity);
    let all = talk.get("/users", &select).await.json()["value"].clone();
    assert_eq!(
        all,
        json!([
            { "id": ANALYST, "signInActivity": null },
            { "id": INSIDER, "signInActivity": activity },
        ])
    );
    talk.token = crate::access::client_token(&talk, &talk.lab.addresses.read_only_client_id.clone()).await;
    assert_eq!(talk.get("/users", &select).await.status, 403);
}

#[tokio::test]
async fn what_an_administrator_says_of_a_risky_user_is_kept_with_its_history() {
    let talk = Talk::start().await;
    let path = format!("/identityProtection/riskyUsers/{INSIDER}");
    let detection = "/identityProtection/riskDetections/d1";
    let before = talk.get(&format!("{path}/history"), &[]).await;
    assert_eq!(before.ids().len(), 1);
    let context = talk.url(&format!("/v1.0/$metadata#identityProtection/riskyUsers('{INSIDER}')/history"));
    assert_eq!(before.json()["@odata.context"], context);
    for (action, state, level) in [
        ("confirmSafe", "confirmedSafe", "none"),
        ("dismiss", "dismissed", "none"),
        ("microsoft.graph.confirmCompromised", "confirmedCompromised", "high"),
    ] {
        let action = format!("/identityProtection/riskyUsers/{action}");
        let done = talk.post(&action, json!({ "userIds": [INSIDER, ANALYST] })).await;
        assert_eq!((done.status, done.text.as_str()), (204, ""), "{action}");
        let user = talk.get(&path, &[]).await.json();
        assert_eq!((&user["riskState"], &user["riskLevel"]), (&json!(state), &json!(level)));
        let history = talk.get(&path, &[("$expand", "history($top=1;$select=riskState,initiatedBy)")]).await.json();
        assert_eq!(history["history"], json!([{ "riskState": state, "initiatedBy": "watchfloor lab" }]));
    }
    assert_eq!(talk.get(&format!("{path}/history"), &[]).await.ids().len(), 4);
    assert_eq!(talk.get(detection, &[]).await.json()["riskState"], "confirmedSafe", "the first word closed it");
    let of_user = [("$filter", "userPrincipalName eq 'ivo.sider@fabrikon.example' and riskLevel eq 'medium'")];
    assert_eq!(talk.get("/identityProtection/riskDetections", &of_user).await.ids(), ["d1"]);
    for (body, status) in [(json!({ "userIds": [] }), 400), (json!({}), 400), (json!({ "userIds": ["nobody"] }), 404)] {
        assert_eq!(talk.post("/identityProtection/riskyUsers/dismiss", body).await.status, status);
    }
}

#[tokio::test]
async fn users_are_listed_filtered_and_limited() {
    let talk = Talk::start().await;
    let options = [("$filter", "startswith(displayName,'ivo')"), ("$select", "id")];
    assert_eq!(talk.get("/users", &options).await.ids(), [INSIDER]);
    let options = [("$filter", "accountEnabled eq true and department eq 'Security Operations'")];
    assert_eq!(talk.get("/users", &options).await.ids(), [ANALYST]);
    let (status, code, message) = talk.get("/users", &[("$top", "1000")]).await.error();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert_eq!(message, "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.");
}

#[tokio::test]
async fn an_application_has_no_me() {
    let talk = Talk::start().await;
    let (status, _, message) = talk.get("/me", &[]).await.error();
    assert_eq!((status, message.as_str()), (400, "/me request is only valid with delegated authentication flow."));
}

#[tokio::test]
async fn risky_users_are_those_that_were_ever_at_risk() {
    let talk = Talk::start().await;
    let path = "/identityProtection/riskyUsers";
    for (filter, found) in [
        ("userPrincipalName eq 'ivo.sider@fabrikon.example'", true),
        ("riskLevel eq 'medium' and riskState eq 'atRisk'", true),
        ("riskLevel eq 'high'", false),
    ] {
        let ids = talk.get(path, &[("$filter", filter)]).await.ids();
        assert_eq!(ids.contains(&INSIDER.to_owned()), found, "{filter}");
    }
    let user = talk.get(&format!("{path}/{INSIDER}"), &[]).await.json();
    assert_eq!(user["@odata.context"], talk.url("/v1.0/$metadata#identityProtection/riskyUsers/$entity"));
    assert_eq!((&user["riskLevel"], user.get("value")), (&json!("medium"), None::<&Value>));
    assert_eq!(talk.get(&format!("{path}/{ANALYST}"), &[]).await.status, 404);
    let (_, _, message) = talk.get(path, &[("$top", "1000")]).await.error();
    assert_eq!(message, "Invalid page size specified: '1000'. Must be between 1 and 500 inclusive.");
}
