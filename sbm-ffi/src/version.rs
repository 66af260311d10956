//! Which library this is, and which header it fits.

use std::ffi::{CStr, c_char};

/// The version of this header. Hand it to sbm_config_new(), which refuses a header that is newer than the library.
/// Since 0.1.
pub const SBM_ABI: u32 = 4;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The library's version, such as "0.1.0". Never NULL; valid for ever. Any thread. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sbm_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The newest header that the library fits: at least the SBM_ABI it was built with. Any thread. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sbm_abi_version() -> u32 {
    SBM_ABI
}
