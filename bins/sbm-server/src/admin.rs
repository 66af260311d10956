//! `sbm-server admin`: asking for a new password and telling what became of it (RUN-3); a new setup code (RUN-2).

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::wire::v1::session::Secret;
use sbm_server::auth::password::generate;
use sbm_server::clock::SystemClock;
use sbm_server::config::Config;
use sbm_server::reset::{Factor, Running, reset};
use sbm_server::setup_anew::new_setup_code;
use zeroize::Zeroizing;

/// The most bytes of a password.
const MAX_PASSWORD: u64 = 1_024;

/// What counts for finding the database.
const SETTINGS: &[&str] = &["config", "data_dir", "store", "store_password_file", "key_file"];
/// What counts for a new password, besides.
const RESETTING: &[&str] =
    &["config", "data_dir", "store", "store_password_file", "key_file", "hashing.parallel", "hashing.waiting"];

pub(super) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let reset = Command::new("reset")
        .about(
            "Gives `admin` a new password: for the owner of the data directory, beside a running server or with none. \
             Every session of `admin`'s ends, and if it was disabled it is enabled again",
        )
        .arg(flag("password-stdin", "Reads the new password from standard input, as one line"))
        .arg(flag("generate", "Makes up a password and shows it, once").conflicts_with("password-stdin"))
        .arg(flag(
            "remove-second-factor",
            "Removes the second factor of `admin`, too: for who lost the phone and the recovery codes",
        ));
    let setup_code = Command::new("setup-code").about(
        "Makes a new setup code in this data directory, in place of any: for a server that is not set up yet, when the server \
         that had the code is lost or ten wrong tries ended it. Then run `sbmctl setup` on this machine",
    );
    let all = Command::new("admin").about("What the owner of the data directory may do").subcommand_required(true);
    let (reset, setup_code) = (super::with(reset, RESETTING), super::with(setup_code, SETTINGS));
    super::with(all, SETTINGS).subcommand(reset).subcommand(setup_code)
}

pub(super) fn run(config: &Config, asked: &ArgMatches) -> ExitCode {
    let done = match asked.subcommand() {
        Some(("reset", asked)) => done(config, asked),
        Some(("setup-code", _)) => new_setup_code(config).map(|place| {
            let told = format!("the setup code is in {place}, and no other counts; run `sbmctl setup` there");
            // Without a place to tell it, the exit code has to do.
            let _ = writeln!(std::io::stderr(), "sbm-server: {told}");
        }),
        _ => return ExitCode::FAILURE,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => super::failed(&format!("{} [{}]", refused.message, refused.code)),
    }
}

fn done(config: &Config, asked: &ArgMatches) -> Result<(), Refusal> {
    let generated = asked.get_flag("generate");
    let password = match (generated, asked.get_flag("password-stdin")) {
        (true, _) => generate()?,
        (false, true) => line()?,
        (false, false) => ask()?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|_| Code::Internal)?;
    let factor = if asked.get_flag("remove-second-factor") { Factor::Removed } else { Factor::Kept };
    let running = runtime.block_on(reset(config, &password, factor, &SystemClock))?;
    if generated {
        super::say(&format!("{}\n", password.reveal()));
    }
    let told = match running {
        Running::None => "`admin` has a new password, and every session is over; no server is running",
        Running::Followed => "`admin` has a new password, and every session is over; the running server goes by it",
        Running::Silent => {
            "`admin` has a new password, but the running server has not said that it goes by it; restart it to end every session"
        }
    };
    // Without a place to tell it, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "sbm-server: {told}");
    Ok(())
}

fn line() -> Result<Secret, Refusal> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_PASSWORD as usize + 2));
    let read = std::io::stdin().lock().take(MAX_PASSWORD + 2).read_line(&mut text);
    read.map_err(|error| wrong(format!("standard input cannot be read: {error}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Secret::new(line.strip_suffix('\r').unwrap_or(line)))
}

fn ask() -> Result<Secret, Refusal> {
    if !std::io::stdin().is_terminal() {
        return Err(wrong("there is no terminal to ask for the password; use --password-stdin or --generate".to_owned()));
    }
    let typed = |prompt: &str| {
        let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
        typed.map_err(|error| wrong(format!("the password cannot be read: {error}")))
    };
    let first = typed("new password of admin: ")?;
    if first == typed("the same again: ")? {
        Ok(Secret::new(first.as_str()))
    } else {
        Err(wrong("the two passwords are not the same; nothing was changed, try again".to_owned()))
    }
}

fn wrong(message: String) -> Refusal {
    Refusal { code: Code::InvalidArgument, message }
}
