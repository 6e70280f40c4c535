//! The columns of a queue: what each shows, which are shown, in which order and how wide.

use std::fmt;

/// A fact of a row: what a column shows, and what rows are ordered and grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The priority of an incident.
    Priority,
    /// How grave.
    Severity,
    /// Its name, after the number of an incident.
    Title,
    /// The person most concerned.
    User,
    /// Products of its alerts, or its own.
    Sources,
    /// How many alerts an incident has.
    Alerts,
    /// The incident an alert belongs to.
    Incident,
    /// Where it stands.
    Status,
    /// What it was found to be.
    Classification,
    /// Whose it is.
    Owner,
    /// How long ago it was created.
    Age,
    /// How long ago it last changed.
    Changed,
    /// Tags of an incident.
    Tags,
}

impl Field {
    /// Those of the incident queue, in the order in which they stand by default.
    pub const OF_INCIDENTS: [Self; 12] = [
        Self::Priority,
        Self::Severity,
        Self::Title,
        Self::User,
        Self::Sources,
        Self::Alerts,
        Self::Status,
        Self::Owner,
        Self::Age,
        Self::Changed,
        Self::Classification,
        Self::Tags,
    ];
    /// Those of the alert queue, in the order in which they stand by default.
    pub const OF_ALERTS: [Self; 10] = [
        Self::Sources,
        Self::Severity,
        Self::Title,
        Self::User,
        Self::Incident,
        Self::Status,
        Self::Classification,
        Self::Owner,
        Self::Age,
        Self::Changed,
    ];
    /// Those that rows are grouped by, in the order in which a key steps through them.
    pub const GROUPING: [Self; 6] = [Self::User, Self::Title, Self::Sources, Self::Owner, Self::Severity, Self::Status];

    /// As it is typed and kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Severity => "severity",
            Self::Title => "title",
            Self::User => "user",
            Self::Sources => "sources",
            Self::Alerts => "alerts",
            Self::Incident => "incident",
            Self::Status => "status",
            Self::Classification => "class",
            Self::Owner => "owner",
            Self::Age => "age",
            Self::Changed => "changed",
            Self::Tags => "tags",
        }
    }

    /// As it is said amid a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            _ => self.word(),
        }
    }

    /// The cells that a column of it takes unless another width was chosen.
    pub const fn cells(self) -> u16 {
        match self {
            Self::Alerts => 2,
            Self::Priority | Self::Severity => 3,
            Self::Age | Self::Changed => 6,
            Self::Sources | Self::Incident => 8,
            Self::Owner => 10,
            Self::Status => 11,
            Self::User | Self::Tags => 12,
            Self::Classification => 14,
            Self::Title => 40,
        }
    }

    /// The field called `word` among `fields`.
    pub(super) fn named(word: &str, fields: &[Self]) -> Option<Self> {
        fields.iter().copied().find(|field| field.word() == word)
    }

    /// Whether its greatest values, or its latest, come first unless one asks for the other way round.
    pub const fn is_greatest_first(self) -> bool {
        matches!(self, Self::Priority | Self::Severity | Self::Alerts | Self::Age | Self::Changed)
    }
}

/// Whether a column is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Where the screen is wide enough for it.
    #[default]
    Roomy,
    /// Whatever the width.
    Always,
    /// Not at all.
    Never,
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it shows.
    pub field: Field,
    /// Whether it is shown.
    pub show: Show,
    /// Its width in cells, where one was chosen.
    pub cells: Option<u16>,
}

/// The widest that a column can be made, in cells.
const CELLS_MAX: u16 = 200;
/// The narrowest.
const CELLS_MIN: u16 = 2;

