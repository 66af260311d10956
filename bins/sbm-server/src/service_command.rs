//! `sbm-server service`: the server as a service of Windows (DOOR-3).
//!
//! 1. It runs as an account of its own, `NT SERVICE\NAME`, which has no password and no rights but those on its data directory.
//! 2. What it would say to a console goes to a log in the data directory, a file for each day, and the last ones are kept.
//! 3. A server that ends by itself is started again, also where it could still say why it ended.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, ArgMatches, Command};
use sbm_server::config::{Config, Sources};
use sbm_server::data_dir;
use sbm_server::supervisor::windows::{begin_service, end_service};
use windows_service::service::{
    Service, ServiceAccess, ServiceAction, ServiceActionType, ServiceErrorControl, ServiceFailureActions,
    ServiceFailureResetPeriod, ServiceInfo, ServiceStartType, ServiceState, ServiceType,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{define_windows_service, service_dispatcher};

/// The name where none is given.
const NAME: &str = "SBM";
/// How soon it is started again when it ended by itself, and after which time without an end it counts anew.
const AGAIN: Duration = Duration::from_secs(5);
const FORGIVEN: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a service that is starting is waited for before it is stopped, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(250);
/// How many days of the log are kept.
const DAYS: usize = 14;

define_windows_service!(service_main_of_windows, service_main);

pub(super) fn command() -> Command {
    let name = || Arg::new("name").long("name").value_name("NAME").default_value(NAME).help("The name of the service");
    let install = Command::new("install")
        .about(
            "Makes the server a service that starts with Windows, with the settings given here. Run it as an administrator, \
             then start it: sc start SBM",
        )
        .arg(name())
        .arg(Arg::new("account").long("account").value_name("ACCOUNT").help(
            "The account it runs as; one that needs a password is set with Windows' own tools [default: NT SERVICE\\NAME]",
        ));
    Command::new("service")
        .about("The server as a service of Windows")
        .subcommand_required(true)
        .subcommand(install)
        .subcommand(Command::new("uninstall").about("Stops the service and removes it; its data stay").arg(name()))
        .subcommand(Command::new("run").about("What the service control manager starts; elsewhere it is refused").arg(name()))
}

pub(super) fn run(sources: &Sources, asked: &ArgMatches) -> ExitCode {
    let done = match asked.subcommand() {
        Some(("install", asked)) => install(sources, asked),
        Some(("uninstall", asked)) => uninstall(&name_of(asked)),
        Some((_, asked)) => begin(&name_of(asked)),
        None => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => super::failed(&message),
    }
}

fn name_of(asked: &ArgMatches) -> String {
    asked.get_one::<String>("name").cloned().unwrap_or_else(|| NAME.to_owned())
}

fn install(sources: &Sources, asked: &ArgMatches) -> Result<(), String> {
    let name = name_of(asked);
    // What the server would refuse is told now, to somebody who reads it.
    let config = Config::check(sources)
        .map_err(|errors| errors.iter().map(|error| format!("{error} [{}]", error.code())).collect::<Vec<_>>().join("\n"))?;
    let data_dir = std::path::absolute(&config.data_dir).map_err(|error| format!("the data directory has no place: {error}"))?;
    let account = asked.get_one::<String>("account").cloned().unwrap_or_else(|| format!("NT SERVICE\\{name}"));
    let was_there = data_dir.exists();
    let manager = manager(ServiceManagerAccess::CREATE_SERVICE)?;
    let program = std::env::current_exe().map_err(|error| format!("this program has no place: {error}"))?;
    let info = ServiceInfo {
        name: OsString::from(&name),
        display_name: OsString::from(format!("{name} management server")),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: program,
        launch_arguments: arguments(sources, &name, &data_dir)?,
        dependencies: Vec::new(),
        account_name: Some(OsString::from(&account)),
        account_password: None,
    };
    let computer = std::env::var("COMPUTERNAME").ok();
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::START | ServiceAccess::DELETE;
    let service = manager.create_service(&info, access).map_err(|error| refused("make", &name, &error))?;
    let settled = service
        .set_description("Manages backup programs, hands out their profiles and collects their history.")
        .and_then(|()| service.update_failure_actions(actions()))
        .map_err(|error| refused("configure", &name, &error))
        .and_then(|()| {
            data_dir::share_with(&data_dir, &trustee(&account, computer.as_deref())).map_err(|error| error.to_string())
        });
    if let Err(message) = settled {
        // Half a service is none.
        let _ = service.delete();
        return Err(message);
    }
    // It ends by saying that it failed, where it can; without this only a crash would count. Wine does not know it.
    if let Err(error) = service.set_failure_actions_on_non_crash_failures(true) {
        super::say(&format!("It is started again after a crash only, not after a failure that it reports: {}\n", reason(&error)));
    }
    if was_there {
        super::say(&of_before(&data_dir));
    }
    super::say(&format!(
        "The service `{name}` is there and starts with Windows, as `{account}`.\nStart it now:  sc start {name}\nIts log:       {}\n",
        log_directory(&data_dir).display()
    ));
    Ok(())
}

/// An account of a service as `icacls` calls it: the service control manager knows names that `icacls` does not. The system's
/// own accounts go by their numbers, which are the same in every language.
fn trustee(account: &str, computer: Option<&str>) -> String {
    let (domain, name) = account.split_once('\\').map_or((None, account), |(domain, name)| (Some(domain), name));
    let of_the_system = domain.is_none_or(|domain| domain == "." || domain.eq_ignore_ascii_case("NT AUTHORITY"));
    let plain = name.replace(' ', "").to_ascii_lowercase();
    match (plain.as_str(), domain) {
        ("localsystem" | "system", _) if of_the_system => "*S-1-5-18".to_owned(),
        ("localservice", _) if of_the_system => "*S-1-5-19".to_owned(),
        ("networkservice", _) if of_the_system => "*S-1-5-20".to_owned(),
        (_, Some(".")) => computer.map_or_else(|| name.to_owned(), |computer| format!("{computer}\\{name}")),
        _ => account.to_owned(),
    }
}

/// What is told of a data directory that was there before. Its owner is not looked at: Windows' own programs say him to people
/// alone, and every user may make directories in `C:\ProgramData`.
fn of_before(data_dir: &Path) -> String {
    let place = data_dir.display();
    format!(
        "`{place}` was there before: its owner, and who was given rights on it, may still open it. See who that is:\n    \
         dir /q \"{place}\"\n    icacls \"{place}\"\n\
         If it is not the administrators', uninstall the service, remove the directory and install again.\n"
    )
}

fn actions() -> ServiceFailureActions {
    let again = ServiceAction { action_type: ServiceActionType::Restart, delay: AGAIN };
    ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(FORGIVEN),
        reboot_msg: None,
        command: None,
        actions: Some(vec![again.clone(), again.clone(), again]),
    }
}

