/*
 * Asking before an act whether the user may do it, and telling him why not.
 *
 *     permission DIRECTORY     somebody logged in there before
 */
#include <iostream>
#include <optional>
#include <string_view>

#include "sbm.hpp"

using profile = std::optional<std::string_view>; /* the GUID of a managed one */

/* Asks as a menu does that is about to be shown: from memory, so ask as often as you like. */
static bool may(const sbm::client &client, sbm::action action, profile guid = std::nullopt) {
    /* effect::unmanaged: nobody manages this installation, and the program's own rules hold. */
    return client.may(action, guid).value() != sbm::effect::deny;
}

static const char *word(bool allowed) { return allowed ? "allowed" : "denied"; }

/* Tells why not: the sentence for the user, the rest for whoever he calls for help. */
static void explain(const sbm::client &client, sbm::action action) {
    const sbm::decision decision = client.explain(action).value(); /* its texts live as long as it does */
    std::cout << decision.sentence() << '\n';
    std::cout << "reason: " << sbm::name(decision.code()) << ", rule: " << decision.rule() << '\n';
    std::cout << "a way out: " << (decision.change().empty() ? "no" : "yes") << '\n';
}

static void ask(const sbm::client &client) {
    std::cout << "create: " << word(may(client, sbm::action::create_profile)) << '\n';
    if (!may(client, sbm::action::create_profile)) explain(client, sbm::action::create_profile);

    /* What is done to a managed profile is asked with its GUID. */
    const sbm::profile_list list = client.profiles().value();
    for (const sbm::profile one : list)
        std::cout << one.name << ": run " << word(may(client, sbm::action::run_manually, one.guid)) << ", delete "
                  << word(may(client, sbm::action::delete_profile, one.guid)) << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        ask(sbm::client::open(sbm::config::create(argv[1]).value()).value());
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
