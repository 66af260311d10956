//! `sbmctl user import`: many users at once, from a table that any spreadsheet writes (CON-1: save and add another).
//!
//! 1. The first line names the columns: `name` must be there; `account`, `description`, `roles`, `security_profile` and `groups` may.
//!    Several roles or groups stand in one field, with `;` between them. Any other column is an error, not passed over.
//! 2. The whole file is read and checked before the first user is added: its form, and against what the server has of users,
//!    groups and security profiles. What whoever asks may not list is not checked, and a dry run says so.
//! 3. Every user gets a password made up for him. They go into one file that is its owner's alone, line by line as the users
//!    come to be, so that none is lost when something goes wrong midway. The line of a user whom the server refused is taken
//!    out again, and so is a file with nobody in it; where no answer came, the line stays, for the user may be there.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::permission::{Role, RoleSet};
use sbm_client::core::wire::v1::admin::NewUser;
use sbm_client::core::wire::v1::session::Secret;
use serde_json::json;

use super::add::refused;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::sheet::csv_line;
use crate::output::text::count;
use crate::parse;
use crate::prompt::generated;

/// The most bytes of a file with users.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Between several roles or groups in one field.
const BETWEEN: char = ';';

#[derive(Args, Debug)]
#[command(after_help = "\
The file is CSV with a head:
  name,description,security_profile,groups
  carol,Carol C.,End user,Finance
  dave,,End user,Finance;Sales

Columns: name; description, roles, security_profile and groups if you like.

The whole file is checked first, against what the server has too. The passwords go into the file
of --passwords, which its owner alone may read; hand them over safely and remove it.")]
pub(crate) struct Import {
    /// File with the users
    file: PathBuf,
    /// File to write names and passwords into; it must not be there yet
    #[arg(long, value_name = "FILE")]
    passwords: PathBuf,
    /// Group to put all of them into, made first unless it is there
    #[arg(long, value_name = "NAME", value_parser = parse::name)]
    new_group: Option<Name>,
    /// Check the file and add nobody
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(command: &Import, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let mut users = read(&text(&command.file)?)?;
    let there = There::look(admin)?;
    there.check(&users, command.new_group.as_ref())?;
    if command.dry_run {
        let unchecked = there.unchecked();
        let mut sentence = format!("the file is in order: it has {}, none of them there yet", count(users.len(), "user"));
        if !unchecked.is_empty() {
            sentence.push_str(&format!("; not checked, for you may not list them: {}", unchecked.join(", ")));
        }
        return context.out.answer(&json!({"ok": true, "users": users.len(), "not_checked": unchecked}), &sentence);
    }
    let mut passwords = Passwords::begin(&command.passwords)?;
    let progress = context.out.counted("adding users", users.len());
    for (place, user) in users.iter_mut().enumerate() {
        user.password = generated()?;
        if let Some(group) = &command.new_group {
            user.groups.retain(|other| other.key() != group.key());
            let is_there = place > 0 || there.has_group(group);
            if is_there { &mut user.groups } else { &mut user.new_groups }.push(group.clone());
        }
        // First the password to disk, then the user: one without the other is harmless, the other without the one is not.
        passwords.add(user)?;
        if let Err(error) = admin.add_user(user) {
            progress.clear();
            let is_refused = is_refusal(error.code());
            if is_refused {
                passwords.take_back(place == 0)?;
            }
            return Err(stopped(refused(error), user, place, is_refused, &command.passwords));
        }
        progress.add(1);
    }
    progress.clear();
    let sentence = format!("added {}; the passwords are in `{}`", count(users.len(), "user"), command.passwords.display());
    context.out.changed(&json!({"ok": true, "users": users.len()}), &sentence)
}

/// Whether the server said no: then nobody was added. Of anything else it is not known.
fn is_refusal(code: Code) -> bool {
    matches!(code.number(), 300..=599)
}

/// How far it got, and what makes the next command work.
fn stopped(failure: Failure, user: &NewUser, done: usize, is_refused: bool, passwords: &Path) -> Failure {
    let (name, file) = (&user.name, passwords.display());
    let before = match done {
        0 => "nobody was added".to_owned(),
        1 => "1 user was added before".to_owned(),
        _ => format!("{done} users were added before"),
    };
    let rest = if done == 0 {
        "try again".to_owned()
    } else {
        let lines = if done == 1 { "the line before it".to_owned() } else { format!("the {done} lines before it") };
        format!("take out {lines}, and import the rest with another file for `--passwords`; `{file}` has those who were added")
    };
    if is_refused {
        let told = if done == 0 { format!("{before}: this is about `{name}`") } else { format!("{before} `{name}`") };
        return failure.because(&told).hint(format!("mend the line of `{name}`, {rest}"));
    }
    failure
        .because(&format!("{before}, and it is not known whether `{name}` was; that password is in `{file}`"))
        .hint(format!("`sbmctl user show {name}` tells whether that user is there and its line has to go too; then {rest}"))
}

/// What the server has already, by the names' keys. Nothing where whoever asks may not list it.
struct There {
    users: Option<HashSet<String>>,
    groups: Option<HashSet<String>>,
    security_profiles: Option<HashSet<String>>,
}

impl There {
    fn look(admin: &Admin) -> Result<Self, Failure> {
        Ok(Self {
            users: keys(admin.users(), |user| &user.name)?,
            groups: keys(admin.groups(), |group| &group.name)?,
            security_profiles: keys(admin.security_profiles(), |profile| &profile.name)?,
        })
    }

