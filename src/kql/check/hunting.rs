//! Advanced hunting's own functions. Their bodies are KQL, in `assets/schema/functions.kql`; those that are invoked
//! read the column they are given as `__key`.

use super::Binder;
use super::message::INVALID;
use super::scope::{LetFunction, Scope};
use crate::kql::Span;
use crate::kql::plan::Relation;
use crate::kql::syntax::ast::{Expr, ExprKind, FunctionDeclaration, LetValue, Name, NamedExpr, StatementKind};
use std::sync::{Arc, LazyLock};

/// The functions by name.
static FUNCTIONS: LazyLock<Vec<(Arc<str>, Arc<FunctionDeclaration>)>> = LazyLock::new(|| {
    let parsed = crate::kql::syntax::parse(include_str!("../../../assets/schema/functions.kql"));
    let functions = parsed.query.statements.into_iter().filter_map(|statement| match statement.kind {
        StatementKind::Let { name, value: LetValue::Function(declaration) } => Some((name.text, declaration)),
        _ => None,
    });
    functions.collect()
});

/// The name that the invoked read their column by.
const KEY: &str = "__key";

/// The column each reads where the query does not say; where no row of it is to be told from another, the input's own
/// column of the same name is kept instead of the function's.
static INVOKED: &[(&str, &str)] = &[("FileProfile", "SHA1"), ("SeenBy", "DeviceId"), ("DeviceFromIP", "IP")];

/// The function called exactly `name`.
pub(super) fn find(name: &str) -> Option<LetFunction> {
    let (_, declaration) = FUNCTIONS.iter().find(|(known, _)| **known == *name)?;
    Some(LetFunction { declaration: Arc::clone(declaration), scope: Scope::default(), gives_table: true })
}

impl Binder<'_> {
    /// What `invoke` of one of these gives; nothing for other functions.
    #[expect(clippy::option_option, reason = "another function, or a complaint about this one")]
    pub(super) fn invoke_hunting(
        &mut self,
        input: &Relation,
        function: &Name,
        arguments: &[NamedExpr],
        span: Span,
    ) -> Option<Option<Relation>> {
        let (_, default) = INVOKED.iter().find(|(known, _)| **known == *function.text)?;
        Some(self.keyed(input, function, default, arguments, span))
    }

    fn keyed(
        &mut self,
        input: &Relation,
        function: &Name,
        default: &str,
        arguments: &[NamedExpr],
        span: Span,
    ) -> Option<Relation> {
        let name = |text: &str| ExprKind::Name(text.into());
        let column = match arguments.first().map(|argument| &argument.value) {
            Some(Expr { kind: ExprKind::Literal(_, crate::kql::Value::String(text)), span }) => {
                Expr { kind: name(text), span: *span }
            }
            Some(given @ Expr { kind: ExprKind::Name(_), .. }) => given.clone(),
            _ => Expr { kind: name(default), span: function.span },
        };
        let text = Name { text: "tostring".into(), span: column.span };
        let arguments = vec![NamedExpr { names: Vec::new(), value: column }];
        let value = Expr { span, kind: ExprKind::Call { name: text, arguments } };
        let key = NamedExpr { names: vec![Name { text: KEY.into(), span }], value };
        let before = input.columns.clone();
        let keyed = self.extend(input.clone(), &[key], "invoke", span)?;
        let bound = self.invoke_table(keyed, function, &[], span)?;
        let kept: Vec<usize> = (0..bound.columns.len())
            .filter(|at| {
                let own = bound.columns.get(*at).map_or("", |field| &*field.name);
                let is_copy =
                    own.strip_suffix('1').is_some_and(|known| before.iter().any(|field| *field.name == *known));
                own != KEY && (*at <= before.len() || !is_copy)
            })
            .collect();
        Some(bound.keep(&kept, span))
    }

    /// A call of `function`, whose complaints would be about a text that the query has not.
    pub(super) fn hunting<T>(&mut self, name: &Name, bind: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let said = self.diagnostics.len();
        let bound = bind(self);
        if self.diagnostics.iter().skip(said).any(crate::kql::Diagnostic::is_error) {
            self.diagnostics.truncate(said);
            return self.refuse(name.span, format!("{}(): its tables or arguments are not here", name.text), INVALID);
        }
        bound
    }
}
