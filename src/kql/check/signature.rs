//! Which way of calling a function fits, and what its arguments must become.

use super::Binder;
use super::message::{ARGUMENT_COUNT, WRONG_TYPE};
use crate::kql::functions::{self, Accepts, Occurs, Parameter, Returns, Signature};
use crate::kql::plan::{Scalar, ScalarNode};
use crate::kql::{Diagnostic, Span, Type, Value};

/// A call that fits: arguments as the signature takes them, and the type it gives.
pub(super) struct Fitted {
    pub arguments: Vec<Scalar>,
    pub ty: Type,
}

/// Why no signature fits.
enum Misfit {
    Count,
    /// The argument at this index is not what is taken there.
    Argument(usize, String),
}

impl Binder<'_> {
    /// The first of `signatures` that takes `arguments`, or a complaint about the call of `name`.
    pub(super) fn fit(
        &mut self,
        name: &str,
        signatures: &[Signature],
        arguments: Vec<Scalar>,
        span: Span,
    ) -> Option<Fitted> {
        let mut nearest: Option<(usize, Vec<String>)> = None;
        for signature in signatures {
            match fits(signature, &arguments) {
                Ok(fit) => return Some(fit.apply(arguments)),
                Err(Misfit::Count) => {}
                Err(Misfit::Argument(at, wanted)) => match &mut nearest {
                    Some((best, all)) if *best == at => all.push(wanted),
                    Some((best, _)) if *best > at => {}
                    _ => nearest = Some((at, vec![wanted])),
                },
            }
        }
        let Some((at, wanted)) = nearest else {
            let message = format!("{name}(): function expects {}", counts(signatures));
            return self.refuse(span, message, ARGUMENT_COUNT);
        };
        let wanted = either(&wanted);
        let argument = arguments.get(at)?;
        let message = format!("{name}(): argument #{} must be {wanted}, not {}", at + 1, argument.ty);
        let hint = (argument.ty == Type::Dynamic).then(|| match wanted.as_str() {
            "of type string" => "cast it with tostring()".to_owned(),
            _ => "cast it, for example with tolong() or todatetime()".to_owned(),
        });
        let mut diagnostic = Diagnostic::error(argument.span, message).coded(WRONG_TYPE);
        diagnostic.hint = hint;
        self.complain(diagnostic);
        None
    }

    /// `arguments` brought to what the operator `text` takes, as a call of it.
    pub(super) fn operator_call(
        &mut self,
        text: &'static str,
        arguments: Vec<Scalar>,
        span: Span,
        mismatch: impl FnOnce(&[Scalar]) -> Diagnostic,
    ) -> Option<Scalar> {
        let Some(function) = functions::operator(text) else {
            return self.refuse(span, format!("The '{text}' operator is not supported yet"), WRONG_TYPE);
        };
        let orders = matches!(text, "==" | "!=" | "<" | "<=" | ">" | ">=");
        let is_dynamic = |argument: &Scalar| argument.ty == Type::Dynamic;
        let has_no_order = |argument: &Scalar| !is_dynamic(argument) && !argument.ty.is_number();
        let incomparable = orders && arguments.iter().all(is_dynamic)
            || orders
                && !matches!(text, "==" | "!=")
                && arguments.iter().any(is_dynamic)
                && arguments.iter().any(has_no_order);
        let fit = function.signatures.iter().find_map(|signature| fits(signature, &arguments).ok());
        let Some(fit) = fit.filter(|_| !incomparable) else {
            self.complain(mismatch(&arguments));
            return None;
        };
        let fitted = fit.apply(arguments);
        self.check_literals(function, &fitted.arguments)?;
        Some(Scalar { ty: fitted.ty, span, node: ScalarNode::Call { function, arguments: fitted.arguments } })
    }
}

/// `of type long, real or timespan`
fn either(wanted: &[String]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for one in wanted {
        let kind = if kinds.is_empty() { one.as_str() } else { one.strip_prefix("of type ").unwrap_or(one) };
        if !kinds.iter().any(|known| known.strip_prefix("of type ").unwrap_or(known) == kind) {
            kinds.push(kind);
        }
    }
    match kinds.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => kinds.concat(),
    }
}

