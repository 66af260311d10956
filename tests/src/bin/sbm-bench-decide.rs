//! What decisions cost on the server's directory, beside hand-written code that answers the same questions in the same run.
//!
//! Prints rows for `tests/bench.sh`: name, measured, unit, bound, met. What is compared takes turns, a batch of questions
//! each; a figure is the middle of its batches.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "the comparison is written the way one writes it by hand, and a bench fails by panicking"
)]

use std::alloc::System;
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use sbm_core::account::AccountState;
use sbm_core::directory::command::UserPatch;
use sbm_core::directory::{Actor, Command, Directory, Subject, plan};
use sbm_core::id::{AccountId, Guid, InstallationId, UserId};
use sbm_core::name::Name;
use sbm_core::permission::{Action, Context, Decision, Effect, Resource};
use sbm_core::time::Timestamp;
use sbm_tests::enterprise::{Question, Size, guid, installation, questions, rows};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SIZE: Size = Size {
    branches: 4,
    users: 10_000,
    devices: 10_000,
    groups_of_a_user: 8,
    groups: 1_000,
    profiles: 5_000,
    groups_of_a_profile: 3,
};
const MANY: Size = Size {
    branches: 4,
    users: 100_000,
    devices: 100_000,
    groups_of_a_user: 8,
    groups: 10_000,
    profiles: 20_000,
    groups_of_a_profile: 3,
};
const QUESTIONS: usize = 400_000;
const BATCH: usize = 1_000;

fn main() {
    let facts = Directory::new(rows(SIZE));
    let questions = questions(&facts, SIZE, QUESTIONS);
    let by_hand = ByHand::new(&facts);
    let keys: Vec<Keys> = questions.iter().map(|question| Keys::new(&facts, *question)).collect();
    for (question, keys) in questions.iter().zip(&keys) {
        let (user, profile, action) = *question;
        let expected =
            Subject::new(&facts, facts.user(user).unwrap()).decide(action, Resource::Managed(guid(profile)), &Context::default());
        assert_eq!(facts.decide_by_id(user, profile, action), expected);
        assert_eq!(keys.ask(&facts), expected);
        assert_eq!(by_hand.may(*question), expected.effect == Effect::Allow, "{question:?} {expected:?}");
        assert_eq!(by_hand.may_by_keys(keys), expected.effect == Effect::Allow);
    }
    let allowed = questions.iter().filter(|question| by_hand.may(**question)).count();
    eprintln!("{} of {QUESTIONS} questions are allowed", allowed);

    let [dense, hand] = middles([&mut |at| u64::from(ask(&facts, questions[at]).effect == Effect::Allow), &mut |at| {
        u64::from(by_hand.may(questions[at]))
    }]);
    ratio_row("decide_dense", dense, hand, 2.0);
    let [by_guid, hand] = middles([&mut |at| u64::from(keys[at].ask(&facts).effect == Effect::Allow), &mut |at| {
        u64::from(by_hand.may_by_keys(&keys[at]))
    }]);
    ratio_row("decide_guid", by_guid, hand, 1.5);

    let counted = Region::new(ALLOCATOR);
    for (question, keys) in questions.iter().zip(&keys) {
        black_box((ask(&facts, *question), keys.ask(&facts)));
    }
    let allocations = counted.change().allocations;
    row("decide_allocations", &allocations.to_string(), "allocations", "0", allocations == 0);

    explained(&facts, &questions);
    change_visible();
}

fn ask(facts: &Directory, (user, profile, action): Question) -> Decision {
    facts.decide_by_id(black_box(user), black_box(profile), black_box(action))
}

/// A question by what it is called outside.
struct Keys {
    account: AccountId,
    installation: InstallationId,
    guid: Guid,
    action: Action,
}

impl Keys {
    fn new(facts: &Directory, (user, profile, action): Question) -> Self {
        let account = facts.user(user).unwrap().account;
        Self { account, installation: installation(user), guid: guid(profile), action }
    }

    fn ask(&self, facts: &Directory) -> Decision {
        facts.decide_for(black_box(self.account), black_box(&self.installation), black_box(&self.guid), black_box(self.action))
    }
}

/// The same facts in flat arrays, asked without a branch: a bit for each group, and a walk up the tree.
struct ByHand {
    groups: Vec<[u64; 16]>,
    rights: Vec<u32>,
    accounts: Vec<u32>,
    parents: Vec<u32>,
    acts: Vec<u32>,
    shared: Vec<[u16; 3]>,
    roots: Vec<u32>,
    marked: Vec<bool>,
    users_by_key: HashMap<[u8; 16], u32>,
    profiles_by_key: HashMap<[u8; 16], u32>,
}

const EVERY_ACT: u32 = 0xffe;
/// In the bits of the acts' numbers: what needs no entitlement to be asked, since each right has its act's number.
const RUNS: u32 = 1 << Action::RunManually as u32 | 1 << Action::RunScheduled as u32;

