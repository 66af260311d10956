//! `sbm_client`: one installation of the host program, as one user uses it.

use std::ffi::c_char;

use ::sbm_client::core::code::Code;
use ::sbm_client::core::permission::Resource;
use ::sbm_client::core::wire::v1::ConnectionString;
use ::sbm_client::core::wire::v1::session::Secret;
use ::sbm_client::{Client, Connection};

use crate::boundary::{self, Call};
use crate::config::sbm_config;
use crate::decision::{action, sbm_decision, sbm_effect};
use crate::error::{Failure, sbm_error};
use crate::fork;
use crate::handle::Table;
use crate::handle::encoding::{Kind, LAST_GENERATION};
use crate::pin;
use crate::status::sbm_status;
use crate::text::sbm_text;

/// One installation of the host program, as one user uses it. Open it once and keep it.
///
/// A pointer to it is a number, not an address: using it after sbm_client_free(), freeing it twice, or passing something
/// else is SBM_STATUS_BAD_HANDLE.
///
/// Threads: any number at once. A call that is running while another thread frees the client ends normally. After fork()
/// every call in the child answers SBM_STATUS_FORKED; the child opens a client of its own. Since 0.1.
pub struct sbm_client {
    _opaque: [u8; 0],
}

/// What stands behind the handle.
pub(crate) struct Host {
    pub client: Client,
}

/// The open clients.
pub(crate) static CLIENTS: Table<Host> = Table::new(Kind::Client, LAST_GENERATION);

/// How this installation stands to its server. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_state {
    /// Never connected to a server: the host program decides everything.
    Unmanaged = 1,
    /// The server answered at the last contact.
    Online = 2,
    /// The server could not be reached, or was not asked since the client was opened; what it said last holds.
    Offline = 3,
    /// The server refused this installation or its user; little is allowed until it accepts them again.
    Refused = 4,
    /// There is no permission document that can be trusted; little is allowed until the server was reached.
    Floor = 5,
}

/// Opens the client on its directory. Nothing is sent and no thread is started. A cache that is damaged still opens:
/// sbm_client_state() tells it, and rights are narrow until the server was reached. Runs that a dead process left behind
/// are noted as interrupted.
///
/// config: stays yours. out: the client; free it with sbm_client_free(). Offline: works.
///
/// Errors: SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY, SBM_STATUS_TOO_MANY_HANDLES (4,096 open clients);
/// SBM_STATUS_CONFIG_INVALID when a cache of the other kind lies there. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_open(
    config: *const sbm_config,
    out: *mut *mut sbm_client,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let config = call.object(config, "config")?.to_config();
            pin::keep_loaded();
            fork::watch();
            let place = CLIENTS.reserve().map_err(|code| Failure::handle(code, "client"))?;
            out.set_handle(place.fill(Host { client: Client::open(config)? }));
            Ok(())
        })
    }
}

/// Closes a client. NULL is fine. Runs and changes that came from it stay usable until they are freed. Answers
/// SBM_STATUS_BAD_HANDLE if it is closed already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_free(client: *mut sbm_client) -> sbm_status {
    // SAFETY: the pointer is C's.
    unsafe { boundary::call(std::ptr::null_mut(), |call| call.close_client(client)) }
}

/// Tells how this installation stands to its server, and takes notice of what other processes of it did. Nothing is sent.
///
/// out: the state. why: the reason for SBM_STATE_OFFLINE (SBM_OK: not asked yet), SBM_STATE_REFUSED and SBM_STATE_FLOOR,
/// else SBM_OK; NULL if you do not want it. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE,
/// SBM_STATUS_FORKED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_state(
    client: *const sbm_client,
    out: *mut sbm_state,
    why: *mut sbm_status,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out(out, "out")?;
            let why = call.optional_out(why, "why")?;
            let (state, reason) = state(call.client(client)?.client.state().standing());
            out.set(state);
            if let Some(why) = why {
                why.set(reason.number());
            }
            Ok(())
        })
    }
}

/// Tells who is logged in.
///
/// out: the user's login name, freed with sbm_text_free(); NULL, with SBM_OK, if nobody is. Offline: works. Errors:
/// SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_user(
    client: *const sbm_client,
    out: *mut *mut sbm_text,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            if let Some(user) = call.client(client)?.client.state().user() {
                out.set(sbm_text::new(user));
            }
            Ok(())
        })
    }
}

