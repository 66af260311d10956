//! Asking a person: passwords that nobody sees, and questions that somebody must answer.
//!
//! A question is asked only where somebody can answer it: when standard input is a terminal. Elsewhere the command line
//! itself is the answer.

mod unseen;

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::JudgedPassword;
use sbm_client::core::wire::v1::session::Secret;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::output::text::{clean, joined};
use crate::prompt::unseen::Typed;

/// The most bytes of a password.
const MAX_PASSWORD: usize = 1_024;

/// Where a password comes from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PasswordFrom {
    /// Read the password from standard input, as one line
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    password_file: Option<PathBuf>,
}

/// Where a new password comes from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct NewPassword {
    #[command(flatten)]
    from: PasswordFrom,
    /// Make up a password and show it, once
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file"])]
    generate: bool,
}

/// A new password.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) secret: Secret,
    /// Whether nobody but this program has seen it yet.
    pub(crate) is_generated: bool,
}

impl Chosen {
    /// How strong it is and to which sets of rules it conforms (RUN-9), for a person. Nothing is refused for it.
    pub(crate) fn judged(&self) -> String {
        let said = JudgedPassword::of(self.secret.reveal());
        let names = |kept: bool| {
            let sets = said.rule_sets.iter().filter(|set| set.conforms == kept);
            sets.map(|set| format!("`{}`", set.name)).collect::<Vec<_>>()
        };
        let told = [("conforms to", names(true)), ("does not conform to", names(false))];
        let told: Vec<String> =
            told.iter().filter(|(_, sets)| !sets.is_empty()).map(|(what, sets)| format!("{what} {}", joined(sets))).collect();
        format!("The password is {}, with {} bits at most; it {}.", said.strength.name(), said.bits, told.join(", and "))
    }
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
    pub(crate) fn known(&self, of: &str) -> Result<Secret, Failure> {
        match self.said()? {
            Some(secret) => Ok(secret),
            None => ask(&format!("password of {of}: ")),
        }
    }

    /// A password that is being made: asked for twice.
    pub(crate) fn new_for(&self, of: &str) -> Result<Secret, Failure> {
        if let Some(secret) = self.said()? {
            return Ok(secret);
        }
        let first = ask(&format!("new password of {of}: "))?;
        let second = ask("the same again: ")?;
        if first == second {
            Ok(first)
        } else {
            Err(Failure::new(Code::InvalidArgument, "the two passwords are not the same").hint("nothing was changed; try again"))
        }
    }

    /// The next line of standard input, or the file's, if that was said.
    fn said(&self) -> Result<Option<Secret>, Failure> {
        match &self.password_file {
            Some(path) => from_file(path).map(Some),
            None if self.password_stdin => read_secret(io::stdin()).map(Some),
            None => Ok(None),
        }
    }
}

impl NewPassword {
    /// The new password: typed twice, read, or made up.
    pub(crate) fn choose(&self, of: &str) -> Result<Chosen, Failure> {
        if self.generate {
            return Ok(Chosen { secret: generated()?, is_generated: true });
        }
        Ok(Chosen { secret: self.from.new_for(of)?, is_generated: false })
    }

    /// Whether it was said where it comes from.
    pub(crate) const fn is_said(&self) -> bool {
        self.generate || self.from.password_stdin || self.from.password_file.is_some()
    }

    /// The password that there is, to be replaced: from that file, else the line of standard input before the new one's,
    /// else asked for.
    pub(crate) fn current(&self, file: Option<&Path>, of: &str) -> Result<Secret, Failure> {
        match file {
            Some(path) => from_file(path),
            None if self.from.password_stdin => read_secret(io::stdin()),
            None => ask(&format!("current password of {of}: ")),
        }
    }
}

/// The first line of a file that holds a secret.
pub(crate) fn from_file(path: &Path) -> Result<Secret, Failure> {
    let file = File::open(path).map_err(|error| Failure::file(format!("`{}` cannot be read: {error}", path.display())))?;
    read_secret(file)
}

/// The signs of a made-up password: none looks like another.
const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// How many there are in a group, and how many groups: 5 bits each, 120 in all.
const GROUP: usize = 6;
const GROUPS: usize = 4;

