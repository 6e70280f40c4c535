//! Rows of nothing: `datatable`, `print`, `getschema`.

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::{INVALID, WRONG_TYPE};
use crate::kql::check::naming::{Names, implied};
use crate::kql::check::signature::convert;
use crate::kql::format::{parse_datetime, parse_timespan};
use crate::kql::plan::{Field, Node, Relation};
use crate::kql::syntax::ast::{ColumnDeclaration, Expr, NamedExpr};
use crate::kql::{Decimal, Span, Type, Value};
use std::sync::Arc;

impl Binder<'_> {
    pub(in crate::kql::check) fn datatable(
        &mut self,
        columns: &[ColumnDeclaration],
        cells: &[Expr],
        span: Span,
    ) -> Option<Relation> {
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(Arc::clone(&column.name.text), column.ty)).collect();
        let mut names = Names::default();
        for column in columns {
            if !names.claim(&column.name.text) {
                let message = format!("'datatable': the column '{}' is declared twice", column.name.text);
                return self.refuse(column.name.span, message, INVALID);
            }
        }
        if columns.is_empty() || !cells.len().is_multiple_of(columns.len()) {
            let message = format!("'datatable': {} values do not fill rows of {} columns", cells.len(), columns.len());
            return self.refuse(span, message, INVALID);
        }
        let mut sound = true;
        let mut rows = Vec::with_capacity(cells.len() / columns.len());
        for row in cells.chunks(columns.len()) {
            let cells = row.iter().zip(&fields).map(|(cell, field)| self.cell(cell, field));
            let values: Vec<Option<Value>> = cells.collect();
            sound &= values.iter().all(Option::is_some);
            rows.push(values.into_iter().flatten().collect());
        }
        sound.then_some(Relation { columns: fields, node: Node::Rows(rows), span })
    }

    /// A literal of the column's type, or one that becomes it.
    fn cell(&mut self, cell: &Expr, field: &Field) -> Option<Value> {
        let scalar = convert(self.scalar(cell, &mut Context::constant("datatable"))?, field.ty);
        let Some(value) = scalar.as_literal() else {
            return self.refuse(cell.span, "'datatable': a value must be a literal", INVALID);
        };
        let converted = match (field.ty, value) {
            (ty, value) if value.ty() == Some(ty) => Some(value.clone()),
            (ty, Value::Null) => Some(Value::null_of(ty)),
            (Type::Int, Value::Long(number)) => Some(i32::try_from(*number).map_or(Value::Null, Value::Int)),
            (Type::Bool, Value::Long(number)) => Some(Value::Bool(*number != 0)),
            (Type::Dynamic, value) => scalar_as_dynamic(value),
            (Type::DateTime, Value::String(text)) => parse_datetime(text).map(Value::DateTime),
            (Type::TimeSpan, Value::String(text)) => parse_timespan(text).map(Value::TimeSpan),
            (Type::Decimal, Value::String(text)) => Decimal::parse(text).map(Value::Decimal),
            (ty, value) => {
                Some(crate::kql::engine::convert::convert(value.clone(), ty)).filter(|value| !value.is_null())
            }
        };
        if converted.is_none() {
            let message = format!(
                "'datatable': a value of type {} does not fit the column '{}' of type {}",
                scalar.ty, field.name, field.ty
            );
            return self.refuse(cell.span, message, WRONG_TYPE);
        }
        converted
    }

    pub(super) fn print(&mut self, columns: &[NamedExpr], span: Span) -> Option<Relation> {
        let mut names = Names::default();
        let mut fields = Vec::new();
        let mut outputs = Vec::new();
        let mut sound = true;
        for (at, column) in columns.iter().enumerate() {
            let Some(scalar) = self.scalar(&column.value, &mut Context::constant("print")) else {
                sound = false;
                continue;
            };
            let name = match column.names.first() {
                Some(name) => Arc::clone(&name.text),
                None => implied(&column.value).unwrap_or_else(|| format!("print_{at}").into()),
            };
            fields.push(Field { name: names.unique(&name), ty: scalar.ty });
            outputs.push(scalar);
        }
        sound.then(|| Relation::one_row(span).project(fields, outputs, span))
    }

    /// What `getschema` answers about `input`.
    pub(super) fn schema_rows(input: &Relation, span: Span) -> Relation {
        let columns = vec![
            Field::new("ColumnName", Type::String),
            Field::new("ColumnOrdinal", Type::Long),
            Field::new("DataType", Type::String),
            Field::new("ColumnType", Type::String),
        ];
        let rows = input.columns.iter().enumerate().map(|(at, field)| {
            vec![
                Value::String(Arc::clone(&field.name)),
                Value::Long(at as i64),
                Value::string(dotnet_name(field.ty)),
                Value::string(field.ty.name()),
            ]
        });
        Relation { columns, node: Node::Rows(rows.collect()), span }
    }
}

/// The .NET type that Kusto names beside its own.
/// <https://learn.microsoft.com/kusto/query/getschema-operator>
fn dotnet_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "System.SByte",
        Type::Int => "System.Int32",
        Type::Long => "System.Int64",
        Type::Real => "System.Double",
        Type::String => "System.String",
        Type::DateTime => "System.DateTime",
        Type::TimeSpan => "System.TimeSpan",
        Type::Decimal => "System.Data.SqlTypes.SqlDecimal",
        Type::Guid => "System.Guid",
        Type::Dynamic => "System.Object",
    }
}

fn scalar_as_dynamic(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Bool(bool) => Value::dynamic((*bool).into()),
        Value::Int(number) => Value::dynamic((*number).into()),
        Value::Long(number) => Value::dynamic((*number).into()),
        Value::Real(number) => Value::dynamic((*number).into()),
        Value::String(text) => Value::dynamic(text.to_string().into()),
        _ => return None,
    })
}
