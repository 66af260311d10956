//! What leaves and comes back is the same, whatever people call things; and a difference that was done is none.

use std::collections::BTreeMap;

use sbm_client::core::name::{Name, Text};
use serde_json::{Value, json};

use super::difference::{Counts, Judged, Verdict, applied, difference};
use super::kind::Kind;
use super::page::{Format, write};
use super::reading::lines;
use super::{Line, Row};

const KINDS: [Kind; 4] = [Kind::Users, Kind::Groups, Kind::Accounts, Kind::Allowlist];

/// The same cases at every run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(mixed).unwrap() % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// What somebody might call a thing, and what breaks files.
    fn signs(&mut self, most: usize) -> String {
        const SIGNS: [&str; 20] =
            ["=", "+", "-", "@", "＝", "'", "\"", ",", ";", " ", "a", "B", "ä", "名", "\n", "\t", "{", "[", "\\", "5"];
        let length = self.below(most) + 1;
        (0..length).map(|_| self.one(&SIGNS)).collect()
    }

    fn name(&mut self) -> String {
        loop {
            let name = self.signs(6);
            if Name::new(&name).is_ok() {
                return name;
            }
        }
    }

    fn text(&mut self) -> String {
        let text = if self.below(3) == 0 { String::new() } else { self.signs(12) };
        assert!(Text::new(&text).is_ok());
        text
    }

    fn object(&mut self, kind: Kind) -> Value {
        match kind {
            Kind::Users => {
                let groups: Vec<String> = (0..self.below(4)).map(|_| self.name()).collect();
                let roles = [json!([]), json!(["admin"]), json!(["manager", "security_officer"])][self.below(3)].clone();
                let profile = if self.below(2) == 0 { Value::Null } else { json!(self.name()) };
                json!({"name": self.name(), "description": self.text(), "account": self.account(), "disabled": self.below(2) == 0,
                       "roles": roles, "security_profile": profile, "groups": groups, "last_login": 5})
            }
            Kind::Groups => {
                let account = if self.below(2) == 0 { Value::Null } else { json!(self.account()) };
                json!({"name": self.name(), "description": self.text(), "account": account, "users": 3})
            }
            Kind::Accounts => {
                let level = [Value::Null, json!("reseller"), json!("site")][self.below(3)].clone();
                let quota =
                    [json!({}), json!({"hard": 500_000_000_000_u64}), json!({"hard": 7, "soft": 0})][self.below(3)].clone();
                let policy =
                    if self.below(2) == 0 { json!({}) } else { json!({"start": {"mode": "forced", "value": self.text()}}) };
                let about = if self.below(2) == 0 { json!({}) } else { json!({"contacts": [{"name": self.name()}]}) };
                let state = self.one(&["active", "disabled", "supervisor"]);
                json!({"account": self.account(), "level": level, "state": state, "second_factor": self.below(2) == 0, "quota": quota, "comment": self.text(),
                       "about": about, "policy": policy, "stored": 9})
            }
            Kind::Allowlist => {
                json!({"id": 4, "kind": self.one(&["address", "name"]), "pattern": self.name(), "comment": self.text()})
            }
        }
    }

    fn account(&mut self) -> String {
        let depth = self.below(3) + 1;
        (0..depth).map(|_| self.name()).collect::<Vec<_>>().join(">")
    }

    /// Some objects, each with a key of its own.
    fn rows(&mut self, kind: Kind) -> Vec<Row> {
        let count = self.below(6);
        let rows: BTreeMap<String, Row> =
            (0..count).filter_map(|_| kind.row(self.object(kind))).map(|row| (row.key.clone(), row)).collect();
        rows.into_values().collect()
    }
}

