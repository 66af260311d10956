//! `sbmctl account profile`, `contact` and `console`: what people want to know of an organisation, and where it logs in (ACC-3,
//! ACC-10).

use clap::{ArgGroup, Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::about::Contact;
use sbm_client::core::account::{About, AccountPath};
use sbm_client::core::code::Code;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::wire::v1::admin::{Account, AccountPatch};

use super::unknown;
use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::sheet::Sheet;
use crate::output::table::{Cell, Column, Row, text};
use crate::output::text::or_dash;
use crate::parse;

#[derive(Args, Debug)]
#[command(
    override_usage = "sbmctl account profile [OPTIONS] <ACCOUNT>",
    group = ArgGroup::new("change").multiple(true).required(true)
)]
pub(crate) struct Profile {
    /// Full name of the account
    #[arg(id = "ACCOUNT", value_name = "ACCOUNT", value_parser = parse::account)]
    account: AccountPath,
    /// What it is served with; an empty one takes it away, as with the others
    #[arg(long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    service_type: Option<Text>,
    /// Where the company is
    #[arg(long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    address: Option<Text>,
    /// Its website
    #[arg(long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    website: Option<Text>,
    /// How it is billed
    #[arg(long, value_name = "TEXT", group = "change", value_parser = parse::description)]
    billing: Option<Text>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Contacts {
    /// List whom to ask
    List(ListContacts),
    /// Add somebody, or replace who is there by that name
    Add(AddContact),
    /// Remove somebody
    Remove(RemoveContact),
}

#[derive(Args, Debug)]
pub(crate) struct ListContacts {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    #[command(flatten)]
    sheet: Sheet,
}

#[derive(Args, Debug)]
pub(crate) struct AddContact {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// Name of the person
    #[arg(value_parser = parse::name)]
    name: Name,
    /// What the person is there for
    #[arg(long, value_name = "TEXT", value_parser = parse::description)]
    role: Option<Text>,
    /// E-mail address
    #[arg(long, value_name = "ADDRESS", value_parser = parse::description)]
    email: Option<Text>,
    /// Telephone number
    #[arg(long, value_name = "NUMBER", value_parser = parse::description)]
    phone: Option<Text>,
}

#[derive(Args, Debug)]
pub(crate) struct RemoveContact {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// Name of the person
    #[arg(value_parser = parse::name)]
    name: Name,
}

#[derive(Args, Debug)]
pub(crate) struct Console {
    /// Full name of the account
    #[arg(value_parser = parse::account)]
    account: AccountPath,
    /// Who is to log in there
    #[arg(short, long, value_name = "NAME", value_parser = parse::name)]
    user: Option<Name>,
}

impl Row for Contact {
    const COLUMNS: &'static [Column] = &[text("NAME"), text("ROLE"), text("EMAIL"), text("PHONE")];

    fn cells(&self) -> Vec<Cell> {
        cells![&self.name, or_dash(self.role.as_str()), or_dash(self.email.as_str()), or_dash(self.phone.as_str())]
    }
}

pub(super) fn profile(profile: Profile, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let after = change(&profile.account, admin, |about| {
        let company = &mut about.company;
        for (said, to) in [
            (profile.service_type, &mut about.service_type),
            (profile.address, &mut company.address),
            (profile.website, &mut company.website),
            (profile.billing, &mut company.billing),
        ] {
            *to = said.unwrap_or_else(|| to.clone());
        }
        Ok(())
    })?;
    context.out.changed(&after, &format!("changed the company profile of `{}`", after.account))
}

pub(super) fn contacts(command: Contacts, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    match command {
        Contacts::List(list) => {
            let contacts = admin.account(&list.account).map_err(unknown)?.about.contacts;
            context.out.list(contacts, &list.sheet, "nobody; add somebody with `sbmctl account contact add`")
        }
        Contacts::Add(add) => {
            let contact = Contact {
                name: add.name.clone(),
                role: add.role.unwrap_or_default(),
                email: add.email.unwrap_or_default(),
                phone: add.phone.unwrap_or_default(),
            };
            let after = change(&add.account, admin, |about| {
                match about.contacts.iter_mut().find(|there| there.name.key() == contact.name.key()) {
                    Some(there) => *there = contact,
                    None => about.contacts.push(contact),
                }
                Ok(())
            })?;
            context.out.changed(&after, &format!("`{}` is a contact of `{}`", add.name, after.account))
        }
        Contacts::Remove(remove) => {
            let after = change(&remove.account, admin, |about| {
                let before = about.contacts.len();
                about.contacts.retain(|there| there.name.key() != remove.name.key());
                if about.contacts.len() < before {
                    return Ok(());
                }
                let sentence = format!("there is no contact `{}` of `{}`", remove.name, remove.account);
                Err(Failure::new(Code::NotFound, sentence).hint("`sbmctl account contact list` shows them"))
            })?;
            context.out.changed(&after, &format!("`{}` is no contact of `{}` any more", remove.name, after.account))
        }
    }
}

/// Changes what is said of an account, if nobody else changed the account meanwhile.
pub(super) fn change(
    account: &AccountPath,
    admin: &Admin,
    change: impl FnOnce(&mut About) -> Result<(), Failure>,
) -> Result<Account, Failure> {
    let seen = admin.tagged(|admin| admin.account(account)).map_err(unknown)?;
    let mut about = seen.value.about;
    change(&mut about)?;
    let patch = AccountPatch { about: Some(about), ..AccountPatch::default() };
    admin.if_match(&seen.tag).modify_account(account, &patch).map_err(unknown)
}

pub(super) fn console(console: &Console, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let login = admin.open_console(&console.account).map_err(unknown)?;
    let who = whole(&login.login, console.user.as_ref());
    let server = context.saved()?.connection;
    let line = format!("sbmctl login --connection ANOTHER --user '{who}' '{server}'");
    context.out.facts(&login, &[("account", Cell::from(&login.account)), ("log in with", Cell::from(line))])
}

/// What is typed at the login of an account; one with a secret of its own needs no user.
fn whole(login: &str, user: Option<&Name>) -> String {
    match (login.strip_suffix('>'), user) {
        (None, None) => login.to_owned(),
        (account, user) => format!("{}>{}", account.unwrap_or(login), user.map_or("NAME", Name::as_str)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_with_a_secret_logs_in_by_its_full_name_alone_acc_10_acc_12() {
        let ann = Name::new("ann").unwrap();
        assert_eq!(whole("root>Acme>", None), "root>Acme>NAME");
        assert_eq!(whole("root>Acme>", Some(&ann)), "root>Acme>ann");
        assert_eq!(whole("root>Acme>pc", None), "root>Acme>pc");
        assert_eq!(whole("root>Acme>pc", Some(&ann)), "root>Acme>pc>ann");
    }
}
