//! `sbmctl enrolment` (DEV-1): codes and passphrases with which devices enrol, and devices that wait to be let in.

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::enrolment::EnrolmentKind;
use sbm_client::core::name::Text;
use sbm_client::core::time::SECOND;
use sbm_client::core::wire::v1::admin::{Enrolment as Shown, ListQuery, MadeEnrolment, NewEnrolment, WaitingDevice};
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::moment::{moment, span};
use crate::output::table::{Cell, Column, Row, number, text};
use crate::output::text::{count, joined, or_dash};
use crate::parse;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Enrolment {
    /// Make a code for one device, or a passphrase for many; it is shown this once
    Create(Create),
    /// List the codes and passphrases: how they stand, never themselves
    List(List),
    /// Revoke codes or passphrases: no device comes with them any more
    Revoke(Revoke),
    /// List the devices that wait to be let in
    Waiting(Waiting),
    /// Let devices in that wait
    Approve(Decide),
    /// Do not let devices in that wait
    Reject(Decide),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl enrolment create carol                          a code for one device of hers, for a day
  sbmctl enrolment create carol --for 7d --approval      … for a week, and somebody lets it in
  sbmctl enrolment create branch --passphrase --uses 40  for 40 devices alike, for 30 days

The device becomes one of that user's, with the user's permissions in the backup program, and gets
a token of its own. It takes the role `security_officer` to make one.")]
pub(crate) struct Create {
    /// User whose device it becomes: NAME, or ACCOUNT>NAME in full
    #[arg(value_name = "USER")]
    user: String,
    /// For many devices alike, instead of one
    #[arg(long)]
    passphrase: bool,
    /// For how many devices, with `--passphrase` [default: 100]
    #[arg(long, value_name = "COUNT", requires = "passphrase")]
    uses: Option<u32>,
    /// How long it lasts, such as 12h, 7d or 4w [default: 1d; 30d for a passphrase]
    #[arg(long = "for", value_name = "TIME", value_parser = lasts)]
    lasts: Option<u64>,
    /// Put the device into this account, by its full name: the user's own, or one below it [default: the user's own]
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// Somebody has to let each device in
    #[arg(long)]
    approval: bool,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true, value_parser = parse::description)]
    comment: Text,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<Shown>())]
pub(crate) struct List {
    /// Only those for this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// Number of the code or passphrase, as the list shows it; several one after the other
    #[arg(required = true, value_name = "ID")]
    ids: Vec<u64>,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<WaitingDevice>())]
pub(crate) struct Waiting {
    /// Only devices of this user
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Decide {
    /// Installation of the device, or the name of its computer if no other that waits has it; several one after the other
    #[arg(required = true, value_name = "DEVICE")]
    devices: Vec<String>,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[
        number("ID"),
        text("KIND"),
        text("STATE"),
        text("USER"),
        text("ACCOUNT").extra(),
        number("USES"),
        number("MOST"),
        text("APPROVAL").extra(),
        text("MADE BY").extra(),
        text("MADE").extra(),
        text("EXPIRES"),
        text("COMMENT").extra(),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::number(self.id),
            self.kind.name().into(),
            self.state.name().into(),
            (&self.user).into(),
            (&self.account).into(),
            Cell::number(self.uses),
            Cell::number(self.most),
            Cell::flag(self.approval),
            (&self.made_by).into(),
            Cell::moment(self.made),
            Cell::moment(self.expires),
            or_dash(self.comment.as_str()).into(),
        ]
    }
}

impl Row for WaitingDevice {
    const COLUMNS: &'static [Column] = &[
        text("COMPUTER"),
        text("USER"),
        text("ACCOUNT").extra(),
        text("ADDRESS"),
        text("PROGRAM").extra(),
        text("ASKED"),
        number("ENROLMENT").extra(),
        text("INSTALLATION"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            or_dash(&self.computer).into(),
            (&self.user).into(),
            (&self.account).into(),
            (&self.address).into(),
            or_dash(&self.program).into(),
            Cell::moment(self.asked),
            Cell::number(self.enrolment),
            self.installation.into(),
        ]
    }
}

pub(crate) fn run(command: Enrolment, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Enrolment::Create(create) => make(create, &admin, context),
        Enrolment::List(list) => {
            let filters = ListQuery { user: list.user, ..ListQuery::default() };
            list.listing.show::<Shown>(&admin, filters, context, "no code fits; `sbmctl enrolment create` makes one")
        }
        Enrolment::Revoke(revoke) => end(&revoke, &admin, context),
        Enrolment::Waiting(waiting) => {
            let filters = ListQuery { user: waiting.user, ..ListQuery::default() };
            waiting.listing.show::<WaitingDevice>(&admin, filters, context, "no device waits")
        }
        Enrolment::Approve(decide) => settle(&decide, true, &admin, context),
        Enrolment::Reject(decide) => settle(&decide, false, &admin, context),
    }
}

fn make(create: Create, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let kind = if create.passphrase { EnrolmentKind::Passphrase } else { EnrolmentKind::Code };
    let new = NewEnrolment {
        kind,
        user: create.user,
        account: create.account,
        uses: create.uses,
        valid_for: create.lasts,
        approval: create.approval,
        comment: create.comment,
    };
    let MadeEnrolment { code, enrolment } = admin.create_enrolment(&new)?;
    let shown = code.reveal();
    let (name, until) = (kind.name(), moment(enrolment.expires));
    let sentence = format!(
        "the {name} for {} of `{}` is {shown}; it lasts until {until}",
        count(enrolment.most as usize, "device"),
        enrolment.user
    );
    context.out.answer(&json!({"code": shown, "enrolment": enrolment}), &sentence)?;
    context.out.note("It is shown this once and kept nowhere here.")
}

