//! A backup of a PostgreSQL of an older schema: the third, which was the first that exports were made of.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

use super::super::folder::hash;
use super::super::manifest::{EXPORT, MANIFEST, Manifest};
use super::super::{Origin, create, restore, verify};
use crate::clock::SystemClock;
use crate::config::{Config, Sources};
use crate::pki::KeyFile;
use crate::place;
use crate::server::Server;
use crate::store::export::table;
use crate::store::servers::SCHEMA;

const OLDER: u32 = 3;

fn config(data_dir: &Path, store: Option<(&str, &Path)>) -> Config {
    let mut flags = vec![("data_dir", data_dir.display().to_string()), ("listen", "127.0.0.1:0".to_owned())];
    if let Some((url, key)) = store {
        flags.extend([("store", url.to_owned()), ("key_file", key.display().to_string())]);
    }
    let flags = flags.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Config::load(&Sources { file: None, environment: vec![], flags }).unwrap()
}

/// The same export, as a program of then would have written it: without the tables and columns that came since.
fn of_then(text: &str) -> String {
    let (mut told, mut kept) = (String::new(), Vec::<usize>::new());
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    let mut table: Option<String> = None;
    for (number, line) in text.lines().enumerate() {
        let value: Value = serde_json::from_str(line).unwrap();
        if number == 0 {
            told += &line.replace(&format!("\"schema\":{SCHEMA}"), &format!("\"schema\":{OLDER}"));
            told.push('\n');
            continue;
        }
        if let Some(name) = value.get("table").and_then(Value::as_str) {
            let then = table::of(OLDER).unwrap().iter().find(|then| then.name == name);
            table = then.map(|then| then.name.to_owned());
            let columns = value["columns"].as_array().unwrap();
            let known =
                |column: &Value| then.is_some_and(|then| then.columns.iter().any(|(name, _)| *name == column.as_str().unwrap()));
            kept = (0..columns.len()).filter(|at| known(&columns[*at])).collect();
        }
        let (Some(table), false) = (&table, value.get("sha256").is_some()) else { continue };
        let then = |all: &Value| Value::from(kept.iter().map(|at| all[*at].clone()).collect::<Vec<_>>()).to_string();
        if value.is_array() {
            *counts.get_mut(table).unwrap() += 1;
            told += &if kept.len() == value.as_array().unwrap().len() { line.to_owned() } else { then(&value) };
        } else {
            counts.insert(table.clone(), 0);
            told += &format!("{{\"table\":\"{table}\",\"columns\":{}}}", then(&value["columns"]));
        }
        told.push('\n');
    }
    let sha256 = Hash::of(told.as_bytes());
    told + &format!("{{\"rows\":{},\"sha256\":\"{sha256}\"}}\n", serde_json::to_string(&counts).unwrap())
}

#[test]
fn a_backup_of_an_older_schema_comes_back_into_either_database_and_forward_door_2_door_4() {
    let directory = TempDir::new().unwrap();
    let at = |name: &str| directory.path().join(name);
    let key = KeyFile::create(&at("key")).unwrap();
    let cluster = sbm_test_postgres::Cluster::shared();
    let source = config(&at("source"), Some((&cluster.database(), &at("key"))));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    drop(runtime.block_on(Server::open(source.clone(), Arc::new(SystemClock))).unwrap());
    drop(runtime);
    let origin = Origin::beside(&source).unwrap();
    let made = create(&origin, &at("backups"), Timestamp::from_millis(0), &Arc::new(AtomicBool::new(false))).unwrap();
    let export = made.path.join(EXPORT);
    let then = of_then(&std::fs::read_to_string(&export).unwrap());
    std::fs::write(&export, then).unwrap();
    let mut manifest = Manifest { schema: OLDER, ..made.manifest };
    for file in manifest.files.iter_mut().filter(|file| file.name == EXPORT) {
        (file.size, file.sha256) = hash(&export).unwrap();
    }
    std::fs::write(made.path.join(MANIFEST), manifest.to_bytes().unwrap()).unwrap();
    assert_eq!(verify(&made.path, Some(&key)).unwrap().manifest.schema, OLDER);
    let places = [config(&at("file"), None), config(&at("postgres"), Some((&cluster.database(), &at("key"))))];
    for to in places {
        let restored = restore(&to, &made.path, Some(&key), &SystemClock).unwrap();
        let opened = place::open(&to).unwrap();
        let rows = opened.store.load().wait().unwrap();
        assert_eq!((rows.revision, rows.server.epoch), (manifest.revision + 1, restored.epoch), "{}", to.store);
        assert_eq!(opened.store.verify_audit().wait().unwrap(), (manifest.audit + 1, None), "{}", to.store);
        assert!(opened.data_dir.names().unwrap().iter().all(|name| !name.contains("restor")), "{}", to.store);
    }
}
