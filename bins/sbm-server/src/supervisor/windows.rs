//! Windows' console and its service control manager (DOOR-3).

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use windows_service::service::{ServiceControl, ServiceControlAccept, ServiceExitCode, ServiceState, ServiceStatus, ServiceType};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult, ServiceStatusHandle};

use super::{Stage, read_again};
use crate::server::Reload;

/// How long the service control manager waits for a start or a stop before it takes the server for hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// What somebody asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Stop,
    ReadAgain,
}

/// The service that this process is, if it is one.
static SERVICE: OnceLock<Service> = OnceLock::new();

struct Service {
    handle: ServiceStatusHandle,
    asked: Mutex<Option<UnboundedReceiver<Asked>>>,
}

/// What was asked for before anything else was done, so that nothing is missed.
#[derive(Debug)]
pub struct Signals {
    asked: UnboundedReceiver<Asked>,
}

impl Signals {
    /// Takes over what the service control manager asks, or the console's events where there is no service.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn take() -> std::io::Result<Self> {
        let of_service = SERVICE.get().and_then(|service| service.asked.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(Self { asked: of_service.map_or_else(of_console, Ok)? })
    }

    /// Ready when the server is asked to stop. Until then it reads again as often as it is asked to.
    pub async fn until_stop(mut self, reload: Reload) {
        while self.asked.recv().await == Some(Asked::ReadAgain) {
            read_again(&reload).await;
        }
        super::tell(Stage::Stopping);
        tracing::info!("stopping: running requests may end");
        tokio::spawn(async move {
            while let Some(asked) = self.asked.recv().await {
                if asked == Asked::Stop {
                    tracing::warn!("stopped at once: asked a second time");
                    std::process::exit(1);
                }
            }
        });
    }
}

/// Ctrl+C, Ctrl+Break, a window that is closed, and a system that goes down.
fn of_console() -> std::io::Result<UnboundedReceiver<Asked>> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
    let (sender, receiver) = unbounded_channel();
    let (mut interrupt, mut pause, mut close, mut shutdown) = (ctrl_c()?, ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
    tokio::spawn(async move {
        loop {
            let came = tokio::select! {
                came = interrupt.recv() => came,
                came = pause.recv() => came,
                came = close.recv() => came,
                came = shutdown.recv() => came,
            };
            if came.is_none() || sender.send(Asked::Stop).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// Makes this process the service of that name, which is starting.
///
/// # Errors
///
/// The service control manager's.
pub fn begin_service(name: &str) -> Result<(), windows_service::Error> {
    let (sender, receiver) = unbounded_channel();
    let handle = service_control_handler::register(name, move |control| answer(control, &sender))?;
    let service = Service { handle, asked: Mutex::new(Some(receiver)) };
    handle.set_service_status(status(ServiceState::StartPending, 0))?;
    // A process is one service at most.
    let _ = SERVICE.set(service);
    Ok(())
}

/// The service is over: all went well, or it failed.
pub fn end_service(well: bool) {
    set(status(ServiceState::Stopped, u32::from(!well)));
}

pub(super) fn tell(stage: Stage) {
    match stage {
        Stage::Ready => set(status(ServiceState::Running, 0)),
        Stage::Stopping => set(status(ServiceState::StopPending, 0)),
        Stage::Reloading => {}
    }
}

fn answer(control: ServiceControl, sender: &UnboundedSender<Asked>) -> ServiceControlHandlerResult {
    let asked = match control {
        ServiceControl::Stop | ServiceControl::Shutdown => Asked::Stop,
        ServiceControl::ParamChange => Asked::ReadAgain,
        ServiceControl::Interrogate => return ServiceControlHandlerResult::NoError,
        _ => return ServiceControlHandlerResult::NotImplemented,
    };
    // Nobody listens any more: it stops already.
    let _ = sender.send(asked);
    ServiceControlHandlerResult::NoError
}

fn set(status: ServiceStatus) {
    if let Some(Err(error)) = SERVICE.get().map(|service| service.handle.set_service_status(status)) {
        tracing::warn!(%error, "the service control manager could not be told");
    }
}

fn status(state: ServiceState, failure: u32) -> ServiceStatus {
    let is_under_way = matches!(state, ServiceState::StartPending | ServiceState::StopPending);
    ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state: state,
        controls_accepted: match state {
            ServiceState::Running => {
                ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN | ServiceControlAccept::PARAM_CHANGE
            }
            _ => ServiceControlAccept::empty(),
        },
        exit_code: match failure {
            0 => ServiceExitCode::NO_ERROR,
            code => ServiceExitCode::ServiceSpecific(code),
        },
        checkpoint: 0,
        wait_hint: if is_under_way { PATIENCE } else { Duration::ZERO },
        process_id: None,
    }
}
