//! The chain from the root key to head and list, checked in this order (OFF-3):
//!
//! 1. The key document: signed by the root key, its epoch not lower than one seen, an equal one with equal content.
//! 2. The head: within its size, signed by a key of that document, of a form and with critical features that are known.
//! 3. For this installation.
//! 4. Its epoch is the key document's: nothing else proves an epoch.
//! 5. Its number is not lower than one seen; an equal number has equal content.
//! 6. The room beside it: signed by a key of that document, for this installation, of that epoch (ACC-5).
//! 7. The list: the bytes that the head names; none of its entries goes back behind one seen in the same epoch.

use alloc::string::String;

use crate::cache::{Domain, Head, KeyDocument, List, Number, RoomNote, Signed, Trust};
use crate::code::Code;
use crate::id::InstallationId;
use crate::wire::v1::device::CheckInAnswer;

/// What was verified: the only thing that grants anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The keys.
    pub keys: KeyDocument,
    /// The head.
    pub head: Head,
    /// Its list.
    pub list: List,
    /// How much room was left; none where nothing was said of it.
    pub room: Option<RoomNote>,
}

/// What a check-in brought, verified, with the documents as they came.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    /// What is known from now on.
    pub known: Known,
    /// The key document.
    pub keys: Signed,
    /// The head.
    pub head: Signed,
    /// The list's bytes.
    pub list: String,
    /// The room beside the head.
    pub room: Option<Signed>,
}

/// The head that lies in the cache, if it is the server's own and for this installation: it says how far the server was,
/// also where its list is gone.
pub(super) fn held(trust: &Trust) -> Option<Head> {
    let keys = KeyDocument::verify(trust.keys.as_ref()?, trust.root.as_ref()?).ok()?;
    head(trust.head.as_ref()?, &keys, &trust.installation).ok()
}

/// Verifies again what lies in the cache.
pub(super) fn load(trust: &Trust) -> Result<Known, Code> {
    let root = trust.root.as_ref().ok_or(Code::CacheMissing)?;
    let keys = KeyDocument::verify(trust.keys.as_ref().ok_or(Code::CacheMissing)?, root)?;
    let signed = trust.head.as_ref().ok_or(Code::DeniedFloor)?;
    let head = head(signed, &keys, &trust.installation)?;
    if head.number() < trust.seen {
        return Err(Code::HeadOlder);
    }
    let list = List::verify(trust.list.as_deref().unwrap_or_default().as_bytes(), &head.list)?;
    // One that does not fit is none: nothing new fits without one.
    let room = trust.room.as_ref().and_then(|room| room_note(room, &keys, &trust.installation).ok());
    Ok(Known { keys, head, list, room })
}

/// Verifies what a check-in brought, against what was seen before. Nothing new gives what is known already.
pub(super) fn answer(trust: &Trust, known: Option<&Known>, answer: CheckInAnswer) -> Result<Fresh, Code> {
    let root = trust.root.as_ref().ok_or(Code::CacheMissing)?;
    let old_keys = trust.keys.as_ref().ok_or(Code::CacheMissing)?;
    let keys_signed = answer.keys.unwrap_or_else(|| old_keys.clone());
    let keys = key_document(&keys_signed, old_keys, root)?;
    let head_signed = answer.head.or_else(|| trust.head.clone()).ok_or(Code::MalformedAnswer)?;
    let head = head(&head_signed, &keys, &trust.installation)?;
    check_number(&head, &head_signed, trust)?;
    let told = answer.room.map(|room| room_note(&room, &keys, &trust.installation).map(|note| (room, note))).transpose()?;
    let kept = || {
        let room = trust.room.clone()?;
        let note = room_note(&room, &keys, &trust.installation).ok()?;
        Some((room, note))
    };
    let (room, note) = told.or_else(kept).filter(|_| head.quota).unzip();
    let text = answer.list.or_else(|| trust.list.clone()).ok_or(Code::ListMismatch)?;
    let list = List::verify(text.as_bytes(), &head.list)?;
    if let Some(known) = known {
        check_stamps(&list, head.epoch, known)?;
    }
    Ok(Fresh { known: Known { keys, head, list, room: note }, keys: keys_signed, head: head_signed, list: text, room })
}

fn key_document(signed: &Signed, old: &Signed, root: &crate::cache::VerifyingKey) -> Result<KeyDocument, Code> {
    let keys = KeyDocument::verify(signed, root)?;
    let before = KeyDocument::verify(old, root)?;
    if keys.epoch < before.epoch {
        return Err(Code::KeysOlder);
    }
    if keys.epoch == before.epoch && signed.bytes != old.bytes {
        return Err(Code::KeysInvalid);
    }
    Ok(keys)
}

fn head(signed: &Signed, keys: &KeyDocument, installation: &InstallationId) -> Result<Head, Code> {
    let head = Head::parse(signed.verify(Domain::Head, &keys.keys)?)?;
    if head.device != *installation {
        return Err(Code::HeadOtherDevice);
    }
    if head.epoch != keys.epoch {
        return Err(Code::EpochJump);
    }
    Ok(head)
}

impl Known {
    /// Whether both grant the same; how much room is left is no right.
    pub(super) fn grants_as(&self, other: &Self) -> bool {
        (&self.keys, &self.head, &self.list) == (&other.keys, &other.head, &other.list)
    }
}

fn room_note(signed: &Signed, keys: &KeyDocument, installation: &InstallationId) -> Result<RoomNote, Code> {
    RoomNote::verify(signed, &keys.keys, keys.epoch, installation)
}

fn check_number(head: &Head, signed: &Signed, trust: &Trust) -> Result<(), Code> {
    let number: Number = head.number();
    if number < trust.seen {
        return Err(Code::HeadOlder);
    }
    let conflict = trust.head.as_ref().is_some_and(|old| number == trust.seen && old.bytes != signed.bytes);
    if conflict { Err(Code::HeadConflict) } else { Ok(()) }
}

/// A tombstone, like any entry, counts once: what came after it is not undone by showing it again.
fn check_stamps(list: &List, epoch: u64, known: &Known) -> Result<(), Code> {
    if epoch != known.head.epoch {
        return Ok(());
    }
    let goes_back = list.profiles.iter().any(|entry| {
        known.list.entry(&entry.guid).is_some_and(|old| entry.stamp < old.stamp || (entry.stamp == old.stamp && entry != old))
    });
    if goes_back { Err(Code::TombstoneReplayed) } else { Ok(()) }
}
