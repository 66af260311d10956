//! A large directory, made up from a seed: what figures are taken on, and what comparisons answer the same questions from.
//!
//! The tree has a root organisation and five levels below it, of four branches each where nothing else is said; users belong
//! to its leaves, a few of which are disabled, the first one to the root; one managed profile in fifty is marked for deletion.

use sbm_core::account::life::Standing;
use sbm_core::account::tree::Kind;
use sbm_core::account::{Level, Life};
use sbm_core::directory::rows::{Account, Device, Group, ManagedProfile, SecurityProfile, Server, User};
use sbm_core::directory::{Directory, NextIds, Rows};
use sbm_core::factor::FactorRule;
use sbm_core::id::{AccountId, DeviceId, GroupId, Guid, Hash, InstallationId, ProfileId, SecurityProfileId, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::permission::{Action, RightSet, Role, RoleSet};
use sbm_core::time::Timestamp;

/// How large it is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Branches below each account but the leaves.
    pub branches: usize,
    /// Users.
    pub users: u32,
    /// Devices, one for each user and then round again.
    pub devices: u32,
    /// Groups of a user.
    pub groups_of_a_user: usize,
    /// Groups.
    pub groups: u32,
    /// Managed profiles.
    pub profiles: u32,
    /// Groups of a managed profile.
    pub groups_of_a_profile: usize,
}

/// The levels of the tree below the root organisation.
pub const LEVELS: u32 = 5;

/// The rights of the security profiles, from narrow to all.
const RIGHTS: [u32; 8] = [0x001, 0x002, 0x00e, 0x0fe, 0x7fe, 0x3f0, 0x554, 0x400];

/// Numbers that look random and come again with the same seed.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A seed that is not 0.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below that one.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 24) % u64::from(end)).unwrap()
    }

    fn some(&mut self, count: usize, end: u32) -> Vec<GroupId> {
        let mut some = std::collections::BTreeSet::new();
        while some.len() < count {
            some.insert(GroupId(1 + self.below(end)));
        }
        some.into_iter().collect()
    }
}

/// The rows of a directory of that size.
#[must_use]
pub fn rows(size: Size) -> Rows {
    let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15);
    let accounts = tree(size.branches, &mut dice);
    let leaves: Vec<AccountId> = accounts.iter().rev().take(size.branches.pow(LEVELS)).map(|account| account.id).collect();
    let users: Vec<User> = (1..=size.users).map(|id| user(id, &leaves, size, &mut dice)).collect();
    let devices = (1..=size.devices).zip(users.iter().cycle()).map(|(id, user)| device(id, user)).collect();
    Rows {
        revision: 1,
        server: Server { claimed: true, epoch: 1, keys: None, max_offline: None, second_factor: FactorRule::default(), stamp: 1 },
        accounts,
        users,
        factors: vec![],
        groups: (1..=size.groups).map(group).collect(),
        security_profiles: (1..).zip(RIGHTS).map(|(id, rights)| security_profile(id, rights)).collect(),
        profiles: (1..=size.profiles).map(|id| profile(id, size, &mut dice)).collect(),
        roles: vec![],
        grants: vec![],
        tombstones: vec![],
        devices,
        allow: vec![],
        marks: vec![],
        next: NextIds::default(),
    }
}

/// A question: a user, a managed profile, an act.
pub type Question = (UserId, ProfileId, Action);

/// Questions of which about half are allowed: every second is put by somebody who shares a group with the profile, and asks
/// for what his rights allow.
#[must_use]
pub fn questions(facts: &Directory, size: Size, count: usize) -> Vec<Question> {
    let mut dice = Dice::new(77_777);
    let mut members = vec![Vec::new(); size.groups as usize + 1];
    for user in facts.users() {
        user.groups.iter().for_each(|group| members.get_mut(group.index()).unwrap().push(user.id));
    }
    let pick = |dice: &mut Dice, from: u32| 1 + dice.below(from);
    let mut question = |at: usize| {
        let profile = facts.profile_by_id(ProfileId(pick(&mut dice, size.profiles))).unwrap();
        let group = profile.groups.get(dice.below(u32::try_from(profile.groups.len()).unwrap()) as usize).unwrap();
        let sharing = members.get(group.index()).unwrap();
        let user = match at % 2 {
            0 => UserId(pick(&mut dice, size.users)),
            _ => *sharing.get(dice.below(u32::try_from(sharing.len()).unwrap()) as usize).unwrap(),
        };
        let rights = facts.security_profile(facts.user(user).unwrap().security_profile.unwrap()).unwrap().rights;
        let wanted = |act: &Action| at.is_multiple_of(2) || act.right().is_none_or(|right| rights.has(right));
        let acts: Vec<Action> = Action::ALL.into_iter().filter(wanted).collect();
        (user, profile.id, *acts.get(dice.below(u32::try_from(acts.len()).unwrap()) as usize).unwrap())
    };
    (0..count).map(&mut question).collect()
}