/// `1 argument`, `2 to 3 arguments`, `at least 1 argument`.
fn counts(signatures: &[Signature]) -> String {
    let least = signatures.iter().map(|signature| least(signature.parameters)).min().unwrap_or(0);
    let most = signatures.iter().map(|signature| most(signature.parameters)).max().flatten();
    let open = signatures.iter().any(|signature| most_is_open(signature.parameters));
    let has_arms = |signature: &Signature| signature.parameters.iter().any(|one| one.accepts == Accepts::CaseArms);
    if signatures.iter().any(has_arms) {
        return "pairs of predicate and value, then a value for all else".to_owned();
    }
    match most {
        _ if open => format!("at least {}", crate::base::text::count(least, "argument")),
        Some(most) if most != least => format!("{least} to {most} arguments"),
        _ => crate::base::text::count(least, "argument"),
    }
}

fn least(parameters: &[Parameter]) -> usize {
    parameters.iter().filter(|parameter| parameter.occurs == Occurs::Once).count()
}

fn most(parameters: &[Parameter]) -> Option<usize> {
    (!most_is_open(parameters)).then_some(parameters.len())
}

fn most_is_open(parameters: &[Parameter]) -> bool {
    parameters.iter().any(|parameter| parameter.occurs == Occurs::Many)
}

/// The parameter that takes the argument at `at`.
fn parameter_at(parameters: &[Parameter], at: usize) -> Option<&Parameter> {
    parameters.get(at).or_else(|| parameters.last().filter(|last| last.occurs == Occurs::Many))
}

/// How a signature takes its arguments.
struct Fit {
    /// An entry an argument.
    accepted: Vec<Accepts>,
    /// The type of the arguments that share one.
    common: Option<Type>,
    returns: Returns,
}

impl Fit {
    /// `arguments` as the signature takes them.
    fn apply(self, arguments: Vec<Scalar>) -> Fitted {
        let widest = arguments.iter().map(|argument| argument.ty).filter(|ty| ty.is_number()).max();
        let converted = arguments.into_iter().zip(self.accepted).map(|(argument, accepts)| match accepts {
            Accepts::Only(ty) => convert(argument, ty),
            Accepts::Common => match self.common {
                Some(common) => cast(argument, common),
                None => argument,
            },
            _ => argument,
        });
        let arguments: Vec<Scalar> = converted.collect();
        let ty = match self.returns {
            Returns::Only(ty) => ty,
            Returns::Argument(at) => arguments.get(at).map_or(Type::Dynamic, |argument| argument.ty),
            Returns::Common => self.common.unwrap_or(Type::Dynamic),
            Returns::Widest => widest.unwrap_or(Type::Long),
        };
        Fitted { arguments, ty }
    }
}

fn fits(signature: &Signature, arguments: &[Scalar]) -> Result<Fit, Misfit> {
    let parameters = signature.parameters;
    if arguments.len() < least(parameters) || most(parameters).is_some_and(|most| arguments.len() > most) {
        return Err(Misfit::Count);
    }
    let has_arms = parameters.iter().any(|parameter| parameter.accepts == Accepts::CaseArms);
    if has_arms && arguments.len().is_multiple_of(2) {
        return Err(Misfit::Count);
    }
    // What a condition chooses from may be of several types: the choice is dynamic then.
    let chooses = has_arms || parameters.first().is_some_and(|first| first.accepts == Accepts::Only(Type::Bool));
    let mut accepted = Vec::with_capacity(arguments.len());
    let mut common: Option<Type> = None;
    for (at, argument) in arguments.iter().enumerate() {
        let parameter = parameter_at(parameters, at).ok_or(Misfit::Count)?;
        let accepts = match parameter.accepts {
            Accepts::CaseArms => case_arm(at, arguments.len()),
            accepts => accepts,
        };
        let misfit = || Misfit::Argument(at, wanted(accepts, common));
        match accepts {
            Accepts::Common => {
                common = Some(match common {
                    None => argument.ty,
                    Some(common) if chooses => unify(common, argument.ty).unwrap_or(Type::Dynamic),
                    Some(common) => unify(common, argument.ty).ok_or_else(misfit)?,
                });
            }
            _ if !takes(accepts, argument) => return Err(misfit()),
            _ => {}
        }
        accepted.push(accepts);
    }
    if signature.returns == Returns::Common && common == Some(Type::Dynamic) {
        common = chosen(arguments, &accepted).or(common);
    }
    Ok(Fit { accepted, common, returns: signature.returns })
}

