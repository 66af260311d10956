//! The ten lines of the readme.

use sbm_client::core::permission::{Action, Resource};
use sbm_client::core::run::{RunEnd, RunResult, RunStart, Trigger};
use sbm_client::{Client, Clock as _, Config, Error, SystemClock};

fn main() -> Result<(), Error> {
    let client = Client::open(Config::new("sbm").program("MiniBackup 1.0"))?;
    client.sync_if_due()?; // asks the server, if there is one: at the start, and about once an hour
    while let Some(change) = client.next_change()? {
        println!("{:?} {}", change.kind(), change.name()); // take the profile over, then say so
        change.done()?;
    }
    println!("{}", client.explain(Action::Create, Resource::Local).sentence);
    let run = client.begin_run(RunStart::new("documents", Trigger::Manual, SystemClock.now()))?; // denied: do not run
    // ... the backup ...
    run.finish(RunEnd { files_copied: 42, ..RunEnd::new(RunResult::Success, SystemClock.now()) })?; // on disk, and sent
    Ok(())
}
