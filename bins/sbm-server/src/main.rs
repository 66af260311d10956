//! `sbm-server`: the reference server of SBM.

mod admin;
mod backup_command;
mod history;
mod keys;
#[cfg(windows)]
mod service_command;
mod transfer;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_server::clock::{Clock as _, SystemClock};
use sbm_server::config::{Config, ConfigError, Report, SETTINGS, Setting, Sources};
use sbm_server::data_dir::SetupCode;
use sbm_server::server::Server;
use sbm_server::supervisor::{Signals, Stage, tell};

/// The argument that names the configuration file.
const FILE: &str = "config";
/// Above what every command takes, below its own options.
const SETTINGS_HEADING: &str = "Settings of the server";

fn main() -> ExitCode {
    let matches = command().get_matches();
    let sources = sources(&matches);
    if let Some(("config", asked)) = matches.subcommand() {
        return match asked.subcommand() {
            Some(("check", asked)) => check(&sources, asked.get_flag("json"), asked.get_flag("connect")),
            _ => show(&sources, asked.get_flag("json")),
        };
    }
    // A key file is made before there is a configuration that names it.
    if let Some(done) = matches.subcommand_matches("keys").and_then(keys::create) {
        return done;
    }
    // Which database counts is said to this command by options of its own.
    if let Some(("move", asked)) = matches.subcommand() {
        return transfer::run(sources, asked);
    }
    #[cfg(windows)]
    if let Some(("service", asked)) = matches.subcommand() {
        return service_command::run(&sources, asked);
    }
    match Config::check(&sources) {
        Ok(config) => match matches.subcommand() {
            Some(("admin", asked)) => admin::run(&config, asked),
            Some(("backup", asked)) => backup_command::run(&config, asked),
            Some(("history", asked)) => history::run(&config, asked),
            Some(("keys", asked)) => keys::run(&config, asked),
            _ => run(config, &sources),
        },
        Err(errors) => all_failed(&errors),
    }
}

fn command() -> Command {
    let about = "The reference server of SBM: manages backup programs, hands out their profiles, collects their history.\n\n\
                 Every setting can stand in the configuration file, in the environment or on the command line, each above the one before.\n\n\
                 SBM_LOG in the environment says how much is logged: error, warn, info (the default), debug or trace; also by part, \
                 such as `info,sbm_server=debug`.";
    let command = Command::new("sbm-server")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about)
        .args(settings())
        .subcommand(Command::new("run").about("Runs the server; this is also what happens without a command"))
        .subcommand(admin::command())
        .subcommand(backup_command::command())
        .subcommand(with(transfer::command(), transfer::SETTINGS))
        .subcommand(keys::command())
        .subcommand(history::command())
        .subcommand(
            Command::new("config")
                .about("Shows every setting with its value and where that comes from")
                .arg(json_flag())
                .subcommand(
                Command::new("check")
                    .about(
                        "Tells everything that is wrong with the configuration, and what is probably not meant; changes nothing",
                    )
                    .arg(json_flag())
                    .arg(
                        Arg::new("connect")
                            .long("connect")
                            .action(ArgAction::SetTrue)
                            .help("Also connects to the PostgreSQL that `store` names, as the server would"),
                    ),
            ),
        );
    #[cfg(windows)]
    let command = command.subcommand(service_command::command());
    command
}

/// The configuration file and every setting, which all commands take.
fn settings() -> impl Iterator<Item = Arg> {
    let file = Arg::new(FILE).long(FILE).global(true).help_heading(SETTINGS_HEADING).value_name("FILE");
    let file = file.help(format!("the configuration file, in TOML [env: {}]", Sources::FILE_VARIABLE));
    let settings = SETTINGS.iter().map(|setting| {
        let default = if setting.default.is_empty() { String::new() } else { format!(" [default: {}]", setting.default) };
        let help = format!("{} [env: {}]{default}", setting.about, setting.environment());
        let setting_of = Arg::new(setting.key).long(setting.flag()).global(true).help_heading(SETTINGS_HEADING);
        setting_of.value_name("VALUE").help(help)
    });
    std::iter::once(file).chain(settings)
}

