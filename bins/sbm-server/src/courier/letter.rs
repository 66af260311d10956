//! What is sent with a code in it.

use std::fmt;

use sbm_core::factor::{Address, SentCode};
use zeroize::Zeroizing;

/// A letter to one address. `Debug` shows nothing of what it says.
pub struct Letter {
    /// Whom it is for.
    pub to: Address,
    /// Its subject, where there is one. It has no code in it: subjects are shown where letters are not.
    pub subject: String,
    /// What it says.
    pub text: Zeroizing<String>,
}

impl Letter {
    /// A code for somebody who logs in, or proves that an address is his.
    #[must_use]
    pub fn with_code(to: Address, login: &str, server: &str, code: &SentCode) -> Self {
        let code = code.text();
        let text = match to.channel() {
            sbm_core::factor::Channel::Sms => {
                Zeroizing::new(format!("{} is your code for SBM at {server}, for ten minutes.", *code))
            }
            sbm_core::factor::Channel::Email => Zeroizing::new(format!(
                "Your code for the backup server {server}:\n\n    {}\n\nIt is for `{login}`, works once, and is void after ten minutes.\n\n\
                 If you did not ask for it, somebody else did who knows your password: change the password.\n",
                *code
            )),
        };
        Self { to, subject: format!("Your code for the backup server {server}"), text }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("to", &self.to).finish_non_exhaustive()
    }
}
