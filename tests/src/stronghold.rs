//! A claimed server with somebody of every kind in it, and what must not change when it is attacked.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OpenFlags};
use sbm_client::admin::Admin;
use sbm_client::core::id::Hash;
use sbm_client::core::permission::Task;
use sbm_client::core::wire::v1::admin::IssuedToken;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{DeviceSession, Session};
use serde_json::{Value, json};

use crate::fixture::{PASSWORD, add_user, office};
use crate::raw::{Answer, Raw, request};
use crate::server::{ADMIN_PASSWORD, TestServer};

/// The installation of carol's computer.
pub const INSTALLATION: &str = "0a0b0c0d0e0f00010203040506070809";

/// The server under attack. `carol` has no role and shares a group with the managed profile, `dave` has and shares nothing.
#[derive(Debug)]
pub struct Stronghold {
    /// The server.
    pub server: TestServer,
    /// Its administrator.
    pub admin: Admin,
    /// The way to it.
    pub raw: Raw,
    /// The administrator's token.
    pub console: String,
    /// The token of a person without a role.
    pub carol: String,
    /// The token of carol's computer.
    pub device: String,
    /// The token of dave's computer.
    pub other_device: String,
    /// A token of the administrator's for a program, which may all that he may (RUN-11).
    pub api: String,
}

/// Everything that a refused request leaves as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    revision: u64,
    epoch: u64,
    lists: Vec<String>,
    rows: BTreeMap<String, i64>,
    files: BTreeSet<String>,
}

impl Stronghold {
    /// A server with an office in it.
    #[must_use]
    pub fn new() -> Self {
        let (server, admin) = TestServer::claimed();
        office(&admin);
        add_user(&admin, "dave", None, &[]);
        let raw = Raw::of(&server);
        let console = log_in(&raw, "admin", ADMIN_PASSWORD);
        let carol = log_in(&raw, "carol", PASSWORD);
        let device = log_in_device(&raw, "carol", INSTALLATION);
        let other_device = log_in_device(&raw, "dave", "ffffffffffffffffffffffffffffffff");
        let api = make_token(&raw, &console, ADMIN_PASSWORD, &everything()).1;
        Self { server, admin, raw, console, carol, device, other_device, api }
    }

    /// What stands there now.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let facts = self.server.service().facts();
        let list = |of: &str| {
            let answer = self.ask("GET", of, Some(&self.console), None);
            assert_eq!(answer.status, 200, "{of}");
            String::from_utf8(answer.body).unwrap()
        };
        let lists = [path::USERS, path::GROUPS, path::SECURITY_PROFILES, path::PROFILES, path::ALLOWLIST];
        // Databases and their logs grow and shrink; everything else is a file that somebody made on purpose.
        let files =
            std::fs::read_dir(self.server.data_dir()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        Fingerprint {
            revision: facts.revision(),
            epoch: facts.server().epoch,
            lists: lists.into_iter().map(list).collect(),
            rows: self.rows(),
            files: files.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect(),
        }
    }

    /// Asks on a connection of its own.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, token: Option<&str>, content: Option<&str>) -> Answer {
        self.raw.ask(&request(method, path, token, content)).unwrap()
    }

    /// Whether it answers a well-meant request.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.ask("GET", path::STATUS, None, None).status == 200
    }

    /// How often an act ended with that outcome, by the audit log.
    #[must_use]
    pub fn audited(&self, act: &str, outcome: &str) -> usize {
        let entries = self.admin.audit(0, 1_000).unwrap().items;
        entries.iter().filter(|entry| entry.entry.act == act && entry.entry.outcome == outcome).count()
    }

    /// The hash of the body of the managed profile.
    #[must_use]
    pub fn body(&self) -> Hash {
        Hash::of(b"revision one")
    }

    /// How many rows each table has; refusals are audited, and every device is seen.
    fn rows(&self) -> BTreeMap<String, i64> {
        let database = self.server.data_dir().join("sbm.db");
        let database = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('audit', 'audit_accounts', 'device_seen')";
        let mut tables = database.prepare(sql).unwrap();
        let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let count =
            |table: &String| database.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0)).unwrap();
        tables.iter().map(|table| (table.clone(), count(table))).collect()
    }
}

impl Default for Stronghold {
    fn default() -> Self {
        Self::new()
    }
}

/// Logs a person in; gives the token.
pub fn log_in(raw: &Raw, user: &str, password: &str) -> String {
    let content = json!({ "user": user, "password": password }).to_string();
    let answer = raw.ask(&request("POST", path::SESSION, None, Some(&content))).unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json::<Session>().token.reveal().to_owned()
}

/// What the built-in `admin` may allow a program.
#[must_use]
pub fn everything() -> Value {
    Task::ALL.into_iter().map(|task| (task.name().to_owned(), json!("write"))).collect::<serde_json::Map<_, _>>().into()
}

/// Makes a token for a program; gives its id and the token.
pub fn make_token(raw: &Raw, console: &str, password: &str, allows: &Value) -> (String, String) {
    let content = json!({ "name": "a program", "allows": allows, "password": password }).to_string();
    let answer = raw.ask(&request("POST", path::NEW_TOKEN, Some(console), Some(&content))).unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let made: IssuedToken = answer.json();
    (made.token.id, made.secret.reveal().to_owned())
}

/// Logs an installation in; gives the token.
pub fn log_in_device(raw: &Raw, user: &str, installation: &str) -> String {
    let content = device_login(user, PASSWORD, installation);
    let answer = raw.ask(&request("POST", path::DEVICE, None, Some(&content))).unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json::<DeviceSession>().token.reveal().to_owned()
}

/// What an installation says to log in.
#[must_use]
pub fn device_login(user: &str, password: &str, installation: &str) -> String {
    json!({ "user": user, "password": password, "installation": installation, "computer": "pc-17", "program": "tests 1.0" })
        .to_string()
}
