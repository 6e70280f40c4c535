//! Scalars over batches.

use super::batch::{Batch, ColumnSet};
use super::bitmap::Bitmap;
use super::column::{Column, json_bytes};
use super::convert::convert;
use super::dictionary::Dictionary;
use super::group::{Known, NO_ID, ValueIds};
use super::run::{Budget, RunError, StopFlag, threads};
use super::table::Table;
use super::view::Texts;
use crate::kql::functions::growing::{DYNAMIC_MAX, TEXT_MAX};
use crate::kql::functions::{Context, Eval, Function, Nulls};
use crate::kql::plan::{Scalar, ScalarNode};
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::cell::Cell;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What scalars may read besides their batch.
pub(super) struct Evaluator<'a> {
    pub(super) context: &'a Context,
    /// Looked at within long work over the rows of one batch: what is left of it then is null and goes nowhere.
    pub(super) stop: &'a StopFlag,
    /// Looked at as well.
    pub(super) budget: Budget,
    pub(super) shared: Vec<Shared>,
    /// The rows that [`crate::kql::plan::Node::Given`] stands for.
    pub(super) given: Mutex<Option<Batch>>,
}

/// A relation that was computed once.
pub(super) struct Shared {
    pub(super) table: Table,
    /// The values of its first column, once asked for.
    exact: Set,
    /// The same in lower case.
    folded: Set,
}

/// Values to be found again, and what each of those who ask at once found out.
#[derive(Default)]
struct Set {
    ids: OnceLock<ValueIds>,
    known: Mutex<Vec<Known>>,
}

/// Rows of a set that are taken in one go; between two of these it can be stopped.
const SET_PART: usize = 16 * 1_024;

impl Shared {
    pub(super) fn new(table: Table) -> Self {
        Self { table, exact: Set::default(), folded: Set::default() }
    }

    /// Whether each value of `needle` is in the first column. Once `stop` is set, what is left of that is not looked at.
    fn contains(&self, needle: &Column, ignore_case: bool, (stop, budget): (&StopFlag, &Budget)) -> Column {
        let Some(column) = self.table.column(0) else { return Column::from_bools(vec![false; needle.len()]) };
        let fold = ignore_case && column.ty() == Type::String;
        let (set, needle) = if fold { (&self.folded, lower(needle)) } else { (&self.exact, needle.clone()) };
        let ids = set.ids.get_or_init(|| {
            let mut ids = ValueIds::new(column.ty());
            // A small dictionary is put into lower case once, a large one as its rows come.
            let (column, fold) = if fold && is_small(column) { (&lower(column), false) } else { (column, fold) };
            for from in (0..column.len()).step_by(SET_PART).take_while(|_| !stop.is_set()) {
                let part = column.slice(from, SET_PART);
                ids.assign(&if fold { lower(&part) } else { part });
            }
            budget.hold(ids.bytes());
            ids
        });
        let mut known = lock(&set.known).pop().unwrap_or_default();
        let found = ids.find(&super::convert::widened(&needle, column.ty()), &mut known);
        lock(&set.known).push(known);
        let among = |(at, id): (usize, u32)| id != NO_ID && !needle.is_null(at);
        Column::from_bools(found.into_iter().enumerate().map(among).collect())
    }
}

/// What `mutex` guards: nothing here is left half done by a thread that ends early.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a column of strings has no more of them than a part of a set has rows.
fn is_small(column: &Column) -> bool {
    match column.texts() {
        Texts::Constant(_) => true,
        Texts::Coded(_, dictionary) => dictionary.len() <= SET_PART,
    }
}

/// A column of strings in lower case.
fn lower(column: &Column) -> Column {
    match column.texts() {
        Texts::Constant(text) => Column::constant(Value::string(text.to_lowercase()), Type::String, column.len()),
        // Of a dictionary larger than what is asked about, only that is looked at.
        Texts::Coded(codes, dictionary) if dictionary.len() > codes.len() => {
            let text = |code: &u32| Value::string(dictionary.text(*code).to_lowercase());
            Column::from_values(Type::String, codes.iter().map(text))
        }
        Texts::Coded(codes, dictionary) => {
            let lower: Dictionary = dictionary.texts().map(|text| Arc::from(text.to_lowercase())).collect();
            Column::from_codes(codes.to_vec(), Arc::new(lower))
        }
    }
}

