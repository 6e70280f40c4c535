//! Values with separators between, as RFC 4180 has them, and as spreadsheets and shells write them.

use super::ReadError;
use std::borrow::Cow;

/// A header and the text of the records under it.
pub(super) struct Separated<'t> {
    /// Names of columns; none twice.
    pub header: Vec<String>,
    records: Reader<'t>,
}

impl<'t> Separated<'t> {
    /// What `text` holds.
    pub fn of(text: &'t str) -> Result<Self, ReadError> {
        let mut records = Reader { rest: text, separator: ',', line: 1 };
        // Written by PowerShell before the header.
        if text.starts_with("#TYPE ") {
            records.skip_line();
        }
        // Written by spreadsheets before the header.
        if let Some(separator) = records.rest.strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
            records.separator = separator;
            records.skip_line();
        } else {
            records.separator = separator(records.rest.lines().next().unwrap_or_default());
        }
        let names = records.record()?.unwrap_or_default();
        let mut header: Vec<String> = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let name = match name.trim() {
                "" => format!("Column{}", at + 1),
                name => name.to_owned(),
            };
            let same = |header: &[String], name: &str| header.iter().any(|known| known == name);
            let numbered = |number: usize| if number == 0 { name.clone() } else { format!("{name}{number}") };
            let free = (0..=header.len()).map(numbered).find(|name| !same(&header, name));
            header.push(free.unwrap_or_default());
        }
        Ok(Self { header, records })
    }

    /// Shows `visit` each record. Empty lines are none.
    pub fn each(&self, mut visit: impl FnMut(&[Cow<'t, str>])) -> Result<(), ReadError> {
        let mut records = self.records.clone();
        let width = self.header.len();
        loop {
            let line = records.line;
            let Some(record) = records.record()? else { return Ok(()) };
            if width > 1 && record.len() == 1 && record.first().is_some_and(|field| field.is_empty()) {
                continue;
            }
            if record.iter().skip(width).any(|field| !field.is_empty()) {
                return Err(ReadError::Wide { line, values: record.len(), columns: width });
            }
            visit(record.get(..width).unwrap_or(&record));
        }
    }
}

/// What separates the names of a header: a tab, a comma, or a semicolon where there is neither.
fn separator(header: &str) -> char {
    let outside: String = header.split('"').step_by(2).collect();
    let count = |c: char| outside.matches(c).count();
    match (count('\t'), count(',')) {
        (0, 0) if outside.contains(';') => ';',
        (tabs, commas) if tabs > 0 && tabs >= commas => '\t',
        _ => ',',
    }
}

#[derive(Clone)]
struct Reader<'t> {
    rest: &'t str,
    separator: char,
    /// The line that `rest` begins on, from 1.
    line: usize,
}

impl<'t> Reader<'t> {
    fn skip_line(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        self.line += 1;
    }

    /// The next record; nothing at the end.
    fn record(&mut self) -> Result<Option<Vec<Cow<'t, str>>>, ReadError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut fields = Vec::new();
        loop {
            fields.push(if self.rest.starts_with('"') { self.quoted()? } else { Cow::Borrowed(self.bare()) });
            if let Some(rest) = self.rest.strip_prefix(self.separator) {
                self.rest = rest;
                continue;
            }
            let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix(['\n', '\r']));
            self.rest = rest.unwrap_or_default();
            self.line += 1;
            return Ok(Some(fields));
        }
    }

    fn bare(&mut self) -> &'t str {
        let ends = |byte: u8, separator: u8| byte == separator || byte == b'\n' || byte == b'\r';
        let end = match u8::try_from(self.separator).ok().filter(u8::is_ascii) {
            Some(separator) => self.rest.bytes().position(|byte| ends(byte, separator)),
            None => self.rest.find([self.separator, '\n', '\r']),
        };
        let end = end.unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        field
    }

    /// A field in quotes, in which two quotes stand for one. What follows the closing quote is part of it, too.
    fn quoted(&mut self) -> Result<Cow<'t, str>, ReadError> {
        let mut field = Cow::Borrowed("");
        let mut rest = self.rest.strip_prefix('"').unwrap_or_default();
        let line = self.line;
        loop {
            let Some((before, after)) = rest.split_once('"') else { return Err(ReadError::Quote(line)) };
            self.line += before.matches('\n').count();
            field += before;
            let Some(more) = after.strip_prefix('"') else {
                self.rest = after;
                field += self.bare();
                return Ok(field);
            };
            field += "\"";
            rest = more;
        }
    }
}
