//! What a large tree of accounts costs, as rows of `make bench`: `sbm-bench-accounts SBM_SERVER`; `sbm-bench-accounts pages` for the
//! pages of history alone, `sbm-bench-accounts memory` for what is asked and changed in memory.
//!
//! 111,111 accounts at depth 6, 100,000 devices, 20,000 users, a policy and a quota on every account but the leaves. In memory
//! what is asked of it and one administrator's change, there and with ten times as many accounts; of the server its start and
//! what it holds resident with all that loaded. Of the store: pages of the history of such a tree.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "its rows go to the standard output")]

mod pages;

use std::hint::black_box;
use std::path::Path;
use std::process::{Child, Command as Program, Stdio};
use std::time::{Duration, Instant};

use sbm_core::account::life::Wish;
use sbm_core::account::policy::{Mode, Setting, all_effective, effective};
use sbm_core::account::quota::{Book, GB};
use sbm_core::account::tree::Kind;
use sbm_core::account::{AccountPath, Level, Policy, Quota};
use sbm_core::directory::rows::Account;
use sbm_core::directory::{Actor, Change, Command, Directory, Rows, plan};
use sbm_core::id::{AccountId, UserId};
use sbm_core::name::Name;
use sbm_core::permission::Resource;
use sbm_core::time::{DAY, Timestamp};
use sbm_core::wire::v1::admin::{AccountPatch, AccountsAct};
use sbm_server::store::{Commit, Committed, Sqlite, Store};
use sbm_tests::enterprise::{Size, guid, questions, rows};

const SIZE: Size = Size {
    branches: 10,
    users: 20_000,
    devices: 100_000,
    groups_of_a_user: 8,
    groups: 1_000,
    profiles: 5_000,
    groups_of_a_profile: 3,
};
/// A million and more accounts.
const MANY: Size = Size { branches: 16, ..SIZE };
const ASKED: usize = 200_000;
const BATCH: usize = 1_000;
const ROUNDS: usize = 7;

/// How many changes are put into one commit.
const AT_ONCE: usize = 20_000;

fn main() {
    let program = std::env::args().nth(1);
    let mut all = rows(SIZE);
    if program.as_deref() == Some("pages") {
        return pages::measure(&all);
    }
    if program.as_deref() != Some("memory") {
        pages::measure(&all);
    }
    hand_down(&mut all);
    let facts = Directory::new(all.clone());
    eprintln!("{} accounts", facts.accounts().count());
    asked(&facts);
    changed("with 111,111 accounts", &facts, 10.0);
    deleted(&facts);
    let mut many = rows(MANY);
    hand_down(&mut many);
    let facts = Directory::new(many);
    eprintln!("{} accounts", facts.accounts().count());
    changed("with 1,118,481 accounts", &facts, 50.0);
    drop(facts);
    if let Some(program) = program.filter(|program| program != "memory") {
        served(&program, all);
    }
}

/// A policy of four settings and a quota for every account that has others below it.
fn hand_down(all: &mut Rows) {
    let setting = |mode, value: &str| Setting { mode, value: Some(value.to_owned()) };
    let leaves = all.accounts.iter().rev().take_while(|account| account.kind.level().is_none()).count();
    let above = all.accounts.len() - leaves;
    for (at, account) in all.accounts.iter_mut().take(above).enumerate() {
        let settings = [
            ("start", setting(if at % 7 == 0 { Mode::Forced } else { Mode::Default }, "03:00")),
            ("keep", setting(Mode::Default, "30d")),
            ("colour", setting(Mode::Default, "red")),
            ("own", setting(Mode::Default, if at % 2 == 0 { "yes" } else { "no" })),
        ];
        account.policy = Policy::new(settings.map(|(name, setting)| (name.to_owned(), setting)).into()).unwrap();
        account.quota = Quota { hard: Some(500 * GB), soft: None };
    }
}

