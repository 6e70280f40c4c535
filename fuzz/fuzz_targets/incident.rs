//! An incident, or a page of them, from any bytes: nothing panics, and one with an id is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use watchfloor::graph::Page;
use watchfloor::model::{FromJson, Incident};

fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    let has_id = value["id"].as_str().is_some_and(|id| !id.is_empty());
    let read = Incident::from_json(value.clone());
    assert_eq!(read.is_ok(), has_id || value["id"].is_number());
    if let Ok(page) = Page::<Incident>::from_json(value.clone()) {
        assert_eq!(page.items.len() + page.skipped, value["value"].as_array().map_or(0, Vec::len));
    }
});
