//! `and` and `or` in three-valued logic.

use super::{Accepts, Eval, Example, Function, Nulls, Signature, gives_bool, once};
use crate::kql::engine::Column;
use crate::kql::types::Type;

const SOURCE: &str = "https://learn.microsoft.com/kusto/query/logical-operators";
const BOTH_BOOL: &[Signature] =
    &[gives_bool(&[once("left", Accepts::Only(Type::Bool)), once("right", Accepts::Only(Type::Bool))])];

pub(super) static AND: Function = Function {
    name: "and",
    signatures: BOTH_BOOL,
    summary: "true where both are true; null where one is null and the other not false",
    source: SOURCE,
    examples: &[
        Example { call: "true and false", result: "false" },
        Example { call: "bool(null) and true", result: "" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| settle(arguments, rows, false)),
};

pub(super) static OR: Function = Function {
    name: "or",
    signatures: BOTH_BOOL,
    summary: "true where one is true; null where one is null and the other not true",
    source: SOURCE,
    examples: &[Example { call: "true or false", result: "true" }, Example { call: "bool(null) or false", result: "" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| settle(arguments, rows, true)),
};

/// `decisive` on one side decides; otherwise a null makes the result null.
fn settle(arguments: &[Column], rows: usize, decisive: bool) -> Column {
    let [left, right] = arguments else { return Column::nulls(Type::Bool, rows) };
    let (left, right) = (left.view::<bool>(), right.view::<bool>());
    if let (Some(left), Some(right)) = (left.plain(), right.plain()) {
        let either = |(left, right): (&bool, &bool)| if decisive { *left | *right } else { *left & *right };
        return Column::from_bools(left.iter().zip(right).map(either).collect());
    }
    Column::from_options(
        Type::Bool,
        (0..rows).map(|at| match (left.get(at), right.get(at)) {
            (Some(one), _) | (_, Some(one)) if one == decisive => Some(decisive),
            (Some(_), Some(_)) => Some(!decisive),
            _ => None,
        }),
    )
}
