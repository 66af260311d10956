//! Two-factor login over real TLS, with `oathtool` as an authenticator that is none of ours (RUN-8).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "second_factor/hosts.rs"]
mod hosts;
#[path = "second_factor/mail.rs"]
mod mail;

use std::process::Command;
use std::sync::Arc;

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::factor::FactorRule;
use sbm_client::core::permission::{Role, RoleSet};
use sbm_client::core::time::{SECOND, Timestamp};
use sbm_client::core::wire::v1::admin::{AgentAccount, AgentDevice, ListQuery, NewAgent, ServerPatch, Unlock, UserPatch};
use sbm_client::core::wire::v1::factor::HalfSession;
use sbm_client::core::wire::v1::session::{DeviceSession, Login, Secret};
use sbm_client::core::wire::v1::{Problem, path};
use sbm_client::{Client, Error};
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::{PASSWORD, add_user, config, name};
use sbm_tests::raw::{Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use serde_json::json;

const INSTALLATION: &str = "0a0b0c0d0e0f00010203040506070809";

/// What an authenticator shows at that moment.
fn oathtool(key: &str, now: Timestamp) -> Secret {
    let seconds = now.as_millis() / SECOND;
    let output = Command::new("oathtool").args(["--totp", "--base32", &format!("--now=@{seconds}"), key]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Secret::new(String::from_utf8(output.stdout).unwrap().trim())
}

/// A server on a clock that is moved, with `carol`, who has no role, and `mike`, who is a manager.
struct World {
    server: TestServer,
    admin: Admin,
    clock: Arc<ManualClock>,
}

/// Somebody's phone and recovery codes.
struct Phone {
    key: String,
    recovery: Vec<Secret>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let server = TestServer::start_changed(directory, Arc::clone(&clock) as _, |_| ());
        let admin = server.claim();
        add_user(&admin, "carol", None, &[]);
        add_user(&admin, "mike", None, &[]);
        let roles = Some(RoleSet::NONE.with(Role::Manager));
        admin.modify_user(&name("mike"), &UserPatch { roles, ..UserPatch::default() }).unwrap();
        Self { server, admin, clock }
    }

    fn log_in(&self, user: &str, password: &str) -> Result<Admin, Error> {
        let mut admin = self.server.anybody();
        admin.login(user, &Secret::new(password)).map(|_| admin)
    }

    fn half(&self, user: &str, password: &str) -> (Admin, HalfSession) {
        let mut admin = self.server.anybody();
        let refused = admin.login(user, &Secret::new(password)).unwrap_err();
        assert_eq!(refused.code(), Code::DeniedSecondFactor, "{refused}");
        (admin, refused.second_step().unwrap().clone())
    }

    /// Enrols with a first code, and moves on to the step behind it.
    fn enrol(&self, admin: &mut Admin, password: &str) -> Phone {
        let offer = admin.begin_factor(&Secret::new(password), "localhost").unwrap();
        let key = offer.key.reveal().to_owned();
        assert!(offer.address.reveal().contains(&format!("secret={key}&")));
        let enrolled = admin.confirm_factor(&offer.ticket, &self.code(&key)).unwrap();
        self.clock.advance(30 * SECOND);
        Phone { key, recovery: enrolled.recovery_codes }
    }

    fn code(&self, key: &str) -> Secret {
        oathtool(key, self.clock.now())
    }

    fn ask_of(&self, rule: FactorRule) {
        self.admin.modify_server(&ServerPatch { second_factor: Some(rule), ..ServerPatch::default() }).unwrap();
    }
}

#[test]
fn an_authenticator_that_is_none_of_ours_lets_its_owner_in_run_8() {
    let world = World::new();
    let mut carol = world.log_in("carol", PASSWORD).unwrap();
    let phone = world.enrol(&mut carol, PASSWORD);
    assert!(carol.factor().unwrap().enrolled, "the fresh session goes on");
    for _ in 0..3 {
        let (mut admin, half) = world.half("carol", PASSWORD);
        admin.finish_login(&half, &world.code(&phone.key)).unwrap();
        assert!(!admin.sessions().unwrap().is_empty());
        world.clock.advance(30 * SECOND);
    }
    let (mut admin, half) = world.half("carol", PASSWORD);
    admin.finish_login(&half, &phone.recovery[0]).unwrap();
    assert_eq!(admin.factor().unwrap().recovery_codes, 9);
    // One step before and one behind still count, each code once.
    for offset in [-30, 30] {
        world.clock.advance(120 * SECOND);
        let code = oathtool(&phone.key, world.clock.now().plus(offset * SECOND));
        let (mut admin, half) = world.half("carol", PASSWORD);
        admin.finish_login(&half, &code).unwrap();
        let (mut admin, half) = world.half("carol", PASSWORD);
        assert_eq!(admin.finish_login(&half, &code).unwrap_err().code(), Code::SecondFactorWrong);
    }
    let users = world.admin.users().unwrap();
    let with: Vec<String> = users.into_iter().filter(|user| user.second_factor).map(|user| user.name.to_string()).collect();
    assert_eq!(with, ["carol"]);
}

#[test]
fn a_wrong_password_is_answered_alike_with_and_without_a_second_factor_run_6_run_8() {
    let world = World::new();
    let mut carol = world.log_in("carol", PASSWORD).unwrap();
    world.enrol(&mut carol, PASSWORD);
    let raw = Raw::of(&world.server);
    let told = |user: &str, of: &str| {
        world.clock.advance(3_600 * SECOND);
        let content = match of {
            path::SESSION => {
                serde_json::to_string(&Login { user: user.into(), password: Secret::new("not the password 7") }).unwrap()
            }
            _ => json!({
                "user": user, "password": "not the password 7", "installation": INSTALLATION, "computer": "pc", "program": "p"
            })
            .to_string(),
        };
        let answer = raw.ask(&request("POST", of, None, Some(&content))).unwrap();
        let head: Vec<String> = answer
            .head
            .lines()
            .filter(|line| !line.starts_with("sbm-time:") && !line.starts_with("date:"))
            .map(str::to_owned)
            .collect();
        (answer.status, head, String::from_utf8(answer.body).unwrap())
    };
    for of in [path::SESSION, path::DEVICE] {
        let with = told("carol", of);
        assert_eq!(with.0, 401);
        assert!(!with.2.contains("factor") && !with.2.contains("second_step"), "{}", with.2);
        assert_eq!(with, told("mike", of));
        assert_eq!(with, told("nobody", of));
    }
}

#[test]
fn a_token_of_half_a_login_is_good_for_its_second_step_alone_run_7_run_8() {
    let world = World::new();
    let mut carol = world.log_in("carol", PASSWORD).unwrap();
    let phone = world.enrol(&mut carol, PASSWORD);
    let (_, half) = world.half("carol", PASSWORD);
    let raw = Raw::of(&world.server);
    for (method, of) in [("GET", path::SESSIONS), ("GET", path::FACTOR), ("DELETE", path::SESSION), ("POST", path::CHECK_IN)] {
        let content = (method == "POST").then_some("{}");
        let answer = raw.ask(&request(method, of, Some(half.token.reveal()), content)).unwrap();
        assert_eq!(answer.code(), Some(Code::TokenRefused), "{method} {of}");
    }
    // Not one's own session in the place of it, and not as a device.
    let mut admin = world.server.anybody();
    let session = HalfSession { token: Secret::new("sbmc_AAAA"), ..half.clone() };
    assert_eq!(admin.finish_login(&session, &world.code(&phone.key)).unwrap_err().code(), Code::TokenRefused);
    let content = json!({
        "login": half.token.reveal(), "code": world.code(&phone.key).reveal(),
        "installation": INSTALLATION, "computer": "pc", "program": "p"
    });
    let answer = raw.ask(&request("POST", path::DEVICE_SECOND_STEP, None, Some(&content.to_string()))).unwrap();
    assert_eq!(answer.code(), Some(Code::WrongAudience));
    admin.finish_login(&half, &world.code(&phone.key)).unwrap();
}

#[test]
fn a_backup_program_s_login_is_asked_for_the_code_and_its_token_never_again_run_8() {
    let world = World::new();
    let mut carol = world.log_in("carol", PASSWORD).unwrap();
    let phone = world.enrol(&mut carol, PASSWORD);
    let raw = Raw::of(&world.server);
    let login = json!({
        "user": "carol", "password": PASSWORD, "installation": INSTALLATION, "computer": "pc", "program": "minibackup 1"
    });
    let answer = raw.ask(&request("POST", path::DEVICE, None, Some(&login.to_string()))).unwrap();
    let problem: Problem = answer.json();
    assert_eq!((answer.status, problem.code()), (403, Some(Code::DeniedSecondFactor)));
    let step = json!({
        "login": problem.second_step.unwrap().token.reveal(), "code": world.code(&phone.key).reveal(),
        "installation": INSTALLATION, "computer": "pc", "program": "minibackup 1"
    });
    let answer = raw.ask(&request("POST", path::DEVICE_SECOND_STEP, None, Some(&step.to_string()))).unwrap();
    assert_eq!(answer.status, 200);
    let token = answer.json::<DeviceSession>().token.reveal().to_owned();
    world.ask_of(FactorRule { everyone: true, roles: RoleSet::NONE });
    let check_in = raw.ask(&request("POST", path::CHECK_IN, Some(&token), Some("{}"))).unwrap();
    assert!(!matches!(check_in.code(), Some(Code::DeniedSecondFactor | Code::TokenRefused)), "{:?}", check_in.code());
}

#[test]
fn a_client_logs_in_with_the_code_and_syncs_without_one_ever_after_run_8() {
    let world = World::new();
    let mut carol = world.log_in("carol", PASSWORD).unwrap();
    let phone = world.enrol(&mut carol, PASSWORD);
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path())).unwrap();
    let (at, password) = (world.server.connection(), Secret::new(PASSWORD));
    let refused = client.login(at, "carol", &password).unwrap_err();
    assert_eq!(refused.code(), Code::DeniedSecondFactor);
    assert!(refused.to_string().contains("authenticator"), "{refused}");
    let wrong = client.login_with_code(at, "carol", &password, &Secret::new("abc")).unwrap_err();
    assert_eq!(wrong.code(), Code::SecondFactorWrong);
    assert!(client.state().user().is_none(), "nothing has changed");
    client.login_with_code(at, "carol", &password, &world.code(&phone.key)).unwrap();
    client.sync().unwrap();
    assert_eq!(client.state().user(), Some("carol"));
    // Who has none is asked for none.
    let home = tempfile::tempdir().unwrap();
    let other = Client::open(config(home.path())).unwrap();
    other.login_with_code(at, "mike", &password, &Secret::new("123456")).unwrap();
}