/// A command on whose page stand the settings that count there, and no others. It takes them all: the same line serves all
/// commands.
fn with(command: Command, counting: &[&str]) -> Command {
    let is_shown = |arg: &Arg| counting.contains(&arg.get_id().as_str());
    command.args(settings().map(|arg| if is_shown(&arg) { arg } else { arg.hide(true) }))
}

fn json_flag() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Writes JSON, for programs")
}

fn sources(matches: &ArgMatches) -> Sources {
    let environment = Sources::process_environment();
    let named = environment.iter().find(|(name, _)| name == Sources::FILE_VARIABLE).map(|(_, path)| path.clone());
    let flags =
        SETTINGS.iter().filter_map(|setting| Some((setting.key.to_owned(), matches.get_one::<String>(setting.key)?.clone())));
    Sources { file: matches.get_one::<String>(FILE).cloned().or(named).map(Into::into), flags: flags.collect(), environment }
}

fn show(sources: &Sources, json: bool) -> ExitCode {
    match Config::check(sources) {
        Ok(config) => {
            say(&if json { config.json() } else { config.table() });
            ExitCode::SUCCESS
        }
        Err(errors) => all_failed(&errors),
    }
}

fn check(sources: &Sources, json: bool, connect: bool) -> ExitCode {
    let report = Report::of(sources, SystemClock.now());
    let report = if connect { report.connect(sources) } else { report };
    say(&if json { report.json() } else { report.text() });
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say(text: &str) {
    // Nobody reads any more: nothing is left to do.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn run(config: Config, sources: &Sources) -> ExitCode {
    let filter = match sources.log_filter() {
        Ok(filter) => filter,
        Err(error) => return config_failed(&error),
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    match run_logged(config, sources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => failed(&message),
    }
}

/// Runs the server where there is a log already.
fn run_logged(config: Config, sources: &Sources) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the operating system gives no threads: {error}"))?;
    for advice in config.advice(sources) {
        tracing::warn!("{advice}");
    }
    runtime.block_on(serve(config)).map_err(|refusal| format!("{} [{}]", refusal.message, refusal.code))
}

/// What is typed on this machine to set the server up.
fn setup_command(data_dir: &Path) -> String {
    if Setting::find("data_dir").is_some_and(|setting| Path::new(setting.default) == data_dir) {
        return "sbmctl setup".into();
    }
    // A shell may stand somewhere else than the server.
    let whole = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.into()).display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/\\:._-+@~".contains(c);
    let quoted = if whole.chars().all(plain) {
        whole
    } else if cfg!(windows) {
        format!("\"{whole}\"")
    } else {
        format!("'{}'", whole.replace('\'', "'\\''"))
    };
    format!("sbmctl setup --data-dir {quoted}")
}

async fn serve(config: Config) -> Result<(), Refusal> {
    let data_dir = config.data_dir.clone();
    let signals = Signals::take()
        .map_err(|error| Refusal { code: Code::Internal, message: format!("signals cannot be taken over: {error}") })?;
    let server = Server::open(config, Arc::new(SystemClock)).await?;
    for address in server.addresses() {
        tracing::info!(%address, "listening");
    }
    if let Some(connection) = server.named_connection() {
        tracing::info!(%connection, "clients reach the server so");
    }
    tracing::info!(connection = %server.connection(), "clients on this machine reach the server so");
    // Where several servers share a database, one of them has the code, and said which when it started.
    if !server.service().facts().server().claimed && server.service().data_dir().has(SetupCode::FILE) {
        tracing::info!("the server is not set up yet: run `{}` on this machine", setup_command(&data_dir));
    }
    let stop = signals.until_stop(server.reload());
    tell(Stage::Ready);
    server.serve(stop).await;
    tracing::info!("stopped");
    Ok(())
}

fn config_failed(error: &ConfigError) -> ExitCode {
    failed(&format!("{error} [{}]", error.code()))
}

fn all_failed(errors: &[ConfigError]) -> ExitCode {
    for error in errors {
        config_failed(error);
    }
    ExitCode::FAILURE
}

