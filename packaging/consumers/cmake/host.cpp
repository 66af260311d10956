// The smallest host in C++: it says which SBM it has, and what its user may do. host DIRECTORY
#include <iostream>
#include <sbm.h>

int main(int count, char **arguments) {
    sbm_config *config = nullptr;
    sbm_client *client = nullptr;
    sbm_effect effect = SBM_EFFECT_DENY;
    sbm_error *error = nullptr;
    std::cout << "SBM " << sbm_version() << '\n';
    if (sbm_config_new(SBM_ABI, count > 1 ? arguments[1] : "sbm", &config, &error) != SBM_OK ||
        sbm_client_open(config, &client, &error) != SBM_OK ||
        sbm_client_may(client, SBM_ACTION_CREATE, nullptr, &effect, &error) != SBM_OK)
        std::cerr << sbm_error_message(error) << '\n';
    else
        std::cout << "create: " << (effect == SBM_EFFECT_DENY ? "denied" : "allowed") << '\n';
    const int status = client == nullptr;
    sbm_client_free(client);
    sbm_config_free(config);
    sbm_error_free(error);
    return status;
}
