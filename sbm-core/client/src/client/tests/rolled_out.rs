//! Silent roll-out (USR-9, RUN-4, DEC-6).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::*;
use crate::rollout::{CONNECTION, MANAGED, PASSWORD_FILE, ROOTS, Rollout, USER};

fn private(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    open_to(&path, 0o600);
    path
}

fn open_to(path: &Path, mode: u32) {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

fn whole() -> Rollout {
    Rollout::new().connection(Server::connection()).user("carol").password(Secret::new(PASSWORD))
}

fn whole_but_password() -> Rollout {
    Rollout::new().connection(Server::connection()).user("carol")
}

fn environment(settings: &[(&str, &str)]) -> Result<Rollout, Error> {
    Rollout::from_settings(|name| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
}

#[test]
fn a_roll_out_logs_in_once_and_does_not_count_any_more_usr_9() {
    let world = World::new();
    let client = world.open();
    assert_eq!(client.roll_out(&Rollout::new()).unwrap(), None, "nothing was given");
    let summary = client.roll_out(&whole()).unwrap().unwrap();
    assert!(summary.online && client.is_locked() && may(&client, CREATE));
    let asked = world.server.facts().requests.len();
    for later in [whole(), whole().user("dora"), whole().connection(Server::elsewhere()), whole().password(Secret::new("wrong"))]
    {
        assert_eq!(client.roll_out(&later).unwrap(), None);
        assert_eq!(world.open().roll_out(&later).unwrap(), None);
    }
    assert_eq!(world.server.facts().requests.len(), asked, "what does not count is not tried");
    assert_eq!(client.state().user(), Some("carol"));
}

#[test]
fn a_roll_out_without_a_fingerprint_is_refused_run_4() {
    let world = World::new();
    let client = world.open();
    let bare = || whole().connection("sbm://localhost:8100".parse().unwrap());
    let error = client.roll_out(&bare()).unwrap_err();
    assert_eq!(error.code(), Code::UntrustedServer);
    assert!(error.message().contains("fingerprint") && !client.is_locked(), "{error}");
    assert!(world.server.facts().requests.is_empty());
    assert_eq!(client.roll_out(&whole().system_roots(true)).unwrap_err().code(), Code::ConfigInvalid, "one or the other");
    assert!(client.roll_out(&bare().system_roots(true)).unwrap().is_some(), "said in so many words");
}

#[test]
fn a_roll_out_that_fails_changes_nothing_and_may_be_tried_again_usr_9() {
    let world = World::new();
    let client = world.open();
    for (what, rollout, code) in [
        ("a wrong password", whole().password(Secret::new("wrong")), Code::WrongCredentials),
        ("no user", Rollout::new().connection(Server::connection()).password(Secret::new(PASSWORD)), Code::ConfigInvalid),
        ("a blank user", whole().user("  "), Code::ConfigInvalid),
        ("no password", Rollout::new().connection(Server::connection()).user("carol"), Code::ConfigInvalid),
        ("no such file", whole().password_file("/nowhere/password"), Code::ConfigUnreadable),
    ] {
        assert_eq!(client.roll_out(&rollout).unwrap_err().code(), code, "{what}");
        assert!(!client.is_locked(), "{what}");
        assert_eq!(client.state().standing(), Connection::Unmanaged, "{what}");
    }
    assert!(client.roll_out(&whole()).unwrap().is_some());
}

#[test]
fn arguments_go_over_the_environment_and_that_over_the_file_usr_9() {
    let home = tempfile::tempdir().unwrap();
    let file = private(
        home.path(),
        "rollout.toml",
        "connection = \"sbm://file\"\nroots = \"system\"\nuser = \"from file\"\npassword = \"x\"\nmanaged = \"required\"\n",
    );
    let file = || Rollout::from_file(&file).unwrap();
    let of = |rollout: &Rollout| {
        (
            rollout.server().map(|server| server.host.clone()),
            rollout.login_name().map(str::to_owned),
            rollout.is_managed_required(),
        )
    };
    let expect = |host: &str, user: &str, managed| (Some(host.to_owned()), Some(user.to_owned()), managed);
    let arguments = || Rollout::new().user("from arguments");
    let environment = |settings: &[(&str, &str)]| environment(settings).unwrap();
    assert_eq!(of(&file()), expect("file", "from file", true));
    let both = environment(&[(CONNECTION, "sbm://env"), (USER, "from env"), (MANAGED, "optional")]).over(file());
    assert_eq!(of(&both), expect("env", "from env", true), "whoever demands a server has the last word");
    assert_eq!(of(&arguments().over(both)), expect("env", "from arguments", true));
    assert_eq!(of(&arguments().over(environment(&[(USER, "")])).over(file())), expect("file", "from arguments", true));
    // The roots that one source allows do not vouch for the server that another names.
    let world = World::new();
    let mixed = environment(&[(CONNECTION, "sbm://env")]).over(file());
    assert_eq!(world.open().roll_out(&mixed).unwrap_err().code(), Code::UntrustedServer);
}

#[test]
fn the_environment_names_a_file_for_the_password_and_its_wrong_values_usr_9() {
    let home = tempfile::tempdir().unwrap();
    let password = private(home.path(), "password", &format!("{PASSWORD}\r\n"));
    let world = World::new();
    let connection = Server::connection().to_string();
    let rollout = environment(&[(CONNECTION, &connection), (USER, "carol"), (PASSWORD_FILE, password.to_str().unwrap())]);
    assert!(world.open().roll_out(&rollout.unwrap()).unwrap().is_some());
    for (name, value, code) in [
        (CONNECTION, "https://server", Code::BadConnectionString),
        (ROOTS, "any", Code::ConfigInvalid),
        (MANAGED, "yes", Code::ConfigInvalid),
    ] {
        let error = environment(&[(name, value)]).unwrap_err();
        assert_eq!(error.code(), code, "{name}");
        assert!(error.message().contains(value), "{error}");
    }
}

#[test]
#[cfg(unix)]
fn what_holds_a_password_is_for_its_owner_alone_usr_9() {
    let home = tempfile::tempdir().unwrap();
    let file = private(home.path(), "rollout.toml", "user = \"carol\"\npassword = \"a secret of hers\"\n");
    let password = private(home.path(), "password", PASSWORD);
    for mode in [0o640, 0o604, 0o620, 0o602, 0o777] {
        open_to(&file, mode);
        let error = Rollout::from_file(&file).unwrap_err();
        assert_eq!(error.code(), Code::ConfigUnreadable, "{mode:o}");
        assert!(error.message().contains(&format!("{mode:03o}")), "{error}");
        open_to(&password, mode);
        let rollout = whole().password_file(&password);
        assert_eq!(World::new().open().roll_out(&rollout).unwrap_err().code(), Code::ConfigUnreadable, "{mode:o}");
    }
    open_to(&file, 0o400);
    let read = Rollout::from_file(&file).unwrap();
    assert!(!format!("{read:?}").contains("a secret of hers"));
}

#[test]
#[cfg(unix)]
fn a_machines_file_without_a_password_may_be_read_by_all_and_changed_by_its_owner_alone_usr_9_dec_6() {
    let home = tempfile::tempdir().unwrap();
    let file = private(home.path(), "rollout.toml", "connection = \"sbm://backup.example\"\nmanaged = \"required\"\n");
    for mode in [0o400, 0o440, 0o644, 0o444] {
        open_to(&file, mode);
        assert!(Rollout::from_file(&file).unwrap().is_managed_required(), "{mode:o}");
    }
    for mode in [0o620, 0o602, 0o666, 0o664, 0o646] {
        open_to(&file, mode);
        let error = Rollout::from_file(&file).unwrap_err();
        assert_eq!(error.code(), Code::ConfigUnreadable, "{mode:o}");
        assert!(error.message().contains("may change it"), "{error}");
    }
    let beside = private(home.path(), "beside.toml", "password_file = \"password\"\n");
    open_to(&beside, 0o644);
    private(home.path(), "password", PASSWORD);
    let rollout = Rollout::from_file(&beside).unwrap().over(whole_but_password());
    assert!(World::new().open().roll_out(&rollout).unwrap().is_some(), "the password is in a file of its own");
}

#[test]
fn no_source_lifts_what_another_demands_dec_6() {
    let demands = || Rollout::new().managed_required(true);
    let lifts = || environment(&[(MANAGED, "optional")]).unwrap();
    for (what, rollout) in [
        ("the environment over the file", lifts().over(demands())),
        ("the arguments over the environment", Rollout::new().managed_required(false).over(demands())),
        ("the file below", demands().over(lifts())),
        ("one of three", lifts().over(demands()).over(lifts())),
    ] {
        assert!(rollout.is_managed_required(), "{what}");
        let client = Client::open(World::new().config().rollout(&rollout)).unwrap();
        assert!(!may(&client, CREATE), "{what}");
    }
    assert!(!lifts().over(lifts()).is_managed_required() && !lifts().over(Rollout::new()).is_managed_required());
}

/// A pipe that nobody writes to would hold up whoever opens it for reading.
#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_a_file_is_refused_at_once_usr_9_err_5() {
    let home = tempfile::tempdir().unwrap();
    let pipe = home.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg("-m").arg("600").arg(&pipe).status().unwrap().success());
    for error in [
        Rollout::from_file(&pipe).unwrap_err(),
        World::new().open().roll_out(&whole().password_file(&pipe)).unwrap_err(),
        Rollout::from_file("/dev/null").unwrap_err(),
    ] {
        assert_eq!(error.code(), Code::ConfigUnreadable);
        assert!(error.message().contains("not a file"), "{error}");
    }
}

