//! Rows: of their columns' types, in proportion, and joined to what exists.

use super::*;

/// Texts that no public sample shows; see `rows::data_security_events`.
const INVENTED_ACTIONS: [&str; 10] = [
    "File renamed",
    "File deleted",
    "File deleted from SharePoint",
    "File printed",
    "File copied to network share",
    "Screen captured from sensitive file",
    "File shared externally from SharePoint",
    "Anonymous link created on SharePoint",
    "Email with attachments sent outside the organization",
    "Physical access point used",
];

#[test]
fn cells_hold_values_of_their_columns() {
    let open_sets = ["CloudAppEvents.ActionType", "DataSecurityEvents.Workload"];
    for (name, table) in TENANT.tables.iter() {
        for column in &Schema::hunting().table(name).unwrap().columns {
            let place = table.fields().iter().position(|field| field.name == column.name).unwrap();
            if column.values.is_empty() || open_sets.contains(&&*format!("{name}.{}", column.name)) {
                continue;
            }
            for row in 0..table.row_count() {
                if let Value::String(cell) = table.value(row, place) {
                    let known = cell.is_empty() || column.values.contains(&cell);
                    assert!(known || INVENTED_ACTIONS.contains(&&*cell), "{name}.{}: {cell}", column.name);
                }
            }
        }
    }
}

#[test]
fn tables_are_filled_with_what_has_happened() {
    let least = [
        ("AlertInfo", 60),
        ("AlertEvidence", 200),
        ("BehaviorEntities", 10),
        ("BehaviorInfo", 5),
        ("CloudAppEvents", 4_000),
        ("DataSecurityBehaviors", 500),
        ("DataSecurityEvents", 2_000),
        ("DeviceEvents", 500),
        ("DeviceFileEvents", 3_000),
        ("DeviceImageLoadEvents", 500),
        ("DeviceInfo", 1_000),
        ("DeviceLogonEvents", 1_000),
        ("DeviceNetworkEvents", 4_000),
        ("DeviceNetworkInfo", 1_000),
        ("DeviceProcessEvents", 3_000),
        ("DeviceRegistryEvents", 200),
        ("EmailAttachmentInfo", 500),
        ("EmailEvents", 2_000),
        ("EmailPostDeliveryEvents", 3),
        ("EmailUrlInfo", 100),
        ("EntraIdSignInEvents", 2_000),
        ("EntraIdSpnSignInEvents", 80),
        ("GraphApiAuditEvents", 200),
        ("IdentityDirectoryEvents", 5),
        ("IdentityInfo", 60),
        ("IdentityLogonEvents", 3_000),
        ("IdentityQueryEvents", 2),
        ("MessageEvents", 500),
        ("OAuthAppInfo", 6),
        ("UrlClickEvents", 50),
    ];
    // Some stories go on for some hours.
    let end = CONFIG().anchor + crate::base::TimeSpan::hours(12);
    let start = CONFIG().anchor - crate::base::TimeSpan::days(31);
    for (name, least) in least {
        assert!(table(name).row_count() >= least, "{name}: {}", table(name).row_count());
        for row in rows(name, &["Timestamp"]) {
            let Value::DateTime(at) = row["Timestamp"] else { panic!("{name} without a time") };
            assert!((start.ticks()..=end.ticks()).contains(&at), "{name}: {at}");
        }
    }
}

