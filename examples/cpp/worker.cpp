/*
 * The background worker: a thread of the library's that checks with the server, and a program that is woken when there is
 * something to see.
 *
 *     worker DIRECTORY         somebody logged in there before
 */
#include <condition_variable>
#include <iostream>
#include <mutex>

#include "sbm.hpp"

class bell {
  public:
    /* On the worker's thread: leave a note and wake our own. A window would post a message to itself here. */
    void ring(sbm::notice notice, sbm::status why) {
        const std::lock_guard<std::mutex> hold(lock_);
        if (notice == sbm::notice::synced) synced_++, why_ = why;
        rung_.notify_one();
    }

    sbm::status wait_for_sync(int number) {
        std::unique_lock<std::mutex> hold(lock_);
        rung_.wait(hold, [&] { return synced_ >= number; });
        return why_;
    }

  private:
    std::mutex lock_;
    std::condition_variable rung_;
    int synced_ = 0;
    sbm::status why_ = sbm::status::ok;
};

static void watch(const sbm::client &client) {
    bell bell; /* before the worker, so that it goes after it */
    /* Whatever the callback throws stays in it: worker.take_exception() would tell. */
    sbm::worker worker = client.start_worker([&bell](sbm::notice notice, sbm::status why) { bell.ring(notice, why); }).value();
    std::cout << "first check: " << sbm::name(bell.wait_for_sync(1)) << '\n'; /* one at once, then about every hour */
    worker.sync_now().value();
    std::cout << "asked for: " << sbm::name(bell.wait_for_sync(2)) << '\n';

    /* Changes are pulled, on the thread that has the profiles. What is dropped without an answer comes again. */
    const auto change = client.next_change().value();
    std::cout << "to apply: " << (change ? change->name() : "nothing") << '\n';

    /* Its destructor does the same. It waits until the thread has ended, so hold no lock that the callback takes. */
    std::cout << "stopped: " << sbm::name(worker.close()) << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        watch(sbm::client::open(sbm::config::create(argv[1]).value()).value());
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