fn page(kind: Kind, rows: &[Row], format: Format) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes, kind, rows, format).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A CSV as another program saves it: cells and lines end otherwise, and a mark stands before it all.
fn saved_again(csv: &str, between: u8, crlf: bool) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().delimiter(between).terminator(end).from_writer("\u{feff}".as_bytes().to_vec());
    for record in reader.records() {
        writer.write_record(&record.unwrap()).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn counts(added: usize, changed: usize, unchanged: usize, refused: usize) -> Counts {
    Counts { added, changed, unchanged, refused }
}

#[test]
fn what_leaves_comes_back_as_it_was_however_things_are_called_usr_1_acc_1_con_1() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for round in 0..600 {
        let kind = KINDS[round % 4];
        let rows = dice.rows(kind);
        let csv = page(kind, &rows, Format::Csv);
        let mut files = vec![csv.clone(), page(kind, &rows, Format::Json)];
        for (between, crlf) in [(b',', false), (b';', true), (b';', false), (b'\t', true)] {
            files.push(saved_again(&csv, between, crlf));
        }
        for file in files {
            let read = match lines(&file, kind, None) {
                Ok(read) => read,
                Err(failure) => {
                    assert!(rows.is_empty() && format!("{failure:?}").contains("the file has no"), "{failure:?}: {file}");
                    continue;
                }
            };
            let anew = difference(kind, &[], read.clone(), |_, _| None);
            assert_eq!(anew.counts(), counts(rows.len(), 0, 0, 0), "{anew:?}: {file}");
            assert_eq!(applied(&[], &anew), rows, "{file}");
            assert_eq!(difference(kind, &rows, read, |_, _| None).counts(), counts(0, 0, rows.len(), 0), "{file}");
        }
    }
}

#[test]
fn a_difference_that_was_done_is_none_and_touches_nothing_else_usr_1_con_1() {
    let mut dice = Dice(42);
    let (mut changes, mut refusals) = (0, 0);
    for round in 0..2_000 {
        let kind = KINDS[round % 4];
        let (before, mut wanted) = (dice.rows(kind), dice.rows(kind));
        // Some of what is wanted is there already, like that or otherwise.
        for row in &before {
            if dice.below(2) == 0 && !wanted.iter().any(|other| other.key == row.key) {
                let mut row = row.clone();
                if dice.below(2) == 0 {
                    let other = kind.row(dice.object(kind)).unwrap();
                    let field = &kind.fields()[dice.below(kind.fields().len())];
                    if field.name != kind.named_by() && field.name != "kind" {
                        row.fields.insert(field.name, other.fields[field.name].clone());
                    }
                }
                wanted.push(row);
            }
        }
        let said: Vec<Line> = (2..).zip(&wanted).map(|(number, row)| Line { number, said: Ok(row.fields.clone()) }).collect();
        let found = difference(kind, &before, said.clone(), |_, _| None);
        let after = applied(&before, &found);
        let (done, again) = (found.counts(), difference(kind, &after, said, |_, _| None).counts());
        assert_eq!((again.added, again.changed, again.refused), (0, 0, done.refused), "{found:?}");
        for row in &after {
            let is_refused =
                |line: &Judged| matches!(line.verdict, Verdict::Refused(_)) && kind.key(&line.said).as_ref() == Some(&row.key);
            let refused = found.lines.iter().any(is_refused);
            let source = wanted.iter().find(|other| other.key == row.key && !refused);
            let expected = source.or_else(|| before.iter().find(|other| other.key == row.key)).unwrap();
            for field in kind.fields() {
                assert!(field.form.is_same(&row.fields[field.name], &expected.fields[field.name]), "{row:?} {expected:?}");
            }
        }
        assert!(before.iter().all(|row| after.iter().any(|left| left.key == row.key)), "nothing is removed");
        assert_eq!(found.only_there, before.iter().filter(|row| !wanted.iter().any(|other| other.key == row.key)).count());
        changes += done.changed;
        refusals += done.refused;
    }
    assert!(changes > 200 && refusals > 20, "{changes} {refusals}");
}

