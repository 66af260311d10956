//! The same world told to `sbm-core`, once for each door a question can come through (DEC-4): plain facts, the server's
//! directory, and a client that got its signed head and list from that directory.
#![expect(clippy::unwrap_used, reason = "the words of the worlds are names, and a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use sbm_core::account::AccountState;
use sbm_core::agent::{Agent, Snapshot, View};
use sbm_core::cache::{Domain, KeyDocument, SigningKey, Trust};
use sbm_core::code::Code;
use sbm_core::directory::rows::{Account, Device, Group, ManagedProfile, SecurityProfile, Server, User};
use sbm_core::directory::{Change, Directory, NextIds, Rows, Subject};
use sbm_core::id::{AccountId, DeviceId, GroupId, Guid, Hash, InstallationId, ProfileId, SecurityProfileId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{
    Action, Context, Decision, Effect, Entitlement, Explanation, Facts, Gate, Resource, Right, RightSet, RoleSet, Standing,
    decide,
};
use sbm_core::time::Timestamp;
use zeroize::Zeroizing;

use super::worlds::{ACCOUNTS, GROUPS, PROFILES, SECURITY_PROFILES, USERS};
use super::{Answer, Fact, Question, Word};

/// Facts about one user, gathered by hand in the forms that the engine asks for.
#[derive(Clone, Debug)]
pub struct Plain {
    standing: Standing,
    state: AccountState,
    rights: Option<RightSet>,
    entitled: BTreeMap<Guid, Entitlement>,
    room: Option<u64>,
}

impl Plain {
    /// What the facts say about that user.
    #[must_use]
    pub fn new(facts: &[Fact], user: Word) -> Self {
        let path = path_of(facts, user);
        let has = security_profile_of(facts, user);
        let rooms = facts.iter().filter_map(|fact| match fact {
            Fact::Room(account, room) if path.contains(account) => Some(*room),
            _ => None,
        });
        Self {
            standing: standing_of(facts, user),
            state: path.first().map_or(AccountState::Active, |account| state_of(facts, account)),
            rights: has.map(|profile| rights_of(facts, profile)),
            entitled: PROFILES.into_iter().map(|profile| (guid(profile), entitlement_of(facts, user, profile))).collect(),
            room: rooms.min(),
        }
    }

    /// Asks the engine.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        let context = Context { estimate: question.estimate, ..Context::default() };
        told(decide(self, action(question), resource(question), &context))
    }
}

impl Facts for Plain {
    fn standing(&self, _: &Context) -> Standing {
        self.standing
    }
    fn account_state(&self) -> AccountState {
        self.state
    }
    fn rights(&self) -> Option<RightSet> {
        self.rights
    }
    fn entitlement(&self, profile: &Guid) -> Entitlement {
        self.entitled.get(profile).copied().unwrap_or(Entitlement::None)
    }
    fn room(&self) -> Option<u64> {
        self.room
    }
}

/// The server's door.
#[derive(Clone, Debug)]
pub struct Door {
    directory: Directory,
}

impl Door {
    /// A directory that was told these facts as changes, in their order, beside a second tenant with the same GUIDs.
    #[must_use]
    pub fn new(facts: &[Fact]) -> Self {
        let rows = Rows {
            revision: 1,
            server: Server { claimed: true, epoch: 1, keys: None, max_offline: None, stamp: 1 },
            accounts: vec![],
            users: vec![],
            groups: vec![],
            security_profiles: vec![],
            profiles: vec![],
            tombstones: vec![],
            devices: vec![],
            allow: vec![],
            marks: vec![],
            next: NextIds::default(),
        };
        Self { directory: Directory::new(rows).apply(2, &changes(facts, facts)).apply(3, &neighbours()) }
    }

    /// The same directory after the world became another one: every row that the facts before name is put anew.
    #[must_use]
    pub fn after(&self, before: &[Fact], after: &[Fact]) -> Self {
        Self { directory: self.directory.apply(4, &changes(before, after)) }
    }

    /// Asks the server.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        told(self.subject(question.user).decide(action(question), resource(question), &Context::default()))
    }

    /// Asks the server why.
    #[must_use]
    pub fn explain(&self, question: &Question) -> Explanation {
        self.subject(question.user).explain(action(question), resource(question), &Context::default())
    }

    /// What a client decides from after a check-in: head and list travel signed, and are verified from the root key on.
    #[must_use]
    pub fn client(&self, user: Word) -> Client {
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
        let trust = Trust {
            connection: Some("sbm://localhost".parse().unwrap()),
            user: Some(user.name.to_string()),
            root: Some(root.verifying_key()),
            keys: Some(root.sign(Domain::Keys, keys.to_bytes())),
            head: Some(signing.sign(Domain::Head, made.head.to_bytes())),
            list: Some(String::from_utf8(made.list).unwrap()),
            refused: user.disabled.then(|| Code::UserDisabled.name().to_owned()),
            ..Trust::new(installation)
        };
        let snapshot = Snapshot { trust, fault: None, applied: vec![], queue: vec![], bodies: BTreeSet::new(), outcomes: vec![] };
        Client { view: Agent::new(snapshot, 1).view() }
    }

    fn subject(&self, user: Word) -> Subject<'_> {
        Subject::new(&self.directory, self.directory.user(user_id(user)).unwrap())
    }
}

