//! How tables look, with room and without.

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

struct Entry;

impl Row for Entry {
    const COLUMNS: &'static [Column] = &[text("NAME"), number("SIZE").extra(), text("BY").extra(), long("DESCRIPTION")];

    fn cells(&self) -> Vec<Cell> {
        cells!["Finance", "4.2 MB", "carol", "what the finance department keeps, every night"]
    }
}

#[test]
fn on_a_narrow_terminal_extra_columns_go_and_only_long_text_is_broken() {
    for (width, expected) in [
        (None, "NAME       SIZE  BY     DESCRIPTION\nFinance  4.2 MB  carol  what the finance department keeps, every night\n"),
        (
            Some(60),
            "NAME       SIZE  BY     DESCRIPTION\nFinance  4.2 MB  carol  what the finance department keeps,\n                        every night\n",
        ),
        (
            Some(40),
            "NAME       SIZE  DESCRIPTION\nFinance  4.2 MB  what the finance\n                 department keeps, every\n                 night\n",
        ),
        (Some(34), "NAME     DESCRIPTION\nFinance  what the finance\n         department keeps, every\n         night\n"),
    ] {
        assert_eq!(Look { width, color: false }.list(&[Entry]), expected, "{width:?}");
    }
}

struct Told(&'static str);

impl Row for Told {
    const COLUMNS: &'static [Column] = &[text("NAME"), long("TEXT").of("text")];

    fn cells(&self) -> Vec<Cell> {
        cells!["Ann", self.0]
    }
}

#[test]
fn a_long_text_takes_a_few_lines_of_a_terminal_and_is_whole_elsewhere_con_1() {
    let rows = vec![Told("she wants two more machines, and a quota for the branch in the north, and somebody to call").cells()];
    let shown = |width| Look { width, color: false }.list_and_rest(Told::COLUMNS, &[0, 1], &rows);
    let (cut, is_cut) = shown(Some(25));
    assert!(is_cut && cut.lines().count() == 5 && cut.trim_end().ends_with('…'), "{cut}");
    let (fits, is_cut) = shown(Some(40));
    assert!(!is_cut && fits.contains("to call") && !fits.contains('…'), "{fits}");
    assert!(!shown(None).1 && shown(None).0.lines().count() == 2);
}

#[test]
fn a_table_is_never_wider_than_the_terminal() {
    for width in 12..100 {
        let shown = Look { width: Some(width), color: false }.list(&[Entry]);
        assert!(shown.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}:\n{shown}");
    }
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
