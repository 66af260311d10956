/*
 * Exchanging with the server: from a timer when it is due, and at once when the user wants it.
 *
 *     sync DIRECTORY           somebody logged in there before
 */
#include <iostream>

#include "sbm.hpp"

using namespace std::chrono_literals;

static void exchange(const sbm::client &client) {
    /* From a timer, every minute if you like: the client asks the server when it is due, about once an hour. */
    for (int tick = 1; tick <= 2; tick++)
        std::cout << "tick " << tick << ": " << (client.sync_if_due().value().tried ? "asked" : "not due") << '\n';

    /* Behind a button: always. That the server did not answer is no error; the summary says so, and why. */
    const sbm::sync_summary summary = client.sync().value();
    std::cout << "server: " << (summary.online ? "answered" : sbm::text_of(summary.why)) << '\n';
    std::cout << "changes waiting: " << summary.changes_waiting << ", runs waiting: " << summary.runs_waiting << '\n';
    const auto contact = client.last_contact().value(); /* nothing if the server was never reached */
    std::cout << "last contact: " << (contact && contact->age < 60s ? "within a minute" : "long ago") << '\n';

    /* What the user may use here. Names belong to the list: copy them if you need them longer than it. */
    const sbm::profile_list list = client.profiles().value();
    for (const sbm::profile one : list) std::cout << "profile: " << one.name << ", revision " << one.revision << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        exchange(sbm::client::open(sbm::config::create(argv[1]).value()).value());
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