fn failed(message: &str) -> ExitCode {
    // Without a place to tell it, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "sbm-server: {message}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn a_command_s_own_options_come_before_the_settings_run_1() {
        let mut command = command();
        command.build();
        let mut page = |path: &[&str]| {
            let found = path.iter().fold(&mut command, |command, name| command.find_subcommand_mut(name).unwrap());
            found.render_long_help().to_string()
        };
        for (path, own) in [
            (&["admin", "reset"][..], &["--password-stdin", "--generate"][..]),
            (&["config"], &["--json", "check"]),
            (&["config", "check"], &["--json", "--connect"]),
            (&["keys", "rekey"], &["--old", "--new"]),
            (&["move"], &["--from", "--undo"]),
            (&["backup", "verify"], &["--backup-key-file", "--json"]),
            (&[], &["--version", "admin"]),
        ] {
            let page = page(path);
            let (before, after) = page.split_once(SETTINGS_HEADING).unwrap();
            for name in own {
                assert!(before.contains(name) && !after.contains(&format!("  {name}")), "{path:?} {name}: {page}");
            }
            assert!(!before.contains("--listen") && after.contains("--config <FILE>"), "{page}");
        }
    }

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn on_the_page_of_a_command_stand_the_settings_that_count_there_and_it_takes_them_all_run_1() {
        let mut built = command();
        built.build();
        for (path, shown) in [
            (&[][..], None),
            (&["run"][..], None),
            (&["config", "check"], None),
            (
                &["move"],
                Some(&["config", "data-dir", "store-password-file", "key-file", "names", "tls-certificate", "tls-key"][..]),
            ),
            (&["keys", "create"], Some(&[])),
            (
                &["history", "due"],
                Some(&[
                    "config",
                    "data-dir",
                    "store",
                    "store-password-file",
                    "key-file",
                    "history-keep-days",
                    "history-keep-runs",
                ]),
            ),
            (&["keys", "rekey"], Some(&["config", "data-dir", "store", "store-password-file", "key-file"])),
            (&["backup", "verify"], Some(&["config", "key-file"])),
            (&["backup", "list"], Some(&["config", "data-dir", "store", "store-password-file", "key-file", "backup-dir"])),
        ] {
            let found = path.iter().fold(&mut built, |command, name| command.find_subcommand_mut(name).unwrap());
            let page = found.render_long_help().to_string();
            for flag in SETTINGS.iter().map(Setting::flag).chain(["config".to_owned()]) {
                let is_shown = page.lines().any(|line| line.trim_start().starts_with(&format!("--{flag} <")));
                assert_eq!(is_shown, shown.is_none_or(|shown| shown.contains(&flag.as_str())), "{path:?} --{flag}: {page}");
            }
            // Nothing is proposed that would be taken for a file of that name.
            assert!(page.matches("[default: none]").count() <= 1, "{page}");
        }
        let line = ["sbm-server", "keys", "rekey", "--listen", "127.0.0.1:1", "--old", "a", "--new", "b", "--store", "sqlite:x"];
        let matches = command().try_get_matches_from(line).unwrap();
        let flags = sources(&matches).flags;
        assert!(flags.contains(&("listen".into(), "127.0.0.1:1".into())) && flags.contains(&("store".into(), "sqlite:x".into())));
        let before =
            command().try_get_matches_from(["sbm-server", "--store", "sqlite:x", "move", "--from", "a", "--undo"]).unwrap();
        assert_eq!(sources(&before).flags, [("store".to_owned(), "sqlite:x".to_owned())]);
    }

    #[test]
    fn the_hint_names_a_directory_that_is_not_the_default_run_2() {
        let default = Setting::find("data_dir").map(|setting| setup_command(Path::new(setting.default)));
        assert_eq!(default.as_deref(), Some("sbmctl setup"));
        assert!(setup_command(Path::new("d3")).starts_with("sbmctl setup --data-dir "));
        #[cfg(unix)]
        for (directory, wanted) in [
            ("/srv/sbm", "sbmctl setup --data-dir /srv/sbm"),
            ("/srv/my sbm", "sbmctl setup --data-dir '/srv/my sbm'"),
            ("/srv/o'sbm", r"sbmctl setup --data-dir '/srv/o'\''sbm'"),
        ] {
            assert_eq!(setup_command(Path::new(directory)), wanted);
        }
    }
}
