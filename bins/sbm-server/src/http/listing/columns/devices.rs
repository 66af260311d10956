//! Columns of devices and of those that are to come (CON-1).

use sbm_core::wire::v1::admin::{Device, DeviceState, Enrolment, WaitingDevice};

use super::super::{Cell, Column, Filter, List};
use super::{installation, is_within, same, word};

/// Devices (DEV-1).
pub static DEVICES: List<Device> = List {
    name: "devices",
    columns: columns! { Device:
        "installation" => |device| installation(&device.installation),
        "computer" => |device| &device.computer,
        "program" => |device| &device.program,
        "user" => |device| &device.user,
        "enrolled" => |device| device.enrolled,
        "last_seen" => |device| device.last_seen,
        "account" => |device| device.account.as_ref(),
        "state" => |device| device.state.as_ref().map(word),
    },
    // One installation is a device of several accounts, where it is an agent of them (ACC-10).
    key: |device| {
        format!(
            "{}{:?}{}>{}",
            device.installation,
            device.state,
            device.account.as_deref().unwrap_or_default(),
            device.user.key()
        )
    },
    usual: "computer",
    filters: &[
        Filter { name: "user", fits: |query, device| same(Some(device.user.as_str()), query.user.as_deref()) },
        Filter {
            name: "account",
            fits: |query, device| is_within(device.account.as_deref().unwrap_or_default(), query.account.as_deref()),
        },
        Filter { name: "state", fits: |query, device| query.state == Some(device.state.unwrap_or(DeviceState::Active)) },
        Filter {
            name: "program",
            fits: |query, device| {
                let begins = query.program.as_deref().map(str::to_lowercase);
                begins.is_some_and(|begin| device.program.to_lowercase().starts_with(&begin))
            },
        },
        Filter { name: "seen_since", fits: |query, device| device.last_seen.is_some_and(|seen| Some(seen) >= query.seen_since) },
        Filter { name: "seen_before", fits: |query, device| device.last_seen.is_none_or(|seen| Some(seen) < query.seen_before) },
    ],
};

/// Codes and passphrases with which devices enrol (DEV-1).
pub static ENROLMENTS: List<Enrolment> = List {
    name: "enrolment codes",
    columns: columns! { Enrolment:
        "id" => |row| row.id,
        "kind" => |row| word(&row.kind),
        "state" => |row| word(&row.state),
        "account" => |row| &row.account,
        "user" => |row| &row.user,
        "uses" => |row| row.uses,
        "most" => |row| row.most,
        "approval" => |row| row.approval,
        "comment" => |row| &row.comment,
        "made_by" => |row| &row.made_by,
        "made" => |row| row.made,
        "expires" => |row| row.expires,
    },
    key: |row| format!("{:020}", row.id),
    usual: "-id",
    filters: &[
        Filter { name: "user", fits: |query, row| same(Some(row.user.as_str()), query.user.as_deref()) },
        Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) },
    ],
};

/// Devices that wait to be let in (DEV-1).
pub static WAITING: List<WaitingDevice> = List {
    name: "waiting devices",
    columns: columns! { WaitingDevice:
        "installation" => |row| installation(&row.installation),
        "computer" => |row| &row.computer,
        "program" => |row| &row.program,
        "address" => |row| &row.address,
        "account" => |row| &row.account,
        "user" => |row| &row.user,
        "enrolment" => |row| row.enrolment,
        "asked" => |row| row.asked,
    },
    key: |row| format!("{}{:020}", row.installation, row.enrolment),
    usual: "asked",
    filters: &[
        Filter { name: "user", fits: |query, row| same(Some(row.user.as_str()), query.user.as_deref()) },
        Filter { name: "account", fits: |query, row| is_within(&row.account, query.account.as_deref()) },
    ],
};