    /// What was not looked at.
    fn unchecked(&self) -> Vec<&'static str> {
        let lists = [("users", &self.users), ("groups", &self.groups), ("security profiles", &self.security_profiles)];
        lists.into_iter().filter(|(_, known)| known.is_none()).map(|(name, _)| name).collect()
    }

    fn has_group(&self, group: &Name) -> bool {
        self.groups.as_ref().is_some_and(|known| known.contains(&group.key()))
    }

    /// What the server would refuse is found out before the first user is added.
    fn check(&self, users: &[NewUser], new_group: Option<&Name>) -> Result<(), Failure> {
        let lacks =
            |known: &Option<HashSet<String>>, name: &Name| known.as_ref().is_some_and(|known| !known.contains(&name.key()));
        for user in users {
            let (name, hint) = (&user.name, "nobody was added; take that line out of the file, or mend it");
            if self.users.as_ref().is_some_and(|known| known.contains(&name.key())) {
                return Err(Failure::new(Code::NameTaken, format!("there is a user `{name}` already")).hint(hint));
            }
            let made = |group: &Name| new_group.is_some_and(|new| new.key() == group.key());
            if let Some(group) = user.groups.iter().find(|group| lacks(&self.groups, group) && !made(group)) {
                return Err(Failure::new(Code::NotFound, format!("there is no group `{group}`, which `{name}` is to be in"))
                    .hint("nobody was added; `sbmctl group list` shows the groups, `sbmctl group add` makes one"));
            }
            if let Some(profile) = user.security_profile.iter().find(|profile| lacks(&self.security_profiles, profile)) {
                return Err(Failure::new(
                    Code::NotFound,
                    format!("there is no security profile `{profile}`, which `{name}` is to have"),
                )
                .hint("nobody was added; `sbmctl security-profile list` shows them"));
            }
        }
        Ok(())
    }
}

/// The keys of a list; nothing if it may not be seen.
fn keys<T>(list: Result<Vec<T>, sbm_client::Error>, name: impl Fn(&T) -> &Name) -> Result<Option<HashSet<String>>, Failure> {
    match list {
        Ok(rows) => Ok(Some(rows.iter().map(|row| name(row).key()).collect())),
        Err(error) if error.code() == Code::DeniedRole => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text))
        .map_err(|error| Failure::file(format!("`{}` cannot be read: {error}", path.display())))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(Failure::usage(format!("`{}` has more than 16 MB", path.display())));
    }
    Ok(text)
}

/// Every user of the file, still without a password.
fn read(text: &str) -> Result<Vec<NewUser>, Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|error| wrong(1, &error.to_string()))?.clone();
    if !head.iter().any(|column| column == "name") {
        return Err(wrong(1, "there is no column `name`"));
    }
    let mut users: Vec<NewUser> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), &error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let user = user(&head, &record).map_err(|told| wrong(line, &told))?;
        if users.iter().any(|before| before.name.key() == user.name.key()) {
            return Err(wrong(line, &format!("`{}` is there twice", user.name)));
        }
        users.push(user);
    }
    if users.is_empty() { Err(Failure::usage("the file has no users")) } else { Ok(users) }
}

fn user(head: &csv::StringRecord, record: &csv::StringRecord) -> Result<NewUser, String> {
    let (mut name, mut account) = (None, None);
    let (mut description, mut roles, mut security_profile, mut groups) = (Text::default(), RoleSet::NONE, None, Vec::new());
    for (column, field) in head.iter().zip(record) {
        match column {
            "name" => name = Some(parse::name(field).map_err(|told| format!("`{field}`: {told}"))?),
            "account" if field.is_empty() => {}
            "account" => account = Some(parse::account(field)?),
            "description" => description = parse::description(field)?,
            "roles" => roles = several(field).map(role).collect::<Result<_, _>>()?,
            "security_profile" if field.is_empty() => {}
            "security_profile" => security_profile = Some(parse::name(field)?),
            "groups" => groups = several(field).map(parse::name).collect::<Result<_, _>>()?,
            other => return Err(format!("there is no column `{other}` for users")),
        }
    }
    let name = name.ok_or("the name is missing")?;
    Ok(NewUser {
        name,
        account,
        description,
        password: Secret::default(),
        roles,
        security_profile,
        groups,
        new_groups: Vec::new(),
    })
}

fn several(field: &str) -> impl Iterator<Item = &str> {
    field.split(BETWEEN).map(str::trim).filter(|part| !part.is_empty())
}

fn role(name: &str) -> Result<Role, String> {
    Role::from_name(name).ok_or_else(|| format!("there is no role `{name}`"))
}

