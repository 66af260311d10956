//! Hostile configurations: each with its documented error, and nothing changed on disk (RUN-1, ERR-1).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sbm_core::time::Timestamp;

use super::*;
use crate::pki::authority_fixture::{OperatorsCa, file};

const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

/// Every file with its content and mode.
pub(super) fn state(directory: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let (path, metadata) = {
            let entry = entry.unwrap();
            (entry.path(), entry.metadata().unwrap())
        };
        #[cfg(unix)]
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata);
        #[cfg(not(unix))]
        let mode = 0;
        if metadata.is_dir() {
            found.extend(state(&path));
        }
        let content = if metadata.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        found.insert(path, (mode, content));
    }
    found
}

struct Place {
    parent: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { parent: tempfile::tempdir().unwrap() }
    }

    fn sources(&self, file: PathBuf) -> Sources {
        let data = self.parent.path().join("data").display().to_string();
        Sources { file: Some(file), flags: pairs(&[("data_dir", data.as_str())]), ..Sources::default() }
    }

    /// Checks a file and sees to it that nothing was changed.
    fn report(&self, content: &[u8]) -> Report {
        let path = self.parent.path().join("sbm.toml");
        std::fs::write(&path, content).unwrap();
        self.report_on(path)
    }

    fn report_on(&self, path: PathBuf) -> Report {
        let before = state(self.parent.path());
        let report = Report::of(&self.sources(path), NOW);
        assert_eq!(state(self.parent.path()), before, "a check changes nothing");
        report
    }
}

