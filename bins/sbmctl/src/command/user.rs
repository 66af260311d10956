//! `sbmctl user` (USR-1, USR-2, USR-6).

mod add;
mod modify;
pub(in crate::command) mod own;
mod passwd;

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::permission::Role;
use sbm_client::core::wire::v1::admin::{Grant, ListQuery, User as Shown, UserPatch};
use sbm_client::core::wire::v1::session::Secret;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, checked, columns};
use crate::output::Output;
use crate::output::table::{Cell, Column, Row, Tone, long, text};
use crate::output::text::{joined, or_dash};
use crate::parse;
use crate::prompt::{Chosen, Consent};

#[derive(Subcommand, Debug)]
pub(crate) enum User {
    /// Add a user; the password is asked for
    Add(add::Add),
    /// List the users
    List(List),
    /// Show one user, with roles at other accounts and the second factor
    Show(Named),
    /// Change a user
    Modify(modify::Modify),
    /// Delete a user; the runs stay in the history
    Delete(Delete),
    /// Let a user in again
    Enable(Named),
    /// Shut a user out, at once
    Disable(Named),
    /// Remove the second factor of a user who lost it
    ResetFactor(ResetFactor),
    /// Change one's own password, or give a user a new one
    Passwd(passwd::Passwd),
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Name of the user, or ACCOUNT>NAME in full; or the full name of an account with a secret of its own
    #[arg(value_parser = own::Login::parse)]
    name: own::Login,
}

#[derive(Args, Debug)]
pub(crate) struct ResetFactor {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only users of this account and of those below it, by its full name
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// Only users in this group
    #[arg(short, long, value_name = "NAME")]
    group: Option<String>,
    /// Only users with this security profile
    #[arg(short, long, value_name = "NAME")]
    security_profile: Option<String>,
    /// Only users with this role
    #[arg(long, value_name = "ROLE", value_parser = parse::role())]
    role: Option<Role>,
    /// Only users who are shut out
    #[arg(long, conflicts_with = "enabled")]
    disabled: bool,
    /// Only users who are not
    #[arg(long)]
    enabled: bool,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Name of the user, or ACCOUNT>NAME in full; several one after the other
    #[arg(required = true, value_name = "NAME", value_parser = own::Login::parse)]
    names: Vec<own::Login>,
    #[command(flatten)]
    consent: Consent,
}

/// A user with the password that was made up, which is shown this once.
#[derive(Serialize)]
struct WithPassword<'a> {
    #[serde(flatten)]
    user: &'a Shown,
    generated_password: &'a str,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("NAME"),
        long("DESCRIPTION"),
        long("ROLES"),
        text("SECURITY PROFILE"),
        text("LAST LOGIN").rare(),
        text("LAST ADDRESS").rare(),
        text("STATE").of("disabled"),
        long("GROUPS"),
        long("ACCOUNT").least(16).extra(),
        text("SECOND FACTOR").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            (&self.description).into(),
            Cell::several(self.roles.iter().map(Role::name)),
            security_profile(self).into(),
            Cell::moment(self.last_login),
            or_dash(self.last_address.as_deref().unwrap_or_default()).into(),
            state(self),
            Cell::several(&self.groups),
            or_dash(&self.account).into(),
            Cell::flag(self.second_factor),
        ]
    }
}

fn state(user: &Shown) -> Cell {
    let (text, tone) = if user.disabled { ("disabled", Tone::Bad) } else { ("active", Tone::Plain) };
    Cell::measured(text, user.disabled).tone(tone)
}

fn roles(user: &Shown) -> String {
    joined(user.roles.iter().map(Role::name))
}

fn security_profile(user: &Shown) -> String {
    or_dash(user.security_profile.as_ref().map(Name::as_str).unwrap_or_default())
}

/// A user with the roles that he has besides those at his own account.
#[derive(Serialize)]
struct WithGrants<'a> {
    #[serde(flatten)]
    user: &'a Shown,
    grants: Vec<Given>,
    /// What he types to log in, in full.
    #[serde(skip)]
    login: String,
}

