//! Standard output is data, standard error is words.

use crate::app::Failure;
use crate::base::Untrusted;
use crate::base::alias::{shown, shown_json};
use crate::base::text::{clip, fit, json_line, width};
use crate::base::wrap::hanging;
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

    /// A line of text that is safe already, in as many rows as the terminal needs for it: nothing is cut. What goes on
    /// stands under the last column.
    pub fn whole_line(&mut self, text: &str) -> io::Result<()> {
        match self.columns {
            Some(columns) => hanging(&shown(text), columns).iter().try_for_each(|row| writeln!(self.out, "{row}")),
            None => self.line(text),
        }
    }

    /// Whether the terminal is narrower than one usually is.
    pub fn is_narrow(&self) -> bool {
        self.columns.is_some_and(|columns| columns < 60)
    }

    /// A table, nothing of which is cut: where the terminal has no room for it side by side, each row becomes a paragraph,
    /// its first cell above the others, which stand beside the names of their columns.
    pub fn whole_table(&mut self, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let wide: usize = widths(header, rows).iter().map(|cells| cells + 2).sum();
        let Some(columns) = self.columns.filter(|columns| wide > columns + 2) else {
            return self.table(header, rows);
        };
        folded(header, rows, columns).iter().try_for_each(|line| self.whole_line(line))
    }

    /// One JSON value on a line, in which nothing drives a terminal.
    pub fn json(&mut self, value: &Value) -> io::Result<()> {
        writeln!(self.out, "{}", json_line(&shown_json(value.clone()).to_string()))
    }

    /// A table: each column as wide as its widest cell, the last one cut at the terminal's edge.
    pub fn table(&mut self, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let tell = |row: &Vec<String>| row.iter().map(|cell| shown(cell).into_owned()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(tell).collect();
        let widths = widths(header, &rows);
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

/// How wide each column of a table is: as its widest cell.
fn widths(header: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths: Vec<usize> = header.iter().map(|name| width(name)).collect();
    for row in rows {
        for (cell, most) in row.iter().zip(&mut widths) {
            *most = (*most).max(width(cell));
        }
    }
    widths
}

/// Rows of a table as paragraphs. Empty cells are left out; those that have no room beside the name of their column stand
/// under it, so that the name of a permission is not torn.
fn folded(header: &[&str], rows: &[Vec<String>], columns: usize) -> Vec<String> {
    let names = header.iter().skip(1).map(|name| width(name)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(row.first().cloned());
        for (name, cell) in header.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty()) {
            if names + width(cell) + 4 <= columns {
                lines.push(format!("  {}  {cell}", fit(name, names)));
            } else {
                lines.extend([format!("  {name}"), format!("    {cell}")]);
            }
        }
    }
    lines
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
    fn a_table_without_room_becomes_paragraphs() {
        let rows = [["alerts", "yes", "SecurityAlert.Read.All", "", ""].map(str::to_owned).to_vec()];
        let header = ["capability", "read", "needs", "read/write", "needs"];
        assert_eq!(folded(&header, &rows, 40), ["alerts", "  read        yes", "  needs       SecurityAlert.Read.All"]);
        assert_eq!(folded(&header, &rows, 30).last().map(String::as_str), Some("    SecurityAlert.Read.All"));
    }

    #[test]
    fn a_code_goes_to_the_clipboard_as_base64() {
        assert_eq!(clipboard_sequence("ABCD-1234"), "\u{1b}]52;c;QUJDRC0xMjM0\u{1b}\\");
    }
}