#[test]
fn each_line_has_its_verdict_and_what_is_not_said_stays_usr_1_con_1() {
    let row = |object: Value| Kind::Users.row(object).unwrap();
    let rows = [
        row(json!({"name": "Carol", "description": "front desk", "account": "root", "groups": ["Office"]})),
        row(json!({"name": "dave", "account": "root>A", "roles": ["admin"]})),
        row(json!({"name": "frank", "account": "root"})),
    ];
    let file = "\
name,description,groups,account
Carol,front desk,office,ROOT
dave,boss,,root>a
erin,,Sales,
CAROL,x,,
a>b,,,
dave,,
,nobody,,
frank,,,root>B
";
    let found = difference(Kind::Users, &rows, lines(file, Kind::Users, None).unwrap(), |said, _| {
        (said["name"] == "erin" && !said.contains_key("account")).then(|| "no".to_owned())
    });
    let told: Vec<(u64, &str, &Verdict)> =
        found.lines.iter().map(|line| (line.line, line.name.as_str(), &line.verdict)).collect();
    assert_eq!((told[0].0, told[0].2), (2, &Verdict::Same), "names are compared as the server does");
    let Verdict::Change(changes) = told[1].2 else { panic!("{told:?}") };
    assert_eq!(
        (changes.len(), changes[0].field, &changes[0].old, &changes[0].new),
        (1, "description", &json!(""), &json!("boss"))
    );
    for (place, line, said) in [
        (2, 4, "no"),
        (3, 5, "line 2 already"),
        (4, 6, "column 1, `name`: `a>b`: a name has"),
        (5, 7, "line 3 already"),
        (6, 8, "`name` is missing"),
        (7, 9, "a user stays in his account"),
    ] {
        let Verdict::Refused(why) = told[place].2 else { panic!("{:?}", told[place]) };
        assert!(told[place].0 == line && why.contains(said), "{:?}", told[place]);
    }
    assert_eq!((found.counts(), found.only_there), (counts(0, 1, 1, 6), 0));
    let after = applied(&rows, &found);
    let dave = after.iter().find(|row| row.key == "dave").unwrap();
    assert_eq!((&dave.fields["roles"], &dave.fields["description"]), (&json!(["admin"]), &json!("boss")));
}

#[test]
fn a_file_that_makes_no_sense_is_told_by_line_and_column_con_1() {
    for (kind, file, told) in [
        (Kind::Users, "", "line 1 of the file: there is no column `name`"),
        (Kind::Users, "description\nx\n", "there is no column `name`"),
        (Kind::Users, "name\n", "the file has no users"),
        (Kind::Users, "name;colour\ncarol;red\n", "column 2: there is no `colour` of users; there are: name, description"),
        (Kind::Users, "name,password\ncarol,x\n", "a file with passwords is not taken"),
        (Kind::Users, "name,Name\ncarol,x\n", "column 2: `Name` is there twice"),
        (Kind::Allowlist, "kind\nname\n", "there is no column `pattern`"),
        (Kind::Groups, "[{\"name\": \"a\"},\n {\"name\": }]", "line 2 of the file: column 11: expected value"),
        (Kind::Groups, "[{\"name\": \"a\"}\n {\"name\": \"b\"}]", "line 2 of the file: between two rows"),
        (Kind::Groups, "[\n{\"name\": \"a\"}]\nx", "line 3 of the file: something stands behind"),
        (Kind::Groups, "[{\"name\": \"a\"},", "a `]` is missing"),
    ] {
        let failure = format!("{:?}", lines(file, kind, None).unwrap_err());
        assert!(failure.contains(told), "{file:?}: {failure}");
    }
    let failure = lines("name\ncarol\n", Kind::Users, Some(Format::Json)).unwrap_err();
    assert!(failure.sentence().contains("no list in JSON"), "{failure:?}");

    // Rows that are wrong take no others with them, whatever their lines hold.
    let file = "[\n{\"name\": \"a\",\n \"description\": \"two\\nlines\"}, {\"name\": 5},\n\n7, {\"name\":\"b\",\"colour\":1},{\"Name\":\"c\",\"name\":\"d\"}\n]\n";
    let read = lines(file, Kind::Groups, None).unwrap();
    let shown: Vec<(u64, bool)> = read.iter().map(|line| (line.number, line.said.is_ok())).collect();
    assert_eq!(shown, [(2, true), (3, false), (5, false), (5, false), (5, false)]);
    let file = "name,description\na,\"two\nlines\"\n\n,\nb,x,y\n\"c\"\nd,e,\n";
    let read = lines(file, Kind::Groups, None).unwrap();
    let shown: Vec<(u64, bool)> = read.iter().map(|line| (line.number, line.said.is_ok())).collect();
    assert_eq!(shown, [(2, true), (6, false), (7, true), (8, true)]);
    assert!(read[1].said.as_ref().unwrap_err().contains("it has 3 cells, and the head names 2"));
    // A line has the number that an editor shows, whichever ends it has.
    for end in ["\n", "\r\n"] {
        let file = ["name,description", "a,\"two", "lines\"", "b,", "", "", "c,", "d,x", ""].join(end);
        let numbers: Vec<u64> = lines(&file, Kind::Groups, None).unwrap().iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2, 4, 7, 8], "{end:?}");
    }
}

