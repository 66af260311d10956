/*
 * Handling errors: a status for the program, a sentence for the user, and whether another attempt makes sense. Not an exception
 * in it: this is the way of a program that is built with -fno-exceptions, and it works everywhere.
 *
 *     error_handling DIRECTORY CONNECTION USER PASSWORD
 */
#include <cstdio>

#include "sbm.hpp"

/* What a program does with a result. */
template <class T> static bool report(const char *what, const sbm::result<T> &result) {
    if (result) {
        std::printf("%s: ok\n", what);
        return true;
    }
    const sbm::error &error = result.error();
    /* Names are for logs and scripts and never change; messages are for people, and get better. */
    std::printf("%s: %s, again later: %s\n", what, sbm::name(error.code()).data(), error.is_retryable() ? "yes" : "no");
    std::fprintf(stderr, "%s: %s\n", what, error.message().c_str());
    if (auto time = error.retry_after()) /* the server said when */
        std::fprintf(stderr, "%s: again in %lld ms\n", what, static_cast<long long>(time->count()));
    return false;
}

int main(int argc, char **argv) {
    /* Port 1 of this computer: nobody is there. */
    static const char nobody[] = "sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000";
    if (argc != 5) return 2;

    /* What was opened is freed at the end of its block, on every way out. */
    const auto config = sbm::config::create(argv[1]);
    if (!report("configuration", config)) return 1;
    const auto client = sbm::client::open(*config); /* *config without a look at it first would end the program */
    if (!report("client", client)) return 1;

    report("nobody there", client->login(nobody, argv[3], argv[4]));
    report("no connection string", client->login("example.org", argv[3], argv[4]));
    report("wrong password", client->login(argv[2], argv[3], "not the password"));
    report("wrong GUID", client->may(sbm::action::create_profile, "not a GUID"));
    if (!report("login", client->login(argv[2], argv[3], argv[4]))) return 1;
    /* Who does not want the details asks for the status alone. */
    std::printf("without details: %s\n", sbm::name(client->may(static_cast<sbm::action>(99)).code()).data());
    return 0;
}
