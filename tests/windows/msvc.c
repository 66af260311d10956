/* A host without a C library, as Microsoft's compiler sees it: it says which SBM it has, and what its user may do. */
#include "sbm.h"

#if defined(__cplusplus)
#define WINDOWS extern "C" __declspec(dllimport)
#define BEGIN extern "C" void begin(void)
#else
#define WINDOWS __declspec(dllimport)
#define BEGIN void begin(void)
#endif

WINDOWS void ExitProcess(unsigned status);
WINDOWS void *GetStdHandle(unsigned which);
WINDOWS int WriteFile(void *file, const void *bytes, unsigned count, unsigned *written, void *overlapped);

/* What the compiler calls by itself in a program that uses floating point, and finds in Microsoft's library. */
#if defined(__cplusplus)
extern "C"
#endif
int _fltused;
int _fltused = 0;

static void say(const char *text) {
    unsigned count = 0, written;
    while (text[count]) count++;
    WriteFile(GetStdHandle((unsigned)-11), text, count, &written, 0);
}

BEGIN;
BEGIN {
    sbm_config *config = 0;
    sbm_client *client = 0;
    sbm_error *error = 0;
    sbm_effect effect = SBM_EFFECT_DENY;
    say("SBM ");
    say(sbm_version());
    if (sbm_config_new(SBM_ABI, "cache-msvc", &config, &error) == SBM_OK && sbm_client_open(config, &client, &error) == SBM_OK &&
        sbm_client_may(client, SBM_ACTION_CREATE, 0, &effect, &error) == SBM_OK)
        say(effect == SBM_EFFECT_DENY ? ": denied\n" : ": allowed\n");
    else
        say(sbm_error_message(error));
    sbm_error_free(error);
    sbm_client_free(client);
    sbm_config_free(config);
    ExitProcess(0);
}
