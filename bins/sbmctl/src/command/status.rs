//! `sbmctl status`: what the server tells everybody, and who is logged in here (RUN-1).

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::ListQuery;
use sbm_client::core::wire::v1::{self, ConnectionString};
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::moment::moment;
use crate::output::table::{Cell, Tone};
use crate::output::text::joined;
use crate::parse;
use crate::peer::Roots;
use crate::saved::Saved;

#[derive(Args, Debug)]
pub(crate) struct Status {
    /// Connection string of another server than the saved one
    #[arg(value_parser = parse::connection)]
    connection: Option<ConnectionString>,
    #[command(flatten)]
    roots: Roots,
}

pub(crate) fn run(command: Status, context: &mut Context) -> Result<(), Failure> {
    let peer = context.given_or_saved(command.connection, command.roots)?;
    let saved = context.name().and_then(|name| context.find(&name)).unwrap_or_default();
    let saved = saved.filter(|saved| saved.connection == peer.connection && saved.token.is_some());
    let admin = context.connect(&peer)?;
    let status = admin.status().map_err(|error| unasked(error.into(), saved.as_ref()))?;
    let session = saved.as_ref().and_then(|saved| saved.token.clone()).map(|token| Life::ask(&admin.with_token(token)));
    let login = saved.as_ref().and_then(|saved| Login::of(saved, session?));
    let facts = facts(&peer.connection, &status, login.as_ref());
    context.out.facts(&Shown { status: &status, login }, &facts)?;
    if session == Some(Life::Ended) {
        let login = context.said("sbmctl login");
        context.out.note(&format!("`{login}` begins a new session."))?;
    }
    Ok(())
}

/// The server is away: what is saved here is no proof that it still holds.
fn unasked(failure: Failure, saved: Option<&Saved>) -> Failure {
    match saved.and_then(|saved| Login::of(saved, Life::Unknown)) {
        Some(Login { user, .. }) => failure
            .because(&format!("`{user}` is logged in by what is saved here; whether that session lives could not be asked")),
        None => failure,
    }
}

/// What a server says of itself, and who is logged in there from here.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    status: &'a v1::Status,
    login: Option<Login<'a>>,
}

/// Whether the saved session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Life {
    /// The server took its token just now.
    Live,
    /// The server refused its token.
    Ended,
    /// The server could not be asked.
    Unknown,
}

impl Life {
    /// Asks for as little as there is to ask for with a token.
    fn ask(admin: &Admin) -> Self {
        match admin.sessions_page(&ListQuery { limit: Some(1), ..ListQuery::default() }) {
            Ok(_) => Self::Live,
            Err(error) if matches!(error.code(), Code::TokenRefused | Code::UserDisabled | Code::WrongAudience) => Self::Ended,
            Err(_) => Self::Unknown,
        }
    }
}

/// Who is logged in, and until when at the latest.
#[derive(Serialize)]
struct Login<'a> {
    user: &'a Name,
    expires: Timestamp,
    session: Life,
}

impl<'a> Login<'a> {
    fn of(saved: &'a Saved, session: Life) -> Option<Self> {
        saved.token.as_ref()?;
        Some(Self { user: saved.user.as_ref()?, expires: saved.expires?, session })
    }
}

fn facts(connection: &ConnectionString, status: &v1::Status, login: Option<&Login<'_>>) -> Vec<(&'static str, Cell)> {
    let set_up = if status.claimed {
        Cell::toned("yes", Tone::Good)
    } else {
        Cell::toned("no; run `sbmctl setup` on the server's machine", Tone::Uneasy)
    };
    let state = if status.is_serving() {
        Cell::toned("up", Tone::Good)
    } else {
        Cell::toned("up, but it has lost touch with its database and answers nothing else for now", Tone::Uneasy)
    };
    vec![
        ("server", connection.authority().into()),
        ("state", state),
        ("set up", set_up),
        ("version", (&status.version).into()),
        ("wire", joined(&status.wire).into()),
        ("offers", joined(&status.capabilities).into()),
        ("clock", Cell::moment(status.time)),
        ("logged in", logged_in(login)),
    ]
}

fn logged_in(login: Option<&Login<'_>>) -> Cell {
    let Some(Login { user, expires, session }) = login else { return "nobody".into() };
    match session {
        Life::Live => format!("{user}, until {} at the latest", moment(*expires)).into(),
        Life::Ended => Cell::toned(format!("nobody; the session of {user} has ended"), Tone::Uneasy),
        Life::Unknown => Cell::toned(format!("{user}, perhaps; whether the session lives could not be asked"), Tone::Uneasy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_status_says_what_the_server_is_and_who_is_logged_in_run_1() {
        let connection = "sbm://backup.example".parse().unwrap();
        let status: v1::Status = serde_json::from_str(
            r#"{"service":"sbm","version":"0.1.0","wire":[1],"capabilities":["sync","admin"],"claimed":true,"time":1795291485123}"#,
        )
        .unwrap();
        let saved: Saved = serde_json::from_str(
            r#"{"format":1,"connection":"sbm://backup.example","user":"admin","token":"t","expires":1795291485123}"#,
        )
        .unwrap();
        let shown = Look::default().facts(&facts(&connection, &status, Login::of(&saved, Life::Live).as_ref()));
        let expected = "\
server     backup.example:8100
state      up
set up     yes
version    0.1.0
wire       1
offers     sync, admin
clock      2026-11-21 20:04:45Z
logged in  admin, until 2026-11-21 20:04:45Z at the latest
";
        assert_eq!(shown, expected);
        let behind = v1::Status { serving: Some(false), ..status.clone() };
        let shown = Look::default().facts(&facts(&connection, &behind, None));
        assert!(
            shown.contains("\nstate      up, but it has lost touch with its database and answers nothing else for now\n"),
            "{shown}"
        );
        let json = serde_json::to_value(Shown { status: &status, login: Login::of(&saved, Life::Ended) }).unwrap();
        let login = serde_json::json!({"user": "admin", "expires": 1_795_291_485_123_i64, "session": "ended"});
        assert_eq!((&json["version"], &json["login"]), (&"0.1.0".into(), &login));
        assert!(Login::of(&saved.clone().logged_out(), Life::Live).is_none());
        assert_eq!(logged_in(None), "nobody".into());
        let told = |life| logged_in(Login::of(&saved, life).as_ref()).texts().0.to_owned();
        assert_eq!(told(Life::Ended), "nobody; the session of admin has ended");
        assert_eq!(told(Life::Unknown), "admin, perhaps; whether the session lives could not be asked");
        let offline = |saved| unasked(Failure::new(Code::Unreachable, "away"), saved).sentence().to_owned();
        assert_eq!(offline(None), "away");
        assert!(offline(Some(&saved)).contains("could not be asked"));
    }
}
