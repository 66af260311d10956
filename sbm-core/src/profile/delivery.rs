//! What must this client do now: the difference between the verified list and what the host has taken over (PRO-8).
//!
//! 1. A listed profile that was never taken over is installed; one with another revision, content or schedule is updated.
//! 2. One that is marked for deletion, or no longer listed, is removed: the managed copy, never the user's files (PRO-6).
//! 3. A schedule is handed over iff the list has one; without one the client's own is left alone (PRO-5).
//! 4. What the host removed by itself is not put back: it comes again when there is something new to take over, a revision
//!    or a schedule, or after it was withdrawn and given again.
//! 5. It is worked out anew at every sync, so a crash anywhere loses nothing, and what failed is tried again.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::cache::{List, ListEntry};
use crate::id::{Guid, Hash};
use crate::name::{Name, Text};

/// What the host is to do with a managed profile. The number is the C ABI's and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum ChangeKind {
    /// Take it over.
    Install = 1,
    /// Replace the managed copy.
    Update = 2,
    /// Remove the managed copy.
    Remove = 3,
}

impl ChangeKind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Update => "update",
            Self::Remove => "remove",
        }
    }
}

/// One thing for the host to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What to do.
    pub kind: ChangeKind,
    /// The managed profile.
    pub guid: Guid,
    /// Its name.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The version that its uploader stated.
    pub version: i64,
    /// The revision to arrive at; the one to remove for a removal.
    pub revision: u64,
    /// The content; none for a removal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Hash>,
    /// The schedule to take over; none leaves the client's own alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Hash>,
}

/// A managed profile that the host has taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The managed profile.
    pub guid: Guid,
    /// Its name.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The version that its uploader stated.
    pub version: i64,
    /// The revision.
    pub revision: u64,
    /// The content.
    pub body: Hash,
    /// The schedule last handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Hash>,
    /// Whether the host removed its copy by itself since.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub removed: bool,
}

impl Applied {
    /// What the host has after it did this change; nothing after a removal.
    #[must_use]
    pub fn after(change: &Change, before: Option<&Self>) -> Option<Self> {
        Some(Self {
            guid: change.guid,
            name: change.name.clone(),
            description: change.description.clone(),
            version: change.version,
            revision: change.revision,
            body: change.body?,
            // A copy that was removed took its schedule along.
            schedule: change.schedule.or_else(|| before.filter(|before| !before.removed).and_then(|before| before.schedule)),
            removed: false,
        })
    }
}

/// What the host must do to have what the list says; in the order of the GUIDs.
#[must_use]
pub fn due_changes(list: &List, applied: &[Applied]) -> Vec<Change> {
    let wanted = list.profiles.iter().filter(|entry| !entry.delete).filter_map(|entry| {
        let has = applied.iter().find(|applied| applied.guid == entry.guid);
        let kind = match has {
            None => ChangeKind::Install,
            Some(has) if !is_behind(has, entry) => return None,
            Some(has) if has.removed => ChangeKind::Install,
            Some(_) => ChangeKind::Update,
        };
        Some(Change {
            kind,
            guid: entry.guid,
            name: entry.name.clone(),
            description: entry.description.clone(),
            version: entry.version,
            revision: entry.revision,
            body: Some(entry.body),
            schedule: entry.schedule,
        })
    });
    let unwanted =
        applied.iter().filter(|applied| list.entry(&applied.guid).is_none_or(|entry| entry.delete)).map(|applied| Change {
            kind: ChangeKind::Remove,
            guid: applied.guid,
            name: applied.name.clone(),
            description: applied.description.clone(),
            version: applied.version,
            revision: applied.revision,
            body: None,
            schedule: None,
        });
    let mut changes: Vec<Change> = wanted.chain(unwanted).collect();
    changes.sort_by_key(|change| change.guid);
    changes
}

