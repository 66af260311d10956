//! `sbmctl account policy`: what an account hands down, and what each setting comes to (ACC-9).

use std::collections::BTreeSet;

use clap::{ArgGroup, Args};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::account::policy::{Mode, Setting};
use sbm_client::core::wire::v1::admin::{AccountPatch, EffectiveSetting};

use super::unknown;
use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::sheet::Sheet;
use crate::output::table::{Cell, Column, Row, long, text};
use crate::output::text::or_dash;
use crate::parse;

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("change").multiple(true).conflicts_with_all(["columns", "csv", "output"]),
    after_help = "\
Without a change it shows what each setting comes to, and the account it comes from:
  sbmctl account policy 'root>Acme>pc-1'
  sbmctl account policy 'root>Acme' --forced start=03:00 --default keep=30d --local colour --unset old"
)]
pub(crate) struct Policy {
    /// Full name of the account
    #[arg(id = "ACCOUNT", value_name = "ACCOUNT", value_parser = parse::account)]
    account: AccountPath,
    /// Hand a setting down so that nobody below says otherwise
    #[arg(long, value_name = "NAME=VALUE", group = "change", value_parser = pair)]
    forced: Vec<(String, String)>,
    /// Hand a setting down as long as nobody nearer says otherwise
    #[arg(long, value_name = "NAME=VALUE", group = "change", value_parser = pair)]
    default: Vec<(String, String)>,
    /// Leave a setting to the host program, whatever stands above as a default
    #[arg(long, value_name = "NAME", group = "change")]
    local: Vec<String>,
    /// Say nothing of a setting any more
    #[arg(long, value_name = "NAME", group = "change")]
    unset: Vec<String>,
    #[command(flatten)]
    sheet: Sheet,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Row for EffectiveSetting {
    const COLUMNS: &'static [Column] = &[text("NAME"), text("MODE"), long("VALUE"), text("ORIGIN")];

    fn cells(&self) -> Vec<Cell> {
        let mode = match self.mode {
            Mode::Forced => "forced",
            Mode::Default => "default",
            Mode::Local => "local",
        };
        let origin = self.origin.as_deref().unwrap_or("above your account");
        cells![&self.name, mode, or_dash(self.value.as_deref().unwrap_or_default()), origin]
    }
}

/// A setting is one thing only: said twice, one of both would be passed over.
fn check_once<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    let mut said = BTreeSet::new();
    for name in names {
        if !said.insert(name) {
            let sentence = format!("the setting `{name}` is said twice; it is forced, a default, local or unset");
            return Err(Failure::usage(sentence).hint("say it once"));
        }
    }
    Ok(())
}

pub(super) fn run(policy: Policy, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let Policy { account, forced, default, local, unset, sheet } = policy;
    if forced.is_empty() && default.is_empty() && local.is_empty() && unset.is_empty() {
        let settings = admin.account_policy(&account).map_err(unknown)?;
        return context.out.list(settings, &sheet, "nothing is handed down to it");
    }
    check_once(forced.iter().chain(&default).map(|(name, _)| name).chain(&local).chain(&unset))?;
    let mut settings = admin.account(&account).map_err(unknown)?.policy;
    for name in &unset {
        settings.remove(name);
    }
    let of = |mode, pairs: Vec<(String, String)>| {
        pairs.into_iter().map(move |(name, value)| (name, Setting { mode, value: Some(value) }))
    };
    let left = local.into_iter().map(|name| (name, Setting { mode: Mode::Local, value: None }));
    settings.extend(of(Mode::Forced, forced).chain(of(Mode::Default, default)).chain(left));
    let patch = AccountPatch { policy: Some(settings), ..AccountPatch::default() };
    let after = admin.modify_account(&account, &patch).map_err(unknown)?;
    context.out.changed(&after, &format!("changed what the account `{}` hands down", after.account))
}
