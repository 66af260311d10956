//! Ends calls from another thread: what waits for a server gives up within a moment.
//!
//! 1. [`Cancel::now`] ends the acts that began before it and no act that begins after it: a number is raised, and each
//!    [`Act`] of a client compares it with the one it began under. Where none is under way there is nothing to end, and
//!    [`Cancel::is_idle`] finds that out without a lock.
//! 2. A call that waits on a socket wakes because the socket is shut down; one that connects looks every few milliseconds.
//! 3. The look-up of a name is the operating system's; it is not interrupted, and nothing is connected to after it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sbm_core::code::Code;

use super::{Flow, HttpRequest, HttpResponse, Transport, TransportError};

thread_local! {
    /// Under which number the act on this thread began; the connections that it makes ask for it.
    static BEGAN: Cell<Option<u64>> = const { Cell::new(None) };
}

/// What ends the calls of one client.
#[derive(Debug, Default)]
pub struct Cancel {
    number: AtomicU64,
    /// How many acts are under way.
    acts: AtomicUsize,
    sockets: Mutex<Sockets>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct Sockets {
    open: BTreeMap<u64, TcpStream>,
    next: u64,
    /// How many threads wait for the bell.
    pausing: usize,
}

impl Cancel {
    /// Ends every act under way.
    pub fn now(&self) {
        // No act begins while this goes on: a socket that it uses again is not shut down under it.
        let sockets = self.sockets();
        self.number.fetch_add(1, Ordering::AcqRel);
        for socket in sockets.open.values() {
            // One that is closed already has ended its call by itself.
            let _closed = socket.shutdown(Shutdown::Both);
        }
        // Nobody waits as a rule, and to ring for nobody is a system call.
        if sockets.pausing > 0 {
            self.bell.notify_all();
        }
    }

    /// Whether no act is under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.acts.load(Ordering::Acquire) == 0
    }

    /// Begins an act.
    #[must_use]
    pub fn begin(self: &Arc<Self>) -> Act {
        self.acts.fetch_add(1, Ordering::AcqRel);
        let _nobody_ends = self.sockets();
        Act { cancel: Arc::clone(self), number: self.number.load(Ordering::Acquire) }
    }

    /// Whether what began under that number was ended since.
    fn is_over(&self, began: u64) -> bool {
        self.number.load(Ordering::Acquire) != began
    }

    /// Whether the act on this thread was ended. Outside of any act, nothing is.
    pub(super) fn is_over_here(&self) -> bool {
        BEGAN.get().is_some_and(|began| self.is_over(began))
    }

    /// Waits that long, or until something is ended.
    pub(super) fn pause(&self, at_most: Duration) {
        let mut sockets = self.sockets();
        if !self.is_over_here() {
            sockets.pausing += 1;
            let (mut sockets, _) = self.bell.wait_timeout(sockets, at_most).unwrap_or_else(PoisonError::into_inner);
            sockets.pausing -= 1;
        }
    }

    /// From now on that socket is shut down when calls are ended.
    pub(super) fn watch(self: &Arc<Self>, socket: &TcpStream) -> std::io::Result<Watched> {
        let copy = socket.try_clone()?;
        let mut sockets = self.sockets();
        let id = sockets.next;
        sockets.next += 1;
        sockets.open.insert(id, copy);
        Ok(Watched { cancel: Arc::clone(self), id })
    }

    fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One act of a client, which may take several calls; it can be ended as a whole until this is dropped.
#[derive(Debug)]
pub struct Act {
    cancel: Arc<Cancel>,
    number: u64,
}

impl Act {
    /// Whether it was ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.cancel.is_over(self.number)
    }
}

impl Drop for Act {
    fn drop(&mut self) {
        self.cancel.acts.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A socket that is shut down when calls are ended, until this is dropped.
#[derive(Debug)]
pub(super) struct Watched {
    cancel: Arc<Cancel>,
    id: u64,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.cancel.sockets().open.remove(&self.id);
    }
}

/// A way to a server for one act, which can be ended as a whole.
pub(crate) struct Cancellable {
    way: Arc<dyn Transport>,
    cancel: Arc<Cancel>,
    began: u64,
}

impl Cancellable {
    /// For that act.
    pub(crate) fn new(way: Arc<dyn Transport>, act: &Act) -> Self {
        Self { way, cancel: Arc::clone(&act.cancel), began: act.number }
    }

    fn during<T>(&self, call: impl FnOnce() -> Result<T, TransportError>) -> Result<T, TransportError> {
        if self.cancel.is_over(self.began) {
            return Err(cancelled());
        }
        let _here = Here(BEGAN.replace(Some(self.began)));
        // An answer that came is an answer, also when somebody ended the call while it was read.
        call().map_err(|error| if self.cancel.is_over(self.began) { cancelled() } else { error })
    }
}

impl Transport for Cancellable {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.during(|| self.way.send(request))
    }

    fn stream(&self, request: HttpRequest, flow: &mut dyn Flow) -> Result<HttpResponse, TransportError> {
        self.during(|| self.way.stream(request, flow))
    }
}

/// Puts back what was here before, also when a call panics.
struct Here(Option<u64>);

impl Drop for Here {
    fn drop(&mut self) {
        BEGAN.set(self.0);
    }
}

pub(super) fn cancelled() -> TransportError {
    TransportError::new(Code::Cancelled, Code::Cancelled.text())
}