impl Evaluator<'_> {
    /// Whether nobody asked to stop and memory is left.
    pub(super) fn go_on(&self) -> Result<(), RunError> {
        if self.stop.is_set() { Err(RunError::Stopped) } else { self.budget.check() }
    }

    /// Whether what is left of a batch is to be null.
    fn ends(&self) -> bool {
        self.stop.is_set() || self.budget.is_exceeded()
    }

    /// How many rows of `batch` are computed in one go, so that not too much memory is taken for what `scalars` make of
    /// them, nor time for giving it back. A few rows tell of all.
    pub(super) fn rows_at_once(&self, scalars: &[&Scalar], batch: &Batch) -> usize {
        const TRIED: usize = 16;
        const BYTES: usize = 16 << 20;
        let growing: Vec<&Scalar> = scalars.iter().copied().filter(|one| grows(one) && !one.is_random()).collect();
        if growing.is_empty() || batch.rows <= TRIED {
            return batch.rows;
        }
        let used = ColumnSet::used_by(growing.iter().copied());
        let weight = |rows: &[u32]| {
            let few = batch.take(rows, &used);
            growing.iter().map(|scalar| self.weight(scalar, &few)).sum::<usize>() / rows.len()
        };
        // One row may be too much for trying several.
        let mut bytes = weight(&[0]);
        if bytes < BYTES {
            let rows: Vec<u32> = (0..TRIED).map(|at| (at * (batch.rows - 1) / (TRIED - 1)) as u32).collect();
            bytes = weight(&rows);
        }
        (BYTES / bytes.max(1)).clamp(1, batch.rows)
    }

    /// About how many bytes computing `scalar` takes, all that it is computed from included.
    fn weight(&self, scalar: &Scalar, batch: &Batch) -> usize {
        let own = if grows(scalar) { self.eval(scalar, batch).own_bytes() } else { 0 };
        own + scalar.parts().iter().map(|part| self.weight(part, batch)).sum::<usize>()
    }

    /// The values of `scalar` for each row of `batch`.
    pub(super) fn eval(&self, scalar: &Scalar, batch: &Batch) -> Column {
        match &scalar.node {
            ScalarNode::Literal(value) => Column::constant(convert(value.clone(), scalar.ty), scalar.ty, batch.rows),
            ScalarNode::Column(column) => {
                batch.columns.get(*column).cloned().unwrap_or_else(|| Column::nulls(scalar.ty, batch.rows))
            }
            ScalarNode::Call { function, arguments } => {
                let (arguments, bytes) = self.eval_each(arguments, batch);
                let made = self.call(function, &arguments, scalar.ty, batch.rows);
                self.budget.passed(bytes);
                made
            }
            ScalarNode::FirstCell(shared) => {
                let cell = self.shared.get(*shared).map_or(Value::Null, |shared| shared.table.value(0, 0));
                Column::constant(convert(cell, scalar.ty), scalar.ty, batch.rows)
            }
            ScalarNode::GivenCell(column) => {
                let given = lock(&self.given);
                let cell = given.as_ref().filter(|given| given.rows > 0).and_then(|given| given.columns.get(*column));
                let cell = cell.map_or(Value::Null, |column| column.value(0));
                Column::constant(convert(cell, scalar.ty), scalar.ty, batch.rows)
            }
            ScalarNode::InRelation { needle, shared, ignore_case } => {
                let needle = self.eval(needle, batch);
                match self.shared.get(*shared) {
                    Some(shared) => shared.contains(&needle, *ignore_case, (self.stop, &self.budget)),
                    None => Column::nulls(Type::Bool, batch.rows),
                }
            }
        }
    }

    /// The values of each of `scalars`, and the bytes that count as [`Budget::passing`] for them.
    fn eval_each<'s>(&self, scalars: impl IntoIterator<Item = &'s Scalar>, batch: &Batch) -> (Vec<Column>, usize) {
        let mut bytes = 0;
        let eval = |scalar: &Scalar| {
            let column = self.eval(scalar, batch);
            if let ScalarNode::Call { .. } = scalar.node {
                let own = column.own_bytes().min(usize::MAX / 4);
                self.budget.passing(own);
                bytes += own;
            }
            column
        };
        (scalars.into_iter().map(eval).collect(), bytes)
    }

    /// The values of each of `scalars` for each row of `batch`.
    pub(super) fn eval_all<'s>(&self, scalars: impl IntoIterator<Item = &'s Scalar>, batch: &Batch) -> Vec<Column> {
        let (columns, bytes) = self.eval_each(scalars, batch);
        self.budget.passed(bytes);
        columns
    }

    /// `function` over whole columns; the result is of type `ty`.
    fn call(&self, function: &Function, arguments: &[Column], ty: Type, rows: usize) -> Column {
        let propagates = function.nulls == Nulls::Propagate;
        let is_null = |argument: &Column| argument.as_constant().is_some_and(Value::is_null);
        if propagates && arguments.iter().any(is_null) {
            return Column::nulls(ty, rows);
        }
        if rows != 1 && !arguments.is_empty() && arguments.iter().all(|argument| argument.as_constant().is_some()) {
            let arguments: Vec<Column> = arguments
                .iter()
                .filter_map(|one| Some(Column::constant(one.as_constant()?.clone(), one.ty(), 1)))
                .collect();
            return Column::constant(self.call(function, &arguments, ty, 1).value(0), ty, rows);
        }
        let bytes = Cell::new(0);
        let result = match function.eval {
            Eval::Columns(compute) => match slices(arguments, rows) {
                1 => {
                    let made = compute(self.context, arguments, rows);
                    self.budget.pass(made.own_bytes());
                    made
                }
                count => {
                    let length = rows.div_ceil(count);
                    let part = |start: usize| {
                        let rows = length.min(rows - start);
                        let part: Vec<Column> = arguments.iter().map(|argument| argument.slice(start, rows)).collect();
                        if self.ends() {
                            return Column::nulls(ty, rows);
                        }
                        let made = super::convert::widened(&compute(self.context, &part, rows), ty);
                        bytes.set(bytes.get() + made.own_bytes());
                        self.budget.pass(bytes.get());
                        made
                    };
                    Column::concat(ty, &(0..rows).step_by(length).map(part).collect::<Vec<_>>())
                }
            },
            Eval::Row(compute) => {
                let compute = |values: &[Value]| {
                    if self.ends() {
                        return Value::Null;
                    }
                    let is_long = |value: &Value| value.as_str().is_some_and(|text| text.len() > TEXT_MAX);
                    if ty == Type::Dynamic && values.iter().any(is_long) {
                        self.budget.outgrow();
                        return Value::Null;
                    }
                    let value = compute(self.context, values);
                    if self.stop.is_set() {
                        threads::give_back(value);
                        return Value::Null;
                    }
                    let own = weight_of(&value);
                    if own > DYNAMIC_MAX || is_long(&value) {
                        self.budget.outgrow();
                        return Value::Null;
                    }
                    bytes.set(bytes.get() + own);
                    self.budget.pass(bytes.get());
                    value
                };
                by_row(&compute, propagates, arguments, ty, rows)
            }
        };
        let result = super::convert::widened(&result, ty);
        let masked =
            propagates && matches!(function.eval, Eval::Columns(_)) && arguments.iter().any(Column::may_be_null);
        if masked {
            let bits = Bitmap::from_fn(rows, |at| arguments.iter().all(|argument| !argument.is_null(at)));
            return result.masked(&bits);
        }
        result
    }

    /// The rows of `batch` where all of `conjuncts` are true; `None` for all rows. Each is asked only about the rows
    /// that those before it left.
    pub(super) fn select(&self, conjuncts: &[&Scalar], batch: &Batch) -> Option<Vec<u32>> {
        let mut selected: Option<Vec<u32>> = None;
        for conjunct in conjuncts {
            let holds = match &selected {
                None => self.eval(conjunct, batch),
                Some(rows) if rows.is_empty() => break,
                Some(rows) => self.eval(conjunct, &batch.take(rows, &ColumnSet::used_by([*conjunct]))),
            };
            let holds = holds.view::<bool>();
            if holds.as_constant() == Some(Some(true)) {
                continue;
            }
            let kept = |at: &usize| holds.get(*at) == Some(true);
            selected = Some(match (&selected, holds.plain()) {
                (None, Some(plain)) => indices(plain),
                (None, None) => (0..batch.rows).filter(kept).map(|at| at as u32).collect(),
                (Some(rows), _) => (0..rows.len()).filter(kept).map(|at| rows[at]).collect(),
            });
        }
        selected
    }
}

