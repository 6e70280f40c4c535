//! Evidence from any bytes: nothing panics, and reading the same twice gives the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use watchfloor::model::Evidence;

fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    assert_eq!(Evidence::read(value.clone()), Evidence::read(value));
});
