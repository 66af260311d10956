//! `sbmctl device` (DEV-1, DEV-3).

use clap::{Args, Subcommand, ValueEnum};
use sbm_client::admin::{Admin, WhichDevice};
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::{Device as Shown, DeviceState, ListQuery};

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, checked, columns};
use crate::output::moment::When;
use crate::output::table::{Cell, Column, Row, text};
use crate::output::text::{joined, or_dash};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Device {
    /// List the devices
    List(List),
    /// Show one device
    Show(Named),
    /// Let another machine take over a backup account: the next that logs in has it, and this one is not heard any more
    TakeOver(TakeOver),
    /// Remove a device: it is logged out at once; its history stays
    Remove(Remove),
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only devices of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// Only devices of this account and of those below it, by its full name
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// Only devices whose program, with its version, begins so
    #[arg(long, value_name = "PROGRAM")]
    program: Option<String>,
    /// Only devices that stand so: let in, waiting for that, or followed by another machine
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only devices that were heard of then or later
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    seen_since: Option<When>,
    /// Only devices that were not heard of since, such as `30d`
    #[arg(long, value_name = "WHEN", value_parser = parse::when)]
    unseen_since: Option<When>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Named {
    /// Installation of the device, or the name of its computer if no other device has it
    device: String,
    #[command(flatten)]
    of: Of,
}

#[derive(Args, Debug)]
struct Of {
    /// The device of this account, by its full name, where the installation is a device of several
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
A backup account is for one machine. Another one that logs in is refused with `other_machine`. Release
the old one here, then log in on the new one; the history of the old one stays. Whoever may change
devices does so, or who is logged in with the account's full name and its secret.")]
pub(crate) struct TakeOver {
    /// The machine that has the account: its installation, or the name of its computer if no other device has it
    device: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// Installation of the device, or the name of its computer if no other device has it; several one after the other
    #[arg(required = true, value_name = "DEVICE")]
    devices: Vec<String>,
    #[command(flatten)]
    of: Of,
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
        text("STATE").extra(),
        text("ACCOUNT").extra(),
        text("INSTALLATION"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            or_dash(&self.computer).into(),
            (&self.user).into(),
            or_dash(&self.program).into(),
            Cell::moment(self.last_seen),
            Cell::moment(self.enrolled),
            state(self).into(),
            or_dash(self.account.as_deref().unwrap_or_default()).into(),
            self.installation.into(),
        ]
    }
}

pub(crate) fn run(command: Device, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Device::List(list) => {
            let account = list.account.map(|account| account.to_string());
            let (seen_since, seen_before) = (moment(list.seen_since)?, moment(list.unseen_since)?);
            let (user, program, state) = (list.user, list.program, list.state.map(State::asked));
            let filters = ListQuery { user, account, program, state, seen_since, seen_before, ..ListQuery::default() };
            let none = "no device fits; an installation becomes one when its user logs in, or enrols with a code";
            if state != Some(DeviceState::Active) {
                return list.listing.show::<Shown>(&admin, filters, context, none);
            }
            // All enrolled ones pass by here, so none that fits is missed.
            let query = list.listing.whole_query::<Shown>(filters);
            let fits = |device: &Result<Shown, _>| {
                device.as_ref().map_or(true, |device| list.state.map(State::name) == Some(self::state(device)))
            };
            let rows = checked(admin.rows::<Shown>(&query), &query, &admin)?;
            list.listing.show_rows(rows.filter(fits), context, none)
        }
        Device::Show(named) => {
            let device = find(&admin, &named.device, named.of.account.as_ref())?;
            context.out.facts(&device, &facts(&device))
        }
        Device::TakeOver(take) => {
            let device = find(&admin, &take.device, take.of.account.as_ref())?;
            let account = or_dash(device.account.as_deref().unwrap_or_default());
            let computer = or_dash(&device.computer);
            take.consent.ask(&format!("release `{computer}`, which has the account `{account}`?"))?;
            admin.release_device(&device).map_err(unknown)?;
            context.out.done(&format!("`{computer}` is released: the next machine that logs in has the account `{account}`"))?;
            context.out.note("What the old one recorded and did not send stays there; log in on it again to send that.")
        }
        Device::Remove(remove) => {
            let devices = remove
                .devices
                .iter()
                .map(|device| find(&admin, device, remove.of.account.as_ref()))
                .collect::<Result<Vec<_>, _>>()?;
            let named = named(&devices);
            remove.consent.ask(&format!("remove {named}?"))?;
            for (done, device) in devices.iter().enumerate() {
                admin.remove_device(device).map_err(|error| unknown(error).after(done, "removed"))?;
            }
            context.out.done(&format!("removed {named}"))?;
            context.out.note("It comes back when its user logs in there again; `sbmctl user disable` keeps a user out.")
        }
    }
}

/// How a device stands, as the list says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    Active,
    Waiting,
    Replaced,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Active => DeviceState::Active.name(),
            Self::Waiting => DeviceState::Waiting.name(),
            Self::Replaced => "replaced",
        }
    }

    /// What the server is asked for it: to it, one that was replaced is enrolled.
    const fn asked(self) -> DeviceState {
        if matches!(self, Self::Waiting) { DeviceState::Waiting } else { DeviceState::Active }
    }
}

