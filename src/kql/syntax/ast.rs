//! The tree: what the text says, before any name has a meaning. Every node knows its place, and what could not be
//! understood is an error node, so that the rest of the query still can be.

use crate::kql::{Span, Type, Value};
use std::sync::Arc;

/// A whole text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// In order of place.
    pub statements: Vec<Statement>,
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Without brackets and quotes.
    pub text: Arc<str>,
    /// With them.
    pub span: Span,
}

/// What a semicolon ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Without the semicolon.
    pub span: Span,
    /// What it says.
    pub kind: StatementKind,
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `let name = …`
    Let {
        /// What is named.
        name: Name,
        /// By what.
        value: LetValue,
    },
    /// `set option`, which tells a cluster how to run the query and is without effect here.
    Set,
    /// `declare query_parameters(…)`, each with its default.
    Parameters(Vec<ParameterDeclaration>),
    /// A query, or a scalar where one is not allowed.
    Query(Expr),
    /// Not understood; there is a diagnostic.
    Error,
}

/// The right side of `let`.
#[derive(Clone, Debug, PartialEq)]
pub enum LetValue {
    /// A scalar or a table.
    Expr(Expr),
    /// A function.
    Function(Arc<FunctionDeclaration>),
}

/// `(x: long, T: (a: string)) { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDeclaration {
    /// In order; tables come first in Kusto.
    pub parameters: Vec<ParameterDeclaration>,
    /// `let`s and the expression that is the result.
    pub body: Vec<Statement>,
}

/// A parameter of a let function.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterDeclaration {
    /// Its name.
    pub name: Name,
    /// What it takes.
    pub ty: ParameterType,
    /// What it is when left out.
    pub default: Option<Expr>,
}

/// What a let function's parameter takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterType {
    /// A scalar.
    Scalar(Type),
    /// A table with at least these columns; none for `(*)`.
    Table(Vec<ColumnDeclaration>),
}

/// `name: type`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDeclaration {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}

/// An expression: a scalar, a table or a list's item.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: ExprKind,
}

/// `name = value` or just a value.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedExpr {
    /// One name; several for `(a, b) = f()`.
    pub names: Vec<Name>,
    /// The value.
    pub value: Expr,
}

impl NamedExpr {
    /// From the first name or the value to the value's end.
    pub fn span(&self) -> Span {
        self.names.first().map_or(self.value.span, |name| name.span.to(self.value.span))
    }
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Not understood; there is a diagnostic.
    Error,
    /// A constant.
    Literal(Type, Value),
    /// A column, table or `let`.
    Name(Arc<str>),
    /// `*`, or a name with stars in it, in the places that take one.
    Wildcard(Arc<str>),
    /// `name(…)`
    Call {
        /// Which.
        name: Name,
        /// What it is given.
        arguments: Vec<NamedExpr>,
    },
    /// `object.name`
    Member {
        /// Of what.
        object: Box<Expr>,
        /// Which property.
        name: Name,
    },
    /// `object[index]`
    Element {
        /// Of what.
        object: Box<Expr>,
        /// Which item.
        index: Box<Expr>,
    },
    /// `-operand`; a plus leaves no trace.
    Negate(Box<Expr>),
    /// `left operator right` for all but what follows.
    Binary {
        /// As [`crate::kql::functions::operator`] knows it; `:` for a column-scoped search term.
        operator: &'static str,
        /// Where it stands.
        operator_span: Span,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// A chain of `and` or of `or`, kept flat: analysts write hundreds.
    Chain {
        /// `and` or `or`.
        operator: &'static str,
        /// Two or more.
        operands: Vec<Expr>,
    },
    /// `value in (…)`, `has_any`, `has_all` and kin.
    Among {
        /// Which.
        operator: &'static str,
        /// Where it stands.
        operator_span: Span,
        /// What is looked for, or in.
        value: Box<Expr>,
        /// The list.
        items: Vec<Expr>,
    },
    /// `value between (low .. high)`
    Between {
        /// `between` or `!between`.
        operator: &'static str,
        /// Where it stands.
        operator_span: Span,
        /// What is tested.
        value: Box<Expr>,
        /// From, inclusive.
        low: Box<Expr>,
        /// To, inclusive; a timespan counts from `low`.
        high: Box<Expr>,
    },
    /// `(inner)`
    Group(Box<Expr>),
    /// `typeof(type)` where one is asked for.
    TypeOf(Type),
    /// A table and what is done to it.
    Pipeline(Box<Pipeline>),
    /// `externaldata(…)[…]`: rows from an address outside, which nothing here reads.
    External(Vec<ColumnDeclaration>),
    /// `datatable(…)[…]`
    Datatable {
        /// Columns.
        columns: Vec<ColumnDeclaration>,
        /// Cells, row after row.
        cells: Vec<Expr>,
    },
}

/// `source | stage | stage`
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// Where rows come from; `None` where the first stage makes them: `print`, `union A, B`, `search`, `range`.
    pub source: Option<Expr>,
    /// In order.
    pub stages: Vec<Stage>,
}

