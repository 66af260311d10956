/*
 * Giving a profile to the server, so that it can be given to others. It takes an administrator, for this one act.
 *
 *     upload DIRECTORY CONNECTION ADMINISTRATOR PASSWORD        somebody logged in there before
 */
#include <iostream>

#include "sbm.hpp"

using namespace std::string_view_literals;

static int upload(const sbm::client &client, const char *administrator, const char *password) {
    sbm::upload upload;
    upload.guid = "0C5A2C1F4B7E4D6A9F3E1B2C3D4E5F60"; /* the host makes it once and keeps it beside the profile */
    upload.name = "Home folders";
    upload.description = "what everybody has";
    upload.version = 1;
    upload.body = "source=/home\ndest=/backup\n"sv; /* bytes that only the host understands; borrowed, not copied */
    const auto first = client.upload_profile(administrator, password, upload).value();
    std::cout << "uploaded: revision " << first << '\n';

    /* The same once more is harmless, so that an upload whose answer was lost can simply be repeated. */
    const auto again = client.upload_profile(administrator, password, upload).value();
    std::cout << "the same again: revision " << again << '\n';

    upload.body = "source=/home\ndest=/vault\n"sv;
    upload.based_on = again; /* what the host had when the profile was changed */
    std::cout << "changed: revision " << client.upload_profile(administrator, password, upload).value() << '\n';

    /* Who changed an older revision hears of it, and overwrites nobody's work. */
    upload.body = "source=/home\n"sv;
    upload.based_on = first;
    const auto late = client.upload_profile(administrator, password, upload);
    std::cout << "based on revision " << first << ": " << sbm::name(late.code()) << '\n';
    return late.code() == sbm::status::stale ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    try {
        return upload(sbm::client::open(sbm::config::create(argv[1]).value()).value(), argv[3], argv[4]);
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