#[test]
fn twenty_hostile_files_are_refused_by_name_and_change_nothing_run_1() {
    let place = Place::new();
    let ca = OperatorsCa::new();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 90);
    let (_, other_key) = ca.issue(&["backup.example"], NOW, 90);
    let directory = place.parent.path();
    let (certificate, other) = (format!("{leaf}{}", ca.intermediate), file(directory, "other.key", &other_key));
    let (certificate, key) = (file(directory, "own.pem", &certificate), file(directory, "own.key", &key));
    let tls = |certificate: &Path, key: &Path| {
        format!("names = ['backup.example']\n[tls]\ncertificate = '{}'\nkey = '{}'\n", certificate.display(), key.display())
    };
    let deep = format!("listen = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let dotted = format!("{}x = 1", "a.".repeat(10_000));
    let utf16: Vec<u8> = "listen = '127.0.0.1:1'".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let huge = vec![b'#'; 2 * 1024 * 1024];
    let text = |text: &str| text.as_bytes().to_vec();
    for (content, code, named) in [
        (text("lisen = '127.0.0.1:8100'"), Code::ConfigUnknownKey, "there is no setting `lisen` (file); did you mean `listen`?"),
        (text("[limits]\nconection = 5"), Code::ConfigUnknownKey, "did you mean `limits.connections`?"),
        (text("[limits]\nconnections = 'many'"), Code::ConfigInvalid, "write a whole number: `connections = 10000`"),
        (text("listen = { ip = '127.0.0.1' }"), Code::ConfigInvalid, "`listen` (file)"),
        (text("[limits.header_seconds]\nx = 1"), Code::ConfigInvalid, "`limits.header_seconds` (file)"),
        (text("[[limits]]\nconnections = 1"), Code::ConfigInvalid, "write `[limits]`"),
        (text("[limits]\nconnections = 5\n[limits]\nconnections = 6"), Code::ConfigUnreadable, "line 3"),
        (text("names = ['a']\nnames = ['b']"), Code::ConfigUnreadable, "line 2"),
        (text("[limits]\nconnections = 99999999999999999999"), Code::ConfigUnreadable, "line 2"),
        (text("[limits]\nconnections = 1000001"), Code::ConfigInvalid, "from 1 to 1000000"),
        (
            text("[sessions]\nabsolute_hours = 0"),
            Code::ConfigInvalid,
            "`0` is not allowed for the setting `sessions.absolute_hours`",
        ),
        (utf16, Code::ConfigUnreadable, "line 1"),
        (b"listen = '127.0.0.1:1'\n# caf\xe9".to_vec(), Code::ConfigUnreadable, "is not UTF-8 text: line 2"),
        (huge, Code::ConfigUnreadable, "more than 1048576 bytes"),
        (text(&deep), Code::ConfigUnreadable, "line 1"),
        (text(&dotted), Code::ConfigUnreadable, "line 1"),
        (text("listen = '127.0.0.1:1"), Code::ConfigUnreadable, "line 1"),
        (text("data_dir = \"a\\u0000b\"\nlisten = '0.0.0.0:99999'"), Code::ConfigInvalid, "`0.0.0.0:99999`"),
        (
            text("store = 'mysql://u:hunter2@h/d'"),
            Code::ConfigInvalid,
            "`mysql://...` is not allowed for the setting `store` (file)",
        ),
        (
            text("store = 'postgres://u:hunter2@h:x/d'"),
            Code::ConfigInvalid,
            "`postgres://...` is not allowed for the setting `store`",
        ),
        (text("store = ['postgres://u:hunter2@h/d']"), Code::ConfigInvalid, "write a text: `store = \"sqlite:\"`"),
        (text("store = 'postgres://u:hunter2@h/d'"), Code::ConfigInvalid, "`sbm-server keys create FILE`"),
        (text("store_password_file = '/x'"), Code::ConfigInvalid, "which has no password"),
        (text("store = 'postgres://u:hunter2@h/d'\nstore_password_file = '/x'"), Code::ConfigInvalid, "leave one of them out"),
        (
            text("store = 'postgres://u@h/d'\nkey_file = '/nowhere/key'"),
            Code::ConfigInvalid,
            "there is no key file `/nowhere/key`",
        ),
        (
            text("store = 'postgres://u@h/d'\nkey_file = '/nowhere/key'\nstore_password_file = '/nowhere/password'"),
            Code::ConfigInvalid,
            "the password file `/nowhere/password` is not there",
        ),
        (text("[tls]\ncertificate = '/etc/sbm/own.pem'"), Code::ConfigInvalid, "a certificate needs its key"),
        (text("[tls]\nkey = '/etc/sbm/own.key'"), Code::ConfigInvalid, "a key needs its certificate"),
        (text(&tls(&directory.join("none.pem"), &key)), Code::CertificateInvalid, "cannot be read"),
        (text(&tls(directory, &key)), Code::CertificateInvalid, "it is not a file"),
        (text(&tls(&key, &certificate)), Code::CertificateInvalid, "there is no certificate in it"),
        (text(&tls(&certificate, &other)), Code::CertificateInvalid, "it is not the key of the certificate"),
        (text(&tls(&certificate, &key).replace("backup.example", "else.example")), Code::CertificateInvalid, "`else.example`"),
    ] {
        let report = place.report(&content);
        let shown = String::from_utf8_lossy(&content[..content.len().min(60)]).into_owned();
        assert!(!report.is_good(), "{shown}");
        assert!(report.errors.iter().any(|(is, text)| *is == code && text.contains(named)), "{shown}: {:?}", report.errors);
        assert!(report.errors.iter().all(|(_, text)| !text.contains('\n') && text.len() < 700), "{shown}: {:?}", report.errors);
        assert!(!report.text().contains("hunter2") && !report.json().contains("hunter2"), "{shown}: {:?}", report.errors);
    }
    assert!(place.report(tls(&certificate, &key).as_bytes()).is_good());
    for (path, named) in [(directory.to_path_buf(), "cannot be read"), (directory.join("none.toml"), "cannot be read")] {
        let report = place.report_on(path);
        assert_eq!(report.errors[0].0, Code::ConfigUnreadable);
        assert!(report.errors[0].1.contains(named), "{:?}", report.errors);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("loop.toml", directory.join("loop.toml")).unwrap();
        assert_eq!(Config::load(&place.sources(directory.join("loop.toml"))).unwrap_err().code(), Code::ConfigUnreadable);
        // Endless, and still read in bounds.
        assert!(Config::load(&place.sources("/dev/zero".into())).unwrap_err().to_string().contains("more than"));
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_key_value_origin_and_remedy_run_1() {
    let place = Place::new();
    let path = place.parent.path().join("sbm.toml");
    std::fs::write(&path, "lisen = 1\nnames = ['*']\n[limits]\nconnections = 0\nheader_seconds = 'x'\n").unwrap();
    let mut sources = place.sources(path);
    sources.environment = pairs(&[("SBM_LIMITS_CONNECTION", "5"), ("SBM_HASHING_PARALLEL", "many")]);
    sources.flags.extend(pairs(&[("limits.stop_seconds", "-1")]));
    let errors: Vec<String> = Config::check(&sources).unwrap_err().iter().map(ToString::to_string).collect();
    let wanted: [&[&str]; 7] = [
        &["`lisen`", "(file)", "did you mean `listen`?"],
        &["`*`", "`names`", "(file)", "without scheme"],
        &["`0`", "`limits.connections`", "(file)", "from 1 to"],
        &["x", "`limits.header_seconds`", "(file)", "write a whole number"],
        &["`SBM_LIMITS_CONNECTION`", "(environment)", "did you mean `SBM_LIMITS_CONNECTIONS`?"],
        &["`many`", "`hashing.parallel`", "(environment)", "from 1 to 64"],
        &["`-1`", "`limits.stop_seconds`", "(flag)", "from 0 to 600"],
    ];
    assert_eq!(errors.len(), wanted.len(), "{errors:#?}");
    for parts in wanted {
        assert!(errors.iter().any(|error| parts.iter().all(|part| error.contains(part))), "{parts:?}: {errors:#?}");
    }
}

#[test]
fn a_file_that_an_editor_marked_as_utf_8_is_read_as_it_is_meant_run_1() {
    let place = Place::new();
    let path = place.parent.path().join("sbm.toml");
    std::fs::write(&path, "\u{feff}listen = '127.0.0.1:9000'\r\n[limits]\r\nconnections = 7\r\n").unwrap();
    let config = Config::load(&place.sources(path)).unwrap();
    assert_eq!((config.listen[0].port(), config.limits.connections), (9000, 7));
}

#[test]
fn what_is_probably_not_meant_is_said_and_is_not_in_the_way_run_1() {
    let place = Place::new();
    let ca = OperatorsCa::new();
    let directory = place.parent.path().to_path_buf();
    let (leaf, key) = ca.issue(&["backup.example"], NOW, 10);
    let own = (file(&directory, "own.pem", &format!("{leaf}{}", ca.intermediate)), file(&directory, "own.key", &key));
    let tls = format!(
        "names = ['backup.example', 'sbm.example']\nlisten = '0.0.0.0:8100'\n[tls]\ncertificate = '{}'\nkey = '{}'\n",
        own.0.display(),
        own.1.display()
    );
    for (content, advice) in [
        ("listen = '0.0.0.0:8100'", &["`names` is empty", "there is no database"][..]),
        ("names = ['backup.example']", &["no other machine reaches the server"]),
        ("listen = '127.0.0.1:0'", &["another port at every start"]),
        ("[hashing]\nparallel = 64", &["1216 MiB"]),
        ("[proxies]\ntrusted = ['127.0.0.1']", &["`proxies.trusted` has `127.0.0.1`"]),
        ("[proxies]\ntrusted = ['127.0.0.2']", &[]),
        ("[limits]\nconnections = 5", &["one address can take all of them"]),
        ("[sessions]\nidle_minutes = 600", &["forgotten session"]),
        (&tls, &["there is no database", "is not for `sbm.example`", "renew it"]),
        ("", &[]),
    ] {
        let report = place.report(content.as_bytes());
        assert!(report.is_good(), "{content}: {:?}", report.errors);
        assert_eq!(report.advice.len(), advice.len(), "{content}: {:#?}", report.advice);
        for part in advice {
            assert!(report.advice.iter().any(|text| text.contains(part)), "{part}: {:#?}", report.advice);
        }
        assert!(report.text().lines().last().unwrap().starts_with("the configuration is good"), "{}", report.text());
    }
    #[cfg(unix)]
    {
        let path = directory.join("sbm.toml");
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
        assert!(place.report(b"").advice[0].contains("chmod go-w"));
    }
}

#[test]
fn a_data_directory_that_the_server_does_not_start_with_is_told_and_not_touched_run_1_err_4_err_5() {
    let place = Place::new();
    let data = place.parent.path().join("data");
    let found = |place: &Place| place.report(b"").errors.into_iter().next();
    assert_eq!(found(&place), None, "one that is missing is made at the start");
    std::fs::write(&data, b"").unwrap();
    let (code, text) = found(&place).unwrap();
    assert!(code == Code::ConfigInvalid && text.contains("is not a directory") && text.contains("`data_dir`"), "{text}");
    assert!(!place.report(b"").is_good());
    let beneath = Sources { flags: pairs(&[("data_dir", data.join("sbm").to_str().unwrap())]), ..Sources::default() };
    assert_eq!(Report::of(&beneath, NOW).errors[0].0, Code::ConfigInvalid, "nothing can be made in a file");
    std::fs::remove_file(&data).unwrap();
    std::fs::create_dir(&data).unwrap();
    #[cfg(unix)]
    {
        let set = |mode: u32| std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        set(0o755);
        assert_eq!(found(&place), None, "an empty one is closed to others at the start");
        std::fs::write(data.join("x"), b"x").unwrap();
        let (code, text) = found(&place).unwrap();
        assert!(code == Code::ConfigInvalid && text.contains("`chmod 700") && text.contains("755"), "{text}");
        let server = crate::data_dir::DataDir::open(&data).unwrap_err();
        assert!(text.starts_with(&server.to_string()), "what the server says: {server}");
        set(0o700);
        assert_eq!(found(&place), None);
        // The superuser's, whoever asks: somebody else's, or open to everybody.
        let root = Sources { flags: pairs(&[("data_dir", "/")]), ..Sources::default() };
        assert!(matches!(Report::of(&root, NOW).errors[0].0, Code::StoreUnavailable | Code::ConfigInvalid));
    }
}

#[test]
fn a_name_in_the_environment_that_nobody_knows_is_told_with_what_was_meant_run_1() {
    let place = Place::new();
    let path = place.parent.path().join("sbm.toml");
    std::fs::write(&path, "").unwrap();
    let mut sources = place.sources(path);
    sources.environment = pairs(&[("SBM_SESSION_IDLE_MINUTES", "5"), ("SBM_BOGUS", "x"), ("SBM_PASSWORD_FILE", "x")]);
    let report = Report::of(&sources, NOW);
    assert!(report.is_good() && report.advice.len() == 2, "{:?}", report.advice);
    assert!(report.advice[0].contains("`SBM_BOGUS`") && !report.advice[0].contains("did you mean"), "{:?}", report.advice);
    assert!(report.advice[1].contains("did you mean `SBM_SESSIONS_IDLE_MINUTES`?"), "{:?}", report.advice);
}

#[test]
fn the_report_and_the_table_are_json_for_programs_run_1() {
    let place = Place::new();
    let report: serde_json::Value = serde_json::from_str(&place.report(b"lisen = 1").json()).unwrap();
    assert_eq!((&report["good"], &report["errors"][0]["name"]), (&false.into(), &"config_unknown_key".into()));
    let config = Config::load(&Sources::default()).unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&config.json()).unwrap();
    assert_eq!(rows.len(), SETTINGS.len());
    assert!(rows.iter().all(|row| row["key"].is_string() && row["value"].is_string() && row["origin"] == "default"));
    let table = config.table();
    assert_eq!(table.lines().count(), SETTINGS.len() + 1);
    assert!(table.starts_with("SETTING"));
    assert!(SETTINGS.iter().all(|setting| table.contains(setting.key)));
}

/// The files that a PostgreSQL needs, in that directory.
fn key_and_password(directory: &Path) -> (PathBuf, PathBuf) {
    let (key, password) = (directory.join("key-file"), directory.join("password"));
    crate::pki::KeyFile::create(&key).unwrap();
    std::fs::copy(&key, &password).unwrap();
    std::fs::write(&password, "hunter2\n").unwrap();
    (key, password)
}

#[test]
fn what_is_set_of_a_postgresql_is_shown_with_its_origin_and_without_its_password_run_1() {
    let place = Place::new();
    let (key, password) = key_and_password(place.parent.path());
    let path = place.parent.path().join("sbm.toml");
    std::fs::write(&path, "store = 'sqlite:/srv/sbm.db'\n").unwrap();
    let mut sources = place.sources(path);
    sources.environment = pairs(&[("SBM_STORE", "postgres://sbm:hunter3@db.example/sbm"), ("SBM_KEY_FILE", "/x")]);
    sources.flags.extend(pairs(&[("key_file", key.to_str().unwrap())]));
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.store.postgres().unwrap().password.as_ref().unwrap().reveal(), "hunter3");
    let row = |key: &str| config.effective().iter().find(|row| row.key == key).unwrap().clone();
    assert_eq!(row("store").value, "postgres://sbm:***@db.example/sbm?sslmode=verify-full");
    assert_eq!((row("store").origin, row("key_file").origin), (Origin::Environment, Origin::Flag));
    for shown in [config.table(), config.json(), format!("{config:?}")] {
        assert!(!shown.contains("hunter"), "{shown}");
    }
    sources.environment = pairs(&[("SBM_STORE", "postgres://sbm@db.example/sbm")]);
    sources.flags.extend(pairs(&[("store_password_file", password.to_str().unwrap())]));
    let config = Config::load(&sources).unwrap();
    let url = crate::place::url_with_password(&config).unwrap().unwrap();
    assert_eq!(url.password.unwrap().reveal(), "hunter2");
    assert!(Report::of(&sources, NOW).is_good(), "{:?}", Report::of(&sources, NOW).errors);
}

