//! Asking a person: passwords that nobody sees, and questions that somebody must answer.
//!
//! A question is asked only where somebody can answer it: when standard input is a terminal. Elsewhere the command line
//! itself is the answer.

mod unseen;

use std::io::{self, BufRead as _, IsTerminal as _, Read, Write as _};

use clap::Args;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::session::Secret;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::output::text::clean;
use crate::prompt::unseen::Typed;

/// The most bytes of a password.
const MAX_PASSWORD: usize = 1_024;

/// Where a password comes from.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct PasswordFrom {
    /// Read the password from standard input, as one line
    #[arg(long)]
    password_stdin: bool,
}

/// Whether to ask before something that cannot be taken back.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Consent {
    /// Do not ask for confirmation
    #[arg(short, long)]
    yes: bool,
}

impl PasswordFrom {
    /// A password that exists: asked for once.
    pub(crate) fn known(self, of: &str) -> Result<Secret, Failure> {
        if self.password_stdin { read_secret(io::stdin()) } else { ask(&format!("password of {of}: ")) }
    }

    /// A password that is being made: asked for twice.
    pub(crate) fn new_for(self, of: &str) -> Result<Secret, Failure> {
        if self.password_stdin {
            return read_secret(io::stdin());
        }
        let first = ask(&format!("new password of {of}: "))?;
        let second = ask("the same again: ")?;
        if first == second {
            Ok(first)
        } else {
            Err(Failure::new(Code::InvalidArgument, "the two passwords are not the same").hint("nothing was changed; try again"))
        }
    }
}

impl Consent {
    /// Goes on if it was said so, if there is nobody to ask, or if somebody agrees.
    pub(crate) fn ask(self, question: &str) -> Result<(), Failure> {
        if self.yes || !is_interactive() || agrees(question)? {
            Ok(())
        } else {
            Err(Failure::new(Code::InvalidArgument, "nothing was done: it was not confirmed"))
        }
    }
}

fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn agrees(question: &str) -> Result<bool, Failure> {
    eprint!("{} [y/N] ", clean(question));
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().take(64).read_line(&mut line)?;
    Ok(is_yes(&line))
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

fn ask(prompt: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to ask for the password on")
            .hint("give it as a line on standard input, with `--password-stdin`"));
    }
    match unseen::ask(&clean(prompt), MAX_PASSWORD) {
        Ok(Typed::Line(line)) => check(Secret::new(line.as_str())),
        Ok(Typed::Interrupted) => Err(Failure::interrupted()),
        Err(error) => Err(Failure::new(Code::Internal, format!("the password cannot be asked for: {error}"))),
    }
}

/// The first line, exactly as it is but for its end (RUN-6).
fn read_secret(input: impl Read) -> Result<Secret, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_PASSWORD + 3));
    let mut input = io::BufReader::with_capacity(1, input.take((MAX_PASSWORD + 3) as u64));
    input
        .read_until(b'\n', &mut bytes)
        .map_err(|error| Failure::new(Code::Internal, format!("the password cannot be read: {error}")))?;
    let line = bytes.strip_suffix(b"\n").map_or(bytes.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
    let text = std::str::from_utf8(line)
        .map_err(|_| Failure::new(Code::NotUtf8, "the password on standard input is not valid UTF-8"))?;
    check(Secret::new(text))
}

fn check(secret: Secret) -> Result<Secret, Failure> {
    match secret.reveal().len() {
        0 => Err(Failure::usage("the password is empty")),
        length if length > MAX_PASSWORD => Err(Failure::new(Code::PasswordTooLong, Code::PasswordTooLong.text())),
        _ => Ok(secret),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_exactly_as_it_is_run_6() {
        let long = "x".repeat(MAX_PASSWORD);
        for (input, password) in [
            ("secret\n", "secret"),
            ("secret", "secret"),
            ("secret\r\n", "secret"),
            ("secret\r", "secret\r"),
            (" two words \nsecond line\n", " two words "),
            ("pä\u{301}ss\n", "pä\u{301}ss"),
            (&format!("{long}\r\n"), long.as_str()),
        ] {
            assert_eq!(read_secret(input.as_bytes()).unwrap().reveal(), password, "{input:?}");
        }
    }

    #[test]
    fn no_password_and_too_much_of_one_are_refused() {
        let long = "x".repeat(MAX_PASSWORD + 1);
        for (input, code) in [
            ("".as_bytes(), Code::InvalidArgument),
            (b"\n", Code::InvalidArgument),
            (b"\xff\n", Code::NotUtf8),
            (long.as_bytes(), Code::PasswordTooLong),
        ] {
            assert_eq!(read_secret(input).unwrap_err().code(), code, "{input:?}");
        }
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        for (line, yes) in [("y\n", true), ("YES\n", true), ("\n", false), ("", false), ("yep\n", false), ("n\n", false)] {
            assert_eq!(is_yes(line), yes, "{line:?}");
        }
    }
}
