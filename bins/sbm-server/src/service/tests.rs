//! Several servers on one database, on either: the services without their doors, each as of a process of its own.

mod api_tokens;
mod brakes;
mod clocks;
mod duties;
mod enrolments;
mod frozen;
mod newer;
mod orders;
mod retention;
mod roles;
mod tokens;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::directory::command::{NewUser, Upload, UserPatch};
use sbm_core::directory::{Actor, Command, Directory};
use sbm_core::id::{AccountId, DeviceId, Guid, InstallationId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::RoleSet;
use sbm_core::run::Retention;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::{Audience, Claim, DeviceLogin, Login, Secret};
use sbm_test_postgres::{Cluster, Lent};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::*;
use crate::auth::password::Cost;
use crate::clock::SystemClock;
use crate::config::Sources;
use crate::http::{Authenticator as _, Caller, Known};
use crate::pki::{Pki, Vault};
use crate::place::Opened;
use crate::store::url::{PostgresUrl, StoreUrl};
use crate::store::{Postgres, Sqlite};

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "marble kettle 7 orbit";
/// As long as the real one, for a machine that has much to do: shorter ones run out there while nobody stands still.
const LEASE: Duration = Duration::from_secs(5);

/// Where the servers' data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// All in one process, on one file: the lock is not in their way.
    Sqlite,
    /// Each with connections of its own.
    Postgres,
}

const BOTH: [Place; 2] = [Place::Sqlite, Place::Postgres];

/// Servers on one database.
struct World {
    servers: Vec<Member>,
    opened: Opened,
    _database: Option<Lent>,
    url: Option<PostgresUrl>,
    directory: TempDir,
    /// How long servers that are added from here on keep history.
    retention: Retention,
    /// What their clocks show beside the right time, in milliseconds.
    clocks_off: i64,
    /// Where servers that are added from here on send erase orders.
    hook: Option<crate::outgoing::Place>,
}

/// The system's clock, set wrong.
struct Off(i64);

impl Clock for Off {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0)
    }
}

/// One of them.
struct Member {
    service: Arc<Service>,
    step: JoinHandle<()>,
}

impl World {
    /// All servers look at once whether something is due.
    async fn look(&self) {
        let looking: Vec<_> = self
            .servers
            .iter()
            .map(|member| {
                let service = Arc::clone(&member.service);
                tokio::spawn(async move { service.do_duties().await })
            })
            .collect();
        for looked in looking {
            looked.await.unwrap();
        }
    }

    /// So many servers, which nobody has claimed.
    async fn unclaimed(place: Place, count: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data_dir = Arc::new(DataDir::open(&directory.path().join("data")).unwrap());
        let vault: Arc<dyn Vault> = Arc::<DataDir>::clone(&data_dir);
        let lent = || Cluster::shared().lend(Cluster::shared().database());
        let database = match place {
            Place::Sqlite => None,
            // It waits for what it does, which a thread that serves others must not.
            Place::Postgres => Some(tokio::task::spawn_blocking(lent).await.unwrap()),
        };
        let url = database.as_deref().map(|url| match url.parse() {
            Ok(StoreUrl::Postgres(url)) => url,
            other => panic!("{other:?}"),
        });
        let store: Arc<dyn Store> = match &url {
            None => Arc::new(Sqlite::open(data_dir.path()).unwrap()),
            Some(url) => Arc::new(Postgres::open(url).unwrap()),
        };
        let mut world = Self {
            servers: Vec::new(),
            opened: Opened { store, vault, data_dir },
            _database: database,
            url,
            directory,
            retention: Retention::default(),
            clocks_off: 0,
            hook: None,
        };
        for _ in 0..count {
            world.add().await.unwrap();
        }
        world
    }

    async fn claimed(place: Place, count: usize) -> Self {
        let world = Self::unclaimed(place, count).await;
        world.at(0).claim(world.claim_with(PASSWORD), ADDRESS).await.unwrap();
        world
    }

    fn claim_with(&self, password: &str) -> Claim {
        let code = std::fs::read_to_string(self.directory.path().join("data/setup-code")).unwrap();
        Claim { code: Secret::new(code.trim()), password: Secret::new(password) }
    }

