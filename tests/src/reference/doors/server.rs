//! The server's directory, and what it tells its clients.

use std::collections::BTreeSet;

use sbm_core::account::quota::{Filled, Room, tightest};
use sbm_core::agent::{Agent, Snapshot};
use sbm_core::cache::{Domain, KeyDocument, RoomNote, SigningKey, Trust};
use sbm_core::code::Code;
use sbm_core::directory::rows::{Device, Server};
use sbm_core::directory::{Directory, NextIds, Place, Rows, ServerSubject, Subject};
use sbm_core::factor::FactorRule;
use sbm_core::id::{AccountId, DeviceId, InstallationId};
use sbm_core::permission::{Context, Explanation};
use sbm_core::time::Timestamp;
use zeroize::Zeroizing;

use super::super::server_acts::ServerQuestion;
use super::super::{Answer, Fact, Question, Word};
use super::rows::{changes, neighbours, user_id};
use super::{Client, action, resource, second, task, told};

/// The server's door.
#[derive(Clone, Debug)]
pub struct Door {
    directory: Directory,
    ages: Vec<Fact>,
}

impl Door {
    /// A directory that was told these facts as changes, in their order, beside a second tenant with the same GUIDs. What
    /// they say about contact and clocks is for clients.
    #[must_use]
    pub fn new(facts: &[Fact]) -> Self {
        let limits = facts.iter().filter_map(|fact| if let Fact::Limit(seconds) = fact { Some(*seconds) } else { None });
        let max_offline = limits.min().and_then(|seconds| u64::try_from(seconds).ok());
        let rows = Rows {
            revision: 1,
            server: Server { claimed: true, epoch: 1, keys: None, max_offline, second_factor: FactorRule::default(), stamp: 1 },
            accounts: vec![],
            users: vec![],
            factors: vec![],
            groups: vec![],
            security_profiles: vec![],
            profiles: vec![],
            roles: vec![],
            grants: vec![],
            tombstones: vec![],
            devices: vec![],
            allow: vec![],
            marks: vec![],
            next: NextIds::default(),
        };
        let directory = Directory::new(rows).apply(2, &changes(facts, facts)).apply(3, &neighbours());
        Self { directory, ages: ages(facts) }
    }

    /// The same directory after the world became another one: every row that the facts before name is put anew.
    #[must_use]
    pub fn after(&self, before: &[Fact], after: &[Fact]) -> Self {
        Self { directory: self.directory.apply(4, &changes(before, after)), ages: ages(after) }
    }

    /// Asks the server.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        told(self.subject(question.user).decide(action(question), resource(question), &Context::default()))
    }

    /// Asks the server what the user's device answers, in the user's own account, by the room that is left there; or one that
    /// the server refuses itself.
    #[must_use]
    pub fn ask_at_device(&self, question: &Question, refused: Option<Code>) -> Answer {
        let subject = self.subject(question.user);
        let account = subject.user().account;
        let place = Place { account, room: self.room_of(account), refused };
        let context = Context { estimate: question.estimate, ..Context::default() };
        told(subject.at_device(place).decide(action(question), resource(question), &context))
    }

    /// Asks the server why.
    #[must_use]
    pub fn explain(&self, question: &Question) -> Explanation {
        self.subject(question.user).explain(action(question), resource(question), &Context::default())
    }

    /// Asks the server to act.
    #[must_use]
    pub fn ask_to_act(&self, question: &ServerQuestion) -> Answer {
        let (task, access) = task(question);
        told(ServerSubject::new(self.subject(question.user)).decide(task, access))
    }

    /// Asks the server why it acts, or not.
    #[must_use]
    pub fn explain_act(&self, question: &ServerQuestion) -> Explanation {
        let (task, access) = task(question);
        ServerSubject::new(self.subject(question.user)).explain(task, access)
    }

    /// What a client decides from after a check-in: head and list travel signed, and are verified from the root key on.
    #[must_use]
    pub fn client(&self, user: Word) -> Client {
        self.client_refused(user, None)
    }

    /// The same of a device that the server refuses itself.
    #[must_use]
    pub fn client_refused(&self, user: Word, refused: Option<Code>) -> Client {
        let (root, signing) = (key(1), key(2));
        let installation = InstallationId::from_bytes([7; 16]);
        let user = self.subject(user).user();
        let device = Device {
            id: DeviceId(1),
            account: user.account,
            user: user.id,
            installation,
            computer: "pc-1".to_owned(),
            program: "test".to_owned(),
            enrolled: Timestamp::default(),
            stamp: 2,
        };
        let made = self.directory.head_for(&device).unwrap();
        let keys = KeyDocument { v: KeyDocument::VERSION, epoch: 1, keys: vec![signing.verifying_key()], ca: vec![] };
        let contact = self.ages.iter().rev().find_map(|fact| if let Fact::Contact(at) = fact { Some(*at) } else { None });
        let clocks = self.ages.iter().filter_map(|fact| if let Fact::Clock(at) = fact { Some(*at) } else { None });
        let trust = Trust {
            connection: Some("sbm://localhost".parse().unwrap()),
            user: Some(user.name.to_string()),
            root: Some(root.verifying_key()),
            keys: Some(root.sign(Domain::Keys, keys.to_bytes())),
            head: Some(signing.sign(Domain::Head, made.head.to_bytes())),
            list: Some(String::from_utf8(made.list).unwrap()),
            room: made.head.quota.then(|| signing.sign(Domain::Room, self.room(&device).to_bytes())),
            refused: refused.or(user.disabled.then_some(Code::UserDisabled)).map(|code| code.name().to_owned()),
            contact: contact.map(second),
            latest: second(clocks.max().unwrap_or(0)),
            ..Trust::new(installation)
        };
        let snapshot = Snapshot {
            trust,
            fault: None,
            applied: vec![],
            queue: vec![],
            bodies: BTreeSet::new(),
            outcomes: vec![],
            stored: None,
        };
        Client { view: Agent::new(snapshot, 1).view() }
    }

    /// What is left for a device, where nothing is stored but what the facts leave.
    fn room(&self, device: &Device) -> RoomNote {
        RoomNote {
            v: RoomNote::VERSION,
            epoch: 1,
            device: device.installation,
            bytes: self.room_of(device.account).map(|room| room.bytes),
            counted: 0,
            warns: false,
            kept: Vec::new(),
        }
    }

    fn room_of(&self, account: AccountId) -> Option<Room> {
        tightest(self.directory.chain(account).map(|account| (account.id, account.quota, Filled::default())))
    }

    fn subject(&self, user: Word) -> Subject<'_> {
        Subject::new(&self.directory, self.directory.user(user_id(user)).unwrap())
    }
}

fn ages(facts: &[Fact]) -> Vec<Fact> {
    facts.iter().copied().filter(|fact| matches!(fact, Fact::Contact(_) | Fact::Clock(_))).collect()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}