#[test]
fn a_password_file_is_one_line_that_its_owner_alone_can_read_err_5() {
    let place = Place::new();
    let (key, password) = key_and_password(place.parent.path());
    let (key, file) = (key.display(), password.display());
    let text = format!("store = 'postgres://u@localhost/d'\nkey_file = '{key}'\nstore_password_file = '{file}'\n");
    for (content, named) in [
        ("hunter2", None),
        ("hunter2\r\n", None),
        (" hunter2 ", None),
        ("", Some("is empty")),
        ("\n", Some("is empty")),
        ("hunter2\nhunter2\n", Some("one line with a password")),
        ("hunter2\0", Some("one line with a password")),
    ] {
        std::fs::write(&password, content).unwrap();
        let report = place.report(text.as_bytes());
        assert_eq!(report.is_good(), named.is_none(), "{content:?}: {:?}", report.errors);
        if let Some(named) = named {
            assert!(
                report.errors[0].1.contains(named) && report.errors[0].1.contains("`store_password_file`"),
                "{:?}",
                report.errors
            );
        }
    }
    std::fs::write(&password, "hunter2").unwrap();
    #[cfg(unix)]
    for (path, setting) in [(&password, "store_password_file"), (&place.parent.path().join("key-file"), "key_file")] {
        let set = |mode| std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        set(0o640);
        let report = place.report(text.as_bytes());
        assert!(report.errors.iter().all(|(code, _)| *code == Code::ConfigInvalid), "{:?}", report.errors);
        assert!(report.errors[0].1.contains("chmod 600") && report.errors[0].1.contains(setting), "{:?}", report.errors);
        set(0o600);
    }
}

