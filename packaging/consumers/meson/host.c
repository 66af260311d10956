/* The smallest host: it says which SBM it has, and what its user may do. host DIRECTORY */
#include <stdio.h>
#include <sbm.h>

int main(int count, char **arguments) {
    sbm_config *config = NULL;
    sbm_client *client = NULL;
    sbm_decision *decision = NULL;
    sbm_error *error = NULL;
    printf("SBM %s\n", sbm_version());
    if (sbm_config_new(SBM_ABI, count > 1 ? arguments[1] : "sbm", &config, &error) == SBM_OK &&
        sbm_client_open(config, &client, &error) == SBM_OK &&
        sbm_client_explain(client, SBM_ACTION_CREATE, NULL, &decision, &error) == SBM_OK)
        printf("create: %s\n", sbm_decision_effect(decision) == SBM_EFFECT_DENY ? "denied" : "allowed");
    else
        fprintf(stderr, "%s\n", sbm_error_message(error));
    int status = decision == NULL;
    sbm_decision_free(decision);
    sbm_client_free(client);
    sbm_config_free(config);
    sbm_error_free(error);
    return status;
}
