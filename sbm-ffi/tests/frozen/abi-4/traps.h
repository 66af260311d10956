/* Floating-point exceptions that interrupt the program, where C itself knows no such thing: glibc's names, and for Windows on
 * x86-64 the same over the register in which they stand. */
#ifndef TRAPS_H
#define TRAPS_H

#include <fenv.h>

#if defined(_WIN32)
#include <windows.h>
#include <xmmintrin.h>

/* The bits of the exceptions, and where their masks stand: a bit that is set there keeps its exception quiet. */
enum { TRAPS_ALL = FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT, TRAPS_MASKS = 7 };

static inline int fegetexcept(void) {
    return (int)(~(_mm_getcsr() >> TRAPS_MASKS) & TRAPS_ALL);
}

static inline int feenableexcept(int traps) {
    int before = fegetexcept();
    _mm_setcsr((_mm_getcsr() & ~(unsigned)FE_ALL_EXCEPT) & ~((unsigned)traps << TRAPS_MASKS));
    return before;
}

static volatile LONG traps_caught;

/* Takes note, masks the exceptions and lets the program go on. */
static inline LONG WINAPI traps_note(EXCEPTION_POINTERS *what) {
    DWORD code = what->ExceptionRecord->ExceptionCode;
    if (code < EXCEPTION_FLT_DENORMAL_OPERAND || code > EXCEPTION_FLT_UNDERFLOW) return EXCEPTION_CONTINUE_SEARCH;
    traps_caught++;
    what->ContextRecord->MxCsr |= (DWORD)FE_ALL_EXCEPT << TRAPS_MASKS;
    what->ContextRecord->FltSave.MxCsr = what->ContextRecord->MxCsr;
    return EXCEPTION_CONTINUE_EXECUTION;
}
#endif

#endif
