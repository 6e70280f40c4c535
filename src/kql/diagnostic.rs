//! What is wrong with a query, and where.

use super::text::{Span, position};

/// One complaint. The message is Kusto's wording where that is known, so that it reads as the portal's does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kusto's code where known, e.g. `SEM0100`.
    pub code: Option<&'static str>,
    /// Whether the query can run all the same.
    pub severity: DiagnosticSeverity,
    /// Where.
    pub span: Span,
    /// What, in one sentence without a full stop.
    pub message: String,
    /// What to do, e.g. `did you mean DataSecurityEvents?`.
    pub hint: Option<String>,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiagnosticSeverity {
    /// Runs, but probably not as meant.
    Warning,
    /// Cannot run.
    Error,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self { code: None, severity: DiagnosticSeverity::Error, span, message: message.into(), hint: None }
    }

    /// A warning at `span`.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self { severity: DiagnosticSeverity::Warning, ..Self::error(span, message) }
    }

    /// The same with Kusto's code.
    pub fn coded(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// The same with a hint.
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Whether the query cannot run for it.
    pub fn is_error(&self) -> bool {
        self.severity == DiagnosticSeverity::Error
    }

    /// For a terminal without a screen: the message, the line it is about and a marker under it.
    pub fn render(&self, source: &str) -> String {
        let at = position(source, self.span.start);
        let line = source.lines().nth(at.line).unwrap_or_default();
        let code = self.code.map(|code| format!(" [{code}]")).unwrap_or_default();
        let length = self.span.of(source).lines().next().unwrap_or_default().chars().count().max(1);
        let marker = format!("{}{}", " ".repeat(at.column), "~".repeat(length));
        let hint = self.hint.as_deref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
        format!("{}:{}: {}{code}\n  {line}\n  {marker}{hint}", at.line + 1, at.column + 1, self.message)
    }
}