/// What the service is started with: the settings that were given here. Its working directory is Windows' own, so that
/// places are whole.
fn arguments(sources: &Sources, name: &str, data_dir: &Path) -> Result<Vec<OsString>, String> {
    let mut given: Vec<OsString> = ["service", "run", "--name", name].map(OsString::from).into();
    if let Some(file) = &sources.file {
        let file = std::path::absolute(file).map_err(|error| format!("`{}` has no place: {error}", file.display()))?;
        given.extend([OsString::from("--config"), file.into_os_string()]);
    }
    for (key, value) in &sources.flags {
        let flag = sbm_server::config::Setting::find(key).map(|setting| format!("--{}", setting.flag()));
        if let Some(flag) = flag.filter(|_| key != "data_dir") {
            given.extend([OsString::from(flag), OsString::from(value)]);
        }
    }
    given.extend([OsStr::new("--data-dir").to_owned(), data_dir.as_os_str().to_owned()]);
    Ok(given)
}

fn uninstall(name: &str) -> Result<(), String> {
    let manager = manager(ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::STOP | ServiceAccess::DELETE;
    let service = manager.open_service(name, access).map_err(|error| refused("open", name, &error))?;
    stop(&service, name)?;
    // It goes when it has stopped and nobody holds it open.
    service.delete().map_err(|error| refused("remove", name, &error))?;
    super::say(&format!("The service `{name}` is removed; its data stay.\n"));
    Ok(())
}

/// Stops a service if it is not stopping already. One that is just starting, or going on, takes no such word: it is waited for.
fn stop(service: &Service, name: &str) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let state = service.query_status().map_err(|error| refused("ask", name, &error))?.current_state;
        if matches!(state, ServiceState::Stopped | ServiceState::StopPending) {
            return Ok(());
        }
        let Err(error) = service.stop() else { return Ok(()) };
        // It may have stopped, or begun to, since it was asked.
        let is_between = state != ServiceState::Running || service.query_status().is_ok_and(|now| now.current_state != state);
        if !is_between || begun.elapsed() > PATIENCE {
            return Err(refused("stop", name, &error));
        }
        std::thread::sleep(LOOK);
    }
}

