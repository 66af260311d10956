/*
 * Asking before an act whether the user may do it, and telling him why not.
 *
 *     permission DIRECTORY     somebody logged in there before
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

/* Asks as a menu does that is about to be shown: from memory, so ask as often as you like. */
static int may(sbm_client *client, sbm_action action, const char *profile) {
    sbm_effect effect;
    sbm_error *error;
    check(sbm_client_may(client, action, profile, &effect, &error), &error);
    /* SBM_EFFECT_UNMANAGED: nobody manages this installation, and the program's own rules hold. */
    return effect != SBM_EFFECT_DENY;
}

/* Tells why not: the sentence for the user, the rest for whoever he calls for help. */
static void explain(sbm_client *client, sbm_action action, const char *profile) {
    sbm_decision *decision;
    sbm_error *error;
    check(sbm_client_explain(client, action, profile, &decision, &error), &error);
    printf("%s\n", sbm_decision_sentence(decision));
    printf("reason: %s, rule: %s\n", sbm_status_name(sbm_decision_code(decision)), sbm_decision_rule(decision));
    printf("a way out: %s\n", *sbm_decision_change(decision) ? "yes" : "no");
    sbm_decision_free(decision);
}

int main(int argc, char **argv) {
    sbm_profile_list *list;
    sbm_error *error;
    if (argc < 2) return 2;
    sbm_client *client = open_client(argv[1]);

    printf("create: %s\n", may(client, SBM_ACTION_CREATE, NULL) ? "allowed" : "denied");
    if (!may(client, SBM_ACTION_CREATE, NULL)) explain(client, SBM_ACTION_CREATE, NULL);

    /* What is done to a managed profile is asked with its GUID. */
    check(sbm_client_profiles(client, &list, &error), &error);
    for (size_t i = 0; i < sbm_profile_list_count(list); i++) {
        const char *guid = sbm_profile_list_guid(list, i);
        printf("%s: run %s, delete %s\n", sbm_profile_list_name(list, i),
               may(client, SBM_ACTION_RUN_MANUALLY, guid) ? "allowed" : "denied",
               may(client, SBM_ACTION_DELETE, guid) ? "allowed" : "denied");
    }
    sbm_profile_list_free(list);
    sbm_client_free(client);
    return 0;
}
