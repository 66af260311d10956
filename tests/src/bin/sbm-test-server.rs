//! The server as a process that a test can kill: `sbm-test-server DATA_DIR PORT [SETTING=VALUE…]`. It prints its connection
//! string when it answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so does what it stands on")]

use std::sync::Arc;

use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::server::Server;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (data_dir, port) = (arguments.next().unwrap(), arguments.next().unwrap());
    let mut flags = vec![("data_dir".to_owned(), data_dir), ("listen".to_owned(), format!("127.0.0.1:{port}"))];
    flags.extend(arguments.map(|setting| setting.split_once('=').map(|(key, value)| (key.into(), value.into())).unwrap()));
    let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Server::open(config, Arc::new(SystemClock)).await.unwrap();
        println!("{}", server.connection());
        server.serve(std::future::pending()).await;
    });
}
