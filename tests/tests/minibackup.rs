//! The example backup programs against a real server. Each of the eleven rights (USR-3) is given and withheld, online and
//! offline; what the programs do besides is in the modules.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "minibackup/connection.rs"]
mod connection;
#[path = "minibackup/damaged.rs"]
mod damaged;
#[path = "minibackup/delivery.rs"]
mod delivery;

use std::collections::BTreeMap;
use std::path::Path;

use sbm_client::admin::Admin;
use sbm_client::core::permission::{Action, Right, RightSet};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::{HistoryQuery, NewGroup, NewSecurityProfile};
use sbm_tests::fixture::{add_user, guid, name, upload};
use sbm_tests::minibackup::{Desk, programs};
use sbm_tests::server::TestServer;

/// Something that somebody does with the program, and how one sees that it was done.
struct Act {
    action: Action,
    arguments: &'static [&'static str],
    is_done: fn(&Desk) -> bool,
}

const MANAGED: &str = "Finance documents";

/// Every act that needs a right, done to a local profile, to the managed one, or to none. `OUT`, `IN` and `BACK` are paths.
const ACTS: [Act; 16] = [
    act(Action::Create, &["create", "fresh", "--source", "IN", "--dest", "OUT"], |desk| {
        exists(desk, "home/profiles/fresh.profile")
    }),
    act(Action::Delete, &["delete", "mine"], |desk| !exists(desk, "home/profiles/mine.profile")),
    act(Action::Delete, &["delete", MANAGED], |desk| !exists(desk, "home/profiles/Finance documents.profile")),
    act(Action::Modify, &["modify", "mine", "exclude=*.tmp"], |desk| has(desk, "home/profiles/mine.profile", "exclude=*.tmp")),
    act(Action::Modify, &["modify", MANAGED, "exclude=*.tmp"], |desk| {
        has(desk, "home/profiles/Finance documents.profile", "exclude=*.tmp")
    }),
    act(Action::Export, &["export", "mine", "OUT"], |desk| has(desk, "out.profile", "source=")),
    act(Action::Export, &["export", MANAGED, "OUT"], |desk| has(desk, "out.profile", "source=")),
    act(Action::Import, &["import", "IN"], |desk| has(desk, "home/profiles/in.profile", "source=")),
    act(Action::Rename, &["rename", "mine", "ours"], |desk| {
        exists(desk, "home/profiles/ours.profile") && !exists(desk, "home/profiles/mine.profile")
    }),
    act(Action::Rename, &["rename", MANAGED, "ours"], |desk| exists(desk, "home/profiles/ours.profile")),
    act(Action::ModifyGlobalSettings, &["set", "verbose=yes"], |desk| {
        // It is in force: the next run names each file.
        has(desk, "home/settings", "verbose=yes") && desk.ask(&["run", MANAGED, "--scheduled"]).is(0).out.contains("/today.txt\n")
    }),
    act(Action::ModifyLoginSettings, &["set-login", "only=somebody-else"], |desk| {
        // It is in force: this user is kept out.
        desk.ask(&["list"]).is(1).err.contains("for that user alone")
    }),
    act(Action::RunManually, &["run", "mine"], |desk| has(desk, "copies/today.txt", "what happened today")),
    act(Action::RunManually, &["run", MANAGED], |desk| has(desk, "copies/today.txt", "what happened today")),
    act(Action::Restore, &["restore", "mine", "BACK"], |desk| has(desk, "restored/yesterday.txt", "what happened yesterday")),
    act(Action::Restore, &["restore", MANAGED, "BACK"], |desk| has(desk, "restored/yesterday.txt", "what happened yesterday")),
];

const fn act(action: Action, arguments: &'static [&'static str], is_done: fn(&Desk) -> bool) -> Act {
    Act { action, arguments, is_done }
}

fn exists(desk: &Desk, path: &str) -> bool {
    desk.path(path).exists()
}

fn has(desk: &Desk, path: &str, words: &str) -> bool {
    std::fs::read_to_string(desk.path(path)).is_ok_and(|text| text.contains(words))
}

