//! A small server that signs, keeps and answers as the real one does, without a network between.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use sbm_core::account::{AccountState, Branding};
use sbm_core::cache::{Domain, Head, KeyDocument, List, ListEntry, ListSetting, Number, RoomNote, RunRoom, Signed, SigningKey};
use sbm_core::code::Code;
use sbm_core::factor::Channel;
use sbm_core::id::{AccountId, Guid, Hash, InstallationId, RunId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{RightSet, RoleSet};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::PROBLEM_TYPE;
use sbm_core::wire::v1::admin::{Unlock, Upload};
use sbm_core::wire::v1::device::{CheckIn, CheckInAnswer, Fate, Outcome, Receipt, Reservation, Runs, RunsAnswer, Stored};
use sbm_core::wire::v1::factor::{CodeSent, DeviceSecondStep, HalfSession, SendLoginCode};
use sbm_core::wire::v1::session::{DeviceEnrolled, DeviceEnrolment, DeviceLogin, DeviceSession, Login, Secret, Session};
use sbm_core::wire::v1::{Capability, ConnectionString, Problem, Status, path};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::transport::{HttpRequest, HttpResponse, Network, Roots, Terms, Transport, TransportError};

pub(super) const PASSWORD: &str = "correct horse battery";
/// The code that is sent for every login.
pub(super) const CODE: &str = "12345678";

#[derive(Clone)]
pub(super) struct Server(Arc<Mutex<Facts>>);

/// Something that a test does while a request is under way.
pub(super) type Hook = Arc<dyn Fn(&str) + Send + Sync>;

pub(super) struct Facts {
    pub(super) down: Option<Code>,
    /// What is asked is done, and the answer does not come.
    pub(super) loses_answers: Option<Code>,
    pub(super) refuses: Option<Code>,
    pub(super) forged: bool,
    pub(super) revision: u64,
    pub(super) rights: RightSet,
    pub(super) entries: Vec<ListEntry>,
    pub(super) bodies: BTreeMap<Hash, Vec<u8>>,
    pub(super) runs: BTreeMap<RunId, RunRecord>,
    pub(super) outcomes: Vec<Outcome>,
    /// The ceiling above the device, what is below it besides, from when on it warns, and what the device said and reserved.
    pub(super) quota: Option<u64>,
    pub(super) others: u64,
    pub(super) soft: Option<u64>,
    pub(super) knows_quotas: bool,
    /// What stands in the list beside the profiles.
    pub(super) branding: Option<Branding>,
    pub(super) settings: BTreeMap<String, ListSetting>,
    pub(super) said: Vec<Stored>,
    pub(super) reserved: BTreeMap<RunId, u64>,
    pub(super) tokens: Vec<String>,
    pub(super) uploads: Vec<Upload>,
    pub(super) requests: Vec<String>,
    /// Who proved himself, and for which installation.
    pub(super) unlocks: Vec<Unlock>,
    /// What the server lists.
    pub(super) capabilities: Vec<&'static str>,
    /// How long to stay away, with the next refusal.
    pub(super) retry_after: Option<u64>,
    /// Called for each request, with nothing locked.
    pub(super) on_request: Option<Hook>,
    /// Whom codes enrol, whether devices wait with them, and which asked.
    pub(super) enrols: &'static str,
    pub(super) waits: bool,
    pub(super) enrolments: Vec<InstallationId>,
    /// Whether users have a second factor, and the logins that wait for their code.
    pub(super) second_factor: bool,
    pub(super) halves: Vec<String>,
    installation: Option<InstallationId>,
    next_token: u32,
    /// Another server has other keys and another CA.
    seed: u8,
}

impl Server {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Facts {
            down: None,
            loses_answers: None,
            refuses: None,
            forged: false,
            revision: 1,
            rights: RightSet::ALL_ACCESS,
            entries: Vec::new(),
            bodies: BTreeMap::new(),
            runs: BTreeMap::new(),
            outcomes: Vec::new(),
            quota: None,
            others: 0,
            soft: None,
            knows_quotas: true,
            branding: None,
            settings: BTreeMap::new(),
            said: Vec::new(),
            reserved: BTreeMap::new(),
            tokens: Vec::new(),
            uploads: Vec::new(),
            requests: Vec::new(),
            unlocks: Vec::new(),
            capabilities: Capability::ALL.iter().map(|capability| capability.name()).collect(),
            retry_after: None,
            on_request: None,
            enrols: "carol",
            waits: false,
            enrolments: Vec::new(),
            second_factor: false,
            halves: Vec::new(),
            installation: None,
            next_token: 1,
            seed: 0,
        })))
    }

    /// Another one.
    pub(super) fn other() -> Self {
        let server = Self::new();
        server.facts().seed = 100;
        server
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap()
    }

    pub(super) fn elsewhere() -> ConnectionString {
        format!("sbm://elsewhere:8100#ca-sha256={}", Hash::of(b"another ca")).parse().unwrap()
    }

    pub(super) fn connection() -> ConnectionString {
        format!("sbm://localhost:8100#ca-sha256={}", Hash::of(b"ca")).parse().unwrap()
    }
}

