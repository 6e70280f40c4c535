//! The quick way to a queue's rows gives what its plain definition says, whatever became of the store before.

use super::*;
use crate::app::columns::Field;
use crate::app::sort::{Rank, Sort};
use crate::app::store::{AlertEntry, IncidentEntry};
use crate::base::Untrusted;
use crate::triage::filter::{Asker, Facts, Own, Standing, StatusWord, Times};
use crate::triage::{Watchlist, score};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::Arc;

const TITLES: [&str; 4] = ["Large write to USB", "Mass download", "Label downgrade Plan", ""];
const PEOPLE: [&str; 3] = ["M.Okafor", "i.vance", "l.brandt"];
const FILES: [&str; 4] = ["Plan Q3.xlsx", "İstanbul.pdf", "usb-index.db", "a.b"];
const SEVERITIES: [&str; 4] = ["high", "medium", "low", "informational"];
const OWNERS: [Option<&str>; 3] = [None, Some("J.Ruiz@contoso.example"), Some("a.ng@contoso.example")];
const TERMS: [&str; 30] = [
    "severity>=medium",
    "severity:low",
    "status:new",
    "-status:resolved",
    "source:dlp",
    "-source:insider-risk",
    "class:none",
    "user:okafor",
    "-user:vance",
    "user:okafor,brandt",
    "owner:none",
    "owner:me",
    "owner:ng",
    "tag:vip",
    "-tag:vip",
    "age<2d",
    "-age<1d",
    "changed<1d",
    "title~usb",
    "usb",
    "plan",
    "-plan",
    "istanbul",
    "fa1",
    "id:41",
    "watch:any",
    "usb or severity:high",
    "-xlsx or user:vance",
    "-watch:plan or age<1d",
    "41 or owner:me or tag:vip",
];

/// What tells a record: its number, and a choice for each of its properties.
type Told = (usize, [usize; 6]);

fn pick<T: Copy>(values: &[T], choice: usize) -> T {
    values[choice % values.len()]
}

fn instant(days: usize) -> String {
    format!("2026-11-{:02}T08:00:00Z", 23 - days % 4)
}

fn told_incident((number, choices): Told) -> Incident {
    let [title, severity, owner, status, created, changed] = choices;
    Incident::from_json(json!({
        "id": (4_100 + number).to_string(), "displayName": pick(&TITLES, title), "severity": pick(&SEVERITIES, severity),
        "status": pick(&["active", "inProgress", "resolved"], status), "assignedTo": pick(&OWNERS, owner),
        "customTags": if title == status { vec!["VIP"] } else { vec![] },
        "createdDateTime": instant(created), "lastUpdateDateTime": instant(changed),
    }))
    .unwrap()
}

fn told_alert((number, choices): Told) -> Alert {
    let [title, severity, owner, status, created, changed] = choices;
    let upn = format!("{}@contoso.example", pick(&PEOPLE, title + created));
    Alert::from_json(json!({
        "id": format!("FA{number}"), "title": pick(&TITLES, title), "severity": pick(&SEVERITIES, severity),
        "incidentId": if status == 3 { None } else { Some((4_100 + (number + owner) % 6).to_string()) },
        "serviceSource": pick(&["microsoftInsiderRiskManagement", "dataLossPrevention"], changed),
        "status": pick(&["new", "inProgress", "resolved"], status), "assignedTo": pick(&OWNERS, owner),
        "createdDateTime": instant(created), "lastUpdateDateTime": instant(changed),
        "evidence": [
            {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"userPrincipalName": upn}},
            {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {"fileName": pick(&FILES, severity)}},
        ],
    }))
    .unwrap()
}

/// What happens to the store.
#[derive(Clone, Debug)]
enum Step {
    Incidents(Vec<Told>),
    Alerts(Vec<Told>),
    RetireIncidents,
    RetireAlerts,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let told = || prop::collection::vec((0_usize..8, prop::array::uniform6(0_usize..4)), 0..10);
    let step = prop_oneof![
        3 => told().prop_map(Step::Incidents),
        4 => told().prop_map(Step::Alerts),
        1 => Just(Step::RetireIncidents),
        1 => Just(Step::RetireAlerts),
    ];
    prop::collection::vec(step, 1..7)
}