#[test]
fn an_empty_cell_makes_no_backup_account_of_an_organisation_and_backup_does_acc_11_con_1() {
    let file = "account,level,comment\nroot>a,,\nroot>b,backup,\nroot>c, ,\nroot>d,site,\nroot>e\n";
    let read = lines(file, Kind::Accounts, None).unwrap();
    let said: Vec<_> = read.iter().map(|line| line.said.as_ref().unwrap().get("level").cloned()).collect();
    assert_eq!(said, [None, Some(Value::Null), None, Some(json!("site")), None]);
    assert_eq!(read[0].said.as_ref().unwrap()["comment"], json!(""), "that of a comment empties it");
    let read = lines(r#"[{"account": "root>a", "level": null}]"#, Kind::Accounts, None).unwrap();
    assert_eq!(read[0].said.as_ref().unwrap()["level"], Value::Null);
}

#[test]
fn a_list_that_a_server_or_this_program_wrote_is_read_too_con_1() {
    let file = "name,description,roles,security_profile,last_login,last_address,disabled,groups\r\n\
                carol,'=1+1,administrator; security_officer,,2026-11-21T20:04:45Z,127.0.0.1,false,Office; Paris\r\n";
    let read = lines(file, Kind::Users, None).unwrap();
    let said = read[0].said.as_ref().unwrap();
    assert_eq!((&said["description"], &said["groups"]), (&json!("=1+1"), &json!(["Office", "Paris"])));
    assert!(!said.contains_key("last_login") && !said.contains_key("account"));
    let file = r#"[{"account":"root>A","level":"site","state":"active","quota":{"hard":5},"stored":7,"devices":1}]"#;
    let read = lines(file, Kind::Accounts, None).unwrap();
    let said = read[0].said.as_ref().unwrap();
    assert_eq!((&said["quota"], &said["warning"]), (&json!(5), &Value::Null));
}

#[test]
fn nothing_secret_has_a_column_usr_1_run_8() {
    for kind in KINDS {
        for field in kind.fields() {
            let name = field.name;
            assert!(!["password", "hash", "secret", "token", "code"].iter().any(|word| name.contains(word)), "{name}");
        }
    }
    let user = json!({"name": "carol", "password": "x", "phc": "$argon2id$", "second_factor": true, "account": "root"});
    let written = page(Kind::Users, &[Kind::Users.row(user).unwrap()], Format::Json);
    assert!(!written.contains("argon2id") && !written.contains("factor") && !written.contains("password"), "{written}");
}

#[test]
fn what_a_later_server_says_of_an_object_is_exported_as_it_says_it_door_4_con_1() {
    let about = json!({"website": "gopher://acme.example", "motto": {"text": "ever on"}});
    let account = json!({"account": "root>Acme", "state": "resting", "about": about, "quota": {"hard": 5}});
    let row = Kind::Accounts.row(account).unwrap();
    assert_eq!((&row.fields["about"], &row.fields["state"], &row.fields["quota"]), (&about, &json!("resting"), &json!(5)));
    for format in [Format::Json, Format::Csv] {
        let written = page(Kind::Accounts, std::slice::from_ref(&row), format);
        assert!(written.contains("gopher://acme.example") && written.contains("resting"), "{written}");
    }
}

#[test]
fn a_quote_that_nothing_closes_is_refused_where_it_opens_con_1() {
    for (text, line) in [
        ("name,description\ngina,\"open quote\nhans,x\nilse,y\n", 2),
        ("name,description\nann,\"two\nlines\"\nbob,\"\"\"\n", 4),
        ("\"name,description\n", 1),
        ("name;description\r\nann;\"a\"\"", 2),
    ] {
        let told = lines(text, Kind::Users, None).unwrap_err();
        assert!(told.sentence().starts_with(&format!("line {line} of the file: a quote opens")), "{text:?}: {told:?}");
    }
    for text in ["name,description\nann,\"\"\n", "name,description\nann,5\" wide\n", "name\n\"an\"\"n\"", "name\n\"a\"b\nc"] {
        assert!(lines(text, Kind::Users, None).is_ok(), "{text:?}");
    }
}
