//! `watchfloor kql --repl`: queries typed one after the other over the same tables. What `let` names stays named.

use super::exit::Exit;
use super::kql::{Files, print_all, run_over};
use super::output::{self, Output};
use super::problem::Problem;
use crate::base::text::Untrusted;
use crate::cli::args::Kql;
use crate::kql::Schema;
use crate::kql::syntax::ast::StatementKind;
use crate::kql::syntax::parse;
use std::io::{BufRead, IsTerminal};

/// What can be asked besides queries.
const HELP: &str = "A query ends with a blank line or ';'. What let names stays named.\n\
    .tables       the tables that can be named\n\
    .schema T     the columns of T\n\
    .help         this\n\
    .quit         end (so does the end of input)";

/// Reads queries from standard input and answers each. Ends with 0, also where a query failed: the next one counts.
pub(super) fn repl(asked: &Kql, files: &Files) -> Result<Exit, Problem> {
    let is_terminal = std::io::stdin().is_terminal();
    if is_terminal {
        output::say(HELP);
    }
    let mut session = Session { asked, files, schema: files.schema(), lets: String::new(), text: String::new() };
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Problem::new("standard input", error, ""))?;
        if session.text.is_empty() && line.trim_start().starts_with('.') {
            if !session.command(line.trim())? {
                break;
            }
        } else {
            session.take(&line)?;
        }
    }
    session.answer()?;
    Ok(Exit::Ok)
}

struct Session<'a> {
    asked: &'a Kql,
    files: &'a Files,
    schema: Schema,
    /// The `let` statements so far.
    lets: String,
    /// The lines of the query being typed.
    text: String,
}

impl Session<'_> {
    /// Takes a line of a query; answers where it ends one.
    fn take(&mut self, line: &str) -> Result<(), Problem> {
        let ends = line.trim().is_empty() || line.trim_end().ends_with(';');
        if !line.trim().is_empty() {
            self.text.push_str(line);
            self.text.push('\n');
        }
        if ends { self.answer() } else { Ok(()) }
    }

    /// Answers the query that was typed, if any was.
    fn answer(&mut self) -> Result<(), Problem> {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let statements = parse(&text).query.statements;
        let only_lets =
            !statements.is_empty() && statements.iter().all(|one| matches!(one.kind, StatementKind::Let { .. }));
        if only_lets {
            let with_these = format!("{}{}", self.lets, closed(&text));
            if run_over(&format!("{with_these}print 1"), &self.schema, self.files, self.asked)?.is_some() {
                self.lets = with_these;
            }
            return Ok(());
        }
        if let Some(tables) = run_over(&format!("{}{text}", self.lets), &self.schema, self.files, self.asked)? {
            let mut out = Output::new();
            print_all(&tables, self.asked.format, &mut out)?;
            out.flush()?;
        }
        Ok(())
    }

    /// Does what a line that starts with a dot asks; false where it asks to end.
    fn command(&mut self, line: &str) -> Result<bool, Problem> {
        let mut out = Output::new();
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some(".quit" | ".exit"), _) => return Ok(false),
            (Some(".help"), _) => output::say(HELP),
            (Some(".tables"), _) => {
                for table in self.schema.tables() {
                    out.line(&Untrusted::from(&*table.name).line())?;
                }
            }
            (Some(".schema"), Some(name)) => match self.schema.table(name) {
                Some(table) => {
                    for column in &table.columns {
                        out.line(&Untrusted::new(format!("{}: {}", column.name, column.ty)).line())?;
                    }
                }
                None => output::say(&format!("no table is called {}", Untrusted::from(name).line())),
            },
            _ => output::say(".tables, .schema T, .help or .quit"),
        }
        out.flush()?;
        Ok(true)
    }
}

/// `text` with a semicolon at its end.
fn closed(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(';') { format!("{text}\n") } else { format!("{text};\n") }
}
