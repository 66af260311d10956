//! `sbmctl device` (DEV-1, DEV-3).

use clap::{Args, Subcommand};
use sbm_client::core::code::Code;
use sbm_client::core::id::InstallationId;
use sbm_client::core::wire::v1::admin::{Device as Shown, ListQuery};

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, text};
use crate::output::text::or_dash;
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Device {
    /// List the devices
    List(List),
    /// Show one device
    Show(Named),
    /// Remove a device: it is logged out at once; its history stays
    Remove(Remove),
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only devices of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Installation of the device, as the list shows it
    #[arg(value_parser = parse::installation)]
    installation: InstallationId,
}

#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// Installation of the device, as the list shows it; several one after the other
    #[arg(required = true, value_name = "INSTALLATION", value_parser = parse::installation)]
    installations: Vec<InstallationId>,
    #[command(flatten)]
    consent: Consent,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        text("COMPUTER"),
        text("USER"),
        text("PROGRAM").extra(),
        text("LAST SEEN"),
        text("ENROLLED").extra(),
        text("INSTALLATION"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            or_dash(&self.computer).into(),
            (&self.user).into(),
            or_dash(&self.program).into(),
            Cell::moment(self.last_seen),
            Cell::moment(self.enrolled),
            self.installation.into(),
        ]
    }
}

pub(crate) fn run(command: Device, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Device::List(list) => {
            let filters = ListQuery { user: list.user, ..ListQuery::default() };
            let none = "no device fits; an installation becomes one when its user logs in";
            list.listing.show::<Shown>(&admin, filters, context, none)
        }
        Device::Show(named) => {
            let device = admin.device(&named.installation).map_err(unknown)?;
            context.out.facts(&device, &facts(&device))
        }
        Device::Remove(remove) => {
            let devices =
                remove.installations.iter().map(|id| admin.device(id)).collect::<Result<Vec<_>, _>>().map_err(unknown)?;
            let named = named(&devices);
            remove.consent.ask(&format!("remove {named}?"))?;
            for (done, device) in devices.iter().enumerate() {
                admin.remove_device(&device.installation).map_err(|error| unknown(error).after(done, "removed"))?;
            }
            context.out.done(&format!("removed {named}"))?;
            context.out.note("It comes back when its user logs in there again; `sbmctl user disable` keeps a user out.")
        }
    }
}

fn named(devices: &[Shown]) -> String {
    match devices {
        [one] => format!("the device `{}` of `{}`", one.computer, one.user),
        several => format!("{} devices", several.len()),
    }
}

fn facts(device: &Shown) -> Vec<(&'static str, Cell)> {
    vec![
        ("computer", or_dash(&device.computer).into()),
        ("user", (&device.user).into()),
        ("program", or_dash(&device.program).into()),
        ("enrolled", Cell::moment(device.enrolled)),
        ("last seen", Cell::moment(device.last_seen)),
        ("installation", device.installation.into()),
    ]
}

/// What a refusal means here.
fn unknown(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(Code::NotFound, "`sbmctl device list` shows the devices")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_list_of_devices_says_who_works_where_dev_1() {
        let device: Shown = serde_json::from_value(serde_json::json!({
            "installation": "1".repeat(32), "computer": "desk-7", "program": "MiniBackup 1.0", "user": "carol", "enrolled": 1_795_291_485_123_i64,
        }))
        .unwrap();
        let expected = "\
COMPUTER  USER   PROGRAM         LAST SEEN  ENROLLED              INSTALLATION
desk-7    carol  MiniBackup 1.0  -          2026-11-21 20:04:45Z  11111111111111111111111111111111
";
        assert_eq!(Look::default().list(&[device]), expected);
    }
}