fn line() -> impl Strategy<Value = String> {
    // More than what is asked a bit each.
    let long = (0..70).fold("user:okafor".to_owned(), |mut line, number| {
        write!(line, ",x{number}").unwrap();
        line
    });
    prop_oneof![
        12 => prop::collection::vec(prop::sample::select(TERMS.to_vec()), 0..4).prop_map(|terms| terms.join(" ")),
        1 => Just(long),
    ]
}

fn sort(fields: &'static [Field]) -> impl Strategy<Value = Sort> {
    let key = (prop::sample::select(fields.to_vec()), prop::sample::select(vec!["", "-"]));
    let word = key.prop_map(|(field, sign)| format!("{sign}{}", field.word()));
    prop::collection::vec(word, 1..4).prop_map(|words| Sort::parse(&words.join(" "), fields))
}

/// Where a record stands by a field, as said of it alone.
type RankOf<'a> = &'a dyn Fn(usize, Field) -> Rank<'a>;

/// Rows in the order of their places that pass, then by each key and from the newest on.
fn plain(queue: &queue::Queue, length: usize, rank: RankOf<'_>, passes: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).filter(|place| passes(*place)).collect();
    let by = |key: sort::SortKey, a: usize, b: usize| {
        let order = rank(a, key.field).cmp(&rank(b, key.field));
        if key.field.is_greatest_first() == key.is_reversed { order } else { order.reverse() }
    };
    places.sort_by(|a, b| {
        let keys = queue.sort.keys().iter().copied().chain([sort::SortKey::by(Field::Age)]);
        keys.map(|key| by(key, *a, *b)).fold(Ordering::Equal, Ordering::then)
    });
    places
}

fn ticks<'a>(at: Option<Timestamp>) -> Rank<'a> {
    Rank::Number(at.map_or(0, Timestamp::ticks))
}

fn text(text: Option<&Untrusted>) -> Rank<'_> {
    Rank::Text(text.map_or("", Untrusted::raw))
}

fn rank_of_incident(entry: &IncidentEntry, points: u8, field: Field) -> Rank<'_> {
    let incident = &entry.incident;
    match field {
        Field::Priority => Rank::Number(i64::from(points)),
        Field::Severity => Rank::Number(i64::from(incident.severity.rank())),
        Field::Title => text(Some(&incident.display_name)),
        Field::User => Rank::Text(entry.people.names().lines().next().unwrap_or_default()),
        Field::Sources => Rank::Text(entry.sources.first().map_or("", |source| source.badge())),
        Field::Alerts => Rank::Number(entry.alert_count() as i64),
        Field::Incident => Rank::Text(&incident.id),
        Field::Status => Rank::Text(incident.status.title()),
        Field::Classification => Rank::Text(incident.classification.title()),
        Field::Owner => text(incident.assigned_to.as_ref()),
        Field::Age => ticks(incident.created),
        Field::Changed => ticks(incident.last_update),
        Field::Tags => text(incident.custom_tags.first()),
    }
}

fn rank_of_alert(entry: &AlertEntry, field: Field) -> Rank<'_> {
    let alert = &entry.alert;
    match field {
        Field::Priority | Field::Severity => Rank::Number(i64::from(alert.severity.rank())),
        Field::Title | Field::Tags => text(Some(&alert.title)),
        Field::User => Rank::Text(entry.people.names().lines().next().unwrap_or_default()),
        Field::Sources => Rank::Text(alert.service_source.badge()),
        Field::Alerts => Rank::Number(0),
        Field::Incident => Rank::Text(alert.incident_id.as_deref().unwrap_or_default()),
        Field::Status => Rank::Text(alert.status.title()),
        Field::Classification => Rank::Text(alert.classification.title()),
        Field::Owner => text(alert.assigned_to.as_ref()),
        Field::Age => ticks(alert.created),
        Field::Changed => ticks(alert.last_update),
    }
}

/// Texts as they are searched.
fn searched<'a>(texts: impl IntoIterator<Item = &'a Untrusted>) -> String {
    texts.into_iter().map(|text| text.raw().to_lowercase() + "\n").collect()
}

