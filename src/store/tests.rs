use super::journal::Verdict;
use super::*;
use crate::triage::journal::{Author, Entry};

fn entry(text: &str) -> Entry {
    let author = Author { by: "j.ruiz@contoso.example", at: "2026-11-23T12:00:00.1234567Z".parse().unwrap() };
    author.queried(text)
}

/// A store in a file of a folder of its own, which lives as long as the second value.
fn in_file() -> (Place, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Place::File(folder.path().join("data/work.sqlite")), folder)
}

#[test]
fn drafts_and_queries_survive_a_restart() {
    let (place, _folder) = in_file();
    let mut store = Store::open(&place).unwrap();
    let at = "2026-11-23T12:00:00Z".parse().unwrap();
    store.save_draft("hunt", "AlertInfo | ta").unwrap();
    store.save_draft("hunt", "AlertInfo | take 3").unwrap();
    store.save_draft("comment:incident:7", "talked to HR").unwrap();
    store.save_draft("comment:incident:7", "").unwrap();
    for query in ["AlertInfo", "DeviceEvents", "AlertInfo"] {
        store.remember_query(query, at).unwrap();
    }
    drop(store);
    let again = Store::open(&place).unwrap();
    assert_eq!(again.drafts().unwrap(), [("hunt".to_owned(), "AlertInfo | take 3".to_owned())]);
    assert_eq!(again.queries(10).unwrap(), ["AlertInfo", "DeviceEvents"]);
}

#[test]
fn the_journal_is_read_as_it_was_written_and_goes_on_where_it_ended() {
    let (place, _folder) = in_file();
    let first = Store::open(&place).unwrap().append(&entry("AlertInfo\u{202e} \"x\"")).unwrap();
    let mut store = Store::open(&place).unwrap();
    let second = store.append(&entry("DeviceEvents")).unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(store.records(10).unwrap(), [first, second.clone()]);
    assert_eq!(store.records(1).unwrap(), std::slice::from_ref(&second));
    assert_eq!(store.verify().unwrap(), Verdict::Whole { entries: 2, head: second.hash });
}

#[test]
fn tampering_breaks_the_chain_where_it_was_done() {
    let tampering = [
        ("UPDATE journal SET entry = replace(entry, 'two', 'too') WHERE number = 2", 2),
        ("UPDATE journal SET hash = (SELECT hash FROM journal WHERE number = 1) WHERE number = 3", 3),
        ("DELETE FROM journal WHERE number = 2", 2),
        ("UPDATE journal SET number = 9 WHERE number = 4", 4),
    ];
    for (sql, broken) in tampering {
        let mut store = Store::open(&Place::Memory).unwrap();
        for text in ["one", "two", "three", "four"] {
            store.append(&entry(text)).unwrap();
        }
        assert!(store.connection.execute_batch(sql).is_err(), "the triggers allow {sql}");
        store
            .connection
            .execute_batch("DROP TRIGGER journal_is_not_changed; DROP TRIGGER journal_is_not_shortened")
            .unwrap();
        store.connection.execute_batch(sql).unwrap();
        let found = store.verify().unwrap();
        assert!(matches!(found, Verdict::Broken { number, .. } if number == broken), "{sql}: {found:?}");
    }
}

#[test]
fn two_programs_write_to_one_journal() {
    let (place, _folder) = in_file();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let mut store = Store::open(&place).unwrap();
            std::thread::spawn(move || {
                for index in 0..10 {
                    store.append(&entry(&format!("{writer} {index}"))).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let verdict = Store::open(&place).unwrap().verify().unwrap();
    assert!(matches!(verdict, Verdict::Whole { entries: 40, .. }), "{verdict:?}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let (place, folder) = in_file();
    let Place::File(path) = &place else { panic!("a file") };
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(path, "").unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut store = Store::open(&place).unwrap();
    store.append(&entry("x")).unwrap();
    let modes: Vec<u32> = std::fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777)
        .collect();
    assert_eq!(modes, vec![0o600; modes.len()]);
    assert!(modes.len() > 1, "the write-ahead log lies beside it");
}

#[test]
fn a_file_of_a_later_version_or_of_another_kind_is_left_alone() {
    let (place, _folder) = in_file();
    let Place::File(path) = &place else { panic!("a file") };
    Store::open(&place).unwrap().connection.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::open(&place), Err(StoreError::Newer { found: 99, .. })));
    let other = Place::File(path.with_file_name("note.txt"));
    let Place::File(note) = &other else { panic!("a file") };
    std::fs::write(note, "no database, and longer than its header: ".repeat(20)).unwrap();
    #[cfg(unix)]
    let mode = |path: &Path| std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
    #[cfg(unix)]
    let before = mode(note);
    assert!(matches!(Store::open(&other), Err(StoreError::NoStore(_))));
    assert!(std::fs::read_to_string(note).unwrap().starts_with("no database"));
    #[cfg(unix)]
    assert_eq!(mode(note), before, "whoever could read it still can");

    for version in [0, 7] {
        let path = path.with_file_name(format!("other-{version}.sqlite"));
        let others = Connection::open(&path).unwrap();
        others.execute_batch("CREATE TABLE moz_places (url TEXT)").unwrap();
        others.pragma_update(None, "user_version", version).unwrap();
        drop(others);
        assert!(matches!(Store::open(&Place::File(path.clone())), Err(StoreError::NoStore(_))));
        let tables = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
        assert_eq!(tables.unwrap(), 1, "nothing was added");
    }
}

#[test]
fn queues_are_kept_for_one_owner_and_forgotten_without_a_trace() {
    let (place, folder) = in_file();
    let mut store = Store::open(&place).unwrap();
    let kept = |store: &Store, owner: &str| {
        let mut records = Vec::new();
        store.queues(owner, |kind, body| records.push(format!("{kind} {body}"))).unwrap();
        records
    };
    let records = |bodies: &[&'static str]| bodies.iter().map(|body| ("alert", (*body).to_owned())).collect::<Vec<_>>();
    store.keep_queues("a", records(&["first"])).unwrap();
    store.keep_queues("b", records(&["departing user", "another"])).unwrap();
    assert_eq!(kept(&store, "a"), [""; 0]);
    assert_eq!(kept(&store, "b"), ["alert departing user", "alert another"]);
    store.keep_queues("", []).unwrap();
    assert_eq!(kept(&Store::open(&place).unwrap(), "b"), [""; 0]);
    drop(store);
    let bytes = std::fs::read(folder.path().join("data/work.sqlite")).unwrap();
    assert!(!bytes.windows(9).any(|window| window == b"departing"), "the text is still in the file");
}
