//! A hunting answer from any bytes: nothing panics, and each row has one cell a column.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use watchfloor::model::{Cell, FromJson, HuntingResult};

fuzz_target!(|data: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    let Ok(result) = HuntingResult::from_json(value) else { return };
    for row in &result.rows {
        assert_eq!(row.len(), result.columns.len());
        let _ = row.iter().map(Cell::text).count();
    }
});
