//! Wording and hints that several places share. Kusto's own wording where it is known.

use super::Binder;
use super::expression::Context;
use super::scope::Binding;
use super::unsupported::{elsewhere, is_unsupported};
use crate::base::near::nearest;
use crate::kql::syntax::ast::Name;
use crate::kql::{Diagnostic, Span};
use crate::kql::{aggregates, functions, windows};

/// Kusto's code for a name that means nothing.
pub(super) const UNRESOLVED: &str = "SEM0100";
/// Kusto's code for a call of nothing.
pub(super) const UNKNOWN_FUNCTION: &str = "SEM0260";
/// Kusto's code for arguments of a wrong number.
pub(super) const ARGUMENT_COUNT: &str = "SEM0219";
/// Kusto's code for types that cannot be compared.
pub(super) const NOT_COMPARABLE: &str = "SEM0064";
/// Kusto's code for operands of a wrong type.
pub(super) const WRONG_TYPE: &str = "SEM0025";
/// Kusto's code for what is wrong in any other way.
pub(super) const INVALID: &str = "SEM0001";

/// Tables that Microsoft renamed: old name, new name.
/// <https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-changes>
static RENAMED: &[(&str, &str)] = &[
    ("AADSignInEventsBeta", "EntraIdSignInEvents"),
    ("AADSpnSignInEventsBeta", "EntraIdSpnSignInEvents"),
    ("AlertEvidenceBeta", "AlertEvidence"),
    ("AppFileEvents", "CloudAppEvents"),
    ("MachineCommunicationEvents", "DeviceNetworkEvents"),
    ("NetworkCommunicationEvents", "DeviceNetworkEvents"),
    ("ProcessCreationEvents", "DeviceProcessEvents"),
    ("FileCreationEvents", "DeviceFileEvents"),
    ("LogonEvents", "DeviceLogonEvents"),
    ("RegistryEvents", "DeviceRegistryEvents"),
    ("ImageLoadEvents", "DeviceImageLoadEvents"),
    ("MiscEvents", "DeviceEvents"),
    ("MachineInfo", "DeviceInfo"),
    ("MachineNetworkInfo", "DeviceNetworkInfo"),
];

impl Binder<'_> {
    /// A name that is no table.
    pub(super) fn unknown_table(&mut self, name: &str, span: Span) {
        let message = format!("Failed to resolve table or column expression named '{name}'");
        let mut diagnostic = Diagnostic::error(span, message).coded(UNRESOLVED);
        if let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == name) {
            diagnostic = diagnostic.hinted(format!("{name} was renamed to {new}"));
        } else {
            let names = self.scope.names();
            let lets = names.iter().filter(|(_, binding)| matches!(binding, Binding::Table(_) | Binding::Function(_)));
            let tables = self.schema.tables().iter().map(|table| &*table.name);
            let near = nearest(name, lets.map(|(name, _)| &**name).chain(tables));
            diagnostic = hinted(diagnostic, near);
        }
        self.complain(diagnostic);
    }

    /// A table that is there, but under a new name too.
    pub(super) fn warn_of_renamed(&mut self, name: &str, span: Span) {
        if let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == name) {
            let warning = Diagnostic::warning(span, format!("The table '{name}' is going away"));
            self.complain(warning.hinted(format!("{name} was renamed to {new}")));
        }
    }

    /// A name that is no column and no scalar.
    pub(super) fn unknown_scalar(&mut self, name: &str, span: Span, context: &Context<'_>) {
        if self.unknown.has(name) {
            return;
        }
        let message = format!("'{}' operator: Failed to resolve scalar expression named '{name}'", context.operator);
        let names = self.scope.names();
        let lets = names.iter().filter(|(_, binding)| binding.scalar_type().is_some());
        let columns = context.columns.iter().map(|column| &*column.name);
        let near = nearest(name, columns.chain(lets.map(|(name, _)| &**name)));
        let diagnostic = hinted(Diagnostic::error(span, message).coded(UNRESOLVED), near);
        self.complain(diagnostic);
    }

    /// A call of nothing.
    pub(super) fn unknown_function(&mut self, name: &Name) {
        if let Some(service) = elsewhere(&name.text) {
            let message = format!("The '{}' function reads data of {service}, which is not here", name.text);
            let diagnostic = Diagnostic::error(name.span, message).coded(UNKNOWN_FUNCTION);
            self.complain(diagnostic.hinted("put a datatable in its place"));
            return;
        }
        if is_unsupported(&name.text) {
            let message = format!("The '{}' function is not supported yet", name.text);
            self.complain(Diagnostic::error(name.span, message).coded(UNKNOWN_FUNCTION));
            return;
        }
        let message = format!("Unknown function: '{}'", name.text);
        let names = self.scope.names();
        let lets = names.iter().filter(|(_, binding)| matches!(binding, Binding::Function(_)));
        let known = || {
            let functions = functions::all().map(|function| function.name);
            functions.chain(aggregates::all().map(|known| known.name)).chain(windows::all().map(|known| known.name))
        };
        let begun = || known().filter(|known| known.starts_with(&*name.text)).min_by_key(|known| known.len());
        let near = nearest(&name.text, lets.map(|(name, _)| &**name).chain(known())).or_else(begun);
        let diagnostic = hinted(Diagnostic::error(name.span, message).coded(UNKNOWN_FUNCTION), near);
        self.complain(diagnostic);
    }
}

fn hinted(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => diagnostic.hinted(format!("did you mean {near}?")),
        None => diagnostic,
    }
}
