//! Columns of managed profiles, their revisions and holders (CON-1).

use sbm_core::wire::v1::admin::{Holder, Profile, ProfileRevision, Tombstone};

use super::super::{Cell, Column, Filter, List};
use super::{any, hex, installation, same, shown, word};

/// Managed profiles (PRO-5).
pub static PROFILES: List<Profile> = List {
    name: "profiles",
    columns: columns! { Profile:
        "guid" => |profile| shown(&profile.guid),
        "name" => |profile| &profile.name,
        "description" => |profile| &profile.description,
        "version" => |profile| profile.version,
        "revision" => |profile| profile.revision,
        "body" => |profile| hex(&profile.body),
        "size" => |profile| profile.size,
        "has_schedule" => |profile| profile.has_schedule,
        "import_schedule" => |profile| profile.import_schedule,
        "delete" => |profile| profile.delete,
        "groups" => |profile| profile.groups.as_slice(),
        "uploaded_by" => |profile| &profile.uploaded_by,
        "uploaded_at" => |profile| profile.uploaded_at,
        "account" => |profile| profile.account.as_ref(),
    },
    key: |profile| profile.guid.to_string(),
    usual: "name",
    filters: &[
        Filter { name: "group", fits: |query, profile| any(&profile.groups, query.group.as_deref()) },
        Filter { name: "delete", fits: |query, profile| query.delete == Some(profile.delete) },
    ],
};

/// What a managed profile was at each revision (PRO-4).
pub static REVISIONS: List<ProfileRevision> = List {
    name: "revisions",
    columns: columns! { ProfileRevision:
        "revision" => |old| old.revision,
        "version" => |old| old.version,
        "name" => |old| &old.name,
        "description" => |old| &old.description,
        "body" => |old| hex(&old.body),
        "size" => |old| old.size,
        "has_schedule" => |old| old.has_schedule,
        "uploaded_by" => |old| &old.uploaded_by,
        "uploaded_at" => |old| old.uploaded_at,
    },
    key: |old| format!("{:020}", old.revision),
    usual: "revision",
    filters: &[],
};

/// The devices that fetched a managed profile (PRO-7).
pub static HOLDERS: List<Holder> = List {
    name: "holders",
    columns: columns! { Holder:
        "installation" => |holder| installation(&holder.installation),
        "computer" => |holder| &holder.computer,
        "user" => |holder| &holder.user,
        "state" => |holder| word(&holder.state),
        "revision" => |holder| holder.revision,
        "fetched_at" => |holder| holder.fetched_at,
        "answered_at" => |holder| holder.answered_at,
        "failure" => |holder| holder.failure.as_ref(),
        "last_seen" => |holder| holder.last_seen,
        "account" => |holder| holder.account.as_ref(),
    },
    key: |holder| format!("{}{}", holder.installation, holder.account.as_deref().unwrap_or_default()),
    usual: "computer",
    filters: &[Filter { name: "user", fits: |query, holder| same(Some(holder.user.as_str()), query.user.as_deref()) }],
};

/// What is left of deleted managed profiles (PRO-7).
pub static TOMBSTONES: List<Tombstone> = List {
    name: "tombstones",
    columns: columns! { Tombstone:
        "guid" => |tombstone| shown(&tombstone.guid),
        "name" => |tombstone| &tombstone.name,
        "revision" => |tombstone| tombstone.revision,
        "deleted_by" => |tombstone| &tombstone.deleted_by,
        "deleted_at" => |tombstone| tombstone.deleted_at,
        "holders" => |tombstone| tombstone.holders,
        "gone" => |tombstone| tombstone.gone,
        "left" => |tombstone| Cell::Texts(tombstone.left.iter().map(|holder| holder.computer.clone()).collect()),
    },
    key: |tombstone| tombstone.guid.to_string(),
    usual: "-deleted_at",
    filters: &[],
};