#[test]
fn who_is_asked_for_a_factor_and_has_none_can_only_enrol_one_dec_1_run_8() {
    let world = World::new();
    let mut mike = world.log_in("mike", PASSWORD).unwrap();
    mike.devices().unwrap();
    let agent = NewAgent { account: "root".parse().unwrap(), agent: "mike".to_owned() };
    world.admin.assign_agent(&agent).unwrap();
    world.ask_of(FactorRule { everyone: false, roles: RoleSet::NONE.with(Role::Manager) });
    // Nor does he what needs no role, as an agent: a token of a device would outlive the question.
    let (computer, program) = ("pc".to_owned(), "x 1".to_owned());
    let device = AgentDevice { account: agent.account, installation: INSTALLATION.parse().unwrap(), computer, program };
    let serves = |mike: &Admin| mike.rows::<AgentAccount>(&ListQuery::default()).collect::<Result<Vec<_>, _>>();
    let enrols = |mike: &Admin| mike.enrol_agent(&device);
    let lists = [mike.devices().map(drop), mike.users().map(drop), mike.groups().map(drop)];
    for refused in lists.into_iter().chain([serves(&mike).map(drop), enrols(&mike).map(drop)]) {
        assert_eq!(refused.unwrap_err().code(), Code::DeniedSecondFactor);
    }
    world.admin.devices().unwrap();
    assert!(mike.factor().unwrap().required);
    world.enrol(&mut mike, PASSWORD);
    mike.devices().unwrap();
    assert_eq!(serves(&mike).unwrap().len(), 1);
    enrols(&mike).unwrap();
    let settings = world.admin.server_settings().unwrap();
    assert_eq!(settings.second_factor.roles, RoleSet::NONE.with(Role::Manager));
}

