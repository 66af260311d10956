//! Logins with a second factor, on a clock that is moved (RUN-8, RUN-6).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use sbm_core::factor::{FactorRule, RecoveryCode};
use sbm_core::time::{DAY, MINUTE, SECOND, Timestamp};
use sbm_core::wire::v1::factor::{FactorBegin, FactorCode, FactorConfirm, FactorEnrolled};
use sbm_core::wire::v1::session::{Claim, Login};
use tempfile::TempDir;

use super::*;
use crate::auth::password::Cost;
use crate::clock::ManualClock;
use crate::config::{Config, Sources};
use crate::server::Server;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "marble kettle 7 orbit";
const ADMIN: UserId = UserId(1);

struct World {
    _directory: TempDir,
    _server: Server,
    service: Arc<Service>,
    clock: Arc<ManualClock>,
}

/// What an authenticator of a test holds.
struct Phone(Vec<u8>);

impl Phone {
    /// Reads the key as somebody types it.
    fn new(key: &str) -> Self {
        let signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: String = key.chars().map(|sign| format!("{:05b}", signs.find(sign).unwrap())).collect();
        let bytes = (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap());
        Self(bytes.collect())
    }

    fn code(&self, now: Timestamp) -> Secret {
        Secret::new(Totp::COMMON.code(&self.0, Totp::COMMON.step(now)).as_str())
    }
}

impl World {
    async fn claimed() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data").display().to_string();
        let flags = vec![("data_dir".to_owned(), data), ("listen".to_owned(), "127.0.0.1:0".to_owned())];
        let mut config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
        config.hashing.cost = Cost { memory_kib: 1_024, passes: 1 };
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let server = Server::open(config, Arc::clone(&clock) as Arc<dyn crate::clock::Clock>).await.unwrap();
        let service = server.service();
        let code = std::fs::read_to_string(directory.path().join("data/setup-code")).unwrap();
        let claim = Claim { code: Secret::new(code.trim()), password: Secret::new(PASSWORD) };
        service.claim(claim, HOME).await.unwrap();
        Self { _directory: directory, _server: server, service, clock }
    }

    fn actor() -> sbm_core::directory::Actor {
        sbm_core::directory::Actor::user(ADMIN, HOME.to_string())
    }

    async fn enrol(&self) -> (Phone, FactorEnrolled) {
        let asked = FactorBegin { password: Secret::new(PASSWORD), issuer: None, code: None };
        let offer = self.service.begin_factor(&Self::actor(), asked, HOME).await.unwrap();
        let phone = Phone::new(offer.key.reveal());
        let asked = FactorConfirm { ticket: offer.ticket, code: phone.code(self.service.now()) };
        let enrolled = self.service.confirm_factor(Self::actor(), asked, HOME).await.unwrap();
        // The first code counted: the next one is another step's.
        self.clock.advance(30 * SECOND);
        (phone, enrolled)
    }

    async fn log_in(&self) -> Result<Session, NotIn> {
        let login = Login { user: "admin".to_owned(), password: Secret::new(PASSWORD) };
        self.service.log_in(login, HOME).await
    }

    async fn half(&self) -> HalfSession {
        let refused = self.log_in().await.unwrap_err();
        assert_eq!(refused.refusal.code, Code::DeniedSecondFactor);
        refused.half.unwrap()
    }

    async fn finish(&self, half: &HalfSession, code: &Secret) -> Result<Session, Refusal> {
        let step = SecondStep { login: half.token.clone(), code: code.clone() };
        self.service.finish_login(step, HOME).await.map_err(|not_in| not_in.refusal)
    }
}

fn wrong() -> Secret {
    Secret::new("abc")
}

