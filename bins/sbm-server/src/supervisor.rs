//! What the operating system's supervisor says to the server, and hears from it.
//!
//! 1. SIGTERM and SIGINT stop it: no new connections, running requests end within `limits.stop_seconds`, what is in memory is
//!    written behind. A second one ends it at once.
//! 2. SIGHUP makes it read the operator's certificate again. One that cannot be used leaves what is in use.
//! 3. systemd is told when it answers, when it reads again and when it stops. Without systemd nobody is told.

use std::future::Future;

use crate::server::Reload;

/// The signals that were asked for before anything else was done, so that none is missed.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Takes the signals over.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn take() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
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

#[cfg(not(unix))]
impl Signals {
    /// Takes the signals over.
    ///
    /// # Errors
    ///
    /// None here.
    pub fn take() -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Ready when the server is asked to stop.
    pub async fn until_stop(self, _reload: Reload) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        tracing::info!("stopping: running requests may end");
    }
}

/// Reads again, and tells the supervisor before and after.
pub fn read_again(reload: &Reload) -> impl Future<Output = ()> + Send + use<> {
    let reload = reload.clone();
    async move {
        tell(Stage::Reloading);
        match reload.now().await {
            Ok(true) => tracing::info!("the certificate was read again and is in use"),
            Ok(false) => tracing::info!("read again: nothing changed; settings are read at the start only"),
            Err(refused) => tracing::error!(code = refused.code.name(), "{}", refused.message),
        }
        tell(Stage::Ready);
    }
}

/// Where the server is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It answers.
    Ready,
    /// It reads again.
    Reloading,
    /// It was asked to stop.
    Stopping,
}

/// Tells systemd, if that started the server.
pub fn tell(stage: Stage) {
    #[cfg(target_os = "linux")]
    {
        use sd_notify::NotifyState;
        let told = match stage {
            Stage::Ready => sd_notify::notify(&[NotifyState::Ready]),
            Stage::Stopping => sd_notify::notify(&[NotifyState::Stopping]),
            Stage::Reloading => match NotifyState::monotonic_usec_now() {
                Ok(now) => sd_notify::notify(&[NotifyState::Reloading, now]),
                Err(error) => Err(error),
            },
        };
        if let Err(error) = told {
            tracing::warn!(%error, ?stage, "systemd could not be told");
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stage;
}
