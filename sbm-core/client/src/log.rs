//! What the client did and why, told to its host's log.
//!
//! 1. Noted wherever it happens, told when the call is over: never under a lock, on the thread of the call, or the worker's.
//! 2. Each message is one sentence in lower case. Passwords, tokens and the content of profiles are never in one (ERR-5).
//! 3. What nobody listens to is not even put into words.
//! 4. What a call from inside the log does is not logged, on whichever client: it would never end.
//! 5. Each client has pages of its own. So a child after a fork finds none that a thread of its parent was writing on.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most characters of a message.
const MAX_MESSAGE: usize = 1_000;

/// How much a message matters. Greater is more talkative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i32)]
pub enum Level {
    /// Something failed that somebody must see to.
    Error = 1,
    /// Something is not as it should be, and work goes on.
    Warning = 2,
    /// What the client did.
    Info = 3,
    /// Each request and connection besides.
    Debug = 4,
}

impl Level {
    /// The level with that number.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Error),
            2 => Some(Self::Warning),
            3 => Some(Self::Info),
            4 => Some(Self::Debug),
            _ => None,
        }
    }
}

/// Where messages go. Called by any thread that calls the client, also by several at once.
pub trait Log: Send + Sync {
    /// Takes a message. It should be quick: the call that it tells of waits for it.
    fn log(&self, level: Level, message: &str);
}

/// What a client has to tell; cheap to copy, and nothing at all without a log.
#[derive(Clone, Default)]
pub(crate) struct Journal(Option<Arc<Inner>>);

struct Inner {
    level: Level,
    sink: Arc<dyn Log>,
    pages: Mutex<Vec<Page>>,
}

/// What the call on one thread has to tell so far.
struct Page {
    thread: usize,
    depth: usize,
    lines: Vec<(Level, String)>,
}

/// A call under way; what it noted is told when this is dropped.
#[must_use = "it tells when it is dropped, so it must be the first to be made"]
pub(crate) struct Telling(Option<Arc<Inner>>);

impl Journal {
    pub(crate) fn new(level: Level, sink: Arc<dyn Log>) -> Self {
        Self(Some(Arc::new(Inner { level, sink, pages: Mutex::default() })))
    }

    /// The same log with pages of its own. A lock that was held at a fork stays held in the child for ever, so a client must
    /// not use one of the configuration's, which other clients had.
    pub(crate) fn apart(&self) -> Self {
        self.0.as_ref().map_or_else(Self::default, |inner| Self::new(inner.level, Arc::clone(&inner.sink)))
    }

    /// A call begins. Made before any lock is taken, so that it is dropped behind all of them.
    pub(crate) fn begin(&self) -> Telling {
        if let Some(inner) = &self.0 {
            let thread = here();
            let mut pages = inner.pages();
            match pages.iter_mut().find(|page| page.thread == thread) {
                Some(page) => page.depth += 1,
                None => pages.push(Page { thread, depth: 1, lines: Vec::new() }),
            }
        }
        Telling(self.0.clone())
    }

    /// Keeps a message for the end of the call on this thread.
    pub(crate) fn note<T: Into<Cow<'static, str>>>(&self, level: Level, message: impl FnOnce() -> T) {
        let Some(inner) = self.0.as_ref().filter(|inner| level <= inner.level && !IS_TELLING.get()) else { return };
        let message = fit(&message().into());
        let thread = here();
        if let Some(page) = inner.pages().iter_mut().find(|page| page.thread == thread) {
            page.lines.push((level, message));
        }
    }

    /// Whether messages of that level are wanted, for what is only to be found out in order to tell it.
    pub(crate) fn wants(&self, level: Level) -> bool {
        self.0.as_ref().is_some_and(|inner| level <= inner.level)
    }
}

impl Inner {
    fn pages(&self) -> MutexGuard<'_, Vec<Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        let Some(inner) = self.0.take() else { return };
        let thread = here();
        let lines = {
            let mut pages = inner.pages();
            let Some(page) = pages.iter_mut().find(|page| page.thread == thread) else { return };
            page.depth -= 1;
            if page.depth > 0 {
                return;
            }
            page.depth = 1;
            std::mem::take(&mut page.lines)
        };
        let _told = Told { inner: &inner, thread, was_telling: IS_TELLING.replace(true) };
        // A log that panics while something else does would end the process.
        if !std::thread::panicking() {
            for (level, line) in lines {
                inner.sink.log(level, &line);
            }
        }
    }
}

/// Takes the page away when all is told, also when the log panics.
struct Told<'a> {
    inner: &'a Inner,
    thread: usize,
    was_telling: bool,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        IS_TELLING.set(self.was_telling);
        self.inner.pages().retain(|page| page.thread != self.thread);
    }
}

thread_local! {
    /// Whether a log is being told something on this thread.
    static IS_TELLING: Cell<bool> = const { Cell::new(false) };
}

