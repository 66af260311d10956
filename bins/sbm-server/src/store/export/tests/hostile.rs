//! Exports that somebody damaged, cut or made to do harm: each is refused with its line, and nothing of it is kept.

use std::io::{BufReader, Read as _, repeat};

use sbm_core::code::Code;
use sbm_core::id::Hash;

use super::super::read::MAX_LINE;
use super::super::whole::{Whole, filled};
use super::super::{import, refuse_if_not_fresh, verify};
use super::content::fill;
use super::{fresh, looked, text};
use crate::store::StoreError;
use crate::store::servers::SCHEMA;

/// The lines of a good export; the last one is made again by [`Lines::sealed`].
#[derive(Clone)]
struct Lines(Vec<String>);

impl Lines {
    fn good() -> Self {
        let (_directory, store) = fresh();
        fill(&store);
        let text = String::from_utf8(text(&store).0).unwrap();
        Self(text.lines().map(str::to_owned).collect())
    }

    /// Where the first row of a table stands, from 0.
    fn row_of(&self, table: &str) -> usize {
        let heading = format!("{{\"table\":\"{table}\",");
        1 + self.0.iter().position(|line| line.starts_with(&heading)).unwrap()
    }

    /// The same with this done to the first row of a table, and everything that says so.
    fn row(mut self, table: &str, change: impl FnOnce(&str) -> String) -> (Vec<u8>, usize) {
        let at = self.row_of(table);
        self.0[at] = change(&self.0[at]);
        (self.sealed(), at + 1)
    }

    /// As text, with the counts and the hash of what stands there now: whoever does harm can do that, too.
    fn sealed(mut self) -> Vec<u8> {
        self.0.pop();
        let (mut counts, mut table) = (std::collections::BTreeMap::<String, u64>::new(), String::new());
        for line in &self.0 {
            if let Some(rest) = line.strip_prefix("{\"table\":\"") {
                table = rest.split('"').next().unwrap().to_owned();
                counts.insert(table.clone(), 0);
            } else if let Some(count) = counts.get_mut(&table).filter(|_| line.starts_with('[')) {
                *count += 1;
            }
        }
        let mut text = self.0.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
        let sha256 = Hash::of(&text);
        text.extend(format!("{{\"rows\":{},\"sha256\":\"{sha256}\"}}\n", serde_json::to_string(&counts).unwrap()).into_bytes());
        text
    }

    fn text(&self) -> Vec<u8> {
        self.0.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
    }
}

/// The same bytes with one text in place of another.
fn replaced(text: &[u8], what: &str, with: &str) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    assert!(text.contains(what), "{what}");
    text.replacen(what, with, 1).into_bytes()
}

/// The items of a row with one of them changed.
fn item(row: &str, at: usize, value: &str) -> String {
    let mut items: Vec<serde_json::Value> = serde_json::from_str(row).unwrap();
    items[at] = serde_json::from_str(value).unwrap();
    serde_json::to_string(&items).unwrap()
}

/// What is wrong, the export, and the line and a part of the message that it must be refused with.
type Case = (&'static str, Vec<u8>, usize, &'static str);

