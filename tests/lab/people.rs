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
        "@odata.context": talk.url("/v1.0/$metadata#directoryObjects/$entity"),
        "@odata.type": "#microsoft.graph.user",
        "id": ANALYST,
        "displayName": "Ana Lyst",
    });
    assert_eq!(manager, expected);
    assert_eq!(talk.get(&format!("/users/{ANALYST}/manager"), &[]).await.status, 404);
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