#[test]
fn who_lost_his_phone_has_his_factor_removed_by_who_reaches_him_and_it_is_audited_usr_10_run_12() {
    let mut world = World::new();
    let mut mike = world.log_in("mike", PASSWORD).unwrap();
    world.enrol(&mut mike, PASSWORD);
    let mut own = world.log_in("admin", ADMIN_PASSWORD).unwrap();
    let phone = world.enrol(&mut own, ADMIN_PASSWORD);
    assert_eq!(world.admin.users().unwrap_err().code(), Code::TokenRefused, "a password alone had begun that session");
    world.admin = own;
    let carol = world.log_in("carol", PASSWORD).unwrap();
    assert_eq!(carol.reset_factor(&name("mike")).unwrap_err().code(), Code::DeniedRole);
    assert_eq!(mike.reset_factor(&name("admin")).unwrap_err().code(), Code::DeniedRole);
    // A new password does not skip the factor.
    world.admin.set_password(&name("mike"), &Secret::new("another kettle 9 orbit")).unwrap();
    world.half("mike", "another kettle 9 orbit");
    world.admin.reset_factor(&name("mike")).unwrap();
    assert_eq!(world.admin.reset_factor(&name("mike")).unwrap_err().code(), Code::NotFound);
    world.log_in("mike", "another kettle 9 orbit").unwrap();
    // One's own takes a code.
    assert_eq!(world.admin.remove_factor(&Secret::new("000000")).unwrap_err().code(), Code::SecondFactorWrong);
    world.clock.advance(60 * SECOND);
    world.admin.remove_factor(&world.code(&phone.key)).unwrap();
    world.log_in("admin", ADMIN_PASSWORD).unwrap();
    let entries = world.admin.audit(0, 1_000).unwrap().items;
    let count = |act: &str, outcome: &str| {
        entries.iter().filter(|entry| entry.entry.act == act && entry.entry.outcome == outcome).count()
    };
    assert_eq!((count("factor.enrol", "ok"), count("factor.remove", "ok")), (2, 2));
    assert!(count("factor.remove", "denied_role") >= 2 && count("factor.remove", "second_factor_wrong") == 1);
}

