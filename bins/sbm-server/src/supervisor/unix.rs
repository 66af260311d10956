//! The signals of a Unix system.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Stage, read_again, tell};
use crate::server::Reload;

/// The signals that were asked for before anything else was done, so that none is missed.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Takes the signals over.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn take() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Ready when the server is asked to stop. Until then it reads again as often as it is asked to.
    pub async fn until_stop(mut self, reload: Reload) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hangup.recv() => read_again(&reload).await,
            }
        }
        tell(Stage::Stopping);
        tracing::info!("stopping: running requests may end");
        tokio::spawn(async move {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
            tracing::warn!("stopped at once: asked a second time");
            std::process::exit(1);
        });
    }
}
