//! A move as a process that a test can kill: `sbm-test-move DATA_DIR KEY_FILE FROM TO`. It prints a line at each step.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

use sbm_server::clock::SystemClock;
use sbm_server::relocate::{Move, relocate};
use sbm_tests::estate::config;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data_dir, key_file, from, to] = <[String; 4]>::try_from(arguments).unwrap();
    let asked = Move { from: from.parse().unwrap(), to: to.parse().unwrap(), verify: true };
    let config = config(Path::new(&data_dir), Path::new(&key_file), [&from, &to]);
    let mut out = std::io::stdout();
    let mut say = |line: String| writeln!(out, "{line}").unwrap();
    let done = relocate(&config, &asked, &SystemClock, &mut |step| {
        say(format!("{step:?}"));
        ControlFlow::Continue(())
    });
    match done {
        Ok(done) => say(format!("done {}", done.rows)),
        Err(refused) => say(format!("refused {}: {}", refused.code, refused.message)),
    }
}
