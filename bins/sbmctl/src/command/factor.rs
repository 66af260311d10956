//! `sbmctl factor`: one's own second factor (RUN-8).

mod channel;
mod code;
mod lacking;
mod picture;

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::factor::Channel;
use sbm_client::core::wire::v1::factor::{FactorEnrolled, FactorOffer, FactorState};
use sbm_client::core::wire::v1::session::Secret;
use serde::Serialize;

pub(crate) use self::code::{CodeFrom, LoginCode};
pub(in crate::command) use self::lacking::Lacking;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::Cell;
use crate::prompt::{PasswordFrom, is_interactive};
use crate::saved::Saved;

#[derive(Subcommand, Debug)]
pub(crate) enum Factor {
    /// Show whether you have one, and how many recovery codes are left
    Status,
    /// Enrol an authenticator: shows a QR code, and asks for the first code
    Enrol(Enrol),
    /// End an enrolment that was begun where nobody could be asked
    Confirm(Confirm),
    /// Have codes sent to an address of yours
    Add(channel::Add),
    /// Have no more codes sent there, with a code
    Drop(channel::Drop),
    /// Have a code sent to you, for what takes one besides a login
    Send(channel::Send),
    /// Remove the authenticator, with a code
    Remove(CodeFrom),
    /// Make new recovery codes; those of before are void
    Recovery(CodeFrom),
}

#[derive(Args, Debug)]
#[command(after_help = "\
Any authenticator for time-based codes does: SHA-1, six digits, thirty seconds.
From then on a login asks for a code behind the password, `sbmctl login` and backup programs alike.
Sessions at the console that the password alone began end; devices and tokens stay.
Without a terminal, or with --json, the key and a ticket are printed, and the first code goes
with the ticket to `sbmctl factor confirm` within ten minutes.")]
pub(crate) struct Enrol {
    #[command(flatten)]
    password: PasswordFrom,
    /// Code of another second factor that you have already
    #[arg(long, value_name = "CODE")]
    with: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Confirm {
    /// The code was sent to an address, as `factor add` asked
    #[arg(long)]
    sent: bool,
    /// What `factor enrol` or `factor add` printed
    #[arg(long, value_name = "TICKET", allow_hyphen_values = true)]
    ticket: String,
    #[command(flatten)]
    code: CodeFrom,
}

/// Recovery codes, shown once.
#[derive(Serialize)]
struct Codes<'a> {
    recovery_codes: &'a [Secret],
}

pub(crate) fn run(command: &Factor, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Factor::Status => {
            let state = admin.factor()?;
            context.out.facts(&state, &facts(&state))
        }
        Factor::Enrol(command) => enrol(command, admin, context),
        Factor::Confirm(command) => {
            let (ticket, code) = (Secret::new(command.ticket.as_str()), command.code.ask()?);
            if command.sent { channel::confirm(admin, &ticket, &code, context) } else { confirm(admin, &ticket, &code, context) }
        }
        Factor::Add(command) => channel::add(command, admin, context),
        Factor::Drop(command) => channel::drop(command, &admin, context),
        Factor::Send(command) => channel::send(command, &admin, context),
        Factor::Remove(code) => {
            admin.remove_factor(&code.ask()?)?;
            let left = admin.factor()?.channels;
            context.out.done(match left.as_slice() {
                [] => "your second factor is removed; the password alone lets you in",
                _ => "your authenticator is removed; codes are sent to you",
            })
        }
        Factor::Recovery(code) => {
            let codes = admin.renew_recovery_codes(&code.ask()?)?;
            show(&codes.recovery_codes, "New recovery codes; those of before are void.", context)
        }
    }
}

fn facts(state: &FactorState) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![(
        "second factor",
        Cell::from(match (state.enrolled, state.channels.as_slice()) {
            (true, _) => "enrolled",
            (false, []) => "none",
            (false, _) => "codes are sent",
        }),
    )];
    if let Some(since) = state.since {
        facts.push(("since", Cell::moment(since)));
        facts.push(("recovery codes left", state.recovery_codes.to_string().into()));
    }
    facts.extend(state.channels.iter().map(|channel| match channel.channel {
        Channel::Email => ("codes by mail to", Cell::from(channel.address.as_str())),
        Channel::Sms => ("codes by short message to", channel.address.as_str().into()),
    }));
    if !state.offers.is_empty() {
        facts.push((
            "the server sends codes by",
            state.offers.iter().map(|channel| channel.name()).collect::<Vec<_>>().join(", ").into(),
        ));
    }
    facts.push(("the server asks for it", (if state.required { "yes" } else { "no" }).into()));
    facts
}

