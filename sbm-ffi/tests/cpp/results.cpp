/* Results and errors: with exceptions and without. */
#include "expect.hpp"

using namespace std::chrono_literals;

static_assert(!std::is_default_constructible_v<sbm::result<int>>);
static_assert(!std::is_convertible_v<sbm::result<int>, bool>, "a result is no number");
static_assert(noexcept(std::declval<sbm::result<sbm::client> &>().ok()));

CASE("the library knows itself") {
    EXPECT(sbm::abi_version() >= SBM_ABI && sbm::version().find('.') != std::string_view::npos);
    EXPECT(sbm::name(sbm::status::denied_right) == "denied_right" && sbm::name(static_cast<sbm::status>(-5)) == "unknown");
    EXPECT(!sbm::text_of(sbm::status::busy).empty());
    EXPECT(sbm::is_retryable(sbm::status::unreachable) && !sbm::is_retryable(sbm::status::denied_right));
}

CASE("a result has its value") {
    sbm::result<std::string> result(std::string("word"));
    EXPECT(result && result.ok() && result.code() == sbm::status::ok && *result == "word" && result->size() == 4);
    const std::string moved = *std::move(result);
    EXPECT(moved == "word");
}

CASE("a failed result has its error") {
    const sbm::result<std::string> result(sbm::error(sbm::status::busy, "later"));
    EXPECT(!result && result.code() == sbm::status::busy && result.error().message() == "later");
    EXPECT(result.error().is_retryable() && !result.error().retry_after());
}

CASE("value_or gives another value where there is none") {
    EXPECT(sbm::result<int>(7).value_or(3) == 7);
    EXPECT(sbm::result<int>(sbm::error(sbm::status::busy, "later")).value_or(3) == 3);
}

CASE("a result without a value is true or has an error") {
    const sbm::result<void> good;
    const sbm::result<void> bad(sbm::error(sbm::status::busy, "later"));
    EXPECT(good && good.ok() && good.code() == sbm::status::ok && !bad && bad.error().code() == sbm::status::busy);
}

CASE("value throws the error") {
    const auto made = sbm::config::create("");
    EXPECT(!made);
    try {
        static_cast<void>(made.value());
        expect::fail(__FILE__, __LINE__, "it threw nothing");
    } catch (const sbm::exception &failure) {
        EXPECT(failure.code() == sbm::status::invalid_argument && failure.what() == made.error().message());
        const sbm::exception copy = failure;
        EXPECT(std::string(copy.what()) == failure.what() && copy.error().code() == failure.code());
    }
}

CASE("value of a temporary and of a constant throw as well") {
    int thrown = 0;
    try {
        sbm::config::create("").value();
    } catch (const std::exception &) {
        thrown++;
    }
    const auto client = expect::client_on(directory);
    try {
        client.sync().value();
    } catch (const sbm::exception &failure) {
        thrown += failure.code() == sbm::status::not_logged_in;
    }
    EXPECT(thrown == 2);
}

CASE("value gives what is there, to be used, changed or moved away") {
    auto made = sbm::config::create(directory);
    EXPECT(made.value().set_program("tests 1.0") && &made.value() == &*made);
    const sbm::config config = std::move(made).value();
    EXPECT(config && !*made);
}

CASE("an error may be copied and outlives the call") {
    std::vector<sbm::error> kept;
    {
        const auto client = expect::client_on(directory);
        const auto failed = client.may(sbm::action::restore, "not a GUID");
        kept.push_back(failed.error());
    }
    const sbm::error copy = kept.front();
    EXPECT(copy.code() == sbm::status::invalid_guid && copy.message().find("not a GUID") != std::string::npos);
}

CASE("an error of C is read and not freed, and one without details has the sentence of the table") {
    sbm_error *raw = nullptr;
    EXPECT(sbm_config_set_program(nullptr, "x", &raw) == SBM_STATUS_NULL_ARGUMENT);
    const sbm::error said(SBM_STATUS_NULL_ARGUMENT, raw);
    EXPECT(said.message() == sbm_error_message(raw));
    sbm_error_free(raw);
    const sbm::error silent(SBM_STATUS_BUSY, nullptr);
    EXPECT(silent.code() == sbm::status::busy && silent.message() == sbm::text_of(sbm::status::busy) && !silent.retry_after());
}

CASE("a denial is an answer of may and an error of begin_run") {
    auto config = expect::config_on(directory);
    EXPECT(config.set_managed_required(true));
    const auto client = sbm::client::open(config);
    EXPECT(*client->may(sbm::action::run_manually) == sbm::effect::deny);
    sbm::run_start start;
    start.profile_name = "documents";
    const auto run = client->begin_run(start);
    const auto why = client->explain(sbm::action::run_manually);
    EXPECT(!run && why->effect() == sbm::effect::deny && why->code() == run.code());
    EXPECT(run.error().message().rfind(why->sentence(), 0) == 0 && !why->rule().empty() && !why->json().empty());
    EXPECT(client->state()->state == sbm::state::floor || client->state()->state == sbm::state::refused);
}