/// One operator of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// With its arguments, without the bar.
    pub span: Span,
    /// Its name.
    pub keyword: Span,
    /// What it does.
    pub operator: Operator,
}

/// A tabular operator.
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// Not understood or not supported; there is a diagnostic.
    Error,
    /// `where`, `filter`
    Where(Expr),
    /// `project`
    Project(Vec<NamedExpr>),
    /// `project-away`: names and wildcards.
    ProjectAway(Vec<Expr>),
    /// `project-keep`: names and wildcards.
    ProjectKeep(Vec<Expr>),
    /// `project-rename`: `new = old`.
    ProjectRename(Vec<NamedExpr>),
    /// `project-reorder`
    ProjectReorder(Vec<Reorder>),
    /// `extend`
    Extend(Vec<NamedExpr>),
    /// `summarize`
    Summarize {
        /// Before `by`.
        aggregates: Vec<NamedExpr>,
        /// After it.
        keys: Vec<NamedExpr>,
    },
    /// `order by`, `sort by`
    Sort(Vec<Ordering>),
    /// `top rows by …`
    Top {
        /// How many.
        rows: Expr,
        /// By what.
        by: Vec<Ordering>,
    },
    /// `take`, `limit`
    Take(Expr),
    /// `count`
    Count,
    /// `distinct`
    Distinct(Vec<NamedExpr>),
    /// `union`, piped or leading.
    Union(Union),
    /// `join`
    Join(Join),
    /// `lookup`
    Lookup(Join),
    /// `mv-expand`
    MvExpand(MvExpand),
    /// `print`
    Print(Vec<NamedExpr>),
    /// `range`
    Range(Box<Range>),
    /// `invoke function(arguments)`
    Invoke {
        /// Which.
        function: Name,
        /// After the piped table.
        arguments: Vec<NamedExpr>,
    },
    /// `parse`, `parse-where`
    Parse(Parse),
    /// `search`
    Search(Search),
    /// `as`
    As(Name),
    /// `serialize`, with columns added.
    Serialize(Vec<NamedExpr>),
    /// `getschema`
    GetSchema,
    /// `render`, which only says how a portal would draw.
    Render,
    /// `make-series`
    MakeSeries(Box<MakeSeries>),
    /// `mv-apply … on (stages)`
    MvApply(MvExpand, Vec<Stage>),
    /// `partition by column (stages)`
    Partition(Expr, Vec<Stage>),
    /// `partition by column { query }`: the query has a source of its own, and reads the column's value by its name.
    PartitionQuery(Name, Expr),
    /// `fork name = (stages) (stages)`: a table for each.
    Fork(Vec<Vec<Stage>>),
    /// `facet by columns with (stages)`: a table for each column, and one for the stages.
    Facet(Vec<NamedExpr>, Vec<Stage>),
    /// `evaluate plugin(arguments)`
    Evaluate {
        /// Which.
        plugin: Name,
        /// What it is given besides the piped table.
        arguments: Vec<NamedExpr>,
        /// The columns it gives, where the query says: the schema after `:`.
        schema: Option<PluginSchema>,
    },
    /// `top-nested`, outermost level first.
    TopNested(Vec<NestedLevel>),
    /// `top-hitters rows of value by weight`
    TopHitters {
        /// How many.
        rows: Expr,
        /// Of what.
        of: NamedExpr,
        /// What is added up; without it, rows are counted.
        by: Option<NamedExpr>,
    },
    /// `sample-distinct rows of value`
    SampleDistinct {
        /// How many.
        rows: Expr,
        /// Of what.
        of: NamedExpr,
    },
    /// `parse-kv`
    ParseKv(ParseKv),
    /// `scan`
    Scan(Scan),
    /// `find`
    Find(Find),
    /// `consume`: the rows are read and nothing is given.
    Consume,
    /// `make-graph` and what can follow it.
    Graph {
        /// Which.
        name: Name,
        /// The tables of nodes.
        tables: Vec<Expr>,
    },
}

/// `: (*, name: type, …)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginSchema {
    /// Whether a star says that the input's columns are given too.
    pub and_input: bool,
    /// The columns.
    pub columns: Vec<ColumnDeclaration>,
}

/// `make-series`
#[derive(Clone, Debug, PartialEq)]
pub struct MakeSeries {
    /// Each aggregate and what stands where a step has no row; 0 unless said.
    pub aggregates: Vec<(NamedExpr, Option<Expr>)>,
    /// `on`
    pub axis: NamedExpr,
    /// `from`
    pub start: Option<Expr>,
    /// `to`, not included.
    pub stop: Option<Expr>,
    /// `step`
    pub step: Expr,
    /// `by`
    pub keys: Vec<NamedExpr>,
}

