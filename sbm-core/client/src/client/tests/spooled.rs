//! Runs from files in a folder: each once, whoever dies when; and nothing that lies there is followed, waited for or lost
//! (HIS-1, HIS-3).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sbm_core::time::SECOND;

use super::*;
use crate::spool::{Look, MAX_BAD, STANDS, Spool};
use crate::store::MemoryStore;

/// A folder, and the client whose runs lie there, in one kind of cache.
struct Desk {
    world: World,
    spool: tempfile::TempDir,
    memory: Option<Arc<MemoryStore>>,
    plain: bool,
}

impl Desk {
    fn new(memory: bool, plain: bool) -> Self {
        let memory = memory.then(|| Arc::new(MemoryStore::new().unwrap()));
        let desk = Self { world: World::new(), spool: tempfile::tempdir().unwrap(), memory, plain };
        // A moment at which the times of the files can be.
        desk.world.pass(1_795_000_000_000);
        desk.open().login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        desk
    }

    fn all() -> Vec<Self> {
        vec![Self::new(true, false), Self::new(false, !cfg!(feature = "sqlite")), Self::new(false, true)]
    }

    /// Opens the cache as a new process.
    fn open(&self) -> Client {
        let config = self.world.config().plain_files(self.plain);
        match &self.memory {
            Some(memory) => {
                memory.restart();
                Client::with_store(config, Arc::clone(memory) as _).unwrap()
            }
            None => Client::open(config).unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.spool.path().join(name)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Looks with a folder and a client of its own.
    fn look(&self) -> Look {
        Spool::open(self.spool.path()).unwrap().look(&self.open()).unwrap()
    }

    /// The names of the profiles that the next process finds in its outbox.
    fn recorded(&self) -> Vec<String> {
        let client = self.open();
        let records = client.shared.store.outbox(1_000, false).unwrap();
        assert!(records.iter().all(|record| record.check().is_ok() && record.user == "carol" && record.computer == "pc"));
        let mut names: Vec<String> = records.into_iter().map(|record| record.start.profile.name).collect();
        names.sort();
        names
    }

    /// What lies in the folder and its folders, without what it keeps for itself.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        for folder in ["", "taking", "bad"] {
            let Ok(entries) = fs::read_dir(self.path(folder)) else { continue };
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            found.extend(names.map(|name| Path::new(folder).join(name).display().to_string()));
        }
        found.retain(|name| !["taking", "bad", "taking/lock"].contains(&name.as_str()));
        found.sort();
        found
    }
}

fn run(name: &str) -> String {
    format!(
        r#"{{"profile":{{"name":"{name}"}},"result":"success","profile_start":"2026-11-17T20:00:00Z","end":"2026-11-17T21:00:00+00:30"}}"#
    )
}

#[test]
fn each_file_is_a_run_once_and_what_is_no_business_of_the_folder_stays_his_1() {
    for desk in Desk::all() {
        for name in ["b.json", "a.JSON", "ü ö.json"] {
            desk.put(name, run(name));
        }
        for name in ["c.json.tmp", ".hidden.json", "readme.txt", "json", ".json"] {
            desk.put(name, run("none"));
        }
        let look = desk.look();
        assert_eq!((look.recorded, look.set_aside.len(), look.unfinished, look.more), (3, 0, 0, false));
        assert_eq!(desk.look(), Look::default());
        assert_eq!(desk.recorded(), ["a.JSON", "b.json", "ü ö.json"]);
        assert_eq!(desk.files(), [".hidden.json", ".json", "c.json.tmp", "json", "readme.txt"]);
        // The same name again is another run.
        desk.put("b.json", run("again"));
        assert_eq!(desk.look().recorded, 1);
        assert_eq!(desk.recorded().len(), 4);
        let client = desk.open();
        assert_eq!(client.sync().unwrap().history_sent, 4);
        assert_eq!(desk.world.server.facts().runs.len(), 4);
    }
}