CASE("an unknown number is refused, not undefined") {
    const auto client = expect::client_on(directory);
    EXPECT(client.may(static_cast<sbm::action>(99)).code() == sbm::status::invalid_argument);
    sbm::run_start start;
    start.profile_name = "documents";
    start.trigger = static_cast<sbm::trigger>(-1);
    EXPECT(client.begin_run(start).code() == sbm::status::invalid_argument);
    auto config = expect::config_on(directory);
    EXPECT(config.set_log(static_cast<sbm::log_level>(0), [](auto, auto) {}).code() == sbm::status::invalid_argument);
}

CASE("times are checked by the library, however long they are") {
    auto config = expect::config_on(directory);
    EXPECT(config.set_timeout(1ms) && config.set_timeout(1h) && config.set_connect_timeout(5s) && config.set_handshake_timeout(5s));
    for (const auto wrong : {0ms, -1ms, sbm::milliseconds(3600001), sbm::milliseconds::max(), sbm::milliseconds::min(),
                             sbm::milliseconds((std::int64_t{1} << 32) + 5)})
        EXPECT(config.set_timeout(wrong).code() == sbm::status::invalid_argument);
}

CASE("settings that can be said are taken, and wrong ones refused") {
    auto config = expect::config_on(directory);
    EXPECT(config.set_system_roots(false) && config.set_plain_files(false) && config.set_proxy(std::nullopt));
    EXPECT(config.set_proxy("http://proxy.example:8080") && !config.set_proxy("ftp://proxy.example"));
    EXPECT(config.set_outbox(100, 1u << 20) && config.set_outbox(0, 0).code() == sbm::status::invalid_argument);
    auto rollout = sbm::rollout::create();
    EXPECT(rollout->set_connection(NOBODY) && rollout->set_user("carol") && rollout->set_password("secret"));
    EXPECT(rollout->set_system_roots(false) && rollout->set_managed_required(false) && rollout->add_environment());
    EXPECT(rollout->set_password_file("/nowhere/password") && !rollout->is_empty());
    EXPECT(rollout->add_file("/nowhere/settings").code() == sbm::status::config_unreadable);
    EXPECT(config.set_rollout(*rollout));
}

CASE("an installation that was never connected has no server, user or contact") {
    const auto client = expect::client_on(directory);
    EXPECT(client.state()->state == sbm::state::unmanaged && client.state()->why == sbm::status::ok);
    EXPECT(!*client.user() && !*client.fingerprint() && !*client.last_contact() && !*client.is_locked());
    const auto settings = client.connection();
    EXPECT(settings && !settings->connection && !settings->user && !*client.next_change());
    EXPECT(client.sync().code() == sbm::status::not_logged_in && !client.sync_if_due()->tried);
    EXPECT(client.profile_body(GUID).code() == sbm::status::not_found);
    EXPECT(client.profile_removed(GUID).code() == sbm::status::not_found);
}

CASE("a server that is not there is a finding of the test and an error of the rest") {
    const auto client = expect::client_on(directory);
    const auto test = client.test_server(NOBODY), with_user = client.test_server(NOBODY, "carol", "password");
    EXPECT(test->reachable() == sbm::check::failed && test->certificate() == sbm::check::not_tried);
    EXPECT(test->address() == sbm::check::not_tried && test->versions() == sbm::check::not_tried);
    EXPECT(with_user->credentials() == sbm::check::not_tried && with_user->locked() == sbm::check::not_tried);
    EXPECT(test->report().find("reachable: failed") != std::string_view::npos && test->clock_skew() == 0ms);
    EXPECT(client.login(NOBODY, "carol", "password").code() == sbm::status::unreachable);
    EXPECT(client.change_connection(NOBODY, "carol", "password", "admin", "password").code() == sbm::status::unreachable);
    sbm::upload upload;
    upload.guid = GUID;
    upload.name = "documents";
    upload.description = "every night";
    upload.body = std::string_view("content");
    EXPECT(client.upload_profile("admin", "password", upload).code() == sbm::status::not_logged_in);
    auto rollout = sbm::rollout::create();
    EXPECT(!client.roll_out(*rollout)->tried);
}

CASE("a run has defaults for all but the profile's name") {
    const auto client = expect::client_on(directory);
    sbm::run_start start;
    EXPECT(client.begin_run(start).code() == sbm::status::invalid_argument);
    start.profile_name = "documents";
    start.kind = sbm::profile_kind::other;
    start.kind_text = "tape";
    start.os_user = "tester";
    start.utc_offset = 60min;
    const auto run = client.begin_run(start);
    sbm::run_end end;
    end.bytes_stored = -2;
    EXPECT(run && run->finish(end).code() == sbm::status::invalid_argument);
    end.bytes_stored = 0;
    end.error_text = "one file was open";
    EXPECT(*run->finish(end) == 0);
    start.utc_offset = 24h;
    EXPECT(client.begin_run(start).code() == sbm::status::invalid_argument);
}
