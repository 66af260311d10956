/* Callbacks: any callable, given back once, and no exception leaves one. */
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "expect.hpp"

/* A counter that threads wait for. */
class counter {
  public:
    void add() {
        const std::lock_guard<std::mutex> hold(lock_);
        number_++;
        changed_.notify_all();
    }
    void wait_for(int at_least) {
        std::unique_lock<std::mutex> hold(lock_);
        changed_.wait(hold, [&] { return number_ >= at_least; });
    }
    int number() {
        const std::lock_guard<std::mutex> hold(lock_);
        return number_;
    }

  private:
    std::mutex lock_;
    std::condition_variable changed_;
    int number_ = 0;
};

static sbm::milliseconds now() {
    return std::chrono::duration_cast<sbm::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

/* Nobody is logged in here, so that a sync that was asked for fails and says so. */
CASE("a worker calls a lambda on its own thread and ends when it is destroyed") {
    const auto client = expect::client_on(directory);
    counter failed;
    auto note = std::make_shared<int>(0);
    const auto host = std::this_thread::get_id();
    {
        const auto worker = client.start_worker([&failed, host, note](sbm::notice notice, sbm::status why) {
            if (notice == sbm::notice::failed && why == sbm::status::not_logged_in && std::this_thread::get_id() != host) failed.add();
        });
        EXPECT(worker && note.use_count() == 2 && worker->sync_now());
        failed.wait_for(1);
        EXPECT(worker->take_exception() == nullptr);
    }
    EXPECT(note.use_count() == 1);
}

CASE("a worker's exception stays inside, and the worker goes on") {
    const auto client = expect::client_on(directory);
    counter called;
    auto worker = client.start_worker([&called](sbm::notice, sbm::status) {
        called.add();
        throw std::runtime_error("from the callback");
    });
    for (int i = 1; i <= 3; i++) {
        EXPECT(worker->sync_now());
        called.wait_for(i);
    }
    sbm_worker *raw = worker->get();
    EXPECT(raw != nullptr);
    auto exceptions = std::move(*worker); // what it caught goes with it
    while (true) {
        const auto thrown = exceptions.take_exception();
        if (!thrown) continue; // the callback has counted and is about to throw
        try {
            std::rethrow_exception(thrown);
        } catch (const std::runtime_error &failure) {
            EXPECT(std::string(failure.what()) == "from the callback");
        }
        break;
    }
    EXPECT(exceptions.close() == sbm::status::ok);
}

CASE("what is thrown need not be an std::exception") {
    const auto client = expect::client_on(directory);
    counter called;
    const auto worker = client.start_worker([&called](sbm::notice, sbm::status) {
        called.add();
        throw 7;
    });
    EXPECT(worker->sync_now());
    called.wait_for(1);
}

CASE("a worker's callback may use the client and destroy its own worker") {
    const auto client = expect::client_on(directory);
    /* Its thread ends behind the callback, which must not stand on this function's ground then. */
    struct desk {
        std::mutex lock;
        std::optional<sbm::worker> worker;
        counter done;
    };
    const auto shared = std::make_shared<desk>();
    {
        const std::lock_guard<std::mutex> hold(shared->lock);
        auto started = client.start_worker([shared, &client](sbm::notice, sbm::status) {
            const std::lock_guard<std::mutex> inside(shared->lock);
            if (!shared->worker) return;
            EXPECT(client.state()->state == sbm::state::unmanaged);
            shared->worker.reset();
            shared->done.add();
        });
        shared->worker.emplace(*std::move(started));
        EXPECT(shared->worker->sync_now());
    }
    shared->done.wait_for(1);
}

CASE("a worker needs no callback") {
    const auto client = expect::client_on(directory);
    auto worker = client.start_worker();
    EXPECT(worker && worker->sync_now() && worker->take_exception() == nullptr && worker->close() == sbm::status::ok);
    EXPECT(worker->sync_now().code() == sbm::status::null_argument);
}

CASE("a worker outlives its client") {
    auto client = expect::client_on(directory);
    counter called;
    const auto worker = client.start_worker([&](sbm::notice, sbm::status) { called.add(); });
    EXPECT(client.close() == sbm::status::ok && worker->sync_now());
    called.wait_for(1);
}

CASE("an empty callable is refused before anything else") {
    const auto client = expect::client_on(directory);
    auto config = expect::config_on(directory);
    EXPECT(client.start_worker(std::function<void(sbm::notice, sbm::status)>()).code() == sbm::status::null_argument);
    EXPECT(config.set_clock(std::function<sbm::milliseconds()>()).code() == sbm::status::null_argument);
    void (*nothing)(sbm::log_level, std::string_view) = nullptr;
    EXPECT(config.set_log(sbm::log_level::info, nothing).code() == sbm::status::null_argument);
}

CASE("a callable that can only be moved is kept and given back once") {
    auto note = std::make_shared<int>(0);
    {
        auto config = expect::config_on(directory);
        auto only = std::make_unique<std::shared_ptr<int>>(note);
        EXPECT(config.set_clock([only = std::move(only)] { return now(); }));
        EXPECT(note.use_count() == 2);
        auto client = sbm::client::open(config);
        config = expect::config_on(directory);
        EXPECT(note.use_count() == 2 && client->state()); // the client holds it
        EXPECT(client->close() == sbm::status::ok);
    }
    EXPECT(note.use_count() == 1);
}

CASE("a callable is given back when the call fails") {
    auto note = std::make_shared<int>(0);
    sbm::config nothing(nullptr);
    EXPECT(nothing.set_clock([note] { return now(); }).code() == sbm::status::null_argument);
    EXPECT(nothing.set_log(sbm::log_level::info, [note](auto, auto) {}).code() == sbm::status::null_argument);
    const sbm::client closed(nullptr);
    EXPECT(!closed.start_worker([note](auto, auto) {}));
    EXPECT(note.use_count() == 1);
}

CASE("a clock that is set twice gives the first one back") {
    auto one = std::make_shared<int>(0), two = std::make_shared<int>(0);
    auto config = expect::config_on(directory);
    EXPECT(config.set_clock([one] { return now(); }) && config.set_clock([two] { return now(); }));
    EXPECT(one.use_count() == 1 && two.use_count() == 2);
}

CASE("the clock is asked, and one that throws is replaced by the computer's") {
    static std::atomic<int> asked;
    asked = 0;
    auto config = expect::config_on(directory);
    EXPECT(config.set_clock([]() -> sbm::milliseconds {
        asked++;
        throw std::runtime_error("no time");
    }));
    const auto client = sbm::client::open(config);
    sbm::run_start start;
    start.profile_name = "documents";
    const auto run = client->begin_run(start);
    EXPECT(run && run->finish({}) && client->sync_if_due());
    EXPECT(asked > 0);
}

CASE("a plain function is a callable") {
    auto config = expect::config_on(directory);
    EXPECT(config.set_clock(now) && config.set_clock(&now) && sbm::client::open(config));
}

CASE("the log is told, and one that throws stops nothing") {
    counter told;
    auto config = expect::config_on(directory);
    EXPECT(config.set_log(sbm::log_level::debug, [&told](sbm::log_level level, std::string_view message) {
        EXPECT(level >= sbm::log_level::error && level <= sbm::log_level::debug && !message.empty());
        EXPECT(message.find("password 1") == std::string_view::npos);
        told.add();
        throw std::runtime_error("the disk is full");
    }));
    const auto client = sbm::client::open(config);
    EXPECT(client->login(NOBODY, "carol", "password 1").code() == sbm::status::unreachable);
    EXPECT(told.number() > 0);
}

CASE("a log may use the library") {
    auto config = expect::config_on(directory);
    const auto other = expect::client_on(directory + "x");
    counter asked;
    EXPECT(config.set_log(sbm::log_level::debug, [&](sbm::log_level, std::string_view) {
        EXPECT(other.state());
        asked.add();
    }));
    const auto client = sbm::client::open(config);
    EXPECT(!client->login(NOBODY, "carol", "password"));
    EXPECT(asked.number() > 0);
}

CASE("a call that waits is ended from another thread") {
    const auto client = expect::client_on(directory);
    const sbm::cancel_handle handle = client.canceller();
    std::thread other([handle] {
        for (int i = 0; i < 100; i++) EXPECT(handle.cancel());
    });
    const auto login = client.login(NOBODY, "carol", "password");
    other.join();
    EXPECT(login.code() == sbm::status::unreachable || login.code() == sbm::status::cancelled);
}
