/*
 * A clean shutdown in the middle of everything: a run is going on, a worker is at work, and a thread waits for the network.
 *
 *     shutdown DIRECTORY       somebody logged in there before
 */
#include <iostream>
#include <thread>

#include "sbm.hpp"

static void shut_down(sbm::client client) {
    sbm::run_start start;
    start.profile_name = "documents";
    const sbm::run run = client.begin_run(start).value();
    sbm::worker worker = client.start_worker().value();
    /*
     * A thread that syncs until somebody ends that. It has a handle of C of its own: a number, which it may use whatever becomes
     * of the object here. status::cancelled while it waits, status::bad_handle once the client is closed: the end, not a fault.
     */
    std::thread thread([handle = client.get()] {
        sbm_sync_summary summary = {};
        summary.struct_size = sizeof summary;
        while (sbm_client_sync(handle, &summary, nullptr) == SBM_OK) continue;
    });
    sbm_client *const closed = client.get();

    /* Now the computer shuts down. First whoever makes new work: the worker. */
    std::cout << "worker: " << sbm::name(worker.close()) << '\n';
    /* The run ends as what it is. Not finished, it would be reported as interrupted at the next start. */
    sbm::run_end end;
    end.result = sbm::run_result::aborted;
    const auto sequence = run.finish(end);
    /* Then the calls that wait, and the client; a thread must be joined before anything here is thrown. */
    const auto cancelled = client.cancel();
    const sbm::status how = client.close();
    thread.join();
    cancelled.value();
    std::cout << "run " << sequence.value() << ": aborted\n";
    std::cout << "client: " << sbm::name(how) << "\nthread: ended\n";
    std::cout << "closed again: " << sbm::name(sbm::client(closed).close()) << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        shut_down(sbm::client::open(sbm::config::create(argv[1]).value()).value());
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
