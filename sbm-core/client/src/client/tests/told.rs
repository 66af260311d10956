//! What a client tells its log, and what it never tells.

use std::sync::Mutex;

use super::*;
use crate::log::{Level, Log};

#[derive(Default)]
struct Kept {
    lines: Mutex<Vec<(Level, String)>>,
    client: Mutex<Option<Client>>,
}

impl Log for Kept {
    fn log(&self, level: Level, message: &str) {
        // Under no lock: the client answers from inside its own log, what waits for the talker as well.
        if let Some(client) = &*self.client.lock().unwrap() {
            let _state = client.state();
            assert!(client.shared.try_talker().is_some(), "{message}");
        }
        self.lines.lock().unwrap().push((level, message.to_owned()));
    }
}

impl Kept {
    fn take(&self) -> Vec<(Level, String)> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }

    fn told(&self, words: &str) -> bool {
        self.take().iter().any(|(_, line)| line.contains(words))
    }
}

fn with_log(world: &World, level: Level) -> (Client, Arc<Kept>) {
    let kept = Arc::new(Kept::default());
    let client = Client::open(world.config().log(level, Arc::clone(&kept) as _)).unwrap();
    *kept.client.lock().unwrap() = Some(client.another());
    (client, kept)
}

/// The log holds the client, and the client the log.
fn let_go(kept: &Kept) {
    *kept.client.lock().unwrap() = None;
}

#[test]
fn what_a_client_does_is_told_in_sentences_and_no_secret_is_in_any_of_them_err_5() {
    const BODY: &[u8] = b"password=of-the-backup";
    let world = World::new();
    let (client, kept) = with_log(&world, Level::Debug);
    let mut all = kept.take();
    assert!(all[0].1.contains("which no server manages"), "{all:?}");
    let mut told = |words: &str| {
        let lines = kept.take();
        assert!(lines.iter().any(|(_, line)| line.contains(words)), "`{words}` is not in {lines:?}");
        all.extend(lines);
    };
    client.login(&Server::connection(), "carol", &Secret::new("a-wrong-password")).unwrap_err();
    told("the login of `carol` at");
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    told("done");
    world.server.facts().assign(1, BODY);
    client.sync().unwrap();
    told("synced: rights or profiles changed, 1 changes wait for the host");
    client.next_change().unwrap().unwrap().done().unwrap();
    told("the host took over `01010101010101010101010101010101`, revision 1");
    let run = client.begin_run(start(Trigger::Schedule, Some(1))).unwrap();
    told("of `finance` begins".replace("finance", "Finance").as_str());
    run.finish(end()).unwrap();
    told("is recorded as number 1: success");
    world.server.facts().down = Some(Code::Unreachable);
    client.sync().unwrap();
    told("the sync did not go through: the server cannot be reached (unreachable)");
    world.server.facts().down = None;
    world.server.facts().refuses = Some(Code::UserDisabled);
    client.sync().unwrap();
    told("the server refuses this installation: the user is disabled");
    client.begin_run(start(Trigger::Manual, None)).unwrap_err();
    told("may not begin");
    world.server.facts().refuses = None;
    client.sync().unwrap();
    told("online: the server answered");
    let act = client.began();
    client.cancel();
    drop(act);
    told("cancelled");
    client.logout().unwrap();
    told("the logout: done");
    let tokens = world.server.facts().tokens.clone();
    assert!(all.len() > 20, "{all:?}");
    for (level, line) in &all {
        assert!(*level <= Level::Debug && !line.contains('\n') && !line.ends_with('.'), "{line}");
        assert!(!line.starts_with(|first: char| first.is_uppercase()), "{line}");
        for secret in [PASSWORD, "a-wrong-password", "of-the-backup"] {
            assert!(!line.contains(secret), "{line}");
        }
        assert!(tokens.iter().all(|token| !line.contains(token.as_str())), "{line}");
    }
    let_go(&kept);
}

#[test]
fn a_level_is_the_most_talkative_one_that_is_told() {
    let mut counts = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Info, Level::Debug] {
        let world = World::new();
        let (client, kept) = with_log(&world, level);
        client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        world.server.facts().down = Some(Code::TimedOut);
        client.sync().unwrap();
        let lines = kept.take();
        assert!(lines.iter().all(|(told, _)| *told <= level), "{lines:?}");
        counts.push(lines.len());
        let_go(&kept);
    }
    assert!(counts[0] == 0 && counts.is_sorted_by(|less, more| less < more), "{counts:?}");
}

#[test]
fn why_a_cache_is_not_trusted_is_told_where_it_is_found_off_3() {
    let world = World::new();
    drop(world.logged_in());
    std::fs::write(world.directory.path().join("managed"), b"{}").unwrap();
    let (client, kept) = with_log(&world, Level::Warning);
    assert!(matches!(client.state().standing(), Connection::Floor(Code::CacheDamaged)));
    assert!(kept.told("cannot be trusted: the cache cannot be read or was changed"));
    let_go(&kept);
}

#[test]
fn what_a_full_outbox_gives_up_is_told_err_3() {
    let world = World::new();
    drop(world.logged_in());
    world.server.facts().down = Some(Code::Unreachable);
    let kept = Arc::new(Kept::default());
    let limits = crate::store::OutboxLimits::LEAST;
    let client = Client::open(world.config().outbox(limits).log(Level::Warning, Arc::clone(&kept) as _)).unwrap();
    for number in 1..=limits.records + 1 {
        assert!(!kept.told("given up"), "there is room for {number}");
        client
            .begin_run(start(Trigger::Schedule, None))
            .map(|run| run.finish(end()).unwrap())
            .unwrap_or_else(|error| panic!("{error}"));
    }
    assert!(kept.told("the outbox is full"));
}
