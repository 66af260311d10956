//! `sbmctl account modify`.

use clap::{ArgGroup, Args};
use sbm_client::admin::Admin;
use sbm_client::core::account::{AccountPath, Level, Quota};
use sbm_client::core::name::{Name, Text};
use sbm_client::core::wire::v1::admin::{Account, AccountPatch, ChangedLogins};

use super::super::factor::Lacking;
use super::unknown;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::text::count;
use crate::parse;
use crate::prompt::Consent;

#[derive(Args, Debug)]
#[command(
    override_usage = "sbmctl account modify [OPTIONS] <ACCOUNT>",
    group = ArgGroup::new("change").multiple(true).required(true)
)]
pub(crate) struct Modify {
    /// Full name of the account
    #[arg(id = "ACCOUNT", value_name = "ACCOUNT", value_parser = parse::account)]
    account: AccountPath,
    /// New last part of its name; logins by the full name below it change
    #[arg(long, value_name = "NEW", group = "change", value_parser = parse::name)]
    name: Option<Name>,
    /// Move it below this account, with all that is below it
    #[arg(long, value_name = "ACCOUNT", group = "change", value_parser = parse::account)]
    move_below: Option<AccountPath>,
    /// Make an organisation of that level
    #[arg(long, group = "change", value_parser = parse::level())]
    level: Option<Level>,
    /// Make a backup account of it
    #[arg(long, group = "change", conflicts_with = "level")]
    no_level: bool,
    /// How much all below it may store, such as `500GB`
    #[arg(long, value_name = "SIZE", group = "change", allow_hyphen_values = true, value_parser = parse::size)]
    quota: Option<u64>,
    /// No ceiling
    #[arg(long, group = "change", conflicts_with = "quota")]
    no_quota: bool,
    /// From where on a warning is due
    #[arg(long, value_name = "SIZE", group = "change", allow_hyphen_values = true, value_parser = parse::size)]
    warn_at: Option<u64>,
    /// No warning
    #[arg(long, group = "change", conflicts_with = "warn_at")]
    no_warning: bool,
    /// Ask a second factor of all its users and of those below it, whatever is said there
    #[arg(long, group = "change")]
    second_factor: bool,
    /// Ask it here no more
    #[arg(long, group = "change", conflicts_with = "second_factor")]
    no_second_factor: bool,
    /// New comment; an empty one takes it away
    #[arg(short, long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    comment: Option<Text>,
    #[command(flatten)]
    consent: Consent,
}

pub(super) fn run(modify: Modify, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let before = admin.account(&modify.account).map_err(unknown)?;
    check_name(&modify, &before)?;
    if modify.second_factor && !before.second_factor {
        let of = format!("all of `{}` and below", before.account);
        Lacking::within(&before.account, admin)?.ask(&of, modify.consent, context)?;
    }
    let quota = Quota {
        hard: modify.quota.or(before.quota.hard).filter(|_| !modify.no_quota),
        soft: modify.warn_at.or(before.quota.soft).filter(|_| !modify.no_warning),
    };
    let patch = AccountPatch {
        name: modify.name,
        parent: modify.move_below,
        level: if modify.no_level { Some(None) } else { modify.level.map(Some) },
        second_factor: (modify.second_factor || modify.no_second_factor).then_some(modify.second_factor),
        quota: (quota != before.quota).then_some(quota),
        comment: modify.comment,
        ..AccountPatch::default()
    };
    let after = admin.modify_account(&modify.account, &patch).map_err(unknown)?;
    let sentence = if after == before {
        format!("nothing to change: the account `{}` is like that already", before.account)
    } else if after.account == before.account {
        format!("changed the account `{}`", after.account)
    } else {
        format!("the account `{}` is `{}` now; whoever logs in by the full name has a new one", before.account, after.account)
    };
    context.out.changed(&after, &sentence)?;
    logins(&after, context)
}

/// A root account's name is in every full name below it, and in every login by one.
fn check_name(modify: &Modify, before: &Account) -> Result<(), Failure> {
    let Some(new) = modify.name.as_ref().filter(|new| new.as_str() != before.account) else { return Ok(()) };
    if before.account.contains('>') {
        return Ok(());
    }
    let below = count(before.accounts, "account");
    let question = format!(
        "rename the root account `{}` to `{new}`? The full names of {below} below it change, and with them every login by a full name",
        before.account
    );
    modify.consent.ask(&question)
}

/// Names the logins by the full name that a rename or a move broke, each with what it is now (ACC-3). Whoever may not see users is
/// told of none.
fn logins(after: &Account, context: &mut Context) -> Result<(), Failure> {
    let Some(ChangedLogins { count, logins }) = &after.changed_logins else { return Ok(()) };
    for login in logins {
        context.out.note(&format!("`{}` logs in as `{}` now.", login.before, login.now))?;
    }
    match count.saturating_sub(logins.len()) {
        0 => Ok(()),
        more => context.out.note(&format!("So it is with {more} more.")),
    }
}