#[test]
fn an_agent_killed_between_every_two_steps_loses_and_doubles_no_run_his_1_his_3() {
    for mut desk in Desk::all() {
        let (mut deaths, mut step) = (0, 0);
        loop {
            // Each time a fresh cache, so that what is counted is of this round.
            desk = Desk::new(desk.memory.is_some(), desk.plain);
            for name in ["one", "two", "three"] {
                desk.put(&format!("{name}.json"), run(name));
            }
            desk.put("wrong.json", r#"{"colour": 1}"#);
            let died = Spool::open(desk.spool.path()).unwrap().dying_before(step).look(&desk.open()).is_err();
            let (before, what) = (desk.recorded(), format!("died before step {step}"));
            let left = desk.files();
            assert!(
                before.len() + left.iter().filter(|name| !name.contains("wrong")).count() >= 3,
                "{what}: one is lost: {left:?}"
            );
            let look = desk.look();
            assert!(look.troubles.is_empty() && !look.more, "{what}: {look:?}");
            assert_eq!(desk.recorded(), ["one", "three", "two"], "{what}");
            assert_eq!(desk.files(), ["bad/wrong.json", "bad/wrong.json.reason.txt"], "{what}");
            if !died {
                break;
            }
            (deaths, step) = (deaths + 1, step + 1);
        }
        // Five steps for a run, three for what is set aside.
        assert_eq!(deaths, 3 * 5 + 3);
    }
}

#[test]
fn a_cache_that_cannot_be_written_keeps_the_claim_and_the_next_look_goes_on_his_1() {
    let desk = Desk::new(true, false);
    desk.put("one.json", run("one"));
    let (client, memory) = (desk.open(), desk.memory.clone().unwrap());
    let mut spool = Spool::open(desk.spool.path()).unwrap();
    memory.fail_after(Some(0));
    for _ in 0..2 {
        assert_eq!(spool.look(&client).unwrap_err().code(), Code::CacheUnwritable);
        assert!(desk.files()[0].ends_with("--one.json") && desk.files().len() == 1, "{:?}", desk.files());
    }
    memory.fail_after(None);
    assert_eq!(spool.look(&client).unwrap().recorded, 1);
    assert_eq!((desk.recorded(), desk.files().len()), (vec!["one".to_owned()], 0));
}

#[test]
fn a_run_is_judged_by_the_moment_of_its_claim_whatever_the_clock_says_later_his_1() {
    let desk = Desk::new(false, true);
    desk.put("one.json", run("one"));
    // Dies behind the record: the file stays, claimed.
    let died = Spool::open(desk.spool.path()).unwrap().dying_before(3).look(&desk.open());
    assert!(died.is_err() && desk.recorded() == ["one"]);
    // The clock is set back, so that the run would lie in the far future now.
    desk.world.pass(-1_000_000_000_000);
    let look = desk.look();
    assert_eq!((look.set_aside.len(), desk.recorded(), desk.files().len()), (0, vec!["one".to_owned()], 0));
}

#[test]
fn an_unmanaged_installation_takes_nothing_and_says_so_his_1_dec_6() {
    let desk = Desk { memory: Some(Arc::new(MemoryStore::new().unwrap())), ..Desk::new(true, false) };
    desk.put("one.json", run("one"));
    let client = desk.open();
    let refused = Spool::open(desk.spool.path()).unwrap().look(&client).unwrap_err();
    assert_eq!(refused.code(), Code::NotLoggedIn);
    assert!(refused.message().contains("wait for a login"), "{refused}");
    let id = client.new_run_id().unwrap();
    assert_eq!(client.record_run(id, start(Trigger::Manual, None), end()).unwrap_err().code(), Code::NotLoggedIn);
    assert_eq!(desk.files(), ["one.json"]);
}

#[test]
fn a_file_that_may_be_unfinished_is_judged_when_it_stood_a_while_and_holds_up_nobody() {
    let desk = Desk::new(true, false);
    let (client, mut spool) = (desk.open(), Spool::open(desk.spool.path()).unwrap());
    let whole = run("slow");
    desk.put("slow.json", &whole[..10]);
    desk.put("empty.json", "");
    desk.put("other.json", run("other"));
    let look = spool.look(&client).unwrap();
    assert_eq!((look.recorded, look.unfinished, look.set_aside.len()), (1, 2, 0));
    for end in 11..20 {
        // It grows, and is waited for again and again.
        desk.world.pass(STANDS - 1);
        desk.put("slow.json", &whole[..end]);
        let look = spool.look(&client).unwrap();
        let gone = look.set_aside.iter().map(|bad| bad.name.as_str()).collect::<Vec<_>>();
        assert!(!gone.contains(&"slow.json") && look.recorded == 0, "{end}: {look:?}");
    }
    assert!(desk.path("bad/empty.json").is_file(), "that one did not grow");
    desk.put("slow.json", &whole);
    assert_eq!(spool.look(&client).unwrap().recorded, 1);
    desk.put("never.json", &whole[..10]);
    assert_eq!(spool.look(&client).unwrap().unfinished, 1);
    desk.world.pass(STANDS - 1);
    assert_eq!(spool.look(&client).unwrap().unfinished, 1);
    desk.world.pass(1);
    let look = spool.look(&client).unwrap();
    assert_eq!(look.set_aside[0].name, "never.json");
    assert!(look.set_aside[0].reason.contains("is not one JSON object"), "{look:?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_set_aside_as_it_is_and_never_followed_or_waited_for() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let desk = Desk::new(true, false);
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("good");
    fs::write(&target, run("followed")).unwrap();
    symlink(&target, desk.path("link.json")).unwrap();
    symlink("/dev/zero", desk.path("endless.json")).unwrap();
    symlink("nowhere", desk.path("dangling.json")).unwrap();
    fs::create_dir(desk.path("folder.json")).unwrap();
    fs::write(desk.path("folder.json/inner.json"), run("inner")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(desk.path("pipe.json")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(desk.path("socket.json")).unwrap();
    let huge = fs::File::create(desk.path("huge.json")).unwrap();
    huge.set_len(1 << 40).unwrap();
    desk.put("nul.json", "{\"error\": \"\0\"}");
    desk.put("\u{1b}[2Jx\ny.json", r#"{"colour\n\u001b[2J": 1}"#);
    desk.put(&format!("{}.json", "n".repeat(250)), "[]");
    desk.put("good.json", run("good"));
    let (client, mut spool) = (desk.open(), Spool::open(desk.spool.path()).unwrap());
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..2 {
        let look = spool.look(&client).unwrap();
        assert_eq!(look.troubles, Vec::<String>::new());
        told.extend(look.set_aside.into_iter().map(|bad| (bad.name, bad.reason)));
        desk.world.pass(STANDS);
    }
    assert_eq!(desk.recorded(), ["good"]);
    let shortened = format!("{}.json", "n".repeat(120));
    for (name, reason) in [
        ("link.json", "it is a symbolic link; only plain files are taken"),
        ("endless.json", "it is a symbolic link; only plain files are taken"),
        ("dangling.json", "it is a symbolic link; only plain files are taken"),
        ("folder.json", "it is a directory; only plain files are taken"),
        ("pipe.json", "it is a pipe; only plain files are taken"),
        ("socket.json", "it is a socket; only plain files are taken"),
        ("huge.json", "the file has more than 65536 bytes"),
        ("nul.json", "the file is not one JSON object: control character"),
        ("_[2Jx_y.json", "the field `colour\u{fffd}\u{fffd}[2J` is not known"),
        (shortened.as_str(), "the file is `[]`; it is one JSON object"),
    ] {
        let kept = told.remove(name).unwrap_or_else(|| panic!("{name} is not among {told:?}"));
        assert!(kept.contains(reason), "{name}: {kept}");
        assert!(fs::symlink_metadata(desk.path("bad").join(name)).is_ok(), "{name}");
        assert_eq!(fs::read_to_string(desk.path("bad").join(format!("{name}.reason.txt"))).unwrap(), format!("{kept}\n"));
    }
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(fs::read_to_string(&target).unwrap(), run("followed"));
    assert_eq!(fs::read_to_string(desk.path("bad/folder.json/inner.json")).unwrap(), run("inner"));
    assert_eq!(fs::metadata(desk.path("bad")).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_name_that_is_taken_among_the_bad_ones_gets_a_number_and_a_full_folder_removes_nothing() {
    let desk = Desk::new(true, false);
    let (client, mut spool) = (desk.open(), Spool::open(desk.spool.path()).unwrap());
    for _ in 0..3 {
        desk.put("x.json", "[]");
        spool.look(&client).unwrap();
    }
    for name in ["x.json", "x-2.json", "x-3.json"] {
        assert!(desk.path("bad").join(name).is_file() && desk.path("bad").join(format!("{name}.reason.txt")).is_file(), "{name}");
    }
    for number in 3..MAX_BAD {
        fs::write(desk.path("bad").join(format!("{number}.json")), "").unwrap();
    }
    let mut spool = {
        drop(spool);
        Spool::open(desk.spool.path()).unwrap()
    };
    for name in ["y.json", "z.json"] {
        desk.put(name, "[]");
    }
    desk.put("good.json", run("good"));
    let look = spool.look(&client).unwrap();
    assert_eq!((look.recorded, look.set_aside.len(), look.troubles.len()), (1, 0, 1), "{look:?}");
    assert!(look.troubles[0].contains("stay where they are"), "{look:?}");
    assert_eq!(spool.look(&client).unwrap(), Look::default(), "it is told once");
    assert!(desk.path("y.json").is_file() && desk.path("z.json").is_file());
    for name in ["x.json", "x-2.json"] {
        fs::remove_file(desk.path("bad").join(name)).unwrap();
    }
    assert_eq!(spool.look(&client).unwrap().set_aside.len(), 2, "somebody made room");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_moved_is_told_once_and_holds_up_nobody() {
    let desk = Desk::new(true, false);
    let (client, mut spool) = (desk.open(), Spool::open(desk.spool.path()).unwrap());
    desk.put("a.json", "[]");
    desk.put("b.json", run("b"));
    // Nothing can be moved to where a file is: root may everything else.
    fs::remove_dir(desk.path("bad")).unwrap();
    desk.put("bad", "");
    let look = spool.look(&client).unwrap();
    assert_eq!((look.recorded, look.set_aside.len(), look.troubles.len()), (1, 0, 1), "{look:?}");
    assert!(look.troubles[0].starts_with("`a.json` is bad (the file is `[]`; it is one JSON object) and cannot be moved: "));
    for _ in 0..3 {
        assert_eq!(spool.look(&client).unwrap(), Look::default());
    }
    fs::remove_file(desk.path("bad")).unwrap();
    fs::create_dir(desk.path("bad")).unwrap();
    assert_eq!(spool.look(&client).unwrap().set_aside.len(), 1);
}

#[test]
fn one_look_does_a_bounded_piece_of_work_and_the_next_goes_on() {
    let desk = Desk::new(true, false);
    let (client, mut spool) = (desk.open(), Spool::open(desk.spool.path()).unwrap());
    for number in 0..600 {
        desk.put(&format!("{number:03}.json"), run("x"));
        desk.put(&format!("{number:03}.tmp"), "");
        desk.put(&format!("{number:03}.txt"), "");
    }
    let mut looks = Vec::new();
    loop {
        let look = spool.look(&client).unwrap();
        looks.push(look.recorded);
        if !look.more {
            break;
        }
        assert!(looks.len() < 20, "{looks:?}");
    }
    assert!(looks.iter().all(|taken| *taken <= 256) && looks.len() >= 3, "{looks:?}");
    assert_eq!((looks.iter().sum::<usize>(), desk.recorded().len()), (600, 600));
}

#[test]
fn what_lies_among_the_claimed_files_and_is_none_is_set_aside() {
    let desk = Desk::new(true, false);
    drop(Spool::open(desk.spool.path()).unwrap());
    let id = "019d0000000070008000000000000001";
    for name in ["x.json".to_owned(), "--x.json".into(), format!("{}--x.json", id.to_uppercase()), format!("{id}-x.json")] {
        desk.put(&format!("taking/{name}"), run("x"));
    }
    desk.put(&format!("taking/{id}--bad.json"), "{");
    let look = desk.look();
    assert_eq!((look.recorded, look.set_aside.len()), (0, 5), "{look:?}");
    assert!(desk.path("bad/bad.json").is_file());
    assert_eq!(desk.files().iter().filter(|name| name.starts_with("taking")).count(), 0);
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_may_write_needs_the_sticky_bit_and_what_it_keeps_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;

    let desk = Desk::new(true, false);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (bits, taken) in [
        (0o700, true),
        (0o755, true),
        (0o777, false),
        (0o770, false),
        (0o722, false),
        (0o1777, true),
        (0o1770, true),
        (0o3770, true),
    ] {
        mode(desk.spool.path(), bits);
        let opened = Spool::open(desk.spool.path());
        assert_eq!(opened.is_ok(), taken, "{bits:o}");
        if let Err(error) = opened {
            assert_eq!(error.code(), Code::ConfigInvalid);
            assert!(error.message().contains(&format!("(mode {bits:04o})")), "{error}");
        }
    }
    for folder in ["taking", "bad"] {
        mode(&desk.path(folder), 0o770);
        let error = Spool::open(desk.spool.path()).unwrap_err();
        assert!(error.code() == Code::ConfigInvalid && error.message().contains(folder), "{error}");
        fs::rename(desk.path(folder), desk.path("elsewhere")).unwrap();
        std::os::unix::fs::symlink("elsewhere", desk.path(folder)).unwrap();
        mode(&desk.path("elsewhere"), 0o700);
        let error = Spool::open(desk.spool.path()).unwrap_err();
        assert!(error.code() == Code::ConfigInvalid && error.message().contains("no directory"), "{error}");
        fs::remove_file(desk.path(folder)).unwrap();
        fs::rename(desk.path("elsewhere"), desk.path(folder)).unwrap();
    }
    let missing = desk.path("new/spool");
    let spool = Spool::open(&missing).unwrap();
    assert_eq!(fs::metadata(&missing).unwrap().permissions().mode() & 0o777, 0o700);
    let second = Spool::open(&missing).unwrap_err();
    assert_eq!(second.code(), Code::CacheBusy);
    assert!(second.message().contains("another process looks after"), "{second}");
    drop(spool);
    assert!(Spool::open(&missing).is_ok());
    assert_eq!(Spool::open(desk.path("bad/../taking/lock")).unwrap_err().code(), Code::CacheUnwritable);
}

#[test]
fn a_run_that_nobody_asked_about_is_recorded_with_what_is_known_here_his_1_his_4() {
    let world = World::new();
    world.pass(1_795_000_000_000);
    let client = world.logged_in();
    let id = client.new_run_id().unwrap();
    assert_eq!(id.made_at(), client.shared.now());
    world.server.facts().set_rights(RightSet::default());
    client.sync().unwrap();
    assert!(client.begin_run(start(Trigger::Manual, None)).is_err(), "it would be denied");
    world.pass(SECOND);
    for _ in 0..2 {
        assert_eq!(client.record_run(id, start(Trigger::Manual, None), end()).unwrap(), 1);
    }
    client.sync().unwrap();
    let facts = world.server.facts();
    let record = &facts.runs[&id];
    assert_eq!((record.user.as_str(), record.computer.as_str(), record.start.os_user.as_str()), ("carol", "pc", ""));
    assert_eq!((facts.runs.len(), record.sequence, record.finish.files_copied), (1, 1, 1));
}
