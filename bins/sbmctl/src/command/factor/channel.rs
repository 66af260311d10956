//! `sbmctl factor add`, `drop` and `send`: addresses that codes are sent to.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::factor::Channel;
use sbm_client::core::wire::v1::factor::{ChannelBegin, ChannelTicket, CodeSent};
use sbm_client::core::wire::v1::session::Secret;

use super::CodeFrom;
use crate::context::Context;
use crate::failure::Failure;
use crate::prompt::{PasswordFrom, ask_secret, is_interactive};
use crate::saved::Saved;

/// Reads the name of a channel.
pub(crate) fn parse(text: &str) -> Result<Channel, String> {
    let names = Channel::ALL.map(Channel::name).join("` or `");
    Channel::from_name(text).ok_or_else(|| format!("it must be `{names}`"))
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sbmctl factor add email anna@example.org
  sbmctl factor add sms '+49 170 1234567'

A code is sent there, and the address counts when the code was sent back. From then on a login asks
for a code. Whoever has a second factor already gives a code of it with --with.
Without a terminal, or with --json, a ticket is printed, and the code goes with it to
`sbmctl factor confirm --sent` within ten minutes.")]
pub(crate) struct Add {
    /// How codes are sent: email or sms
    #[arg(value_parser = parse)]
    channel: Channel,
    /// Mail address, or telephone number with its country
    address: String,
    #[command(flatten)]
    password: PasswordFrom,
    /// Code of a second factor that you have already
    #[arg(long, value_name = "CODE")]
    with: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Drop {
    /// By which codes are sent no more: email or sms
    #[arg(value_parser = parse)]
    channel: Channel,
    #[command(flatten)]
    code: CodeFrom,
}

#[derive(Args, Debug)]
pub(crate) struct Send {
    /// How: email or sms
    #[arg(value_parser = parse)]
    channel: Channel,
}

pub(super) fn add(command: &Add, admin: Admin, context: &mut Context) -> Result<(), Failure> {
    let password = command.password.known(&format!("yourself at {}", context.saved()?.connection.authority()))?;
    let mut asked = ChannelBegin {
        password,
        channel: command.channel,
        address: command.address.clone(),
        code: command.with.as_deref().map(Secret::new),
    };
    let mut begun = admin.begin_channel(&asked);
    if let Err(error) = &begun
        && error.code() == Code::DeniedSecondFactor
        && is_interactive()
    {
        asked.code = Some(ask_secret("code of the second factor that you have: ")?);
        begun = admin.begin_channel(&asked);
    }
    let ChannelTicket { ticket, sent } = begun?;
    if context.out.is_json() || !is_interactive() {
        let shown = ChannelTicket { ticket: ticket.clone(), sent };
        context.out.text(&shown, &format!("ticket  {}\n", ticket.reveal()))?;
        return context
            .out
            .note("Send the code that came there with `sbmctl factor confirm --sent --ticket …` within ten minutes.");
    }
    context.out.note(&sentence(&sent))?;
    let code = CodeFrom::default().ask()?;
    confirm(admin, &ticket, &code, context)
}

pub(super) fn confirm(mut admin: Admin, ticket: &Secret, code: &Secret, context: &mut Context) -> Result<(), Failure> {
    let saved = context.saved()?;
    let session = match admin.confirm_channel(ticket, code) {
        Ok(session) => session,
        Err(error) => return Err(super::over(error, &admin, "begin `sbmctl factor add` anew")),
    };
    context.connections.save(&context.name()?, &Saved::new(saved.peer(), &session))?;
    context.out.done("codes come to that address from now on; a login asks for one")
}

pub(super) fn drop(command: &Drop, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    admin.remove_channel(command.channel, &command.code.ask()?)?;
    context.out.done(&format!("no codes by {} any more", command.channel))
}

pub(super) fn send(command: &Send, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let sent = admin.send_code(command.channel)?;
    let told = sentence(&sent);
    context.out.changed(&sent, &told)
}

/// What is told of a code that is on its way.
pub(super) fn sentence(sent: &CodeSent) -> String {
    format!("A code is on its way to {}; it counts for ten minutes at most.", sent.address)
}