/// A password that nobody can guess and that can be typed (S0: the source's forms have a generator).
pub(crate) fn generated() -> Result<Secret, Failure> {
    let mut bytes = Zeroizing::new([0_u8; GROUP * GROUPS]);
    getrandom::fill(bytes.as_mut_slice())
        .map_err(|error| Failure::new(Code::Internal, format!("no password can be made: {error}")))?;
    let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        // 256 is a multiple of 32, so no sign comes more often than another.
        text.extend(SIGNS.get(usize::from(byte % 32)).map(|sign| char::from(*sign)));
    }
    Ok(Secret::new(text.as_str()))
}

impl Consent {
    /// Goes on if it was said so, or if somebody agrees. Where nobody can be asked, it must have been said.
    pub(crate) fn ask(self, question: &str) -> Result<(), Failure> {
        if self.yes { Ok(()) } else { confirm(question, "--yes") }
    }

    /// Whether somebody can be asked and agrees to something that `--yes` does not cover.
    pub(crate) fn ask_beyond(question: &str) -> Result<bool, Failure> {
        Ok(is_interactive() && agrees(question)?)
    }
}

/// The same where that argument says it.
pub(crate) fn confirm(question: &str, said: &str) -> Result<(), Failure> {
    if is_interactive() {
        return agreed(question);
    }
    Err(Failure::usage(format!("this must be confirmed: {question}"))
        .hint(format!("there is no terminal to ask on; add `{said}` if it is meant")))
}

fn agreed(question: &str) -> Result<(), Failure> {
    if agrees(question)? { Ok(()) } else { Err(Failure::new(Code::InvalidArgument, "nothing was done: it was not confirmed")) }
}

/// Whether there is somebody to ask.
pub(crate) fn is_interactive() -> bool {
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

/// Asks somebody for a code, which nobody else sees.
pub(crate) fn ask_secret(prompt: &str) -> Result<Secret, Failure> {
    ask(prompt)
}

fn ask(prompt: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("there is no terminal to ask for the password on")
            .hint("give it as a line on standard input, with `--password-stdin`, or in a file, with `--password-file`"));
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
    fn a_password_in_a_file_is_its_first_line_run_6() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        std::fs::write(&path, "correct horse battery\nsecond line\n").unwrap();
        let from = PasswordFrom { password_stdin: false, password_file: Some(path) };
        assert_eq!(from.known("x").unwrap().reveal(), "correct horse battery");
        assert_eq!(from.new_for("x").unwrap().reveal(), "correct horse battery");
        let missing = PasswordFrom { password_stdin: false, password_file: Some(directory.path().join("none")) };
        assert_eq!(missing.known("x").unwrap_err().code(), Code::ConfigUnreadable);
    }

    #[test]
    fn a_made_up_password_is_long_new_each_time_and_of_plain_signs_run_6() {
        let (one, two) = (generated().unwrap(), generated().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.reveal().len(), GROUPS * GROUP + GROUPS - 1);
        let is_plain = |text: &str| text.bytes().all(|byte| byte == b'-' || SIGNS.contains(&byte));
        assert!(is_plain(one.reveal()) && is_plain(two.reveal()));
        assert_eq!(one.reveal().split('-').map(str::len).collect::<Vec<_>>(), [GROUP; GROUPS]);
    }

    #[test]
    fn a_person_is_told_how_strong_a_password_is_and_by_which_rules_run_9() {
        let told = |text: &str| Chosen { secret: Secret::new(text), is_generated: false }.judged();
        assert_eq!(
            told("Xk4!pq7z_9aB"),
            "The password is good, with 73 bits at most; it conforms to `cnil-2022`, and does not conform to `nist-800-63b-4`."
        );
        assert!(
            told("gkqzrxwpbmtv").ends_with("it does not conform to `cnil-2022`, `nist-800-63b-4`."),
            "{}",
            told("gkqzrxwpbmtv")
        );
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        for (line, yes) in [("y\n", true), ("YES\n", true), ("\n", false), ("", false), ("yep\n", false), ("n\n", false)] {
            assert_eq!(is_yes(line), yes, "{line:?}");
        }
    }
}
