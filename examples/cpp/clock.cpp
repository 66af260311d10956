/*
 * A clock of the host's own: for a program that is simulated, or knows the time better than the computer. This one ticks in
 * whole seconds, by which one sees that it was asked.
 *
 *     clock DIRECTORY CONNECTION USER PASSWORD
 */
#include <chrono>
#include <iostream>
#include <memory>

#include "sbm.hpp"

using namespace std::chrono;

/* Any thread that calls the library may come here, several at once: no lock, no state. The note lives as long as the clock. */
struct whole_seconds {
    std::shared_ptr<int> note;
    sbm::milliseconds operator()() const { return duration_cast<seconds>(system_clock::now().time_since_epoch()); }
};

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    try {
        const auto note = std::make_shared<int>(0);
        auto config = std::make_optional(sbm::config::create(argv[1]).value());
        config->set_clock(whole_seconds{note}).value(); /* were it to throw, the computer's clock would be asked instead */
        auto client = std::make_optional(sbm::client::open(*config).value());
        config.reset(); /* the client holds the clock, though the configuration is gone */
        std::cout << "clock in use: " << (note.use_count() == 2 ? "yes" : "no") << '\n';

        client->login(argv[2], argv[3], argv[4]).value();
        const auto contact = client->last_contact().value();
        std::cout << "contact at a whole second: " << (contact && contact->at % 1s == 0s ? "yes" : "no") << '\n';

        client.reset();
        std::cout << "clock given back: " << (note.use_count() == 1 ? "once" : "not once") << '\n';
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
