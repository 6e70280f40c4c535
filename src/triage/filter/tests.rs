use super::*;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn asker() -> Asker<'static> {
    Asker { me: Some("J.Ruiz@contoso.example"), now: now() }
}

/// A high, new insider-risk incident about Mara Okafor, two hours old, owned by j.ruiz.
fn passes(line: &str) -> bool {
    let owner = Untrusted::new("j.ruiz@contoso.example");
    let tags = ["Leaver".into()];
    let facts = Facts {
        standing: Standing {
            sources: &[ServiceSource::InsiderRiskManagement, ServiceSource::DataLossPrevention],
            status: StatusWord::New,
            severity: &Severity::High,
            classification: &Classification::Unknown,
            owner: Some(&owner),
            tags: [&tags, &[]],
            title: &"Departing user: Download, archive, USB".into(),
            words: ["", "departing user: download, archive, usb\n"],
        },
        people: "mara okafor\nm.okafor@contoso.example\n",
        times: Times { created: Some(now() - TimeSpan::hours(2)), changed: Some(now() - TimeSpan::minutes(30)) },
        own: Own { id: "4127", names: "lt-fin-02\n", watch: "leaves in june\n" },
    };
    let filter = Filter::parse(line);
    assert_eq!(filter.errors, [], "{line}");
    let passes = filter.matches(&facts, asker());
    let sieve = Sieve::of(&filter, asker()).unwrap();
    let (standing, people) = (sieve.held_of_standing(&facts.standing), sieve.held_of_people(facts.people));
    let letters = Letters::of([facts.own.id, facts.own.names]);
    let sieved = sieve.passes(facts.times, letters, || standing, || people, || Some(facts.own));
    assert_eq!(sieved, passes, "{line}");
    passes
}

#[test]
fn each_field_asks_what_it_says() {
    let cases = [
        ("", true),
        (DEFAULT, true),
        ("source:insider-risk", true),
        ("source:irm,endpoint", true),
        ("source:endpoint", false),
        ("-source:endpoint", true),
        ("status:active", true),
        ("status:in-progress", false),
        ("severity>=medium", true),
        ("severity<high", false),
        ("severity:high,low", true),
        ("class:none", true),
        ("class:tp", false),
        ("user:OKAFOR", true),
        ("user:vance", false),
        ("owner:me", true),
        ("owner:none", false),
        ("-owner:none", true),
        ("owner:ruiz", true),
        ("tag:leav", true),
        ("age<7d", true),
        ("age>1d", false),
        ("id:41", true),
        ("changed<1h", true),
        ("changed>1h", false),
        ("title~DOWNLOAD", true),
        ("title:\"print volume\"", false),
        ("watch:any", true),
        ("watch:leaves", true),
        ("watch:crown", false),
        ("owner:none or owner:me", true),
        ("owner:none or severity:low", false),
        ("status:new owner:none or severity:high", true),
        ("status:resolved owner:none or severity:high", false),
        ("-owner:me or -severity:low or tag:x", true),
        ("user:vance,okafor", true),
        ("user:vance,brandt", false),
        ("-user:vance,brandt", true),
        ("-user:vance,okafor", false),
        ("user:\"vance,okafor\"", false),
        ("user:\"idris vance\",\"mara ok\"", true),
        ("severity:low or user:vance,okafor", true),
        ("not tag:x", true),
        ("NOT usb", false),
        ("not -usb", true),
        ("owner:none or not severity:low", true),
        ("\"not\"", false),
        ("\"or\"", true),
        ("USB", true),
        ("\"download, archive\"", true),
        ("-usb", false),
        ("source:dlp user:okafor severity:high usb", true),
        ("LT-fin", true),
        ("-lt-fin", false),
        ("lt-vance", false),
        ("lt-fin or severity:low", true),
        ("-lt-fin or severity:low", false),
        ("-02 or severity:high", true),
        ("watch:crown or -lt-vance", true),
    ];
    for (line, expected) in cases {
        assert_eq!(passes(line), expected, "{line}");
    }
}

