//! Why a command did not do what it was told: one sentence, and what to do next.

use std::io;

use clap::error::ErrorKind;
use sbm_client::Error;
use sbm_client::core::code::Code;
use serde_json::json;

use crate::connections::ConnectionName;
use crate::exit::Exit;
use crate::output::text::clean;

/// Whether a refusal means that a list is not for whoever asks: by his roles, by his token, or by the level of his account.
pub(crate) const fn may_not_be_listed(code: Code) -> bool {
    matches!(code, Code::DeniedRole | Code::DeniedToken | Code::DeniedModule)
}

/// A failure, ready to be told.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    exit: Exit,
    sentence: String,
    hint: Option<String>,
    silent: bool,
}

impl Failure {
    /// A failure of this code, with the hint that goes with it.
    pub(crate) fn new(code: Code, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        // A sentence that goes beyond the code's own says by itself whom to ask, or which code to send.
        let says_more = matches!(code, Code::DeniedRole | Code::DeniedSecondFactor) && sentence != code.text();
        let hint = hint(code).filter(|_| !says_more).map(str::to_owned);
        Self { code, exit: Exit::of(code), sentence, hint, silent: false }
    }

    /// Arguments that make no sense together.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::new(Code::InvalidArgument, sentence) }
    }

    /// Whoever was asked pressed ^C.
    pub(crate) fn interrupted() -> Self {
        Self { exit: Exit::Interrupted, ..Self::new(Code::InvalidArgument, "interrupted while the password was asked for") }
    }

    /// A file of this machine that cannot be used.
    pub(crate) fn file(sentence: impl Into<String>) -> Self {
        Self::new(Code::ConfigUnreadable, sentence)
    }

    /// The same with another hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, and what else there is to know.
    pub(crate) fn because(mut self, told: &str) -> Self {
        self.sentence = format!("{}; {told}", self.sentence);
        self
    }

    /// The same, with the connection in the commands that the hint names.
    pub(crate) fn at(mut self, connection: Option<&ConnectionName>) -> Self {
        if let (Some(hint), Some(name)) = (&mut self.hint, connection) {
            for command in ["login", "test", "factor enrol"] {
                *hint = hint.replace(&format!("`sbmctl {command}`"), &format!("`sbmctl {command} --connection {name}`"));
            }
        }
        self
    }

    /// The same, after so many were done all the same: `deleted`, `added`.
    pub(crate) fn after(self, done: usize, what: &str) -> Self {
        match done {
            0 => self,
            1 => self.because(&format!("the one before was {what}")),
            _ => self.because(&format!("the {done} before were {what}")),
        }
    }

    /// The same with another hint, if it is of that code.
    pub(crate) fn hint_for(self, code: Code, hint: &str) -> Self {
        if self.code == code { self.hint(hint) } else { self }
    }

    /// The same, without a word: everything there is to say has been said.
    pub(crate) const fn quietly(mut self) -> Self {
        self.silent = true;
        self
    }

    pub(crate) fn sentence(&self) -> &str {
        &self.sentence
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// Tells it on standard error.
    pub(crate) fn tell(&self, json: bool) {
        if self.silent {
            return;
        }
        if json {
            anstream::eprintln!("{}", self.to_json());
            return;
        }
        let (red, cyan) = (style(anstyle::AnsiColor::Red), style(anstyle::AnsiColor::Cyan));
        anstream::eprintln!("{red}error:{red:#} {}", clean(&self.sentence));
        if let Some(hint) = &self.hint {
            anstream::eprintln!("{cyan}hint:{cyan:#} {}", clean(hint));
        }
    }

    fn to_json(&self) -> serde_json::Value {
        json!({"code": self.code.name(), "number": self.code.number(), "message": self.sentence, "hint": self.hint})
    }
}

const fn style(color: anstyle::AnsiColor) -> anstyle::Style {
    color.on_default().bold()
}