fn manager(access: ServiceManagerAccess) -> Result<ServiceManager, String> {
    ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT | access)
        .map_err(|error| format!("the service control manager refuses: {}; run this as an administrator", reason(&error)))
}

/// Hands this process to the service control manager, until the service is over.
fn begin(name: &str) -> Result<(), String> {
    service_dispatcher::start(name, service_main_of_windows).map_err(|error| {
        format!(
            "`service run` is for the service control manager ({}); use `sbm-server run` here, or `sbm-server service install`",
            reason(&error)
        )
    })
}

/// The service's own thread. What it was started with is the command line of the process.
fn service_main(_: Vec<OsString>) {
    let matches = super::command().get_matches();
    let Some(asked) = matches.subcommand_matches("service").and_then(|service| service.subcommand_matches("run")) else { return };
    if begin_service(&name_of(asked)).is_err() {
        return;
    }
    end_service(serve(&super::sources(&matches)));
}

fn serve(sources: &Sources) -> bool {
    let config = match Config::check(sources) {
        Ok(config) => config,
        Err(errors) => {
            let _log = keep_log(sources, &log_place(sources));
            errors.iter().for_each(|error| tracing::error!(code = %error.code(), "{error}"));
            return false;
        }
    };
    let _log = keep_log(sources, &config.data_dir);
    match super::run_logged(config, sources) {
        Ok(()) => true,
        Err(message) => {
            tracing::error!("{message}");
            false
        }
    }
}

/// Logs to a file a day until what this gives is dropped; nowhere, if that cannot be.
fn keep_log(sources: &Sources, data_dir: &Path) -> Option<tracing_appender::non_blocking::WorkerGuard> {
    let files = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("sbm-server")
        .filename_suffix("log")
        .max_log_files(DAYS);
    let (writer, guard) = tracing_appender::non_blocking(files.build(log_directory(data_dir)).ok()?);
    let filter = sources.log_filter().unwrap_or_default();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false).try_init().ok()?;
    Some(guard)
}

fn log_directory(data_dir: &Path) -> PathBuf {
    data_dir.join("log")
}

/// Where the log goes when the configuration does not tell: the data directory that the service was installed with.
fn log_place(sources: &Sources) -> PathBuf {
    let given = sources.flags.iter().find(|(key, _)| *key == "data_dir").map(|(_, value)| PathBuf::from(value));
    given.unwrap_or_else(|| PathBuf::from(sbm_server::config::Setting::find("data_dir").map_or("", |setting| setting.default)))
}

fn refused(act: &str, name: &str, error: &windows_service::Error) -> String {
    format!("the service control manager does not {act} the service `{name}`: {}", reason(error))
}

/// The operating system's own words where there are some.
fn reason(error: &windows_service::Error) -> String {
    match error {
        windows_service::Error::Winapi(error) => error.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_called_as_icacls_knows_it_err_5() {
        for (account, called) in [
            ("NT SERVICE\\SBM", "NT SERVICE\\SBM"),
            ("LocalSystem", "*S-1-5-18"),
            (".\\LocalSystem", "*S-1-5-18"),
            ("NT AUTHORITY\\SYSTEM", "*S-1-5-18"),
            ("NT AUTHORITY\\LocalService", "*S-1-5-19"),
            ("nt authority\\network service", "*S-1-5-20"),
            (".\\backup", "DESK\\backup"),
            ("EXAMPLE\\system", "EXAMPLE\\system"),
            ("backup@example.org", "backup@example.org"),
        ] {
            assert_eq!(trustee(account, Some("DESK")), called, "{account}");
        }
        assert_eq!(trustee(".\\backup", None), "backup");
    }

    #[test]
    fn a_bad_configuration_is_logged_where_the_service_was_installed_run_1() {
        let given = |flags: &[(&str, &str)]| Sources {
            flags: flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            ..Sources::default()
        };
        let installed = given(&[("listen", "nowhere"), ("data_dir", "D:\\sbm data")]);
        assert!(Config::check(&installed).is_err());
        assert_eq!(log_place(&installed), Path::new("D:\\sbm data"));
        assert_ne!(log_place(&given(&[])), Path::new(""));
    }
}