fn check(app: &App) {
    let asker = Asker { me: app.profile.me.as_deref(), now: now() };
    let (store, weights) = (&app.store, app.profile.weights);
    let incidents: Vec<_> = store.incidents().collect();
    let points = |entry: &IncidentEntry| score::points(&entry.incident, entry.setting(weights), now());
    let points: Vec<u8> = incidents.iter().map(|entry| points(entry)).collect();
    let passes = |place: usize| {
        let entry = incidents[place];
        let incident = &entry.incident;
        let own = [&incident.display_name].into_iter().chain(&incident.assigned_to).chain(&incident.custom_tags);
        let titles = store.alerts_as_they_came(&incident.id).map(|entry| &entry.alert.title);
        let standing = Standing {
            sources: &entry.sources,
            status: StatusWord::of_incident(&incident.status),
            severity: &incident.severity,
            classification: &incident.classification,
            owner: incident.assigned_to.as_ref(),
            tags: [&incident.custom_tags, &[]],
            title: &incident.display_name,
            words: [&searched(own), &searched(titles)],
        };
        let times = Times { created: incident.created, changed: incident.last_update };
        let own = Own { id: &incident.id, names: "", watch: entry.watched.why() };
        app.incidents.filter.matches(&Facts { standing, people: entry.people.names(), times, own }, asker)
    };
    let rank = |place: usize, field| rank_of_incident(incidents[place], points[place], field);
    let rows: Vec<usize> = app.incidents.rows().iter().map(|row| row.index).collect();
    assert_eq!(rows, plain(&app.incidents, incidents.len(), &rank, passes), "{:?}", app.incidents.filter.text);
    assert!(app.incidents.rows().iter().all(|row| row.points == points[row.index]));

    let alerts: Vec<_> = store.alerts().collect();
    let passes = |place: usize| {
        let entry = alerts[place];
        let alert = &entry.alert;
        let own = [&alert.title].into_iter().chain(&alert.assigned_to).chain(&alert.categories);
        let standing = Standing {
            sources: std::slice::from_ref(&alert.service_source),
            status: StatusWord::of_alert(&alert.status),
            severity: &alert.severity,
            classification: &alert.classification,
            owner: alert.assigned_to.as_ref(),
            tags: [&[], &[]],
            title: &alert.title,
            words: [&searched(own), ""],
        };
        let times = Times { created: alert.created, changed: alert.last_update };
        let own = Own { id: &alert.id, names: &entry.names, watch: entry.watched.why() };
        app.alerts.filter.matches(&Facts { standing, people: entry.people.names(), times, own }, asker)
    };
    let rank = |place: usize, field| rank_of_alert(alerts[place], field);
    let rows: Vec<usize> = app.alerts.rows().iter().map(|row| row.index).collect();
    assert_eq!(rows, plain(&app.alerts, alerts.len(), &rank, passes), "{:?}", app.alerts.filter.text);
}

proptest! {
    #![proptest_config(crate::base::cases::cases(192))]

    #[test]
    fn rows_are_those_that_pass_in_order_whatever_became_of_the_store(
        steps in steps(),
        looks in prop::collection::vec((line(), sort(&Field::OF_INCIDENTS), sort(&Field::OF_ALERTS)), 1..5),
    ) {
        let watchlist = Watchlist::parse("[files]\n\"plan*\" = \"of the plan\"").unwrap();
        let mut app = App::new(Profile { watchlist: Arc::new(watchlist), ..profile() });
        for (step, task) in steps.into_iter().zip(1..) {
            let task = TaskId(task);
            match step {
                Step::Incidents(told) => app.store.take_incidents(told.into_iter().map(told_incident), task),
                Step::Alerts(told) => app.store.take_alerts(told.into_iter().map(told_alert), task),
                Step::RetireIncidents => app.store.retire_incidents(TaskId(task.0 - 1), None),
                Step::RetireAlerts => app.store.retire_alerts(TaskId(task.0 - 1), None, &[]),
            }
            for (line, of_incidents, of_alerts) in &looks {
                for queue in [&mut app.incidents, &mut app.alerts] {
                    queue.filter = Filter::parse(line);
                }
                (app.incidents.sort, app.alerts.sort) = (of_incidents.clone(), of_alerts.clone());
                app.order_queues(now());
                check(&app);
            }
        }
    }
}