/// What is asked: a decision with the tightest room, what one setting is worth there, and the whole effective policy. The room
/// is that of `Book`, the core's own sums; the server reads its room in the database, where several servers count. A setting is
/// no part of a decision: it is the host program's, which finds it worked out in its list.
fn asked(facts: &Directory) {
    let book = book(facts);
    let questions = questions(facts, SIZE, ASKED);
    let decision = quietest(&questions, |(user, profile, act)| {
        let account = facts.account_of(*user).unwrap();
        black_box(facts.decide(*user, *act, Resource::Managed(guid(*profile))));
        black_box(book.room(account));
    });
    let hashing = quietest(&questions, |(_, profile, _)| {
        black_box(guid(*profile));
    });
    row("accounts: a decision with its account's room, at depth 6, p50", decision - hashing, "ns", 300.0);
    let setting = quietest(&questions, |(user, ..)| {
        black_box(effective(policies(facts, facts.account_of(*user).unwrap()), "start"));
    });
    row("accounts: what one setting comes to, at depth 6, p50", setting / 1e3, "us", 5.0);
    let policy = quietest(&questions, |(user, ..)| {
        black_box(all_effective(policies(facts, facts.account_of(*user).unwrap())));
    });
    row("accounts: the effective policy of one at depth 6, p50", policy / 1e3, "us", 5.0);
}

