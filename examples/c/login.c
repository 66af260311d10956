/*
 * Logging in, once: the user names server, login name and password, the program looks at the server first, and from then on this
 * installation is managed.
 *
 *     login DIRECTORY CONNECTION USER PASSWORD
 */
#include <stdio.h>
#include <stdlib.h>

#include "sbm.h"

/* Around every call that this program cannot do without. `error` goes by its address: C may read arguments in any order. */
static void check(sbm_status status, sbm_error **error) {
    if (status == SBM_OK) return;
    fprintf(stderr, "%s: %s\n", sbm_status_name(status), sbm_error_message(*error));
    exit(1); /* the system takes back what is open; sbm_error_free() and the others are for programs that go on */
}

static sbm_client *open_client(const char *directory) {
    sbm_config *config;
    sbm_client *client;
    sbm_error *error;
    check(sbm_config_new(SBM_ABI, directory, &config, &error), &error);
    check(sbm_client_open(config, &client, &error), &error);
    sbm_config_free(config); /* the client has what it needs of it */
    return client;
}

int main(int argc, char **argv) {
    sbm_server_test *test;
    sbm_text *user, *server;
    sbm_state state;
    sbm_status status;
    sbm_error *error;
    int32_t locked;
    if (argc != 5) return 2;
    sbm_client *client = open_client(argv[1]);

    /* Without a user it is a question and changes nothing. Its report is what a form shows beside its button "Test". */
    check(sbm_client_test_server(client, argv[2], NULL, NULL, &test, &error), &error);
    printf("server reachable: %s\n", sbm_server_test_reachable(test) == SBM_CHECK_PASSED ? "yes" : "no");
    printf("certificate confirmed: %s\n", sbm_server_test_certificate(test) == SBM_CHECK_PASSED ? "yes" : "no");
    sbm_server_test_free(test);

    /* The password is used for this one exchange. Do not keep it: the client has a token of its own afterwards. */
    status = sbm_client_login(client, argv[2], argv[3], argv[4], &error);
    if (status != SBM_OK) {
        /* The sentence is made for the user; nothing has changed, so that he may try again. */
        fprintf(stderr, "not logged in: %s\n", sbm_error_message(error));
        sbm_error_free(error);
        sbm_client_free(client);
        return 1;
    }
    check(sbm_client_user(client, &user, &error), &error);
    check(sbm_client_state(client, &state, NULL, &error), &error);
    check(sbm_client_is_locked(client, &locked, &error), &error);
    check(sbm_client_connection(client, &server, NULL, &error), &error);
    printf("logged in: %s\n", sbm_text_data(user));
    printf("online: %s\n", state == SBM_STATE_ONLINE ? "yes" : "no");
    /* A login locks the connection: a form shows it read-only from now on. */
    printf("connection locked: %s\n", locked && *sbm_text_data(server) ? "yes" : "no");
    sbm_text_free(user);
    sbm_text_free(server);
    sbm_client_free(client);
    return 0;
}
