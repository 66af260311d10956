//! `sbmctl session` (RUN-7): who is logged in, and an end to it.

use clap::{ArgGroup, Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::{ListQuery, SessionEntry as Shown};
use sbm_client::core::wire::v1::session::Audience;
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, text};
use crate::output::text::{count, or_dash};
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Session {
    /// List the sessions: one's own, or everybody's with the role for it
    List(List),
    /// End sessions; their next request is refused
    Revoke(Revoke),
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only sessions of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("which").required(true).multiple(true).args(["ids", "user", "others"]))]
pub(crate) struct Revoke {
    /// Id of the session, as the list shows it; several one after the other
    #[arg(value_name = "ID", conflicts_with_all = ["user", "others"])]
    ids: Vec<String>,
    /// All sessions of this user, devices as well
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// Every session of one's own but this one; with --user, every one of that user but this one
    #[arg(long)]
    others: bool,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("ID"),
        text("USER"),
        text("AUDIENCE"),
        text("COMPUTER").extra(),
        text("CREATED").extra(),
        text("LAST USED"),
        text("EXPIRES").extra(),
        text("CURRENT"),
        text("INSTALLATION").rare(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.id).into(),
            (&self.user).into(),
            audience(self.audience).into(),
            or_dash(self.computer.as_deref().unwrap_or_default()).into(),
            Cell::moment(self.created),
            Cell::moment(self.last_used),
            Cell::moment(self.expires),
            Cell::flag(self.current).tone(if self.current { Tone::Good } else { Tone::Plain }),
            or_dash(&self.installation.map(|id| id.to_string()).unwrap_or_default()).into(),
        ]
    }
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Console => "console",
        Audience::Device => "device",
        Audience::Api => "api",
    }
}

pub(crate) fn run(command: Session, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Session::List(list) => {
            let filters = ListQuery { user: list.user, ..ListQuery::default() };
            list.listing.show::<Shown>(&admin, filters, context, "no session fits")
        }
        Session::Revoke(revoke) => end(&revoke, &admin, context),
    }
}

fn end(revoke: &Revoke, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let saved = context.saved()?;
    let ids =
        if revoke.ids.is_empty() { fitting(revoke, saved.user.as_ref().map(Name::as_str), admin)? } else { revoke.ids.clone() };
    if ids.is_empty() {
        return context.out.changed(&json!({"ok": true, "ended": 0}), "there is no such session to end");
    }
    if revoke.ids.is_empty() {
        revoke.consent.ask(&format!("end {}?", count(ids.len(), "session")))?;
    }
    for (done, id) in ids.iter().enumerate() {
        admin.end_session(id).map_err(|error| {
            Failure::from(error).hint_for(Code::NotFound, "`sbmctl session list` shows the sessions").after(done, "ended")
        })?;
    }
    context.out.changed(&json!({"ok": true, "ended": ids.len()}), &format!("ended {}", count(ids.len(), "session")))
}

/// The sessions of a user, the one that is acting last, so that the others are ended before it is.
fn fitting(revoke: &Revoke, own: Option<&str>, admin: &Admin) -> Result<Vec<String>, Failure> {
    let user = revoke.user.clone().or_else(|| own.map(str::to_owned));
    let filters = ListQuery { user, limit: Some(500), ..ListQuery::default() };
    let mut sessions = admin.rows::<Shown>(&filters).collect::<Result<Vec<_>, _>>()?;
    sessions.retain(|session| !(revoke.others && session.current));
    sessions.sort_by_key(|session| session.current);
    Ok(sessions.into_iter().map(|session| session.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_list_of_sessions_says_whose_they_are_and_never_a_token_run_7() {
        let sessions: Vec<Shown> = serde_json::from_str(
            r#"[{"id":"0000000000000007","audience":"console","user":"admin","created":1795291485123,"last_used":1795291485123,"expires":1795291485123,"current":true},
                {"id":"0000000000000008","audience":"device","user":"carol","installation":"11111111111111111111111111111111","computer":"desk-7","created":1795291485123,"last_used":1795291485123,"current":false}]"#,
        )
        .unwrap();
        let expected = "\
ID                USER   AUDIENCE  COMPUTER  CREATED               LAST USED             EXPIRES               CURRENT  INSTALLATION
0000000000000007  admin  console   -         2026-11-21 20:04:45Z  2026-11-21 20:04:45Z  2026-11-21 20:04:45Z  yes      -
0000000000000008  carol  device    desk-7    2026-11-21 20:04:45Z  2026-11-21 20:04:45Z  -                     no       11111111111111111111111111111111
";
        assert_eq!(Look::default().list(&sessions), expected);
    }
}
