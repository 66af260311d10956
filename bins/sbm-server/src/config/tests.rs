mod codes;
mod damaged;
mod hostile;

use std::io::Write as _;

use sbm_core::code::Code;

use super::*;

fn with_file(text: &str) -> (tempfile::NamedTempFile, Sources) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let sources = Sources { file: Some(file.path().into()), ..Sources::default() };
    (file, sources)
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

#[test]
fn without_a_word_the_server_listens_on_loopback_port_8100_run_1() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.listen, ["127.0.0.1:8100".parse().unwrap()]);
    assert_eq!(config.limits.header, Duration::from_secs(10));
    assert_eq!(config.limits.upload_bytes, sbm_core::wire::MAX_UPLOAD);
    assert_eq!(config.limits.request_bytes, sbm_core::wire::MAX_REQUEST);
    assert!(config.effective().iter().all(|row| row.origin == Origin::Default));
    assert_eq!(config.effective().len(), SETTINGS.len());
    assert_eq!(config.effective().iter().find(|row| row.key == "names").unwrap().value, "none");
}

#[test]
fn flags_stand_above_the_environment_above_the_file_and_each_value_tells_its_origin() {
    let (_file, mut sources) = with_file(
        "data_dir = '/srv/sbm'\nlisten = ['127.0.0.1:9000', '[::1]:9000']\nnames = ['Backup.example']\n[limits]\nconnections = 7\nheader_seconds = 3\n[sessions]\nidle_minutes = 5\n",
    );
    sources.environment = pairs(&[
        ("SBM_LIMITS_CONNECTIONS", "8"),
        ("SBM_LIMITS_HEADER_SECONDS", "4"),
        ("SBM_USER", "x"),
        ("SBM_BOGUS", "x"),
        ("SBM_LOG", "debug"),
        ("SBM_CONFIG", "x"),
        ("HOME", "/"),
    ]);
    sources.flags = pairs(&[("limits.connections", "9")]);
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.limits.connections, 9);
    assert_eq!(config.limits.header, Duration::from_secs(4));
    assert_eq!(config.sessions.idle, 5 * MINUTE);
    assert_eq!(config.listen.len(), 2);
    assert_eq!(config.names, [HostName::parse("backup.example").unwrap()]);
    assert_eq!(config.foreign_environment, ["SBM_BOGUS"]);
    let row = |key: &str| config.effective().iter().find(|row| row.key == key).unwrap().clone();
    assert_eq!((row("limits.connections").value.as_str(), row("limits.connections").origin), ("9", Origin::Flag));
    assert_eq!(row("limits.header_seconds").origin, Origin::Environment);
    assert_eq!((row("listen").value.as_str(), row("listen").origin), ("127.0.0.1:9000, [::1]:9000", Origin::File));
    assert_eq!(row("hashing.parallel").origin, Origin::Default);
}

