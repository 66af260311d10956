/* The lines of the readme. */
#include <stdio.h>
#include <stdlib.h>

#include "sbm.h"

static void stop(sbm_error *error) {
    fprintf(stderr, "%s\n", sbm_error_message(error));
    exit(1);
}

int main(void) {
    sbm_config *config; sbm_client *client; sbm_effect effect; sbm_decision *why; sbm_run *run; sbm_error *error;
    if (sbm_config_new(SBM_ABI, "sbm", &config, &error) || sbm_client_open(config, &client, &error)) stop(error);

    if (sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, &error)) stop(error);
    if (effect == SBM_EFFECT_DENY && sbm_client_explain(client, SBM_ACTION_CREATE, NULL, &why, &error) == SBM_OK)
        puts(sbm_decision_sentence(why)); /* and do not do it */

    sbm_run_start start = {.struct_size = sizeof start, .kind = SBM_PROFILE_KIND_BACKUP,
                           .trigger = SBM_TRIGGER_MANUAL, .profile_name = "documents"};
    if (sbm_client_begin_run(client, &start, &run, &error)) stop(error); /* denied, or not recordable: do not run */
    /* ... the backup ... */
    sbm_run_end end = {.struct_size = sizeof end, .result = SBM_RESULT_SUCCESS, .files_copied = 42, .bytes_stored = -1};
    if (sbm_run_finish(run, &end, NULL, &error)) stop(error); /* on disk now; sent when the server is there */
    return 0;
}
