//! `sbm-server keys`: the key file of a database that servers share (RUN-4, ERR-5).

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_server::config::Config;
use sbm_server::pki::KeyFile;
use sbm_server::place;

/// What counts for sealing anew.
const SETTINGS: &[&str] = &["config", "data_dir", "store", "store_password_file", "key_file"];

pub(super) fn command() -> Command {
    let file = |name: &'static str, help: &'static str| {
        let arg = Arg::new(name).required(true).value_name("FILE").value_hint(ValueHint::FilePath);
        arg.value_parser(value_parser!(PathBuf)).help(help)
    };
    let create = Command::new("create")
        .about(
            "Makes a key file, once for a database: each of its servers has a copy and names it as `key_file`. \
             Keep one more where no server is: without it the database's keys are lost",
        )
        .arg(file("file", "The file to make; what is there is never written over"));
    let rekey = Command::new("rekey")
        .about(
            "Seals the secrets in the PostgreSQL that `store` names under another key file, at once or not at all. \
             Every server of it must be stopped, and needs the new file before it starts again",
        )
        .arg(file("old", "The key file until now").long("old"))
        .arg(file("new", "The key file from now on, made with `keys create`").long("new"));
    let all = Command::new("keys").about("The key file of a database that several servers share").subcommand_required(true);
    let (create, rekey) = (super::with(create, &[]), super::with(rekey, SETTINGS));
    super::with(all, SETTINGS).subcommand(create).subcommand(rekey)
}

/// Makes a key file, if that is asked for.
pub(super) fn create(asked: &ArgMatches) -> Option<ExitCode> {
    let path = asked.subcommand_matches("create")?.get_one::<PathBuf>("file")?;
    Some(match KeyFile::create(path) {
        Ok(_) => {
            tell(&format!(
                "`{}` is the key file now: copy it to each server of the database, and name it as `key_file`",
                path.display()
            ));
            ExitCode::SUCCESS
        }
        Err(error) => super::failed(&format!("{error} [{}]", error.code())),
    })
}

pub(super) fn run(config: &Config, asked: &ArgMatches) -> ExitCode {
    let done = asked.subcommand_matches("rekey").map_or_else(|| Err(Code::InvalidArgument.into()), |asked| rekey(config, asked));
    match done {
        Ok(count) => {
            tell(&format!("secrets sealed anew: {count}; give each server the new key file before it starts"));
            ExitCode::SUCCESS
        }
        Err(refused) => super::failed(&format!("{} [{}]", refused.message, refused.code)),
    }
}

fn rekey(config: &Config, asked: &ArgMatches) -> Result<usize, Refusal> {
    let file = |name: &str| asked.get_one::<PathBuf>(name).cloned().ok_or(Code::InvalidArgument);
    let (old, new) = (file("old")?, file("new")?);
    let new = KeyFile::read(&new).map_err(|error| Refusal { code: error.code(), message: error.to_string() })?;
    let vault = place::open_vault(config, old, &mut || {
        tell("a server is there that may be running or not: it is watched for some seconds");
        Ok(())
    })?;
    vault.reseal(&new).map_err(|error| Refusal { code: error.code(), message: error.to_string() })
}

fn tell(message: &str) {
    // Without a place to tell it, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "sbm-server: {message}");
}
