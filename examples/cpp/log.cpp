/*
 * The library's log in the host's own: here a file DIRECTORY.log, one line each. It never holds a password.
 *
 *     log DIRECTORY CONNECTION USER PASSWORD
 */
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>

#include "sbm.hpp"

/* On the thread of the call, or the worker's, and under no lock of the library: so it has one of its own. */
class log_file {
  public:
    explicit log_file(const std::string &path) : file_(path, std::ios::app) {}
    ~log_file() { std::cout << "log closed\n"; }

    void operator()(sbm::log_level level, std::string_view message) {
        static const char *const names[] = {"", "error", "warning", "info", "debug"};
        const auto number = static_cast<std::size_t>(level); /* a later library may have more levels */
        const std::lock_guard<std::mutex> hold(lock_);
        file_ << (number >= 1 && number <= 4 ? names[number] : "other") << ": " << message << '\n';
    }

  private:
    std::mutex lock_;
    std::ofstream file_;
};

static void log_in(char **argv, const std::string &path) {
    sbm::config config = sbm::config::create(argv[1]).value();
    /* The library keeps the callable and destroys it when the last config and client that have it are gone. */
    auto log = std::make_unique<log_file>(path);
    config.set_log(sbm::log_level::debug, [log = std::move(log)](auto level, auto message) { (*log)(level, message); }).value();
    const sbm::client client = sbm::client::open(config).value();
    std::cout << "log open\n";
    client.login(argv[2], argv[3], argv[4]).value();
    client.sync().value();
    std::cout << "logged in\n";
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    try {
        const std::string path = std::string(argv[1]) + ".log";
        log_in(argv, path);
        std::cout << "something was told: " << (std::ifstream(path).get() != EOF ? "yes" : "no") << '\n';
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
