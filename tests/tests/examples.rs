//! The examples of `examples/c`, `examples/cpp` and `examples/pascal`, which are tests: one table says what each task prints, in
//! whatever language, and what the server knows afterwards. With `SBM_WINDOWS` they are programs for Windows (`make windows`).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use sbm_client::admin::Admin;
use sbm_client::core::run::{RunResult, Trigger};
use sbm_client::core::wire::v1::admin::{HistoryQuery, HolderState, NewAccount, Run};
use sbm_tests::fixture::{GUID, PASSWORD, client_of, config, guid, office, take_over};
use sbm_tests::language::Language;
use sbm_tests::minibackup::top;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::system::System;
use serde_json::json;

/// A task: what its program finds, what it prints, and what must be true afterwards.
struct Task {
    name: &'static str,
    /// Whether `carol` logged in there before.
    logged_in: bool,
    /// Whether the managed profile was taken over there before.
    has_the_profile: bool,
    /// Who is given to it as user.
    user: &'static str,
    /// Whether the server is away while it runs.
    offline: bool,
    printed: &'static [&'static str],
    left: fn(&Admin, &Scene),
}

impl Task {
    const fn new(name: &'static str, printed: &'static [&'static str], left: fn(&Admin, &Scene)) -> Self {
        Self { name, logged_in: true, has_the_profile: false, user: "carol", offline: false, printed, left }
    }

    const fn for_a_new_installation(mut self) -> Self {
        self.logged_in = false;
        self
    }

    const fn with_the_managed_profile(mut self) -> Self {
        self.has_the_profile = true;
        self
    }

    const fn of_the_administrator(mut self) -> Self {
        self.user = "admin";
        self
    }

    const fn without_the_server(mut self) -> Self {
        self.offline = true;
        self
    }

    /// Compiles it in every language and runs each against a server of its own.
    fn holds(&self) {
        for language in Language::ALL {
            let scene = Scene::new(language, self);
            scene.runs(self);
        }
    }
}

/// A server, a computer and a program.
struct Scene {
    server: Option<TestServer>,
    stopped: Option<(Arc<tempfile::TempDir>, u16)>,
    connection: String,
    computer: tempfile::TempDir,
    program: PathBuf,
    language: Language,
}

impl Scene {
    fn new(language: Language, task: &Task) -> Self {
        let computer = tempfile::tempdir().unwrap();
        let program = computer.path().join("program");
        language.compile(&language.example(task.name), &program);
        let (server, admin) = TestServer::claimed();
        office(&admin);
        let scene = Self {
            connection: server.connection().to_string(),
            server: Some(server),
            stopped: None,
            computer,
            program,
            language,
        };
        if task.logged_in {
            scene.logs_in(task.has_the_profile);
        }
        scene
    }

    /// A cache is sealed to its machine; where the programs run on another one, it is they who make it.
    fn logs_in(&self, takes_over: bool) {
        if System::tested().is_this() {
            let client = client_of(self.server.as_ref().unwrap(), &self.directory());
            assert!(!takes_over || take_over(&client) == 1);
            return;
        }
        self.another("login");
        assert!(!takes_over || self.another("changes").contains("applied: 1"));
    }

    /// The server hears what waits here.
    fn syncs(&self) {
        if System::tested().is_this() {
            assert!(sbm_client::Client::open(config(&self.directory())).unwrap().sync().unwrap().online);
        } else {
            assert!(self.another("sync").contains("server: answered"));
        }
    }

    /// Compiles another of the examples, runs it here for `carol`, and gives what it printed.
    fn another(&self, name: &str) -> String {
        let program = self.computer.path().join(name);
        self.language.compile(&self.language.example(name), &program);
        self.run(&program, "carol")
    }

    fn directory(&self) -> PathBuf {
        self.computer.path().join("sbm")
    }

    fn takes_the_server_away(&mut self) {
        self.stopped = Some(self.server.take().unwrap().stop());
    }