fn enrol(command: &Enrol, admin: Admin, context: &mut Context) -> Result<(), Failure> {
    let saved = context.saved()?;
    let authority = saved.connection.authority();
    let password = command.password.known(&format!("yourself at {authority}"))?;
    let offer = match command.with.as_deref() {
        None => admin.begin_factor(&password, &authority)?,
        Some(code) => admin.begin_factor_with_code(&password, &authority, &Secret::new(code))?,
    };
    context.out.text(&offer, &shown(&offer)?)?;
    if context.out.is_json() || !is_interactive() {
        return context.out.note("Send the first code with `sbmctl factor confirm --ticket …` within ten minutes.");
    }
    let code = CodeFrom::default().ask()?;
    confirm(admin, &offer.ticket, &code, context)
}

fn confirm(mut admin: Admin, ticket: &Secret, code: &Secret, context: &mut Context) -> Result<(), Failure> {
    let saved = context.saved()?;
    let hint = "see that the clock of the phone is right, and type the next code";
    let FactorEnrolled { session, recovery_codes } = match admin.confirm_factor(ticket, code) {
        Ok(enrolled) => enrolled,
        Err(error) => return Err(over(error, &admin, "begin `sbmctl factor enrol` anew").hint_for(Code::SecondFactorWrong, hint)),
    };
    context.connections.save(&context.name()?, &Saved::new(saved.peer(), &session))?;
    show(
        &recovery_codes,
        "Your second factor is enrolled. Each of these recovery codes lets you in once, without the phone:",
        context,
    )
}

/// A refusal of a ticket. While the session still counts, it is the ticket that is refused, and not the session.
fn over(error: sbm_client::Error, admin: &Admin, anew: &str) -> Failure {
    let is_of_ticket = error.code() == Code::TokenRefused && admin.factor().is_ok();
    let failure = Failure::from(error);
    if is_of_ticket { failure.hint(anew) } else { failure }
}

/// The picture for the phone, and the key for who types it.
fn shown(offer: &FactorOffer) -> Result<String, Failure> {
    let picture = picture::of(offer.address.reveal())?;
    let (key, ticket) = (offer.key.reveal(), offer.ticket.reveal());
    Ok(format!("{picture}\nkey     {key}\naddress {}\nticket  {ticket}\n", offer.address.reveal()))
}

fn show(codes: &[Secret], sentence: &str, context: &mut Context) -> Result<(), Failure> {
    let lines: String = codes.iter().map(|code| format!("  {}\n", code.reveal())).collect();
    context.out.text(&Codes { recovery_codes: codes }, &format!("{sentence}\n{lines}"))?;
    context.out.note("Keep them where the phone is not. They are shown this once and kept nowhere here.")
}

#[cfg(test)]
mod tests {
    use sbm_client::core::time::Timestamp;
    use sbm_client::core::wire::v1::factor::ChannelState;

    use super::*;

    #[test]
    fn the_state_says_what_is_left_run_8() {
        let none =
            FactorState { enrolled: false, since: None, recovery_codes: 0, required: true, channels: vec![], offers: vec![] };
        let state = FactorState { enrolled: true, since: Some(Timestamp::from_millis(0)), recovery_codes: 3, ..none.clone() };
        let names: Vec<_> = facts(&state).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["second factor", "since", "recovery codes left", "the server asks for it"]);
        assert_eq!(facts(&none).len(), 2);
        let address =
            ChannelState { channel: Channel::Email, address: "a…@example.org".into(), since: Timestamp::from_millis(0) };
        let sent = FactorState { channels: vec![address], offers: Channel::ALL.to_vec(), ..none };
        let names: Vec<_> = facts(&sent).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["second factor", "codes by mail to", "the server sends codes by", "the server asks for it"]);
    }
}
