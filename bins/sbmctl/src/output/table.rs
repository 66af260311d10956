//! Tables for people: aligned columns, a head, no lines drawn. On a terminal they fit its width, elsewhere a row is a line.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell as Drawn, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table};

use sbm_client::core::sheet::harmless;
use sbm_client::core::time::Timestamp;

use super::moment::moment_or_dash;
use super::text::{DASH, clean, joined, yes_no};

/// A column: its title, and how it behaves where there is little room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    title: &'static str,
    /// The field of the JSON that it shows, if it is not called like the title.
    field: Option<&'static str>,
    right: bool,
    wraps: bool,
    /// The room that it gets at the least, if it wraps.
    least: u16,
    weight: Weight,
}

/// How much a column matters where there is little room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It goes first.
    Rare,
    /// It goes when no rare one is left.
    Extra,
    /// It stays.
    Needed,
}

/// A column of short text, which is never broken.
pub(crate) const fn text(title: &'static str) -> Column {
    Column { title, field: None, right: false, wraps: false, least: WRAPPED, weight: Weight::Needed }
}

/// A column of numbers, set to the right.
pub(crate) const fn number(title: &'static str) -> Column {
    Column { title, field: None, right: true, wraps: false, least: WRAPPED, weight: Weight::Needed }
}

/// A column of sentences or lists, which may take a few lines.
pub(crate) const fn long(title: &'static str) -> Column {
    Column { title, field: None, right: false, wraps: true, least: WRAPPED, weight: Weight::Needed }
}

impl Column {
    /// The same, left out where there is no room for it; JSON and CSV have it always.
    pub(crate) const fn extra(self) -> Self {
        Self { weight: Weight::Extra, ..self }
    }

    /// The same, left out before any extra one.
    pub(crate) const fn rare(self) -> Self {
        Self { weight: Weight::Rare, ..self }
    }

    /// The same, for a field that has another name in JSON.
    pub(crate) const fn of(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    /// Its name on the command line and in the head of a CSV: the field's in JSON.
    pub(crate) fn key(self) -> String {
        self.field.map_or_else(|| self.titled(), str::to_owned)
    }

    /// Whether that is its name, or its title.
    pub(crate) fn is_called(self, name: &str) -> bool {
        self.key() == name || self.titled() == name
    }

    /// Both its names, if there are two.
    pub(super) fn names(self) -> String {
        let (key, title) = (self.key(), self.titled());
        if key == title { key } else { format!("{key} or {title}") }
    }

    fn titled(self) -> String {
        self.title.to_lowercase().replace(' ', "_")
    }

    /// The same, content with that much room.
    pub(crate) const fn least(self, least: u16) -> Self {
        Self { least, ..self }
    }

    /// The room it needs at the least.
    fn needs(self, natural: u16) -> u16 {
        if self.wraps { natural.min(self.least) } else { natural }
    }
}

/// The room that a column of long text gets at the least.
const WRAPPED: u16 = 20;
/// The most lines of a row; what does not fit into them is cut, or one row would fill the screen.
const TALLEST: usize = 4;
/// Between two columns.
const GAP: u16 = 2;

/// How a cell is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// All is well.
    Good,
    /// To be looked at.
    Uneasy,
    /// Not well.
    Bad,
}

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    /// What a program reads in its place.
    exact: Option<String>,
    tone: Tone,
}

impl Cell {
    /// A cell of this tone.
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), exact: None, tone }
    }

    /// A number.
    pub(crate) fn number(number: impl ToString) -> Self {
        Self::measured(number.to_string(), number)
    }

    /// A number with the form that people read it in.
    pub(crate) fn measured(text: impl Into<String>, number: impl ToString) -> Self {
        Self { exact: Some(number.to_string()), ..Self::toned(text, Tone::Plain) }
    }

    /// Yes or no; a program reads `true` or `false`.
    pub(crate) fn flag(yes: bool) -> Self {
        Self { exact: Some(yes.to_string()), ..Self::toned(yes_no(yes), Tone::Plain) }
    }

    /// The same with this tone.
    pub(crate) fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Several texts; in a CSV `; ` stands between them.
    pub(crate) fn several<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
        Self { exact: Some(harmless(&items.join("; ")).into_owned()), ..Self::toned(joined(&items), Tone::Plain) }
    }

    /// A moment, or never.
    pub(crate) fn moment(at: impl Into<Option<Timestamp>>) -> Self {
        let at = at.into();
        Self { exact: Some(at.map(Timestamp::to_rfc3339).unwrap_or_default()), ..Self::toned(moment_or_dash(at), Tone::Plain) }
    }

    /// What it is filtered and ordered by.
    pub(crate) fn texts(&self) -> (&str, &str) {
        (&self.text, self.exact.as_deref().unwrap_or(&self.text))
    }

    /// What stands in a CSV: whole, and nothing that a spreadsheet would run.
    pub(super) fn exact(&self) -> String {
        match &self.exact {
            Some(exact) => exact.clone(),
            None if self.text == DASH => String::new(),
            None => harmless(&self.text).into_owned(),
        }
    }
}

