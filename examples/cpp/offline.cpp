/*
 * Working without the server: what it said last holds, runs go on, and what they did is kept until it can be told.
 *
 *     offline DIRECTORY        somebody logged in there before
 */
#include <iostream>

#include "sbm.hpp"

static const char *answer(const sbm::client &client, sbm::action action) {
    return client.may(action).value() == sbm::effect::deny ? "denied" : "allowed";
}

static void work(const sbm::client &client) {
    /* Whether the server answers is no condition of anything; a failed exchange is a summary with online = false. */
    const sbm::sync_summary summary = client.sync().value();
    const sbm::standing standing = client.state().value();
    /* A caption for the user, not a reason to stop. */
    std::cout << "state: " << (standing.state == sbm::state::offline ? "offline" : "not offline") << ", " << sbm::name(standing.why)
              << '\n';
    std::cout << "asked: " << (summary.tried ? "yes" : "no") << ", answered: " << (summary.online ? "yes" : "no") << '\n';

    /* From memory, so it is as quick as with a server. */
    std::cout << "run by hand: " << answer(client, sbm::action::run_manually) << '\n';
    std::cout << "create: " << answer(client, sbm::action::create_profile) << '\n';

    sbm::run_start start; /* what has a default need not be said: a backup, by hand, now */
    start.profile_name = "documents";
    const sbm::run run = client.begin_run(start).value();
    /* ... the backup ... */
    sbm::run_end end;
    end.files_copied = 3;
    std::cout << "run " << run.finish(end).value() << ": kept\n"; /* on disk before it returns */
    std::cout << "runs waiting: " << client.sync().value().runs_waiting << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        work(sbm::client::open(sbm::config::create(argv[1]).value()).value());
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