fn end(revoke: &Revoke, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    revoke.consent.ask(&format!("revoke {}? Devices that wait for them do so in vain", count(revoke.ids.len(), "code")))?;
    for (done, id) in revoke.ids.iter().enumerate() {
        admin.revoke_enrolment(*id).map_err(|error| {
            Failure::from(error).hint_for(Code::NotFound, "`sbmctl enrolment list` shows them").after(done, "revoked")
        })?;
    }
    let sentence = format!("revoked {}", count(revoke.ids.len(), "code"));
    context.out.changed(&json!({"ok": true, "revoked": revoke.ids.len()}), &sentence)
}

fn settle(decide: &Decide, yes: bool, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let waiting = admin.rows::<WaitingDevice>(&ListQuery::default()).collect::<Result<Vec<_>, _>>()?;
    let devices = decide.devices.iter().map(|device| find(&waiting, device)).collect::<Result<Vec<_>, _>>()?;
    let verb = if yes { "let in" } else { "rejected" };
    for (done, device) in devices.iter().enumerate() {
        let decided = if yes { admin.approve_device(&device.installation) } else { admin.reject_device(&device.installation) };
        decided.map_err(|error| Failure::from(error).hint_for(Code::NotFound, WAITING).after(done, verb))?;
    }
    let named = match devices.as_slice() {
        [one] => format!("the device `{}` of `{}`", one.computer, one.user),
        several => count(several.len(), "device"),
    };
    context.out.changed(&json!({"ok": true, "devices": devices.len()}), &format!("{verb}: {named}"))
}

const WAITING: &str = "`sbmctl enrolment waiting` shows the devices that wait";

/// The waiting device of that installation, or of that computer if there is one only.
fn find<'a>(waiting: &'a [WaitingDevice], device: &str) -> Result<&'a WaitingDevice, Failure> {
    if let Ok(installation) = parse::installation(device)
        && let Some(found) = waiting.iter().find(|one| one.installation == installation)
    {
        return Ok(found);
    }
    let mut fits: Vec<&WaitingDevice> =
        waiting.iter().filter(|one| one.computer.to_lowercase() == device.to_lowercase()).collect();
    fits.dedup_by_key(|one| one.installation);
    match fits.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::new(Code::NotFound, format!("no device `{device}` waits")).hint(WAITING)),
        several => {
            let each = several.iter().map(|one| format!("`{}` of `{}`", one.installation, one.user));
            let sentence = format!("{} devices wait on a computer `{device}`", several.len());
            Err(Failure::new(Code::InvalidArgument, sentence).hint(format!("name its installation: {}", joined(each))))
        }
    }
}

/// A length of time, in seconds.
fn lasts(text: &str) -> Result<u64, String> {
    let millis = span(text.trim()).filter(|millis| *millis > 0);
    let seconds = millis.and_then(|millis| u64::try_from(millis / SECOND).ok());
    seconds.ok_or_else(|| "say a length of time: a number and w, d, h or m, such as 12h or 7d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    fn waiting(digit: &str, computer: &str) -> WaitingDevice {
        serde_json::from_value(json!({
            "installation": digit.repeat(32), "computer": computer, "program": "MiniBackup 1.0", "address": "192.0.2.7",
            "account": "root>acme", "user": "carol", "enrolment": 7, "asked": 1_795_291_485_123_i64,
        }))
        .unwrap()
    }

    #[test]
    fn a_list_of_codes_says_how_they_stand_and_never_what_they_are_dev_1() {
        let codes: Vec<Shown> = serde_json::from_str(
            r#"[{"id":7,"kind":"passphrase","state":"usable","account":"root>acme","user":"carol","uses":3,"most":40,"approval":true,
                 "comment":"the branch","made_by":"admin","made":1795291485123,"expires":1795291485123},
                {"id":8,"kind":"code","state":"used","account":"root","user":"dora","uses":1,"most":1,"approval":false,
                 "comment":"","made_by":"admin","made":1795291485123,"expires":1795291485123}]"#,
        )
        .unwrap();
        let expected = "\
ID  KIND        STATE   USER   ACCOUNT    USES  MOST  APPROVAL  MADE BY  MADE                  EXPIRES               COMMENT
 7  passphrase  usable  carol  root>acme     3    40  yes       admin    2026-11-21 20:04:45Z  2026-11-21 20:04:45Z  the branch
 8  code        used    dora   root          1     1  no        admin    2026-11-21 20:04:45Z  2026-11-21 20:04:45Z  -
";
        assert_eq!(Look::default().list(&codes), expected);
    }

    #[test]
    fn a_computer_names_a_waiting_device_if_it_is_the_only_one_dev_1() {
        let all = [waiting("1", "desk-7"), waiting("2", "desk-8"), waiting("3", "desk-8")];
        assert_eq!(find(&all, "DESK-7").unwrap().installation, all[0].installation);
        assert_eq!(find(&all, &"3".repeat(32)).unwrap().installation, all[2].installation);
        let told = format!("{:?}", find(&all, "desk-8").unwrap_err());
        assert!(told.contains(&"2".repeat(32)) && told.contains(&"3".repeat(32)), "{told}");
        assert_eq!(find(&all, "desk-9").unwrap_err().code(), Code::NotFound);
        assert_eq!(find(&all, &"4".repeat(32)).unwrap_err().code(), Code::NotFound);
    }

    #[test]
    fn a_code_lasts_for_a_length_of_time_dev_1() {
        assert_eq!((lasts("12h"), lasts("4w"), lasts("90s")), (Ok(43_200), Ok(2_419_200), Ok(90)));
        for wrong in ["", "0d", "7", "-1d", "d", "tomorrow"] {
            assert!(lasts(wrong).is_err(), "{wrong}");
        }
    }
}
