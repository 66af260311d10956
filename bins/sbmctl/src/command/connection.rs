//! `sbmctl connection` (CON-2): several servers, each under a name, with its own pin and session.

use clap::{Args, Subcommand};
use sbm_client::core::name::Name;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::ConnectionString;
use serde::Serialize;

use super::login::{confirm, end, fingerprint};
use crate::connections::{ConnectionName, taken, unknown};
use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, text};
use crate::output::text::{or_dash, yes_no};
use crate::parse;
use crate::peer::Roots;
use crate::prompt::{Consent, PasswordFrom};
use crate::saved::Saved;

#[derive(Subcommand, Debug)]
pub(crate) enum Connection {
    /// Add a server under a name; log in there with `sbmctl login --connection NAME`
    Add(Add),
    /// List the connections
    List(List),
    /// Choose the connection for commands that name none
    Use(Named),
    /// Show one connection: server, fingerprint, session
    Show(Maybe),
    /// Remove a connection; its session ends
    Remove(Remove),
    /// Check the way to a connection's server, one thing after the other
    Test(Test),
}

#[derive(Args, Debug)]
#[command(after_help = "\
A command is for the connection of --connection or SBM_CONNECTION_NAME, else for the one of
`sbmctl connection use`, else for `default`, else for the only one there is.")]
pub(crate) struct Add {
    /// Name of the connection: letters, digits, `-`, `_` and `.`
    #[arg(value_parser = parse::connection_name)]
    name: ConnectionName,
    /// Connection string, as the server printed it: sbm://host:port#ca-sha256=…
    #[arg(value_parser = parse::connection)]
    connection: ConnectionString,
    /// Name of the user who will log in
    #[arg(short, long, value_name = "NAME", value_parser = parse::name)]
    user: Option<Name>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    roots: Roots,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Name of the connection
    #[arg(value_parser = parse::connection_name)]
    name: ConnectionName,
}

#[derive(Args, Debug)]
pub(crate) struct Maybe {
    /// Name of the connection [default: the one in use]
    #[arg(value_parser = parse::connection_name)]
    name: Option<ConnectionName>,
}

#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// Name of the connection
    #[arg(value_parser = parse::connection_name)]
    name: ConnectionName,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Name of the connection [default: the one in use]
    #[arg(value_parser = parse::connection_name)]
    name: Option<ConnectionName>,
    /// Check the password of this user too
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    password: PasswordFrom,
}

/// A connection as a list shows it: never with the token.
#[derive(Serialize)]
struct Shown {
    name: String,
    in_use: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<ConnectionString>,
    /// Whether the system's roots vouch for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    system_roots: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Name>,
    logged_in: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    /// Why its file cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

impl Shown {
    fn of(name: &ConnectionName, in_use: bool, saved: Result<Option<Saved>, Failure>) -> Self {
        let (saved, problem) = match saved {
            Ok(saved) => (saved, None),
            Err(failure) => (None, Some(failure.sentence().to_owned())),
        };
        Self {
            name: name.to_string(),
            in_use,
            connection: saved.as_ref().map(|saved| saved.connection.clone()),
            system_roots: saved.as_ref().is_some_and(|saved| saved.system_roots),
            user: saved.as_ref().and_then(|saved| saved.user.clone()),
            logged_in: saved.as_ref().is_some_and(|saved| saved.token.is_some()),
            expires: saved.as_ref().and_then(|saved| saved.expires),
            problem,
        }
    }

    fn server(&self) -> Cell {
        match (&self.connection, &self.problem) {
            (Some(connection), _) => connection.authority().into(),
            (None, Some(problem)) => Cell::toned(problem, Tone::Bad),
            (None, None) => or_dash("").into(),
        }
    }
}

impl Row for Shown {
    const COLUMNS: &'static [Column] =
        &[text("NAME"), text("IN USE"), text("SERVER"), text("USER"), text("LOGGED IN"), text("EXPIRES").extra()];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.name).into(),
            yes_no(self.in_use).into(),
            self.server(),
            or_dash(self.user.as_ref().map(Name::as_str).unwrap_or_default()).into(),
            yes_no(self.logged_in).into(),
            Cell::moment(self.expires),
        ]
    }
}

