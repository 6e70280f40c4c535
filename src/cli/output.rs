//! Standard output is data, standard error is words.

use crate::app::Failure;
use crate::base::Untrusted;
use crate::base::alias::{shown, shown_json};
use crate::base::text::{clip, fit, json_line, width};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// Where a command writes. A reader that went away (`| head`) ends the output without complaint.
#[derive(Debug)]
pub struct Output {
    out: io::BufWriter<io::Stdout>,
    /// Cells a line; `None` where standard output is no terminal, and nothing is cut.
    columns: Option<usize>,
}

impl Output {
    /// Standard output.
    pub fn new() -> Self {
        let stdout = io::stdout();
        let columns =
            stdout.is_terminal().then(|| crossterm::terminal::size().map_or(80, |(columns, _)| columns.into()));
        Self { out: io::BufWriter::new(stdout), columns }
    }

    /// A line of text that is safe already.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", shown(text))
    }

    /// One JSON value on a line, in which nothing drives a terminal.
    pub fn json(&mut self, value: &Value) -> io::Result<()> {
        writeln!(self.out, "{}", json_line(&shown_json(value.clone()).to_string()))
    }

    /// A table: each column as wide as its widest cell, the last one cut at the terminal's edge.
    pub fn table(&mut self, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let tell = |row: &Vec<String>| row.iter().map(|cell| shown(cell).into_owned()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(tell).collect();
        let mut widths: Vec<usize> = header.iter().map(|name| width(name)).collect();
        for row in &rows {
            for (cell, most) in row.iter().zip(&mut widths) {
                *most = (*most).max(width(cell));
            }
        }
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        for row in std::iter::once(&header).chain(&rows) {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &cells)| fit(cell, cells)).collect();
            let line = cells.join("  ");
            let line = line.trim_end();
            match self.columns {
                Some(columns) => writeln!(self.out, "{}", clip(line, columns))?,
                None => writeln!(self.out, "{line}")?,
            }
        }
        Ok(())
    }

    /// Writes what is buffered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

/// Tells on standard error what went wrong, why, and what to do.
#[expect(clippy::print_stderr, reason = "standard error is the command line's place for words")]
pub fn complain(what: &str, why: &str, remedy: &str, request_id: Option<&str>) {
    eprintln!("watchfloor: {}: {}", shown(what), shown(why));
    if !remedy.is_empty() {
        eprintln!("  {}", shown(remedy));
    }
    if let Some(id) = request_id {
        eprintln!("  request id {id}");
    }
}

/// Tells an application failure on standard error.
pub fn complain_of(failure: &Failure) {
    complain(&failure.what, &failure.why.line(), &failure.remedy, failure.request_id.as_deref());
}

/// Says something on standard error that is no complaint.
#[expect(clippy::print_stderr, reason = "standard error is the command line's place for words")]
pub fn say(words: &str) {
    eprintln!("{}", shown(words));
}

/// Sends `text` to the clipboard of the terminal that standard error is, by OSC 52; how many bytes went. `None` where it
/// is no terminal that takes such a thing. The terminal does not answer, so nobody knows whether it was taken.
#[expect(clippy::print_stderr, reason = "standard error is where the terminal is told")]
pub fn copy(text: &Untrusted) -> Option<usize> {
    let is_able = io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
    let text = text.clipboard();
    is_able.then(|| {
        eprint!("{}", clipboard_sequence(&text));
        text.len()
    })
}

/// What puts `text` on a terminal's clipboard.
fn clipboard_sequence(text: &str) -> String {
    format!("\u{1b}]52;c;{}\u{1b}\\", BASE64_STANDARD.encode(text))
}

/// Asks on standard error; Enter means yes.
///
/// # Errors
/// Where standard input cannot be read.
#[expect(clippy::print_stderr, reason = "standard error is the command line's place for words")]
pub fn confirm(question: &str) -> io::Result<bool> {
    eprint!("\n{question} [Y/n] ");
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer)?;
    Ok(read > 0 && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_goes_to_the_clipboard_as_base64() {
        assert_eq!(clipboard_sequence("ABCD-1234"), "\u{1b}]52;c;QUJDRC0xMjM0\u{1b}\\");
    }
}