/// Cells of a column that are not empty.
fn distinct(table: &str, column: &str) -> BTreeSet<String> {
    let told = |value: Value| match value {
        Value::String(text) => text.to_string(),
        Value::Guid(bits) => random::guid_text(bits),
        _ => String::new(),
    };
    let cells = rows(table, &[column]).into_iter().map(|mut row| told(row.remove(column).unwrap()));
    cells.filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn whatever_a_row_names_exists_where_its_table_is_joined() {
    let joins = [
        ("AlertEvidence", "AlertId", "AlertInfo", "AlertId"),
        ("AlertEvidence", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("AlertEvidence", "DeviceId", "DeviceInfo", "DeviceId"),
        ("BehaviorEntities", "BehaviorId", "BehaviorInfo", "BehaviorId"),
        ("CloudAppEvents", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("DataSecurityEvents", "AccountUpn", "IdentityInfo", "AccountUpn"),
        ("DataSecurityEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceFileEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceFileEvents", "InitiatingProcessAccountUpn", "IdentityInfo", "AccountUpn"),
        ("DeviceLogonEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceLogonEvents", "AccountName", "IdentityInfo", "AccountName"),
        ("DeviceNetworkEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceNetworkInfo", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceProcessEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("EmailAttachmentInfo", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("EmailUrlInfo", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("EmailPostDeliveryEvents", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("EmailEvents", "SenderObjectId", "IdentityInfo", "AccountObjectId"),
        ("EntraIdSignInEvents", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("EntraIdSignInEvents", "RequestId", "IdentityLogonEvents", "ReportId"),
        ("EntraIdSignInEvents", "DeviceName", "DeviceInfo", "DeviceName"),
        ("EntraIdSpnSignInEvents", "ApplicationId", "OAuthAppInfo", "OAuthAppId"),
        ("IdentityDirectoryEvents", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("MessageEvents", "SenderObjectId", "IdentityInfo", "AccountObjectId"),
        ("UrlClickEvents", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("UrlClickEvents", "Url", "EmailUrlInfo", "Url"),
    ];
    for (from, column, to, key) in joins {
        let (named, known) = (distinct(from, column), distinct(to, key));
        assert!(!named.is_empty(), "{from}.{column} is empty");
        let lost: Vec<_> = named.difference(&known).take(3).collect();
        assert!(lost.is_empty(), "{from}.{column} not in {to}.{key}: {lost:?}");
    }
}

#[test]
fn a_mail_has_the_attachments_it_says() {
    let answer = hunt(
        "EmailEvents
        | where EmailDirection != 'Inbound' and AttachmentCount > 0 and DeliveryAction == 'Delivered'
        | join kind=leftouter (EmailAttachmentInfo | summarize Files = count() by NetworkMessageId) on NetworkMessageId
        | summarize Mails = count(), Right = countif(Files == AttachmentCount)",
    );
    let (mails, right) = (answer.value(0, 0).as_long().unwrap(), answer.value(0, 1).as_long().unwrap());
    assert!(mails > 200 && right * 100 >= mails * 95, "{right} of {mails}");
}

#[test]
fn a_program_keeps_the_number_it_was_started_with() {
    let answer = hunt(
        "DeviceNetworkEvents
        | where InitiatingProcessFileName == 'msedge.exe'
        | join kind=inner (DeviceProcessEvents | project DeviceId, ProcessId, FileName, Started = ProcessCreationTime)
            on DeviceId, $left.InitiatingProcessId == $right.ProcessId
        | where InitiatingProcessCreationTime == Started
        | summarize Connections = count(), Odd = countif(FileName != 'msedge.exe' or Started > Timestamp)",
    );
    assert!(answer.value(0, 0).as_long().unwrap() > 500, "{:?}", answer.value(0, 0));
    assert_eq!(answer.value(0, 1).as_long(), Some(0));
}

#[test]
fn work_is_done_in_working_hours() {
    // Whom stories are about keep other hours.
    let people = world::World::new(&CONFIG()).people;
    let personae = assets::Assets::personae().map(|persona| format!("'{}'", people.by_surname(&persona.surname).upn));
    let personae: Vec<String> = personae.collect();
    let answer = hunt(&format!(
        "DeviceFileEvents
        | where InitiatingProcessAccountUpn !in ({})
        | join kind=inner (IdentityInfo | project InitiatingProcessAccountUpn = AccountUpn, Department, Country, Type)
            on InitiatingProcessAccountUpn
        | where Country == 'United Kingdom' and Department !in ('Manufacturing', 'Information Technology')
        | summarize Files = count(), Day = countif(hourofday(Timestamp) between (7 .. 19)),
            Weekend = countif(dayofweek(Timestamp) in (0d, 6d))",
        personae.join(", ")
    ));
    let count = |column| answer.value(0, column).as_long().unwrap();
    assert!(count(0) > 300 && count(1) * 100 >= count(0) * 90, "{} {}", count(0), count(1));
    assert!(count(2) * 10 < count(0), "{} {}", count(0), count(2));
}

#[test]
fn an_ordinary_day_leaves_its_rows_in_proportion() {
    let rows_of: BTreeMap<&str, usize> =
        TENANT.tables.iter().map(|(name, table)| (name, table.row_count())).filter(|(_, rows)| *rows > 0).collect();
    assert!(rows_of.len() >= 30, "{}", rows_of.len());
    let all: usize = rows_of.values().sum();
    let share = |name: &str| rows_of[name] * 100 / all;
    for (name, least, most) in [
        ("CloudAppEvents", 12, 30),
        ("DeviceProcessEvents", 4, 20),
        ("DeviceNetworkEvents", 7, 25),
        ("DeviceFileEvents", 5, 20),
        ("EmailEvents", 4, 15),
        ("EntraIdSignInEvents", 4, 15),
    ] {
        assert!((least..=most).contains(&share(name)), "{name}: {} of 100, {rows_of:?}", share(name));
    }
    // Some 21 working days a month.
    let a_day = all / Scale::SMALL.people / 21;
    assert!((30..=60).contains(&a_day), "{a_day} rows a person and day");
}

#[test]
fn graph_tells_of_the_sign_ins_that_stand_in_the_table() {
    let audit = &TENANT.sign_ins;
    let mut told: BTreeMap<String, (i64, String, i32)> = BTreeMap::new();
    for row in rows("EntraIdSignInEvents", &["RequestId", "Timestamp", "AccountUpn", "ErrorCode", "LogonType"]) {
        let (Value::DateTime(at), Value::Int(error)) = (&row["Timestamp"], &row["ErrorCode"]) else { panic!() };
        // The audit log tells nothing that is still to come.
        let has_happened = *at <= CONFIG().anchor.ticks();
        if has_happened && row["LogonType"].as_str().unwrap().contains("\"interactiveUser\"") {
            let upn = row["AccountUpn"].as_str().unwrap().to_owned();
            told.insert(row["RequestId"].as_str().unwrap().to_owned(), (*at, upn, *error));
        }
    }
    assert_eq!(audit.len(), told.len());
    let mut failed = 0;
    for (id, sign_in) in audit.iter() {
        let (at, upn, error) = &told[id];
        let created: crate::base::Timestamp = text(&sign_in["createdDateTime"]).parse().unwrap();
        assert_eq!((created.ticks(), text(&sign_in["userPrincipalName"])), (*at, upn.as_str()));
        assert_eq!(sign_in["status"]["errorCode"], *error);
        failed += usize::from(*error != 0);
    }
    assert!(failed > 10 && failed * 5 < audit.len(), "{failed}");
}
