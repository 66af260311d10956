//! `sbmctl user import`: many users at once, from a table that any spreadsheet writes (CON-1: save and add another).
//!
//! 1. The first line names the columns: `name` must be there; `description`, `roles`, `security_profile` and `groups` may.
//!    Several roles or groups stand in one field, with `;` between them. Any other column is an error, not passed over.
//! 2. The whole file is read and checked before the first user is added.
//! 3. Every user gets a password made up for him. They go into one file that is its owner's alone, line by line as the users
//!    come to be, so that none is lost when something goes wrong midway.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use sbm_client::admin::Admin;
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
Columns: name; description, roles, security_profile and groups if you like. The passwords go into
the file of --passwords, which its owner alone may read; hand them over safely and remove it.")]
pub(crate) struct Import {
    /// File with the users
    file: PathBuf,
    /// File to write names and passwords into; it must not be there yet
    #[arg(long, value_name = "FILE")]
    passwords: PathBuf,
    /// Group to make first and put all of them into
    #[arg(long, value_name = "NAME", value_parser = parse::name)]
    new_group: Option<Name>,
    /// Check the file and add nobody
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(command: &Import, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let mut users = read(&text(&command.file)?)?;
    if command.dry_run {
        let sentence = format!("the file is in order: it has {}", count(users.len(), "user"));
        return context.out.answer(&json!({"ok": true, "users": users.len()}), &sentence);
    }
    let mut passwords = Passwords::begin(&command.passwords)?;
    let progress = context.out.counted("adding users", users.len());
    for (place, user) in users.iter_mut().enumerate() {
        user.password = generated()?;
        match &command.new_group {
            Some(group) if place == 0 => user.new_groups.push(group.clone()),
            Some(group) => user.groups.push(group.clone()),
            None => {}
        }
        // First the password to disk, then the user: one without the other is harmless, the other without the one is not.
        passwords.add(user)?;
        admin.add_user(user).map_err(|error| stopped(refused(error), user, place, &command.passwords))?;
        progress.add(1);
    }
    progress.clear();
    let sentence = format!("added {}; the passwords are in `{}`", count(users.len(), "user"), command.passwords.display());
    context.out.changed(&json!({"ok": true, "users": users.len()}), &sentence)
}

fn stopped(failure: Failure, user: &NewUser, done: usize, passwords: &Path) -> Failure {
    let told =
        format!("{} were added before `{}`, whose line in `{}` is void", count(done, "user"), user.name, passwords.display());
    failure.because(&told).hint("mend that line, take out the lines before it, and import the rest")
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
    let mut name = None;
    let (mut description, mut roles, mut security_profile, mut groups) = (Text::default(), RoleSet::NONE, None, Vec::new());
    for (column, field) in head.iter().zip(record) {
        match column {
            "name" => name = Some(parse::name(field).map_err(|told| format!("`{field}`: {told}"))?),
            "description" => description = parse::description(field)?,
            "roles" => roles = several(field).map(role).collect::<Result<_, _>>()?,
            "security_profile" if field.is_empty() => {}
            "security_profile" => security_profile = Some(parse::name(field)?),
            "groups" => groups = several(field).map(parse::name).collect::<Result<_, _>>()?,
            other => return Err(format!("there is no column `{other}` for users")),
        }
    }
    let name = name.ok_or("the name is missing")?;
    Ok(NewUser { name, description, password: Secret::default(), roles, security_profile, groups, new_groups: Vec::new() })
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
        let mut passwords = Self { file, path: path.to_owned() };
        passwords.line(&["name".to_owned(), "password".to_owned()])?;
        Ok(passwords)
    }

    fn add(&mut self, user: &NewUser) -> Result<(), Failure> {
        self.line(&[user.name.to_string(), user.password.reveal().to_owned()])
    }

    fn line(&mut self, fields: &[String]) -> Result<(), Failure> {
        let line = csv_line(fields)?;
        self.file
            .write_all(&line)
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