/// One of the 22 cases: a right that is given alone, or the only one that is withheld.
#[derive(Clone, Copy)]
struct Case {
    right: Right,
    is_given: bool,
}

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        Right::ALL.into_iter().flat_map(|right| [true, false].map(|is_given| Self { right, is_given }))
    }

    fn user(self) -> String {
        format!("{}-{}", if self.is_given { "with" } else { "without" }, self.right.name().replace('_', "-"))
    }

    /// Without all access there is nothing at all, so that every act is denied for want of it.
    fn rights(self) -> RightSet {
        match (self.is_given, self.right) {
            (true, right) => [right].into_iter().collect(),
            (false, Right::AllAccess) => RightSet::NONE,
            (false, withheld) => {
                Right::ALL.into_iter().filter(|right| *right != withheld && *right != Right::AllAccess).collect()
            }
        }
    }

    /// What this user tries: all of it where the right is all access, else what the right is for.
    fn acts(self) -> impl Iterator<Item = &'static Act> {
        ACTS.iter().filter(move |act| self.right == Right::AllAccess || act.action.right() == Some(self.right))
    }

    /// Tries it; gives how many runs must be in the history for it.
    fn try_at(self, desk: &Desk, caption: &str) -> Vec<Trigger> {
        let mut runs = Vec::new();
        for act in self.acts() {
            desk.furnish();
            let before = desk.files();
            let paths = BTreeMap::from([
                ("OUT", desk.text("out.profile")),
                ("IN", desk.text("in.profile")),
                ("BACK", desk.text("restored")),
            ]);
            let arguments: Vec<&str> = act.arguments.iter().map(|word| paths.get(word).map_or(*word, String::as_str)).collect();
            let told = desk.ask(&arguments);
            let what = format!("{} {}: {:?}\n{}{}", desk.user, caption, act.arguments, told.out, told.err);
            assert!(told.err.contains(&format!("minibackup ({}, {caption})", desk.user)), "{what}");
            if self.is_given {
                assert_eq!(told.status, 0, "{what}");
                assert!((act.is_done)(desk), "{what}");
                match act.action {
                    Action::RunManually => runs.push(Trigger::Manual),
                    Action::Restore => runs.push(Trigger::Restore),
                    Action::ModifyGlobalSettings => runs.push(Trigger::Schedule),
                    _ => {}
                }
            } else {
                let sentence = format!("`{}` may not {}", desk.user, act.action.phrase());
                assert_eq!(told.status, 3, "{what}");
                assert!(told.err.contains(&sentence) && told.err.contains(&format!("`{}`", act.action.name())), "{what}");
                assert!(before == desk.files(), "something was done all the same: {what}");
            }
        }
        // Nobody can withhold this one (USR-4).
        desk.furnish();
        desk.ask(&["run", MANAGED, "--scheduled"]).is(0);
        runs.push(Trigger::Schedule);
        runs
    }
}

fn staff(admin: &Admin) {
    admin.add_group(&NewGroup::new(name("Finance"))).unwrap();
    for case in Case::all() {
        let profile = NewSecurityProfile::new(name(&case.user()), case.rights());
        admin.add_security_profile(&profile).unwrap();
        add_user(admin, &case.user(), Some(&case.user()), &["Finance"]);
    }
    admin.upload_profile(&upload(b"source=/nowhere\ndest=/nowhere\n", 0)).unwrap();
    admin.assign_profile(&guid(), &[name("Finance")]).unwrap();
}

/// The triggers of every user's runs, as the server has them.
fn history(admin: &Admin) -> BTreeMap<String, Vec<Trigger>> {
    let mut runs: BTreeMap<String, Vec<Trigger>> = BTreeMap::new();
    let mut query = HistoryQuery { limit: Some(500), ..HistoryQuery::default() };
    loop {
        let page = admin.history(&query).unwrap();
        for run in page.items {
            runs.entry(run.record.user).or_default().push(run.record.start.trigger);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return runs,
        }
    }
}

/// Two tests rather than a loop, so that they run side by side.
fn obeys(program: &'static Path) {
    let (server, admin) = TestServer::claimed();
    staff(&admin);
    let mut expected = BTreeMap::new();
    let desks: Vec<(Case, Desk)> =
        Case::all().map(|case| (case, Desk::logged_in(program, &case.user(), server.connection()))).collect();
    assert_eq!(desks.len(), 22);
    for (case, desk) in &desks {
        expected.insert(desk.user.clone(), case.try_at(desk, "online"));
    }
    let stopped = server.stop();
    for (case, desk) in &desks {
        expected.get_mut(&desk.user).unwrap().extend(case.try_at(desk, "offline"));
    }
    let server = TestServer::restart(stopped);
    for (_, desk) in &desks {
        desk.ask(&["sync"]).is(0).says(" 0 waiting");
    }
    let mut arrived = history(&server.admin());
    for runs in expected.values_mut().chain(arrived.values_mut()) {
        runs.sort_unstable();
    }
    assert_eq!(arrived, expected, "each run once, and none of those that were denied");
}

#[test]
fn each_of_eleven_rights_is_obeyed_by_the_program_in_c_online_and_offline_usr_3_usr_4_off_1_dec_4() {
    obeys(programs()[0]);
}

#[test]
fn each_of_eleven_rights_is_obeyed_by_the_program_in_rust_online_and_offline_usr_3_usr_4_off_1_dec_4() {
    obeys(programs()[1]);
}

#[test]
fn each_of_eleven_rights_is_obeyed_by_the_program_in_pascal_online_and_offline_usr_3_usr_4_off_1_dec_4() {
    obeys(programs()[2]);
}
