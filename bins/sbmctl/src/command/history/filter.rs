//! Which runs are meant (HIS-5); the same words for every command of the history.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::id::InstallationId;
use sbm_client::core::run::{ProfileKind, RunResult};
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::HistoryQuery;

use crate::command::profile;
use crate::failure::Failure;
use crate::output::moment::When;
use crate::parse;

#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Which runs")]
pub(crate) struct Filter {
    /// Only of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// Only of this managed profile: its GUID, or its name if no other has it
    #[arg(short, long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Only of profiles with this name, local ones too
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    profile_name: Option<String>,
    /// Only of this device: its installation, as `sbmctl device list` shows it
    #[arg(long, value_name = "ID", value_parser = parse::installation)]
    device: Option<InstallationId>,
    /// Only of this computer
    #[arg(long, value_name = "NAME")]
    computer: Option<String>,
    /// Only with this result
    #[arg(short, long, value_parser = parse::result())]
    result: Option<RunResult>,
    /// Only of this type of profile
    #[arg(long = "type", value_name = "TYPE", value_parser = parse::kind())]
    kind: Option<ProfileKind>,
    /// Only restores
    #[arg(long, conflicts_with = "no_restores")]
    restores: bool,
    /// Only what is no restore
    #[arg(long)]
    no_restores: bool,
    /// Only what started then or later: a date, a time, or how long ago (7d, 12h)
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    since: Option<When>,
    /// Only what started before that
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    until: Option<When>,
    /// Only runs with this text in a name or in the error
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl Filter {
    /// What to ask the server.
    pub(crate) fn query(&self, admin: &Admin) -> Result<HistoryQuery, Failure> {
        let profile = self.profile.as_deref().map(|wanted| profile::guid(admin, wanted)).transpose()?;
        Ok(HistoryQuery {
            user: self.user.clone(),
            profile,
            profile_name: self.profile_name.clone(),
            installation: self.device,
            computer: self.computer.clone(),
            result: self.result,
            kind: self.kind,
            restore: if self.restores { Some(true) } else { self.no_restores.then_some(false) },
            since: moment(self.since)?,
            until: moment(self.until)?,
            q: self.search.clone(),
            ..HistoryQuery::default()
        })
    }
}

/// What a moment that was typed means now.
pub(in crate::command) fn moment(when: Option<When>) -> Result<Option<Timestamp>, Failure> {
    when.map(|when| when.resolve().ok_or_else(|| Failure::usage("that moment is outside of the calendar"))).transpose()
}
