//! `sbm_worker`: the one thread that the library starts, when its host asks for it (PRO-8, OFF-8).

use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::sbm_client::core::code::Code;
use ::sbm_client::{Notice, Worker, WorkerConfig};

use crate::boundary;
use crate::client::sbm_client;
use crate::error::{Failure, sbm_error};
use crate::handle::Table;
use crate::handle::encoding::{Kind, LAST_GENERATION};
use crate::host::{UserData, sbm_destroy};
use crate::status::sbm_status;

/// A thread that keeps a client up to date. A pointer to it is a number, not an address: using it after sbm_worker_free(),
/// or freeing it twice, is SBM_STATUS_BAD_HANDLE.
///
/// Threads: any number at once. Since 0.1, SBM_ABI 2.
pub struct sbm_worker {
    _opaque: [u8; 0],
}

/// What stands behind the handle: the worker, until it is freed. Whoever frees it takes it out and waits for its thread;
/// left to the last call that uses the slot, which may be one of the worker's own callback, nobody would wait.
///
/// The lock is held for a moment and never while the host's code runs. A child of a fork does not get as far as this.
pub(crate) struct Running(Mutex<Option<Worker>>);

impl Running {
    fn open(&self) -> MutexGuard<'_, Option<Worker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The worker, for the one that frees it.
    pub(crate) fn take(&self) -> Option<Worker> {
        self.open().take()
    }
}

/// The running workers.
pub(crate) static WORKERS: Table<Running> = Table::new(Kind::Worker, LAST_GENERATION);

/// What a worker has to say. Since 0.1, SBM_ABI 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_notice {
    /// Another process, or the server, changed something: rights, standing, the list or the queue. Look again.
    Changed = 1,
    /// A check was made: why is SBM_OK, or why the server did not answer or refused.
    Synced = 2,
    /// A check could not be made: why tells what is wrong with the cache.
    Failed = 3,
}

/// Called by a worker, on its thread and under no lock. It only says "look": wake your own thread and let it call
/// sbm_client_next_change() and sbm_client_state(); calling them from here is allowed as well. It must return: not throw,
/// not longjmp. The floating-point state is the one of the thread that started the worker.
///
/// user_data: what was given with the callback. notice: one of SBM_NOTICE_*; a later library may have more of them. why: see
/// there. It cannot fail. Since 0.1, SBM_ABI 2.
pub type sbm_worker_callback = Option<unsafe extern "C" fn(user_data: *mut c_void, notice: sbm_notice, why: sbm_status)>;

/// What the worker tells, on its way to the host.
struct Messenger {
    callback: sbm_worker_callback,
    user: UserData,
}

impl Messenger {
    fn tell(&self, notice: &Notice) {
        let (notice, why) = match notice {
            Notice::Changed => (sbm_notice::Changed, Code::Ok),
            Notice::Synced(summary) => (sbm_notice::Synced, summary.why.unwrap_or(Code::Ok)),
            Notice::Failed(code) => (sbm_notice::Failed, *code),
            _ => return,
        };
        if let Some(callback) = self.callback {
            // SAFETY: C says that it may be called with its pointer from the worker's thread until `destroy` was called.
            self.user.during(|data| unsafe { callback(data, notice, why.number()) });
        }
    }
}

/// Starts a thread that checks with the server at once, unless a check of this installation is less than an hour old, then
/// every 54 to 60 minutes and whenever sbm_worker_sync_now() asks, later and later while it fails, and that notices within a
/// second what other processes of this installation did. Without it nothing happens by itself; a program with a loop of its
/// own may call sbm_client_sync_if_due() there instead. One is enough.
///
/// callback: NULL if you only want things to happen. user_data: handed to it. destroy: called once with user_data when it is
/// not needed any more, also if this call fails; NULL if there is nothing to do. out: the worker; stop it with
/// sbm_worker_free(). It keeps working when the client is freed; free it first. Delphi and Free Pascal: set IsMultiThread to
/// True before this call (Free Pascal on Unix: use the unit cthreads), and let no exception leave the callback.
///
/// Errors: SBM_STATUS_INTERNAL if the system gives no thread, SBM_STATUS_TOO_MANY_HANDLES. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_start_worker(
    client: *const sbm_client,
    callback: sbm_worker_callback,
    user_data: *mut c_void,
    destroy: sbm_destroy,
    out: *mut *mut sbm_worker,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // Read before the boundary puts it off.
    let user = UserData::new(user_data, destroy);
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let client = call.client(client)?;
            let messenger = Messenger { callback, user };
            let place = WORKERS.reserve().map_err(|code| Failure::handle(code, "worker"))?;
            let worker = client.client.start_worker(WorkerConfig::new(), move |notice| messenger.tell(&notice))?;
            out.set_handle(place.fill(Running(Mutex::new(Some(worker)))));
            Ok(())
        })
    }
}

/// Asks a worker to exchange profiles and history now. It returns at once; the callback tells when it is done. Offline:
/// works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_worker_sync_now(worker: *const sbm_worker, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let running = call.worker(worker)?;
            // Freed since it was looked up: then it is freed.
            running.open().as_ref().ok_or_else(|| Failure::handle(Code::BadHandle, "worker"))?.sync_now();
            Ok(())
        })
    }
}

/// Stops a worker: ends the exchange it is in, as sbm_client_cancel() does, and waits until its thread has ended, so hold
/// nothing that its callback waits for. Called from the callback itself it does not wait; the thread ends behind it. NULL is
/// fine. Answers SBM_STATUS_BAD_HANDLE if it is stopped already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE,
/// SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_worker_free(worker: *mut sbm_worker) -> sbm_status {
    // SAFETY: the pointer is C's.
    unsafe { boundary::call(std::ptr::null_mut(), |call| call.close_worker(worker)) }
}
