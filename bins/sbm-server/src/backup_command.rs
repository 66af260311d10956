//! `sbm-server backup`: making, looking through, bringing back and listing backups of the server (DOOR-2, OFF-3).

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use sbm_server::backup::{self, BackupError, Listed, Manifest, Origin, Verified};
use sbm_server::clock::{Clock as _, SystemClock};
use sbm_server::config::Config;
use sbm_server::pki::KeyFile;
use serde_json::json;

/// What counts for making and listing.
const PLACES: &[&str] = &["config", "data_dir", "store", "store_password_file", "key_file", "backup.dir"];
/// What counts for bringing one back. Names and certificate stand in the epoch that it publishes.
const RESTORING: &[&str] =
    &["config", "data_dir", "store", "store_password_file", "key_file", "names", "tls.certificate", "tls.key"];

pub(super) fn command() -> Command {
    let path = |name: &'static str, help: &'static str| {
        let arg = Arg::new(name).value_parser(value_parser!(PathBuf)).value_hint(ValueHint::AnyPath).value_name("PATH");
        arg.help(help)
    };
    let json = || Arg::new("json").long("json").action(ArgAction::SetTrue).help("Writes JSON, for programs");
    let key = || {
        path(
            "backup-key-file",
            "The key file of the database that it was made of, if that was a PostgreSQL [default: `key_file`]",
        )
        .long("backup-key-file")
    };
    let create = Command::new("create")
        .about("Makes a backup beside the running server, or with none, and verifies it. Nobody has to wait for it")
        .arg(path("to", "The directory that gets it, as a directory of its own [default: `backup.dir`]").long("to"))
        .arg(json());
    let verify = Command::new("verify")
        .about("Looks through a backup: files, database, audit log and keys. Nothing is written")
        .arg(path("backup", "The backup").required(true))
        .arg(key())
        .arg(json());
    let restore = Command::new("restore")
        .about(
            "Brings a backup back into the data directory and the store of the settings, which must be empty. \
             Either kind of database takes either kind of backup. Clients go on as soon as the server runs",
        )
        .arg(path("backup", "The backup").required(true))
        .arg(key());
    let list = Command::new("list")
        .about("Lists the backups in a directory, and what became of those that the server makes by itself")
        .arg(path("in", "The directory [default: `backup.dir`]").long("in"))
        .arg(json());
    let all = Command::new("backup").about("Backups of the server itself: its database and its keys").subcommand_required(true);
    let (create, verify) = (super::with(create, PLACES), super::with(verify, &["config", "key_file"]));
    let (restore, list) = (super::with(restore, RESTORING), super::with(list, PLACES));
    super::with(all, PLACES).subcommands([create, verify, restore, list])
}

pub(super) fn run(config: &Config, asked: &ArgMatches) -> ExitCode {
    let done = match asked.subcommand() {
        Some(("create", asked)) => create(config, asked),
        Some(("verify", asked)) => verify(config, asked),
        Some(("restore", asked)) => restore(config, asked),
        Some(("list", asked)) => list(config, asked),
        _ => return ExitCode::FAILURE,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::failed(&format!("{error} [{}]", error.code())),
    }
}

fn create(config: &Config, asked: &ArgMatches) -> Result<(), BackupError> {
    let to = directory(config, asked, "to")?;
    let origin = Origin::beside(config)?;
    let made = backup::create(&origin, &to, SystemClock.now(), &Arc::new(AtomicBool::new(false)))?;
    if asked.get_flag("json") {
        print_json(&json!({ "path": made.path, "manifest": made.manifest }));
    } else {
        super::say(&format!("{}\n", made.path.display()));
        tell(&format!("the backup was made and verified: {}", summary(&made.manifest)));
    }
    Ok(())
}

fn verify(config: &Config, asked: &ArgMatches) -> Result<(), BackupError> {
    let backup = path(asked, "backup");
    let Verified { manifest, keys_were_tried, advice, .. } = backup::verify(&backup, key(config, asked)?.as_ref())?;
    if asked.get_flag("json") {
        print_json(&json!({ "manifest": manifest, "keys_were_tried": keys_were_tried, "advice": advice }));
        return Ok(());
    }
    for advice in advice {
        tell(&advice);
    }
    if !keys_were_tried {
        tell("its keys are sealed and were not tried; name the key file of its database with `--backup-key-file`");
    }
    super::say(&format!("the backup is good: {}\n", summary(&manifest)));
    Ok(())
}