#[tokio::test]
async fn a_password_alone_begins_half_a_login_and_the_code_ends_it_once_run_8() {
    let world = World::claimed().await;
    world.log_in().await.unwrap();
    let (phone, _) = world.enrol().await;
    let half = world.half().await;
    assert_eq!(half.expires, world.service.now().plus(half::LIFE));
    let code = phone.code(world.service.now());
    let session = world.finish(&half, &code).await.unwrap();
    assert!(session.token.reveal().starts_with("sbmc_"));
    assert_eq!(world.finish(&half, &code).await.unwrap_err().code, Code::TokenRefused, "it is over");
    let next = world.half().await;
    assert_eq!(world.finish(&next, &code).await.unwrap_err().code, Code::SecondFactorWrong, "the code was used");
    world.clock.advance(30 * SECOND);
    world.finish(&next, &phone.code(world.service.now())).await.unwrap();
}

#[tokio::test]
async fn an_enrolment_ends_the_sessions_that_a_password_began_run_8() {
    let world = World::claimed().await;
    let before = world.log_in().await.unwrap();
    let (_, enrolled) = world.enrol().await;
    let look = |token: &Secret| {
        let key = world.service.keys.current();
        world.service.sessions.look_up(
            key.token(),
            token.reveal(),
            sbm_core::wire::v1::session::Audience::Console,
            world.service.now(),
        )
    };
    assert!(!matches!(look(&before.token), Ok(crate::auth::session::Lookup::Found(_))));
    assert!(matches!(look(&enrolled.session.token), Ok(crate::auth::session::Lookup::Found(_))));
    let codes: std::collections::BTreeSet<_> =
        enrolled.recovery_codes.iter().map(|code| RecoveryCode::parse(code.reveal()).unwrap().hash()).collect();
    assert_eq!(codes.len(), 10);
}

#[tokio::test]
async fn ten_wrong_codes_end_a_half_login_and_the_brake_slows_them_run_8_run_6() {
    let world = World::claimed().await;
    let (phone, _) = world.enrol().await;
    let half = world.half().await;
    let (mut tried, mut waited) = (0, 0);
    while tried < half::MOST_WRONG {
        match world.finish(&half, &wrong()).await.unwrap_err().code {
            Code::SecondFactorWrong => tried += 1,
            Code::Throttled => waited += 1,
            // Its time ran out while it was slowed: nothing was left to guess.
            Code::TokenRefused => break,
            other => panic!("{other}"),
        }
        if waited > 0 {
            world.clock.advance(5 * SECOND);
        }
    }
    assert!(waited > 0, "the brake let {tried} tries through at once");
    assert!(tried >= 5, "the owner mistypes now and then");
    let refused = world.finish(&half, &phone.code(world.service.now())).await.unwrap_err();
    assert!(matches!(refused.code, Code::TokenRefused | Code::Throttled), "{refused:?}");
}

#[tokio::test]
async fn who_has_the_password_gets_no_more_tries_by_logging_in_again_run_6_run_8() {
    let world = World::claimed().await;
    world.enrol().await;
    let mut tried = 0;
    // An hour of a guesser who lets no moment pass.
    for _ in 0..3_600 {
        if let Err(NotIn { half: Some(half), .. }) = world.log_in().await
            && world.finish(&half, &wrong()).await.unwrap_err().code == Code::SecondFactorWrong
        {
            tried += 1;
        }
        world.clock.advance(SECOND);
    }
    assert!((1..100).contains(&tried), "{tried} codes were tried");
}

#[tokio::test]
async fn a_half_login_ends_with_its_time_its_password_and_its_kind_run_8_run_3() {
    let world = World::claimed().await;
    let (phone, _) = world.enrol().await;
    let late = world.half().await;
    world.clock.advance(half::LIFE);
    assert_eq!(world.finish(&late, &phone.code(world.service.now())).await.unwrap_err().code, Code::TokenRefused);
    let half = world.half().await;
    let step = DeviceSecondStep {
        login: half.token.clone(),
        code: phone.code(world.service.now()),
        installation: InstallationId::from_bytes([7; 16]),
        computer: "pc".to_owned(),
        program: "p".to_owned(),
        take_over: false,
    };
    let refused = world.service.finish_device_login(step, HOME).await.unwrap_err();
    assert_eq!(refused.refusal.code, Code::WrongAudience, "it was begun by a person");
    for token in ["", "sbmh_", "sbmc_AAAA"] {
        let step = SecondStep { login: Secret::new(token), code: wrong() };
        assert_eq!(world.service.finish_login(step, HOME).await.unwrap_err().refusal.code, Code::TokenRefused, "{token}");
    }
    let phc = world.service.hash_password(&Secret::new("another kettle 7 orbit")).await.unwrap();
    let command = sbm_core::directory::Command::ChangePassword { phc };
    world.service.act(World::actor(), command, Vec::new()).await.unwrap();
    assert_eq!(world.finish(&half, &phone.code(world.service.now())).await.unwrap_err().code, Code::TokenRefused);
}

