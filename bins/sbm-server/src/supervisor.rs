//! What the operating system's supervisor says to the server, and hears from it.
//!
//! 1. SIGTERM and SIGINT stop it: no new connections, running requests end within `limits.stop_seconds`, what is in memory is
//!    written behind. A second one ends it at once.
//! 2. SIGHUP makes it read the operator's certificate again. One that cannot be used leaves what is in use.
//! 3. systemd is told when it answers, when it reads again and when it stops. Without systemd nobody is told.
//! 4. On Windows the console's events stop it, or the service control manager does, which also has it read again
//!    (`sc control NAME paramchange`) and is told of its stages.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
pub mod windows;

use std::future::Future;

#[cfg(unix)]
pub use unix::Signals;
#[cfg(windows)]
pub use windows::Signals;

use crate::server::Reload;

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

/// Tells whoever started the server, if he wants to know: systemd, or the service control manager.
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
    #[cfg(windows)]
    windows::tell(stage);
    #[cfg(not(any(target_os = "linux", windows)))]
    let _ = stage;
}
