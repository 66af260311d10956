//! `sbmctl login`: a person confirms which server it is, and proves who he is (RUN-4, RUN-7).

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::id::Hash;
use sbm_client::core::name::Name;
use sbm_client::core::permission::RoleSet;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Session;
use serde::Serialize;

use super::factor::LoginCode;
use crate::connections::ConnectionName;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::joined;
use crate::parse;
use crate::peer::Roots;
use crate::prompt::{Consent, PasswordFrom};
use crate::saved::Saved;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl login sbm://backup.example:8100#ca-sha256=…
  sbmctl login --connection office sbm://office.example:8100#ca-sha256=…
  sbmctl login --connection office
  sbmctl login --system-roots sbm://backup.example:8100

Each connection keeps its own server, fingerprint and session; `sbmctl connection` manages them.
A connection string without a fingerprint is refused, since nothing says which server to trust. With
--system-roots the certificate authorities that this computer trusts decide, for a server whose
certificate comes from one of them; that is kept with the connection.")]
pub(crate) struct Login {
    /// Connection string, as the server printed it: sbm://host:port#ca-sha256=… [default: the saved one]
    #[arg(value_parser = parse::connection)]
    connection: Option<ConnectionString>,
    /// Name of the user [default: who last logged in, else admin]
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    code: LoginCode,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    roots: Roots,
}

/// What a login comes to, without the token.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    name: String,
    connection: &'a ConnectionString,
    user: &'a Name,
    roles: RoleSet,
    expires: Timestamp,
}

impl<'a> Shown<'a> {
    pub(crate) fn of(name: &ConnectionName, saved: &'a Saved, session: &'a Session) -> Self {
        Self {
            name: name.to_string(),
            connection: &saved.connection,
            user: &session.user,
            roles: session.roles,
            expires: session.expires,
        }
    }
}

pub(crate) fn run(command: Login, context: &mut Context) -> Result<(), Failure> {
    let name = context.name()?;
    let before = context.find(&name)?;
    let Some(peer) = command.roots.choose(command.connection, before.as_ref().map(Saved::peer))? else {
        let sentence = format!("no connection `{name}` is saved here; say which server to log in to");
        let login = context.said("sbmctl login");
        return Err(
            Failure::usage(sentence).hint(format!("`{login} sbm://…` with the connection string that the server printed"))
        );
    };
    let connection = &peer.connection;
    let user = command.user.or_else(|| Some(before.as_ref()?.user.as_ref()?.to_string())).unwrap_or_else(|| "admin".to_owned());
    let is_confirmed = before.as_ref().is_some_and(|saved| saved.connection == *connection);
    if !is_confirmed {
        confirm(connection, command.consent, context)?;
    }
    let mut admin = context.connect(&peer)?;
    let password = command.password.known(&format!("`{user}` at {}", connection.authority()))?;
    let session = admin.login(&user, &password).or_else(|failed| command.code.finish(&mut admin, failed))?;
    let saved = Saved::new(peer, &session);
    if let Some(before) = context.connections.save(&name, &saved)? {
        end(before, context);
    }
    let roles = joined(session.roles.iter().map(sbm_client::core::permission::Role::name));
    let sentence = format!("`{}` is logged in at `{}` (roles: {roles})", session.user, saved.connection.authority());
    context.out.changed(&Shown::of(&name, &saved, &session), &sentence)
}

/// The session before is of no use any more. If the server cannot be told, it ends by itself.
pub(super) fn end(before: Saved, context: &Context) {
    if let Some(token) = before.token.clone() {
        let _ = context.connect(&before.peer()).map(|admin| Admin::with_token(admin, token).logout());
    }
}

pub(super) fn confirm(connection: &ConnectionString, consent: Consent, context: &mut Context) -> Result<(), Failure> {
    let Some(ca) = &connection.ca else { return Ok(()) };
    context.out.warning(&format!(
        "The server at {} has to prove that its certificate comes from the CA with this fingerprint (SHA-256):",
        connection.authority()
    ))?;
    for line in fingerprint(ca) {
        context.out.warning(&format!("  {line}"))?;
    }
    // Where nobody can be asked, nobody has compared it: a pin that was never looked at protects from nobody.
    consent.ask("Is this the fingerprint that the server printed?").map_err(|failure| match failure.exit() {
        Exit::Usage => failure.hint(
            "there is no terminal to ask on; compare the fingerprint with the one that the server printed, then add `--yes`",
        ),
        _ => failure,
    })
}

/// A hash as people compare it: two lines of eight groups of four digits.
pub(super) fn fingerprint(hash: &Hash) -> [String; 2] {
    let digits = hash.to_string();
    let groups: Vec<&str> = (0..16).filter_map(|at| digits.get(at * 4..at * 4 + 4)).collect();
    let (first, second) = groups.split_at(groups.len() / 2);
    [first.join(" "), second.join(" ")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_shown_whole_and_in_groups_run_4() {
        let lines = fingerprint(&Hash::of(b"abc"));
        assert_eq!(lines, ["ba78 16bf 8f01 cfea 4141 40de 5dae 2223", "b003 61a3 9617 7a9c b410 ff61 f200 15ad"]);
    }

    #[test]
    fn a_login_shows_no_token() {
        let session = Session {
            token: sbm_client::core::wire::v1::session::Secret::new("t-1"),
            user: Name::new("admin").unwrap(),
            roles: RoleSet::NONE,
            expires: Timestamp::from_millis(5),
        };
        let peer = crate::peer::Peer { connection: "sbm://localhost".parse().unwrap(), system_roots: false };
        let saved = Saved::new(peer, &session);
        let text = serde_json::to_string(&Shown::of(&ConnectionName::default_one(), &saved, &session)).unwrap();
        assert_eq!(text, r#"{"name":"default","connection":"sbm://localhost:8100","user":"admin","roles":[],"expires":5}"#);
    }
}
