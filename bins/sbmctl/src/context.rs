//! What a command works with: where output goes, what was saved, and the way to the server.

use std::time::Duration;

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::saved::{Saved, Store};

/// The surroundings of one command.
pub(crate) struct Context {
    pub(crate) out: Output,
    pub(crate) store: Store,
    pub(crate) timeout: Duration,
}

impl Context {
    pub(crate) fn new(global: Global) -> Result<Self, Failure> {
        let timeout = global.timeout();
        Ok(Self { out: Output::standard(global.json), store: Store::new(global.config)?, timeout })
    }

    /// What was saved by the last login or set-up.
    pub(crate) fn saved(&self) -> Result<Saved, Failure> {
        self.store.load()?.ok_or_else(|| Failure::new(Code::NotLoggedIn, "no connection is saved here"))
    }

    /// The way to the saved server, with the saved session.
    pub(crate) fn admin(&self) -> Result<Admin, Failure> {
        let saved = self.saved()?;
        let token = saved.token.ok_or_else(|| {
            Failure::new(Code::NotLoggedIn, format!("nobody is logged in at `{}`", saved.connection.authority()))
                .hint("log in with `sbmctl login`")
        })?;
        Ok(self.connect(&saved.connection)?.with_token(token))
    }

    /// The way to a server, without a session.
    pub(crate) fn connect(&self, connection: &ConnectionString) -> Result<Admin, Failure> {
        Ok(Admin::connect(connection, self.timeout)?)
    }

    /// The connection that was given, or else the saved one.
    pub(crate) fn given_or_saved(&self, given: Option<ConnectionString>) -> Result<ConnectionString, Failure> {
        match given {
            Some(connection) => Ok(connection),
            None => Ok(self.saved()?.connection),
        }
    }
}