/// The places of what is true. Written without a branch a row, which would be guessed wrong half the time.
fn indices(bools: &[bool]) -> Vec<u32> {
    let mut rows = vec![0; bools.len()];
    let mut count = 0;
    for (at, holds) in bools.iter().enumerate() {
        rows[count] = at as u32;
        count += usize::from(*holds);
    }
    rows.truncate(count);
    rows
}

/// Whether it makes texts or dynamics.
fn grows(scalar: &Scalar) -> bool {
    let makes = matches!(scalar.node, ScalarNode::Call { .. }) && matches!(scalar.ty, Type::String | Type::Dynamic);
    makes || scalar.parts().iter().any(grows)
}

/// About how many bytes a value takes beside its place, as far as it is its own.
pub(super) fn weight_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Dynamic(json) if Arc::strong_count(json) == 1 => json_bytes(json),
        _ => 0,
    }
}

/// Into how many parts rows are cut, so that long texts do not keep a query from being stopped.
fn slices(arguments: &[Column], rows: usize) -> usize {
    /// Text that is looked at in one go.
    const BYTES: usize = 1 << 20;
    const WEIGHED: usize = 16;
    let bytes = |argument: &Column| match argument.texts() {
        Texts::Constant(_) => 0,
        Texts::Coded(codes, dictionary) => {
            let step = (codes.len() / WEIGHED).max(1);
            let weighed = codes.iter().step_by(step).map(|code| dictionary.text(*code).len());
            weighed.sum::<usize>() * step * dictionary.len().min(rows) / rows.max(1)
        }
    };
    (arguments.iter().map(bytes).sum::<usize>() / BYTES + 1).min(rows.max(1))
}

