//! Settings that the accounts above hand down to the host program (ACC-9).

use std::ffi::c_char;

use ::sbm_client::core::account::policy::Mode;

use crate::boundary;
use crate::client::sbm_client;
use crate::error::sbm_error;
use crate::status::sbm_status;
use crate::text::sbm_text;

/// How a setting is handed down. Since 0.1, SBM_ABI 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_setting_mode {
    /// No policy has it: the host program decides.
    None = 0,
    /// It counts, whatever the host program has of its own.
    Forced = 1,
    /// It counts where the host program has none of its own.
    Default = 2,
    /// It is left to the host program.
    Local = 3,
}

/// Tells what a setting comes to, by the policies of the accounts above this installation and by what the host program has of
/// its own. From memory; nothing is sent. Show what is forced read-only.
///
/// name: the setting's name, as the host program and its administrators know it. own: the host's own value, NULL if it has none.
/// out: the value that counts, freed with sbm_text_free(); NULL, with SBM_OK, if nobody has one. mode: how it is handed down;
/// NULL if you do not want it. origin: the full name of the account that says so, freed with sbm_text_free(); NULL in it if no
/// policy has the setting, or if that account is above the user's own; NULL if you do not want it. Offline: works, as of the last
/// exchange. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_setting(
    client: *const sbm_client,
    name: *const c_char,
    own: *const c_char,
    out: *mut *mut sbm_text,
    mode: *mut sbm_setting_mode,
    origin: *mut *mut sbm_text,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let mode = call.optional_out(mode, "mode")?;
            let origin = if origin.is_null() { None } else { Some(call.out_handle(origin, "origin")?) };
            let client = call.client(client)?;
            let setting = client.client.setting(call.text(name, "name")?, call.optional_text(own, "own")?);
            if let Some(value) = setting.value {
                out.set(sbm_text::new(&value));
            }
            if let Some(mode) = mode {
                mode.set(setting.mode.map_or(sbm_setting_mode::None, Into::into));
            }
            if let (Some(place), Some(name)) = (origin, setting.origin) {
                place.set(sbm_text::new(&name));
            }
            Ok(())
        })
    }
}

impl From<Mode> for sbm_setting_mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Forced => Self::Forced,
            Mode::Default => Self::Default,
            Mode::Local => Self::Local,
        }
    }
}
