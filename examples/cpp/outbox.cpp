/*
 * The outbox: runs that the server has not heard of yet wait on disk, up to a limit, and go when it is there again.
 *
 *     outbox DIRECTORY         somebody logged in there before
 */
#include <iostream>

#include "sbm.hpp"

static sbm::client open(const char *directory) {
    sbm::config config = sbm::config::create(directory).value();
    /* How much may wait: a laptop that is away for a month makes some hundred runs. */
    config.set_outbox(2000, 4u << 20).value();
    return sbm::client::open(config).value();
}

static void report_a_run(const sbm::client &client) {
    sbm::run_start start;
    start.kind = sbm::profile_kind::mirror;
    start.trigger = sbm::trigger::schedule;
    start.profile_name = "photos";
    const sbm::run run = client.begin_run(start).value();
    sbm::run_end end;
    end.files_copied = 7;
    std::cout << "run " << run.finish(end).value() << ": noted\n"; /* the same, whether the server is there or not */
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        const sbm::client client = open(argv[1]);
        report_a_run(client);

        /* Before a program that backs up a machine shuts it down: as long as the server takes some, give it more. */
        sbm::sync_summary summary;
        do summary = client.sync().value();
        while (summary.online && summary.runs_waiting > 0 && summary.runs_sent > 0);
        std::cout << "server: " << (summary.online ? "online" : "offline") << ", runs waiting: " << summary.runs_waiting << '\n';
        return 0; /* what waits stays on disk, for the next start of the program */
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
