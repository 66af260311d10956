use std::ffi::{CStr, c_char};
use std::ptr;

use super::*;
use crate::error::{sbm_error_free, sbm_error_message, sbm_error_status};

/// What a broken function of this library would be.
unsafe extern "C" fn broken(out: *mut i32, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the test's pointers.
    unsafe {
        call(error, |call| {
            let out = call.out(out, "out")?;
            let nothing: Vec<i32> = Vec::new();
            out.set(nothing[usize::from(std::hint::black_box(3_u8))]);
            Ok(())
        })
    }
}

fn message(error: *const sbm_error) -> String {
    // SAFETY: the text lives as long as the error.
    unsafe { CStr::from_ptr(sbm_error_message(error)) }.to_str().unwrap().to_owned()
}

#[test]
fn a_panic_is_a_status_and_its_text_is_in_the_error_err_2() {
    let mut out = 7;
    let mut error = ptr::null_mut();
    // SAFETY: both outputs are ours.
    let status = unsafe { broken(&raw mut out, &raw mut error) };
    assert_eq!((status, out), (Code::Panic.number(), 7));
    // SAFETY: the error is ours until it is freed.
    assert_eq!(unsafe { sbm_error_status(error) }, Code::Panic.number());
    let text = message(error);
    assert!(text.contains("tests.rs:") && text.contains("index is 3") && !text.contains('/'), "{text}");
    // SAFETY: it is not used again.
    unsafe { sbm_error_free(error) };
}

#[test]
fn a_panic_is_a_status_for_who_wants_no_error_too_err_2() {
    let mut out = 7;
    // SAFETY: NULL is fine.
    assert_eq!(unsafe { broken(&raw mut out, ptr::null_mut()) }, Code::Panic.number());
    // SAFETY: a getter that panics answers what it answers for NULL.
    assert_eq!(unsafe { read(4, |_| -> Result<i32, Failure> { panic!("{}", "broken") }) }, 4);
}

#[test]
fn a_panic_writes_nothing_to_the_hosts_output_err_2() {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program)
        .args(["--exact", "boundary::tests::a_panic_is_a_status_and_its_text_is_in_the_error_err_2", "--nocapture"])
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{err}");
    assert!(!out.contains("panicked") && !err.contains("panicked"), "{out}{err}");
}

#[test]
fn a_panic_of_the_program_around_us_is_reported_as_ever() {
    let seen = std::panic::catch_unwind(|| panic!("mine"));
    assert!(seen.is_err());
    assert!(fault::catch(|| Ok(())).is_ok());
    assert!(std::panic::catch_unwind(|| panic!("mine again")).is_err());
}

#[test]
fn outputs_are_null_or_untouched_after_a_failure() {
    let mut text: *mut u64 = ptr::dangling_mut();
    let mut number = 7;
    let mut error: *mut sbm_error = ptr::dangling_mut();
    // SAFETY: all outputs are ours.
    let status = unsafe {
        call(&raw mut error, |call| {
            let _text = call.out_handle(&raw mut text, "text")?;
            let _number = call.out(&raw mut number, "number")?;
            call.text(ptr::null(), "name")?;
            Ok(())
        })
    };
    assert_eq!((status, number, text.is_null()), (Code::NullArgument.number(), 7, true));
    assert_eq!(message(error), "`name` is NULL; it must be given");
    // SAFETY: it is not used again.
    unsafe { sbm_error_free(error) };
}

#[test]
fn texts_are_utf_8_and_bytes_need_a_pointer() {
    let bad = [0xc3_u8, 0x28, 0];
    let status = |body: &dyn Fn(&Call) -> Result<(), Failure>| {
        // SAFETY: every pointer below is NULL, ours, or refused before it is followed.
        unsafe { call(ptr::null_mut(), body) }
    };
    assert_eq!(status(&|call| call.text(bad.as_ptr().cast::<c_char>(), "name").map(drop)), Code::NotUtf8.number());
    assert_eq!(status(&|call| call.optional_text(ptr::null(), "name").map(drop)), 0);
    assert_eq!(status(&|call| call.bytes(ptr::null(), 0, 9, "body").map(drop)), 0);
    assert_eq!(status(&|call| call.bytes(ptr::null(), 1, 9, "body").map(drop)), Code::NullArgument.number());
    assert_eq!(status(&|call| call.bytes(bad.as_ptr(), usize::MAX, 9, "body").map(drop)), Code::TooLarge.number());
    assert_eq!(status(&|call| call.optional_guid(c"94D3".as_ptr(), "guid").map(drop)), Code::InvalidGuid.number());
    assert_eq!(status(&|call| call.optional_guid(c"{94D3D1C1-7472-4dc9-A5E9-9EE763E23159}".as_ptr(), "guid").map(drop)), 0);
}

#[test]
fn a_handle_where_an_object_belongs_and_the_reverse_are_refused() {
    let object = 5_u64;
    let status = |body: &dyn Fn(&Call) -> Result<(), Failure>| {
        // SAFETY: every pointer below is ours, or refused before it is followed.
        unsafe { call(ptr::null_mut(), body) }
    };
    let odd: *const u64 = ptr::without_provenance(0x5b4d_0000_0003);
    assert_eq!(status(&|call| call.object(odd, "decision").map(drop)), Code::BadHandle.number());
    assert_eq!(status(&|call| call.client((&raw const object).cast()).map(drop)), Code::BadHandle.number());
    assert_eq!(status(&|call| call.run((&raw const object).cast()).map(drop)), Code::BadHandle.number());
    assert_eq!(status(&|call| call.client(ptr::null()).map(drop)), Code::NullArgument.number());
}