/// A role at an account.
#[derive(Serialize)]
struct Given {
    id: u32,
    role: Name,
    account: String,
    counts: bool,
}

impl WithGrants<'_> {
    fn facts(&self) -> Vec<(&'static str, Cell)> {
        let mut facts = facts(self.user);
        facts.push(("logs in as", Cell::from(&self.login)));
        facts.extend(self.grants.iter().map(|given| {
            let counts = if given.counts { "" } else { ", which does not count" };
            ("role elsewhere", Cell::from(format!("{} at {}{counts}", given.role, given.account)))
        }));
        facts
    }
}

/// The roles at accounts of a user. A server of before has none.
fn grants(user: &Shown, admin: &Admin) -> Result<Vec<Given>, Failure> {
    let query = ListQuery { user: Some(user.name.to_string()), ..ListQuery::default() };
    let rows = admin
        .rows::<Grant>(&query)
        .map(|grant| grant.map(|Grant { id, role, account, counts, .. }| Given { id, role, account, counts }));
    match rows.collect::<Result<Vec<_>, _>>() {
        Err(error) if error.code() == Code::CapabilityMissing => Ok(Vec::new()),
        grants => Ok(grants?),
    }
}

fn facts(user: &Shown) -> Vec<(&'static str, Cell)> {
    vec![
        ("name", (&user.name).into()),
        ("description", or_dash(user.description.as_str()).into()),
        ("account", or_dash(&user.account).into()),
        ("state", state(user)),
        ("roles", roles(user).into()),
        ("security profile", security_profile(user).into()),
        ("groups", joined(&user.groups).into()),
        ("second factor", (if user.second_factor { "enrolled" } else { "none" }).into()),
        ("last login", Cell::moment(user.last_login)),
        ("last address", or_dash(user.last_address.as_deref().unwrap_or_default()).into()),
    ]
}

pub(crate) fn run(command: User, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        User::Add(command) => add::run(command, &admin, context),
        User::List(list) => {
            let disabled = if list.disabled { Some(true) } else { list.enabled.then_some(false) };
            let List { account, group, security_profile, .. } = list;
            let account = account.map(|account| account.to_string());
            let filters = ListQuery { account, group, security_profile, disabled, ..ListQuery::default() };
            let none = "no user fits";
            // The server knows no filter by role. All rows pass by here, so none that fits is missed.
            let Some(role) = list.role else { return list.listing.show::<Shown>(&admin, filters, context, none) };
            let query = list.listing.whole_query::<Shown>(filters);
            let fits = |user: &Result<Shown, _>| user.as_ref().map_or(true, |user| user.roles.has(role));
            let rows = checked(admin.rows::<Shown>(&query), &query, &admin)?;
            list.listing.show_rows(rows.filter(fits), context, none)
        }
        User::Show(named) => {
            let user = admin.user(&named.name.name(&admin)?).map_err(refused)?;
            let grants = grants(&user, &admin)?;
            let login = if own::is_own(&user, &admin) { user.account.clone() } else { format!("{}>{}", user.account, user.name) };
            let shown = WithGrants { user: &user, grants, login };
            context.out.facts(&shown, &shown.facts())
        }
        User::Modify(command) => modify::run(command, &admin, context),
        User::Delete(delete) => {
            // A name that nobody has is told before somebody is asked, and before the first is gone.
            let mut names = Vec::new();
            for login in &delete.names {
                names.push(admin.user(&login.name(&admin)?).map_err(refused)?.name);
            }
            names.dedup();
            delete.consent.ask(&format!("delete {}?", named("user", &names)))?;
            for (done, name) in names.iter().enumerate() {
                admin.delete_user(name).map_err(|error| refused(error).after(done, "deleted"))?;
            }
            context.out.done(&format!("deleted {}", named("user", &names)))
        }
        User::Enable(named) => {
            let user = admin
                .modify_user(&named.name.name(&admin)?, &UserPatch { disabled: Some(false), ..UserPatch::default() })
                .map_err(refused)?;
            context.out.changed(&user, &format!("`{}` may log in again", user.name))
        }
        User::Disable(named) => {
            let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
            let user = admin.modify_user(&named.name.name(&admin)?, &patch).map_err(refused)?;
            context.out.changed(&user, &format!("`{}` is shut out, and every session of that user has ended", user.name))
        }
        User::ResetFactor(ResetFactor { named, consent }) => {
            let user = admin.user(&named.name.name(&admin)?).map_err(refused)?;
            // One who has none is told so by the server, without a question.
            if user.second_factor {
                consent
                    .ask(&format!("remove the second factor of `{}`? The password alone lets that user in then", user.name))?;
            }
            admin.reset_factor(&user.name).map_err(refused)?;
            context.out.done(&format!("the second factor of `{}` is removed; the password alone lets that user in", user.name))
        }
        User::Passwd(command) => passwd::run(&command, admin, context),
    }
}

