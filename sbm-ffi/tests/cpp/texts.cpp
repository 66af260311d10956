/* Texts and contents: views in, views out, NUL inside, nothing at all, and other alphabets. */
#include "expect.hpp"

using namespace std::string_view_literals;

CASE("a text with a NUL inside is refused by its name and place") {
    const auto made = sbm::config::create("/tmp/a\0b"sv);
    EXPECT(made.code() == sbm::status::invalid_argument);
    EXPECT(made.error().message() == "the directory has a NUL at byte `6`; texts must not have any");
}

CASE("a NUL is found in every argument of a call") {
    const auto client = expect::client_on(directory);
    const auto nul = "a\0b"sv;
    EXPECT(client.login(nul, "carol", "password").error().message().find("connection") != std::string::npos);
    EXPECT(client.login(NOBODY, nul, "password").error().message().find("user") != std::string::npos);
    EXPECT(client.login(NOBODY, "carol", nul).error().message().find("password") != std::string::npos);
    EXPECT(client.change_connection(NOBODY, "carol", "password", "admin", nul).code() == sbm::status::invalid_argument);
    EXPECT(client.may(sbm::action::restore, nul).code() == sbm::status::invalid_argument);
    EXPECT(client.explain(sbm::action::restore, nul).code() == sbm::status::invalid_argument);
    EXPECT(client.profile_body(nul).code() == sbm::status::invalid_argument);
    EXPECT(client.profile_removed(nul).code() == sbm::status::invalid_argument);
    EXPECT(client.test_server(nul).code() == sbm::status::invalid_argument);
    EXPECT(sbm::change(nullptr).failed(nul).code() == sbm::status::invalid_argument);
    auto rollout = sbm::rollout::create();
    EXPECT(rollout->set_user(nul).code() == sbm::status::invalid_argument);
}

CASE("a NUL is found in the fields of records") {
    const auto client = expect::client_on(directory);
    const std::string nul("a\0b", 3);
    sbm::run_start start;
    start.profile_name = nul;
    EXPECT(client.begin_run(start).code() == sbm::status::invalid_argument);
    start.profile_name = "documents";
    start.os_user = nul;
    EXPECT(client.begin_run(start).error().message().find("operating system") != std::string::npos);
    start.os_user.reset();
    const auto run = client.begin_run(start);
    sbm::run_end end;
    end.error_text = nul;
    EXPECT(run->finish(end).code() == sbm::status::invalid_argument);
    end.error_text.reset();
    EXPECT(run->finish(end)); // the one that was refused had not reached it
    sbm::upload upload;
    upload.guid = GUID;
    upload.name = nul;
    EXPECT(client.upload_profile("admin", "password", upload).code() == sbm::status::invalid_argument);
}

CASE("a message never repeats the text that has the NUL") {
    const auto client = expect::client_on(directory);
    const auto failed = client.login(NOBODY, "carol", "secret\0word"sv);
    EXPECT(failed.error().message().find("secret") == std::string::npos);
}

CASE("a view need not end with NUL") {
    const std::string both = directory + "###";
    auto made = sbm::config::create(std::string_view(both).substr(0, directory.size()));
    EXPECT(made && sbm::client::open(*made));
    const std::string guids = std::string(GUID) + GUID;
    const auto client = expect::client_on(directory);
    EXPECT(*client.may(sbm::action::restore, std::string_view(guids).substr(0, 32)) == sbm::effect::unmanaged);
    EXPECT(client.may(sbm::action::restore, std::string_view(guids)).code() == sbm::status::invalid_guid);
}

CASE("nothing and an empty text are not the same") {
    const auto client = expect::client_on(directory);
    EXPECT(*client.may(sbm::action::restore) == sbm::effect::unmanaged);
    EXPECT(*client.may(sbm::action::restore, std::nullopt) == sbm::effect::unmanaged);
    EXPECT(client.may(sbm::action::restore, "").code() == sbm::status::invalid_guid);
    EXPECT(client.may(sbm::action::restore, std::string_view()).code() == sbm::status::invalid_guid);
}

CASE("an empty view is an empty text wherever one is wanted") {
    EXPECT(sbm::config::create(std::string_view()).code() == sbm::status::invalid_argument);
    const auto client = expect::client_on(directory);
    EXPECT(client.login(std::string_view(), "carol", "password").code() == sbm::status::bad_connection_string);
    EXPECT(client.profile_body(std::string_view()).code() == sbm::status::invalid_guid);
}

CASE("a directory with other alphabets in its name is made and found") {
    const std::string name = directory + "-Grüße-日本-\U0001F4BE";
    EXPECT(expect::client_on(name).state() && expect::client_on(name).state());
}

CASE("what is no UTF-8 is refused") {
    EXPECT(sbm::config::create("\xff\xfe").code() == sbm::status::not_utf8);
    const auto client = expect::client_on(directory);
    EXPECT(client.may(sbm::action::restore, "\xc3").code() == sbm::status::not_utf8);
}

CASE("texts of every length arrive whole, short ones and long ones") {
    const auto client = expect::client_on(directory);
    for (const std::size_t length : {1u, 31u, 118u, 119u, 120u, 121u, 500u, 5000u}) {
        const std::string text(length, 'x');
        const auto failed = client.login(text, "carol", "password");
        EXPECT(failed.code() == sbm::status::bad_connection_string);
        sbm::run_start start;
        start.profile_name = text;
        EXPECT(client.begin_run(start));
    }
}

CASE("texts are taken as literals, strings and views") {
    auto config = expect::config_on(directory);
    const std::string text = "tests 1.0";
    EXPECT(config.set_program("tests 1.0") && config.set_program(text) && config.set_program(std::string_view(text)));
    const auto client = sbm::client::open(config);
    const std::string guid = GUID;
    EXPECT(client->may(sbm::action::restore, guid) && client->may(sbm::action::restore, guid.c_str()));
}

CASE("contents are views of what may have any byte") {
    const std::vector<std::uint8_t> bytes = {0, 1, 255};
    const std::string text("\0\1\2", 3);
    const sbm::bytes_view nothing, of_bytes(bytes), of_text(text), of_view("abc"sv);
    EXPECT(nothing.empty() && nothing.data() == nullptr && of_bytes.size() == 3 && of_bytes.data()[2] == 255);
    EXPECT(of_text.size() == 3 && of_text.text() == text && of_view.text() == "abc" && of_text.end() - of_text.begin() == 3);
    static_assert(!std::is_constructible_v<sbm::bytes_view, std::string &&>, "that would be gone at the end of the line");
    static_assert(!std::is_constructible_v<sbm::bytes_view, std::vector<std::uint8_t> &&>);
}
