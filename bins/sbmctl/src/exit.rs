//! The exit codes: part of the command line's contract, shown in `sbmctl --help`.

use std::process::ExitCode;

use sbm_client::core::code::Code;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or answered.
    Ok = 0,
    /// The server refused, or it failed.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// There was no contact with the server that was confirmed.
    NoContact = 3,
    /// Denied: nobody is logged in, or he may not.
    Denied = 4,
    /// Somebody was asked for a password and pressed ^C; shells know it as the number of that signal.
    Interrupted = 130,
}

/// Every code and what it means, in the order of the numbers.
pub(crate) const CODES: &[(Exit, &str)] = &[
    (Exit::Ok, "done, or answered"),
    (Exit::Failed, "refused by the server, or failed"),
    (Exit::Usage, "wrong usage, or a question that nobody could be asked: see --yes"),
    (Exit::NoContact, "no contact: the server cannot be reached, or it is not the one that was confirmed"),
    (Exit::Denied, "denied: not logged in, wrong credentials, address not admitted, or no permission"),
    (Exit::Interrupted, "interrupted while a password was asked for"),
];

/// Every variable and what it does.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    ("SBM_CONNECTION_NAME", "the connection that a command is for, where no --connection says it"),
    ("SBM_TOKEN", "the token to act with, not with a login, where no --token-file says it; set and empty it is an error"),
    ("SBMCTL_CONFIG", "the file with the connection `default`; the others are in a directory beside it"),
    ("SBM_DATA_DIR", "the server's data directory, for `sbmctl setup`"),
    ("SBM_CONNECTION", "the connection string of the server, for the first login of `sbmctl agent`"),
    ("SBM_ROOTS", "`pinned` or `system`: what vouches for that server, for `sbmctl agent`"),
    ("SBM_USER", "the user whose device it is, for `sbmctl agent`"),
    ("SBM_PASSWORD_FILE", "the file that holds his password, for `sbmctl agent`"),
    ("SBM_MANAGED", "`required` or `optional`: whether a server must manage this installation, for `sbmctl agent`"),
    ("NO_COLOR", "set to anything, there is no colour"),
    ("CLICOLOR_FORCE", "set to 1, there is colour even where no terminal is"),
    ("TZ", "the zone of the times that are shown and read; --utc is UTC"),
];

/// Every file and what it holds.
pub(crate) const FILES: &[(&str, &str)] = &[
    (
        "~/.config/sbm/connection.json",
        "the connection `default`: server, fingerprint, session; $XDG_CONFIG_HOME in place of ~/.config if it is set, on Windows %APPDATA%",
    ),
    ("~/.config/sbm/connection.d", "the other connections, each in a file of its own, and which one is in use"),
];

/// The paragraph in `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done, or answered
  1  refused by the server, or failed
  2  wrong usage, or a question that nobody could be asked: see --yes
  3  no contact: the server cannot be reached, or it is not the one that was confirmed
  4  denied: not logged in, wrong credentials, address not admitted, or no permission
  130  interrupted while a password was asked for

With --json, standard output is one JSON value: an array for a list, an object for anything
else. A failure is then one JSON object on standard error: code, number, message, hint.

A password is never an argument: it is asked for, read from standard input as one line with
--password-stdin, or from a file with --password-file. Questions are asked only on a terminal;
elsewhere what would be asked about must be said with --yes.

Connections and sessions are kept in connection.json and connection.d beside it, readable by
their owner alone, in the directory sbm of the place for settings: $XDG_CONFIG_HOME or
~/.config, on Windows %APPDATA%. NO_COLOR in the environment switches colour off.";

/// What `sbmctl help exit-codes` says.
pub(crate) const EXPLAINED: &str = "\
Exit codes:
  0    done, or answered
  1    refused by the server, or failed
  2    wrong usage, or a question that nobody could be asked: add --yes if it is meant
  3    no contact: the server cannot be reached, or it is not the one that was confirmed
  4    denied: not logged in, wrong credentials, address not admitted, or no permission
  130  interrupted while a password was asked for

Codes may be added; take one that you do not know for a failure. With --json, the object on
standard error names the failure more exactly: its `code` and `number` are those of the server,
of the library and of its C interface.

Special cases: `test` and `connection test` exit by the first part that failed; `allow test`
with 4 if the address is not admitted; `audit verify` with 1 if the log was changed; `explain`
with 0 whatever the answer is.";

impl Exit {
    /// The kind of this failure.
    pub(crate) const fn of(code: Code) -> Self {
        match code {
            Code::Ok => Self::Ok,
            Code::Unreachable | Code::TimedOut | Code::TlsFailed | Code::UntrustedServer => Self::NoContact,
            // What is wrong with a claim or a new password is no question of who is asking.
            Code::AlreadyClaimed
            | Code::NotClaimed
            | Code::PasswordTooShort
            | Code::PasswordTooCommon
            | Code::PasswordTooLong => Self::Failed,
            Code::AddressRefused => Self::Denied,
            // A column that a list does not have is one mistake, whoever finds it.
            Code::InvalidQuery => Self::Usage,
            _ => match code.number() {
                300..=499 => Self::Denied,
                _ => Self::Failed,
            },
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_exits_by_its_kind_err_1() {
        for (code, exit) in [
            (Code::Ok, Exit::Ok),
            (Code::NotFound, Exit::Failed),
            (Code::InUse, Exit::Failed),
            (Code::AlreadyClaimed, Exit::Failed),
            (Code::PasswordTooShort, Exit::Failed),
            (Code::Unreachable, Exit::NoContact),
            (Code::TimedOut, Exit::NoContact),
            (Code::UntrustedServer, Exit::NoContact),
            (Code::AddressRefused, Exit::Denied),
            (Code::NotLoggedIn, Exit::Denied),
            (Code::WrongCredentials, Exit::Denied),
            (Code::TokenRefused, Exit::Denied),
            (Code::DeniedRole, Exit::Denied),
            (Code::InvalidQuery, Exit::Usage),
        ] {
            assert_eq!(Exit::of(code), exit, "{code}");
        }
    }

    #[test]
    fn nothing_but_ok_exits_with_zero() {
        assert!(Code::ALL.iter().all(|code| (Exit::of(*code) == Exit::Ok) == (*code == Code::Ok)));
    }

    #[test]
    fn the_help_names_every_exit_code() {
        for exit in [Exit::Ok, Exit::Failed, Exit::Usage, Exit::NoContact, Exit::Denied, Exit::Interrupted] {
            assert!(HELP.contains(&format!("\n  {}  ", exit as u8)), "{exit:?}");
            assert!(EXPLAINED.contains(&format!("  {:<5}", exit as u8)), "{exit:?}");
            assert!(
                CODES.iter().any(|(known, meaning)| *known == exit
                    && HELP.contains(meaning)
                    && EXPLAINED.contains(meaning.split(": see").next().unwrap())),
                "{exit:?}"
            );
        }
    }
}
