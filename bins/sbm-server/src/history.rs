//! `sbm-server history due`: what retention would let go, before anything goes (HIS-7).

use std::process::ExitCode;

use clap::{ArgMatches, Command};
use sbm_server::clock::{Clock as _, SystemClock};
use sbm_server::config::Config;
use sbm_server::place;

/// What counts for it.
const SETTINGS: &[&str] =
    &["config", "data_dir", "store", "store_password_file", "key_file", "history.keep_days", "history.keep_runs"];

pub(super) fn command() -> Command {
    let due = Command::new("due").about(
        "Tells how many runs `history.keep_days` and `history.keep_runs` would let go now; changes nothing. The last successful \
         run of a profile is never among them",
    );
    let all = Command::new("history").about("How long the history of the server is kept").subcommand_required(true);
    super::with(all, SETTINGS).subcommand(super::with(due, SETTINGS))
}

pub(super) fn run(config: &Config, asked: &ArgMatches) -> ExitCode {
    let Some(("due", _)) = asked.subcommand() else { return ExitCode::FAILURE };
    if config.history.is_for_ever() {
        super::say("history is kept for ever: neither `history.keep_days` nor `history.keep_runs` is set\n");
        return ExitCode::SUCCESS;
    }
    match place::past_retention(config, SystemClock.now()) {
        Ok(due) => {
            super::say(&format!("runs past retention: {due}; the next sweep of a server with these limits lets them go\n"));
            ExitCode::SUCCESS
        }
        Err(refused) => super::failed(&format!("{} [{}]", refused.message, refused.code)),
    }
}
