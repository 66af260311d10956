//! `sbmctl`: administers an SBM server from the command line (CON-1).
//!
//! 1. Every command is one or a few calls of [`sbm_client::admin`]; no rule is decided here, the server decides.
//! 2. People get tables and sentences, programs get `--json`: one JSON value on standard output, the objects of the wire,
//!    an array for a list; spreadsheets get CSV. Failures go to standard error, and the exit code says of which kind they are (`exit`).
//! 3. A password is typed unseen or read from standard input or a file, never an argument: arguments are seen by every process of
//!    the machine and kept in the shell's history.
//! 4. What is kept between two calls is one file a connection with the server and the session's token, owner-only and
//!    replaced as a whole (`connections`, `saved`).
//! 5. What cannot be taken back is asked about on a terminal, and must be said with `--yes` elsewhere.
//! 6. What a server says is cleaned before a terminal sees it: no text of a user or device can move the cursor.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::allow_attributes,
        reason = "a test fails by panicking"
    )
)]

mod args;
mod command;
mod connections;
mod context;
mod exchange;
mod exit;
mod failure;
mod listing;
mod output;
mod parse;
mod peer;
mod prompt;
mod saved;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::args::Args;
use crate::failure::Failure;
use crate::output::text::is_clean;

/// Reads the arguments, does what they say and tells how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return unparsed(&error).into(),
    };
    args.global.color.write_global();
    let json = args.global.json;
    match command::run(args.command, args.global) {
        Ok(()) => exit::Exit::Ok.into(),
        Err(failure) => {
            failure.tell(json);
            failure.exit().into()
        }
    }
}

/// Help and version go to standard output and are no error. What else there is, clap explains by itself to people.
fn unparsed(error: &clap::Error) -> exit::Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return exit::Exit::Ok;
    }
    // What was not understood cannot say that it wanted JSON; the words themselves can.
    if std::env::args_os().skip(1).take_while(|word| word != "--").any(|word| word == "--json") {
        Failure::from(error).tell(true);
    } else if std::env::args_os().all(|word| is_clean(&word.to_string_lossy())) {
        let _ = error.print();
    } else {
        // clap says again what was typed or pasted, with all that is hidden in it.
        Failure::from(error).tell(false);
    }
    exit::Exit::Usage
}

/// The whole command line as clap knows it, for its help pages.
#[must_use]
pub fn command_line() -> clap::Command {
    Args::command()
}
