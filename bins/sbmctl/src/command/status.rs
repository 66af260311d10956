//! `sbmctl status`: what the server tells everybody, and who is logged in here (RUN-1).

use clap::Args;
use sbm_client::core::name::Name;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::{self, ConnectionString};
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::moment::moment;
use crate::output::table::{Cell, Tone};
use crate::output::text::joined;
use crate::parse;
use crate::saved::Saved;

#[derive(Args, Debug)]
pub(crate) struct Status {
    /// Connection string of another server than the saved one
    #[arg(value_parser = parse::connection)]
    connection: Option<ConnectionString>,
}

pub(crate) fn run(command: Status, context: &mut Context) -> Result<(), Failure> {
    let connection = context.given_or_saved(command.connection)?;
    let status = context.connect(&connection)?.status()?;
    let login = context.find(&context.name()?)?.filter(|saved| saved.connection == connection);
    let login = login.as_ref();
    context.out.facts(&Shown { status: &status, login: login.and_then(Login::of) }, &facts(&connection, &status, login))
}

/// What a server says of itself, and who is logged in there from here.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    status: &'a v1::Status,
    login: Option<Login<'a>>,
}

/// Who is logged in, and until when at the latest.
#[derive(Serialize)]
struct Login<'a> {
    user: &'a Name,
    expires: Timestamp,
}

impl<'a> Login<'a> {
    fn of(saved: &'a Saved) -> Option<Self> {
        saved.token.as_ref()?;
        Some(Self { user: saved.user.as_ref()?, expires: saved.expires? })
    }
}

fn facts(connection: &ConnectionString, status: &v1::Status, login: Option<&Saved>) -> Vec<(&'static str, Cell)> {
    let set_up = if status.claimed {
        Cell::toned("yes", Tone::Good)
    } else {
        Cell::toned("no; run `sbmctl setup` on the server's machine", Tone::Uneasy)
    };
    vec![
        ("server", connection.authority().into()),
        ("state", Cell::toned("up", Tone::Good)),
        ("set up", set_up),
        ("version", (&status.version).into()),
        ("wire", joined(&status.wire).into()),
        ("offers", joined(&status.capabilities).into()),
        ("clock", Cell::moment(status.time)),
        ("logged in", logged_in(login)),
    ]
}

fn logged_in(saved: Option<&Saved>) -> Cell {
    match saved.and_then(Login::of) {
        Some(Login { user, expires }) => format!("{user}, until {} at the latest", moment(expires)).into(),
        _ => "nobody".into(),
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
        let shown = Look::default().facts(&facts(&connection, &status, Some(&saved)));
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
        let json = serde_json::to_value(Shown { status: &status, login: Login::of(&saved) }).unwrap();
        assert_eq!(
            (&json["version"], &json["login"]),
            (&"0.1.0".into(), &serde_json::json!({"user": "admin", "expires": 1_795_291_485_123_i64}))
        );
        assert!(Login::of(&saved.clone().logged_out()).is_none());
        assert_eq!(logged_in(Some(&saved.logged_out())), "nobody".into());
    }
}
