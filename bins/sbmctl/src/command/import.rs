//! `sbmctl import`: what a file says becomes so (USR-1, ACC-1, NET-2, CON-1).
//!
//! 1. The file is read whole and compared with the server first. `--dry-run` shows what it comes to and ends there; without it the
//!    same comes to be. What is so already is left alone, so the second time nothing is asked of the server but lists.
//! 2. A line that cannot be keeps the whole file back, unless `--skip-refused` says that the others are meant all the same.
//! 3. Each line is one act of the ordinary interface, by the rights of whoever is logged in (USR-10). An object that somebody
//!    changed since it was compared is left as it is, by its tag. What needs another line first is tried again behind it.
//! 4. Nothing is taken back when something goes wrong midway: what was done is told, and the same import goes on from there.

mod acts;
mod passwords;
mod there;
mod told;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;

use self::acts::Acts;
use self::passwords::Passwords;
use self::there::There;
use super::export;
use crate::context::Context;
use crate::exchange::difference::{Difference, Verdict, difference};
use crate::exchange::kind::Kind;
use crate::exchange::page::Format;
use crate::exchange::reading;
use crate::failure::Failure;
use crate::output::text::count;

#[derive(Subcommand, Debug)]
#[command(after_help = "\
A CSV names its columns in the first line; cells stand between commas, semicolons or tabs:
  name,description,security_profile,groups
  carol,Carol C.,End user,Finance
  dave,,End user,Finance; Sales

A column that is left out changes nothing; an empty cell empties the field. Several roles or groups
stand in one cell with `;` between them. JSON is an array of objects with the same fields. Nothing
is removed for not being in the file. First groups and accounts, then users who are in them.

  sbmctl import groups groups.csv --dry-run
  sbmctl import groups groups.csv
  sbmctl import users users.csv --passwords passwords.csv")]
pub(crate) enum Import {
    /// Users; each new one gets a password made up for him
    #[command(after_help = "Columns: name; if you like account, description, disabled, roles, security_profile, groups")]
    Users(Users),
    /// Groups
    #[command(after_help = "\
Columns: name; if you like description, and account for one that is made in an account below yours")]
    Groups(Plain),
    /// Accounts: those above come first by themselves
    #[command(after_help = "\
Columns: account, the full name; if you like level, state, quota, warning, second_factor,
comment, about, policy

The level of a backup account is `backup`; an empty cell leaves the level as it is. A quota is a
number of bytes, or one with a unit, such as 500GB. The company profile (about) and the policy
stand in a cell as JSON, as an export writes them.")]
    Accounts(Accounts),
    /// Entries of the allowlist
    #[command(alias = "allowlists", after_help = "Columns: pattern; if you like kind (address or name) and comment")]
    Allowlist(Plain),
}

#[derive(Args, Debug)]
pub(crate) struct Plain {
    /// File to read
    file: PathBuf,
    /// Form of the file: csv or json [default: what its name or its content says]
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// Show what would be added and changed, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Do what the other lines say, even if some are refused
    #[arg(long)]
    skip_refused: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Accounts {
    #[command(flatten)]
    plain: Plain,
    /// Make root accounts where no account has the first part of a name
    #[arg(long)]
    root: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Users {
    #[command(flatten)]
    plain: Plain,
    /// File to write the passwords of new users into; it must not be there yet
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
    /// Make groups that nobody made yet
    #[arg(long)]
    new_groups: bool,
}

pub(crate) fn run(command: Import, context: &mut Context) -> Result<(), Failure> {
    let plain = |plain| Users { plain, passwords: None, new_groups: false };
    let new_roots = matches!(&command, Import::Accounts(Accounts { root: true, .. }));
    let (kind, command) = match command {
        Import::Users(users) => (Kind::Users, users),
        Import::Groups(groups) => (Kind::Groups, plain(groups)),
        Import::Accounts(accounts) => (Kind::Accounts, plain(accounts.plain)),
        Import::Allowlist(entries) => (Kind::Allowlist, plain(entries)),
    };
    let Users { plain: Plain { file, format, dry_run, skip_refused }, passwords, new_groups } = command;
    let mut lines = reading::file(&file, kind, format)?;
    let admin = context.admin()?;
    let rows = export::rows(kind, None, &admin, context)?;
    there::leave_own_out(kind, &rows, &mut lines, &admin, context);
    let there = There::look(kind, &lines, new_groups, &admin, context)?;
    let mut found = difference(kind, &rows, lines, |said, before| there.refusal(kind, said, before));
    there::refuse_outside(&rows, new_roots, &mut found);
    there::refuse_misplaced(&rows, &mut found);
    if dry_run {
        told::show(&found, Some(&there.unchecked()), context)?;
        return ending(&found, "nothing was changed, as `--dry-run` says", BEFORE);
    }
    if found.counts().refused > 0 && !skip_refused {
        told::show(&found, Some(&there.unchecked()), context)?;
        return ending(&found, "nothing was changed", BEFORE);
    }
    let passwords = begun(&found, passwords)?;
    let stopped = Acts::new(&admin, kind, &there, passwords).all(&mut found, &context.out);
    told::show(&found, None, context)?;
    stopped?;
    ending(&found, "what is not refused is done", AFTER)
}

/// The file of the passwords, if anybody is to get one.
fn begun(found: &Difference, path: Option<PathBuf>) -> Result<Option<Passwords>, Failure> {
    let new = found.lines.iter().filter(|line| found.kind == Kind::Users && line.verdict == Verdict::Add).count();
    match path {
        _ if new == 0 => Ok(None),
        Some(path) => Passwords::begin(&path).map(Some),
        None => Err(Failure::usage(format!("{} would be added, each with a password made up for him", count(new, "user")))
            .hint("name the file for them with `--passwords FILE`; nothing was changed")),
    }
}

/// What to do about lines that were refused before anything was done.
const BEFORE: &str = "mend these lines and import the file again; `--skip-refused` goes by the others meanwhile";
/// And about those that were, when the others are done.
const AFTER: &str = "mend these lines and import the file again; what is done is left alone then";

/// A line that was refused is a failure, and everything about it has been said but what to do.
fn ending(found: &Difference, done: &str, hint: &str) -> Result<(), Failure> {
    let refused = found.counts().refused;
    if refused == 0 {
        return Ok(());
    }
    let of = match found.lines.len() {
        1 => "the only line is".to_owned(),
        all => format!("{refused} of {}", count(all, "line")),
    };
    Err(Failure::new(Code::InvalidArgument, format!("{of} refused; {done}")).hint(hint))
}