impl Facts {
    /// Sets a ceiling, or takes it away.
    pub(super) fn set_quota(&mut self, quota: Option<u64>) {
        self.revision += 1;
        self.quota = quota;
    }

    /// What the device stores by the last word that came here.
    pub(super) fn counted(&self) -> u64 {
        self.said.last().map_or(0, |word| word.bytes)
    }

    /// What is left below the ceiling.
    pub(super) fn left(&self) -> Option<u64> {
        let taken = self.others + self.counted() + self.reserved.values().sum::<u64>();
        Some(self.quota?.saturating_sub(taken))
    }

    pub(super) fn set_rights(&mut self, rights: RightSet) {
        self.revision += 1;
        self.rights = rights;
    }

    /// Puts a profile on the user's list, or a newer revision of it.
    pub(super) fn assign(&mut self, guid: u8, body: &[u8]) {
        self.revision += 1;
        let guid = Guid::from_bytes([guid; 16]);
        let before = self.entries.iter().position(|entry| entry.guid == guid).map(|at| self.entries.remove(at));
        self.bodies.insert(Hash::of(body), body.to_vec());
        self.entries.push(ListEntry {
            guid,
            name: Name::new("Finance").unwrap(),
            description: Text::new("nightly").unwrap(),
            version: 1,
            revision: before.map_or(1, |before| before.revision + 1),
            body: Hash::of(body),
            size: body.len() as u64,
            schedule: None,
            delete: false,
            stamp: self.revision,
        });
    }

    fn answer(&mut self, request: &HttpRequest) -> Result<Vec<u8>, Code> {
        let body = request.body.as_deref().unwrap_or_default();
        if let Some(code) = self.refuses.filter(|_| request.path != path::STATUS && request.path != path::SESSION) {
            return Err(code);
        }
        match (request.method, request.path.as_str()) {
            ("GET", path::STATUS) => Ok(json(&self.status())),
            ("POST", path::UNLOCK) => {
                let unlock: Unlock = read(body);
                check(&unlock.password)?;
                if unlock.user != "admin" {
                    return Err(Code::DeniedRole);
                }
                self.unlocks.push(unlock);
                Ok(Vec::new())
            }
            ("POST", path::DEVICE) => self.log_in_device(&read(body)),
            ("POST", path::LOGIN_CODE) => self.send_code(&read(body)),
            ("POST", path::DEVICE_SECOND_STEP) => self.second_step(&read(body)),
            ("POST", path::DEVICE_ENROL) => self.enrol(&read(body)),
            ("POST", path::SESSION) => self.log_in(&read(body)),
            ("POST", path::PROFILES) => {
                self.session(request)?;
                self.uploads.push(read(body));
                Ok(json(&serde_json::json!({ "revision": self.uploads.len(), "name": "of a later version" })))
            }
            ("DELETE", other) if other.starts_with(path::RESERVATIONS) => {
                self.session(request)?;
                let run = other.strip_prefix(path::RESERVATIONS).unwrap().trim_start_matches('/').parse().unwrap();
                self.reserved.remove(&run);
                Ok(Vec::new())
            }
            ("DELETE", _) => {
                let token = self.session(request)?;
                self.tokens.retain(|known| *known != token);
                Ok(Vec::new())
            }
            ("POST", path::CHECK_IN) => {
                self.session(request)?;
                Ok(json(&self.check_in(read(body))))
            }
            ("POST", path::STORED) if self.knows_quotas => {
                self.session(request)?;
                let word: Stored = read(body);
                if self.said.last().is_none_or(|last| last.number < word.number) {
                    self.said.push(word);
                }
                Ok(Vec::new())
            }
            ("POST", path::RESERVATIONS) => {
                self.session(request)?;
                let wanted: Reservation = read(body);
                let left = self.left().unwrap_or(u64::MAX);
                if left == 0 || wanted.bytes > left {
                    return Err(Code::DeniedQuota);
                }
                self.reserved.insert(wanted.run, wanted.bytes);
                Ok(Vec::new())
            }
            ("POST", path::RUNS) => {
                self.session(request)?;
                Ok(json(&self.take_runs(&read(body))))
            }
            ("GET", other) => {
                self.session(request)?;
                let hash = other.strip_prefix(path::BODIES).unwrap().trim_start_matches('/').parse().unwrap();
                self.bodies.get(&hash).cloned().ok_or(Code::NotFound)
            }
            _ => Err(Code::NoSuchRoute),
        }
    }

