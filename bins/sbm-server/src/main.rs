//! `sbm-server`: the reference server of SBM.

mod admin;
mod backup_command;
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
    let settings = SETTINGS.iter().map(|setting| {
        let setting_of = Arg::new(setting.key).long(setting.flag()).global(true).help_heading(SETTINGS_HEADING);
        setting_of.value_name("VALUE").help(format!(
            "{} [env: {}] [default: {}]",
            setting.about,
            setting.environment(),
            if setting.default.is_empty() { "none" } else { setting.default }
        ))
    });
    let command = Command::new("sbm-server")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about)
        .arg(
            Arg::new("config")
                .long("config")
                .global(true)
                .help_heading(SETTINGS_HEADING)
                .value_name("FILE")
                .help(format!("the configuration file, in TOML [env: {}]", Sources::FILE_VARIABLE)),
        )
        .args(settings)
        .subcommand(Command::new("run").about("Runs the server; this is also what happens without a command"))
        .subcommand(admin::command())
        .subcommand(backup_command::command())
        .subcommand(transfer::command())
        .subcommand(keys::command())
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

fn json_flag() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Writes JSON, for programs")
}

fn sources(matches: &ArgMatches) -> Sources {
    let environment = Sources::process_environment();
    let named = environment.iter().find(|(name, _)| name == Sources::FILE_VARIABLE).map(|(_, path)| path.clone());
    let flags =
        SETTINGS.iter().filter_map(|setting| Some((setting.key.to_owned(), matches.get_one::<String>(setting.key)?.clone())));
    Sources { file: matches.get_one::<String>("config").cloned().or(named).map(Into::into), flags: flags.collect(), environment }
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
            (&["keys", "create"], &["<FILE>"]),
            (&["keys", "rekey"], &["--old", "--new"]),
            (&[], &["--version", "admin"]),
        ] {
            let page = page(path);
            let (before, after) = page.split_once(SETTINGS_HEADING).unwrap();
            for name in own {
                assert!(before.contains(name) && !after.contains(&format!("  {name}")), "{path:?} {name}: {page}");
            }
            assert!(!before.contains("--listen") && after.contains("--listen") && after.contains("--config <FILE>"), "{page}");
        }
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