    fn brings_it_back(&mut self) {
        self.server = Some(TestServer::restart(self.stopped.take().unwrap()));
    }

    fn runs(mut self, task: &Task) {
        if task.offline {
            self.takes_the_server_away();
        }
        self.prints(task.user, task.printed);
        if task.offline {
            self.brings_it_back();
        }
        (task.left)(&self.server.as_ref().unwrap().admin(), &self);
    }

    fn prints(&self, user: &str, lines: &[&str]) {
        let out = self.run(&self.program, user);
        assert_eq!(out.lines().collect::<Vec<_>>(), lines, "{:?}", self.language);
    }

    fn run(&self, program: &Path, user: &str) -> String {
        let system = System::tested();
        let output = system
            .command(program)
            .arg(system.path(&self.directory()))
            .args([self.connection.as_str(), user, if user == "admin" { ADMIN_PASSWORD } else { PASSWORD }])
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{:?}: {}\n{out}{err}", self.language, output.status);
        out.into_owned()
    }
}

fn history(admin: &Admin) -> Vec<Run> {
    admin.history(&HistoryQuery::default()).unwrap().items
}

fn no_runs(admin: &Admin, _: &Scene) {
    assert!(history(admin).is_empty());
}

#[test]
fn login_looks_at_the_server_and_locks_the_connection_usr_9() {
    Task::new(
        "login",
        &["server reachable: yes", "certificate confirmed: yes", "logged in: carol", "online: yes", "connection locked: yes"],
        |admin, _| assert_eq!(admin.devices().unwrap().len(), 1),
    )
    .for_a_new_installation()
    .holds();
}

#[test]
fn offline_goes_on_under_what_the_server_said_last_off_1() {
    Task::new(
        "offline",
        &[
            "state: offline, unreachable",
            "asked: yes, answered: no",
            "run by hand: allowed",
            "create: denied",
            "run 1: kept",
            "runs waiting: 1",
        ],
        |admin, scene| {
            assert!(history(admin).is_empty());
            scene.syncs();
            assert_eq!(history(admin).len(), 1);
        },
    )
    .without_the_server()
    .holds();
}

#[test]
fn permission_asks_and_explains_dec_4() {
    Task::new(
        "permission",
        &[
            "create: denied",
            "`carol` may not create profiles: the security profile `End user` does not have the right `create`",
            "reason: denied_right, rule: USR-3",
            "a way out: yes",
            "Finance documents: run allowed, delete denied",
        ],
        no_runs,
    )
    .with_the_managed_profile()
    .holds();
}

#[test]
fn sync_asks_when_it_is_due_and_when_it_is_told_to_pro_8() {
    Task::new(
        "sync",
        &[
            "tick 1: asked",
            "tick 2: not due",
            "server: answered",
            "changes waiting: 0, runs waiting: 0",
            "last contact: within a minute",
            "profile: Finance documents, revision 1",
        ],
        no_runs,
    )
    .with_the_managed_profile()
    .holds();
}

#[test]
fn changes_are_stored_before_they_are_answered_pro_8() {
    Task::new(
        "changes",
        &["install Finance documents, revision 1, 12 bytes", "applied: 1", "still waiting: 0"],
        |admin, scene| {
            let file = format!("{}.{GUID}", scene.directory().display());
            assert_eq!(fs::read_to_string(file).unwrap(), "revision one");
            let holders = admin.profile_holders(&guid()).unwrap();
            assert!(holders.len() == 1 && holders.iter().all(|holder| holder.state == HolderState::Installed));
        },
    )
    .holds();
}

#[test]
fn upload_gives_the_server_a_profile_and_overwrites_nobody_s_work_pro_2_pro_4() {
    Task::new(
        "upload",
        &["uploaded: revision 1", "the same again: revision 1", "changed: revision 2", "based on revision 1: stale"],
        |admin, _| {
            let profiles = admin.profiles().unwrap();
            assert!(profiles.iter().any(|profile| profile.name.as_str() == "Home folders" && profile.revision == 2));
        },
    )
    .of_the_administrator()
    .holds();
}

#[test]
fn run_is_in_the_history_as_the_host_told_it_his_1() {
    Task::new("run", &["runs: Finance documents", "run 1: finished", "runs waiting: 0"], |admin, _| {
        let runs = history(admin);
        assert_eq!(runs.len(), 1);
        for Run { record, .. } in runs {
            assert_eq!((record.user.as_str(), record.start.profile.guid), ("carol", Some(guid())));
            assert_eq!((record.finish.result, record.finish.files_copied), (RunResult::Warning, 42));
            assert_eq!((record.finish.files_failed, record.finish.bytes_failed), (1, 512));
        }
    })
    .with_the_managed_profile()
    .holds();
}

#[test]
fn outbox_keeps_what_the_server_cannot_hear_and_sends_it_later_his_3() {
    for language in Language::ALL {
        let task = Task::new("outbox", &[], no_runs);
        let mut scene = Scene::new(language, &task);
        scene.takes_the_server_away();
        scene.prints("carol", &["run 1: noted", "server: offline, runs waiting: 1"]);
        scene.prints("carol", &["run 2: noted", "server: offline, runs waiting: 2"]);
        scene.brings_it_back();
        scene.prints("carol", &["run 3: noted", "server: online, runs waiting: 0"]);
        let runs = history(&scene.server.as_ref().unwrap().admin());
        let sequences: BTreeSet<u64> = runs.iter().map(|run| run.record.sequence).collect();
        assert_eq!(sequences, BTreeSet::from([1, 2, 3]));
        assert!(runs.iter().all(|run| run.record.start.trigger == Trigger::Schedule && run.record.finish.files_copied == 7));
    }
}

#[test]
fn clock_of_the_host_is_asked_and_given_back_off_6() {
    Task::new("clock", &["clock in use: yes", "contact at a whole second: yes", "clock given back: once"], no_runs)
        .for_a_new_installation()
        .holds();
}

#[test]
fn log_of_the_host_hears_what_was_done_and_no_secret_err_5() {
    Task::new("log", &["log open", "logged in", "log closed", "something was told: yes"], |_, scene| {
        let log = fs::read_to_string(format!("{}.log", scene.directory().display())).unwrap();
        assert!(log.lines().count() >= 2 && !log.contains(PASSWORD), "{log}");
        // By its name, or by its number, as the language has it.
        let levels = ["error", "warning", "info", "debug", "1", "2", "3", "4"];
        for line in log.lines() {
            assert!(line.split_once(": ").is_some_and(|(level, _)| levels.contains(&level)), "{log}");
        }
    })
    .for_a_new_installation()
    .holds();
}

#[test]
fn worker_checks_at_once_and_when_it_is_asked_pro_8() {
    Task::new("worker", &["first check: ok", "asked for: ok", "to apply: Finance documents", "stopped: ok"], |admin, _| {
        let holders = admin.profile_holders(&guid()).unwrap();
        assert!(holders.iter().all(|holder| holder.state == HolderState::Fetched), "it was not answered");
    })
    .holds();
}

#[test]
fn error_handling_has_a_status_for_the_program_and_a_sentence_for_the_user_err_1() {
    Task::new(
        "error_handling",
        &[
            "configuration: ok",
            "client: ok",
            "nobody there: unreachable, again later: yes",
            "no connection string: bad_connection_string, again later: no",
            "wrong password: wrong_credentials, again later: no",
            "wrong GUID: invalid_guid, again later: no",
            "login: ok",
            "without details: invalid_argument",
        ],
        |admin, _| assert_eq!(admin.devices().unwrap().len(), 1),
    )
    .for_a_new_installation()
    .holds();
}

#[test]
fn shutdown_ends_what_goes_on_and_tells_of_it_his_1() {
    Task::new(
        "shutdown",
        &["worker: ok", "run 1: aborted", "client: ok", "thread: ended", "closed again: bad_handle"],
        |admin, scene| {
            scene.syncs();
            let runs = history(admin);
            assert!(runs.len() == 1 && runs.iter().all(|run| run.record.finish.result == RunResult::Aborted));
        },
    )
    .holds();
}

/// An account with a secret of its own, for one machine.
const PC: &str = "root>pc";
const SECRET: &str = "harbour lantern 58 dune";

impl Scene {
    /// The program on a folder of its own, with what its user types in; what it printed, if it went on to the end.
    fn asks(&self, folder: &str, typed: &str) -> Result<Vec<String>, String> {
        let system = System::tested();
        let mut child = system
            .command(&self.program)
            .arg(system.path(&self.computer.path().join(folder)))
            .args([self.connection.as_str(), PC, SECRET])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who is not asked reads nothing.
        drop(child.stdin.take().unwrap().write_all(typed.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        if output.status.success() { Ok(out.lines().map(str::to_owned).collect()) } else { Err(err) }
    }
}

#[test]
fn accounts_asks_before_a_machine_takes_an_account_over_and_keeps_to_what_is_handed_down_acc_11_acc_12_acc_5_acc_9_acc_3() {
    let task = Task::new("accounts", &[], no_runs).for_a_new_installation();
    for language in Language::ALL {
        let scene = Scene::new(language, &task);
        let admin = scene.server.as_ref().unwrap().admin();
        let content = json!({
            "account": PC, "secret": SECRET, "quota": { "hard": 1_000_000 },
            "about": { "branding": { "name": "Acme Backup" } },
            "policy": { "compression": { "mode": "forced", "value": "best" } },
        });
        admin.add_account(&serde_json::from_value::<NewAccount>(content).unwrap()).unwrap();
        let works = ["called: Acme Backup", "compression: best, forced", "room: enough"].map(str::to_owned).to_vec();
        assert_eq!(scene.asks("first", ""), Ok(works.clone()), "{language:?}: nobody is asked");
        for typed in ["", "no\n"] {
            let refused = scene.asks("second", typed).unwrap_err();
            assert!(refused.contains("and it is for one machine"), "{language:?}: {refused}");
        }
        assert_eq!(scene.asks("second", "yes\n"), Ok(works.clone()), "{language:?}");
        assert!(scene.asks("first", "no\n").unwrap_err().contains("is in use on"), "{language:?}");
        assert_eq!(scene.asks("first", "yes\n"), Ok(works), "{language:?}");
        // Nothing is lost, and what two machines stored is not counted twice.
        let account = admin.account(&PC.parse().unwrap()).unwrap();
        assert_eq!((history(&admin).len(), account.stored, admin.devices().unwrap().len()), (3, 4096, 2), "{language:?}");
    }
}

/// The names of a language's examples.
fn names(language: Language) -> BTreeSet<String> {
    let folder = top().join("examples").join(language.folder());
    assert!(folder.is_dir(), "{} is missing", folder.display());
    let paths = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == language.extension()));
    sources.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_task_is_there_in_every_language_in_at_most_80_lines() {
    let in_c = names(Language::C);
    let tests = include_str!("examples.rs");
    for task in &in_c {
        // `integration` is the page's; the tests of `include/README.md` run it.
        assert!(task == "integration" || tests.contains(&format!("\"{task}\",")), "{task} is not run by any test");
    }
    assert!(in_c.len() >= 14);
    for language in Language::ALL {
        assert_eq!(names(language), in_c, "{language:?}");
        for task in &in_c {
            let lines = fs::read_to_string(language.example(task)).unwrap().lines().count();
            assert!(lines <= 80, "{task} of {language:?} has {lines} lines");
        }
    }
}
