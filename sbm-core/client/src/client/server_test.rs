//! "Test server" (RUN-5): each thing that can be wrong is reported by itself.

use sbm_core::code::Code;
use sbm_core::wire::v1::session::{Login, Secret, Session};
use sbm_core::wire::v1::{Capability, ConnectionString, Status, path};

use super::Client;
use super::lock::lock_tested;
use super::login::reach;
use crate::error::Error;
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError, Verdict, call};

/// What came of one part of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it should be.
    Ok,
    /// It is not.
    Failed {
        /// What is wrong.
        code: Code,
        /// In one sentence.
        message: String,
    },
    /// Something before it failed, or it was not asked for.
    NotTried,
}

/// What a test of a server found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerTest {
    /// Something listens there.
    pub reachable: Outcome,
    /// It is the server whose CA was confirmed.
    pub certificate: Outcome,
    /// It admits this address. The refusal is told before anything is secure; it is a hint, not a proof (NET-1).
    pub address_allowed: Outcome,
    /// It is an SBM server that is set up and speaks our version.
    pub versions: Outcome,
    /// User and password are right.
    pub credentials: Outcome,
    /// The connection is locked now (USR-9). Tried when everything else was as it should be, with credentials.
    pub locked: Outcome,
    /// The server's program version.
    pub server_version: Option<String>,
    /// How far the server's clock is ahead of this computer's, in milliseconds.
    pub clock_skew_ms: Option<i64>,
}

impl Client {
    /// Tests a server (RUN-5). Without credentials nothing is changed anywhere. With credentials a session is made and ended
    /// again, and a test in which all went well locks an open connection to this server and user (USR-9); rights begin with
    /// the first login.
    #[must_use]
    pub fn test_server(&self, connection: &ConnectionString, credentials: Option<(&str, &Secret)>) -> ServerTest {
        let mut test = ServerTest {
            reachable: Outcome::NotTried,
            certificate: Outcome::NotTried,
            address_allowed: Outcome::NotTried,
            versions: Outcome::NotTried,
            credentials: Outcome::NotTried,
            locked: Outcome::NotTried,
            server_version: None,
            clock_skew_ms: None,
        };
        let _telling = self.shared.config.journal.begin();
        let began = self.shared.cancel.begin();
        let transport = match reach(&self.shared, connection, self.shared.config.system_roots) {
            Ok(way) => self.shared.one_act(way, &began),
            Err(error) => {
                test.blame_untried(error);
                return test;
            }
        };
        let before = self.shared.now();
        let request = HttpRequest {
            method: "GET",
            path: path::STATUS.to_owned(),
            token: None,
            body: None,
            max_answer: 64 * 1024,
            headers: Vec::new(),
        };
        match transport.send(request) {
            Ok(response) => {
                (test.reachable, test.certificate) = (Outcome::Ok, Outcome::Ok);
                let middle = before.plus(self.shared.now().since(before) / 2);
                test.clock_skew_ms = response.time.map(|time| time.since(middle));
                test.read(response);
            }
            Err(error) => test.blame(error),
        }
        if let (Outcome::Ok, Some((user, password))) = (&test.versions, credentials) {
            test.credentials = log_in_and_out(&*transport, user, password).map_or_else(Outcome::from, |()| Outcome::Ok);
            if test.is_ok() {
                test.locked = lock_tested(self, connection, user).map_or_else(Outcome::from, |()| Outcome::Ok);
            }
        }
        test
    }
}

impl ServerTest {
    /// Whether everything that was tried is as it should be.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        let parts = [&self.reachable, &self.certificate, &self.address_allowed, &self.versions, &self.credentials];
        self.versions == Outcome::Ok && parts.iter().all(|part| !matches!(part, Outcome::Failed { .. }))
    }

    /// What is wrong with the connection string or the roots, before anything was sent: nothing is known of the server.
    fn blame_untried(&mut self, error: TransportError) {
        let failed = Outcome::Failed { code: error.code, message: error.message };
        match error.code {
            Code::UntrustedServer | Code::TlsFailed => self.certificate = failed,
            _ => self.reachable = failed,
        }
    }

    /// Puts an error of the way to the part that it speaks of; what must have worked for it did.
    fn blame(&mut self, error: TransportError) {
        let failed = Outcome::Failed { code: error.code, message: error.message };
        match error.code {
            Code::AddressRefused => (self.reachable, self.address_allowed) = (Outcome::Ok, failed),
            Code::UntrustedServer | Code::TlsFailed => (self.reachable, self.certificate) = (Outcome::Ok, failed),
            Code::Unreachable | Code::TimedOut | Code::Cancelled => self.reachable = failed,
            _ => (self.reachable, self.certificate, self.versions) = (Outcome::Ok, Outcome::Ok, failed),
        }
    }

    fn read(&mut self, response: HttpResponse) {
        match response.verdict() {
            Verdict::Success(bytes) => {
                self.address_allowed = Outcome::Ok;
                self.versions = self.judge(&bytes);
            }
            Verdict::Problem(problem) => {
                let error = Error::from(problem);
                match error.code() {
                    Code::AddressRefused | Code::DeniedAddress => self.address_allowed = Outcome::from(error),
                    _ => (self.address_allowed, self.versions) = (Outcome::Ok, Outcome::from(error)),
                }
            }
            Verdict::Foreign(error) => self.versions = Outcome::from(Error::from(error)),
        }
    }

    fn judge(&mut self, bytes: &[u8]) -> Outcome {
        let Ok(status) = serde_json::from_slice::<Status>(bytes) else {
            return Outcome::from(Error::new(Code::MalformedAnswer, "what answers there is not an SBM server"));
        };
        let outcome = if !status.wire.contains(&1) {
            let message = format!("the server `{}` does not speak version 1 any more; update this program", status.version);
            Outcome::from(Error::new(Code::CapabilityMissing, message))
        } else if !status.claimed {
            Outcome::from(Error::new(Code::NotClaimed, "the server has not been set up yet; run `sbmctl setup` on its machine"))
        } else if !status.can(Capability::Sync) {
            Outcome::from(Error::new(Code::CapabilityMissing, format!("the server `{}` does not offer `sync`", status.version)))
        } else {
            Outcome::Ok
        };
        self.server_version = Some(status.version);
        outcome
    }
}

fn log_in_and_out(transport: &dyn Transport, user: &str, password: &Secret) -> Result<(), Error> {
    let login = Login { user: user.to_owned(), password: password.clone() };
    let session: Session = call(transport, "POST", path::SESSION, None, Some(&login))?;
    // The question is answered; a session that could not be ended ends by itself.
    let _ended: Result<(), Error> = call::<(), ()>(transport, "DELETE", path::SESSION, Some(&session.token), None);
    Ok(())
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::Failed { code: error.code(), message: error.to_string() }
    }
}