    fn status(&self) -> Status {
        Status {
            service: "sbm".into(),
            version: "0.1.0".into(),
            wire: vec![1],
            capabilities: self.capabilities.iter().map(|name| (*name).to_owned()).collect(),
            claimed: true,
            time: Timestamp::from_millis(5_000),
            serving: None,
        }
    }

    fn session(&self, request: &HttpRequest) -> Result<String, Code> {
        let token = request.token.as_ref().ok_or(Code::NotLoggedIn)?.reveal().to_owned();
        if self.tokens.contains(&token) { Ok(token) } else { Err(Code::TokenRefused) }
    }

    fn new_token(&mut self) -> Secret {
        let token = format!("token-{}", self.next_token);
        self.next_token += 1;
        self.tokens.push(token.clone());
        Secret::new(token)
    }

    fn log_in(&mut self, login: &Login) -> Result<Vec<u8>, Code> {
        check(&login.password)?;
        let session = Session {
            token: self.new_token(),
            user: Name::new(&login.user).unwrap(),
            roles: RoleSet::default(),
            expires: Timestamp::from_millis(i64::MAX),
        };
        Ok(json(&session))
    }

    fn enrol(&mut self, asked: &DeviceEnrolment) -> Result<Vec<u8>, Code> {
        if asked.code.reveal() == "wrong" {
            return Err(Code::EnrolmentRefused);
        }
        self.enrolments.push(asked.installation);
        if self.waits {
            return Ok(json(&DeviceEnrolled { waiting: true, login: None, session: None }));
        }
        self.installation = Some(asked.installation);
        let (token, user) = (self.new_token(), Name::new(self.enrols).unwrap());
        let session = DeviceSession { token, user, root: key(self.seed + 1).verifying_key(), keys: keys(self.seed) };
        Ok(json(&DeviceEnrolled { waiting: false, login: Some(self.enrols.to_owned()), session: Some(session) }))
    }

    fn log_in_device(&mut self, login: &DeviceLogin) -> Result<Vec<u8>, Code> {
        check(&login.password)?;
        if self.second_factor {
            self.halves.push(format!("half-{}", self.requests.len()));
            return Err(Code::DeniedSecondFactor);
        }
        Ok(self.let_in(login.installation, &login.user))
    }

    fn send_code(&mut self, asked: &SendLoginCode) -> Result<Vec<u8>, Code> {
        self.check_half(&asked.login)?;
        let expires = Timestamp::from_millis(i64::MAX);
        Ok(json(&CodeSent { channel: Channel::Email, address: "c…@example.org".into(), expires }))
    }

    fn second_step(&mut self, step: &DeviceSecondStep) -> Result<Vec<u8>, Code> {
        self.check_half(&step.login)?;
        if step.code.reveal() == CODE { Ok(self.let_in(step.installation, "carol")) } else { Err(Code::SecondFactorWrong) }
    }

    fn check_half(&self, half: &Secret) -> Result<(), Code> {
        if self.halves.iter().any(|known| known == half.reveal()) { Ok(()) } else { Err(Code::TokenRefused) }
    }

    fn half(&self) -> Option<HalfSession> {
        let token = Secret::new(self.halves.last()?);
        Some(HalfSession { token, expires: Timestamp::from_millis(i64::MAX), channels: vec![], sent_only: true })
    }

    fn let_in(&mut self, installation: InstallationId, user: &str) -> Vec<u8> {
        self.installation = Some(installation);
        let root = key(self.seed + 1).verifying_key();
        json(&DeviceSession { token: self.new_token(), user: Name::new(user.trim()).unwrap(), root, keys: keys(self.seed) })
    }

