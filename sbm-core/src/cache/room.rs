//! How much room was left when the server was asked last (ACC-5): what a client goes by while it is offline.
//!
//! 1. It is signed like a head and travels beside it. It changes with every word of every device below a ceiling, and a head's
//!    number names one content; so the head only says that there is a quota, and what is left stands here.
//! 2. It says how many bytes of this very device are counted in it, so that the client knows what it stored since.
//! 3. Away from the server it only gets less: by what the device stored since, and by what its runs that go on expect to store
//!    beyond the room that the server keeps for them, which is taken off in it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::signed::{Domain, Signed, VerifyingKey};
use crate::code::Code;
use crate::id::InstallationId;

/// What is left below the quotas above one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomNote {
    /// The version of this form: 1.
    pub v: u32,
    /// The epoch of the key that signed it.
    pub epoch: u64,
    /// The installation it is for.
    pub device: InstallationId,
    /// Bytes of new data that still fit below the tightest ceiling; none where there are only soft quotas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// How many bytes this device stores by its last word that the server had then.
    pub counted: u64,
    /// A soft quota is reached, or a ceiling.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub warns: bool,
    /// How many bytes the server keeps for runs of this device; they are taken off `bytes`.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub reserved: u64,
}

impl RoomNote {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// Reads a note that one of these keys signed for that installation, in that epoch.
    ///
    /// # Errors
    ///
    /// The codes of a head: of its size, signature, form, device and epoch.
    pub fn verify(signed: &Signed, keys: &[VerifyingKey], epoch: u64, device: &InstallationId) -> Result<Self, Code> {
        let note: Self = super::read_json(signed.verify(Domain::Room, keys)?)?;
        if note.v != Self::VERSION {
            return Err(Code::UnknownCriticalFeature);
        }
        if note.device != *device {
            return Err(Code::HeadOtherDevice);
        }
        if note.epoch == epoch { Ok(note) } else { Err(Code::EpochJump) }
    }

    /// The bytes to sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        super::write_json(self)
    }

    /// What is left of it for a device that stores so many bytes now, if it knows, and whose runs that go on expect to store so
    /// many more; none without a ceiling. It is never more than the server would find.
    #[must_use]
    pub const fn left(&self, stored: Option<u64>, expected: u64) -> Option<u64> {
        let Some(bytes) = self.bytes else { return None };
        let grown = match stored {
            Some(stored) => stored.saturating_sub(self.counted),
            None => 0,
        };
        Some(bytes.saturating_sub(grown).saturating_sub(expected.saturating_sub(self.reserved)))
    }
}

// By reference as `skip_serializing_if` wants it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_nothing(bytes: &u64) -> bool {
    *bytes == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_expect_beyond_what_is_kept_for_them_is_taken_off_once_acc_5() {
        let device = InstallationId::from_bytes([7; 16]);
        let note = RoomNote { v: 1, epoch: 1, device, bytes: Some(40), counted: 10, warns: false, reserved: 60 };
        for (stored, expected, left) in [
            (None, 0, 40),
            (None, 60, 40),
            (None, 61, 39),
            (None, 100, 0),
            (Some(25), 60, 25),
            (Some(5), 60, 40),
            (Some(51), 0, 0),
        ] {
            assert_eq!(note.left(stored, expected), Some(left), "{stored:?}, {expected}");
        }
        assert_eq!(RoomNote { reserved: 0, ..note }.left(None, 30), Some(10), "a server that names none");
        assert_eq!(RoomNote { bytes: None, ..note }.left(None, 30), None);
    }
}
