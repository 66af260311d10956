/* permission.c: SBM is asked before each act, and what it answers is shown. */
#include "minibackup.h"

/* May the user do this? guid is NULL for a local profile. A denial is no error: it has a sentence for the user. */
void ask(int32_t action, const char *guid) {
    sbm_effect effect;
    sbm_decision *decision;
    check(sbm_client_may(client, action, guid, &effect, &error));
    if (effect != SBM_EFFECT_DENY) return; /* SBM_EFFECT_UNMANAGED: nobody manages us, and we allow everything */
    check(sbm_client_explain(client, action, guid, &decision, &error));
    fprintf(stderr, "minibackup: %s; %s\n", sbm_decision_sentence(decision), sbm_decision_change(decision));
    sbm_decision_free(decision);
    stop(DENIED);
}

/* Who works here, and whether the server is there: what a window has in its title. */
void caption(FILE *file, const char *end) {
    static const char *const words[] = {"", "unmanaged", "online", "offline", "refused", "floor"};
    sbm_state state;
    sbm_status why;
    sbm_text *user;
    check(sbm_client_state(client, &state, &why, &error));
    check(sbm_client_user(client, &user, &error));
    fprintf(file, "minibackup (%s%s%s)%s%s%s", sbm_text_data(user), user ? ", " : "", words[state], why && !*end ? ": " : "",
            why && !*end ? sbm_status_text(why) : "", *end ? end : "\n");
    fflush(file);
    sbm_text_free(user);
}

/* All that the user may do and may not, with the reasons. */
void status(void) {
    char last[MAX_TEXT] = "";
    for (int32_t action = SBM_ACTION_CREATE; action <= SBM_ACTION_RUN_SCHEDULED; action++) {
        sbm_decision *decision;
        check(sbm_client_explain(client, action, NULL, &decision, &error));
        if (strcmp(sbm_decision_sentence(decision), last) != 0) puts(sbm_decision_sentence(decision)); /* one for all, if unmanaged */
        snprintf(last, sizeof last, "%s", sbm_decision_sentence(decision));
        sbm_decision_free(decision);
    }
}