/// What a refusal means here.
fn refused(error: sbm_client::Error) -> Failure {
    Failure::from(error)
        .hint_for(Code::LastSuperuser, "somebody else with the role `admin` can do it, as long as one is left")
        .hint_for(Code::NotFound, "`sbmctl user list` shows the users")
}

/// `the user `a``, or how many there are of what.
pub(in crate::command) fn named(what: &str, names: &[Name]) -> String {
    match names {
        [one] => format!("the {what} `{one}`"),
        several => format!("the {what}s {}", joined(several.iter().map(|name| format!("`{name}`")))),
    }
}

/// A user and his new password: shown if nobody has seen it yet, and never else.
fn told(user: &Shown, password: &Chosen, sentence: &str, out: &mut Output) -> Result<(), Failure> {
    if !password.is_generated {
        out.changed(user, sentence)?;
        return out.note(&password.judged());
    }
    let shown: &Secret = &password.secret;
    out.answer(
        &WithPassword { user, generated_password: shown.reveal() },
        &format!("{sentence}; the password is {}", shown.reveal()),
    )?;
    out.note("It is shown this once and kept nowhere here; hand it over safely.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_list_of_users_has_the_columns_of_the_source_and_never_a_secret_usr_1_con_1() {
        let users: Vec<Shown> = serde_json::from_str(
            r#"[
                {"name":"admin","description":"","account":"root","disabled":false,"roles":["admin"],"security_profile":"AllAccess","groups":[],"second_factor":true,"last_login":1795291485123,"last_address":"127.0.0.1"},
                {"name":"carol","description":"front desk","account":"root>north","disabled":true,"roles":[],"groups":["Office","Paris"]}
            ]"#,
        )
        .unwrap();
        let expected = "\
NAME   DESCRIPTION  ROLES  SECURITY PROFILE  LAST LOGIN            LAST ADDRESS  STATE     GROUPS         ACCOUNT     SECOND FACTOR
admin               admin  AllAccess         2026-11-21 20:04:45Z  127.0.0.1     active    -              root        yes
carol  front desk   -      -                 -                     -             disabled  Office, Paris  root>north  no
";
        assert_eq!(Look::default().list(&users), expected);
    }

    #[test]
    fn only_a_password_that_nobody_has_seen_is_shown_run_6() {
        let user: Shown =
            serde_json::from_str(r#"{"name":"carol","description":"","account":"","disabled":false,"roles":[],"groups":[]}"#)
                .unwrap();
        for (json, is_generated) in [(false, false), (false, true), (true, false), (true, true)] {
            let (mut out, seen, noted) = Output::captured(json);
            let password = Chosen { secret: Secret::new("s-e-c-r-e-t"), is_generated };
            told(&user, &password, "added the user `carol`", &mut out).unwrap();
            assert_eq!(seen.text().contains("s-e-c-r-e-t"), is_generated, "{}", seen.text());
            assert!(!noted.text().contains("s-e-c-r-e-t"));
        }
    }
}