/// The type of a choice between `arguments` of which some are dynamic: that of the others, where they have one.
fn chosen(arguments: &[Scalar], accepted: &[Accepts]) -> Option<Type> {
    let choices = arguments.iter().zip(accepted).filter(|(_, accepts)| **accepts == Accepts::Common);
    let mut types = choices.map(|(argument, _)| argument.ty).filter(|ty| *ty != Type::Dynamic);
    let first = types.next()?;
    types.try_fold(first, unify)
}

/// `case(p, v, p, v, …, v)`: predicates at even places but the last.
fn case_arm(at: usize, count: usize) -> Accepts {
    if at.is_multiple_of(2) && at + 1 < count { Accepts::Only(Type::Bool) } else { Accepts::Common }
}

fn takes(accepts: Accepts, argument: &Scalar) -> bool {
    let ty = argument.ty;
    match accepts {
        Accepts::Only(wanted) => ty == wanted || widens(ty, wanted),
        Accepts::Number => ty.is_number(),
        Accepts::Integer => matches!(ty, Type::Int | Type::Long),
        Accepts::Summable => ty.is_summable(),
        Accepts::Any | Accepts::Common | Accepts::CaseArms => true,
        Accepts::Text => matches!(ty, Type::String | Type::Dynamic),
    }
}

fn widens(from: Type, to: Type) -> bool {
    matches!(
        (from, to),
        (Type::Int, Type::Long | Type::Real | Type::Decimal)
            | (Type::Long, Type::Real | Type::Decimal)
            | (Type::Real, Type::Decimal)
    )
}

/// The type both can be brought to.
pub(super) fn unify(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (a, b) if a.is_number() && b.is_number() => Some(a.max(b)),
        (Type::Dynamic, _) | (_, Type::Dynamic) => Some(Type::Dynamic),
        _ => None,
    }
}

/// Widens a number; all else stays.
pub(super) fn convert(scalar: Scalar, to: Type) -> Scalar {
    if !widens(scalar.ty, to) {
        return scalar;
    }
    let span = scalar.span;
    if let Some(value) = scalar.as_literal() {
        let widened = match (value, to) {
            (Value::Null, _) => Value::Null,
            (value, Type::Real) => value.as_real().map_or(Value::Null, Value::Real),
            (value, Type::Decimal) => value.as_decimal().map_or(Value::Null, Value::Decimal),
            (value, _) => value.as_long().map_or(Value::Null, Value::Long),
        };
        return Scalar::literal(widened, to, span);
    }
    match functions::conversion_to(to) {
        Some(function) => Scalar { ty: to, span, node: ScalarNode::Call { function, arguments: vec![scalar] } },
        None => scalar,
    }
}

/// `scalar` as a value of type `to`.
pub(super) fn cast(scalar: Scalar, to: Type) -> Scalar {
    if scalar.ty == to || to == Type::Dynamic || widens(scalar.ty, to) {
        return convert(scalar, to);
    }
    let span = scalar.span;
    match functions::conversion_to(to) {
        Some(function) => Scalar { ty: to, span, node: ScalarNode::Call { function, arguments: vec![scalar] } },
        None => scalar,
    }
}

fn wanted(accepts: Accepts, common: Option<Type>) -> String {
    match accepts {
        Accepts::Only(ty) => format!("of type {ty}"),
        Accepts::Number => "a number".to_owned(),
        Accepts::Integer => "a whole number".to_owned(),
        Accepts::Summable => "a number, datetime or timespan".to_owned(),
        Accepts::Text => "of type string or dynamic".to_owned(),
        Accepts::Common => common.map_or("of one type with the others".to_owned(), |ty| format!("of type {ty}")),
        Accepts::Any | Accepts::CaseArms => "a scalar".to_owned(),
    }
}
