//! A relay for mail, by SMTP (RFC 5321) with STARTTLS (RFC 3207) or TLS from the first byte on.

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Message, SmtpTransport, Transport as _};
use rustls::pki_types::CertificateDer;
use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::factor::Address;

use super::{Carrier, Failure, Letter};
use crate::config::host::machine_name;
use crate::config::{MailPlan, MailTls};
use crate::outgoing::authorities;
use crate::place::read_password;
use crate::service::refusal;

/// A relay.
pub(super) struct Relay {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Relay {
    /// Reads the files that the plan names; connects to nothing yet.
    pub(super) fn new(plan: &MailPlan) -> Result<Self, Refusal> {
        let bad = |why: String| refusal(Code::ConfigInvalid, format!("the relay `{}` cannot be used: {why}", plan.host));
        let tls = || -> Result<TlsParameters, Refusal> {
            let mut builder = TlsParameters::builder(plan.host.to_string()).certificate_store(CertificateStore::None);
            for root in authorities(plan.authorities.as_deref()).map_err(bad)? {
                builder = builder.add_root_certificate(certificate(&root).map_err(|error| bad(error.to_string()))?);
            }
            builder.build_rustls().map_err(|error| bad(error.to_string()))
        };
        let tls = match plan.tls {
            MailTls::StartTls => Tls::Required(tls()?),
            MailTls::Implicit => Tls::Wrapper(tls()?),
            MailTls::None => Tls::None,
        };
        let hello = machine_name().map_or_else(|| "localhost".to_owned(), |name| name.to_string());
        let mut builder = SmtpTransport::builder_dangerous(plan.host.to_string())
            .port(plan.port)
            .tls(tls)
            .timeout(Some(plan.timeout))
            .hello_name(ClientId::Domain(hello));
        if let Some((user, file)) = &plan.login {
            let password = read_password(file)?;
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        let from = mailbox(&plan.from).map_err(|why| bad(why.why))?;
        Ok(Self { transport: builder.build(), from })
    }
}

impl Carrier for Relay {
    fn carry(&self, letter: &Letter) -> Result<(), Failure> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(mailbox(&letter.to)?)
            .subject(letter.subject.clone())
            .message_id(None)
            .header(ContentType::TEXT_PLAIN)
            .body((*letter.text).clone())
            .map_err(|_| Failure { why: "the mail cannot be put together".to_owned(), is_final: true })?;
        self.transport.send(&message).map(drop).map_err(|error| failure(&error))
    }
}

fn mailbox(address: &Address) -> Result<Mailbox, Failure> {
    let read = address.as_str().parse().map_err(|_| Failure { why: "the address is no mailbox".to_owned(), is_final: true })?;
    Ok(Mailbox::new(None, read))
}

fn certificate(root: &CertificateDer<'_>) -> Result<Certificate, lettre::transport::smtp::Error> {
    Certificate::from_der(root.to_vec())
}

/// What is told of a failure: the relay's own words may have the address in them.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let why = match error.status() {
        Some(status) => format!("the relay answered {status}"),
        None if error.is_timeout() => "the relay did not answer in time".to_owned(),
        None if error.is_tls() => "the relay's certificate is not trusted, or TLS failed".to_owned(),
        None if error.is_client() => "the relay does not offer what is needed: STARTTLS, or a way to log in".to_owned(),
        None if error.is_response() => "the relay's answer is not SMTP".to_owned(),
        None => "the relay cannot be reached".to_owned(),
    };
    let is_final = error.is_permanent() || error.is_tls() || error.is_client();
    Failure { why, is_final }
}
