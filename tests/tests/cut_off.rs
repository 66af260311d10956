//! A server that is cut off from its database says so to whoever spreads clients over servers, and its log is no flood
//! (RUN-7, ERR-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::ServerEntry;
use sbm_client::core::wire::v1::{Status, path};
use sbm_server::clock::SystemClock;
use sbm_test_postgres::Cluster;
use sbm_tests::raw::{Answer, Raw, request};
use sbm_tests::server::TestServer;
use sbm_tests::site::Site;
use sbm_tests::way::Way;

/// Longer than a lease, so that what is told twice a second is many lines.
const OUTAGE: Duration = Duration::from_secs(9);
const PATIENCE: Duration = Duration::from_secs(30);

/// What the servers of this process log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn ask(raw: &Raw, path: &str) -> Answer {
    raw.ask(&request("GET", path, None, None)).unwrap()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_server_that_is_cut_off_says_that_it_answers_nobody_and_its_log_is_a_few_lines_run_7_err_4() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();
    let cluster = Cluster::shared();
    let site = Site::new(cluster);
    let way = Way::to(vec![cluster.port()]);
    let store = site.store().replace(&format!(":{}/", cluster.port()), &format!(":{}/", way.port));
    assert_ne!(store, site.store());
    let settings = site.settings(&store);
    let settings: Vec<_> = settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let cut_off = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &settings);
    let admin = cut_off.claim();
    let other = site.server();
    let ways = [&cut_off, &other].map(|server| site.raw(server.connection().port));
    let lives = |servers: Vec<ServerEntry>| servers.into_iter().map(|server| server.lives).collect::<Vec<_>>();
    for raw in &ways {
        let answer = ask(raw, "/ready");
        assert_eq!((answer.status, answer.json::<Status>().serving), (200, Some(true)));
        assert_eq!(ask(raw, path::STATUS).json::<Status>().serving, Some(true));
    }
    let servers = admin.server_settings().unwrap().servers;
    assert!(servers.iter().all(|server| server.version == env!("CARGO_PKG_VERSION") && server.revision > 0), "{servers:?}");
    assert_eq!(lives(servers), [true, true]);

    let (before, begun) = (log.lines().len(), Instant::now());
    way.cut();
    until("its lease ends", || ask(&ways[0], path::READY).code() == Some(Code::ServerBehind));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    while begun.elapsed() < OUTAGE {
        let (ready, status) = (ask(&ways[0], path::READY), ask(&ways[0], path::STATUS));
        assert_eq!((ready.status, ready.code()), (503, Some(Code::ServerBehind)));
        assert!(ready.head.contains("retry-after: 1"), "{}", ready.head);
        assert_eq!((status.status, status.json::<Status>().serving), (200, Some(false)));
        assert_eq!(ask(&ways[1], path::READY).status, 200, "the other one answers");
    }
    assert_eq!(ask(&ways[0], path::USERS).code(), Some(Code::ServerBehind));
    way.flow();
    until("it answers again", || ask(&ways[0], path::READY).status == 200);
    until("the end of it is told", || log.lines().iter().any(|line| line.contains("keeps in step with its database again")));
    until("everybody lives", || lives(admin.server_settings().unwrap().servers) == [true, true]);

    let lines = log.lines().split_off(before);
    let told = |level: &str, what: &str| lines.iter().filter(|line| line.contains(level) && line.contains(what)).count();
    assert_eq!(told("WARN", "cannot keep in step with its database; it is tried again"), 1, "{lines:#?}");
    assert_eq!(told("ERROR", "answers nobody until it has caught up"), 1, "{lines:#?}");
    assert_eq!(told("INFO", "keeps in step with its database again, and answers"), 1, "{lines:#?}");
    // Besides, whoever listens for changes tells that he does not, and while the lease lasts what was noted in memory could
    // not be written. That the tests' database does not wait for its disk is told with each connection.
    let told = lines.iter().filter(|line| line.contains("WARN") || line.contains("ERROR"));
    assert!(told.filter(|line| !line.contains("`fsync` is off")).count() <= 5, "{lines:#?}");
}
