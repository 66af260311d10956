//! Tables for people: aligned columns, a head, no lines drawn. On a terminal they fit its width, elsewhere a row is a line.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell as Drawn, CellAlignment, Color, ContentArrangement, Table};

use super::text::clean;

/// A column: its title, and whether it holds numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    title: &'static str,
    right: bool,
}

/// A column of text.
pub(crate) const fn text(title: &'static str) -> Column {
    Column { title, right: false }
}

/// A column of numbers, set to the right.
pub(crate) const fn number(title: &'static str) -> Column {
    Column { title, right: true }
}

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
    tone: Tone,
}

impl Cell {
    /// A cell of this tone.
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
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
    pub(crate) fn list<R: Row>(self, rows: &[R]) -> String {
        let mut table = self.table();
        table.set_header(R::COLUMNS.iter().map(|column| {
            let cell = Drawn::new(column.title).add_attribute(Attribute::Bold);
            if column.right { cell.set_alignment(CellAlignment::Right) } else { cell }
        }));
        for row in rows {
            let cells = row.cells();
            table.add_row(cells.iter().zip(R::COLUMNS).map(|(cell, column)| draw(cell, column.right)));
        }
        finish(table)
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

fn draw(cell: &Cell, right: bool) -> Drawn {
    let drawn = Drawn::new(clean(&cell.text));
    let drawn = match cell.tone {
        Tone::Plain => drawn,
        Tone::Good => drawn.fg(Color::Green),
        Tone::Uneasy => drawn.fg(Color::Yellow),
        Tone::Bad => drawn.fg(Color::Red),
    };
    if right { drawn.set_alignment(CellAlignment::Right) } else { drawn }
}

fn finish(mut table: Table) -> String {
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    let mut text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    if text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair(&'static str, u64);

    impl Row for Pair {
        const COLUMNS: &'static [Column] = &[text("NAME"), number("COUNT")];

        fn cells(&self) -> Vec<Cell> {
            vec![Cell::toned(self.0, Tone::Bad), self.1.into()]
        }
    }

    #[test]
    fn a_list_is_aligned_and_draws_no_lines() {
        let shown = Look::default().list(&[Pair("Finance", 7), Pair("x", 1_200)]);
        assert_eq!(shown, "NAME     COUNT\nFinance      7\nx         1200\n");
    }

    #[test]
    fn on_a_terminal_a_table_fits_its_width() {
        let look = Look { width: Some(20), color: false };
        let shown = look.list(&[Pair("a rather long name that does not fit", 7)]);
        assert!(shown.lines().all(|line| line.chars().count() <= 20), "{shown}");
        let whole = Look::default().list(&[Pair("a rather long name that does not fit", 7)]);
        assert_eq!(whole.lines().count(), 2);
    }

    #[test]
    fn colour_is_there_only_when_it_is_wanted() {
        assert!(!Look::default().list(&[Pair("a", 1)]).contains('\u{1b}'));
        assert!(Look { width: None, color: true }.list(&[Pair("a", 1)]).contains('\u{1b}'));
    }

    #[test]
    fn a_cell_cannot_break_out_of_its_row() {
        let shown = Look::default().list(&[Pair("a\nNAME\u{1b}[1m", 1)]);
        assert_eq!(shown.lines().count(), 2);
        assert!(!shown.contains('\u{1b}'));
    }

    #[test]
    fn facts_stand_one_to_a_line() {
        let shown = Look::default().facts(&[("name", "carol".into()), ("last login", "-".into())]);
        assert_eq!(shown, "name        carol\nlast login  -\n");
    }
}
