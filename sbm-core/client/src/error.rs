//! The client's one error: a code of the one table and a sentence (ERR-1). No type of another library shows through.

use std::fmt;
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::wire::v1::Problem;
use sbm_core::wire::v1::factor::HalfSession;

/// Why something could not be done. Its `Display` is one sentence for a person.
#[derive(Debug)]
pub struct Error {
    code: Code,
    message: String,
    retry_after: Option<Duration>,
    second_step: Option<Box<HalfSession>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure with that code; `message` says what was wrong with which value, and what to do.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None, second_step: None, source: None }
    }

    /// What it is, as it is known everywhere.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What was wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        self.code.is_retryable()
    }

    /// How long to wait before the next attempt, where the server said so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// With [`Code::DeniedSecondFactor`], of a login whose password was right: what its second step takes (RUN-8).
    #[must_use]
    pub fn second_step(&self) -> Option<&HalfSession> {
        self.second_step.as_deref()
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) const fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code, code.text())
    }
}

impl From<Problem> for Error {
    /// What a server told. A code that this version does not know counts as the server's own fault.
    fn from(problem: Problem) -> Self {
        let code = problem.code().filter(|code| *code != Code::Ok).unwrap_or(Code::Internal);
        let wait = problem.retry_after.map(Duration::from_secs);
        let message = if problem.detail.is_empty() { problem.title } else { problem.detail };
        Self { second_step: problem.second_step.map(Box::new), ..Self::new(code, message) }.with_retry_after(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_keeps_its_code_its_sentence_and_when_to_try_again_err_1() {
        let problem = Problem { retry_after: Some(7), ..Problem::new(Code::Busy, "the server is busy; try again") };
        let error = Error::from(problem);
        assert_eq!((error.code(), error.to_string().as_str()), (Code::Busy, "the server is busy; try again"));
        assert_eq!((error.retry_after(), error.is_retryable()), (Some(Duration::from_secs(7)), true));
    }

    #[test]
    fn a_problem_of_a_later_version_is_a_failure_all_the_same() {
        for code in [0, -1, 99_999] {
            let error = Error::from(Problem { code, ..Problem::new(Code::Busy, "") });
            assert_eq!(error.code(), Code::Internal);
            assert!(!error.to_string().is_empty());
        }
    }
}
