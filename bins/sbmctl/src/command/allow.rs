//! `sbmctl allow` (NET-2 to NET-7).

use clap::{ArgGroup, Args, Subcommand};
use sbm_client::core::allowlist::AllowKind;
use sbm_client::core::code::Code;
use sbm_client::core::id::AllowId;
use sbm_client::core::name::Text;
use sbm_client::core::wire::v1::admin::{AllowEntry, NewAllowEntry};

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, long, number, text};
use crate::parse;

#[derive(Subcommand, Debug)]
pub(crate) enum Allow {
    /// Admit an address or a range of them
    Add(Add),
    /// List who is admitted
    List,
    /// Remove an entry; it counts from the next request on
    Remove(Remove),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Patterns:
  192.168.1.7     this address
  192.168         every address that begins so, at whole parts: 192.168.x.x
  192.168.0.0/16  the same as a network
  2001:db8::/32   a network of IPv6
  localhost       the server's own machine
  '*'             every address")]
pub(crate) struct Add {
    /// Address, leading part of one, network, or `*`
    pattern: String,
    /// What to say of it
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    comment: Option<Text>,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("entry").required(true).args(["pattern", "id"]))]
pub(crate) struct Remove {
    /// Pattern of the entry, as the list shows it
    pattern: Option<String>,
    /// Number of the entry instead
    #[arg(long, value_name = "ID")]
    id: Option<u32>,
    /// Remove it even if it admits this machine
    #[arg(long)]
    confirm: bool,
}

impl Row for AllowEntry {
    const COLUMNS: &'static [Column] = &[number("ID"), text("PATTERN"), long("COMMENT")];

    fn cells(&self) -> Vec<Cell> {
        cells![self.id.0, &self.pattern, &self.comment]
    }
}

pub(crate) fn run(command: Allow, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Allow::Add(add) => {
            let entry = admin.add_allow(&NewAllowEntry {
                kind: AllowKind::Address,
                pattern: add.pattern,
                comment: add.comment.unwrap_or_default(),
            })?;
            context.out.changed(&entry, &format!("admitted `{}` (entry {})", entry.pattern, entry.id.0))
        }
        Allow::List => context.out.list(&admin.allowlist()?, "the allowlist is empty; only this machine itself is admitted"),
        Allow::Remove(remove) => {
            let entry = find(admin.allowlist()?, &remove)?;
            admin.remove_allow(entry.id, remove.confirm).map_err(|error| {
                Failure::from(error).hint_for(
                    Code::ConfirmationNeeded,
                    "this entry admits the machine you are at; add `--confirm` to remove it all the same",
                )
            })?;
            context.out.done(&format!("`{}` is not admitted any more (entry {})", entry.pattern, entry.id.0))
        }
    }
}

fn find(entries: Vec<AllowEntry>, wanted: &Remove) -> Result<AllowEntry, Failure> {
    let id = wanted.id.map(AllowId);
    let fits = |entry: &AllowEntry| match (&wanted.pattern, id) {
        (Some(pattern), _) => entry.pattern == pattern.trim(),
        (None, id) => Some(entry.id) == id,
    };
    let named = match (&wanted.pattern, wanted.id) {
        (Some(pattern), _) => format!("`{pattern}`"),
        (None, id) => format!("number `{}`", id.unwrap_or_default()),
    };
    let not_found = || {
        Failure::new(Code::NotFound, format!("the allowlist has no entry {named}")).hint("`sbmctl allow list` shows the entries")
    };
    entries.into_iter().find(fits).ok_or_else(not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<AllowEntry> {
        let entry = |id, pattern: &str| AllowEntry {
            kind: AllowKind::Address,
            id: AllowId(id),
            pattern: pattern.to_owned(),
            comment: Text::default(),
        };
        vec![entry(1, "127.0.0.0/8"), entry(2, "10"), entry(10, "192.168")]
    }

    #[test]
    fn an_entry_is_found_by_its_pattern_or_by_its_number_never_by_both() {
        let found = |pattern: Option<&str>, id| {
            find(entries(), &Remove { pattern: pattern.map(str::to_owned), id, confirm: false }).map(|entry| entry.id.0)
        };
        assert_eq!(found(Some("10"), None).unwrap(), 2);
        assert_eq!(found(None, Some(10)).unwrap(), 10);
        assert_eq!(found(Some("192.168"), None).unwrap(), 10);
        assert_eq!(found(Some("192"), None).unwrap_err().code(), Code::NotFound);
        assert_eq!(found(None, Some(3)).unwrap_err().code(), Code::NotFound);
    }
}