/// This thread, among those that live. No destructor: one would keep an unloaded library in memory.
fn here() -> usize {
    thread_local! {
        static HERE: Cell<u8> = const { Cell::new(0) };
    }
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

/// One line of bounded length: servers and proxies have a say in what is told of them.
fn fit(message: &str) -> String {
    message.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Journal").field(&self.0.as_ref().map(|inner| inner.level)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<Vec<(Level, String)>>);

    impl Log for Kept {
        fn log(&self, level: Level, message: &str) {
            self.0.lock().unwrap().push((level, message.to_owned()));
        }
    }

    fn journal(level: Level) -> (Journal, Arc<Kept>) {
        let kept = Arc::new(Kept::default());
        (Journal::new(level, Arc::clone(&kept) as _), kept)
    }

    #[test]
    fn what_is_noted_is_told_when_the_outermost_call_is_over_and_in_order() {
        let (journal, kept) = journal(Level::Info);
        let outer = journal.begin();
        journal.note(Level::Info, || "one");
        let inner = journal.begin();
        journal.note(Level::Error, || format!("two\nlines {}", "x".repeat(2_000)));
        drop(inner);
        assert!(kept.0.lock().unwrap().is_empty(), "a lock may still be held");
        drop(outer);
        let told = kept.0.lock().unwrap();
        assert_eq!(told[0], (Level::Info, "one".to_owned()));
        assert!(told[1].1.starts_with("two lines x") && told[1].1.len() == MAX_MESSAGE);
    }

    #[test]
    fn what_nobody_listens_to_is_not_put_into_words() {
        let (journal, kept) = journal(Level::Warning);
        let call = journal.begin();
        journal.note(Level::Info, || -> String { panic!("it is not wanted") });
        Journal::default().note(Level::Error, || -> String { panic!("there is no log") });
        drop(call);
        assert!(kept.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_log_that_calls_the_client_is_not_told_of_it_for_ever() {
        struct Caller(Mutex<Option<Journal>>, Mutex<usize>);
        impl Log for Caller {
            fn log(&self, _: Level, _: &str) {
                *self.1.lock().unwrap() += 1;
                let journal = self.0.lock().unwrap().clone().unwrap();
                let call = journal.begin();
                journal.note(Level::Error, || "again");
                drop(call);
            }
        }
        let caller = Arc::new(Caller(Mutex::default(), Mutex::default()));
        let journal = Journal::new(Level::Debug, Arc::clone(&caller) as _);
        *caller.0.lock().unwrap() = Some(journal.clone());
        for told in 1..=3 {
            let call = journal.begin();
            journal.note(Level::Info, || "once");
            drop(call);
            assert_eq!(*caller.1.lock().unwrap(), told);
        }
        *caller.0.lock().unwrap() = None;
    }

    /// A log that opens a client with its own configuration each time it is told something.
    #[test]
    fn a_log_that_opens_clients_is_not_told_of_them_for_ever() {
        struct Opener(Mutex<Option<Journal>>, Mutex<usize>);
        impl Log for Opener {
            fn log(&self, _: Level, _: &str) {
                *self.1.lock().unwrap() += 1;
                let journal = self.0.lock().unwrap().as_ref().unwrap().apart();
                let call = journal.begin();
                journal.note(Level::Error, || "opened");
                drop(call);
            }
        }
        let opener = Arc::new(Opener(Mutex::default(), Mutex::default()));
        let journal = Journal::new(Level::Debug, Arc::clone(&opener) as _);
        *opener.0.lock().unwrap() = Some(journal.clone());
        for told in 1..=3 {
            let call = journal.begin();
            journal.note(Level::Info, || "once");
            drop(call);
            assert_eq!(*opener.1.lock().unwrap(), told);
        }
        *opener.0.lock().unwrap() = None;
    }

    /// What a child after a fork finds: the lock of the configuration's pages is held by a thread that is not there.
    #[test]
    fn a_client_waits_for_no_lock_that_its_configuration_s_pages_have() {
        let (journal, kept) = journal(Level::Info);
        let inner = Arc::clone(journal.0.as_ref().unwrap());
        let _held = inner.pages();
        let own = journal.apart();
        let call = own.begin();
        own.note(Level::Info, || "opened");
        drop(call);
        assert_eq!(kept.0.lock().unwrap().len(), 1);
        assert!(Journal::default().apart().0.is_none());
    }

    #[test]
    fn threads_tell_their_own() {
        let (journal, kept) = journal(Level::Info);
        let here = journal.begin();
        journal.note(Level::Info, || "here");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let there = journal.begin();
                journal.note(Level::Info, || "there");
                drop(there);
            });
        });
        assert_eq!(kept.0.lock().unwrap().iter().map(|line| line.1.as_str()).collect::<Vec<_>>(), ["there"]);
        drop(here);
        assert_eq!(kept.0.lock().unwrap().len(), 2);
    }
}