/// A function of values over columns; where only one argument varies and is a string with few codes, once a code.
fn by_row(
    compute: &dyn Fn(&[Value]) -> Value,
    propagates: bool,
    arguments: &[Column],
    ty: Type,
    rows: usize,
) -> Column {
    let mut values: Vec<Value> = arguments.iter().map(|argument| argument.value(0)).collect();
    let varying: Vec<usize> = (0..arguments.len()).filter(|at| arguments[*at].as_constant().is_none()).collect();
    if let [only] = varying[..]
        && let Texts::Coded(codes, dictionary) = arguments[only].texts()
        && arguments[only].ty() == Type::String
        && dictionary.len() <= rows
    {
        let mut places = vec![NO_ID; dictionary.len()];
        let mut results = Vec::new();
        let mut places_by_row = Vec::with_capacity(rows);
        for code in codes {
            let place = &mut places[*code as usize];
            if *place == NO_ID {
                values[only] = Value::String(dictionary.shared(*code));
                *place = results.len() as u32;
                results.push(convert(compute(&values), ty));
            }
            places_by_row.push(*place);
        }
        return Column::from_values(ty, results).take(&places_by_row);
    }
    Column::from_values(
        ty,
        (0..rows).map(|row| {
            for at in &varying {
                values[*at] = arguments[*at].value(row);
            }
            if propagates && values.iter().any(Value::is_null) {
                return Value::Null;
            }
            convert(compute(&values), ty)
        }),
    )
}