pub(crate) fn run(command: Connection, context: &mut Context) -> Result<(), Failure> {
    match command {
        Connection::Add(add) => add_one(add, context),
        Connection::List(list) => {
            // Between several connections perhaps none is in use.
            let chosen = context.name().ok();
            let names = context.connections.names()?;
            let shown = names.iter().map(|name| Shown::of(name, chosen.as_ref() == Some(name), context.find(name))).collect();
            let none = if names.is_empty() {
                "there are no connections yet; `sbmctl login sbm://…` makes one"
            } else {
                "no connection fits"
            };
            list.listing.show_here(shown, context, none)
        }
        Connection::Use(named) => {
            context.connections.choose(&named.name)?;
            let shown = Shown::of(&named.name, true, context.find(&named.name));
            context.out.changed(&shown, &format!("commands that name no connection are for `{}` from now on", named.name))
        }
        Connection::Show(maybe) => {
            let name = maybe.name.map_or_else(|| context.name(), Ok)?;
            let saved = context.find(&name)?.ok_or_else(|| unknown(&name))?;
            let shown = Shown::of(&name, context.name().is_ok_and(|chosen| chosen == name), Ok(Some(saved.clone())));
            context.out.facts(&shown, &facts(&shown, &saved))
        }
        Connection::Remove(remove) => {
            if !context.connections.is_there(&remove.name) {
                return Err(unknown(&remove.name));
            }
            remove.consent.ask(&format!("remove the connection `{}`?", remove.name))?;
            if let Some(before) = context.connections.remove(&remove.name)? {
                end(before, context);
            }
            context.out.done(&format!("removed the connection `{}`", remove.name))
        }
        Connection::Test(test) => {
            let name = test.name.map_or_else(|| context.name(), Ok)?;
            let saved = context.find(&name)?.ok_or_else(|| unknown(&name))?;
            super::test::check(&Roots::default().known(saved.peer())?, test.user.as_deref(), &test.password, context)
        }
    }
}

fn add_one(add: Add, context: &mut Context) -> Result<(), Failure> {
    if context.connections.is_there(&add.name) {
        return Err(taken(&add.name));
    }
    let saved = Saved::confirmed(add.roots.of(add.connection)?, add.user);
    confirm(&saved.connection, add.consent, context)?;
    context.connections.add(&add.name, &saved)?;
    let shown = Shown::of(&add.name, context.name().is_ok_and(|chosen| chosen == add.name), Ok(Some(saved)));
    context.out.changed(&shown, &format!("added the connection `{}`", add.name))?;
    context.out.note(&format!(
        "Next: `sbmctl login --connection {}`; `sbmctl connection use {}` makes it the usual one.",
        add.name, add.name
    ))
}

fn facts(shown: &Shown, saved: &Saved) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("name", Cell::from(&shown.name)),
        ("in use", yes_no(shown.in_use).into()),
        ("server", saved.connection.authority().into()),
    ];
    match &saved.connection.ca {
        Some(ca) => {
            let [first, second] = fingerprint(ca);
            facts.extend([("fingerprint", first.into()), ("", second.into())]);
        }
        None if saved.system_roots => {
            facts.push(("fingerprint", "none; the certificate authorities of this computer decide".into()));
        }
        None => facts.push(("fingerprint", Cell::toned("none; `sbmctl login --system-roots` or another one", Tone::Bad))),
    }
    facts.extend([
        ("connection", saved.connection.to_string().into()),
        ("user", or_dash(saved.user.as_ref().map(Name::as_str).unwrap_or_default()).into()),
        ("logged in", yes_no(shown.logged_in).into()),
        ("expires", Cell::moment(saved.expires)),
    ]);
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_connection_has_no_token_con_2() {
        let saved: Saved = serde_json::from_str(
            r#"{"format":1,"connection":"sbm://backup.example","system_roots":true,"user":"admin","token":"sbmc_secret","expires":1795291485123}"#,
        )
        .unwrap();
        let name = "office".parse().unwrap();
        let shown = Shown::of(&name, true, Ok(Some(saved.clone())));
        let text = serde_json::to_string(&shown).unwrap();
        assert_eq!(
            text,
            r#"{"name":"office","in_use":true,"connection":"sbm://backup.example:8100","system_roots":true,"user":"admin","logged_in":true,"expires":1795291485123}"#
        );
        let facts = format!("{:?}", facts(&shown, &saved));
        assert!(facts.contains("certificate authorities") && !facts.contains("sbmc_secret"), "{facts}");
        let broken = Shown::of(&name, false, Err(Failure::file("it is not of its form")));
        assert!(serde_json::to_string(&broken).unwrap().contains("not of its form"));
    }
}
