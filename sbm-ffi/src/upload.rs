//! `sbm_upload`: a profile on its way to the server (PRO-2 to PRO-4).

use std::ffi::c_char;

use ::sbm_client::core::code::Code;
use ::sbm_client::core::name::{Name, Text};
use ::sbm_client::core::wire::MAX_BODY;
use ::sbm_client::core::wire::v1::admin::Upload;
use ::sbm_client::core::wire::v1::session::Secret;

use crate::boundary::{self, Call, Record};
use crate::client::sbm_client;
use crate::error::{Failure, sbm_error};
use crate::run::{null, zero};
use crate::status::sbm_status;

/// A profile to upload. Set all of it to zero, then what you know. Since 0.1.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct sbm_upload {
    /// sizeof(sbm_upload).
    pub struct_size: u32,
    /// Zero.
    pub reserved: i32,
    /// The version, as the host counts it.
    pub version: i64,
    /// The server's revision that the host had when the profile was changed; 0 for a new one.
    pub based_on: u64,
    /// The GUID that the host made for this profile, in any spelling. A known one is replaced.
    pub guid: *const c_char,
    /// The profile's name.
    pub name: *const c_char,
    /// What is to be said of it; it must not be empty.
    pub description: *const c_char,
    /// NULL.
    pub reserved_text: *const c_char,
    /// The content, which only the host understands: at most 4 MiB.
    pub body: *const u8,
    /// How many bytes the content has.
    pub body_size: usize,
    /// The schedule, which only the host understands: at most 4 MiB; NULL if there is none.
    pub schedule: *const u8,
    /// How many bytes the schedule has.
    pub schedule_size: usize,
}

// SAFETY: its size comes first; numbers, then eight fields of a pointer's size, so that nothing is between or behind them on
// 64 bits nor on 32; every pattern of bits is a value, the pointers being followed by `Call` alone.
unsafe impl Record for sbm_upload {
    const FIRST_SIZE: usize = 24 + size_of::<[usize; 8]>();
}

const _: () = assert!(size_of::<sbm_upload>() == sbm_upload::FIRST_SIZE);

/// Uploads a profile to the server. It needs a superuser's name and password, for this one act: the client's own user stays
/// logged in, and the administrator's session is ended behind it. Needs the server.
///
/// upload: copied. revision: the server's new revision of the profile; NULL if you do not want it. Identical content makes
/// no new revision.
///
/// admin_user, admin_password: the credentials of whoever may upload; used for this one act and kept nowhere. Errors:
/// SBM_STATUS_WRONG_CREDENTIALS, SBM_STATUS_DENIED_ROLE, SBM_STATUS_STALE if somebody uploaded in between,
/// SBM_STATUS_INVALID_NAME, SBM_STATUS_INVALID_GUID, SBM_STATUS_TOO_LARGE, SBM_STATUS_NOT_LOGGED_IN if this installation
/// knows no server, SBM_STATUS_UNREACHABLE, SBM_STATUS_TIMED_OUT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_upload_profile(
    client: *const sbm_client,
    admin_user: *const c_char,
    admin_password: *const c_char,
    upload: *const sbm_upload,
    revision: *mut u64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let revision = call.optional_out(revision, "revision")?;
            let client = call.client(client)?;
            let user = call.text(admin_user, "admin_user")?;
            let password = Secret::new(call.text(admin_password, "admin_password")?);
            let upload = self::upload(call, &call.record(upload, "upload")?)?;
            let number = client.client.upload_profile(user, &password, &upload)?;
            if let Some(revision) = revision {
                revision.set(number);
            }
            Ok(())
        })
    }
}

/// Does the same for an administrator who has a second factor, for which sbm_client_upload_profile() answers
/// SBM_STATUS_DENIED_SECOND_FACTOR. Needs the server.
///
/// admin_user, admin_password, upload, revision: as for sbm_client_upload_profile(). admin_code: what his authenticator shows, or
/// a recovery code; NULL if he has no second factor.
///
/// Errors: SBM_STATUS_SECOND_FACTOR_WRONG; those of sbm_client_upload_profile(). Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_upload_profile_with_code(
    client: *const sbm_client,
    admin_user: *const c_char,
    admin_password: *const c_char,
    admin_code: *const c_char,
    upload: *const sbm_upload,
    revision: *mut u64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let revision = call.optional_out(revision, "revision")?;
            let client = call.client(client)?;
            let user = call.text(admin_user, "admin_user")?;
            let password = Secret::new(call.text(admin_password, "admin_password")?);
            let code = call.optional_text(admin_code, "admin_code")?.map(Secret::new);
            let upload = self::upload(call, &call.record(upload, "upload")?)?;
            let number = client.client.upload_profile_with_code(user, &password, code.as_ref(), &upload)?;
            if let Some(revision) = revision {
                revision.set(number);
            }
            Ok(())
        })
    }
}

fn upload(call: &Call, upload: &sbm_upload) -> Result<Upload, Failure> {
    zero(upload.reserved)?;
    null(upload.reserved_text)?;
    let guid = call.optional_guid(upload.guid, "guid")?.ok_or_else(|| Failure::null("guid"))?;
    let name = call.text(upload.name, "name")?;
    let description = call.text(upload.description, "description")?;
    let schedule = call.bytes(upload.schedule, upload.schedule_size, MAX_BODY, "schedule")?;
    Ok(Upload {
        guid,
        name: Name::new(name)
            .map_err(|code| Failure::value(code, "name", name, "give 1 to 64 characters, no control characters and no `>`"))?,
        description: self::description(description)?,
        version: upload.version,
        body: call.bytes(upload.body, upload.body_size, MAX_BODY, "body")?.to_vec(),
        schedule: if upload.schedule.is_null() { None } else { Some(schedule.to_vec()) },
        based_on: upload.based_on,
        account: None,
    })
}

/// Compulsory (PRO-2), so that nobody finds a profile later that nobody can tell the purpose of.
fn description(text: &str) -> Result<Text, Failure> {
    let bad = |advice: &str| Failure::value(Code::InvalidName, "description", text, advice);
    match Text::new(text) {
        Ok(description) if description.is_empty() => Err(bad("say what the profile is for")),
        Ok(description) => Ok(description),
        Err(_) => Err(bad("give at most 500 characters and no control characters")),
    }
}
