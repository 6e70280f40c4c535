//! Query options.

use crate::support::{Talk, tenant};
use serde_json::{Value, json};
use watchfloor::lab::LabOptions;

#[tokio::test]
async fn incidents_are_filtered_by_the_documented_properties() {
    let talk = Talk::start().await;
    let cases = [
        ("severity eq 'high'", vec!["103"]),
        ("severity eq 'HIGH'", vec!["103"]),
        ("severity ne 'high'", vec!["102", "101"]),
        ("'high' eq severity", vec!["103"]),
        ("status eq microsoft.graph.security.incidentStatus'awaitingAction'", vec!["102"]),
        ("status in ('active','resolved')", vec!["103", "101"]),
        ("assignedTo eq null", vec!["103"]),
        ("assignedTo ne null", vec!["102", "101"]),
        ("assignedTo eq 'o''brien@fabrikon.example'", vec!["101"]),
        ("createdDateTime ge 2026-11-22T09:00:00Z", vec!["103", "102"]),
        ("createdDateTime gt 2026-11-22T09:00:00Z", vec!["103"]),
        ("createdDateTime lt 2026-11-22", vec!["101"]),
        ("createdDateTime le 2026-11-22T10:00:00+01:00", vec!["102", "101"]),
        ("severity eq 'low' or severity eq 'high' and status eq 'resolved'", vec!["101"]),
        ("(severity eq 'low' or severity eq 'high') and not (status eq 'resolved')", vec!["103"]),
        ("not startswith(assignedTo,'ana')", vec!["103", "101"]),
        ("contains(assignedTo,'BRIEN')", vec!["101"]),
        ("endswith(assignedTo,'.example')", vec!["102", "101"]),
    ];
    for (filter, ids) in cases {
        let answer = talk.get("/security/incidents", &[("$filter", filter)]).await;
        assert_eq!(answer.status, 200, "{filter}: {}", answer.text);
        assert_eq!(answer.ids(), ids, "{filter}");
    }
}