#[test]
fn what_is_risky_about_a_store_is_said_and_is_not_in_the_way_run_1() {
    let place = Place::new();
    let directory = place.parent.path().to_path_buf();
    let (key, _) = key_and_password(&directory);
    let file = format!("key_file = '{}'\n", key.display());
    for (store, advice) in [
        ("store = 'postgres://u@db.example/d?sslmode=disable'", &["is at `db.example` without encryption"][..]),
        ("store = 'postgres://u@10.0.0.7/d?sslmode=disable'", &["is at `10.0.0.7` without encryption"]),
        ("store = 'postgres://u@db.example/d'", &[]),
        ("store = 'postgres://u@127.0.0.1/d'", &[]),
        ("store = 'postgres://u@%2Frun%2Fpostgresql/d'", &[]),
        ("store = 'postgres://u:hunter2@localhost/d'", &["everybody on this machine can read it (mode 644)"]),
        ("store = 'sqlite:'", &["a SQLite store has none"]),
        ("store = 'sqlite:sbm.db'", &["depends on where the server is started", "a SQLite store has none"]),
    ] {
        let path = directory.join("sbm.toml");
        std::fs::write(&path, "").unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        let report = place.report(format!("{store}\n{file}").as_bytes());
        assert!(report.is_good(), "{store}: {:?}", report.errors);
        assert_eq!(report.advice.len(), advice.len(), "{store}: {:#?}", report.advice);
        for part in advice {
            assert!(report.advice.iter().any(|text| text.contains(part)), "{part}: {:#?}", report.advice);
        }
        assert!(!report.text().contains("hunter2"));
    }
    let flags = pairs(&[("store", "postgres://u:hunter2@localhost/d"), ("key_file", key.to_str().unwrap())]);
    let sources = Sources { flags, ..Sources::default() };
    let advice = Config::load(&sources).unwrap().advice(&sources).join(" ");
    assert!(advice.contains("every process on this machine can see") && !advice.contains("hunter2"), "{advice}");
}