/// The client's door.
#[derive(Clone, Debug)]
pub struct Client {
    view: View,
}

impl Client {
    /// Asks the client.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        told(self.view.decide(action(question), resource(question), Timestamp::default))
    }
}

/// A decision of the engine in the reference's words.
#[must_use]
pub fn told(decision: Decision) -> Answer {
    let effect = match decision.effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
        Effect::Unmanaged => "unmanaged",
    };
    Answer { effect, gate: decision.gate.map_or("", Gate::name), code: decision.code.name() }
}

/// The GUID of a managed profile of the worlds.
#[must_use]
pub fn guid(profile: Word) -> Guid {
    let hash = Hash::of(profile.as_bytes());
    Guid::from_bytes(*hash.as_bytes().first_chunk().unwrap())
}

fn action(question: &Question) -> Action {
    Action::from_name(question.act).unwrap()
}

fn resource(question: &Question) -> Resource {
    question.profile.map_or(Resource::Local, |profile| Resource::Managed(guid(profile)))
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn standing_of(facts: &[Fact], user: Word) -> Standing {
    let floor = facts.iter().find_map(|fact| match fact {
        Fact::Floor(code) => Code::from_name(code),
        _ => None,
    });
    if facts.contains(&Fact::Unmanaged) {
        Standing::Unmanaged
    } else if let Some(code) = floor {
        Standing::Floor(code)
    } else if facts.contains(&Fact::Disabled(user)) {
        Standing::Floor(Code::UserDisabled)
    } else {
        Standing::Verified
    }
}

fn path_of(facts: &[Fact], user: Word) -> Vec<Word> {
    let account = facts.iter().find_map(|fact| match fact {
        Fact::Belongs(name, account) if *name == user => Some(*account),
        _ => None,
    });
    std::iter::successors(account, |account| parent_of(facts, account)).collect()
}

fn parent_of(facts: &[Fact], account: Word) -> Option<Word> {
    facts.iter().find_map(|fact| match fact {
        Fact::Below(name, parent) if *name == account => Some(*parent),
        _ => None,
    })
}

fn state_of(facts: &[Fact], account: Word) -> AccountState {
    let state = facts.iter().find_map(|fact| match fact {
        Fact::State(name, state) if *name == account => Some(*state),
        _ => None,
    });
    match state {
        None => AccountState::Active,
        Some("disabled") => AccountState::Disabled,
        Some("supervisor") => AccountState::Supervisor,
        Some(_) => AccountState::DeletionPending,
    }
}

fn security_profile_of(facts: &[Fact], user: Word) -> Option<Word> {
    facts.iter().find_map(|fact| match fact {
        Fact::Has(name, profile) if *name == user => Some(*profile),
        _ => None,
    })
}

fn rights_of(facts: &[Fact], profile: Word) -> RightSet {
    let granted = facts.iter().filter_map(|fact| match fact {
        Fact::Grants(name, right) if *name == profile => Right::from_name(right),
        _ => None,
    });
    granted.collect()
}

fn groups_of(facts: &[Fact], user: Word) -> BTreeSet<Word> {
    let groups = facts.iter().filter_map(|fact| match fact {
        Fact::Member(name, group) if *name == user => Some(*group),
        _ => None,
    });
    groups.collect()
}

fn groups_with(facts: &[Fact], profile: Word) -> BTreeSet<Word> {
    let groups = facts.iter().filter_map(|fact| match fact {
        Fact::Shared(name, group) if *name == profile => Some(*group),
        _ => None,
    });
    groups.collect()
}

fn entitlement_of(facts: &[Fact], user: Word, profile: Word) -> Entitlement {
    if groups_of(facts, user).is_disjoint(&groups_with(facts, profile)) {
        Entitlement::None
    } else if facts.contains(&Fact::Marked(profile)) {
        Entitlement::MarkedForDeletion
    } else {
        Entitlement::Shared
    }
}

/// One row for everything that the naming facts name, in the order in which they name it; some are put more than once.
fn changes(naming: &[Fact], facts: &[Fact]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for fact in naming {
        match *fact {
            Fact::Belongs(user, account) => changes.extend([user_row(facts, user), account_row(facts, account)]),
            Fact::Below(account, parent) => changes.extend([account_row(facts, account), account_row(facts, parent)]),
            Fact::State(account, _) => changes.push(account_row(facts, account)),
            Fact::Has(user, profile) => changes.extend([user_row(facts, user), security_profile_row(facts, profile)]),
            Fact::Grants(profile, _) => changes.push(security_profile_row(facts, profile)),
            Fact::Member(user, group) => changes.extend([user_row(facts, user), group_row(group)]),
            Fact::Shared(profile, group) => changes.extend([profile_row(facts, profile), group_row(group)]),
            Fact::Marked(profile) => changes.push(profile_row(facts, profile)),
            Fact::Disabled(user) => changes.push(user_row(facts, user)),
            Fact::Room(..) | Fact::Unmanaged | Fact::Floor(_) => {}
        }
    }
    changes
}

/// A word's place in its table, from 1; words that no table has come behind.
fn place(table: &[Word], word: Word) -> u32 {
    let at = table.iter().position(|known| *known == word).unwrap_or(table.len());
    u32::try_from(at).unwrap() + 1
}

fn group_id(group: Word) -> GroupId {
    GroupId(place(&GROUPS, group))
}

fn sorted(groups: BTreeSet<Word>) -> Vec<GroupId> {
    groups.into_iter().map(group_id).collect::<BTreeSet<_>>().into_iter().collect()
}

fn user_id(user: Word) -> UserId {
    UserId(place(&USERS, user))
}

fn account_row(facts: &[Fact], account: Word) -> Change {
    Change::Account(Account {
        id: AccountId(place(&ACCOUNTS, account)),
        parent: parent_of(facts, account).map(|parent| AccountId(place(&ACCOUNTS, parent))),
        name: Name::new(account).unwrap(),
        state: state_of(facts, account),
        stamp: 0,
    })
}

fn user_row(facts: &[Fact], user: Word) -> Change {
    let account = path_of(facts, user).first().map_or(1, |account| place(&ACCOUNTS, account));
    Change::User(User {
        id: user_id(user),
        account: AccountId(account),
        name: Name::new(user).unwrap(),
        description: Text::default(),
        disabled: facts.contains(&Fact::Disabled(user)),
        built_in: false,
        roles: RoleSet::NONE,
        security_profile: security_profile_of(facts, user).map(|profile| SecurityProfileId(place(&SECURITY_PROFILES, profile))),
        groups: sorted(groups_of(facts, user)),
        stamp: 0,
    })
}

fn group_row(group: Word) -> Change {
    Change::Group(Group {
        id: group_id(group),
        account: AccountId::ROOT,
        name: Name::new(group).unwrap(),
        description: Text::default(),
        stamp: 0,
    })
}

fn security_profile_row(facts: &[Fact], profile: Word) -> Change {
    Change::SecurityProfile(SecurityProfile {
        id: SecurityProfileId(place(&SECURITY_PROFILES, profile)),
        account: AccountId::ROOT,
        name: Name::new(profile).unwrap(),
        description: Text::default(),
        rights: rights_of(facts, profile),
        built_in: false,
        stamp: 0,
    })
}

fn profile_row(facts: &[Fact], profile: Word) -> Change {
    let groups = sorted(groups_with(facts, profile));
    managed(place(&PROFILES, profile), AccountId::ROOT, profile, groups, facts.contains(&Fact::Marked(profile)))
}

fn managed(id: u32, account: AccountId, profile: Word, groups: Vec<GroupId>, delete: bool) -> Change {
    Change::Profile(ManagedProfile {
        id: ProfileId(id),
        account,
        guid: guid(profile),
        name: Name::new(profile).unwrap(),
        description: Text::default(),
        version: 1,
        revision: 1,
        body: Hash::of(profile.as_bytes()),
        size: 1,
        schedule: None,
        import_schedule: false,
        delete,
        groups,
        uploaded_by: Name::new("admin").unwrap(),
        uploaded_at: Timestamp::default(),
        stamp: 0,
    })
}

/// Another tenant's account, group and profiles; they carry the same GUIDs and must make no difference (PRO-3).
fn neighbours() -> Vec<Change> {
    let (account, group) = (AccountId(90), GroupId(90));
    let name = |text| Name::new(text).unwrap();
    let mut changes = vec![
        Change::Account(Account { id: account, parent: None, name: name("neighbours"), state: AccountState::Active, stamp: 0 }),
        Change::Group(Group { id: group, account, name: name("crew"), description: Text::default(), stamp: 0 }),
    ];
    changes.extend((90..).zip(PROFILES).map(|(id, profile)| managed(id, account, profile, vec![group], false)));
    changes
}