/// What to do next, where that follows from the code alone.
const fn hint(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::NotLoggedIn => "log in with `sbmctl login sbm://…`, or on a fresh server's own machine run `sbmctl setup`",
        Code::TokenRefused => "the session ended; log in again with `sbmctl login`",
        Code::WrongAudience => {
            "log in with `sbmctl login`; a device's token is not for administration, and a program's not for passwords, sessions and tokens"
        }
        Code::DeniedToken => "use a token that goes further, or log in with `sbmctl login`",
        Code::WrongCredentials => "check the user's name (`--user`) and type the password again",
        Code::Unreachable | Code::TimedOut => {
            "is the server running, and the address right? `sbmctl test` checks one thing after the other"
        }
        Code::TlsFailed => "`sbmctl test` checks one thing after the other",
        Code::UntrustedServer => {
            "compare the saved fingerprint (`sbmctl connection show`) with the one the server's operator sees; log in with another one only if that change is wanted"
        }
        Code::AddressRefused | Code::DeniedAddress => {
            "admit this address from a machine that is admitted: `sbmctl allow add ADDRESS`"
        }
        Code::NotClaimed => "run `sbmctl setup` on the server's own machine, as the owner of its data directory",
        Code::AlreadyClaimed => "log in with `sbmctl login sbm://…`",
        Code::DeniedSecondFactor => "one is asked of you here: enrol it with `sbmctl factor enrol`",
        Code::DeniedAccountDeletion => "`sbmctl account keep NAME` cancels the deletion, as long as it is not due",
        Code::DeniedRole => "log in as somebody who has the role `admin`",
        Code::Throttled | Code::Busy => "wait a little, then try again",
        Code::CapabilityMissing => "use an `sbmctl` of the server's version",
        _ => return None,
    })
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<&clap::Error> for Failure {
    /// Of arguments that make no sense: clap's first paragraph is the sentence, its tip the hint.
    fn from(error: &clap::Error) -> Self {
        if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return Self::usage("a command is missing").hint("`sbmctl --help` lists the commands");
        }
        let text = error.render().to_string();
        let mut paragraphs = text.split("\n\n").map(|lines| lines.split_whitespace().collect::<Vec<_>>().join(" "));
        let sentence = paragraphs.next().unwrap_or_default();
        let tip = paragraphs.find_map(|text| text.strip_prefix("tip: ").map(str::to_owned));
        Self::usage(sentence.strip_prefix("error: ").unwrap_or(&sentence))
            .hint(tip.unwrap_or_else(|| "`--help` behind the command explains its arguments".to_owned()))
    }
}

impl From<io::Error> for Failure {
    /// Of writing to standard output. A reader that has seen enough (`| head`) is no failure to speak of.
    fn from(error: io::Error) -> Self {
        let failure = Self::new(Code::Internal, format!("the output cannot be written: {error}"));
        if error.kind() == io::ErrorKind::BrokenPipe { Self { exit: Exit::Ok, ..failure.quietly() } } else { failure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_the_servers_sentence_and_says_what_to_do_next() {
        let failure = Failure::from(Error::new(Code::TokenRefused, "the token is unknown"));
        assert_eq!(failure.exit(), Exit::Denied);
        assert_eq!(
            failure.to_json(),
            json!({"code": "token_refused", "number": 302, "message": "the token is unknown", "hint": "the session ended; log in again with `sbmctl login`"})
        );
    }

    #[test]
    fn a_hint_for_one_code_leaves_the_others_alone() {
        let failure = |code| Failure::new(code, "x").hint_for(Code::InUse, "add `--detach`").hint;
        assert_eq!(failure(Code::InUse).as_deref(), Some("add `--detach`"));
        assert_eq!(failure(Code::NotFound), None);
    }

    #[test]
    fn a_sentence_that_says_whom_to_ask_needs_no_hint_err_1() {
        for code in [Code::DeniedRole, Code::DeniedSecondFactor] {
            assert!(Failure::new(code, code.text()).hint.is_some());
            assert_eq!(Failure::new(code, "ask whoever manages it").hint, None);
        }
        let hint = Failure::new(Code::DeniedSecondFactor, Code::DeniedSecondFactor.text()).hint.unwrap();
        assert!(hint.contains("`sbmctl factor enrol`"), "{hint}");
        let hint = Failure::new(Code::DeniedAccountDeletion, "the account `root>pc` is about to be deleted").hint.unwrap();
        assert!(hint.contains("`sbmctl account keep NAME`"), "{hint}");
    }

    #[test]
    fn a_hint_names_the_connection_that_the_command_was_for_con_2() {
        let name: ConnectionName = "office".parse().unwrap();
        let hint = |name| Failure::new(Code::TokenRefused, "x").at(name).hint.unwrap();
        assert_eq!(hint(Some(&name)), "the session ended; log in again with `sbmctl login --connection office`");
        assert_eq!(hint(None), "the session ended; log in again with `sbmctl login`");
    }

    #[test]
    fn a_failure_midway_says_what_was_done_before_it_err_1() {
        let told = |done| Failure::new(Code::NotFound, "there is no user `x`").after(done, "deleted").sentence;
        assert_eq!(told(0), "there is no user `x`");
        assert_eq!(told(1), "there is no user `x`; the one before was deleted");
        assert_eq!(told(3), "there is no user `x`; the 3 before were deleted");
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(failure.silent && failure.exit() == Exit::Ok);
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::StorageFull)).exit(), Exit::Failed);
    }

    #[test]
    fn sentences_and_hints_are_in_the_house_style() {
        for hint in Code::ALL.iter().filter_map(|code| hint(*code)) {
            assert!(!hint.ends_with('.') && hint.chars().next().is_some_and(|c| c.is_lowercase() || c == '`'), "{hint}");
        }
    }
}
