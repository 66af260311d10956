//! `sbm_branding`: how the host program is to look (ACC-3).

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use ::sbm_client::Look;

use crate::boundary;
use crate::bytes::start;
use crate::client::sbm_client;
use crate::error::sbm_error;
use crate::status::sbm_status;
use crate::text;

/// How the host program is to look, as the nearest account above says that says anything.
///
/// Threads: one at a time; it may move between threads. Since 0.1, SBM_ABI 4.
pub struct sbm_branding {
    name: CString,
    colours: Vec<(String, CString)>,
    images: Vec<(String, Vec<u8>)>,
}

impl From<Look> for sbm_branding {
    fn from(look: Look) -> Self {
        Self {
            name: text::to_c(look.name.as_str()),
            colours: look.colours.into_iter().map(|(usage, colour)| (usage, text::to_c(&colour.to_string()))).collect(),
            images: look.images.into_iter().map(|(usage, picture)| (usage, picture.bytes)).collect(),
        }
    }
}

/// Tells how the host program is to look. Nothing is sent.
///
/// out: the branding; free it with sbm_branding_free(). NULL, with SBM_OK, if nobody above says anything. Offline: works, as of
/// the last exchange.
///
/// Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY. Since 0.1,
/// SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_branding(
    client: *const sbm_client,
    out: *mut *mut sbm_branding,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            if let Some(look) = call.client(client)?.client.look()? {
                out.set(sbm_branding::from(look));
            }
            Ok(())
        })
    }
}

/// What the host program is to call itself. Borrowed: valid until the branding is freed. Never NULL; "" for a NULL branding. It
/// cannot fail. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_branding_name(branding: *const sbm_branding) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(branding, "branding")?.name.as_ptr())) }
}

/// A colour as "#rrggbb", by its use. usage: such as "accent". Borrowed: valid until the branding is freed. Never NULL; "" if there
/// is none for that use, or for NULL. It cannot fail. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_branding_colour(branding: *const sbm_branding, usage: *const c_char) -> *const c_char {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::read(text::EMPTY, |call| {
            let (branding, usage) = (call.object(branding, "branding")?, call.text(usage, "usage")?);
            let found = branding.colours.iter().find(|(known, _)| known == usage);
            Ok(found.map_or(text::EMPTY, |(_, colour): &(String, CString)| CStr::as_ptr(colour)))
        })
    }
}

/// An image, by its use: a PNG or an ICO file of at most 128 KiB; its first bytes say which. usage: "logo", or the name of an icon.
/// size: how many bytes it has; 0 if there is none, or if it was not fetched yet; NULL if you do not want it. Borrowed: valid until
/// the branding is freed. NULL if there is none. It cannot fail. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_branding_image(branding: *const sbm_branding, usage: *const c_char, size: *mut usize) -> *const u8 {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::read(ptr::null(), |call| {
            let place = call.optional_out(size, "size")?;
            let found = match (call.object(branding, "branding"), call.text(usage, "usage")) {
                (Ok(branding), Ok(usage)) => branding.images.iter().find(|(known, _)| known == usage),
                _ => None,
            };
            let bytes = found.map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
            if let Some(place) = place {
                place.set(bytes.len());
            }
            Ok(start(bytes))
        })
    }
}

/// Frees a branding. NULL is fine. It cannot fail. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_branding_free(branding: *mut sbm_branding) {
    // SAFETY: the pointer is C's, which gives the branding back.
    unsafe { boundary::free(branding) }
}