impl ByHand {
    fn new(facts: &Directory) -> Self {
        let mut new = Self {
            groups: vec![[0; 16]],
            rights: vec![0],
            accounts: vec![0],
            parents: vec![0],
            acts: vec![0],
            shared: vec![[0; 3]],
            roots: vec![0],
            marked: vec![true],
            users_by_key: HashMap::new(),
            profiles_by_key: HashMap::new(),
        };
        for user in facts.users() {
            let mut bits = [0; 16];
            user.groups.iter().for_each(|group| bits[group.index() / 64] |= 1 << (group.0 % 64));
            new.groups.push(bits);
            let rights = facts.security_profile(user.security_profile.unwrap()).unwrap().rights.bits();
            let acts = if rights & 1 != 0 { EVERY_ACT } else { rights & EVERY_ACT };
            new.rights.push(acts | 1 << Action::RunScheduled as u32);
            new.accounts.push(user.account.0);
            new.users_by_key.insert(*installation(user.id).as_bytes(), user.id.0);
        }
        for account in 1..facts.next().account {
            let row = facts.account(AccountId(account)).unwrap();
            new.parents.push(row.parent.map_or(0, |parent| parent.0));
            new.acts.push(if row.state() == AccountState::Active { EVERY_ACT } else { EVERY_ACT & !RUNS });
        }
        for profile in facts.profiles() {
            new.shared.push([0, 1, 2].map(|at| u16::try_from(profile.groups[at].0).unwrap()));
            new.roots.push(profile.account.0);
            new.marked.push(profile.delete);
            new.profiles_by_key.insert(*profile.guid.as_bytes(), profile.id.0);
        }
        new
    }

    fn may(&self, (user, profile, action): Question) -> bool {
        self.may_at(black_box(user).index(), black_box(profile).index(), black_box(action))
    }

    fn may_by_keys(&self, keys: &Keys) -> bool {
        let user = self.users_by_key[black_box(keys.installation.as_bytes())];
        let profile = self.profiles_by_key[black_box(keys.guid.as_bytes())];
        self.may_at(user as usize, profile as usize, black_box(keys.action))
    }

    #[inline]
    fn may_at(&self, user: usize, profile: usize, action: Action) -> bool {
        let bits = &self.groups[user];
        let mut shares = 0;
        for group in self.shared[profile] {
            shares |= bits[usize::from(group >> 6) & 15] >> (group & 63);
        }
        let account = self.accounts[user];
        let mut root = account;
        while self.parents[root as usize] != 0 {
            root = self.parents[root as usize];
        }
        let entitled = shares & u64::from(root == self.roots[profile]) & u64::from(!self.marked[profile]);
        let acts = self.rights[user] & self.acts[account as usize] & 0_u32.wrapping_sub((entitled & 1) as u32);
        acts >> (action as u32) & 1 == 1
    }
}

/// Nanoseconds a question for each of those who take turns.
fn middles<const N: usize>(mut asked: [&mut dyn FnMut(usize) -> u64; N]) -> [f64; N] {
    let mut samples = [const { Vec::new() }; N];
    for from in (0..QUESTIONS).step_by(BATCH) {
        for (samples, ask) in samples.iter_mut().zip(&mut asked) {
            let start = Instant::now();
            let mut allowed = 0;
            for at in from..from + BATCH {
                allowed += ask(at);
            }
            black_box(allowed);
            samples.push(start.elapsed().as_secs_f64() * 1e9 / BATCH as f64);
        }
    }
    samples.map(middle)
}

fn middle(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// A decision with its reason in words: not in the hot way, but nobody should have to wait for it.
fn explained(facts: &Directory, questions: &[Question]) {
    let samples = questions.chunks(BATCH).take(40).map(|some| {
        let start = Instant::now();
        for (user, profile, action) in some {
            let subject = Subject::new(facts, facts.user(*user).unwrap());
            black_box(subject.explain(*action, Resource::Managed(guid(*profile)), &Context::default()));
        }
        start.elapsed().as_secs_f64() * 1e9 / some.len() as f64
    });
    row("decide_explained", &format!("{:.0}", middle(samples.collect())), "ns", "none", true);
}

/// From the command to the first decision that sees it: a user joins a group, or leaves it, in a directory of 100,000 users.
fn change_visible() {
    let mut facts = Directory::new(rows(MANY));
    let asked = |facts: &Directory, user: UserId, guid: &Guid| {
        facts.decide(user, Action::RunScheduled, Resource::Managed(*guid)).effect == Effect::Allow
    };
    let admin = Actor::user(UserId(1), "127.0.0.1".to_owned());
    let mut samples = Vec::new();
    for round in 0..2_001_u32 {
        let user = UserId(2 + round * 37 % (MANY.users - 1));
        let row = facts.user(user).unwrap();
        if facts.account(row.account).unwrap().state() != AccountState::Active {
            continue;
        }
        let hidden = facts
            .profiles()
            .skip(round as usize)
            .find(|profile| !profile.delete && !profile.groups.iter().any(|group| row.groups.contains(group)));
        let profile = hidden.unwrap();
        let group: Name = facts.group(profile.groups[0]).unwrap().name.clone();
        let patch = UserPatch { add_groups: vec![group], ..UserPatch::default() };
        let command = Command::ModifyUser { name: row.name.to_string(), patch, phc: None };
        let guid = profile.guid;
        assert!(!asked(&facts, user, &guid));
        let start = Instant::now();
        let planned = plan(&facts, &admin, &command, Timestamp::default()).unwrap();
        let next = facts.apply(facts.revision() + 1, &planned.changes);
        let sees = asked(&next, user, &guid);
        samples.push(start.elapsed().as_secs_f64() * 1e6);
        assert!(sees);
        facts = next;
    }
    let micros = middle(samples);
    row("change_visible", &format!("{micros:.1}"), "us", "50, at 100,000 users", micros <= 50.0);
}

fn ratio_row(name: &str, measured: f64, by_hand: f64, most: f64) {
    let bound = format!("{most} x by hand ({by_hand:.1} ns)");
    row(name, &format!("{measured:.1}"), "ns", &bound, measured <= most * by_hand);
}

fn row(name: &str, measured: &str, unit: &str, bound: &str, met: bool) {
    let met = if bound == "none" {
        "-"
    } else if met {
        "yes"
    } else {
        "no"
    };
    println!("{name}\t{measured}\t{unit}\t{bound}\t{met}");
}
