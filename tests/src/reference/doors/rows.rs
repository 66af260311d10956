//! A world as rows of the server's directory.

use std::collections::BTreeSet;

use sbm_core::account::life::Standing;
use sbm_core::account::tree::Kind;
use sbm_core::account::{AccountState, Life, Quota};
use sbm_core::directory::Change;
use sbm_core::directory::rows::{Account, Group, ManagedProfile, SecurityProfile, User};
use sbm_core::id::{AccountId, GroupId, Hash, ProfileId, SecurityProfileId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;

use super::super::worlds::{ACCOUNTS, GROUPS, PROFILES, SECURITY_PROFILES, USERS};
use super::super::{Fact, Word};
use super::guid;
use super::words::{groups_of, groups_with, parent_of, path_of, rights_of, role_set_of, security_profile_of, state_of};

/// One row for everything that the naming facts name, in the order in which they name it; some are put more than once.
pub(super) fn changes(naming: &[Fact], facts: &[Fact]) -> Vec<Change> {
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
            Fact::Disabled(user) | Fact::Role(user, _) => changes.push(user_row(facts, user)),
            Fact::Room(account, _) => changes.push(account_row(facts, account)),
            Fact::Unmanaged
            | Fact::Floor(_)
            | Fact::Bare(_)
            | Fact::Limit(_)
            | Fact::Contact(_)
            | Fact::Clock(_)
            | Fact::Shut(_)
            | Fact::Stranger(..)
            | Fact::Factor(_)
            | Fact::Lacks(..) => {}
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

pub(super) fn user_id(user: Word) -> UserId {
    UserId(place(&USERS, user))
}

fn account_row(facts: &[Fact], account: Word) -> Change {
    let parent = parent_of(facts, account).map(|parent| AccountId(place(&ACCOUNTS, parent)));
    let row = Account::new(AccountId(place(&ACCOUNTS, account)), parent, Name::new(account).unwrap(), Kind::Backup);
    let quota = Quota { hard: room_of(facts, account), soft: None };
    Change::Account(Account { life: life_of(state_of(facts, account)), quota, ..row })
}

/// The ceiling of an account below which nothing is stored yet: the tightest that the facts say.
fn room_of(facts: &[Fact], account: Word) -> Option<u64> {
    let rooms = facts.iter().filter_map(|fact| match fact {
        Fact::Room(of, room) if *of == account => Some(*room),
        _ => None,
    });
    rooms.min()
}

/// A life in which an account is in that state.
fn life_of(state: AccountState) -> Life {
    let standing = match state {
        AccountState::Active | AccountState::DeletionPending => Standing::Active,
        AccountState::Disabled => Standing::Disabled,
        AccountState::Supervisor => Standing::Supervisor,
    };
    Life { standing, deletion: (state == AccountState::DeletionPending).then_some(Timestamp::from_millis(1)) }
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
        roles: role_set_of(facts, user),
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
pub(super) fn neighbours() -> Vec<Change> {
    let (account, group) = (AccountId(90), GroupId(90));
    let name = |text| Name::new(text).unwrap();
    let mut changes = vec![
        Change::Account(Account::new(account, None, name("neighbours"), Kind::Backup)),
        Change::Group(Group { id: group, account, name: name("crew"), description: Text::default(), stamp: 0 }),
    ];
    changes.extend((90..).zip(PROFILES).map(|(id, profile)| managed(id, account, profile, vec![group], false)));
    changes
}