    fn check_in(&mut self, check_in: CheckIn) -> CheckInAnswer {
        self.outcomes.extend(check_in.outcomes);
        let list = List::new(self.entries.clone()).branded(self.branding.clone()).ruled(self.settings.clone());
        let head = Head {
            v: 1,
            epoch: 1,
            revision: self.revision,
            mark: None,
            device: self.installation.unwrap(),
            account: AccountId::ROOT,
            user: UserId(2),
            state: AccountState::Active,
            rights: Some(self.rights.bits()),
            security_profile: Some("End user".into()),
            list: Hash::of(&list.to_bytes()),
            critical: vec![],
            max_offline: None,
            quota: self.quota.is_some(),
        };
        let signer = if self.forged { key(99) } else { key(self.seed + 2) };
        let highest = self.runs.values().map(|run| run.sequence).max().unwrap_or(0);
        CheckInAnswer {
            keys: None,
            head: (check_in.number < Number::new(1, self.revision)).then(|| signer.sign(Domain::Head, head.to_bytes())),
            list: (check_in.list != Some(head.list)).then(|| String::from_utf8(list.to_bytes()).unwrap()),
            acknowledged: (highest > check_in.acknowledged).then_some(highest),
            room: self.quota.map(|_| signer.sign(Domain::Room, self.room(head.device).to_bytes())),
        }
    }

    fn room(&self, device: InstallationId) -> RoomNote {
        let warns = self.soft.is_some_and(|soft| self.others + self.counted() >= soft) || self.left() == Some(0);
        let kept = self.reserved.iter().map(|(run, bytes)| RunRoom { run: *run, bytes: *bytes }).collect();
        RoomNote { v: 1, epoch: 1, device, bytes: self.left(), counted: self.counted(), warns, kept }
    }

    fn take_runs(&mut self, runs: &Runs) -> RunsAnswer {
        let receipts = runs.runs.iter().map(|value| {
            let record: RunRecord = serde_json::from_str(value.get()).unwrap();
            record.check().unwrap();
            let fate = match self.runs.get(&record.id) {
                Some(kept) => {
                    assert_eq!(*kept, record, "a record was changed");
                    Fate::Duplicate
                }
                None => Fate::Accepted,
            };
            let receipt = Receipt { id: Some(record.id), fate, reason: None };
            self.reserved.remove(&record.id);
            self.runs.insert(record.id, record);
            receipt
        });
        RunsAnswer { receipts: receipts.collect() }
    }
}

impl Transport for Server {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let hook = self.facts().on_request.clone();
        if let Some(hook) = hook {
            hook(&request.path);
        }
        let mut facts = self.facts();
        facts.requests.push(format!("{} {}", request.method, request.path));
        if let Some(code) = facts.down {
            return Err(TransportError::new(code, code.text()));
        }
        let response = |status, content_type: &str, body| HttpResponse {
            status,
            time: Some(Timestamp::from_millis(5_000)),
            content_type: content_type.into(),
            tag: None,
            body,
        };
        let answer = facts.answer(&request);
        if let Some(code) = facts.loses_answers {
            return Err(TransportError::new(code, code.text()));
        }
        Ok(match answer {
            Ok(body) => response(200, "application/json", body),
            Err(code) => {
                let second_step = facts.half().filter(|_| code == Code::DeniedSecondFactor);
                let problem = Problem { retry_after: facts.retry_after, second_step, ..Problem::from(code) };
                response(code.status(), PROBLEM_TYPE, json(&problem))
            }
        })
    }
}

impl Network for Server {
    fn connect(&self, connection: &ConnectionString, roots: &Roots, _: &Terms) -> Result<Arc<dyn Transport>, TransportError> {
        let ca = if connection.host == "elsewhere" { Hash::of(b"another ca") } else { Hash::of(b"ca") };
        if *roots == Roots::System || *roots == Roots::Pinned(vec![ca]) {
            Ok(Arc::new(self.clone()))
        } else {
            Err(TransportError::new(Code::UntrustedServer, "another CA"))
        }
    }
}

/// Two servers: `elsewhere`, and everywhere else.
#[derive(Clone)]
pub(super) struct Two(pub(super) Server, pub(super) Server);

impl Network for Two {
    fn connect(&self, connection: &ConnectionString, roots: &Roots, terms: &Terms) -> Result<Arc<dyn Transport>, TransportError> {
        let server = if connection.host == "elsewhere" { &self.1 } else { &self.0 };
        server.connect(connection, roots, terms)
    }
}

fn check(password: &Secret) -> Result<(), Code> {
    if password.reveal() == PASSWORD { Ok(()) } else { Err(Code::WrongCredentials) }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn keys(seed: u8) -> Signed {
    let ca = if seed == 0 { b"ca".as_slice() } else { b"another ca" };
    let document = KeyDocument { v: 1, epoch: 1, keys: vec![key(seed + 2).verifying_key()], ca: vec![Hash::of(ca)] };
    key(seed + 1).sign(Domain::Keys, document.to_bytes())
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> T {
    serde_json::from_slice(bytes).unwrap()
}
