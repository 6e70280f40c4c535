//! A query over each group of rows.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::eval::lock;
use crate::kql::engine::group::{Grouper, Members};
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::{Field, Relation, Scalar};

/// What becomes of a group.
pub(in crate::kql::engine) struct Rule<'a> {
    pub(in crate::kql::engine) keys: &'a [Scalar],
    pub(in crate::kql::engine) keep: &'a [usize],
    pub(in crate::kql::engine) body: &'a Relation,
}

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    rule: &Rule<'_>,
    fields: &[Field],
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let all = run.collect(input, &ColumnSet::all(input.columns.len()))?;
    let mut grouper = Grouper::new(rule.keys.iter().map(|key| key.ty));
    let keys: Vec<Column> = rule.keys.iter().map(|key| run.eval_all(key, &all)).collect::<Result<_, RunError>>()?;
    let groups = grouper.assign(&keys, all.rows);
    let count = if all.rows == 0 { 0 } else { grouper.len() };
    let members = Members::new(&groups, count);
    let everything = ColumnSet::all(input.columns.len());
    let body_columns = ColumnSet::all(rule.body.columns.len());
    let mut results = run.keep(Vec::new());
    let mut rows = 0;
    for group in (0..count as u32).map(|group| members.of(group)) {
        run.go_on()?;
        let given = lock(&run.evaluator.given).replace(all.take(group, &everything));
        let result = run.collect(rule.body, &body_columns);
        *lock(&run.evaluator.given) = given;
        let result = result?;
        rows += result.rows;
        run.check_size(rows)?;
        if result.rows > 0 {
            let first = vec![group.first().copied().unwrap_or_default(); result.rows];
            let mut columns: Vec<Column> =
                rule.keep.iter().filter_map(|at| all.columns.get(*at).map(|column| column.take(&first))).collect();
            columns.extend(result.columns.iter().cloned());
            let result = Batch { columns, rows: result.rows };
            results.add(result.bytes())?;
            results.push(result);
        }
    }
    run.emit(&*run.together(fields, results)?, sink)
}