#[tokio::test]
async fn alerts_are_filtered_by_service_and_by_evidence() {
    let talk = Talk::start().await;
    let user = "evidence/any(e: e/microsoft.graph.security.userEvidence/userAccount/userPrincipalName eq \
                'Ivo.Sider@fabrikon.example')";
    let device = "evidence/any(e:e/microsoft.graph.security.deviceEvidence/deviceDnsName eq 'lap-07.fabrikon.example')";
    let both = format!("{user} and status eq 'new'");
    let cases = [
        ("serviceSource eq 'microsoftInsiderRiskManagement'", vec!["ir1", "ea3"]),
        ("serviceSource in ('dataLossPrevention', 'microsoftDefenderForEndpoint')", vec!["dl2", "da4"]),
        (user, vec!["ir1", "dl2", "ea3"]),
        (device, vec!["da4"]),
        (&both, vec!["ir1", "ea3"]),
        ("evidence/any()", vec!["ir1", "dl2", "ea3", "da4"]),
        (
            "evidence/all(e:e/verdict eq 'suspicious' and e/roles/any(r:r eq 'policyViolator'))",
            vec!["ir1", "dl2", "ea3", "da4"],
        ),
        (
            "not evidence/all(e:e/microsoft.graph.security.userEvidence/userAccount/accountName eq 'IVO.SIDER')",
            vec!["da4"],
        ),
    ];
    for (filter, ids) in cases {
        let answer = talk.get("/security/alerts_v2", &[("$filter", filter)]).await;
        assert_eq!(answer.status, 200, "{filter}: {}", answer.text);
        assert_eq!(answer.ids(), ids, "{filter}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let talk = Talk::start().await;
    let cases = [
        ("/security/incidents", "$filter", "displayName eq 'x'", "cannot be used in the $filter query option"),
        ("/security/incidents", "$filter", "tags eq 'x'", "Could not find a property named 'tags'"),
        ("/security/incidents", "$filter", "severity eq 'urgent'", "not a valid enumeration type constant"),
        ("/security/incidents", "$filter", "severity gt 'low'", "supports only the operators eq and ne"),
        ("/security/incidents", "$filter", "severity eq", "Syntax error at position 11 in 'severity eq'."),
        ("/security/incidents", "$filter", "assignedTo eq 'x", "unterminated string literal"),
        ("/security/incidents", "$filter", "createdDateTime ge 'x'", "incompatible types"),
        ("/security/incidents", "$filter", "contains(tolower(assignedTo),'x')", "Function 'tolower' is not allowed."),
        ("/security/incidents", "$filter", "length(assignedTo) gt 3", "Function 'length' is not allowed."),
        ("/security/incidents", "$filter", "soundex(assignedTo) eq 'x'", "An unknown function with name 'soundex'"),
        ("/security/incidents", "$filter", "severity has 'high'", "Logical operator 'Has' is not allowed."),
        ("/security/incidents", "$filter", "assignedTo add 1 eq 2", "Arithmetic operator 'Add' is not allowed."),
        ("/security/incidents", "$filter", "severity eq status", "incompatible types"),
        ("/security/incidents", "$expand", "alerts($levels=2)", "The option '$levels' is not supported in $expand."),
        ("/security/incidents", "$expand", "alerts($top=x)", "Invalid value 'x' for $top"),
        ("/security/alerts_v2", "$filter", "evidence/all()", "Syntax error"),
        ("/security/incidents", "$search", "x", "Query option 'Search' is not allowed"),
        ("/security/incidents", "$foo", "x", "The query parameter '$foo' is not supported."),
        ("/security/incidents", "$count", "yes", "Valid options are 'true' and 'false'"),
        ("/security/incidents", "$top", "-1", "Invalid value '-1' for $top query option found"),
        ("/security/incidents", "$orderby", "createdDateTime sideways", "Syntax error"),
        ("/security/incidents", "$select", "tags", "Could not find a property named 'tags'"),
        ("/security/incidents", "$expand", "evidence", "Could not find a property named 'evidence'"),
        ("/security/incidents", "$skiptoken", "abc", "The skip token is not valid."),
        ("/security/alerts_v2", "$filter", "investigationState eq 'benign'", "cannot be used in the $filter"),
        ("/security/alerts_v2", "$filter", "incidentId eq '103'", "cannot be used in the $filter"),
        ("/security/alerts_v2", "$top", "1001", "The limit of '1000' for Top query has been exceeded."),
        ("/security/incidents/103", "$filter", "severity eq 'high'", "only to collections"),
    ];
    for (path, option, value, message) in cases {
        let answer = talk.get(path, &[(option, value)]).await;
        let (status, code, text) = answer.error();
        assert_eq!((status, code.as_str()), (400, ""), "{option}={value}");
        assert!(text.starts_with("The query specified in the URI is not valid. "), "{text}");
        assert!(text.contains(message), "{option}={value}: {text}");
    }
    let deep = format!("{}severity eq 'high'{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(talk.get("/security/incidents", &[("$filter", &deep)]).await.status, 400);
}

#[tokio::test]
async fn an_option_given_twice_is_refused_and_an_empty_select_is_none() {
    let talk = Talk::start().await;
    for twice in [["$top", "$top"], ["$top", "top"], ["$filter", "$FILTER"]] {
        let value = if twice[0] == "$top" { "1" } else { "severity eq 'high'" };
        let answer = talk.get("/security/incidents", &twice.map(|name| (name, value))).await;
        let (status, _, message) = answer.error();
        assert_eq!(status, 400, "{twice:?}");
        assert!(message.contains("was specified more than once"), "{message}");
    }
    let whole = talk.get("/security/incidents/103", &[]).await.text;
    assert_eq!(talk.get("/security/incidents/103", &[("$select", "")]).await.text, whole);
}

#[tokio::test]
async fn pages_follow_next_links_to_the_end() {
    let mut tenant = tenant();
    let sample = tenant.incidents.get("103").unwrap().into_owned();
    tenant.incidents.clear();
    for number in (1..=120).rev() {
        let mut incident = sample.clone();
        incident["id"] = number.to_string().into();
        tenant.incidents.insert(number.to_string(), incident);
    }
    let talk = Talk::start_with(tenant, LabOptions::default()).await;
    let filter = ("$filter", "severity eq 'high' and status ne 'resolved'");
    let first = talk.get("/security/incidents", &[filter, ("$count", "true"), ("$skip", "5")]).await;
    assert_eq!(first.json()["@odata.count"], 120);
    let mut ids = first.ids();
    let mut next = first.json()["@odata.nextLink"].clone();
    let mut sizes = vec![ids.len()];
    while let Value::String(link) = next {
        assert!(link.starts_with(&talk.url("/v1.0/security/incidents?$filter=")), "{link}");
        assert!(link.contains("$skiptoken=") && !link.contains("$skip="), "{link}");
        let page = talk.send(reqwest::Method::GET, &link, None).await;
        sizes.push(page.ids().len());
        ids.extend(page.ids());
        next = page.json()["@odata.nextLink"].clone();
    }
    let expected: Vec<String> = (1..=115).rev().map(|number| number.to_string()).collect();
    assert_eq!((sizes, ids), (vec![50, 50, 15], expected));
}

#[tokio::test]
async fn sorting_selecting_and_counting() {
    let mut talk = Talk::start().await;
    let ids = |answer: crate::support::Answer| answer.ids();
    assert_eq!(ids(talk.get("/security/incidents", &[]).await), ["103", "102", "101"], "newest first");
    let order = talk.get("/security/incidents", &[("$orderby", "lastUpdateDateTime asc")]).await;
    assert_eq!(ids(order), ["101", "102", "103"]);
    let order = talk.get("/security/incidents", &[("$orderby", "severity desc,id"), ("$top", "2")]).await;
    assert_eq!(ids(order), ["103", "102"]);
    talk.headers.push(("prefer", "respond-async, odata.maxpagesize=1".to_owned()));
    assert_eq!(ids(talk.get("/security/incidents", &[]).await), ["103"]);

    let answer = talk.get("/security/incidents", &[("$select", "id,status"), ("$filter", "severity eq 'low'")]).await;
    let context = talk.url("/v1.0/$metadata#security/incidents(id,status)");
    let expected = json!({ "@odata.context": context, "value": [{ "id": "101", "status": "resolved" }] });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn alerts_are_expanded_with_their_own_options() {
    let talk = Talk::start().await;
    let nested = "alerts($select=id,status;$filter=serviceSource eq 'dataLossPrevention')";
    let answer = talk.get("/security/incidents", &[("$expand", nested), ("$select", "id")]).await.json();
    let expected = json!([
        { "id": "103", "alerts": [{ "id": "dl2", "status": "inProgress" }] },
        { "id": "102", "alerts": [] },
        { "id": "101", "alerts": [] },
    ]);
    assert_eq!(answer["value"], expected);

    let nested = "alerts($orderby=id desc;$top=2;$select=id,userStates)";
    assert_eq!(
        talk.get("/security/incidents/103", &[("$expand", nested)]).await.status,
        400,
        "there is no such property"
    );
    let nested = "alerts($orderby=serviceSource desc,id;$top=2;$select=id)";
    let one = talk.get("/security/incidents/103", &[("$expand", nested), ("$select", "id")]).await.json();
    assert_eq!(one["alerts"], json!([{ "id": "ea3" }, { "id": "ir1" }]));
    let one = talk.get("/security/incidents/103", &[("$expand", "alerts")]).await.json();
    assert_eq!(one["@odata.context"], talk.url("/v1.0/$metadata#security/incidents(alerts())/$entity"));
    assert_eq!(one["alerts"].as_array().unwrap().len(), 3);
    assert_eq!(one["alerts"][0]["evidence"][0]["@odata.type"], "#microsoft.graph.security.userEvidence");

    let related = talk.get("/security/incidents('103')/alerts", &[]).await;
    assert_eq!(related.ids(), ["ir1", "dl2", "ea3"]);
}

#[tokio::test]
async fn members_after_the_sentinel_need_the_prefer_header() {
    let mut talk = Talk::start().await;
    let alert = talk.get("/security/alerts_v2/ir1", &[]).await.json();
    assert_eq!(alert["serviceSource"], "microsoftInsiderRiskManagement");
    assert_eq!(alert["evidence"][0]["remediationStatus"], "active");
    talk.headers = vec![("prefer", "return=minimal".to_owned())];
    let alert = talk.get("/security/alerts_v2/ir1", &[]).await.json();
    assert_eq!(alert["serviceSource"], "unknownFutureValue");
    assert_eq!(alert["detectionSource"], "unknownFutureValue");
    assert_eq!(alert["evidence"][0]["remediationStatus"], "unknownFutureValue");
    assert_eq!(talk.get("/security/incidents/102", &[]).await.json()["status"], "unknownFutureValue");
    talk.headers = vec![("prefer", "return=minimal, Include-Unknown-Enum-Members".to_owned())];
    assert_eq!(talk.get("/security/incidents/102", &[]).await.json()["status"], "awaitingAction");
}

#[tokio::test]
async fn a_path_selects_a_property_of_a_property() {
    let talk = Talk::start().await;
    let paths = [("$select", "id,evidence/verdict,status/errorCode")];
    assert_eq!(talk.get("/security/alerts_v2/da4", &paths).await.status, 400, "an alert's status has no parts");
    let alert = talk.get("/security/alerts_v2/da4", &[("$select", "id,evidence/verdict")]).await.json();
    assert_eq!(alert["@odata.context"], talk.url("/v1.0/$metadata#security/alerts_v2(id,evidence/verdict)/$entity"));
    assert_eq!(alert["evidence"], json!([{ "verdict": "suspicious" }]));
    let select = [("$select", "status/errorCode,location/city,location/state")];
    let sign_in = talk.get("/auditLogs/signIns/s1", &select).await.json();
    assert_eq!(
        (&sign_in["status"], &sign_in["location"]),
        (&json!({ "errorCode": 50126 }), &json!({ "city": "Oslo", "state": null }),)
    );
}

#[tokio::test]
async fn the_directory_answers_advanced_queries_only_to_those_who_say_so() {
    let mut talk = Talk::start().await;
    let missing = "is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to \
                   https://aka.ms/graph-docs/advanced-queries for more information";
    let counting = "is not supported because the required parameters might be missing. Try adding $count=true query \
                    parameter and ConsistencyLevel:eventual header. Refer to \
                    https://aka.ms/graph-docs/advanced-queries for more information";
    let advanced = [
        ("endswith(mail,'@fabrikon.example')", "endsWith", 2),
        ("department ne 'Research'", "ne", 1),
        ("not startswith(displayName,'ivo')", "not", 1),
    ];
    for (filter, operator, _) in advanced {
        let refusal = (400, "Request_UnsupportedQuery".to_owned(), format!("Operator '{operator}' {missing}"));
        assert_eq!(talk.get("/users", &[("$filter", filter), ("$count", "true")]).await.error(), refusal);
    }
    assert_eq!(talk.get("/users/$count", &[]).await.error().2, "$count is not currently supported.");
    let sorted = [("$filter", "startswith(displayName,'i')"), ("$orderby", "displayName")];
    assert_eq!(talk.get("/users", &sorted).await.error().2, "Sorting not supported for current query.");
    let uncounted = talk.get("/users", &[("$count", "true")]).await.json();
    assert_eq!((uncounted.get("@odata.count"), uncounted["value"].as_array().unwrap().len()), (None, 2));

    talk.headers.push(("consistencylevel", "Eventual".to_owned()));
    for (filter, operator, count) in advanced {
        let refusal = (400, "Request_UnsupportedQuery".to_owned(), format!("Operator '{operator}' {counting}"));
        assert_eq!(talk.get("/users", &[("$filter", filter)]).await.error(), refusal);
        let answer = talk.get("/users", &[("$filter", filter), ("$count", "true")]).await.json();
        assert_eq!(answer["@odata.count"], count, "{filter}");
        assert_eq!(talk.get("/users/$count", &[("$filter", filter)]).await.text, count.to_string(), "{filter}");
    }
    let sorted = [sorted[0], ("$orderby", "displayName desc"), ("$count", "true")];
    assert_eq!(talk.get("/users", &sorted).await.ids(), [crate::support::INSIDER]);
    for (option, value, message) in [
        ("$skip", "1", "'$skip' is not supported by the service."),
        (
            "$filter",
            "shoeSize eq 1",
            "Invalid filter clause: Could not find a property named 'shoeSize' on type \
                                      'microsoft.graph.user'.",
        ),
        (
            "$select",
            "shoeSize",
            "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' on \
                                 type 'microsoft.graph.user'.",
        ),
        ("$filter", "contains(mail,'x')", "Invalid filter clause: Function 'contains' is not allowed."),
    ] {
        let said = talk.get("/users", &[(option, value)]).await.error().2;
        assert!(said.starts_with(message), "{said}");
    }
}

#[tokio::test]
async fn a_collection_is_counted_without_being_sent() {
    let talk = Talk::start().await;
    let filter = [("$filter", "serviceSource eq 'microsoftInsiderRiskManagement'")];
    let counted = talk.get("/security/alerts_v2/$count", &filter).await;
    assert_eq!((counted.text.as_str(), counted.header("content-type")), ("2", "text/plain"));
    assert_eq!(talk.get("/security/incidents/103/alerts/$count", &[]).await.text, "3");
    assert_eq!(talk.get("/security/incidents/103/$count", &[]).await.status, 400);
    assert_eq!(talk.get("/auditLogs/signIns/$count", &[]).await.status, 400);
}
