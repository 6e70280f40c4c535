//! `watchfloor kql check`: query files of a repository of detections, read before they are used. What is found is told as
//! text, as JSON, or in the forms that a build's page shows beside the lines.

use super::args::{CheckFormat, KqlCheck};
use super::exit::Exit;
use super::output::{self, Output};
use super::problem::Problem;
use crate::base::Untrusted;
use crate::base::text::count;
use crate::kql::text::{Position, position};
use crate::kql::{Diagnostic, Schema, compile, ide};
use serde_json::{Value as Json, json};
use std::io;
use std::path::Path;

/// Endings of files that hold a query.
const ENDINGS: &[&str] = &["kql", "csl", "kusto"];

/// How deep folders are read.
const FOLDERS_MAX: usize = 16;

/// Something found, and where.
struct Finding<'f> {
    path: &'f str,
    start: Position,
    end: Position,
    diagnostic: &'f Diagnostic,
}

/// What is wrong with query files, and what is better written in another way.
pub(super) fn check(asked: &KqlCheck) -> Result<Exit, Problem> {
    let form = if asked.json { CheckFormat::Json } else { asked.format };
    let mut files = Vec::new();
    for path in &asked.files {
        gather(path, 0, &mut files)?;
    }
    let mut out = Output::new();
    let mut results = Vec::new();
    let mut errors = 0;
    for path in &files {
        let bytes = std::fs::read(path)
            .map_err(|error| Problem::new(path.as_str(), error, "name files of queries, or folders of them"))?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut found: Vec<Diagnostic> = compile(text, Schema::hunting()).diagnostics;
        if !asked.errors_only {
            found.extend(ide::lints(text, Schema::hunting()));
        }
        found.retain(|diagnostic| diagnostic.is_error() || !asked.errors_only);
        found.sort_by_key(|diagnostic| diagnostic.span);
        for diagnostic in &found {
            errors += usize::from(diagnostic.is_error());
            let (start, end) = (position(text, diagnostic.span.start), position(text, diagnostic.span.end));
            let finding = Finding { path, start, end, diagnostic };
            match form {
                CheckFormat::Text => out.line(&Untrusted::from(finding.text()).line())?,
                CheckFormat::Json => out.json(&finding.json())?,
                CheckFormat::Github => out.line(&Untrusted::from(finding.workflow_command()).line())?,
                CheckFormat::Sarif => results.push(finding.sarif()),
            }
        }
    }
    if form == CheckFormat::Sarif {
        out.json(&sarif(&results))?;
    }
    out.flush()?;
    if form == CheckFormat::Text {
        output::say(&format!("{} checked, {}", count(files.len(), "file"), count(errors, "error")));
    }
    Ok(if errors > 0 { Exit::BadQuery } else { Exit::Ok })
}

/// The file at `path`, or the query files in that folder and those within, in order of name.
fn gather(path: &str, depth: usize, files: &mut Vec<String>) -> Result<(), Problem> {
    if !Path::new(path).is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let failed = |error: io::Error| Problem::new(path, error, "name files of queries, or folders of them");
    let entries = std::fs::read_dir(path).map_err(failed)?.collect::<io::Result<Vec<_>>>().map_err(failed)?;
    let mut entries: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let is_query = entry.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known));
        let is_folder = entry.is_dir() && !entry.is_symlink() && depth < FOLDERS_MAX;
        if is_query || is_folder {
            gather(&entry.to_string_lossy(), depth + 1, files)?;
        }
    }
    Ok(())
}

impl Finding<'_> {
    fn severity(&self) -> &'static str {
        if self.diagnostic.is_error() { "error" } else { "warning" }
    }

    /// The message with `code` and its hint.
    fn told(&self, code: &str) -> String {
        let hint = self.diagnostic.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{}{code}{hint}", self.diagnostic.message)
    }

    /// `file:line:column: severity: message [code] (hint)`
    fn text(&self) -> String {
        let code = self.diagnostic.code.map(|code| format!(" [{code}]")).unwrap_or_default();
        let (line, column) = (self.start.line + 1, self.start.column + 1);
        format!("{}:{line}:{column}: {}: {}", self.path, self.severity(), self.told(&code))
    }

    fn json(&self) -> Json {
        json!({
            "file": self.path,
            "line": self.start.line + 1,
            "column": self.start.column + 1,
            "endLine": self.end.line + 1,
            "endColumn": self.end.column + 1,
            "severity": self.severity(),
            "code": self.diagnostic.code,
            "message": self.diagnostic.message,
            "hint": self.diagnostic.hint,
        })
    }

    /// A command that GitHub's runner reads in a step's output and shows beside the line.
    /// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
    fn workflow_command(&self) -> String {
        let title = self.diagnostic.code.unwrap_or("KQL");
        format!(
            "::{} file={},line={},col={},endLine={},endColumn={},title={}::{}",
            self.severity(),
            property(self.path),
            self.start.line + 1,
            self.start.column + 1,
            self.end.line + 1,
            self.end.column + 1,
            property(title),
            escaped(&self.told("")),
        )
    }

    /// A result of SARIF 2.1.0.
    fn sarif(&self) -> Json {
        json!({
            "ruleId": self.diagnostic.code.unwrap_or(ADVICE),
            "level": self.severity(),
            "message": {"text": self.told("")},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": uri(self.path)},
                "region": {
                    "startLine": self.start.line + 1,
                    "startColumn": self.start.column + 1,
                    "endLine": self.end.line + 1,
                    "endColumn": self.end.column + 1,
                },
            }}],
        })
    }
}

/// The rule of what has no code.
const ADVICE: &str = "advice";

/// A SARIF log of `results`.
/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
fn sarif(results: &[Json]) -> Json {
    let mut rules: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: Vec<Json> = rules.into_iter().map(|id| json!({"id": id})).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "watchfloor", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A relative reference: forward slashes, and `%` before what a reference cannot hold.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    uri
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or_default().to_ascii_uppercase()
}

/// Text after the `::` of a workflow command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a workflow command's properties.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
