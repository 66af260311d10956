/*
 * Applying what the server wants: profiles to take over, to replace and to remove. Here a profile is a file DIRECTORY.GUID.
 *
 *     changes DIRECTORY        somebody logged in there before
 */
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "sbm.hpp"

namespace fs = std::filesystem;

/* The content must be safe before the change is answered: a file half written must never look like a whole one. */
static bool store(const fs::path &path, std::string_view content) {
    fs::path fresh = path;
    fresh += ".new";
    std::ofstream file(fresh, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    std::error_code failure;
    if (file) fs::rename(fresh, path, failure);
    return file && !failure;
}

static void apply(sbm::change &change, const std::string &directory) {
    const fs::path path = directory + "." + std::string(change.guid());
    const auto body = change.body(); /* nothing for a removal */
    const bool removes = change.kind() == sbm::delivery::remove;
    std::error_code ignored; /* gone already is as good */
    const bool good = removes ? (fs::remove(path, ignored), true) : body && store(path, body->text());
    std::cout << (removes ? "remove " : change.kind() == sbm::delivery::install ? "install " : "update ") << change.name()
              << ", revision " << change.revision() << ", " << (body ? body->size() : 0) << " bytes\n";
    /* One of the two, always: what is not answered comes again. The administrator reads the reason. */
    (good ? change.done() : change.failed("the profile could not be written to disk")).value();
}

static void apply_all(const sbm::client &client, const std::string &directory) {
    int applied = 0;
    client.sync().value();
    while (auto change = client.next_change().value()) { /* nothing: none waits */
        apply(*change, directory);
        applied++;
    }
    std::cout << "applied: " << applied << '\n';
    /* Tells the server; the next exchange would do it as well. */
    std::cout << "still waiting: " << client.sync().value().changes_waiting << '\n';
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    try {
        apply_all(sbm::client::open(sbm::config::create(argv[1]).value()).value(), argv[1]);
        return 0;
    } catch (const sbm::exception &failure) {
        std::cerr << sbm::name(failure.code()) << ": " << failure.what() << '\n';
        return 1;
    }
}
