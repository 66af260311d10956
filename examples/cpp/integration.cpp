// All that a backup program needs to be managed. integration DIRECTORY [CONNECTION USER PASSWORD]
#include <iostream>
#include <sbm.hpp>

// Before an act: may the user do it? If not, tell him why, in words that are made for him.
static bool may(const sbm::client &client, sbm::action action) {
    const sbm::decision decision = client.explain(action).value();
    const bool allowed = decision.effect() != sbm::effect::deny;
    std::cout << (allowed ? "allowed" : decision.sentence()) << '\n';
    return allowed;
}

// What the server wants: keep it in your own files first, then say that it is done. It comes again until you did.
static void take_changes(const sbm::client &client) {
    while (auto change = client.next_change().value()) {
        std::cout << (change->kind() == sbm::delivery::remove ? "remove " : "install ") << change->name() << '\n';
        change->done().value();
    }
}

int main(int count, char **arguments) try {
    if (count < 2) return 2;

    // At the start: a directory of your own for what SBM keeps. The worker checks with the server once an hour.
    const sbm::client client = sbm::client::open(sbm::config::create(arguments[1]).value()).value();
    const sbm::worker worker = client.start_worker().value();

    // Once, from a form of yours: what the administrator gave the user.
    if (count > 4) client.login(arguments[2], arguments[3], arguments[4]).value();

    take_changes(client); // and again now and then: it costs nothing
    if (may(client, sbm::action::create_profile)) std::cout << "a profile is created\n";

    // A run: asked and noted on disk before it begins, on disk as a whole when it is over, sent when there is a server.
    sbm::run_start start;
    start.profile_name = "documents";
    const sbm::run run = client.begin_run(start).value(); // denied, say: an exception, and no run
    sbm::run_end end;
    end.files_copied = 42;
    run.finish(end).value();
    std::cout << "the run is recorded\n";
    return 0;
} catch (const sbm::exception &exception) {
    std::cerr << exception.what() << '\n';
    return 1;
}