#[test]
fn errors_have_a_place_and_leave_the_rest_in_force() {
    let cases = [
        (
            "usb colour:red",
            4..14,
            "there is no field colour; there are source, status, severity, class, user, owner, tag, title, age, changed, id, watch. Quote it to look for the text",
        ),
        ("age:7d", 0..6, "age is compared: age<7d or age>2h"),
        ("age<soon", 0..8, "soon is not a length of time; write 30m, 12h, 7d or 2w"),
        ("user>x", 0..6, "user cannot be compared; use user:value"),
        ("\"open", 0..5, "the quote is never closed"),
        ("status:", 0..7, "status needs a value"),
        ("or usb", 0..2, "or stands between two terms: owner:me or owner:none. Quote it to look for the word"),
        ("usb or", 4..6, "or stands between two terms: owner:me or owner:none. Quote it to look for the word"),
        ("usb not", 4..7, "not stands before a term: not tag:vip, or -tag:vip. Quote it to look for the word"),
        ("-user:a,b or usb", 10..12, "a list cannot be negated beside or: write its values apart"),
        ("usb or -user:a,b", 7..16, "a list cannot be negated beside or: write its values apart"),
        (
            "(usb or user:x",
            0..4,
            "there are no parentheses: or binds closer than the blank, so user:a or user:b tag:c is (a or b) and c",
        ),
        ("tag:é severity:grave", 7..21, "no severity grave; there are high, medium, low, informational"),
    ];
    for (line, span, message) in cases {
        let filter = Filter::parse(line);
        assert_eq!(filter.errors, [FilterError { span, message: message.to_owned() }], "{line}");
    }
    assert_eq!(Filter::parse("usb colour:red").terms.len(), 1);
}

#[test]
fn graph_is_asked_what_it_can_filter() {
    let cases = [
        (
            DEFAULT,
            Collection::Incidents,
            Some(
                "(status eq 'active' or status eq 'inProgress') and \
                 (severity eq 'low' or severity eq 'medium' or severity eq 'high') and \
                 createdDateTime gt 2026-11-16T12:00:00Z",
            ),
        ),
        (
            "source:insider-risk status:new",
            Collection::Alerts,
            Some("serviceSource eq 'microsoftInsiderRiskManagement' and status eq 'new'"),
        ),
        ("source:insider-risk", Collection::Incidents, None),
        ("severity>=medium", Collection::Alerts, Some("(severity eq 'medium' or severity eq 'high')")),
        ("severity<high", Collection::Alerts, None),
        ("-status:new,resolved", Collection::Alerts, Some("(status ne 'new' and status ne 'resolved')")),
        ("-age<1d", Collection::Alerts, Some("createdDateTime le 2026-11-22T12:00:00Z")),
        ("owner:me", Collection::Incidents, Some("assignedTo eq 'J.Ruiz@contoso.example'")),
        ("owner:none", Collection::Incidents, Some("assignedTo eq null")),
        (
            "owner:me or owner:none",
            Collection::Incidents,
            Some("(assignedTo eq 'J.Ruiz@contoso.example' or assignedTo eq null)"),
        ),
        ("owner:me or usb", Collection::Incidents, None),
        ("changed<1h", Collection::Alerts, Some("lastUpdateDateTime gt 2026-11-23T11:00:00Z")),
        ("user:okafor usb tag:x", Collection::Incidents, None),
    ];
    for (line, collection, expected) in cases {
        assert_eq!(Filter::parse(line).to_odata(collection, asker()).as_deref(), expected, "{line}");
    }
    let filter = Filter::parse("source:dlp usb");
    assert_eq!(filter.local_terms(Collection::Alerts, asker()).count(), 1);
    assert_eq!(filter.local_terms(Collection::Incidents, asker()).count(), 2);
}

#[test]
fn a_quote_in_a_name_cannot_end_the_odata_literal() {
    let asker = Asker { me: Some("o'hara@contoso.example"), now: now() };
    let odata = Filter::parse("owner:me").to_odata(Collection::Incidents, asker);
    assert_eq!(odata.as_deref(), Some("assignedTo eq 'o''hara@contoso.example'"));
}

#[test]
fn picked_sources_replace_those_typed() {
    let filter = Filter::parse("status:new source:dlp -usb");
    let picked = filter.with_sources(&[ServiceSource::InsiderRiskManagement]);
    assert_eq!(picked.text, "source:insider-risk status:new -usb");
    assert_eq!(picked.with_sources(&[]).text, "status:new -usb");
}

proptest! {
    #[test]
    fn reading_never_fails_and_print_reads_back(line in "\\PC{0,60}") {
        let filter = Filter::parse(&line);
        let again = Filter::parse(&filter.to_string());
        prop_assert_eq!(&again.errors, &vec![]);
        let tests = |filter: &Filter| filter.terms.iter().map(|term| (term.negated, term.test.clone())).collect::<Vec<_>>();
        prop_assert_eq!(tests(&again), tests(&filter));
    }

    #[test]
    fn lines_made_of_the_language_read_back(parts in prop::collection::vec(prop::sample::select(vec![
        "source:", "-", "status:new", "severity>=", "high", "\"", "\\", " ", ",", "age<", "7d", "user:", "x:y", "owner:me", "é", "\u{200b}",
    ]), 0..12)) {
        let filter = Filter::parse(&parts.concat());
        for error in &filter.errors {
            prop_assert!(filter.text.get(error.span.clone()).is_some());
        }
        let again = Filter::parse(&filter.to_string());
        prop_assert_eq!(again.to_string(), filter.to_string());
    }
}
