/* A host like Delphi's: floating-point exceptions raise signals. They must not be raised inside the library, and must still
 * be on afterwards. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>

#include "expect.h"
#include "traps.h"

#if defined(_WIN32)
static int divides_with_a_trap(void) {
    volatile double zero = 0.0, result;
    LONG before = traps_caught;
    result = 1.0 / zero;
    (void)result;
    return traps_caught == before + 1;
}
#else
static sigjmp_buf back;

static void trapped(int signal) {
    (void)signal;
    siglongjmp(back, 1);
}

static int divides_with_a_trap(void) {
    volatile double zero = 0.0, result;
    if (sigsetjmp(back, 1)) return 1;
    result = 1.0 / zero;
    (void)result;
    return 0;
}
#endif

int main(int count, char **argument) {
    const int traps = FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT;
    sbm_effect effect;
    sbm_decision *decision;
    EXPECT(count == 2);
#if defined(_WIN32)
    EXPECT(AddVectoredExceptionHandler(1, traps_note));
#else
    signal(SIGFPE, trapped);
#endif
    feenableexcept(traps);
    EXPECT(divides_with_a_trap());
    feenableexcept(traps);

    sbm_client *client = open_client(argument[1]);
    EXPECT(fegetexcept() == traps);
    EXPECT(sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, NULL) == SBM_OK && fegetexcept() == traps);
    EXPECT(sbm_client_explain(client, SBM_ACTION_CREATE, NULL, &decision, NULL) == SBM_OK && fegetexcept() == traps);
    EXPECT(*sbm_decision_json(decision) == '{' && fegetexcept() == traps);
    sbm_decision_free(decision);
    FAILS(SBM_STATUS_INVALID_ARGUMENT, sbm_client_may(client, 99, NULL, &effect, &error));
    EXPECT(sbm_client_free(client) == SBM_OK && fegetexcept() == traps);
    EXPECT(divides_with_a_trap());
    puts("ok");
    return 0;
}
