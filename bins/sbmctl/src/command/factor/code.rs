//! Where the code of a second factor comes from.

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::session::{Secret, Session};

use crate::failure::Failure;
use crate::prompt::{ask_secret, is_interactive};

/// A code of the second factor.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CodeFrom {
    /// Code of the second factor, or a recovery code; it is asked for if missing
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
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

    /// Ends a login whose password was right. Who types it may mistype it.
    pub(crate) fn finish(&self, admin: &mut Admin, failed: sbm_client::Error) -> Result<Session, Failure> {
        let Some(half) = failed.second_step().cloned() else { return Err(failed.into()) };
        loop {
            let code = self.ask()?;
            match admin.finish_login(&half, &code) {
                Ok(session) => return Ok(session),
                Err(error) if error.code() == Code::SecondFactorWrong && self.code.is_none() => {
                    eprintln!("{error}");
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
