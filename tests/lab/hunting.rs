//! `runHuntingQuery`.

use crate::support::Talk;
use serde_json::{Value, json};

async fn hunt(talk: &Talk, body: Value) -> Value {
    let answer = talk.post("/security/runHuntingQuery", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn rows_are_typed_as_the_service_types_them() {
    let talk = Talk::start().await;
    let query = "DataSecurityEvents | where ActionType has 'removable' | project Timestamp, ActionType, \
                 IsManagedDevice, DeviceSourceLocationType, IrmPolicyMatchInfo";
    let body = hunt(&talk, json!({ "Query": query })).await;
    let expected = json!({
        "@odata.context": talk.url("/v1.0/$metadata#microsoft.graph.security.huntingQueryResults"),
        "schema": [
            { "name": "Timestamp", "type": "DateTime" },
            { "name": "ActionType", "type": "String" },
            { "name": "IsManagedDevice", "type": "SByte" },
            { "name": "DeviceSourceLocationType", "type": "Int32" },
            { "name": "IrmPolicyMatchInfo", "type": "Object" },
        ],
        "results": [{
            "Timestamp": "2026-11-23T10:00:00Z",
            "ActionType": "File copied to removable media",
            "IsManagedDevice@odata.type": "#SByte",
            "IsManagedDevice": 1,
            "DeviceSourceLocationType": {},
            "IrmPolicyMatchInfo@odata.type": "#Collection(String)",
            "IrmPolicyMatchInfo": ["{\"PolicyName\":\"Data theft by departing users\"}"],
        }],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn the_timespan_limits_what_a_query_sees() {
    let talk = Talk::start().await;
    let cases = [
        (Value::Null, vec!["File copied to removable media", "File deleted"]),
        (json!("P1D"), vec!["File copied to removable media"]),
        (json!("P90D"), vec!["File copied to removable media", "File deleted", "File renamed"]),
        (json!("2026-11-01/2026-11-20"), vec!["File deleted"]),
        (json!("P30D/2026-11-01"), vec!["File renamed"]),
        (json!("2026-11-13/P1D"), vec!["File deleted"]),
        (json!("2026-11-20"), vec!["File copied to removable media"]),
    ];
    for (timespan, actions) in cases {
        let query = "DataSecurityEvents | sort by Timestamp desc | project ActionType";
        let body = hunt(&talk, json!({ "query": query, "timespan": timespan })).await;
        let found: Vec<&str> =
            body["results"].as_array().unwrap().iter().map(|row| row["ActionType"].as_str().unwrap()).collect();
        assert_eq!(found, actions, "{timespan}");
    }
    let body = json!({ "Query": "print 1", "Timespan": "7d" });
    assert_eq!(talk.post("/security/runHuntingQuery", body).await.status, 400);
}

#[tokio::test]
async fn the_qualified_name_and_now_work_too() {
    let talk = Talk::start().await;
    let body = json!({ "Query": "print day = startofday(now())" });
    let answer = talk.post("/security/microsoft.graph.security.runHuntingQuery", body).await;
    assert_eq!(answer.json()["results"], json!([{ "day": "2026-11-23T00:00:00Z" }]), "{}", answer.text);
}

#[tokio::test]
async fn a_table_without_data_is_empty_and_an_unknown_one_is_refused() {
    let talk = Talk::start().await;
    let body = hunt(&talk, json!({ "Query": "DeviceProcessEvents | take 5 | project DeviceName" })).await;
    assert_eq!(body["results"], json!([]));
    let cases = [
        (
            "DataSecurityEventz | take 1",
            "Failed to resolve table or column expression named 'DataSecurityEventz'. Fix semantic errors in your \
             query.",
        ),
        (
            "DataSecurityEvents | where Nope == 1",
            "Failed to resolve scalar expression named 'Nope'. Fix semantic errors in your query.",
        ),
    ];
    for (query, message) in cases {
        let (status, code, text) = talk.post("/security/runHuntingQuery", json!({ "Query": query })).await.error();
        assert_eq!((status, code.as_str()), (400, "BadRequest"), "{query}");
        assert!(text.ends_with(message), "{query}: {text}");
    }
    let (_, _, text) = talk.post("/security/runHuntingQuery", json!({ "Query": "T | where (" })).await.error();
    assert!(text.ends_with("Fix syntax errors in your query."), "{text}");
    for body in [json!({}), json!({ "Query": 7 }), json!({ "Query": " " })] {
        assert_eq!(talk.post("/security/runHuntingQuery", body.clone()).await.status, 400, "{body}");
    }
}