/// The median of the quietest of a few rounds, in nanoseconds: what a question waits for is memory, which others on the machine
/// use as well.
fn quietest<Q>(questions: &[Q], mut ask: impl FnMut(&Q)) -> f64 {
    let mut round = || middle(questions.chunks(BATCH).map(|some| timed(some.len(), || some.iter().for_each(&mut ask))));
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

/// The policies of an account and of those above it, the nearest first.
fn policies(facts: &Directory, account: AccountId) -> impl Iterator<Item = (AccountId, &Policy)> {
    facts.chain(account).map(|account| (account.id, &account.policy))
}

fn book(facts: &Directory) -> Book {
    let mut book = Book::default();
    for account in facts.accounts() {
        book.put_account(account.id, account.parent, account.quota);
    }
    for device in facts.devices() {
        book.report(device.id, device.account, 1, GB);
    }
    book
}

/// One administrator's change, from the command to the first decision that goes by it.
fn changed(name: &str, facts: &Directory, most: f64) {
    let admin = Actor::user(UserId(1), "127.0.0.1".to_owned());
    let mut facts = facts.clone();
    let leaves: Vec<AccountId> = facts.accounts().filter(|account| account.kind.level().is_none()).map(|leaf| leaf.id).collect();
    let samples = (0..2_001).map(|round: usize| {
        let id = *leaves.get(round * 7_919 % leaves.len()).unwrap();
        let account: AccountPath = facts.account_name(id).parse().unwrap();
        let quota = Some(Quota { hard: Some(GB * (round as u64 + 1)), soft: None });
        let command = Command::ModifyAccount { account, patch: AccountPatch { quota, ..AccountPatch::default() } };
        let begun = Instant::now();
        let planned = plan(&facts, &admin, &command, Timestamp::default()).unwrap();
        let next = facts.apply(facts.revision() + 1, &planned.changes);
        let seen = next.account(id).map(|account| account.quota);
        let took = begun.elapsed().as_secs_f64() * 1e6;
        assert_eq!(seen, quota);
        facts = next;
        took
    });
    let micros = middle(samples);
    row(&format!("accounts: one administrator's change, {name}, in memory, p50"), micros, "us", most);
}

/// As many organisations deleted in one act as may be; nobody else changes anything while it is worked out.
fn deleted(facts: &Directory) {
    let name = |number: u32| Name::new(&format!("closed {number}")).unwrap();
    let kind = Kind::Organisation(Level::EndCustomer);
    let most = u32::try_from(AccountsAct::MAX).unwrap();
    let rows = (0..most).map(|number| Account::new(AccountId(3_000_000 + number), Some(AccountId::ROOT), name(number), kind));
    let facts = facts.apply(facts.revision() + 1, &rows.map(Change::Account).collect::<Vec<_>>());
    let accounts = (0..most).map(|number| facts.account_name(AccountId(3_000_000 + number)).parse().unwrap()).collect();
    let command = Command::LiveAccounts { accounts, wish: Wish::Delete(Timestamp::from_millis(DAY)) };
    let admin = Actor::user(UserId(1), "127.0.0.1".to_owned());
    let begun = Instant::now();
    let planned = plan(&facts, &admin, &command, Timestamp::default()).unwrap();
    let took = begun.elapsed().as_secs_f64() * 1e3;
    assert_eq!(planned.changes.len(), AccountsAct::MAX);
    row("accounts: 1,000 organisations deleted in one act, in memory", took, "ms", 500.0);
}

/// The server's start with all that in its database, and what it holds resident then.
fn served(program: &str, all: Rows) {
    let directory = tempfile::tempdir().unwrap();
    drop(start(program, directory.path()));
    fill(&directory.path().join("data"), all);
    // The first start after that brings the database's own log back into it.
    drop(start(program, directory.path()));
    let begun = Instant::now();
    let server = start(program, directory.path());
    row(
        "accounts: start of the server, with 111,111 accounts, 100,000 devices, 20,000 users",
        begun.elapsed().as_secs_f64(),
        "s",
        3.0,
    );
    std::thread::sleep(Duration::from_millis(500));
    row("accounts: resident then", resident(server.0.id()), "MiB", 300.0);
}

fn fill(data: &Path, all: Rows) {
    let store = Sqlite::open(data).unwrap();
    let accounts = all.accounts.into_iter().map(Change::Account);
    let groups = all.groups.into_iter().map(Change::Group);
    // The first of each is the server's own.
    let profiles = all.security_profiles.into_iter().skip(1).map(Change::SecurityProfile);
    let users = all.users.into_iter().skip(1).map(|mut user| {
        user.security_profile = user.security_profile.filter(|id| id.0 > 1);
        Change::User(user)
    });
    let devices = all.devices.into_iter().filter(|device| device.user.0 > 1).map(Change::Device);
    put_all(&store, accounts.chain(groups).chain(profiles).chain(users).chain(devices).collect());
}

fn put_all(store: &dyn Store, changes: Vec<Change>) {
    for some in changes.chunks(AT_ONCE) {
        let based_on = store.revision().wait().unwrap();
        let commit = Commit { based_on, changes: some.to_vec(), ..Commit::default() };
        assert_eq!(store.commit(commit).wait(), Ok(Committed::At(based_on + 1)));
    }
}

/// A process that is killed when it is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the server and waits until it has written how to reach it, which it does when it answers.
fn start(program: &str, directory: &Path) -> Process {
    let connection = directory.join("data/connection");
    drop(std::fs::remove_file(&connection));
    let child = Program::new(program)
        .args(["--data-dir", "data", "--listen", "127.0.0.1:0"])
        .current_dir(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let process = Process(child.unwrap());
    while std::fs::read_to_string(&connection).map_or(true, |text| text.trim().is_empty()) {
        std::thread::sleep(Duration::from_millis(1));
    }
    process
}

fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1_024.0
}

fn timed(count: usize, work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64() * 1e9 / count as f64
}

fn middle(samples: impl Iterator<Item = f64>) -> f64 {
    let mut samples: Vec<f64> = samples.collect();
    samples.sort_by(f64::total_cmp);
    *samples.get(samples.len() / 2).unwrap()
}

fn row(name: &str, measured: f64, unit: &str, bound: f64) {
    let met = if measured <= bound { "yes" } else { "no" };
    println!("{name}\t{measured:.2}\t{unit}\t{bound}\t{met}");
}
