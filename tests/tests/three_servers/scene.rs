//! Three server processes on one PostgreSQL, each with a way to it that can be cut, and one way for everybody to any of them.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::core::wire::v1::{ConnectionString, path};
use sbm_test_postgres::{Cluster, Options};
use sbm_tests::fixture::{add_user, office};
use sbm_tests::process::Victim;
use sbm_tests::raw::{Answer, Raw, Wire, request};
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::site::Site;
use sbm_tests::stronghold::log_in;
use sbm_tests::way::Way;

const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");
pub const SERVERS: usize = 3;
/// Enough that nobody has more sessions than a user may have, whatever logins nobody heard the answer of.
const USERS: usize = 6;
/// Longer than anything takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server: its process, its way to the database, and how it is reached past the common way.
struct Member {
    process: Mutex<Option<Victim>>,
    to_database: Way,
    connection: ConnectionString,
    raw: Raw,
}

/// Everything that the faults happen to.
pub struct Scene {
    // Servers end before their database.
    members: Vec<Member>,
    pub cluster: Cluster,
    pub site: Site,
    /// To whichever server takes it, another one each time.
    pub everywhere: Way,
    /// The administrator's token.
    pub console: String,
}

impl Scene {
    pub fn new() -> Self {
        let cluster = Cluster::start(Options { fsync: true, settings: Vec::new() });
        let site = Site::new(&cluster);
        let ways: Vec<Way> = (0..SERVERS).map(|_| Way::to(vec![cluster.port()])).collect();
        let started = |number: usize| start(&site, &cluster, &ways[number], number, 0).unwrap();
        let servers: Vec<(Victim, ConnectionString)> = std::thread::scope(|scope| {
            let starting: Vec<_> = (0..SERVERS).map(|number| scope.spawn(move || started(number))).collect();
            starting.into_iter().map(|server| server.join().unwrap()).collect()
        });
        let ca = site.ca();
        let members: Vec<Member> = ways
            .into_iter()
            .zip(servers)
            .map(|(to_database, (process, connection))| Member {
                process: Mutex::new(Some(process)),
                to_database,
                raw: Raw::at(connection.port, ca.clone()),
                connection,
            })
            .collect();
        let everywhere = Way::to(members.iter().map(|member| member.connection.port).collect());
        let mut codes =
            (0..SERVERS).filter_map(|number| std::fs::read_to_string(site.data(&name(number)).join("setup-code")).ok());
        let code = Secret::new(codes.next_back().unwrap().trim());
        let first = Admin::connect(&members[0].connection, PATIENCE).unwrap();
        first.claim(&code, &Secret::new(ADMIN_PASSWORD)).unwrap();
        let console = log_in(&members[0].raw, "admin", ADMIN_PASSWORD);
        let first = first.with_token(Secret::new(console.clone()));
        office(&first);
        add_user(&first, "dave", None, &[]);
        (0..USERS).for_each(|number| add_user(&first, &user(number), Some("End user"), &["Finance"]));
        Self { members, cluster, site, everywhere, console }
    }

    /// How clients reach it.
    pub fn connection(&self) -> ConnectionString {
        ConnectionString { port: self.everywhere.port, ..self.members[0].connection.clone() }
    }

    /// The administrator at that server, or, without one, at whichever takes the connection.
    pub fn admin(&self, server: Option<usize>) -> Admin {
        let connection = server.map_or_else(|| self.connection(), |server| self.members[server].connection.clone());
        Admin::connect(&connection, Duration::from_secs(10)).unwrap().with_token(Secret::new(self.console.clone()))
    }

    pub fn raw(&self, server: usize) -> &Raw {
        &self.members[server].raw
    }

    pub fn way(&self, server: usize) -> &Way {
        &self.members[server].to_database
    }

    pub fn kill(&self, server: usize) {
        drop(self.process(server).take());
    }

    /// Starts it again where it was, as often as it takes, as who watches over services does.
    pub fn start_again(&self, server: usize) {
        let (member, begun) = (&self.members[server], Instant::now());
        let started = std::iter::repeat_with(|| {
            assert!(begun.elapsed() < PATIENCE, "server {server} does not start");
            start(&self.site, &self.cluster, &member.to_database, server, member.connection.port)
        });
        let (process, connection) = started.flatten().next().unwrap();
        assert_eq!(connection, member.connection);
        *self.process(server) = Some(process);
    }

    /// Makes it stand still; it does when this is done.
    pub fn freeze(&self, server: usize) {
        self.process(server).as_ref().unwrap().freeze();
    }

    pub fn thaw(&self, server: usize) {
        self.process(server).as_ref().unwrap().signal("CONT");
    }

    /// Opens a connection to a server, on which something was asked already.
    pub fn greeted(&self, server: usize) -> Wire {
        let mut wire = self.raw(server).connect();
        wire.send(&request("GET", path::STATUS, None, None));
        assert_eq!(wire.answer().unwrap().status, 200);
        wire
    }

    fn process(&self, server: usize) -> MutexGuard<'_, Option<Victim>> {
        self.members[server].process.lock().unwrap()
    }
}

/// Whose the installation of that number is.
pub fn user(number: usize) -> String {
    format!("user {}", number % USERS)
}

fn name(number: usize) -> String {
    format!("server-{number}")
}

fn start(site: &Site, cluster: &Cluster, way: &Way, number: usize, port: u16) -> Option<(Victim, ConnectionString)> {
    let store = site.store().replace(&format!(":{}/", cluster.port()), &format!(":{}/", way.port));
    assert_ne!(store, site.store());
    let backups = [format!("backup.dir={}", site.data("backups").display()), "backup.every_hours=1".to_owned()];
    site.process(SERVER, &name(number), port, &store, &backups)
}

/// How a question about dave's token is put.
pub fn question(token: &str) -> Vec<u8> {
    request("GET", path::HISTORY, Some(token), None)
}

/// Whether an answer lets dave in; nothing where the server does not answer such questions at the moment.
pub fn lets_in(answer: &Answer) -> Option<bool> {
    match answer.code() {
        Some(Code::UserDisabled | Code::TokenRefused) => Some(false),
        Some(code) if code.status() == 503 => None,
        Some(Code::Internal) => panic!("{answer:?}"),
        _ => Some(true),
    }
}
