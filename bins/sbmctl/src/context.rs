//! What a command works with: where output goes, what was saved, and the way to the server.

use std::cell::Cell;
use std::env;
use std::path::Path;
use std::time::Duration;

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Secret;

use crate::args::Global;
use crate::connections::{ConnectionName, Connections, unknown};
use crate::failure::Failure;
use crate::output::Output;
use crate::output::moment::choose_zone;
use crate::peer::{BY_ROOTS, Peer, Roots, unvouched};
use crate::prompt::from_file;
use crate::saved::Saved;

/// The variable that names the connection, where no argument does.
const VARIABLE: &str = "SBM_CONNECTION_NAME";
/// The variable that holds a token for a program, where no argument names its file (RUN-11).
const TOKEN: &str = "SBM_TOKEN";

/// The surroundings of one command.
pub(crate) struct Context {
    pub(crate) out: Output,
    pub(crate) connections: Connections,
    pub(crate) timeout: Duration,
    /// The connection that was named for this command.
    named: Option<ConnectionName>,
    /// The token to act with in place of a login, and where it is from.
    token: Option<(Secret, String)>,
    /// Whether it spoke to a server for which the system's roots vouch.
    by_roots: Cell<bool>,
}

impl Context {
    pub(crate) fn new(global: Global) -> Result<Self, Failure> {
        choose_zone(global.utc);
        let (out, timeout) = (Output::standard(global.json, global.quiet), global.timeout());
        let named = match global.connection {
            Some(name) => Some(name),
            None => from_environment()?,
        };
        let token = given_token(global.token_file.as_deref())?;
        let connections = Connections::new(global.config)?;
        Ok(Self { out, connections, timeout, named, token, by_roots: Cell::new(false) })
    }

    /// The connection that this command is for.
    pub(crate) fn name(&self) -> Result<ConnectionName, Failure> {
        match &self.named {
            Some(name) => Ok(name.clone()),
            None => self.connections.chosen(),
        }
    }

    /// What was saved of that connection; nothing if nothing was.
    pub(crate) fn find(&self, name: &ConnectionName) -> Result<Option<Saved>, Failure> {
        self.connections.store(name).load()
    }

    /// What was saved by the last login or set-up.
    pub(crate) fn saved(&self) -> Result<Saved, Failure> {
        let name = self.name()?;
        match self.find(&name)? {
            Some(saved) => Ok(saved),
            None if self.named.is_some() => Err(unknown(&name)),
            None => Err(Failure::new(Code::NotLoggedIn, "no connection is saved here")),
        }
    }

    /// The way to the saved server, with the token that was given for this command, else with the saved session.
    pub(crate) fn admin(&self) -> Result<Admin, Failure> {
        let saved = self.saved()?;
        if let Some((token, _)) = &self.token {
            return Ok(self.connect(&saved.peer())?.with_token(token.clone()));
        }
        let token = saved.token.clone().ok_or_else(|| {
            Failure::new(Code::NotLoggedIn, format!("nobody is logged in at `{}`", saved.connection.authority()))
                .hint(format!("log in with `{}`", self.said("sbmctl login")))
        })?;
        Ok(self.connect(&saved.peer())?.with_token(token))
    }

    /// Who acts, where a person is logged in; nothing where a token is to act that may go less far than its owner.
    pub(crate) fn person(&self) -> Option<Name> {
        if self.token.is_some() { None } else { self.saved().ok()?.user }
    }

    /// The connection that was named for this command.
    pub(crate) const fn named(&self) -> Option<&ConnectionName> {
        self.named.as_ref()
    }

    /// A command as it must be typed to be for the same connection.
    pub(crate) fn said(&self, command: &str) -> String {
        match &self.named {
            Some(name) => format!("{command} --connection {name}"),
            None => command.to_owned(),
        }
    }

    /// The way to a server, without a session.
    pub(crate) fn connect(&self, peer: &Peer) -> Result<Admin, Failure> {
        match (peer.connection.ca, peer.system_roots) {
            (Some(_), _) => Ok(Admin::connect(&peer.connection, self.timeout)?),
            (None, true) => {
                self.by_roots.set(true);
                Ok(Admin::connect_by_system_roots(&peer.connection, self.timeout)?)
            }
            (None, false) => Err(unvouched(&peer.connection)),
        }
    }

    /// The same failure, with a hint that fits what vouched for the server.
    pub(crate) fn hinted(&self, failure: Failure) -> Failure {
        let failure = match &self.token {
            Some((_, from)) => failure.hint_for(
                Code::TokenRefused,
                &format!("the token from {from} is over, or was never one of this server; `sbmctl token create` makes another"),
            ),
            None => failure,
        };
        if self.by_roots.get() { failure.hint_for(Code::UntrustedServer, BY_ROOTS) } else { failure }
    }

    /// The connection that was given, or else the saved one.
    pub(crate) fn given_or_saved(&self, given: Option<ConnectionString>, roots: Roots) -> Result<Peer, Failure> {
        // Where a server is named, what is saved is asked only whether it is the same one.
        let known =
            if given.is_some() { self.name().and_then(|name| self.find(&name)).unwrap_or_default() } else { Some(self.saved()?) };
        let missing = || Failure::new(Code::NotLoggedIn, "no connection is saved here");
        roots.choose(given, known.as_ref().map(Saved::peer))?.ok_or_else(missing)
    }
}

/// The token of the file that was named, else that of the environment. It goes into a header, so nothing odd is in it.
fn given_token(file: Option<&Path>) -> Result<Option<(Secret, String)>, Failure> {
    let (token, from) = match (file, env::var(TOKEN)) {
        (Some(path), _) => (from_file(path)?, format!("`{}`", path.display())),
        // One that was to be set and came out empty is not taken for a wish to act with the login, which may go further.
        (None, Ok(text)) if text.trim().is_empty() => {
            return Err(Failure::usage(format!("`{TOKEN}` is set, and empty"))
                .hint("set it to a token, or unset it to act with your login"));
        }
        (None, Ok(text)) => (Secret::new(text), format!("`{TOKEN}`")),
        (None, Err(env::VarError::NotPresent)) => return Ok(None),
        (None, Err(env::VarError::NotUnicode(_))) => (Secret::new(""), format!("`{TOKEN}`")),
    };
    let text = token.reveal().trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(
            Failure::usage(format!("{from} holds no token")).hint("a token begins with `sbma_`; `sbmctl token create` makes one")
        );
    }
    Ok(Some((Secret::new(text), from)))
}

fn from_environment() -> Result<Option<ConnectionName>, Failure> {
    match env::var(VARIABLE) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => text.parse().map(Some).map_err(|told| Failure::usage(format!("`{VARIABLE}` is `{text}`: {told}"))),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("`{VARIABLE}` is not the name of a connection"))),
    }
}
