// The smallest host in C++: it says which SBM it has, and what its user may do. host DIRECTORY
#include <iostream>
#include <sbm.hpp>

int main(int count, char **arguments) {
    std::cout << "SBM " << sbm::version() << '\n';
    const auto config = sbm::config::create(count > 1 ? arguments[1] : "sbm");
    if (!config) return std::cerr << config.error().message() << '\n', 1;
    const auto client = sbm::client::open(*config);
    if (!client) return std::cerr << client.error().message() << '\n', 1;
    const auto effect = client->may(sbm::action::create_profile);
    if (!effect) return std::cerr << effect.error().message() << '\n', 1;
    std::cout << "create: " << (*effect == sbm::effect::deny ? "denied" : "allowed") << '\n';
}
