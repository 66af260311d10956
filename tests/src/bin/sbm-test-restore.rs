//! A restore as a process that a test can kill: `sbm-test-restore DATA_DIR BACKUP KEY_FILE [SETTING=VALUE…]`. It prints a line
//! at each step, and goes on when it was told a line for it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

use std::path::Path;
use std::sync::Arc;

use sbm_server::backup::restore::restore_telling;
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::pki::KeyFile;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let [data_dir, backup, key_file] = [(); 3].map(|()| arguments.next().unwrap());
    let mut flags = vec![("data_dir".to_owned(), data_dir), ("listen".to_owned(), "127.0.0.1:0".to_owned())];
    flags.extend(arguments.map(|setting| setting.split_once('=').map(|(key, value)| (key.into(), value.into())).unwrap()));
    let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
    let key = KeyFile::read(Path::new(&key_file)).unwrap();
    let tell = Arc::new(|step| {
        println!("{step:?}");
        std::io::stdin().read_line(&mut String::new()).unwrap();
    });
    match restore_telling(&config, Path::new(&backup), Some(&key), &SystemClock, tell) {
        Ok(restored) => println!("done {}", restored.epoch),
        Err(error) => println!("refused {}: {error}", error.code()),
    }
}
