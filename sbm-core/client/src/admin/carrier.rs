//! What carries a call to the server: HTTP, or a record of what a server would say, in tests.

use sbm_core::wire::v1::session::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::transport::http::Http;

pub(super) enum Carrier {
    Http(Http),
    #[cfg(test)]
    Script(super::tests::Script),
}

impl Carrier {
    /// One request and its answer. An answer without a body reads as `null`.
    pub(super) fn call<Q: Serialize, A: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        token: Option<&Secret>,
        body: Option<&Q>,
    ) -> Result<A, Error> {
        match self {
            Self::Http(http) => http.call(method, path, token, body),
            #[cfg(test)]
            Self::Script(script) => script.call(method, path, token, body),
        }
    }
}
