/*
 * Logging in, once: the user names server, login name and password, the program looks at the server first, and from then on this
 * installation is managed.
 *
 *     login DIRECTORY CONNECTION USER PASSWORD
 */
#include <iostream>

#include "sbm.hpp"

static const char *yes(bool answer) { return answer ? "yes" : "no"; }

static int log_in(const sbm::client &client, const char *connection, const char *user, const char *password) {
    /* Without a user it is a question and changes nothing. Its report is what a form shows beside its button "Test". */
    const sbm::server_test test = client.test_server(connection).value();
    std::cout << "server reachable: " << yes(test.reachable() == sbm::check::passed) << '\n';
    std::cout << "certificate confirmed: " << yes(test.certificate() == sbm::check::passed) << '\n';

    /* The password is used for this one exchange. Do not keep it: the client has a token of its own afterwards. */
    if (auto login = client.login(connection, user, password); !login) {
        /* The sentence is made for the user; nothing has changed, so that he may try again. */
        std::cerr << "not logged in: " << login.error().message() << '\n';
        return 1;
    }
    const auto who = client.user().value();
    std::cout << "logged in: " << (who ? who->view() : "nobody") << '\n';
    std::cout << "online: " << yes(client.state().value().state == sbm::state::online) << '\n';
    /* A login locks the connection: a form shows it read-only from now on. */
    const bool locked = client.is_locked().value() && client.connection().value().connection.has_value();
    std::cout << "connection locked: " << yes(locked) << '\n';
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    try { /* value() throws what a result has in place of a value: here every call but the login must work */
        const auto client = sbm::client::open(sbm::config::create(argv[1]).value()).value();
        return log_in(client, argv[2], argv[3], argv[4]);
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
