/*
 * What accounts bring: codes, one machine for each, quotas, settings, a look.
 *
 *     accounts DIRECTORY CONNECTION USER PASSWORD
 */
#include <iostream>
#include <optional>
#include <string>

#include "sbm.hpp"

/* A window of yours. */
static std::string ask(const std::string &question) {
    std::cerr << question << ' ';
    std::string answer;
    std::getline(std::cin, answer);
    return answer;
}

/* A login says what it lacks: a code, or the user's word that the account is to be on this machine. Nothing is done unasked. */
static void log_in(const sbm::client &client, const char *connection, const char *user, const char *password) {
    std::optional<std::string> code;
    auto login = client.login(connection, user, password);
    if (!login && login.error().code() == sbm::status::denied_second_factor) {
        if (!login.error().code_address(sbm::channel::email).empty())
            client.send_login_code(connection, user, password, sbm::channel::email).value();
        code = ask("code?");
        login = client.login(connection, user, password, *code);
    }
    if (!login && login.error().code() == sbm::status::other_machine && ask(login.error().message()) == "yes") {
        if (code) code = ask("another code?"); /* each counts once */
        login = client.take_over(connection, user, password, code);
    }
    login.value();
}

static void work(const sbm::client &client) {
    /* What the host calls itself, and a setting: what is forced is shown and not changed. */
    const auto look = client.branding().value();
    const sbm::setting compression = client.setting("compression", "fast").value();
    std::cout << "called: " << (look ? look->name() : "accounts") << '\n';
    std::cout << "compression: " << compression.value.value_or("none")
              << (compression.mode == sbm::setting_mode::forced ? ", forced" : "") << '\n';

    /* Room is kept for what the run expects to store; afterwards the host says what it stores in all. */
    sbm::run_start start;
    start.profile_name = "documents";
    const sbm::run run = client.begin_run(start, 4096).value();
    run.finish({}).value();
    client.report_stored(4096).value();
    client.sync().value();
    const sbm::room room = client.room().value();
    std::cout << "room: " << (room.warns ? "nearly none" : room.left ? "enough" : "no ceiling") << '\n';
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    try {
        const auto client = sbm::client::open(sbm::config::create(argv[1]).value()).value();
        log_in(client, argv[2], argv[3], argv[4]);
        work(client);
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
