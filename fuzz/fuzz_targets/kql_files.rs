//! A file of any bytes read as a table: CSV, TSV, JSON lines, JSON, gzip. Rows are as wide as the columns are many.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfloor::kql::read;

fuzz_target!(|data: &[u8]| {
    for name in ["T", "AlertInfo"] {
        match read::file(name, data) {
            Ok(named) => {
                assert_eq!(named.table.fields().len(), named.schema.columns.len());
                for row in 0..named.table.row_count() {
                    assert_eq!(named.table.row(row).count(), named.schema.columns.len());
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