fn moment(when: Option<When>) -> Result<Option<Timestamp>, Failure> {
    let resolved = |when: When| when.resolve().ok_or_else(|| Failure::usage("that is no moment that there is"));
    when.map(resolved).transpose()
}

/// The device of that installation, or of that computer if there is one only.
pub(super) fn find(admin: &Admin, device: &str, of: Option<&AccountPath>) -> Result<Shown, Failure> {
    if let Ok(installation) = parse::installation(device) {
        let which = WhichDevice::new(installation, of);
        let several = "`--account` says which; `sbmctl device list --columns computer,account,installation` shows them";
        return admin.device(which).map_err(|error| unknown(error).hint_for(Code::InvalidArgument, several));
    }
    let query = ListQuery { q: Some(device.to_owned()), ..ListQuery::default() };
    let all = admin.rows::<Shown>(&query).collect::<Result<Vec<_>, _>>()?;
    let is_there = |one: &Shown| of.is_none() || one.account.as_deref().and_then(|name| name.parse().ok()).as_ref() == of;
    let fits = all.into_iter().filter(|one| one.computer.to_lowercase() == device.to_lowercase()).filter(is_there).collect();
    only(fits, device)
}

fn only(mut fits: Vec<Shown>, device: &str) -> Result<Shown, Failure> {
    if fits.len() > 1 {
        let sentence = format!("{} devices are on a computer `{device}`", fits.len());
        if fits.iter().all(|one| fits.first().is_some_and(|first| first.installation == one.installation)) {
            let each = fits.iter().map(|one| format!("`{}`", one.account.as_deref().unwrap_or_default()));
            return Err(Failure::new(Code::InvalidArgument, sentence).hint(format!("name its `--account`: {}", joined(each))));
        }
        let each = fits.iter().map(|one| format!("`{}` of `{}`", one.installation, one.user));
        return Err(Failure::new(Code::InvalidArgument, sentence).hint(format!("name its installation: {}", joined(each))));
    }
    let none = || {
        let sentence = format!("there is no device on a computer `{device}`, and it is no installation");
        Failure::new(Code::NotFound, sentence).hint("`sbmctl device list` shows the devices")
    };
    fits.pop().ok_or_else(none)
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
        ("state", state(device).into()),
        ("account", or_dash(device.account.as_deref().unwrap_or_default()).into()),
        ("installation", device.installation.into()),
    ]
}

/// How a device stands; a server of before lists those that are enrolled only.
fn state(device: &Shown) -> &'static str {
    if device.replaced {
        return State::Replaced.name();
    }
    device.state.unwrap_or(DeviceState::Active).name()
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
    fn a_computer_names_a_device_if_it_is_the_only_one_dev_1() {
        let device = |digit: &str, user: &str| -> Shown {
            serde_json::from_value(serde_json::json!({
                "installation": digit.repeat(32), "computer": "desk-7", "program": "", "user": user, "enrolled": 0,
            }))
            .unwrap()
        };
        let (one, other) = (device("1", "carol"), device("2", "dora"));
        assert_eq!(only(vec![one.clone()], "desk-7").unwrap().user.as_str(), "carol");
        let told = format!("{:?}", only(vec![one, other], "desk-7").unwrap_err());
        assert!(told.contains(&"2".repeat(32)) && told.contains("`carol`"), "{told}");
        // An agent is one installation, which is a device of several accounts (ACC-10).
        let of = |account: &str| Shown { account: Some(account.into()), ..device("1", "c2c") };
        let told = format!("{:?}", only(vec![of("root>acme"), of("root>globex")], "desk-7").unwrap_err());
        assert!(told.contains("--account") && told.contains("`root>acme`") && told.contains("`root>globex`"), "{told}");
        assert_eq!(only(vec![], "desk-9").unwrap_err().code(), Code::NotFound);
    }

    #[test]
    fn every_state_that_a_list_shows_can_be_asked_for_acc_11() {
        assert_eq!(
            State::value_variants().iter().map(|state| state.asked().name()).collect::<Vec<_>>(),
            ["active", "waiting", "active"]
        );
        let device = |replaced: bool| -> Shown {
            serde_json::from_value(serde_json::json!({
                "installation": "1".repeat(32), "computer": "desk-7", "program": "", "user": "carol", "enrolled": 0, "replaced": replaced,
            }))
            .unwrap()
        };
        assert_eq!([device(false), device(true)].map(|device| state(&device)), ["active", "replaced"]);
    }

    #[test]
    fn a_list_of_devices_says_who_works_where_dev_1() {
        let device: Shown = serde_json::from_value(serde_json::json!({
            "installation": "1".repeat(32), "computer": "desk-7", "program": "MiniBackup 1.0", "user": "carol", "enrolled": 1_795_291_485_123_i64,
            "account": "root>acme", "state": "waiting",
        }))
        .unwrap();
        let expected = "\
COMPUTER  USER   PROGRAM         LAST SEEN  ENROLLED              STATE    ACCOUNT    INSTALLATION
desk-7    carol  MiniBackup 1.0  -          2026-11-21 20:04:45Z  waiting  root>acme  11111111111111111111111111111111
";
        assert_eq!(Look::default().list(&[device]), expected);
    }
}
