/*
 * Reporting a run: it is asked for, noted, done and told. Should the program die in between, SBM reports it as interrupted.
 *
 *     run DIRECTORY            somebody logged in there before
 */
#include <iostream>

#include "sbm.hpp"

/* The backup itself; gives what came of it. */
static sbm::run_end back_up() {
    sbm::run_end end;
    end.result = sbm::run_result::warning;
    end.files_copied = 42;
    end.bytes_copied = 1048576;
    end.files_failed = 1;
    end.bytes_failed = 512;
    end.bytes_stored = 7340032; /* what the destination holds now; leave it out if you do not know */
    end.error_text = "one file was open in another program";
    return end;
}

static void report(const sbm::client &client) {
    sbm::run_start start;
    for (const sbm::profile one : client.profiles().value()) {
        start.profile_guid = std::string(one.guid); /* leave it out for a profile of the user's own */
        start.profile_name = std::string(one.name);
        start.version = one.version;
    }
    std::cout << "runs: " << start.profile_name << '\n';

    /* It asks whether the run is allowed. A denial is an error here, with the sentence for the user: do not run then. */
    const sbm::run run = client.begin_run(start).value();
    const sbm::run_end end = back_up();

    /* On disk before it returns, and sent if the server is there. If the disk is full, the run goes on: finish it again. */
    auto sequence = run.finish(end);
    while (!sequence && sequence.code() == sbm::status::cache_unwritable) {
        std::cerr << sequence.error().message() << "\nmake some room, then press Enter\n";
        if (std::cin.get() == EOF) break;
        sequence = run.finish(end);
    }
    std::cout << "run " << sequence.value() << ": finished\n";
    std::cout << "runs waiting: " << client.sync().value().runs_waiting << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        report(sbm::client::open(sbm::config::create(argv[1]).value()).value());
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
