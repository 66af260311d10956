/*
 * Handling errors: a status for the program, a sentence for the user, and whether another attempt makes sense.
 *
 *     error_handling DIRECTORY CONNECTION USER PASSWORD
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sbm.h"

/* What a program does with a failed call. The error is ours, and freed here; it comes by its address, since C may read
 * arguments in any order. */
static sbm_status report(const char *what, sbm_status status, sbm_error **error) {
    if (status == SBM_OK) printf("%s: ok\n", what);
    else {
        /* Names are for logs and scripts and never change; messages are for people, and get better. */
        printf("%s: %s, again later: %s\n", what, sbm_status_name(status), sbm_status_is_retryable(status) ? "yes" : "no");
        fprintf(stderr, "%s: %s\n", what, sbm_error_message(*error));
        if (sbm_error_retry_after_ms(*error) >= 0) /* the server said when */
            fprintf(stderr, "%s: again in %lld ms\n", what, (long long)sbm_error_retry_after_ms(*error));
    }
    sbm_error_free(*error);
    return status;
}

int main(int argc, char **argv) {
    /* Port 1 of this computer: nobody is there. */
    static const char nobody[] = "sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000";
    sbm_config *config = NULL;
    sbm_client *client = NULL;
    sbm_effect effect;
    sbm_error *error; /* set by every call, to NULL if it succeeds */
    int result = 1;
    if (argc != 5) return 2;

    /* The way of C: one place where everything is freed, which is fine for what was never made. */
    if (report("configuration", sbm_config_new(SBM_ABI, argv[1], &config, &error), &error) != SBM_OK) goto end;
    if (report("client", sbm_client_open(config, &client, &error), &error) != SBM_OK) goto end;

    report("nobody there", sbm_client_login(client, nobody, argv[3], argv[4], &error), &error);
    report("no connection string", sbm_client_login(client, "example.org", argv[3], argv[4], &error), &error);
    report("wrong password", sbm_client_login(client, argv[2], argv[3], "not the password", &error), &error);
    report("wrong GUID", sbm_client_may(client, SBM_ACTION_CREATE, "not a GUID", &effect, &error), &error);
    if (report("login", sbm_client_login(client, argv[2], argv[3], argv[4], &error), &error) != SBM_OK) goto end;
    /* Who does not want the details passes NULL. */
    printf("without details: %s\n", sbm_status_name(sbm_client_may(client, 99, NULL, &effect, NULL)));
    result = 0;
end:
    sbm_client_free(client);
    sbm_config_free(config);
    return result;
}