#[tokio::test]
async fn a_backup_program_is_asked_for_the_code_and_without_a_factor_that_is_asked_for_let_in_nowhere_run_8() {
    let world = World::claimed().await;
    let login = || DeviceLogin {
        user: "admin".to_owned(),
        password: Secret::new(PASSWORD),
        installation: InstallationId::from_bytes([7; 16]),
        computer: "pc".to_owned(),
        program: "minibackup 1".to_owned(),
        take_over: false,
    };
    let asks = FactorRule { everyone: true, ..FactorRule::default() };
    let patch = sbm_core::wire::v1::admin::ServerPatch { second_factor: Some(asks), ..Default::default() };
    world.service.act(World::actor(), sbm_core::directory::Command::ModifyServer(patch), Vec::new()).await.unwrap();
    let refused = world.service.log_in_device(login(), HOME).await.unwrap_err();
    assert_eq!((refused.refusal.code, refused.half), (Code::DeniedSecondFactor, None));
    world.log_in().await.unwrap();

    let (phone, _) = world.enrol().await;
    let half = world.service.log_in_device(login(), HOME).await.unwrap_err().half.unwrap();
    let step = DeviceSecondStep {
        login: half.token,
        code: phone.code(world.service.now()),
        installation: InstallationId::from_bytes([7; 16]),
        computer: "pc".to_owned(),
        program: "minibackup 1".to_owned(),
        take_over: false,
    };
    let other = DeviceSecondStep { installation: InstallationId::from_bytes([8; 16]), ..step.clone() };
    assert_eq!(world.service.finish_device_login(other, HOME).await.unwrap_err().refusal.code, Code::WrongAudience);
    let session = world.service.finish_device_login(step, HOME).await.unwrap();
    assert!(session.token.reveal().starts_with("sbmd_"));
}

#[tokio::test]
async fn recovery_codes_let_in_once_each_and_renewed_ones_void_them_run_8() {
    let world = World::claimed().await;
    let (phone, enrolled) = world.enrol().await;
    let [first, second, ..] = enrolled.recovery_codes.as_slice() else { panic!("no codes") };
    let half = world.half().await;
    world.finish(&half, &Secret::new(first.reveal().to_uppercase())).await.unwrap();
    let half = world.half().await;
    assert_eq!(world.finish(&half, first).await.unwrap_err().code, Code::SecondFactorWrong);
    let state = world.service.factor_state(&World::actor()).await.unwrap();
    assert_eq!((state.enrolled, state.recovery_codes, state.required), (true, 9, false));
    let asked = FactorCode { code: phone.code(world.service.now()) };
    let renewed = world.service.renew_recovery_codes(World::actor(), asked, HOME).await.unwrap().recovery_codes;
    assert_eq!(world.finish(&half, second).await.unwrap_err().code, Code::SecondFactorWrong);
    world.finish(&half, &renewed[0]).await.unwrap();
}

