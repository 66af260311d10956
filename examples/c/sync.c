/*
 * Exchanging with the server: from a timer when it is due, and at once when the user wants it.
 *
 *     sync DIRECTORY           somebody logged in there before
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
    sbm_sync_summary summary = {.struct_size = sizeof summary};
    sbm_profile_list *list;
    sbm_error *error;
    int64_t contact_ms, age_ms;
    if (argc < 2) return 2;
    sbm_client *client = open_client(argv[1]);

    /* From a timer, every minute if you like: the client asks the server when it is due, about once an hour. */
    for (int tick = 1; tick <= 2; tick++) {
        check(sbm_client_sync_if_due(client, &summary, &error), &error);
        printf("tick %d: %s\n", tick, summary.tried ? "asked" : "not due");
    }

    /* Behind a button: always. That the server did not answer is no error; the summary says so, and why. */
    check(sbm_client_sync(client, &summary, &error), &error);
    printf("server: %s\n", summary.online ? "answered" : sbm_status_text(summary.why));
    printf("changes waiting: %u, runs waiting: %u\n", (unsigned)summary.changes_waiting, (unsigned)summary.runs_waiting);
    check(sbm_client_last_contact(client, &contact_ms, &age_ms, &error), &error);
    printf("last contact: %s\n", contact_ms > 0 && age_ms >= 0 && age_ms < 60000 ? "within a minute" : "long ago");

    /* What the user may use here. Names belong to the list: do not keep them longer than it. */
    check(sbm_client_profiles(client, &list, &error), &error);
    for (size_t i = 0; i < sbm_profile_list_count(list); i++)
        printf("profile: %s, revision %llu\n", sbm_profile_list_name(list, i),
               (unsigned long long)sbm_profile_list_revision(list, i));
    sbm_profile_list_free(list);
    sbm_client_free(client);
    return 0;
}