/// Only root can give a file away; for anybody else a file of root that all may read is taken, which is the other half.
#[test]
#[cfg(unix)]
fn a_file_of_another_user_does_not_count_and_one_of_root_does_usr_9_err_5() {
    let home = tempfile::tempdir().unwrap();
    let file = private(home.path(), "rollout.toml", "user = \"carol\"\n");
    if std::os::unix::fs::chown(&file, Some(4321), None).is_ok() {
        let error = Rollout::from_file(&file).unwrap_err();
        assert_eq!(error.code(), Code::ConfigUnreadable);
        assert!(error.message().contains("belongs to user 4321"), "{error}");
        let rollout = whole().password_file(&file);
        assert_eq!(World::new().open().roll_out(&rollout).unwrap_err().code(), Code::ConfigUnreadable);
        std::os::unix::fs::chown(&file, Some(0), None).unwrap();
        assert_eq!(Rollout::from_file(&file).unwrap().login_name(), Some("carol"));
    } else {
        let told = Rollout::from_file("/etc/passwd").unwrap_err();
        assert!(told.message().contains("not understood"), "it was read: {told}");
    }
}

#[test]
fn a_roll_out_file_that_is_wrong_is_told_without_its_secrets_usr_9() {
    let home = tempfile::tempdir().unwrap();
    for (text, code) in [
        ("connection = \"http://x\"\npassword = \"a secret of hers\"", Code::BadConnectionString),
        ("password = \"a secret of hers\"\npasword_file = \"x\"", Code::ConfigUnknownKey),
        ("password = \"a secret of hers", Code::ConfigUnreadable),
        ("password = [\"a secret of hers\"]", Code::ConfigUnreadable),
        ("password = \"a secret of hers\"\npassword_file = \"x\"", Code::ConfigInvalid),
        ("roots = \"none\"\npassword = \"a secret of hers\"", Code::ConfigInvalid),
        ("managed = \"perhaps\"\npassword = \"a secret of hers\"", Code::ConfigInvalid),
    ] {
        let error = Rollout::from_file(private(home.path(), "rollout.toml", text)).unwrap_err();
        assert_eq!(error.code(), code, "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
    let big = private(home.path(), "big.toml", &"#".repeat(65 * 1024));
    assert_eq!(Rollout::from_file(big).unwrap_err().code(), Code::ConfigUnreadable);
    assert_eq!(Rollout::from_file(home.path()).unwrap_err().code(), Code::ConfigUnreadable, "a directory");
}

#[test]
fn the_password_of_a_roll_out_is_in_no_file_afterwards_usr_9() {
    let world = World::new();
    let client = world.open();
    client.roll_out(&whole()).unwrap();
    drop(client);
    for entry in std::fs::read_dir(world.directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()), "{}", path.display());
    }
}

#[test]
fn a_roll_out_may_demand_that_the_installation_is_managed_dec_6() {
    let world = World::new();
    let rollout = Rollout::new().managed_required(true);
    let client = Client::open(world.config().rollout(&rollout)).unwrap();
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheMissing));
    assert_eq!(client.may(Action::Create, Resource::Local).effect, Effect::Deny);
    client.roll_out(&whole().over(rollout)).unwrap().unwrap();
    assert!(may(&client, CREATE));
}
