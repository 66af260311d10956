//! `sbmctl keys` (OFF-3).

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::failure::Failure;
use crate::prompt::Consent;

#[derive(Subcommand, Debug)]
pub(crate) enum Keys {
    /// Make a new signing key and raise the epoch; clients take it over at their next check
    Rotate(Rotate),
}

#[derive(Args, Debug)]
pub(crate) struct Rotate {
    #[command(flatten)]
    consent: Consent,
}

pub(crate) fn run(command: &Keys, context: &mut Context) -> Result<(), Failure> {
    let Keys::Rotate(rotate) = command;
    let admin = context.admin()?;
    rotate.consent.ask("make a new signing key?")?;
    let rotated = admin.rotate_keys()?;
    context.out.changed(&rotated, &format!("the server signs with a new key; this is epoch {}", rotated.epoch))
}