fn cases() -> Vec<Case> {
    let good = Lines::good();
    let whole = good.text();
    let last = good.0.len();
    let mut cases: Vec<Case> = vec![
        ("nothing", Vec::new(), 1, "ends too early"),
        ("a line end alone", b"\n".to_vec(), 1, "EOF"),
        ("no JSON", b"SQLite format 3\0\n".to_vec(), 1, "expected value"),
        ("a list in place of the header", b"[]\n".to_vec(), 1, "invalid"),
        ("a mark of byte order", [b"\xef\xbb\xbf".as_slice(), &whole].concat(), 1, "expected value"),
        ("another format", replaced(&whole, "sbm-export", "sbm-import"), 1, "is not the format"),
        ("a newer version", replaced(&whole, "\"version\":1", "\"version\":2"), 1, "version 2"),
        ("a header that says more", replaced(&whole, "\"version\":1", "\"version\":1,\"more\":1"), 1, "unknown field"),
        ("a header in other words", replaced(&whole, "\"version\":1", "\"version\": 1"), 1, "not spelled"),
        ("lines that end as on Windows", replaced(&whole, "}\n", "}\r\n"), 1, "not spelled"),
        ("cut in the middle of a line", whole[..whole.len() / 2].to_vec(), 0, ""),
        ("without its last line", whole[..whole.len() - good.0[last - 1].len() - 1].to_vec(), last, "ends too early"),
        ("without its last line end", whole[..whole.len() - 1].to_vec(), last, "cut off"),
        ("something behind its end", [whole.as_slice(), b" "].concat(), last, "behind its last line"),
        ("itself once more", [whole.as_slice(), &whole].concat(), last, "behind its last line"),
        ("a letter changed", replaced(&whole, "this machine", "that machine"), last, "something was changed"),
        (
            "bytes that are no text",
            {
                let mut text = whole.clone();
                let at = text.iter().position(|b| *b == 0xc3).unwrap();
                text[at] = 0xff;
                text
            },
            0,
            "",
        ),
    ];
    let lying = |from: &str, to: &str| {
        let mut lines = good.clone();
        lines.0[0] = lines.0[0].replace(from, to);
        assert_ne!(lines.0[0], good.0[0]);
        lines.sealed()
    };
    cases.push(("a header of another schema", lying(&format!("\"schema\":{SCHEMA}"), "\"schema\":2"), 1, "schema 2"));
    cases.push(("a header of another revision", lying("\"revision\":40", "\"revision\":41"), 1, "revision 41"));
    cases.push(("a header of another epoch", lying("\"epoch\":3", "\"epoch\":4"), 1, "epoch 4"));
    let moved = |change: &dyn Fn(&mut Lines) -> usize| {
        let mut lines = good.clone();
        let line = change(&mut lines);
        (lines.sealed(), line)
    };
    let mut push = |what: &'static str, (text, line): (Vec<u8>, usize), why: &'static str| cases.push((what, text, line, why));
    push(
        "a table missing",
        moved(&|lines| {
            let at = lines.row_of("groups");
            lines.0.drain(at - 1..=at);
            at
        }),
        "must stand the table `groups`",
    );
    push(
        "a table twice",
        moved(&|lines| {
            let at = lines.row_of("groups");
            lines.0.insert(at - 1, lines.0[at - 1].clone());
            at + 1
        }),
        "must stand the table",
    );
    push(
        "a row before every table",
        moved(&|lines| {
            lines.0.insert(1, "[1]".to_owned());
            2
        })
        .clone(),
        "invalid",
    );
    push(
        "a row twice",
        moved(&|lines| {
            let at = lines.row_of("audit");
            lines.0.insert(at, lines.0[at].clone());
            at + 2
        }),
        "does not come behind",
    );
    push(
        "rows in another order",
        moved(&|lines| {
            let at = lines.row_of("next_numbers");
            lines.0.swap(at, at + 1);
            at + 2
        }),
        "does not come behind",
    );
    push(
        "a run twice",
        moved(&|lines| {
            let at = lines.row_of("runs");
            lines.0.insert(at, lines.0[at].clone());
            at + 2
        }),
        "of that key already",
    );
    push(
        "no server",
        moved(&|lines| {
            let at = lines.row_of("server");
            lines.0.remove(at);
            1
        }),
        "has no revision, or no server",
    );
    push(
        "no revision",
        moved(&|lines| {
            let at = lines.row_of("revision");
            lines.0.remove(at);
            1
        }),
        "has no revision, or no server",
    );
    push("an empty row", good.clone().row("groups", |_| "[]".to_owned()), "this one has 0");
    push("a column too many", good.clone().row("marks", |row| row.replace(']', ",1]")), "this one has 3");
    push("ten thousand columns", good.clone().row("marks", |_| format!("[{}1]", "1,".repeat(10_000))), "so many columns");
    push("a text for a number", good.clone().row("groups", |row| item(row, 0, "\"1\"")), "must be a whole number");
    push("a number beyond 64 bits", good.clone().row("groups", |row| row.replacen('1', "9223372036854775808", 1)), "too large");
    push("a number with a point", good.clone().row("groups", |row| row.replacen('1', "1.0", 1)), "floating point");
    push("1 for yes", good.clone().row("server", |row| item(row, 1, "1")), "must be true or false");
    push("no base64", good.clone().row("bodies", |row| item(row, 1, "\"*\"")), "no base64");
    push("base64 with other ends", good.clone().row("bodies", |row| row.replacen("=\"", "\"", 1)), "no base64");
    push("an object in a row", good.clone().row("groups", |row| item(row, 2, "{\"a\":1}")), "invalid type");
    push("lists in lists", good.clone().row("groups", |_| "[".repeat(100_000)), "invalid type");
    push("blanks", good.clone().row("groups", |row| row.replacen(',', ", ", 1)), "not spelled");
    push("a letter in another spelling", good.clone().row("groups", |row| row.replacen("Büro", "\\u0042üro", 1)), "not spelled");
    push("half of a pair", good.clone().row("groups", |row| row.replacen("Büro", "\\ud800", 1)), "");
    push("nothing where something must be", good.clone().row("groups", |row| item(row, 2, "null")), "`groups`");
    push("nothing in a key", good.clone().row("groups", |row| item(row, 1, "null")), "key is missing");
    push("a reference to nothing", good.clone().row("user_groups", |row| item(row, 2, "77")), "`user_groups`");
    push("a hash of three bytes", good.clone().row("bodies", |row| item(row, 1, "\"AAAA\"")), "`bodies`");
    push("a second server", good.clone().row("server", |row| item(row, 0, "2")), "`server`");
    cases
}