/// All columns of a queue, shown or not, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// Columns for these fields as they stand by default; the last ones of each queue are not shown.
    pub fn of(fields: &[Field]) -> Self {
        let extra = |field: Field| {
            let of_incidents = fields.contains(&Field::Priority);
            matches!(field, Field::Changed | Field::Tags) || (of_incidents && field == Field::Classification)
        };
        let column = |field: &Field| {
            let show = if extra(*field) { Show::Never } else { Show::Roomy };
            Column { field: *field, show, cells: None }
        };
        Self(fields.iter().map(column).collect())
    }

    /// Reads what [`fmt::Display`] wrote. Words that are no column of `fields` are left out, and columns that are not
    /// named stand at the end as by default.
    pub fn parse(text: &str, fields: &[Field]) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        for word in text.split_whitespace() {
            let (show, rest) = match (word.strip_prefix('+'), word.strip_prefix('-')) {
                (Some(rest), _) => (Show::Always, rest),
                (_, Some(rest)) => (Show::Never, rest),
                _ => (Show::Roomy, word),
            };
            let (name, cells) = rest.split_once('=').map_or((rest, None), |(name, cells)| (name, cells.parse().ok()));
            let Some(field) = Field::named(name, fields) else { continue };
            if columns.iter().all(|known| known.field != field) {
                let cells = cells.map(|cells: u16| cells.clamp(CELLS_MIN, CELLS_MAX));
                columns.push(Column { field, show, cells });
            }
        }
        let rest = Self::of(fields).0.into_iter();
        let named: Vec<Field> = columns.iter().map(|column| column.field).collect();
        columns.extend(rest.filter(|column| !named.contains(&column.field)));
        Self(columns)
    }

    /// All, from left to right.
    pub fn all(&self) -> &[Column] {
        &self.0
    }

    /// Shows the column at `place` whatever the width, or hides it.
    pub fn toggle(&mut self, place: usize) {
        if let Some(column) = self.0.get_mut(place) {
            column.show = if column.show == Show::Never { Show::Always } else { Show::Never };
        }
    }

    /// Makes the column at `place` wider, or narrower where negative. `natural` is what it takes unless chosen.
    pub fn resize(&mut self, place: usize, by: i16, natural: u16) {
        if let Some(column) = self.0.get_mut(place) {
            let cells = column.cells.unwrap_or(natural).saturating_add_signed(by);
            column.cells = Some(cells.clamp(CELLS_MIN, CELLS_MAX));
        }
    }

    /// Moves the column at `place` by one, to the left where `is_left`; its place afterwards.
    pub fn shift(&mut self, place: usize, is_left: bool) -> usize {
        let to = if is_left { place.saturating_sub(1) } else { place + 1 };
        if to < self.0.len() && place < self.0.len() {
            self.0.swap(place, to);
            return to;
        }
        place
    }
}

impl fmt::Display for Columns {
    /// A word a column: `+` before one that is always shown, `-` before one that never is, `=` and cells after one whose
    /// width was chosen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, column) in self.0.iter().enumerate() {
            let sign = match column.show {
                Show::Roomy => "",
                Show::Always => "+",
                Show::Never => "-",
            };
            write!(f, "{}{sign}{}", if place == 0 { "" } else { " " }, column.field.word())?;
            if let Some(cells) = column.cells {
                write!(f, "={cells}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut columns = Columns::of(&Field::OF_INCIDENTS);
        columns.toggle(0);
        columns.toggle(9);
        columns.resize(3, -2, 12);
        assert_eq!(columns.shift(2, true), 1);
        let text = columns.to_string();
        assert!(text.starts_with("-priority title severity user=10 "), "{text}");
        assert!(text.contains("+changed"), "{text}");
        assert_eq!(Columns::parse(&text, &Field::OF_INCIDENTS), columns);
    }

    #[test]
    fn what_is_unknown_or_missing_does_no_harm() {
        let columns = Columns::parse("age nonsense age title=9999 user=x", &Field::OF_ALERTS);
        let fields: Vec<Field> = columns.all().iter().take(4).map(|column| column.field).collect();
        assert_eq!(fields, [Field::Age, Field::Title, Field::User, Field::Sources]);
        assert_eq!(columns.all().len(), Field::OF_ALERTS.len());
        assert_eq!(columns.all()[1].cells, Some(CELLS_MAX));
    }

    #[test]
    fn a_column_does_not_leave_its_table() {
        let mut columns = Columns::of(&Field::OF_ALERTS);
        assert_eq!(columns.shift(0, true), 0);
        assert_eq!(columns.shift(9, false), 9);
        assert_eq!(columns, Columns::of(&Field::OF_ALERTS));
    }
}