/// Logs a user in and makes this installation a device of his account, then fetches his rights and profiles. The password
/// is used for this one exchange and kept nowhere; the client keeps a token of its own. From then on the installation is
/// managed, whatever happens to the server.
///
/// connection: the server's connection string, sbm://host:port#ca-sha256=…, as the administrator gave it and a person
/// confirmed it. A login that succeeds locks the management connection (since SBM_ABI 2): see sbm_client_is_locked(). Needs
/// the server.
///
/// Errors: SBM_STATUS_CONNECTION_LOCKED, SBM_STATUS_BAD_CONNECTION_STRING, SBM_STATUS_WRONG_CREDENTIALS, SBM_STATUS_USER_DISABLED,
/// SBM_STATUS_ADDRESS_REFUSED, SBM_STATUS_UNTRUSTED_SERVER, SBM_STATUS_UNREACHABLE, SBM_STATUS_TIMED_OUT,
/// SBM_STATUS_TLS_FAILED, SBM_STATUS_THROTTLED, SBM_STATUS_CANCELLED, SBM_STATUS_CACHE_BUSY, SBM_STATUS_CACHE_UNWRITABLE;
/// SBM_STATUS_DENIED_SECOND_FACTOR, for which there is sbm_client_login_with_code(); SBM_STATUS_OTHER_MACHINE, for which there is
/// sbm_client_take_over(). Nothing is changed here then, but by the reason of a refusal after the password was taken, such as a
/// missing role: that user is logged in. Where the answer was lost or the call cancelled, the server may have logged him in
/// all the same; it has ended the token that this installation had before then, and the state is SBM_STATE_REFUSED at the
/// next exchange: log in again. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_login(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let user = call.text(user, "user")?;
            let password = Secret::new(call.text(password, "password")?);
            client.client.login(&connection, user, &password)?;
            Ok(())
        })
    }
}

/// Logs the user out: the token is handed back if the server can be reached, and forgotten here in any case. The
/// installation stays managed; nothing is allowed afterwards that was not before. Offline: works.
///
/// Errors: SBM_STATUS_NOT_LOGGED_IN. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_logout(client: *const sbm_client, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            call.client(client)?.client.logout()?;
            Ok(())
        })
    }
}

/// Asks whether the user may do something. From memory: no file, no network, no allocation but at a thread's first question,
/// no lock that anybody holds while he writes; ask as often as you like, for example to grey out a menu. Ask again right
/// before the act. It is a question, not an error: a denial is SBM_OK with *out = SBM_EFFECT_DENY. What another process of
/// this installation learnt counts from the next sbm_client_state() or other call that reads the cache.
///
/// action: one of SBM_ACTION_*. profile_guid: the managed profile it is done to, in any spelling of a GUID; NULL for a
/// local profile, or if no profile is involved. Offline: works.
///
/// Errors: SBM_STATUS_INVALID_ARGUMENT, SBM_STATUS_INVALID_GUID, SBM_STATUS_BAD_HANDLE. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_may(
    client: *const sbm_client,
    action: i32,
    profile_guid: *const c_char,
    out: *mut sbm_effect,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out(out, "out")?;
            let action = self::action(action)?;
            let resource = resource(call, profile_guid)?;
            let decision = call.client(client)?.client.may(action, resource);
            out.set(decision.effect.into());
            Ok(())
        })
    }
}

/// Asks the same as sbm_client_may() and tells all about the answer: the sentence to show, the rule, and what would turn it
/// round.
///
/// out: the decision; free it with sbm_decision_free(). Offline: works. action, profile_guid: as for sbm_client_may().
/// Errors: as for sbm_client_may(). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_explain(
    client: *const sbm_client,
    action: i32,
    profile_guid: *const c_char,
    out: *mut *mut sbm_decision,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let action = self::action(action)?;
            let resource = resource(call, profile_guid)?;
            let explanation = call.client(client)?.client.explain(action, resource);
            out.set(sbm_decision::new(&explanation)?);
            Ok(())
        })
    }
}

#[inline]
fn resource(call: &Call, profile_guid: *const c_char) -> Result<Resource, Failure> {
    Ok(call.optional_guid(profile_guid, "profile_guid")?.map_or(Resource::Local, Resource::Managed))
}

/// The connection string that C gave.
pub(crate) fn connection(call: &Call, connection: *const c_char) -> Result<ConnectionString, Failure> {
    let text = call.text(connection, "connection")?;
    text.parse()
        .map_err(|code| Failure::value(code, "connection", text, "give it as the server printed it: sbm://host:port#ca-sha256=…"))
}

const fn state(standing: Connection) -> (sbm_state, Code) {
    match standing {
        Connection::Unmanaged => (sbm_state::Unmanaged, Code::Ok),
        Connection::Online => (sbm_state::Online, Code::Ok),
        Connection::Offline(why) => (sbm_state::Offline, why),
        Connection::Refused(why) => (sbm_state::Refused, why),
        Connection::Floor(why) => (sbm_state::Floor, why),
    }
}

/// The header promises that a client and a run may be used by any thread at once, and that the rest may move.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    const fn moved<T: Send>() {}
    shared::<Host>();
    shared::<crate::run::OpenRun>();
    moved::<sbm_config>();
    moved::<sbm_decision>();
    moved::<sbm_error>();
    moved::<sbm_text>();
    moved::<crate::bytes::sbm_bytes>();
    moved::<crate::change::sbm_change>();
    moved::<crate::profile::sbm_profile_list>();
    moved::<crate::server_test::sbm_server_test>();
};
