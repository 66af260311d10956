//! A server with a tree of accounts and another root account, and one of everything in each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use sbm_client::core::account::Level;
use sbm_client::core::account::tree::Kind;
use sbm_client::core::directory::Change;
use sbm_client::core::directory::rows::{Account, Grant, GrantedRole, ManagedProfile, User};
use sbm_client::core::id::{AccountId, GrantId, Hash, InstallationId, RunId, UserId};
use sbm_client::core::name::Text;
use sbm_client::core::permission::{Role, RoleSet};
use sbm_client::core::run::{Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{DeviceSession, Secret};
use sbm_server::auth::password::Cost;
use sbm_server::clock::SystemClock;
use sbm_server::store::{Commit, Committed, RunSource};
use sbm_tests::fixture::{PASSWORD, name};
use sbm_tests::raw::{Answer, Raw, request, spelt};
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::log_in;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::rows::{Ask, By, IMAGE};

/// The accounts: what its objects are called by, its id, the one above, its part of the name. `ownnn` is where everybody in
/// this test works.
const ACCOUNTS: [(&str, u32, Option<u32>, &str); 7] = [
    ("roott", 1, None, "root"),
    ("above", 2, Some(1), "north"),
    ("ownnn", 3, Some(2), "client"),
    ("below", 4, Some(3), "site"),
    ("besid", 5, Some(2), "south"),
    ("other", 6, None, "globex"),
    ("depot", 7, Some(3), "depot"),
];

/// What somebody at `above` shares with the user at `ownnn`.
pub const SHARED: &str = "A402000000004000800000000000A402";

/// The image that every account has.
const IMAGE_HASH: &str = "bf2f0ca3935efb3bf466aafa116e2502339f5f6544e1f3ed2a57f990a33d28ac";

/// What is not in the scope of who works at `ownnn`.
pub const OUTSIDE: [&str; 4] = ["roott", "above", "besid", "other"];

/// What can be named of an account.
#[derive(Clone, Debug)]
pub struct Target {
    /// The full name of the account, and the same in an address.
    pub account: String,
    pub account_in_path: String,
    pub user: String,
    /// In full.
    pub login: String,
    pub group: String,
    pub security_profile: String,
    /// A role, and one that somebody there has at an account.
    pub role: String,
    pub grant: String,
    /// A managed profile, and one that was deleted.
    pub guid: String,
    pub buried: String,
    pub installation: String,
    /// Two devices that wait to be let in.
    pub waiting: [String; 2],
    pub run: String,
    /// A session, a token and an enrolment code, by their ids.
    pub session: String,
    pub token: String,
    pub enrolment: String,
    /// A communication by its number, and an image of the branding by its hash.
    pub communication: String,
    pub image: String,
    /// What the device there would fetch.
    pub list: String,
    pub body: String,
}

impl Target {
    /// What never was.
    pub fn never() -> Self {
        Self {
            session: "00000000000000aa".to_owned(),
            token: "00000000000000ab".to_owned(),
            enrolment: "990099".to_owned(),
            communication: "990098".to_owned(),
            grant: "990098".to_owned(),
            list: Hash::of(b"no list").to_string(),
            ..Self::named("never", 9, "root>north>nobody")
        }
    }

    fn named(tag: &str, number: u8, account: &str) -> Self {
        let sixteen = |first: u8| -> String {
            let bytes = [first, number, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, first, number];
            InstallationId::from_bytes(bytes).to_string()
        };
        Self {
            account: account.to_owned(),
            account_in_path: account.replace('>', "%3E"),
            user: format!("user-{tag}"),
            login: format!("{account}>user-{tag}"),
            group: format!("group-{tag}"),
            security_profile: format!("rights-{tag}"),
            role: format!("role-{tag}"),
            grant: String::new(),
            guid: sixteen(0xA1).to_uppercase(),
            buried: sixteen(0xA2).to_uppercase(),
            installation: sixteen(0xB1),
            waiting: [sixteen(0xB2), sixteen(0xB3)],
            run: RunId::v7(Timestamp::from_millis(i64::from(number)), [number; 10]).to_string(),
            session: String::new(),
            token: String::new(),
            enrolment: String::new(),
            communication: String::new(),
            image: IMAGE_HASH.to_owned(),
            list: String::new(),
            body: Hash::of(body(tag).as_bytes()).to_string(),
        }
    }

    /// A text without these names in it.
    pub fn forgotten(&self, text: &str) -> String {
        let mut names = vec![
            (&self.login, "LOGIN"),
            (&self.account, "ACCOUNT"),
            (&self.user, "USER"),
            (&self.group, "GROUP"),
            (&self.security_profile, "RIGHTS"),
            (&self.role, "ROLE"),
            (&self.guid, "GUID"),
            (&self.buried, "BURIED"),
            (&self.installation, "INSTALLATION"),
            (&self.waiting[0], "WAITING"),
            (&self.waiting[1], "WAITING"),
            (&self.run, "RUN"),
            (&self.list, "LIST"),
            (&self.body, "BODY"),
        ];
        let quoted = [&self.session, &self.token, &self.enrolment, &self.communication, &self.grant].map(|id| format!("`{id}`"));
        names.extend(quoted.iter().map(|id| (id, "`ID`")));
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        // One's own account is named in full, those above it along with it.
        let text = text.replace("root>north>client", "OWN");
        names.into_iter().fold(text, |text, (name, word)| text.replace(name.as_str(), word))
    }

    /// What nobody outside is to read. Accounts' names stand in one's own full name, too.
    pub fn words(&self) -> Vec<String> {
        let tag = self.user.trim_start_matches("user-");
        let mut words = vec![format!("-{tag}"), self.guid.clone(), self.buried.clone(), self.installation.clone()];
        words.extend(self.waiting.iter().cloned());
        words.extend([self.run.clone(), self.session.clone(), self.token.clone(), self.list.clone(), self.body.clone()]);
        words.extend(["south", "globex"].iter().filter(|part| self.account.contains(*part)).map(|part| (*part).to_owned()));
        words.retain(|word| !word.is_empty());
        words
    }
}

fn body(tag: &str) -> String {
    format!("content {tag}")
}

/// The server, and whoever works at `ownnn`: somebody in each role, one in none, and one in all.
pub struct World {
    pub server: TestServer,
    raw: Raw,
    pub roles: Vec<(&'static str, String)>,
    pub whole: String,
    /// The token of the device at `ownnn`.
    device: String,
    targets: BTreeMap<&'static str, Target>,
}

impl World {
    pub fn new() -> Self {
        let cheap = Cost { memory_kib: 1_024, passes: 1 };
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let server = TestServer::start_changed(directory, Arc::new(SystemClock), |config| config.hashing.cost = cheap);
        drop(server.claim());
        let raw = Raw::of(&server);
        let runtime = Runtime::new().unwrap();
        let roles = people(&server, &runtime);
        let login = |who: &str, account: &str| log_in(&raw, &format!("{account}>{who}"), PASSWORD);
        let mut world = Self {
            whole: login("boss-ownnn", "root>north>client"),
            roles: roles.into_iter().map(|(role, who, account)| (role, login(&who, account))).collect(),
            device: String::new(),
            targets: BTreeMap::new(),
            raw,
            server,
        };
        for (tag, id, ..) in ACCOUNTS {
            world.furnish(tag, id);
        }
        world.share(&runtime);
        world
    }

    pub fn target(&self, tag: &str) -> &Target {
        &self.targets[tag]
    }

    pub fn revision(&self) -> u64 {
        self.server.service().facts().revision()
    }

    /// Who asks this: the device, where it is a device's to ask.
    pub fn token_for<'t>(&'t self, ask: &Ask, person: &'t str) -> &'t str {
        match ask.by {
            By::Person => person,
            By::Device => &self.device,
        }
    }

    pub fn ask(&self, ask: &Ask, token: &str) -> Answer {
        self.raw.ask(&request(ask.method, &ask.path, Some(token), ask.content.as_deref())).unwrap()
    }

    pub fn list(&self, path: &str, token: &str, file: bool) -> Answer {
        let authorization = format!("authorization: Bearer {token}");
        let accept = if file { "accept: text/csv" } else { "accept: application/json" };
        self.raw.ask(&spelt("GET", path, &["host: localhost", &authorization, accept], "")).unwrap()
    }

    fn post(&self, path: &str, token: &str, content: &Value) -> Value {
        let answer = self.raw.ask(&request("POST", path, Some(token), Some(&content.to_string()))).unwrap();
        assert!(answer.status < 300, "{path}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Has the superuser of one account describe the user of another.
    pub fn describe(&self, by: &str, of: &Target) {
        let boss = log_in(&self.raw, &format!("{}>boss-{by}", self.target(by).account), PASSWORD);
        let path = format!("{}/{}", path::USERS, of.login.replace('>', "%3E"));
        let answer = self.raw.ask(&request("PATCH", &path, Some(&boss), Some(r#"{"description": "anew"}"#))).unwrap();
        assert_eq!(answer.status, 200, "{path} by {by}: {}", String::from_utf8_lossy(&answer.body));
    }

    /// A session of the operator's superuser.
    pub fn superuser(&self) -> String {
        log_in(&self.raw, "root>boss-roott", PASSWORD)
    }

    /// One of everything, made as people of that account make it.
    fn furnish(&mut self, tag: &'static str, id: u32) {
        let account = self.server.service().facts().account_name(AccountId(id));
        let mut target = Target::named(tag, u8::try_from(id).unwrap(), &account);
        let boss = log_in(&self.raw, &format!("{account}>boss-{tag}"), PASSWORD);
        self.post(path::GROUPS, &boss, &json!({"name": target.group}));
        self.post(path::SECURITY_PROFILES, &boss, &json!({"name": target.security_profile, "rights": ["restore"]}));
        self.post(path::USERS, &boss, &json!({"name": target.user, "password": PASSWORD, "groups": [target.group]}));
        let shared = SHARED.to_owned();
        let own = [(&target.guid, 2), (&target.buried, 1)];
        for (guid, revisions) in own.into_iter().chain((tag == "above").then_some((&shared, 1))) {
            for revision in 0..revisions {
                let content = if revision == 0 { format!("first {guid}") } else { body(tag) };
                let (body, schedule) = (base64(content.as_bytes()), base64(b"schedule"));
                let upload = json!({
                    "guid": guid, "name": format!("profile-{tag}"), "description": "d", "version": 1, "body": body,
                    "schedule": schedule, "based_on": revision,
                });
                self.post(path::PROFILES, &boss, &upload);
            }
        }
        let device = json!({
            "user": target.login, "password": PASSWORD, "installation": target.installation,
            "computer": format!("pc-{tag}"), "program": "tests 1.0",
        });
        let answer = self.raw.ask(&request("POST", path::DEVICE, None, Some(&device.to_string()))).unwrap();
        let token = answer.json::<DeviceSession>().token.reveal().to_owned();
        if tag == "ownnn" {
            self.device = token;
        }
        self.history(tag, id, &target);
        let made = json!({"name": format!("token-{tag}"), "allows": {"users": "read"}, "password": PASSWORD});
        target.token = self.post(path::NEW_TOKEN, &boss, &made)["token"]["id"].as_str().unwrap().to_owned();
        let made = json!({"kind": "passphrase", "user": target.user, "approval": true});
        let made = self.post(path::ENROLMENTS, &boss, &made);
        target.enrolment = made["enrolment"]["id"].to_string();
        for installation in &target.waiting {
            let asked = json!({
                "code": made["code"], "installation": installation, "computer": format!("new-{tag}"), "program": "tests 1.0",
            });
            let answer = self.raw.ask(&request("POST", path::DEVICE_ENROL, None, Some(&asked.to_string()))).unwrap();
            assert_eq!(answer.json::<Value>()["waiting"], true);
        }
        self.roles(tag, &boss, &mut target);
        self.company(tag, &mut target, &boss);
        let sessions: Value = self.list(path::SESSIONS, &boss, false).json();
        let own = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
        target.session = own["id"].as_str().unwrap().to_owned();
        self.targets.insert(tag, target);
    }

    /// A role, and one that the user has somewhere. Roles of accounts above are for users here too: those that are not to be
    /// seen belong beside. What somebody above has here he has without being seen.
    fn roles(&self, tag: &str, boss: &str, target: &mut Target) {
        let is_above = ["roott", "above"].contains(&tag);
        let place = if is_above { "root>north>south" } else { &target.account };
        let tasks = json!({"history_read": "read"});
        self.post(path::ROLES, boss, &json!({"name": target.role, "tasks": tasks, "account": place}));
        let (role, account) =
            if is_above { ("supporter", "root>north>client") } else { (target.role.as_str(), target.account.as_str()) };
        let given = self.post(path::GRANTS, boss, &json!({"user": target.user, "role": role, "account": account}));
        target.grant = given["id"].to_string();
    }

    /// What is said of the account, and who serves it: `boss-ownnn` what is below, too.
    fn company(&self, tag: &str, target: &mut Target, boss: &str) {
        let at = format!("{}/{}", path::ACCOUNTS, target.account_in_path);
        let branding = json!({"about": {"branding": {"name": format!("brand-{tag}")}}});
        let patched = self.raw.ask(&request("PATCH", &at, Some(boss), Some(&branding.to_string()))).unwrap();
        assert_eq!(patched.status, 200, "{tag}");
        self.post(&format!("{at}/images"), boss, &json!({"content": IMAGE}));
        let said = json!({"account": target.account, "kind": "call", "at": 1, "text": format!("with {}", target.user)});
        target.communication = self.post(path::COMMUNICATIONS, boss, &said)["id"].to_string();
        let (by, agent) =
            if tag == "below" { (self.whole.as_str(), "boss-ownnn".to_owned()) } else { (boss, format!("boss-{tag}")) };
        self.post(path::AGENTS, by, &json!({"account": target.account, "agent": agent}));
    }

    fn history(&self, tag: &str, id: u32, target: &Target) {
        let service = self.server.service();
        let installation: InstallationId = target.installation.parse().unwrap();
        let facts = service.facts();
        let device = facts.device_of(AccountId(id), &installation).unwrap();
        let at = Timestamp::from_millis(1_000);
        let record = RunRecord {
            id: target.run.parse().unwrap(),
            sequence: 1,
            installation,
            computer: format!("pc-{tag}"),
            user: target.user.clone(),
            start: RunStart {
                profile: Profile { name: format!("profile-{tag}"), guid: target.guid.parse().ok(), version: 1, revision: 1 },
                kind: ProfileKind::Mirror,
                kind_text: String::new(),
                trigger: Trigger::Schedule,
                restore: false,
                thread_start: at,
                profile_start: at,
                group_start: None,
                utc_offset: 0,
                os_user: format!("os-{tag}"),
            },
            finish: RunEnd {
                result: RunResult::Success,
                end: at,
                files_copied: 1,
                files_deleted: 0,
                files_failed: 0,
                bytes_copied: 1,
                bytes_deleted: 0,
                bytes_failed: 0,
                bytes_stored: None,
                error: String::new(),
            },
            gap: None,
        };
        let store = service.store();
        store.ingest(RunSource::of(device), vec![record], at).wait().unwrap();
        // What every device of the tree holds, by the root account in which a GUID is one profile's.
        let source = RunSource { account: facts.root_of(AccountId(id)), ..RunSource::of(device) };
        let held = [&target.guid, &target.buried].map(|guid| (guid.parse().unwrap(), 1));
        store.hold(source, held.to_vec(), at).wait().unwrap();
    }

    /// What somebody above gives to who is below, and who holds what beside; then the deleted profiles are deleted.
    fn share(&mut self, runtime: &Runtime) {
        let service = self.server.service();
        let facts = service.facts();
        let user = |tag: &str| facts.users().find(|user| user.name.as_str() == format!("user-{tag}")).unwrap().clone();
        let group = |tag: &str| facts.groups().find(|group| group.name.as_str() == format!("group-{tag}")).unwrap().id;
        let profile = |guid: &str| facts.profiles().find(|profile| profile.guid.to_string() == guid).unwrap().clone();
        let rights = |tag: &str| {
            facts.security_profiles().find(|row| row.name.as_str() == format!("rights-{tag}")).map(|profile| profile.id)
        };
        let both = |one, other| {
            let mut both = vec![group(one), group(other)];
            both.sort_unstable();
            both
        };
        let changes = vec![
            Change::User(User { groups: both("above", "ownnn"), security_profile: rights("above"), ..user("ownnn") }),
            Change::User(User { groups: both("besid", "ownnn"), security_profile: rights("ownnn"), ..user("besid") }),
            Change::Profile(ManagedProfile {
                groups: both("above", "ownnn"),
                uploaded_by: name("boss-above"),
                ..profile(&self.targets["ownnn"].guid)
            }),
            Change::Profile(ManagedProfile { groups: vec![group("above")], ..profile(SHARED) }),
            Change::User(User { groups: vec![], ..user("above") }),
        ];
        commit(&self.server, runtime, changes);
        let beside =
            facts.devices().find(|device| device.installation.to_string() == self.targets["besid"].installation).unwrap();
        let source = RunSource { account: AccountId::ROOT, ..RunSource::of(beside) };
        let own = self.targets["ownnn"].guid.parse().unwrap();
        service.store().hold(source, vec![(own, 1)], Timestamp::from_millis(1)).wait().unwrap();
        for (tag, _, _, _) in ACCOUNTS {
            let target = &self.targets[tag];
            let account = target.account.clone();
            let boss = log_in(&self.raw, &format!("{account}>boss-{tag}"), PASSWORD);
            let deleted = self.raw.ask(&request("DELETE", &format!("{}/{}", path::PROFILES, target.buried), Some(&boss), None));
            assert_eq!(deleted.unwrap().status, 204);
        }
        let facts = service.facts();
        for (tag, ..) in ACCOUNTS {
            let target = self.targets.get_mut(tag).unwrap();
            let device = facts.devices().find(|device| device.installation.to_string() == target.installation).unwrap();
            target.list = facts.head_for(device).unwrap().head.list.to_string();
        }
    }
}

/// Who belongs to `above` and has all roles, at `ownnn` alone or at the accounts below it alone.
const GRANTED: [(&str, &[u32]); 2] = [("granted here", &[3]), ("granted below", &[4, 7])];

/// The accounts; in each a `boss` in all roles; at `ownnn` somebody in each role and in none, and those who have their roles
/// there and belong elsewhere. Gives the latter, with their accounts.
fn people(server: &TestServer, runtime: &Runtime) -> Vec<(&'static str, String, &'static str)> {
    let service = server.service();
    let phc = runtime.block_on(service.hash_password(&Secret::new(PASSWORD))).unwrap();
    let mut changes: Vec<Change> = ACCOUNTS
        .iter()
        .filter(|(_, id, ..)| *id > 1)
        .map(|(_, id, parent, part)| {
            let kind = Kind::Organisation(Level::Reseller);
            Change::Account(Account::new(AccountId(*id), parent.map(AccountId), name(part), kind))
        })
        .collect();
    let all: RoleSet = Role::ALL.into_iter().collect();
    let bosses = ACCOUNTS.iter().map(|(tag, id, ..)| (format!("boss-{tag}"), *id, all));
    let singles = Role::ALL.into_iter().map(|role| (role.name(), RoleSet::NONE.with(role)));
    let roles: Vec<(&'static str, RoleSet)> = singles.chain([("no role", RoleSet::NONE)]).collect();
    let staff = roles.iter().map(|(role, set)| (format!("{} of ours", role), 3, *set));
    let granted = GRANTED.iter().map(|(who, _)| (format!("{who} of ours"), 2, RoleSet::NONE));
    let mut ids = service.facts().next().grant..;
    for (id, (who, account, roles)) in (service.facts().next().user..).zip(bosses.chain(staff).chain(granted)) {
        let places = GRANTED.iter().find(|(granted, _)| who == format!("{granted} of ours")).map_or(&[][..], |granted| granted.1);
        for (account, role) in places.iter().flat_map(|account| Role::ALL.map(|role| (*account, role))) {
            let (grant, role) = (GrantId(ids.next().unwrap()), GrantedRole::BuiltIn(role));
            changes.push(Change::Grant(Grant { id: grant, user: UserId(id), account: AccountId(account), role, stamp: 0 }));
        }
        let user = User {
            id: UserId(id),
            account: AccountId(account),
            name: name(&who),
            description: Text::default(),
            disabled: false,
            built_in: false,
            roles,
            security_profile: None,
            groups: vec![],
            stamp: 0,
        };
        changes.extend([Change::User(user), Change::Password { user: UserId(id), phc: phc.clone() }]);
    }
    commit(server, runtime, changes);
    let staff = roles.into_iter().map(|(role, _)| (role, format!("{role} of ours"), "root>north>client"));
    staff.chain(GRANTED.map(|(who, _)| (who, format!("{who} of ours"), "root>north"))).collect()
}

/// What no route does: as another server would have committed it.
fn commit(server: &TestServer, runtime: &Runtime, changes: Vec<Change>) {
    let service = server.service();
    let commit = Commit { based_on: service.facts().revision(), changes, ..Commit::default() };
    let Committed::At(_) = service.store().commit(commit).wait().unwrap() else { panic!("somebody else was first") };
    runtime.block_on(service.follow()).unwrap();
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            (0..4).map(move |at| match at <= chunk.len() {
                true => char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]),
                false => '=',
            })
        })
        .collect()
}