fn wrong(line: u64, told: &str) -> Failure {
    Failure::usage(format!("line {line} of the file: {told}"))
        .hint("nobody was added; `sbmctl user import --help` shows the form")
}

/// The file with the passwords.
struct Passwords {
    file: File,
    path: PathBuf,
    /// Where the last line begins.
    last: u64,
}

impl Passwords {
    fn begin(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Failure::file(format!("there is a file `{}` already", path.display())).hint("name another one for the passwords")
            }
            _ => Failure::file(format!("`{}` cannot be written: {error}", path.display())),
        })?;
        let mut passwords = Self { file, path: path.to_owned(), last: 0 };
        passwords.line(&["name".to_owned(), "password".to_owned()])?;
        Ok(passwords)
    }

    fn add(&mut self, user: &NewUser) -> Result<(), Failure> {
        self.line(&[user.name.to_string(), user.password.reveal().to_owned()])
    }

    /// Takes the last line out again, or the whole file that this command made.
    fn take_back(&mut self, is_empty: bool) -> Result<(), Failure> {
        let done = if is_empty { fs::remove_file(&self.path) } else { self.cut() };
        done.map_err(|error| {
            Failure::file(format!("`{}` has a line too many that cannot be taken out: {error}", self.path.display()))
        })
    }

    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.last)?;
        self.file.seek(SeekFrom::Start(self.last))?;
        self.file.sync_data()
    }

    fn line(&mut self, fields: &[String]) -> Result<(), Failure> {
        let line = csv_line(fields)?;
        self.file
            .stream_position()
            .and_then(|last| {
                self.last = last;
                self.file.write_all(&line)
            })
            .and_then(|()| self.file.sync_data())
            .map_err(|error| Failure::file(format!("`{}` cannot be written: {error}", self.path.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_from_what_a_spreadsheet_writes_con_1() {
        let text = "\u{feff}name,description,security_profile,groups,roles\r\ncarol,\"Carol, C.\",End user,Finance; Sales,\r\ndave,,,,admin\r\n";
        let users = read(text).unwrap();
        let shown: Vec<_> = users
            .iter()
            .map(|user| (user.name.to_string(), user.description.to_string(), user.security_profile.is_some(), user.groups.len()))
            .collect();
        assert_eq!(shown, [("carol".into(), "Carol, C.".into(), true, 2), ("dave".into(), String::new(), false, 0)]);
        assert!(users[1].roles.has(Role::Superuser) && users[0].roles == RoleSet::NONE);
    }

    #[test]
    fn how_far_an_import_got_is_told_with_what_comes_next_con_1() {
        let user = read("name\nerin\n").unwrap().remove(0);
        let told = |code, done, is_refused| {
            format!("{:?}", stopped(Failure::new(code, "no"), &user, done, is_refused, Path::new("p.csv")))
        };
        assert!(told(Code::NameTaken, 0, true).contains("nobody was added: this is about `erin`"));
        let one = told(Code::NameTaken, 1, true);
        assert!(one.contains("1 user was added before `erin`") && one.contains("the line before it"), "{one}");
        let two = told(Code::NameTaken, 2, true);
        assert!(two.contains("2 users were added before `erin`") && two.contains("another file for `--passwords`"), "{two}");
        let unknown = told(Code::TimedOut, 2, false);
        assert!(unknown.contains("not known whether `erin` was") && unknown.contains("sbmctl user show erin"), "{unknown}");
        assert!(is_refusal(Code::NameTaken) && is_refusal(Code::DeniedRole) && !is_refusal(Code::TimedOut));
        assert!(!is_refusal(Code::Internal) && !is_refusal(Code::StoreUnavailable), "who knows what came before that");
    }

    #[test]
    fn the_line_of_whoever_was_refused_is_taken_out_of_the_passwords_con_1() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.csv");
        let users = read("name\ncarol\ndave\nerin\n").unwrap();
        let mut passwords = Passwords::begin(&path).unwrap();
        passwords.add(&users[0]).unwrap();
        passwords.add(&users[1]).unwrap();
        passwords.take_back(false).unwrap();
        passwords.add(&users[2]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "name,password\r\ncarol,\r\nerin,\r\n");
        passwords.take_back(true).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_wrong_anywhere_adds_nobody_and_names_the_line_con_1() {
        for (text, line, said) in [
            ("", 1, "name"),
            ("description\nx\n", 1, "name"),
            ("name\n", 0, "no users"),
            ("name\ncarol\na>b\n", 3, "a>b"),
            ("name\ncarol\nCAROL\n", 3, "twice"),
            ("name,password\ncarol,x\n", 2, "`password`"),
            ("name,roles\ncarol,king\n", 2, "king"),
            ("name,roles\ncarol\n", 2, "fields"),
        ] {
            let told = format!("{:?}", read(text).unwrap_err());
            assert!(told.contains(said) && (line == 0 || told.contains(&format!("line {line}"))), "{text:?}: {told}");
        }
    }
}
