//! Where the code of a second factor comes from.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::factor::Channel;
use sbm_client::core::wire::v1::factor::HalfSession;
use sbm_client::core::wire::v1::session::{Secret, Session};

use super::channel;
use crate::failure::Failure;
use crate::output::text::clean;
use crate::prompt::{ask_secret, is_interactive};

/// A code of the second factor.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CodeFrom {
    /// Code of the second factor, or a recovery code; it is asked for if missing
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
}

/// A code of the second factor, for a login.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct LoginCode {
    #[command(flatten)]
    code: CodeFrom,
    /// Have a code sent to you by email or sms, and type it; the only way there is goes without saying
    #[arg(long, value_name = "CHANNEL", value_parser = channel::parse, conflicts_with = "code")]
    by: Option<Channel>,
}

impl CodeFrom {
    /// The code that was said, or that somebody types.
    pub(crate) fn ask(&self) -> Result<Secret, Failure> {
        if let Some(code) = &self.code {
            return Ok(Secret::new(code.as_str()));
        }
        if !is_interactive() {
            return Err(Failure::usage("the code of the second factor is missing")
                .hint("there is no terminal to ask on; add it with `--code`"));
        }
        ask_secret("code of the second factor: ")
    }
}

impl LoginCode {
    /// Ends a login whose password was right. Who types the code may mistype it.
    pub(crate) fn finish(&self, admin: &mut Admin, failed: sbm_client::Error) -> Result<Session, Failure> {
        let Some(half) = failed.second_step().cloned() else { return Err(failed.into()) };
        if self.code.code.is_none()
            && let Some(channel) = self.by.or_else(|| only_way(&half))
        {
            if !is_interactive() {
                return Err(Failure::usage("a code has to be sent to you and typed, and there is no terminal to ask on")
                    .hint("log in where there is one, or have a token made for programs with `sbmctl token create`"));
            }
            told(&channel::sentence(&admin.send_login_code(&half, channel)?));
        }
        loop {
            let code = self.code.ask()?;
            match admin.finish_login(&half, &code) {
                Ok(session) => return Ok(session),
                Err(error) if error.code() == Code::SecondFactorWrong && self.code.code.is_none() => {
                    told(&error.to_string());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Tells somebody who types at a terminal.
fn told(sentence: &str) {
    eprintln!("{}", clean(sentence));
}

/// The channel, if there is no authenticator and one address.
fn only_way(half: &HalfSession) -> Option<Channel> {
    match half.channels.as_slice() {
        [only] if half.sent_only => Some(only.channel),
        _ => None,
    }
}
