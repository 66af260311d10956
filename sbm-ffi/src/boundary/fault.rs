//! Panics stay inside: they are caught, and their text goes into the error instead of the host's output (ERR-2).

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

use ::sbm_client::core::code::Code;

use crate::error::Failure;

static HOOK: Once = Once::new();

thread_local! {
    /// How many calls from C this thread is inside of.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Where this thread panicked last. No destructor: one would keep an unloaded library in memory.
    static PLACE: Cell<Place> = const { Cell::new(Place { file: [0; 64], size: 0, line: 0 }) };
}

#[derive(Clone, Copy)]
struct Place {
    file: [u8; 64],
    size: usize,
    line: u32,
}

/// Runs `body`; a panic becomes a failure.
#[inline]
pub(super) fn catch<T>(body: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    if !HOOK.is_completed() {
        install();
    }
    DEPTH.set(DEPTH.get() + 1);
    // What `body` was changing is either gone with it or guarded by its own locks; nothing half-done is looked at here.
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    DEPTH.set(DEPTH.get() - 1);
    result.unwrap_or_else(|payload| Err(describe(payload)))
}

/// Whatever has to be done once is done now, so that no fork comes in the middle of it.
#[cfg(target_os = "linux")]
pub(crate) fn be_ready() {
    install();
}

/// Quiet inside a call, as it was outside: the library may be linked into a program that has panics of its own.
#[cold]
fn install() {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| if DEPTH.get() > 0 { PLACE.set(Place::of(info)) } else { before(info) }));
    });
}

#[cold]
fn describe(payload: Box<dyn Any + Send>) -> Failure {
    let text = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (None, Some(text)) => text.clone(),
        (None, None) => "no text".to_owned(),
    };
    // A payload of an unknown type could panic once more while it is dropped.
    if !payload.is::<&str>() && !payload.is::<String>() {
        std::mem::forget(payload);
    }
    let place = PLACE.get();
    Failure::new(Code::Panic, format!("a fault inside the library at {}: {text}; please report it", place.describe()))
}

impl Place {
    /// The file's own name is enough to find it, and says nothing about the machine it was built on.
    fn of(info: &PanicHookInfo<'_>) -> Self {
        let mut place = Self { file: [0; 64], size: 0, line: 0 };
        if let Some(location) = info.location() {
            let name = location.file().rsplit(['/', '\\']).next().unwrap_or_default();
            for (to, from) in place.file.iter_mut().zip(name.bytes()) {
                *to = from;
                place.size += 1;
            }
            place.line = location.line();
        }
        place
    }

    fn describe(&self) -> String {
        let file = self.file.get(..self.size).unwrap_or_default();
        format!("{}:{}", String::from_utf8_lossy(file), self.line)
    }
}