/// The GUID of a managed profile.
#[must_use]
pub fn guid(id: ProfileId) -> Guid {
    Guid::from_bytes(*Hash::of(&id.0.to_le_bytes()).as_bytes().first_chunk().unwrap())
}

/// What the installation of a user calls itself.
#[must_use]
pub fn installation(id: UserId) -> InstallationId {
    InstallationId::from_bytes(*Hash::of(&id.0.to_be_bytes()).as_bytes().last_chunk().unwrap())
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn tree(branches: usize, dice: &mut Dice) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    let mut above = vec![None];
    for level in 0..=LEVELS {
        let branches = if level == 0 { 1 } else { branches };
        let mut here = Vec::new();
        for parent in above.iter().flat_map(|parent| std::iter::repeat_n(*parent, branches)) {
            let id = AccountId(u32::try_from(accounts.len()).unwrap() + 1);
            let standing = if level == LEVELS && dice.below(50) == 0 { Standing::Disabled } else { Standing::Active };
            let kind = match level {
                0 => Kind::Organisation(Level::Reseller),
                LEVELS => Kind::Backup,
                _ => Kind::Organisation(Level::EndCustomer),
            };
            let life = Life { standing, deletion: None };
            accounts.push(Account { life, stamp: 1, ..Account::new(id, parent, name(&format!("unit {}", id.0)), kind) });
            here.push(Some(id));
        }
        above = here;
    }
    accounts
}

fn user(id: u32, leaves: &[AccountId], size: Size, dice: &mut Dice) -> User {
    let leaf = *leaves.get(dice.below(u32::try_from(leaves.len()).unwrap()) as usize).unwrap();
    User {
        id: UserId(id),
        account: if id == 1 { AccountId::ROOT } else { leaf },
        name: name(&format!("user {id}")),
        description: Text::default(),
        disabled: false,
        built_in: false,
        roles: if id == 1 { RoleSet::NONE.with(Role::Superuser) } else { RoleSet::NONE },
        security_profile: Some(SecurityProfileId(1 + dice.below(8))),
        groups: dice.some(size.groups_of_a_user, size.groups),
        stamp: 1,
    }
}

fn device(id: u32, user: &User) -> Device {
    Device {
        id: DeviceId(id),
        account: user.account,
        user: user.id,
        installation: installation(UserId(id)),
        computer: format!("pc-{id}"),
        program: "bench".to_owned(),
        enrolled: Timestamp::default(),
        stamp: 1,
    }
}

fn group(id: u32) -> Group {
    Group {
        id: GroupId(id),
        account: AccountId::ROOT,
        name: name(&format!("group {id}")),
        description: Text::default(),
        stamp: 1,
    }
}

fn security_profile(id: u32, rights: u32) -> SecurityProfile {
    SecurityProfile {
        id: SecurityProfileId(id),
        account: AccountId::ROOT,
        name: name(&format!("rights {id}")),
        description: Text::default(),
        rights: RightSet::from_bits(rights),
        built_in: false,
        stamp: 1,
    }
}

fn profile(id: u32, size: Size, dice: &mut Dice) -> ManagedProfile {
    ManagedProfile {
        id: ProfileId(id),
        account: AccountId::ROOT,
        guid: guid(ProfileId(id)),
        name: name(&format!("profile {id}")),
        description: Text::default(),
        version: 1,
        revision: 1,
        body: Hash::of(b"body"),
        size: 4,
        schedule: None,
        import_schedule: false,
        delete: dice.below(50) == 0,
        groups: dice.some(size.groups_of_a_profile, size.groups),
        uploaded_by: name("admin"),
        uploaded_at: Timestamp::default(),
        stamp: 1,
    }
}
