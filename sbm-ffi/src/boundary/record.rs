//! Flat records that grow: their first field is `struct_size`, what the caller's header takes them to be.
//!
//! 1. Shorter than ours: what the caller does not know is zero. Shorter than the first release's: an error.
//! 2. Longer than ours: what we do not know must be zero, or the caller asks for something that this library cannot do.
//! 3. Written records are cut to the caller's size; the size itself is left as it is.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

use ::sbm_client::core::code::Code;

use super::Call;
use crate::error::Failure;

/// The most a record will ever have; beyond it the size is garbage.
const MAX_SIZE: usize = 4_096;

/// A flat record of the header.
///
/// # Safety
///
/// `repr(C)`, begins with a `u32` that holds its size, has no padding, and every pattern of bits is a value of it.
pub(crate) unsafe trait Record: Copy {
    /// Its size in the first release.
    const FIRST_SIZE: usize;
}

/// Where a record is to be written.
pub(crate) struct OutRecord<'call, T> {
    place: *mut T,
    size: usize,
    call: PhantomData<&'call Call>,
}

/// Reads a record.
///
/// # Safety
///
/// `record` is neither NULL nor misaligned, and has as many bytes as its first field says.
pub(super) unsafe fn read<T: Record>(record: *const T, name: &str) -> Result<T, Failure> {
    // SAFETY: the caller vouches for it.
    let size = unsafe { stated_size(record, name) }?;
    let ours = size_of::<T>();
    if size > ours {
        // SAFETY: the record has `size` bytes; these are the ones behind ours.
        let rest = unsafe { std::slice::from_raw_parts(record.cast::<u8>().add(ours), size - ours) };
        if rest.iter().any(|byte| *byte != 0) {
            return Err(Failure::new(
                Code::AbiMismatch,
                format!("`{name}` uses fields that this library does not have; use a newer library or leave them zero"),
            ));
        }
    }
    let mut copy = MaybeUninit::<T>::zeroed();
    // SAFETY: both are valid for that many bytes, and one is ours alone.
    unsafe { ptr::copy_nonoverlapping(record.cast::<u8>(), copy.as_mut_ptr().cast::<u8>(), size.min(ours)) };
    // SAFETY: every byte is initialised, and every pattern of bits is a value of a record.
    Ok(unsafe { copy.assume_init() })
}

/// The record's first field, if it can be true.
unsafe fn stated_size<T: Record>(record: *const T, name: &str) -> Result<usize, Failure> {
    // SAFETY: a record begins with its size.
    let size = unsafe { record.cast::<u32>().read() } as usize;
    if (T::FIRST_SIZE..=MAX_SIZE).contains(&size) {
        Ok(size)
    } else {
        Err(Failure::new(
            Code::InvalidArgument,
            format!("`{name}` says that it has {size} bytes; set its `struct_size` to its sizeof"),
        ))
    }
}

impl<T: Record> OutRecord<'_, T> {
    /// # Safety
    ///
    /// As for [`read`], and the record may be written.
    pub(super) unsafe fn new(place: *mut T, name: &str) -> Result<Self, Failure> {
        // SAFETY: the caller vouches for it.
        let size = unsafe { stated_size(place, name) }?.min(size_of::<T>());
        Ok(Self { place, size, call: PhantomData })
    }

    /// Writes what the caller knows of the record.
    pub(crate) fn set(self, record: T) {
        let skip = size_of::<u32>();
        // SAFETY: the place has at least `size` bytes, more than `skip`, and is not the record, which is ours.
        unsafe {
            ptr::copy_nonoverlapping(
                (&raw const record).cast::<u8>().add(skip),
                self.place.cast::<u8>().add(skip),
                self.size - skip,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(C)]
    struct Today {
        struct_size: u32,
        one: u32,
        two: u64,
    }

    // SAFETY: its size comes first, 4 + 4 + 8 bytes leave no padding, and it has nothing but numbers.
    unsafe impl Record for Today {
        const FIRST_SIZE: usize = 8;
    }

    #[repr(C)]
    struct Tomorrow {
        today: Today,
        three: u64,
    }

    fn tomorrow(struct_size: u32, three: u64) -> Tomorrow {
        Tomorrow { today: Today { struct_size, one: 1, two: 2 }, three }
    }

    fn read_it(record: &Tomorrow) -> Result<Today, Code> {
        // SAFETY: no case states more than the record has.
        unsafe { read((&raw const *record).cast::<Today>(), "record") }.map_err(|failure| failure.code)
    }

    #[test]
    fn an_older_caller_leaves_the_rest_zero_and_a_newer_one_must() {
        for (size, three, expected) in [
            (8, 9, Ok((1, 0))),
            (12, 9, Ok((1, 2))),
            (16, 9, Ok((1, 2))),
            (24, 0, Ok((1, 2))),
            (24, 9, Err(Code::AbiMismatch)),
            (0, 0, Err(Code::InvalidArgument)),
            (7, 0, Err(Code::InvalidArgument)),
            (4_097, 0, Err(Code::InvalidArgument)),
            (u32::MAX, 0, Err(Code::InvalidArgument)),
        ] {
            let result = read_it(&tomorrow(size, three)).map(|record| (record.one, record.two));
            assert_eq!(result, expected, "{size}");
        }
    }

    #[test]
    fn a_written_record_is_cut_to_what_the_caller_has() {
        for (size, two) in [(8, 2), (16, 20), (24, 20)] {
            let mut record = tomorrow(size, 3);
            // SAFETY: no case states more than the record has.
            let out = unsafe { OutRecord::new((&raw mut record).cast::<Today>(), "record") };
            out.unwrap_or_else(|failure| panic!("{}", failure.message)).set(Today { struct_size: 16, one: 10, two: 20 });
            assert_eq!((record.today.struct_size, record.today.one, record.today.two, record.three), (size, 10, two, 3));
        }
    }
}
