//! How much room was left when the server was asked last (ACC-5): what a client goes by while it is offline.
//!
//! 1. It is signed like a head and travels beside it. It changes with every word of every device below a ceiling, and a head's
//!    number names one content; so the head only says that there is a quota, and what is left stands here.
//! 2. It says how many bytes of this very device are counted in it, so that the client knows what it stored since.
//! 3. Away from the server it only gets less: by what the device stored since, and by what its runs that go on expect to store
//!    beyond the room that the server keeps for them, which is taken off in it. So it names these runs: what is kept for a run
//!    that does not go on is nobody else's room, until the server has it back.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::signed::{Domain, Signed, VerifyingKey};
use crate::code::Code;
use crate::id::{InstallationId, RunId};

/// A run and the bytes of new data that it expects to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRoom {
    /// The run.
    pub run: RunId,
    /// So many bytes.
    pub bytes: u64,
}

/// What is left below the quotas above one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What the server keeps for runs of this device, the newest [`MOST_KEPT`](Self::MOST_KEPT) of them; all of it is taken off
    /// `bytes`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<RunRoom>,
}

impl RoomNote {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// The most runs that it names: with them it has less than 4 KiB. A device has a few at once; for one that is not named what
    /// it expects is taken off twice.
    pub const MOST_KEPT: usize = 32;

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

    /// What is left of it for a device that stores so many bytes now, if it knows, and whose runs that go on expect to store
    /// these; none without a ceiling. It is never more than the server would find.
    #[must_use]
    pub fn left(&self, stored: Option<u64>, expected: &[RunRoom]) -> Option<u64> {
        let grown = stored.map_or(0, |stored| stored.saturating_sub(self.counted));
        let beyond = expected.iter().fold(0_u64, |sum, run| sum.saturating_add(run.bytes.saturating_sub(self.kept_for(run.run))));
        Some(self.bytes?.saturating_sub(grown).saturating_sub(beyond))
    }

    fn kept_for(&self, run: RunId) -> u64 {
        self.kept.iter().find(|kept| kept.run == run).map_or(0, |kept| kept.bytes)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::account::Quota;
    use crate::account::quota::{Filled, MOST};

    fn run(number: u8, bytes: u64) -> RunRoom {
        RunRoom { run: RunId::from_bytes([number; 16]), bytes }
    }

    fn note(bytes: Option<u64>, counted: u64, kept: Vec<RunRoom>) -> RoomNote {
        let device = InstallationId::from_bytes([7; 16]);
        RoomNote { v: RoomNote::VERSION, epoch: 1, device, bytes, counted, warns: false, kept }
    }

    #[test]
    fn what_runs_expect_beyond_what_is_kept_for_them_is_taken_off_once_acc_5() {
        let note = note(Some(40), 10, vec![run(1, 50), run(2, 10)]);
        for (stored, expected, left) in [
            (None, vec![], 40),
            (None, vec![run(1, 50), run(2, 10)], 40),
            (None, vec![run(1, 51), run(2, 10)], 39),
            (None, vec![run(1, 45), run(2, 15)], 35),
            (None, vec![run(1, 50), run(3, 10)], 30),
            (None, vec![run(3, 60)], 0),
            (Some(25), vec![run(1, 50)], 25),
            (Some(5), vec![run(1, 50)], 40),
            (Some(51), vec![], 0),
            (Some(u64::MAX), vec![run(3, u64::MAX), run(4, u64::MAX)], 0),
        ] {
            assert_eq!(note.left(stored, &expected), Some(left), "{stored:?}, {expected:?}");
        }
        assert_eq!(RoomNote { bytes: None, ..note }.left(None, &[run(3, 30)]), None);
    }

    /// How the server and the device stand to one run: the device may know that it goes on, and the server may keep its room.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Stand {
        Nowhere,
        KeptAndGoesOn,
        /// It never began, or died, or is over and the server has not heard.
        KeptAlone,
        GoesOnAlone,
    }

    const STANDS: [Stand; 4] = [Stand::Nowhere, Stand::KeptAndGoesOn, Stand::KeptAlone, Stand::GoesOnAlone];

    /// Every world of three runs of up to two bytes below ceilings of up to six: what is left away from the server is exactly
    /// what its own arithmetic leaves when it hears of what was stored and begun since, and so no run begins away that it would
    /// refuse.
    #[test]
    fn away_nothing_is_left_that_the_server_would_not_leave_in_every_small_world_acc_5_off_1() {
        let mut worlds = 0_u32;
        for number in 0..STANDS.len().pow(3) * 2_usize.pow(3) {
            let runs: Vec<(Stand, RunRoom)> = (0..3_u8)
                .map(|at| {
                    let digit = number / 8_usize.pow(at.into()) % 8;
                    (STANDS[digit % 4], run(at, 1 + digit as u64 / 4))
                })
                .collect();
            let of = |stands: &[Stand]| -> Vec<RunRoom> {
                runs.iter().filter(|(stand, _)| stands.contains(stand)).map(|(_, run)| *run).collect()
            };
            let kept = of(&[Stand::KeptAndGoesOn, Stand::KeptAlone]);
            let goes_on = of(&[Stand::KeptAndGoesOn, Stand::GoesOnAlone]);
            let unheard = of(&[Stand::GoesOnAlone]);
            let sum = |runs: &[RunRoom]| runs.iter().map(|run| run.bytes).sum::<u64>();
            for (ceiling, counted, now) in (0..=6).flat_map(|ceiling| (0..9).map(move |both| (ceiling, both % 3, both / 3))) {
                let quota = Quota { hard: Some(ceiling), soft: None };
                let room = quota.room(Filled { stored: counted, reserved: sum(&kept) });
                let left = note(room, counted, kept.clone()).left(Some(now), &goes_on).unwrap();
                let told = Filled { stored: now.max(counted), reserved: sum(&kept) + sum(&unheard) };
                assert_eq!(Some(left), quota.room(told), "{ceiling}, {counted}, {now}, {runs:?}");
                worlds += 1;
            }
        }
        assert_eq!(worlds, 512 * 63);
    }

    #[test]
    fn one_that_names_as_many_runs_as_it_may_fits_and_one_of_a_server_that_names_none_is_read_acc_5() {
        let kept = (0..RoomNote::MOST_KEPT).map(|number| run(u8::try_from(number).unwrap(), MOST)).collect();
        let fullest = RoomNote { epoch: u64::MAX, warns: true, ..note(Some(MOST), MOST, kept) };
        let size = fullest.to_bytes().len();
        assert!(size <= Domain::Room.max_bytes(), "{size}");
        let text = r#"{"v":1,"epoch":1,"device":"07070707070707070707070707070707","bytes":40,"counted":10,"reserved":60}"#;
        let before: RoomNote = serde_json::from_str(text).unwrap();
        assert_eq!(before, note(Some(40), 10, vec![]), "its sum says nothing of which run it is kept for");
    }
}