fn restore(config: &Config, asked: &ArgMatches) -> Result<(), BackupError> {
    let backup = path(asked, "backup");
    let restored = backup::restore(config, &backup, key(config, asked)?.as_ref(), &SystemClock)?;
    super::say(&format!(
        "`{}` holds the backup now: {}; it begins anew with epoch {}\n",
        restored.place,
        summary(&restored.manifest),
        restored.epoch
    ));
    tell("sessions of consoles are over, devices go on; what was revoked or changed after the backup has to be done again");
    Ok(())
}

fn list(config: &Config, asked: &ArgMatches) -> Result<(), BackupError> {
    let directory = directory(config, asked, "in")?;
    let listed = backup::list(&directory)?;
    let last = config.backup.dir.as_ref().map(|_| backup::last(config).map_err(|error| error.to_string()));
    if asked.get_flag("json") {
        let rows: Vec<_> = listed
            .iter()
            .map(|Listed { name, path, manifest }| match manifest {
                Ok(manifest) => json!({ "name": name, "path": path, "manifest": manifest }),
                Err(why) => json!({ "name": name, "path": path, "why": why }),
            })
            .collect();
        let scheduled = last.map(|last| match last {
            Ok(last) => json!({
                "last_success": last.done,
                "last_failure": last.failed.as_ref().map(|(at, _)| at),
                "failure": last.failed.as_ref().map(|(_, why)| why),
            }),
            Err(why) => json!({ "unknown": why }),
        });
        print_json(&json!({ "directory": directory, "backups": rows, "scheduled": scheduled }));
        return Ok(());
    }
    super::say(&table(&directory, &listed));
    match last {
        None => tell("the server makes none by itself; set `backup.dir`"),
        Some(Err(why)) => tell(&format!("what became of those that the server makes by itself cannot be told: {why}")),
        Some(Ok(last)) => {
            let done = last.done.map_or("never".to_owned(), |at| at.to_rfc3339());
            tell(&format!("the server last made one by itself: {done}"));
            if let Some((at, why)) = last.failed {
                tell(&format!("it last failed to: {}, {why}", at.to_rfc3339()));
            }
        }
    }
    Ok(())
}

fn table(directory: &Path, listed: &[Listed]) -> String {
    if listed.is_empty() {
        return format!("there is no backup in `{}`\n", directory.display());
    }
    let mut text = String::new();
    for backup in listed {
        let about = match &backup.manifest {
            Ok(manifest) => format!("{}, {} KiB", summary(manifest), backup.size().div_ceil(1024)),
            Err(why) => why.clone(),
        };
        // Writing to a text never fails.
        let _ = writeln!(text, "{}  {about}", backup.name);
    }
    text
}

fn summary(manifest: &Manifest) -> String {
    format!(
        "{} of {}, schema {}, revision {}, epoch {}, runs {}, audit entries {}",
        manifest.database,
        manifest.taken.to_rfc3339(),
        manifest.schema,
        manifest.revision,
        manifest.epoch,
        manifest.runs,
        manifest.audit
    )
}

fn directory(config: &Config, asked: &ArgMatches, name: &str) -> Result<PathBuf, BackupError> {
    asked.get_one::<PathBuf>(name).or(config.backup.dir.as_ref()).cloned().ok_or(BackupError::NoPlace)
}

fn path(asked: &ArgMatches, name: &str) -> PathBuf {
    asked.get_one::<PathBuf>(name).cloned().unwrap_or_default()
}

fn key(config: &Config, asked: &ArgMatches) -> Result<Option<KeyFile>, BackupError> {
    let file = asked.get_one::<PathBuf>("backup-key-file").or(config.key_file.as_ref());
    Ok(file.map(|file| KeyFile::read(file)).transpose()?)
}

fn print_json(value: &serde_json::Value) {
    super::say(&format!("{value:#}\n"));
}

fn tell(message: &str) {
    // Without a place to tell it, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "sbm-server: {message}");
}
