//! What devices store, and the room that their runs reserve (ACC-5).

use sbm_core::account::quota::{MOST, Room};
use sbm_core::cache::{RoomNote, Signed};
use sbm_core::code::Code;
use sbm_core::directory::rows::Device;
use sbm_core::directory::{Directory, Place, Refusal, plan};
use sbm_core::id::{DeviceId, RunId};
use sbm_core::time::DAY;
use sbm_core::wire::v1::device::{Reservation, Stored};

use super::{Service, refusal, store_refusal};
use crate::store::quotas::{MOST_RUNS, Reserved};

/// How long room is kept for a run of which nobody hears. Its history is taken in whenever it comes.
const KEEP: i64 = 7 * DAY;

impl Service {
    /// A device says how many bytes it stores. An older word than the last changes nothing.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`] for more than anything stores, [`Code::DeviceRemoved`], and what the store says.
    pub async fn report_stored(&self, id: DeviceId, said: Stored) -> Result<(), Refusal> {
        let facts = self.facts();
        plan::check_machine(&facts, facts.device(id).ok_or(Code::DeviceRemoved)?)?;
        check(said.bytes)?;
        if said.number > MOST {
            return Err(refusal(
                Code::InvalidArgument,
                format!("the number {} is more than {MOST}; count up from 1", said.number),
            ));
        }
        self.store.report_stored(id, said.number, said.bytes).await.map_err(|error| store_refusal(&error))?;
        Ok(())
    }

    /// A run of that device is about to begin. What is over its quota refuses new data and never a restore. Asked again with
    /// another number, that is what it has; refused, it keeps what it had.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedQuota`] when there is less room, the code of how the account stands when it makes no backups, [`Code::InvalidArgument`], [`Code::DeviceRemoved`], and what the store
    /// says.
    pub async fn reserve(&self, id: DeviceId, wanted: Reservation) -> Result<(), Refusal> {
        let facts = self.facts();
        let device = facts.device(id).ok_or(Code::DeviceRemoved)?;
        plan::check_machine(&facts, device)?;
        // A client that has not heard of it yet is told so before its run begins (ACC-6, ACC-7, ACC-8).
        facts.account(device.account).ok_or(Code::DeviceRemoved)?.life.state().backs_up()?;
        check(wanted.bytes)?;
        let reserved = self.store.reserve(id, wanted.run, wanted.bytes, self.time_for_all()).await;
        match reserved.map_err(|error| store_refusal(&error))? {
            Reserved::Granted => Ok(()),
            Reserved::Full(room) => Err(full(device, room, wanted.bytes)),
            Reserved::TooMuch => Err(refusal(
                Code::DeniedQuota,
                format!(
                    "room is kept for other runs of this computer already, as much as may be, for at most {MOST_RUNS} at a time; end those first"
                ),
            )),
            Reserved::NoDevice => Err(Code::DeviceRemoved.into()),
        }
    }

    /// A run of that device did not begin, or does not go on: its room is free again. One that has none changes nothing.
    ///
    /// # Errors
    ///
    /// [`Code::DeviceRemoved`], [`Code::OtherMachine`], and what the store says.
    pub async fn give_back(&self, id: DeviceId, run: RunId) -> Result<(), Refusal> {
        let facts = self.facts();
        plan::check_machine(&facts, facts.device(id).ok_or(Code::DeviceRemoved)?)?;
        self.store.release(id, vec![run]).await.map_err(|error| store_refusal(&error))?;
        Ok(())
    }

    /// The device as a decision goes by it (DEC-4); none that is gone meanwhile.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn place_of(&self, facts: &Directory, device: &Device) -> Result<Option<Place>, Refusal> {
        let Some(above) = self.store.above(device.id).await.map_err(|error| store_refusal(&error))? else { return Ok(None) };
        let has_token = self.store.has_token(device.id, self.now()).await.map_err(|error| store_refusal(&error))?;
        // In the order in which a device is told.
        let is_disabled = facts.user(device.user).is_none_or(|user| user.disabled);
        let refused = match plan::check_machine(facts, device) {
            _ if !has_token => Some(Code::TokenRefused),
            Err(refused) if !is_disabled => Some(refused.code),
            _ => None,
        };
        Ok(Some(Place { account: device.account, room: above.room, refused }))
    }

    /// How much room is left for a device, signed; none where there is no quota (ACC-5).
    pub(super) async fn room_note(&self, facts: &Directory, device: &Device) -> Result<Option<Signed>, Refusal> {
        if !facts.has_quota(device.account) {
            return Ok(None);
        }
        let above = self.store.above(device.id).await.map_err(|error| store_refusal(&error))?.ok_or(Code::DeviceRemoved)?;
        let note = RoomNote {
            v: RoomNote::VERSION,
            epoch: facts.server().epoch,
            device: device.installation,
            bytes: above.room.map(|room| room.bytes),
            counted: above.counted,
            warns: above.warns,
            kept: above.kept,
        };
        self.keys.sign_room(&note).map(Some)
    }

    /// Room that was kept for runs of long ago is free again.
    pub(super) async fn drop_reservations(&self) -> Result<(), Refusal> {
        let now = self.time_to_delete_by().await?;
        let dropped = self.store.drop_reservations(now.plus(-KEEP)).await.map_err(|error| store_refusal(&error))?;
        if dropped > 0 {
            tracing::info!(dropped, "room was kept for runs that nobody heard of again; it is free");
        }
        Ok(())
    }
}

fn check(bytes: u64) -> Result<(), Refusal> {
    if bytes <= MOST {
        return Ok(());
    }
    Err(refusal(Code::InvalidArgument, format!("{bytes} bytes are more than anything stores; say at most {MOST}")))
}

/// What decides above one's own account is told without name and figure (DEC-3).
fn full(device: &Device, room: Room, wanted: u64) -> Refusal {
    let told = if room.decided_by == device.account {
        format!("{} bytes of the account's quota are left, and the run expects to store {wanted}", room.bytes)
    } else {
        "there is no room left for new data, and this is set above your account".to_owned()
    };
    refusal(Code::DeniedQuota, format!("{told}; delete old backups, or ask for more room"))
}
