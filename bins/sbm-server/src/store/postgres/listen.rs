//! Who listens for what other servers commit.
//!
//! A word that is lost, because the connection was, is made good by looking: after every new connection here, and twice a
//! second wherever somebody waits for a change.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::live::Live;
use super::outage::{Outage, chance};
use super::server::Server;
use super::settings::Purpose;
use crate::store::StoreError;
use crate::store::database::{Watch, directory};

/// The thread that listens; it ends when this is dropped.
pub(super) struct Listening {
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    pub(super) fn start(server: &Arc<Server>, outage: &Arc<Outage>, watch: Arc<Watch>) -> Result<Self, StoreError> {
        let stop = Arc::new(Notify::new());
        let listener = Listener { server: Arc::clone(server), outage: Arc::clone(outage), watch, stop: Arc::clone(&stop) };
        let thread = std::thread::Builder::new().name("sbm-store-listen".to_owned()).spawn(move || listener.run());
        Ok(Self { stop, thread: Some(thread.map_err(StoreError::unavailable)?) })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

struct Listener {
    server: Arc<Server>,
    outage: Arc<Outage>,
    watch: Arc<Watch>,
    stop: Arc<Notify>,
}

impl Listener {
    fn run(&self) {
        loop {
            let pause = match self.server.connect(Purpose::Listening) {
                Ok(live) => {
                    self.outage.is_over();
                    match self.listen(&live) {
                        Ok(()) => return,
                        Err(error) => {
                            tracing::warn!(%error, "nobody tells of changes any more; the database is looked at instead");
                            Duration::ZERO
                        }
                    }
                }
                Err(error) => self.outage.failed(Instant::now(), &error, chance()),
            };
            if self.is_stopped_within(pause) {
                return;
            }
        }
    }

    /// Until it is stopped; or until the connection is lost, with what became of it.
    fn listen(&self, live: &Live) -> Result<(), StoreError> {
        live.batch("LISTEN sbm_revision")?;
        self.watch.raise(directory::revision(live)?);
        while live.hear(self.stop.notified())?.is_some() {
            // Whoever gets in may tell anything: what counts is what the database has.
            self.watch.raise(directory::revision(live)?);
        }
        Ok(())
    }

    fn is_stopped_within(&self, pause: Duration) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let Ok(runtime) = runtime else { return true };
        runtime.block_on(async { tokio::time::timeout(pause, self.stop.notified()).await.is_ok() })
    }
}