#[test]
fn a_bad_file_is_refused_and_named_err_1() {
    for (text, code, named) in [
        ("lissten = '127.0.0.1:1'", Code::ConfigUnknownKey, "`lissten`"),
        ("port = 8100", Code::ConfigUnknownKey, "`sbm-server config` lists"),
        ("[limitz]\nconnections = 1", Code::ConfigUnknownKey, "`limitz`"),
        ("[limits]\nconections = 1", Code::ConfigUnknownKey, "`limits.conections`"),
        ("[limits.connections]\nx = 1", Code::ConfigInvalid, "`limits.connections`"),
        ("limits = 5", Code::ConfigInvalid, "`limits`"),
        ("listen = ['127.0.0.1']", Code::ConfigInvalid, "`127.0.0.1`"),
        (
            "listen = ['127.0.0.1:1', '127.0.0.1:99999']",
            Code::ConfigInvalid,
            "`127.0.0.1:99999` is not allowed for the setting `listen`",
        ),
        ("[tls]\ncertificate = '/x'", Code::ConfigInvalid, "nothing is given for the setting `tls.key`"),
        ("listen = []", Code::ConfigInvalid, "`listen`"),
        ("listen = ['127.0.0.1:1', '127.0.0.1:1']", Code::ConfigInvalid, "twice"),
        ("listen = 8100", Code::ConfigInvalid, "`8100`"),
        ("names = ['https://backup.example']", Code::ConfigInvalid, "`https://backup.example`"),
        ("names = ['*']", Code::ConfigInvalid, "`*`"),
        ("names = [1]", Code::ConfigInvalid, "`names`"),
        ("data_dir = ''", Code::ConfigInvalid, "`data_dir`"),
        ("data_dir = true", Code::ConfigInvalid, "`true`"),
        ("[limits]\nconnections = 0", Code::ConfigInvalid, "`0`"),
        ("[limits]\nconnections = -5", Code::ConfigInvalid, "`-5`"),
        ("[limits]\nconnections = '5'", Code::ConfigInvalid, "`limits.connections`"),
        ("[limits]\nheader_seconds = 1.5", Code::ConfigInvalid, "`1.5`"),
        ("[limits]\nupload_bytes = 99999999", Code::ConfigInvalid, "12582912"),
        ("[sessions]\nidle_minutes = 721", Code::ConfigInvalid, "`721`"),
        ("listen = '127.0.0.1:1'\nlisten = '127.0.0.1:2'", Code::ConfigUnreadable, "line 2"),
        ("listen = [", Code::ConfigUnreadable, "line 1"),
        ("\u{0}", Code::ConfigUnreadable, "line 1"),
    ] {
        let (_file, sources) = with_file(text);
        let error = Config::load(&sources).unwrap_err();
        assert_eq!(error.code(), code, "{text}: {error}");
        assert!(error.to_string().contains(named), "{text}: {error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[test]
fn a_bad_environment_or_flag_is_refused_and_named_err_1() {
    for (environment, flags, code, named) in [
        (&[("SBM_LISTEN", "")][..], &[][..], Code::ConfigInvalid, "`listen` (environment)"),
        (&[("SBM_LISTEN", "localhost:8100")], &[], Code::ConfigInvalid, "`localhost:8100`"),
        (&[("SBM_LIMITS_CONECTIONS", "1")], &[], Code::ConfigUnknownKey, "`SBM_LIMITS_CONECTIONS`"),
        (&[("SBM_HASHING_PARALLEL", "many")], &[], Code::ConfigInvalid, "`many`"),
        (&[("SBM_HASHING_PARALLEL", "+2")], &[], Code::ConfigInvalid, "`+2`"),
        (&[], &[("port", "8100")], Code::ConfigUnknownKey, "`port` (flag)"),
        (&[], &[("limits.connections", "1e3")], Code::ConfigInvalid, "`1e3`"),
        (&[], &[("names", "a,,b")], Code::ConfigInvalid, "`a,,b`"),
    ] {
        let sources = Sources { file: None, environment: pairs(environment), flags: pairs(flags) };
        let error = Config::load(&sources).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[test]
fn one_fault_is_one_error_whatever_it_leaves_the_settings_beside_it_with_run_1_err_1() {
    for (text, flags, wrong) in [
        ("store = 'postgres://h/d'\nstore_password_file = '/p'\nkey_file = '/k'", &[][..], "`store`"),
        ("store = 5\nstore_password_file = '/p'", &[], "`store`"),
        ("stoer = 'postgres://u@h/d'\nstore_password_file = '/p'", &[], "`stoer`"),
        ("store = [", &[("store_password_file", "/p")], "line 1"),
        ("store = 'postgres://u@h/d'\nkey_file = \"a\\u0000b\"", &[], "`key_file`"),
        ("store = 'postgres://u@h/d'\nkye_file = '/k'", &[], "`kye_file`"),
        ("[tls]\ncertificate = '/c'\nkey = 7", &[], "`tls.key`"),
        ("[sessions]\nidle_minutes = 1000\nabsolute_hours = 'x'", &[], "`sessions.absolute_hours`"),
    ] {
        let (_file, mut sources) = with_file(text);
        sources.flags = pairs(flags);
        let errors = Config::check(&sources).unwrap_err();
        let [error] = errors.as_slice() else { panic!("{text}: {errors:?}") };
        assert!(error.to_string().contains(wrong), "{text}: {error}");
    }
    // Two faults are two, the second of two settings that do not go together.
    let (_file, sources) = with_file("store = 'sqlite:'\nstore_password_file = '/p'\nlisten = []");
    assert_eq!(Config::check(&sources).unwrap_err().len(), 2);
}

#[test]
fn none_is_no_file_of_that_name_run_1_err_1() {
    for key in ["key_file", "store_password_file", "tls.key", "backup.dir"] {
        let error = Config::load(&Sources { flags: pairs(&[(key, "none")]), ..Sources::default() }).unwrap_err();
        assert!(error.to_string().contains("leave it out for none; a file of that name is `./none`"), "{key}: {error}");
    }
}

#[test]
fn a_file_that_is_named_must_exist_and_loading_makes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let sources = Sources {
        file: Some(directory.path().join("sbm.toml")),
        flags: pairs(&[("data_dir", directory.path().join("data").to_str().unwrap())]),
        ..Sources::default()
    };
    assert_eq!(Config::load(&sources).unwrap_err().code(), Code::ConfigUnreadable);
    let config = Config::load(&Sources { file: None, ..sources }).unwrap();
    assert!(!config.data_dir.exists());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