/// Whether the list has something that was not taken over.
fn is_behind(has: &Applied, entry: &ListEntry) -> bool {
    let is_content_new = has.revision != entry.revision || has.body != entry.body;
    is_content_new || (entry.schedule.is_some() && has.schedule != entry.schedule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(guid: u8, revision: u64) -> ListEntry {
        ListEntry {
            guid: Guid::from_bytes([guid; 16]),
            name: Name::new("Finance").unwrap(),
            description: Text::default(),
            version: 1,
            revision,
            body: Hash::of(&revision.to_be_bytes()),
            size: 1,
            schedule: None,
            delete: false,
            stamp: revision,
        }
    }

    fn kinds(list: &List, applied: &[Applied]) -> Vec<(u8, ChangeKind)> {
        due_changes(list, applied).iter().map(|change| (change.guid.as_bytes()[0], change.kind)).collect()
    }

    fn apply_all(list: &List, applied: &[Applied]) -> Vec<Applied> {
        let mut after = applied.to_vec();
        for change in due_changes(list, applied) {
            let before = after.iter().position(|has| has.guid == change.guid).map(|at| after.remove(at));
            after.extend(Applied::after(&change, before.as_ref()));
        }
        after
    }

    #[test]
    fn what_is_due_is_the_difference_pro_8() {
        let first = List::new(alloc::vec![entry(1, 1), entry(2, 1)]);
        assert_eq!(kinds(&first, &[]), [(1, ChangeKind::Install), (2, ChangeKind::Install)]);
        let has = apply_all(&first, &[]);
        assert_eq!(kinds(&first, &has), []);
        let second = List::new(alloc::vec![entry(2, 2), entry(3, 1)]);
        assert_eq!(kinds(&second, &has), [(1, ChangeKind::Remove), (2, ChangeKind::Update), (3, ChangeKind::Install)]);
        assert_eq!(kinds(&second, &apply_all(&second, &has)), []);
    }

    #[test]
    fn marked_for_deletion_is_removed_once_and_a_cleared_mark_cancels_it_pro_6() {
        let list = List::new(alloc::vec![entry(1, 1)]);
        let marked = List::new(alloc::vec![ListEntry { delete: true, stamp: 2, ..entry(1, 1) }]);
        let has = apply_all(&list, &[]);
        assert_eq!(kinds(&marked, &has), [(1, ChangeKind::Remove)]);
        assert_eq!(kinds(&list, &has), []);
        assert_eq!(kinds(&marked, &[]), []);
    }

    #[test]
    fn what_the_host_removed_comes_again_only_when_there_is_something_new_pro_7_pro_8() {
        let list = List::new(alloc::vec![entry(1, 1)]);
        let gone: Vec<Applied> = apply_all(&list, &[]).into_iter().map(|applied| Applied { removed: true, ..applied }).collect();
        assert_eq!(kinds(&list, &gone), [], "it is not put back behind the user's back");
        let next = List::new(alloc::vec![entry(1, 2)]);
        assert_eq!(kinds(&next, &gone), [(1, ChangeKind::Install)]);
        assert!(!apply_all(&next, &gone)[0].removed);
        let timed = List::new(alloc::vec![ListEntry { schedule: Some(Hash::of(b"daily")), ..entry(1, 1) }]);
        assert_eq!(kinds(&timed, &gone), [(1, ChangeKind::Install)]);
        // Withdrawn, the host is told to remove what is gone already; given again, it comes again.
        let without = List::new(alloc::vec![]);
        assert_eq!(kinds(&without, &gone), [(1, ChangeKind::Remove)]);
        assert_eq!(kinds(&list, &apply_all(&without, &gone)), [(1, ChangeKind::Install)]);
        // What was written before there was the word is there.
        let json = serde_json::to_string(&apply_all(&list, &[])[0]).unwrap();
        assert!(!json.contains("removed") && !serde_json::from_str::<Applied>(&json).unwrap().removed, "{json}");
    }

    #[test]
    fn a_schedule_arrives_when_listed_and_is_left_alone_when_not_pro_5() {
        let schedule = Some(Hash::of(b"daily"));
        let bare = List::new(alloc::vec![entry(1, 1)]);
        let timed = List::new(alloc::vec![ListEntry { schedule, ..entry(1, 1) }]);
        let has = apply_all(&bare, &[]);
        assert_eq!(due_changes(&timed, &has)[0].schedule, schedule);
        let has = apply_all(&timed, &has);
        assert_eq!(kinds(&timed, &has), []);
        let updated = List::new(alloc::vec![entry(1, 2)]);
        assert_eq!(due_changes(&updated, &has)[0].schedule, None);
        assert_eq!(apply_all(&updated, &has)[0].schedule, schedule);
    }
}
