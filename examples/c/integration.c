/* All that a backup program needs to be managed. integration DIRECTORY [CONNECTION USER PASSWORD] */
#include <stdio.h>
#include <sbm.h>

static int stop(sbm_error *error) {
    fprintf(stderr, "%s\n", sbm_error_message(error));
    sbm_error_free(error);
    return 1;
}

/* Before an act: may the user do it? If not, tell him why, in words that are made for him. */
static int may(sbm_client *client, int32_t action) {
    sbm_decision *decision;
    if (sbm_client_explain(client, action, NULL, &decision, NULL) != SBM_OK) return 0;
    int allowed = sbm_decision_effect(decision) != SBM_EFFECT_DENY;
    puts(allowed ? "allowed" : sbm_decision_sentence(decision));
    sbm_decision_free(decision);
    return allowed;
}

/* What the server wants: keep it in your own files first, then say that it is done. It comes again until you did. */
static void take_changes(sbm_client *client) {
    sbm_change *change;
    sbm_status status = SBM_OK;
    while (status == SBM_OK && sbm_client_next_change(client, &change, NULL) == SBM_OK && change) {
        printf("%s %s\n", sbm_change_kind(change) == SBM_DELIVERY_REMOVE ? "remove" : "install", sbm_change_name(change));
        status = sbm_change_done(change, NULL);
        sbm_change_free(change);
    }
}

int main(int count, char **arguments) {
    sbm_config *config; sbm_client *client; sbm_worker *worker; sbm_run *run; sbm_error *error;

    /* At the start: a directory of your own for what SBM keeps. The worker checks with the server once an hour. */
    if (count < 2 || sbm_config_new(SBM_ABI, arguments[1], &config, &error) != SBM_OK) return 2;
    if (sbm_client_open(config, &client, &error) != SBM_OK) return stop(error);
    sbm_config_free(config);
    if (sbm_client_start_worker(client, NULL, NULL, NULL, &worker, &error) != SBM_OK) return stop(error);

    /* Once, from a form of yours: what the administrator gave the user. */
    if (count > 4 && sbm_client_login(client, arguments[2], arguments[3], arguments[4], &error) != SBM_OK) return stop(error);

    take_changes(client); /* and again now and then: it costs nothing */
    if (may(client, SBM_ACTION_CREATE)) puts("a profile is created");

    /* A run: asked and noted on disk before it begins, on disk as a whole when it is over, sent when there is a server. */
    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP,
                           .trigger = SBM_TRIGGER_MANUAL, .profile_name = "documents"};
    if (sbm_client_begin_run(client, &start, &run, &error) != SBM_OK) return stop(error); /* denied, say: do not run */
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS, .files_copied = 42, .bytes_stored = -1};
    if (sbm_run_finish(run, &end, NULL, &error) != SBM_OK) return stop(error);
    puts("the run is recorded");

    /* At the end. */
    sbm_run_free(run), sbm_worker_free(worker), sbm_client_free(client);
    return 0;
}
