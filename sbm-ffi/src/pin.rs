//! On Windows the library stays in memory once a client was opened: unloading it under a socket or a thread-local value
//! would take away code that is still to run. Elsewhere the loader sees to that by itself.

/// Keeps this library loaded until the process ends. A second call does nothing.
#[cfg(windows)]
pub(crate) fn keep_loaded() {
    use std::ffi::c_void;
    use std::sync::Once;

    const PIN: u32 = 0x1;
    const FROM_ADDRESS: u32 = 0x4;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(flags: u32, name: *const u16, module: *mut *mut c_void) -> i32;
    }

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut module = std::ptr::null_mut();
        let inside = keep_loaded as fn() as *const u16;
        // SAFETY: with `FROM_ADDRESS` the name is an address inside the library, and the module is written to our variable.
        // Should it fail, unloading is as dangerous as it is for any library; there is nobody to tell.
        unsafe { GetModuleHandleExW(PIN | FROM_ADDRESS, inside, &raw mut module) };
    });
}

/// Nothing to do.
#[cfg(not(windows))]
pub(crate) fn keep_loaded() {}
