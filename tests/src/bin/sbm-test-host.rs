//! A backup program that a test can kill: `sbm-test-host CACHE_DIR [plain]`, the latter for a cache in plain files. It runs, reports and syncs until it is killed, and
//! says each thing only after SBM said that it is done: `finished ID`, `synced`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

use std::io::Write as _;
use std::path::PathBuf;

use sbm_client::Client;
use sbm_client::core::run::Trigger;
use sbm_tests::fixture::{config, end, start, take_over};

fn main() {
    let directory: PathBuf = std::env::args_os().nth(1).unwrap().into();
    let is_plain = std::env::args_os().nth(2).is_some_and(|kind| kind == "plain");
    let client = Client::open(config(&directory).plain_files(is_plain)).unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "opened").unwrap();
    for round in 0.. {
        let run = client.begin_run(start(Trigger::Schedule)).unwrap();
        let id = run.id();
        writeln!(out, "begun {id}").unwrap();
        run.finish(end()).unwrap();
        writeln!(out, "finished {id}").unwrap();
        if round % 4 == 3 {
            let summary = client.sync().unwrap();
            take_over(&client);
            writeln!(out, "synced {}", summary.online).unwrap();
        }
    }
}
