//! Values with separators between, as RFC 4180 has them.

use super::{Cell, Rows};

/// The header and rows of `text`. Tabs separate where the first line has one and no comma outside of quotes.
pub(super) fn rows(text: &str) -> Rows {
    let first = text.lines().next().unwrap_or_default();
    let separator =
        if first.contains('\t') && first.matches('\t').count() >= first.matches(',').count() { '\t' } else { ',' };
    let mut reader = Reader { rest: text, separator };
    let header = reader.record().unwrap_or_default();
    let mut rows = Vec::new();
    while let Some(record) = reader.record() {
        if record.len() == 1 && header.len() > 1 && record.first().is_some_and(String::is_empty) {
            continue;
        }
        rows.push(record.into_iter().take(header.len()).map(Cell::Text).collect());
    }
    (header.into_iter().map(|name| name.trim().to_owned()).collect(), rows)
}

struct Reader<'t> {
    rest: &'t str,
    separator: char,
}

impl Reader<'_> {
    /// The next record; nothing at the end.
    fn record(&mut self) -> Option<Vec<String>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            fields.push(if self.rest.starts_with('"') { self.quoted() } else { self.bare() });
            if let Some(rest) = self.rest.strip_prefix(self.separator) {
                self.rest = rest;
                continue;
            }
            let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix(['\n', '\r']));
            self.rest = rest.unwrap_or_default();
            return Some(fields);
        }
    }

    fn bare(&mut self) -> String {
        let separator = self.separator;
        let end = self.rest.find([separator, '\n', '\r']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        field.to_owned()
    }

    /// A field in quotes, in which two quotes stand for one. What follows the closing quote is part of it, too.
    fn quoted(&mut self) -> String {
        let mut field = String::new();
        let mut rest = self.rest.strip_prefix('"').unwrap_or_default();
        loop {
            let Some((before, after)) = rest.split_once('"') else {
                field.push_str(rest);
                self.rest = "";
                return field;
            };
            field.push_str(before);
            let Some(more) = after.strip_prefix('"') else {
                self.rest = after;
                field.push_str(&self.bare());
                return field;
            };
            field.push('"');
            rest = more;
        }
    }
}
