//! `sbmctl device` (DEV-1, DEV-3).

use clap::Subcommand;
use sbm_client::core::wire::v1::admin::Device as Shown;

use crate::cells;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Column, Row, text};
use crate::output::text::{moment, moment_or_dash, or_dash};

#[derive(Subcommand, Debug)]
pub(crate) enum Device {
    /// List the devices
    List,
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
        cells![
            or_dash(&self.computer),
            &self.user,
            or_dash(&self.program),
            moment_or_dash(self.last_seen),
            moment(self.enrolled),
            self.installation
        ]
    }
}

pub(crate) fn run(command: &Device, context: &mut Context) -> Result<(), Failure> {
    let Device::List = command;
    let devices = context.admin()?.devices()?;
    context.out.list(&devices, "there are no devices yet; an installation becomes one when its user logs in")
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
