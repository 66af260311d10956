//! The arguments that every command knows, and the commands.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::command::Command;
use crate::connections::ConnectionName;
use crate::{exit, parse};

/// Administers an SBM server
#[derive(Parser, Debug)]
#[command(name = "sbmctl", version, after_help = exit::HELP, arg_required_else_help = true, subcommand_required = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command knows.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    // The variables are read where they are needed: one that clap reads counts as an argument that was given, and shows in
    // usage lines.
    /// Act at the server of this connection [env: SBM_CONNECTION_NAME]
    #[arg(id = "named", long = "connection", global = true, value_name = "NAME", value_parser = parse::connection_name)]
    pub(crate) connection: Option<ConnectionName>,
    /// Keep connections and sessions in and beside this file [env: SBMCTL_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Act with the token in the first line of this file, not with a login [env: SBM_TOKEN, the token itself; never empty]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say only what was asked for, and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Show and read times in UTC, not in local time
    #[arg(long, global = true)]
    pub(crate) utc: bool,
    /// Use colour: auto, always or never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", hide_possible_values = true)]
    pub(crate) color: Color,
    /// How long to wait for the server
    #[arg(long, global = true, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3_600))]
    timeout: u32,
}

impl Global {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }
}

/// When output is coloured.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Makes the choice for the whole process.
    pub(crate) fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_ticket_is_taken_whatever_sign_it_begins_with_run_8() {
        let line = "sbmctl factor confirm --ticket -k0_-x --code 12345678";
        assert!(Args::try_parse_from(line.split(' ')).is_ok());
    }
}
