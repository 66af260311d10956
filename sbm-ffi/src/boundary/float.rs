//! Floating-point traps stay outside. Delphi hosts leave the exceptions of division by zero and invalid operations
//! switched on; raised inside Rust they would go through frames that cannot be unwound.
//!
//! The control words are read at each call (5 ns) and written only where a host has a trap on. They are given back as they
//! were, however the call ends.

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use std::arch::asm;

/// The exception masks of MXCSR.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
const SSE_MASKS: u32 = 0x1f80;
/// The exception masks of the x87 control word.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
const X87_MASKS: u16 = 0x3f;

/// While it lives, no floating-point operation of this thread raises an exception.
pub(super) struct Quiet {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    sse: u32,
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    x87: u16,
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
impl Quiet {
    #[inline]
    pub(super) fn enter() -> Self {
        let quiet = Self { sse: sse(), x87: x87() };
        if quiet.sse & SSE_MASKS != SSE_MASKS {
            set_sse(quiet.sse | SSE_MASKS);
        }
        if quiet.x87 & X87_MASKS != X87_MASKS {
            set_x87(quiet.x87 | X87_MASKS);
        }
        quiet
    }
}

/// A thread's floating-point state, as its host likes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostFloat {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    sse: u32,
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    x87: u16,
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
impl HostFloat {
    /// This thread's, now.
    pub(crate) fn read() -> Self {
        Self { sse: sse(), x87: x87() }
    }

    /// Calls the host under its own state, and goes on under the one there was.
    pub(crate) fn during<T>(self, call: impl FnOnce() -> T) -> T {
        let before = Self::read();
        self.load();
        let answer = call();
        before.load();
        answer
    }

    fn load(self) {
        if sse() != self.sse {
            set_sse(self.sse);
        }
        if x87() != self.x87 {
            set_x87(self.x87);
        }
    }
}

/// Other processors have no such traps.
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
impl HostFloat {
    /// This thread's, now.
    pub(crate) fn read() -> Self {
        Self {}
    }

    /// Calls the host.
    pub(crate) fn during<T>(self, call: impl FnOnce() -> T) -> T {
        call()
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
impl Drop for Quiet {
    #[inline]
    fn drop(&mut self) {
        if self.sse & SSE_MASKS != SSE_MASKS {
            set_sse(self.sse);
        }
        if self.x87 & X87_MASKS != X87_MASKS {
            set_x87(self.x87);
        }
    }
}

/// Other processors have no such traps, or have them off; there is nothing to do.
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
impl Quiet {
    #[inline]
    pub(super) fn enter() -> Self {
        Self {}
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[inline]
fn sse() -> u32 {
    let mut word = 0_u32;
    // SAFETY: it stores the control word into the variable and touches nothing else. Processors without SSE cannot run
    // what Rust compiles for these targets.
    unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
    word
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[cold]
fn set_sse(word: u32) {
    // SAFETY: the word was read from this register, with masks added at most, so that no reserved bit is set.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, preserves_flags)) };
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[inline]
fn x87() -> u16 {
    let mut word = 0_u16;
    // SAFETY: it stores the control word into the variable and touches nothing else.
    unsafe { asm!("fnstcw [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
    word
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[cold]
fn set_x87(word: u16) {
    // SAFETY: the word was read from this register, with masks added at most. What happened in between is cleared first,
    // or a trap that is switched on again would raise it.
    unsafe { asm!("fnclex", "fldcw [{}]", in(reg) &raw const word, options(nostack, preserves_flags)) };
}

#[cfg(all(test, any(target_arch = "x86", target_arch = "x86_64")))]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn a_host_with_traps_on_gets_none_inside_and_has_them_on_again_afterwards() {
        let (sse_before, x87_before) = (sse(), x87());
        let (sse_trapping, x87_trapping) = (sse_before & !SSE_MASKS, x87_before & !X87_MASKS);
        set_sse(sse_trapping);
        set_x87(x87_trapping);
        let quotient = {
            let _quiet = Quiet::enter();
            black_box(1.0_f64) / black_box(0.0_f64) + black_box(0.0_f64) / black_box(0.0_f64)
        };
        let after = (sse(), x87());
        set_sse(sse_before);
        set_x87(x87_before);
        assert!(quotient.is_nan());
        assert_eq!(after, (sse_trapping, x87_trapping));
    }

    #[test]
    fn a_callback_runs_under_the_host_s_words_and_the_library_goes_on_under_its_own() {
        let before = HostFloat::read();
        let host = HostFloat { sse: before.sse & !SSE_MASKS, x87: before.x87 & !X87_MASKS };
        let inside = host.during(HostFloat::read);
        let after = HostFloat::read();
        assert_eq!((inside, after), (host, before));
    }

    #[test]
    fn a_host_without_traps_keeps_its_words() {
        let before = (sse(), x87());
        drop(Quiet::enter());
        assert_eq!((sse() & SSE_MASKS, x87()), (before.0 & SSE_MASKS, before.1));
    }
}