/// A level of `top-nested`.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedLevel {
    /// How many; all where not said.
    pub rows: Option<Expr>,
    /// `of`
    pub of: NamedExpr,
    /// `with others =`
    pub others: Option<Expr>,
    /// `by`, and the order.
    pub by: NamedExpr,
    /// The largest first unless said.
    pub descending: bool,
}

/// `parse-kv`
#[derive(Clone, Debug, PartialEq)]
pub struct ParseKv {
    /// The text.
    pub source: Expr,
    /// The keys, which become columns.
    pub columns: Vec<ColumnDeclaration>,
    /// `pair_delimiter`, `kv_delimiter`, `quote`, `escape`, `greedy`, `regex` and their values.
    pub options: Vec<NamedExpr>,
}

/// `scan`
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// `with_match_id=`
    pub match_id: Option<Name>,
    /// `declare (…)`
    pub declared: Vec<ParameterDeclaration>,
    /// In order.
    pub steps: Vec<ScanStep>,
}

/// A step of `scan`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// Which of its rows are given.
    pub output: ScanOutput,
    /// Which rows belong to it.
    pub condition: Expr,
    /// What its rows' declared columns become.
    pub assignments: Vec<NamedExpr>,
}

/// Which rows of a step of `scan` are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanOutput {
    /// All.
    All,
    /// The last of each match.
    Last,
    /// None.
    None,
}

/// `find`
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// `withsource=`
    pub with_source: Option<Name>,
    /// `in (…)`; empty for all tables.
    pub tables: Vec<Expr>,
    /// `where`
    pub predicate: Expr,
    /// `project`; nothing for the columns that the predicate names. The type is what the query says of a column.
    pub columns: Option<Vec<(Name, Option<Type>)>>,
    /// Whether all other columns are given as a bag: `pack(*)` in `project`, and where there is no `project`.
    pub packs: bool,
}

/// A column of `project-reorder`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reorder {
    /// A name or wildcard.
    pub column: Expr,
    /// How the columns of a wildcard are ordered by name; `None` leaves them.
    pub descending: Option<bool>,
}

/// An expression of `order by`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordering {
    /// By what.
    pub by: Expr,
    /// Kusto's default is descending.
    pub descending: bool,
    /// Where said.
    pub nulls_first: Option<bool>,
}

/// `union`
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// Whether only columns of all sources are kept: `kind=inner`.
    pub inner: bool,
    /// `withsource=`
    pub with_source: Option<Name>,
    /// `isfuzzy=true`: sources that do not exist are passed over.
    pub fuzzy: bool,
    /// Tables, wildcards, bracketed queries.
    pub sources: Vec<Expr>,
}

/// `join` and `lookup`
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// `kind=`
    pub kind: Option<Name>,
    /// The right side.
    pub right: Expr,
    /// After `on`: names and comparisons of `$left` with `$right`.
    pub on: Vec<Expr>,
}

/// `mv-expand`
#[derive(Clone, Debug, PartialEq)]
pub struct MvExpand {
    /// `with_itemindex=`
    pub item_index: Option<Name>,
    /// `bagexpansion=array`, or `kind=array`: a bag expands to pairs of key and value.
    pub array_expansion: Option<Span>,
    /// What is expanded.
    pub columns: Vec<MvColumn>,
    /// `limit`
    pub limit: Option<Expr>,
}

/// A column of `mv-expand`.
#[derive(Clone, Debug, PartialEq)]
pub struct MvColumn {
    /// The list, and its new name.
    pub value: NamedExpr,
    /// `to typeof(…)`
    pub ty: Option<Type>,
}

/// `search`
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// `kind=case_sensitive`
    pub case_sensitive: bool,
    /// `in (…)`; empty for all tables or the piped one.
    pub tables: Vec<Expr>,
    /// What is looked for.
    pub predicate: Expr,
}

/// `range`
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The column.
    pub name: Name,
    /// `from`
    pub start: Expr,
    /// `to`
    pub stop: Expr,
    /// `step`
    pub step: Expr,
}

/// `parse`
#[derive(Clone, Debug, PartialEq)]
pub struct Parse {
    /// `kind=`
    pub mode: ParseMode,
    /// `flags=`, of the regular expression.
    pub flags: String,
    /// The text.
    pub source: Expr,
    /// The pattern, in order.
    pub segments: Vec<Segment>,
    /// `parse-where`: rows that do not match are dropped.
    pub only_matches: bool,
}

/// How a pattern of `parse` is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseMode {
    /// Texts are texts, and all columns must have their type.
    Simple,
    /// Texts are texts; a column that lacks its type is null.
    Relaxed,
    /// Texts are regular expressions.
    Regex,
}

/// A part of a pattern of `parse`.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// `*`
    Any,
    /// A text or regular expression, and where it stands.
    Text(String, Span),
    /// What lies between goes to this column.
    Column(Name, Type),
}
