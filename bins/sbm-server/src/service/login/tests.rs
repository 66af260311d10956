//! What was proved must still hold when it counts (RUN-3, RUN-6, RUN-7, RUN-10).

use std::net::{IpAddr, Ipv4Addr};

use sbm_core::directory::Change;
use sbm_core::id::InstallationId;
use sbm_core::wire::v1::admin::Unlock;
use tempfile::TempDir;

use super::*;
use crate::auth::password::{Cost, Passwords};
use crate::clock::ManualClock;
use crate::config::{Config, Hashing, Sources};
use crate::http::Origin;
use crate::server::Server;
use crate::service::acts::marked;
use crate::store::Commit;
use crate::store::Sqlite;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 9));
const OLD: &str = "marble kettle 7 orbit";
const NEW: &str = "marble kettle 8 orbit";
const CHEAP: Cost = Cost { memory_kib: 1_024, passes: 1 };

struct World {
    directory: TempDir,
    _server: Server,
    service: Arc<Service>,
}

impl World {
    async fn claimed() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let service = Self::open(&directory).await;
        let code = std::fs::read_to_string(directory.path().join("data/setup-code")).unwrap();
        let claim = Claim { code: Secret::new(code.trim()), password: Secret::new(OLD) };
        service.1.claim(claim, HOME).await.unwrap();
        Self { directory, _server: service.0, service: service.1 }
    }

    async fn open(directory: &TempDir) -> (Server, Arc<Service>) {
        let data = directory.path().join("data").display().to_string();
        let flags = vec![("data_dir".to_owned(), data), ("listen".to_owned(), "127.0.0.1:0".to_owned())];
        let mut config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
        config.hashing.cost = CHEAP;
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let server = Server::open(config, clock).await.unwrap();
        let service = server.service();
        (server, service)
    }

    async fn proven(&self, act: &'static str) -> Proven {
        let password = Secret::new(OLD);
        self.service.prove(Attempt::login("admin", &password, AWAY, act)).await.unwrap()
    }

    /// Another process gives `admin` another password, as `sbm-server admin reset` does; this one has not looked yet.
    async fn reset(&self) {
        let path = self.directory.path().join("data");
        let other = tokio::task::spawn_blocking(move || Sqlite::open_beside(&path).unwrap()).await.unwrap();
        let hashing = Hashing { parallel: 1, waiting: 1, cost: CHEAP };
        let phc: Phc = Passwords::new(hashing).unwrap().hash_new(For::Act, &Secret::new(NEW)).await.unwrap().into();
        let changes = marked(vec![Change::Password { user: UserId(1), phc }]).unwrap();
        let revoke = vec![Revoke::User { user: UserId(1), audience: None }];
        let based_on = self.service.facts().revision();
        let commit = Commit { based_on, changes, audit: Vec::new(), revoke };
        let done = crate::store::Directory::commit(&other, commit).await.unwrap();
        assert!(matches!(done, crate::store::Committed::At(_)));
    }

    fn login(&self) -> DeviceLogin {
        DeviceLogin {
            user: "admin".to_owned(),
            password: Secret::new(OLD),
            installation: InstallationId::from_bytes([7; 16]),
            computer: "pc".to_owned(),
            program: "tests".to_owned(),
            take_over: false,
        }
    }

    /// Neither last login nor an address of the owner's is left.
    async fn is_untouched(&self) {
        let last = self.service.store.last_logins().await.unwrap();
        assert!(!last.iter().any(|login| login.address == AWAY.to_string()), "{last:?}");
        let facts = self.service.facts();
        let name = brake_name(&facts, "admin");
        // Strangers slow the name; who counts as its owner at his address would not be slowed.
        for from in 1..=40 {
            let _ = self.service.throttle.attempt(&name, IpAddr::from([10, 1, 0, from]), self.service.now());
        }
        assert!(self.service.throttle.attempt(&name, AWAY, self.service.now()).is_err(), "{AWAY} counts as the owner's");
    }
}

#[tokio::test]
async fn a_device_is_not_enrolled_by_a_password_that_a_reset_ended_run_3_run_7() {
    let world = World::claimed().await;
    let proven = world.proven("device.login").await;
    world.reset().await;
    let refused = world.service.enrol(&proven, world.login()).await.unwrap_err();
    assert_eq!(refused.refusal.code, Code::Busy);
    world.service.follow().await.unwrap();
    assert_eq!(world.service.facts().devices().count(), 0);
    world.is_untouched().await;
}

#[tokio::test]
async fn a_lock_is_not_lifted_by_a_password_that_a_reset_ended_run_3_usr_9() {
    let world = World::claimed().await;
    let proven = world.proven("connection.unlock").await;
    world.reset().await;
    let refused = world.service.unlocked(&proven, "pc", String::new(), None).await.unwrap_err();
    assert_eq!(refused.refusal.code, Code::Busy);
    world.is_untouched().await;
}

#[tokio::test]
async fn a_session_that_a_reset_overtook_leaves_neither_last_login_nor_address_run_10_run_6() {
    let world = World::claimed().await;
    let proven = world.proven("session.login").await;
    world.reset().await;
    assert_eq!(world.service.begin_session(&proven).await.unwrap_err().refusal.code, Code::Busy);
    world.is_untouched().await;
}

#[tokio::test]
async fn what_holds_is_given_and_noted_and_after_a_restart_the_owner_gets_in_while_others_guess_run_6_run_10() {
    let world = World::claimed().await;
    world.service.begin_session(&world.proven("session.login").await).await.unwrap();
    let enrolled = world.service.log_in_device(world.login(), AWAY).await.unwrap();
    assert_eq!(enrolled.user.to_string(), "admin");
    let unlock = Unlock {
        user: "admin".to_owned(),
        password: Secret::new(OLD),
        installation: InstallationId::from_bytes([7; 16]),
        computer: "pc".to_owned(),
        code: None,
    };
    let origin = Origin { address: AWAY, host: None, forwarded: false };
    world.service.unlock(unlock, &origin).await.unwrap();
    let World { directory, _server, service } = world;
    drop((_server, service));
    let (_server, service) = World::open(&directory).await;
    let name = brake_name(&service.facts(), "admin");
    for from in 1..=40 {
        let _ = service.throttle.attempt(&name, IpAddr::from([10, 1, 0, from]), service.now());
    }
    assert!(service.throttle.attempt(&name, IpAddr::from([10, 2, 0, 1]), service.now()).is_err(), "a stranger waits");
    service.log_in(Login { user: "admin".to_owned(), password: Secret::new(OLD) }, AWAY).await.unwrap();
}

#[tokio::test]
async fn a_user_has_so_many_sessions_and_the_idlest_makes_room_err_3_run_7() {
    let world = World::claimed().await;
    let mut first = None;
    for _ in 0..MOST_SESSIONS + 3 {
        let proven = world.proven("session.login").await;
        world.service.begin_session(&proven).await.unwrap();
        let sessions = world.service.sessions.of_user(UserId(1));
        first = first.or(sessions.first().map(|session| session.id));
    }
    let sessions = world.service.sessions.of_user(UserId(1));
    assert_eq!(sessions.len(), MOST_SESSIONS);
    assert_eq!(world.service.store.live_tokens(world.service.now()).await.unwrap().len(), MOST_SESSIONS);
}