/// What an export is refused with; the database is as fresh as it was.
fn refused(what: &str, store: &dyn Whole, before: &[u8], bytes: Vec<u8>) -> (u64, String) {
    let error = filled(store, move |sql| import(sql, &mut &*bytes, &mut |_| {})).expect_err(what);
    assert_eq!(error.code(), Code::ExportInvalid, "{what}: {error}");
    looked(store, |sql| refuse_if_not_fresh(sql, "it")).unwrap();
    assert!(text(store).0 == before, "{what}: something of it was kept");
    match error {
        StoreError::Export { line, why } => (line, why.to_string()),
        other => panic!("{what}: {other}"),
    }
}

fn all_refused(store: &dyn Whole) {
    let before = text(store).0;
    let cases = cases();
    assert!(cases.len() >= 40, "{}", cases.len());
    for (what, text, line, why) in cases {
        let (at, told) = refused(what, store, &before, text);
        assert!(line == 0 || at == line as u64, "{what}: line {at} instead of {line}: {told}");
        assert!(told.contains(why), "{what}: {told}");
        assert!(told.chars().count() <= 500 && !told.contains(char::is_control), "{what}: {told}");
    }
}

#[test]
fn every_damaged_export_is_refused_with_its_line_and_nothing_of_it_is_kept_in_sqlite_door_2_err_1() {
    let (_directory, store) = fresh();
    all_refused(&store);
}

#[test]
fn every_damaged_export_is_refused_with_its_line_and_nothing_of_it_is_kept_in_postgresql_door_2_err_1() {
    all_refused(&super::fresh_postgres());
}

#[test]
fn a_line_without_an_end_is_not_taken_into_memory_door_2() {
    let mut endless = BufReader::new(repeat(b'['));
    let error = verify(&mut endless, &mut |_| {}).unwrap_err();
    assert!(matches!(&error, StoreError::Export { line: 1, why } if why.contains(&MAX_LINE.to_string())), "{error}");
}

#[test]
fn what_cannot_be_read_is_said_to_be_so_and_not_called_damaged_err_1() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the cable came off"))
        }
    }
    let whole = Lines::good().text();
    let mut half = BufReader::new(whole[..100].chain(Broken));
    let error = verify(&mut half, &mut |_| {}).unwrap_err();
    assert!(matches!(&error, StoreError::Unavailable(why) if why.contains("the cable came off")), "{error}");
}