impl<T: ToString> From<T> for Cell {
    fn from(value: T) -> Self {
        Self::toned(value.to_string(), Tone::Plain)
    }
}

/// Something that has a row in a table.
pub(crate) trait Row {
    /// The columns.
    const COLUMNS: &'static [Column];

    /// One cell a column.
    fn cells(&self) -> Vec<Cell>;
}

/// Puts values of any kind into one row.
#[macro_export]
#[doc(hidden)]
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$($crate::output::table::Cell::from($value)),*] };
}

/// How tables are drawn here and now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// The most characters of a line; none for as long as it takes.
    pub(crate) width: Option<u16>,
    /// Whether there is colour.
    pub(crate) color: bool,
}

impl Look {
    /// A list with its head.
    #[cfg(test)]
    pub(crate) fn list<R: Row>(self, rows: &[R]) -> String {
        let rows: Vec<Vec<Cell>> = rows.iter().map(Row::cells).collect();
        self.list_and_rest(R::COLUMNS, &(0..R::COLUMNS.len()).collect::<Vec<_>>(), &rows).0
    }

    /// These columns of a list with its head, and whether some were left out for want of room.
    pub(crate) fn list_and_rest(self, columns: &[Column], all: &[usize], rows: &[Vec<Cell>]) -> (String, bool) {
        let whole = self.drawn(columns, all, rows);
        let Some(width) = self.width else { return (finish(whole), false) };
        let natural: Vec<(usize, u16)> = all.iter().copied().zip(whole.column_max_content_widths()).collect();
        let (kept, fits) = fitting(columns, natural, width);
        let fitted = |tallest: Option<usize>| {
            let mut table = self.drawn(columns, &kept, rows);
            for (column, index) in table.column_iter_mut().zip(&kept) {
                if fits && columns.get(*index).is_some_and(|column| !column.wraps) {
                    column.set_constraint(ColumnConstraint::ContentWidth);
                }
            }
            if let Some(tallest) = tallest {
                for row in table.row_iter_mut() {
                    row.max_height(tallest);
                }
            }
            finish(table)
        };
        let (whole, low) = (fitted(None), fitted(Some(TALLEST)));
        let is_cut = kept.len() < all.len() || low != whole;
        (low, is_cut)
    }

    /// These columns of the rows.
    fn drawn(self, columns: &[Column], kept: &[usize], rows: &[Vec<Cell>]) -> Table {
        let mut table = self.table();
        table.set_header(kept.iter().filter_map(|index| columns.get(*index)).map(|column| {
            let cell = Drawn::new(column.title).add_attribute(Attribute::Bold);
            if column.right { cell.set_alignment(CellAlignment::Right) } else { cell }
        }));
        for row in rows {
            let cells = kept.iter().filter_map(|index| Some((row.get(*index)?, columns.get(*index)?)));
            table.add_row(cells.map(|(cell, column)| draw(cell, column.right)));
        }
        table
    }

    /// One object: a line for each thing there is to say about it.
    pub(crate) fn facts(self, facts: &[(&str, Cell)]) -> String {
        let mut table = self.table();
        for (title, cell) in facts {
            table.add_row([Drawn::new(title).add_attribute(Attribute::Bold), draw(cell, false)]);
        }
        finish(table)
    }

    fn table(self) -> Table {
        let mut table = Table::new();
        table.load_style(NOTHING).force_no_tty();
        if self.color {
            table.enforce_styling();
        }
        match self.width {
            Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        table
    }
}

/// Which columns have room, the rightmost of those that matter least going first, and whether no short text need be
/// broken.
fn fitting(columns: &[Column], mut kept: Vec<(usize, u16)>, width: u16) -> (Vec<usize>, bool) {
    let weight = |index: usize| columns.get(index).map_or(Weight::Needed, |column| column.weight);
    loop {
        let least = kept.iter().filter_map(|(index, natural)| Some(columns.get(*index)?.needs(*natural)));
        let gaps = GAP.saturating_mul(u16::try_from(kept.len().saturating_sub(1)).unwrap_or(u16::MAX));
        let fits = least.fold(gaps, u16::saturating_add) <= width;
        let lightest = kept.iter().map(|(index, _)| weight(*index)).min().filter(|weight| *weight < Weight::Needed);
        match lightest {
            Some(lightest) if !fits => {
                let place = kept.iter().rposition(|(index, _)| weight(*index) == lightest);
                place.map(|place| kept.remove(place));
            }
            _ => return (kept.into_iter().map(|(index, _)| index).collect(), fits),
        }
    }
}

fn draw(cell: &Cell, right: bool) -> Drawn {
    let drawn = Drawn::new(clean(&cell.text));
    let drawn = match cell.tone {
        Tone::Plain => drawn,
        Tone::Good => drawn.fg(Color::DarkGreen),
        Tone::Uneasy => drawn.fg(Color::DarkYellow),
        Tone::Bad => drawn.fg(Color::DarkRed),
    };
    if right { drawn.set_alignment(CellAlignment::Right) } else { drawn }
}

fn finish(mut table: Table) -> String {
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { GAP }));
    }
    let mut text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    if text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