    /// One more server.
    async fn add(&mut self) -> Result<(), Refusal> {
        let data = self.directory.path().join("data").display().to_string();
        let mut config =
            Config::load(&Sources { file: None, environment: vec![], flags: vec![("data_dir".to_owned(), data)] }).unwrap();
        // How dear a guess is does not matter here.
        config.hashing.cost = Cost { memory_kib: 64, passes: 1 };
        config.history = self.retention;
        config.erase.hook.clone_from(&self.hook);
        let (mut opened, off) = (self.opened.clone(), self.clocks_off);
        if let Some(url) = &self.url {
            opened.store = Arc::new(Postgres::open(url).map_err(|error| store_refusal(&error))?);
        }
        let service = tokio::task::spawn_blocking(move || {
            let clock = Arc::new(Off(off));
            let pki =
                Pki::open_with(&opened.data_dir, &*opened.vault, config.host_names(), config.tls.clone(), clock.now()).unwrap();
            let resolver = Arc::new(crate::names::SystemResolver);
            Service::start_leased(config, opened, &pki, clock, resolver, Some(LEASE))
        });
        let service = service.await.unwrap()?;
        let step = tokio::spawn(Arc::clone(&service).keep_step());
        self.servers.push(Member { service, step });
        Ok(())
    }

    fn at(&self, server: usize) -> &Arc<Service> {
        &self.servers[server].service
    }

    /// A server stands still: it hears nothing and says nothing, as when its process is stopped.
    async fn freeze(&mut self, server: usize) {
        let step = &mut self.servers[server].step;
        step.abort();
        drop(step.await);
    }

    /// It goes on where it stood.
    fn thaw(&mut self, server: usize) {
        let member = &mut self.servers[server];
        member.step = tokio::spawn(Arc::clone(&member.service).keep_step());
    }

    /// Somebody logs in at a server.
    async fn log_in(&self, server: usize, user: &str, password: &str) -> Result<Secret, Code> {
        let login = Login { user: user.to_owned(), password: Secret::new(password) };
        self.at(server).log_in(login, ADDRESS).await.map(|session| session.token).map_err(|not_in| not_in.refusal.code)
    }

    async fn log_in_device(&self, server: usize, user: &str, password: &str) -> Result<Secret, Code> {
        let login = DeviceLogin {
            user: user.to_owned(),
            password: Secret::new(password),
            installation: installation(),
            computer: "pc".to_owned(),
            program: "tests".to_owned(),
            take_over: false,
        };
        self.at(server).log_in_device(login, ADDRESS).await.map(|session| session.token).map_err(|not_in| not_in.refusal.code)
    }

    /// Whose a token is, as the doors of a server ask it.
    async fn ask(&self, server: usize, token: &Secret, audience: Audience) -> Result<Caller, Code> {
        ask(self.at(server), token, audience).await
    }

    async fn act(&self, server: usize, command: Command) -> Result<Arc<Directory>, Refusal> {
        self.at(server).act(Actor::user(UserId(1), ADDRESS.to_string()), command, Vec::new()).await
    }

    async fn add_user(&self, server: usize, user: &str) {
        let phc = self.at(0).hash_password(&Secret::new(PASSWORD)).await.unwrap();
        let new = NewUser {
            name: name(user),
            account: None,
            description: Text::default(),
            roles: RoleSet::NONE,
            security_profile: Some(name("AllAccess")),
            groups: Vec::new(),
            new_groups: Vec::new(),
        };
        self.act(server, Command::CreateUser { user: new, phc }).await.unwrap();
    }

    async fn disable(&self, server: usize, user: &str, disabled: bool) {
        let patch = UserPatch { disabled: Some(disabled), ..UserPatch::default() };
        self.act(server, Command::ModifyUser { name: user.to_owned(), patch, phc: None }).await.unwrap();
    }

    fn device(&self, server: usize) -> DeviceId {
        let facts = self.at(server).facts();
        facts.devices().find(|device| device.installation == installation()).unwrap().id
    }

    /// Something that changes with every act.
    async fn change(&self, server: usize) -> u64 {
        self.act(server, upload()).await.unwrap().revision()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.servers.iter().for_each(|member| member.step.abort());
    }
}

async fn ask(service: &Service, token: &Secret, audience: Audience) -> Result<Caller, Code> {
    for _ in 0..2 {
        match service.authenticate(token.reveal(), audience, service.now())? {
            Known::Caller(caller) => return Ok(caller),
            Known::NotHere => service.find(token.clone()).await?,
        }
    }
    Err(Code::TokenRefused)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn installation() -> InstallationId {
    InstallationId::from_bytes([7; 16])
}

/// A new profile each time.
fn upload() -> Command {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    let guid = Guid::from_bytes(bytes);
    let (name, description) = (name(&guid.to_string()), Text::new("a plan").unwrap());
    Command::Upload(Upload {
        guid,
        name,
        description,
        version: 1,
        body: Arc::from(&bytes[..]),
        schedule: None,
        based_on: 0,
        account: None,
    })
}

/// The account of everybody here.
const ROOT: AccountId = AccountId::ROOT;
