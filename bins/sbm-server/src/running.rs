//! Whether servers run on a database that is about to be changed under them.
//!
//! 1. A server that ended without a word is watched for as long as its lease could last, by this machine's steady clock;
//!    whoever makes it longer meanwhile runs. Who was found to be gone is not watched again.
//! 2. Nothing of it hangs on a clock that can be set ([`Sightings`]).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use sbm_core::directory::Refusal;

use crate::service::refusal;
use crate::service::sightings::{Sightings, Standing};
use crate::store::servers::{LEASE, Servers};

/// How often a server is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// What is told that a server is watched; where it breaks off, so does the work.
pub type Wait<'w> = dyn FnMut() -> Result<(), Refusal> + 'w;

/// Which servers were found on a database, and since when.
#[derive(Debug)]
pub struct Watch {
    sightings: Mutex<Sightings>,
    opened: Instant,
}

impl Default for Watch {
    fn default() -> Self {
        Self { sightings: Mutex::default(), opened: Instant::now() }
    }
}

impl Watch {
    /// Refuses while a server is running on the database, which has that name. `wait` is told of one that has to be watched
    /// for a moment.
    ///
    /// # Errors
    ///
    /// [`Code::StoreLocked`], and what the database says.
    pub fn refuse_running<S: Servers + ?Sized>(&self, store: &S, name: &str, wait: &mut Wait<'_>) -> Result<(), Refusal> {
        let span = store.lease().unwrap_or(LEASE);
        let mut sightings = self.sightings.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_told = false;
        loop {
            let asked = self.opened.elapsed();
            let members = store.members().wait().map_err(|error| refusal(error.code(), error.to_string()))?;
            sightings.look(&members, asked, self.opened.elapsed(), span);
            let standing = |wanted: Standing| members.iter().find(|server| sightings.standing(&server.id) == wanted);
            if let Some(server) = standing(Standing::Lives) {
                let message = format!("a server on `{}` uses `{name}`; stop every server of it first", server.name);
                return Err(refusal(Code::StoreLocked, message));
            }
            if standing(Standing::Unknown).is_none() {
                return Ok(());
            }
            if !std::mem::replace(&mut is_told, true) {
                wait()?;
            }
            std::thread::sleep(LOOK);
        }
    }
}