#[tokio::test]
async fn a_factor_goes_with_a_code_alone_and_then_a_password_is_enough_run_8() {
    let world = World::claimed().await;
    let (phone, _) = world.enrol().await;
    let remove = |code: Secret| world.service.remove_factor(World::actor(), FactorCode { code }, HOME);
    assert_eq!(remove(wrong()).await.unwrap_err().refusal.code, Code::SecondFactorWrong);
    assert!(world.log_in().await.is_err());
    world.clock.advance(MINUTE);
    remove(phone.code(world.service.now())).await.unwrap();
    world.clock.advance(DAY);
    world.log_in().await.unwrap();
    assert_eq!(remove(wrong()).await.unwrap_err().refusal.code, Code::NotFound);
}

#[tokio::test]
async fn an_enrolment_takes_the_password_and_a_code_of_its_own_key_in_time_run_8() {
    let world = World::claimed().await;
    let begin = |password: &str| {
        let asked = FactorBegin { password: Secret::new(password), issuer: Some("box:8100".to_owned()), code: None };
        let service = Arc::clone(&world.service);
        async move { service.begin_factor(&World::actor(), asked, HOME).await }
    };
    assert_eq!(begin("another password 1").await.unwrap_err().refusal.code, Code::WrongCredentials);
    let offer = begin(PASSWORD).await.unwrap();
    assert!(offer.address.reveal().starts_with("otpauth://totp/box%3A8100:"), "{}", offer.address.reveal());
    assert!(offer.address.reveal().contains(&format!("secret={}", offer.key.reveal())));
    let confirm = |ticket: &Secret, code: Secret| {
        let asked = FactorConfirm { ticket: ticket.clone(), code };
        world.service.confirm_factor(World::actor(), asked, HOME)
    };
    let phone = Phone::new(offer.key.reveal());
    let other = begin(PASSWORD).await.unwrap();
    let code = phone.code(world.service.now());
    assert_eq!(confirm(&other.ticket, code.clone()).await.unwrap_err().refusal.code, Code::SecondFactorWrong);
    assert_eq!(confirm(&Secret::new("AAAA"), code.clone()).await.unwrap_err().refusal.code, Code::TokenRefused);
    world.clock.advance(10 * MINUTE);
    let late = phone.code(world.service.now());
    assert_eq!(confirm(&offer.ticket, late).await.unwrap_err().refusal.code, Code::TokenRefused);
    assert!(world.log_in().await.is_ok(), "nothing was enrolled");
    let offer = begin(PASSWORD).await.unwrap();
    let phone = Phone::new(offer.key.reveal());
    confirm(&offer.ticket, phone.code(world.service.now())).await.unwrap();
    assert_eq!(confirm(&offer.ticket, phone.code(world.service.now())).await.unwrap_err().refusal.code, Code::InUse);
    assert_eq!(begin(PASSWORD).await.unwrap_err().refusal.code, Code::InUse);
}

#[tokio::test]
async fn one_code_through_fifty_half_logins_at_once_lets_one_in_run_8() {
    let world = World::claimed().await;
    let (phone, _) = world.enrol().await;
    for round in 0..u8::try_from(crate::store::rounds()).unwrap() {
        let mut halves = Vec::new();
        for _ in 0..50 {
            let phc = world.service.store.password(ADMIN).await.unwrap().unwrap();
            let proven = Proven { user: ADMIN, phc, brake: String::new(), address: HOME, second: false };
            halves.push(world.service.begin_half_login(&proven, None).await.unwrap());
        }
        let code = phone.code(world.service.now());
        // Each from an address of its own: the brake is another test's.
        let tries = halves.into_iter().zip(1_u8..).map(|(half, number)| {
            let step = SecondStep { login: half.token, code: code.clone() };
            let (service, from) = (Arc::clone(&world.service), IpAddr::V4(Ipv4Addr::new(10, round, 0, number)));
            tokio::spawn(async move { service.finish_login(step, from).await })
        });
        let tries: Vec<_> = tries.collect();
        let mut won = 0;
        for one in tries {
            won += usize::from(one.await.unwrap().is_ok());
        }
        assert_eq!(won, 1, "round {round}");
        // What strangers failed at is forgotten behind an hour.
        world.clock.advance(2 * 60 * MINUTE);
    }
}