#[test]
fn the_proof_for_a_locked_connection_takes_the_code_too_usr_9_run_8() {
    let world = World::new();
    let mut own = world.log_in("admin", ADMIN_PASSWORD).unwrap();
    let phone = world.enrol(&mut own, ADMIN_PASSWORD);
    let proof = |code: Option<Secret>| {
        let (user, password) = ("admin".to_owned(), Secret::new(ADMIN_PASSWORD));
        Unlock { user, password, installation: INSTALLATION.parse().unwrap(), computer: "pc".to_owned(), code }
    };
    let anybody = world.server.anybody();
    assert_eq!(anybody.unlock(&proof(None)).unwrap_err().code(), Code::DeniedSecondFactor);
    assert_eq!(anybody.unlock(&proof(Some(Secret::new("1")))).unwrap_err().code(), Code::SecondFactorWrong);
    let code = world.code(&phone.key);
    anybody.unlock(&proof(Some(code.clone()))).unwrap();
    assert_eq!(anybody.unlock(&proof(Some(code))).unwrap_err().code(), Code::SecondFactorWrong);
}

#[test]
fn neither_the_key_nor_a_recovery_code_is_in_the_database_run_8() {
    let world = World::new();
    let mut carol = world.log_in("carol", PASSWORD).unwrap();
    let phone = world.enrol(&mut carol, PASSWORD);
    let signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = phone.key.chars().map(|sign| format!("{:05b}", signs.find(sign).unwrap())).collect();
    let key: Vec<u8> = (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect();
    assert_eq!(key.len(), 20);
    let mut looked = 0;
    for file in std::fs::read_dir(world.server.data_dir()).unwrap() {
        let path = file.unwrap().path();
        let Ok(content) = std::fs::read(&path) else { continue };
        looked += content.len();
        let has = |what: &[u8]| content.windows(what.len()).any(|window| window == what);
        assert!(!has(&key) && !has(phone.key.as_bytes()), "the key is in {}", path.display());
        for code in &phone.recovery {
            let plain = code.reveal().replace('-', "");
            assert!(!has(code.reveal().as_bytes()) && !has(plain.as_bytes()), "a recovery code is in {}", path.display());
        }
    }
    assert!(looked > 10_000, "{looked}");
    assert!(world.server.data_dir().join("factor.key").exists());
}
