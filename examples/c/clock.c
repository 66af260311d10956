/*
 * A clock of the host's own: for a program that is simulated, or knows the time better than the computer. This one ticks in
 * whole seconds, by which one sees that it was asked.
 *
 *     clock DIRECTORY CONNECTION USER PASSWORD
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sbm.h"

/* Around every call that this program cannot do without. `error` goes by its address: C may read arguments in any order. */
static void check(sbm_status status, sbm_error **error) {
    if (status == SBM_OK) return;
    fprintf(stderr, "%s: %s\n", sbm_status_name(status), sbm_error_message(*error));
    exit(1); /* the system takes back what is open; sbm_error_free() and the others are for programs that go on */
}

/* Milliseconds since 1970 UTC. Any thread that calls the library may come here, several at once: no lock, no state. */
static int64_t whole_seconds(void *user_data) {
    (void)user_data;
    return (int64_t)time(NULL) * 1000;
}

/* The library is done with the clock: nobody comes any more, and what it stood on may go. */
static void given_back(void *user_data) {
    *(int *)user_data += 1;
}

int main(int argc, char **argv) {
    sbm_config *config;
    sbm_client *client;
    sbm_error *error;
    int64_t contact_ms;
    int returned = 0;
    if (argc != 5) return 2;
    check(sbm_config_new(SBM_ABI, argv[1], &config, &error), &error);
    check(sbm_config_set_clock(config, whole_seconds, &returned, given_back, &error), &error);
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config);
    printf("clock in use: %s\n", returned ? "no" : "yes"); /* the client holds it, though the configuration is gone */

    check(sbm_client_login(client, argv[2], argv[3], argv[4], &error), &error);
    check(sbm_client_last_contact(client, &contact_ms, NULL, &error), &error);
    printf("contact at a whole second: %s\n", contact_ms > 0 && contact_ms % 1000 == 0 ? "yes" : "no");

    sbm_client_free(client);
    printf("clock given back: %s\n", returned == 1 ? "once" : "not once");
    return 0;
}
