//! `sbm-server`: the reference server of SBM.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use sbm_core::directory::Refusal;
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, ConfigError, SETTINGS, Sources};
use sbm_server::server::Server;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let config = match Config::load(&sources(&matches)) {
        Ok(config) => config,
        Err(error) => return config_failed(&error),
    };
    match matches.subcommand() {
        Some(("config", _)) => show(&config),
        _ => run(config),
    }
}

fn command() -> Command {
    let about = "The reference server of SBM: manages backup programs, hands out their profiles, collects their history.\n\n\
                 Every setting can stand in the configuration file, in the environment or on the command line, each above the one before.";
    let settings = SETTINGS.iter().map(|setting| {
        Arg::new(setting.key).long(setting.flag()).global(true).value_name("VALUE").help(format!(
            "{} [env: {}] [default: {}]",
            setting.about,
            setting.environment(),
            if setting.default.is_empty() { "none" } else { setting.default }
        ))
    });
    Command::new("sbm-server")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about)
        .arg(
            Arg::new("config")
                .long("config")
                .global(true)
                .value_name("FILE")
                .help(format!("the configuration file, in TOML [env: {}]", Sources::FILE_VARIABLE)),
        )
        .args(settings)
        .subcommand(Command::new("run").about("Runs the server; this is also what happens without a command"))
        .subcommand(
            Command::new("config").about("Checks the configuration and shows every setting with where its value comes from"),
        )
}

fn sources(matches: &ArgMatches) -> Sources {
    let environment = Sources::process_environment();
    let named = environment.iter().find(|(name, _)| name == Sources::FILE_VARIABLE).map(|(_, path)| path.clone());
    let flags =
        SETTINGS.iter().filter_map(|setting| Some((setting.key.to_owned(), matches.get_one::<String>(setting.key)?.clone())));
    Sources { file: matches.get_one::<String>("config").cloned().or(named).map(Into::into), flags: flags.collect(), environment }
}

fn show(config: &Config) -> ExitCode {
    let width = config.effective().iter().map(|setting| setting.key.len()).max().unwrap_or(0);
    let mut text = String::new();
    for setting in config.effective() {
        text.push_str(&format!("{:width$}  {}  ({})\n", setting.key, setting.value, setting.origin));
    }
    // Nobody reads any more: nothing is left to do.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn run(config: Config) -> ExitCode {
    let filter = EnvFilter::try_from_env("SBM_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("the operating system gives no threads: {error}")),
    };
    for name in &config.foreign_environment {
        tracing::warn!(name, "this name in the environment begins with SBM_ and is no setting of the server");
    }
    match runtime.block_on(serve(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => failed(&format!("{} [{}]", refusal.message, refusal.code)),
    }
}

async fn serve(config: Config) -> Result<(), Refusal> {
    let data_dir = config.data_dir.clone();
    let server = Server::open(config, Arc::new(SystemClock)).await?;
    for address in server.addresses() {
        tracing::info!(%address, "listening");
    }
    tracing::info!(connection = %server.connection(), "clients on this machine reach the server so");
    if !server.service().facts().server().claimed {
        tracing::info!(data_dir = %data_dir.display(), "the server is not set up yet: run `sbmctl setup` on this machine");
    }
    server.serve(stop_signal()).await;
    tracing::info!("stopped");
    Ok(())
}

/// Ready when the server is asked to stop.
#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Ready when the server is asked to stop.
#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

fn config_failed(error: &ConfigError) -> ExitCode {
    failed(&format!("{error} [{}]", error.code()))
}

fn failed(message: &str) -> ExitCode {
    // Without a place to tell it, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "sbm-server: {message}");
    ExitCode::FAILURE
}
