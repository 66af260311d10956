//! One of several processes on one cache: `sbm-test-worker CACHE_DIR RUNS`. It starts the worker, makes that many runs, and
//! stays until its standard input ends. It says `opened`, `finished ID SEQUENCE` for each run, `done`, and for each time that
//! the worker noticed another process's writing `changed`, with whether a run by hand may begin now.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use sbm_client::core::permission::{Action, Effect, Resource};
use sbm_client::core::run::Trigger;
use sbm_client::{Client, Notice, WorkerConfig};
use sbm_tests::fixture::{config, end, guid, start};

fn main() {
    let directory: PathBuf = std::env::args_os().nth(1).unwrap().into();
    let runs: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let client = Arc::new(Client::open(config(&directory)).unwrap());
    say("opened");
    let asked = Arc::clone(&client);
    let worker = client.start_worker(WorkerConfig::new(), move |notice| {
        if notice == Notice::Changed {
            let may = asked.may(Action::RunManually, Resource::Managed(guid())).effect == Effect::Allow;
            say(&format!("changed {may}"));
        }
    });
    for _ in 0..runs {
        let run = client.begin_run(start(Trigger::Schedule)).unwrap();
        let sequence = run.finish(end()).unwrap();
        say(&format!("finished {} {sequence}", run.id()));
    }
    say("done");
    let _until_the_end = std::io::stdin().read_to_end(&mut Vec::new());
    drop(worker);
}

fn say(line: &str) {
    // Two threads speak; a line stays whole.
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
