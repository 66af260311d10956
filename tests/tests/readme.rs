//! What the readme shows is what `examples/` has, and it runs: in Rust and in C, unmanaged and managed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sbm_client::core::wire::v1::admin::HistoryQuery;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Config};
use sbm_tests::fixture::{PASSWORD, office};
use sbm_tests::minibackup::{example, link_c, top};
use sbm_tests::server::TestServer;

/// The lines of a program without their indentation, and without those that are empty.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The readme's code blocks in that language.
fn blocks<'a>(readme: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    readme.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn the_readme_shows_the_examples_as_they_are_door_1() {
    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    for (language, file) in [("rust", "examples/embed.rs"), ("c", "examples/embed.c")] {
        let source = fs::read_to_string(top().join(file)).unwrap();
        let blocks = blocks(&readme, language);
        assert_eq!(blocks.len(), 1, "{language}");
        for block in blocks {
            let shown = lines(block);
            assert!(lines(&source).windows(shown.len()).any(|part| part == shown), "the readme's {language} is not {file}");
        }
    }
    // Ten lines, not counting what the language wants around them.
    let source = fs::read_to_string(top().join("examples/embed.rs")).unwrap();
    let (_, body) = source.split_once("fn main()").unwrap();
    let body = lines(body).into_iter().skip(1).filter(|line| !matches!(*line, "Ok(())" | "}") && !line.starts_with("//"));
    assert!(body.count() <= 10);
}

fn run(program: &Path, directory: &Path) -> String {
    let Output { status, stdout, stderr } = Command::new(program).current_dir(directory).output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

#[test]
fn the_readme_s_programs_run_unmanaged_and_managed_door_1_dec_6() {
    let built = tempfile::tempdir().unwrap();
    let in_c: PathBuf = built.path().join("embed");
    link_c(&[top().join("examples/embed.c")], &in_c);
    let (server, admin) = TestServer::claimed();
    office(&admin);
    for (program, runs_before) in [(example("embed"), 0), (in_c, 1)] {
        let directory = tempfile::tempdir().unwrap();
        assert!(!run(&program, directory.path()).contains("may not"), "nobody manages it yet");

        let client = Client::open(Config::new(directory.path().join("sbm"))).unwrap();
        client.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        drop(client);
        let told = run(&program, directory.path());
        assert!(told.contains("`carol` may not create profiles"), "{told}");
        // The program in C does not sync by itself; it leaves that to the next one who does.
        let client = Client::open(Config::new(directory.path().join("sbm"))).unwrap();
        assert!(client.sync().unwrap().online);
        let history = admin.history(&HistoryQuery::default()).unwrap().items;
        assert_eq!(history.len(), runs_before + 1, "the run of before it was managed is nobody's history");
        assert!(history.iter().all(|run| run.record.finish.files_copied == 42 && run.record.start.profile.name == "documents"));
    }
}
