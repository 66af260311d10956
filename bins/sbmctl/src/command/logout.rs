//! `sbmctl logout`: the token is forgotten here in any case, and on the server if it can be told (RUN-7).

use crate::context::Context;
use crate::failure::Failure;

pub(crate) fn run(context: &mut Context) -> Result<(), Failure> {
    let (name, saved) = (context.name()?, context.saved()?);
    let Some(token) = saved.token.clone() else {
        return context.out.done(&format!("nobody was logged in at `{}`", saved.connection.authority()));
    };
    let mut admin = context.connect(&saved.peer())?.with_token(token.clone());
    let told = admin.logout();
    let place = saved.connection.authority();
    context.connections.end_session(&name, &token)?;
    match told {
        Ok(()) => context.out.done(&format!("logged out at `{place}`")),
        // The session had ended before; that is what was wanted.
        Err(error) if error.code() == sbm_client::core::code::Code::TokenRefused => {
            context.out.done(&format!("logged out at `{place}`"))
        }
        Err(error) => {
            Err(Failure::new(error.code(), format!("the token is forgotten here, but the server was not told: {error}"))
                .hint("the session on the server ends by itself; changing the password ends it at once"))
        }
    }
}
