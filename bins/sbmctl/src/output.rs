//! What a command shows: tables and sentences for people, JSON for programs.

pub(crate) mod table;
pub(crate) mod text;

use std::io::{self, IsTerminal as _, Write};

use serde::Serialize;
use serde_json::json;

use self::table::{Cell, Look, Row};
use self::text::clean;
use crate::failure::Failure;

/// Where output goes, and in which form.
pub(crate) struct Output {
    json: bool,
    look: Look,
    out: Box<dyn Write>,
    notes: Box<dyn Write>,
}

impl Output {
    /// To the standard streams. The global choice of colour must have been made.
    pub(crate) fn standard(json: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        // Some terminals do not know their width and say 0.
        let width = if terminal { comfy_table::Table::new().width().filter(|width| *width > 0) } else { None };
        Self { json, look: Look { width, color }, out: Box::new(anstream::stdout()), notes: Box::new(anstream::stderr()) }
    }

    /// Into memory, for tests.
    #[cfg(test)]
    pub(crate) fn captured(json: bool) -> (Self, Captured, Captured) {
        let (out, notes) = (Captured::default(), Captured::default());
        (Self { json, look: Look::default(), out: Box::new(out.clone()), notes: Box::new(notes.clone()) }, out, notes)
    }

    /// A list: a table, or an array.
    pub(crate) fn list<T: Row + Serialize>(&mut self, items: &[T], none: &str) -> Result<(), Failure> {
        if self.json {
            return self.value(&items);
        }
        if items.is_empty() {
            return self.note(none);
        }
        let (table, is_cut) = self.look.list_and_rest(items);
        self.print(&table)?;
        if is_cut { self.note("a wider terminal, or --json, shows more") } else { Ok(()) }
    }

    /// One object: what there is to say about it, or the object itself.
    pub(crate) fn facts<T: Serialize>(&mut self, object: &T, facts: &[(&str, Cell)]) -> Result<(), Failure> {
        if self.json {
            return self.value(object);
        }
        let table = self.look.facts(facts);
        self.print(&table)
    }

    /// Something was done to an object: a sentence, or the object as it is now.
    pub(crate) fn changed<T: Serialize>(&mut self, object: &T, sentence: &str) -> Result<(), Failure> {
        if self.json { self.value(object) } else { self.print(&format!("{}\n", clean(sentence))) }
    }

    /// Something was done that leaves no object to show: a sentence, or `{"ok":true}`.
    pub(crate) fn done(&mut self, sentence: &str) -> Result<(), Failure> {
        self.changed(&json!({"ok": true}), sentence)
    }

    /// A remark for a person, beside the output; a program does not see it.
    pub(crate) fn note(&mut self, sentence: &str) -> Result<(), Failure> {
        if !self.json {
            writeln!(self.notes, "{}", clean(sentence))?;
        }
        Ok(())
    }

    fn value<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        let line = serde_json::to_string(value).map_err(io::Error::other)?;
        self.print(&format!("{line}\n"))
    }

    fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes())?;
        Ok(self.out.flush()?)
    }
}

/// What was written, in tests.
#[cfg(test)]
#[derive(Clone, Default)]
pub(crate) struct Captured(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

#[cfg(test)]
impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

#[cfg(test)]
impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_list_is_a_table_for_people_and_an_array_for_programs() {
        for (json, names, out, notes) in [
            (false, &["a", "b"][..], "NAME\na\nb\n", ""),
            (true, &["a", "b"][..], "[{\"name\":\"a\"},{\"name\":\"b\"}]\n", ""),
            (false, &[][..], "", "there are no names\n"),
            (true, &[][..], "[]\n", ""),
        ] {
            let (mut output, seen, noted) = Output::captured(json);
            let items: Vec<_> = names.iter().map(|name| Named { name }).collect();
            output.list(&items, "there are no names").unwrap();
            assert_eq!((seen.text().as_str(), noted.text().as_str()), (out, notes));
        }
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
            (Some(12), "NAME\ncarol\n", "a wider terminal, or --json, shows more\n"),
            (Some(17), "NAME   ADDRESS\ncarol  192.0.2.17\n", ""),
            (None, "NAME   ADDRESS\ncarol  192.0.2.17\n", ""),
        ] {
            let (mut output, out, notes) = Output::captured(false);
            output.look.width = width;
            output.list(&[Wide], "").unwrap();
            assert_eq!((out.text().as_str(), notes.text().as_str()), (shown, said), "{width:?}");
        }
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
    fn a_sentence_cannot_move_the_cursor() {
        let (mut output, seen, _) = Output::captured(false);
        output.done("the user \u{1b}[2J is gone").unwrap();
        assert!(!seen.text().contains('\u{1b}'));
    }
}
