//! What goes where, in which form.

use super::table::{Column, text};
use super::*;

#[derive(Serialize)]
struct Named {
    name: &'static str,
}

impl Row for Named {
    const COLUMNS: &'static [Column] = &[text("NAME")];

    fn cells(&self) -> Vec<Cell> {
        vec![self.name.into()]
    }
}

fn csv() -> Sheet {
    Sheet { csv: true, ..Sheet::default() }
}

#[test]
fn a_list_is_a_table_for_people_an_array_for_programs_and_csv_for_spreadsheets_con_1() {
    for (json, sheet, names, out, notes) in [
        (false, Sheet::default(), &["a", "b"][..], "NAME\na\nb\n", ""),
        (true, Sheet::default(), &["a", "b"][..], "[{\"name\":\"a\"},{\"name\":\"b\"}]\n", ""),
        (false, Sheet::default(), &[][..], "", "there are no names\n"),
        (true, Sheet::default(), &[][..], "[]\n", ""),
        (false, csv(), &["a", "b,c"][..], "name\r\na\r\n\"b,c\"\r\n", ""),
        (false, csv(), &[][..], "name\r\n", ""),
    ] {
        let (mut output, seen, noted) = Output::captured(json);
        let items: Vec<_> = names.iter().map(|name| Named { name }).collect();
        output.list(items, &sheet, "there are no names").unwrap();
        assert_eq!((seen.text().as_str(), noted.text().as_str()), (out, notes));
    }
}

#[test]
fn a_list_whose_first_row_fails_shows_nothing_con_1() {
    for (json, sheet) in [(true, Sheet::default()), (false, Sheet::default()), (false, csv())] {
        let (mut output, seen, _) = Output::captured(json);
        let failed: Result<Named, Failure> = Err(Failure::usage("x"));
        assert!(output.rows([failed].into_iter(), &sheet, "").is_err());
        assert_eq!(seen.text(), "");
    }
}

#[test]
fn a_list_goes_into_a_file_and_the_sentence_to_the_person_con_1() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("names.csv");
    let sheet = Sheet { file: IntoFile { output: Some(path.clone()), force: false }, ..Sheet::default() };
    let (mut output, seen, _) = Output::captured(false);
    output.list(vec![Named { name: "a" }], &sheet, "").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "name\r\na\r\n");
    assert!(seen.text().starts_with("wrote 1 row into "), "{}", seen.text());
    let (mut output, seen, _) = Output::captured(false);
    assert!(output.list(vec![Named { name: "b" }], &sheet, "").is_err());
    assert_eq!((seen.text().as_str(), std::fs::read_to_string(&path).unwrap().as_str()), ("", "name\r\na\r\n"));
}

struct Wide;

impl Row for Wide {
    const COLUMNS: &'static [Column] = &[text("NAME"), text("ADDRESS").extra()];

    fn cells(&self) -> Vec<Cell> {
        vec!["carol".into(), "192.0.2.17".into()]
    }
}

impl Serialize for Wide {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

#[test]
fn columns_that_were_left_out_are_spoken_of_beside_the_output() {
    for (width, shown, said) in [
        (Some(12), "NAME\ncarol\n", "a wider terminal, `--columns`, `--csv` or `--json` shows more\n"),
        (Some(17), "NAME   ADDRESS\ncarol  192.0.2.17\n", ""),
        (None, "NAME   ADDRESS\ncarol  192.0.2.17\n", ""),
    ] {
        let (mut output, out, notes) = Output::captured(false);
        output.look.width = width;
        output.list(vec![Wide], &Sheet::default(), "").unwrap();
        assert_eq!((out.text().as_str(), notes.text().as_str()), (shown, said), "{width:?}");
    }
}

#[test]
fn columns_that_were_chosen_are_shown_however_they_fit_con_1() {
    let (mut output, out, notes) = Output::captured(false);
    output.look.width = Some(12);
    let sheet = Sheet { columns: vec!["address".to_owned(), "name".to_owned()], ..Sheet::default() };
    output.list(vec![Wide], &sheet, "").unwrap();
    assert_eq!((out.text().as_str(), notes.text().as_str()), ("ADDRESS     NAME\n192.0.2.17  carol\n", ""));
}

#[test]
fn an_act_is_a_sentence_for_people_and_one_value_for_programs() {
    for (json, changed, done) in [(false, "renamed\n", "gone\n"), (true, "{\"name\":\"a\"}\n", "{\"ok\":true}\n")] {
        let (mut output, seen, _) = Output::captured(json);
        output.changed(&Named { name: "a" }, "renamed").unwrap();
        output.done("gone").unwrap();
        assert_eq!(seen.text(), format!("{changed}{done}"));
    }
}

#[test]
fn quiet_keeps_back_what_was_not_asked_for_con_1() {
    for (json, expected) in [(false, "answered\nNAME\na\n"), (true, "{\"ok\":true}\n{\"name\":\"a\"}\n[{\"name\":\"a\"}]\n")] {
        let (mut output, seen, noted) = Output::captured(json);
        output.quiet = true;
        output.done("gone").unwrap();
        output.answer(&Named { name: "a" }, "answered").unwrap();
        output.list(vec![Named { name: "a" }], &Sheet::default(), "").unwrap();
        output.note("by the way").unwrap();
        assert_eq!((seen.text().as_str(), noted.text().as_str()), (expected, ""));
    }
}

#[test]
fn a_sentence_cannot_move_the_cursor() {
    let (mut output, seen, _) = Output::captured(false);
    output.done("the user \u{1b}[2J is gone").unwrap();
    assert!(!seen.text().contains('\u{1b}'));
}
