//! The page for those who write spool files, and the schema, are what the agent takes.

use std::path::Path;

use sbm_core::run::spool::{SpoolFile, parse};
use sbm_core::time::Timestamp;

use super::*;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// The code blocks of the page in that language.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(docs("SPOOL.md")).unwrap();
    let begin = format!("```{language}\n");
    page.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_schema_that_is_checked_in_is_the_one_of_the_format_his_1() {
    let made = schemars::schema_for!(SpoolFile);
    let made = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
    if std::env::var_os("SBM_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(docs("spool.schema.json"), &made).unwrap();
    }
    let file = fs::read_to_string(docs("spool.schema.json")).unwrap_or_default().replace("\r\n", "\n");
    assert!(made == file, "docs/spool.schema.json differs; if that is meant: SBM_GOLDEN=write");
}

#[test]
fn every_file_on_the_page_is_a_run_and_the_page_names_every_field_his_1() {
    let files = blocks("json");
    assert!(!files.is_empty());
    for file in files {
        let run = parse(file.as_bytes(), Timestamp::from_millis(1_800_000_000_000)).map_err(|fault| fault.sentence().to_owned());
        assert!(run.is_ok(), "{run:?}: {file}");
    }
    let page = fs::read_to_string(docs("SPOOL.md")).unwrap();
    let schema = serde_json::to_value(schemars::schema_for!(SpoolFile)).unwrap();
    for field in schema["properties"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{field}`")), "the page does not name `{field}`");
    }
}

/// Runs the page's first example in a language, and finds what it says at the server.
fn works(language: &str, interpreter: &str) {
    let (server, admin) = server();
    let place = Place::new(&server);
    let script = blocks(language).swap_remove(0);
    let output = Command::new(interpreter).args(["-c", &script]).env("SPOOL", place.path("")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let names: Vec<String> =
        fs::read_dir(place.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(matches!(names.as_slice(), [name] if name.ends_with(".json")), "{names:?}");
    let output = place.once(&[]);
    assert!(output.status.success(), "{output:?}");
    let runs = history(&admin);
    let record = &runs[0].record;
    assert_eq!((runs.len(), record.start.profile.name.as_str(), record.finish.result), (1, "documents", RunResult::Success));
    assert!(record.finish.files_copied > 0, "{record:?}");
}

#[test]
fn the_example_for_sh_reports_a_run_his_1() {
    works("sh", "sh");
}

#[test]
fn the_example_for_python_reports_a_run_his_1() {
    works("python", "python3");
}

#[cfg(target_os = "linux")]
#[test]
fn the_systemd_unit_of_the_agent_is_well_formed_and_closed_up_err_5() {
    let packaging = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/systemd");
    let unit = fs::read_to_string(packaging.join("sbm-agent.service")).unwrap();
    for line in
        ["User=sbm-agent", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "ReadWritePaths=/var/spool/sbm"]
    {
        assert!(unit.lines().any(|is| is == line), "{line}");
    }
    // The arguments are those of the command, and the folder's mode is one that it takes.
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/sbmctl ")).unwrap();
    let output = Command::new(SBMCTL).args(start.split(' ')).arg("--help").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let folder = fs::read_to_string(packaging.join("sbm-agent.tmpfiles.conf")).unwrap();
    assert!(folder.lines().any(|line| line == "d /var/spool/sbm 3770 sbm-agent sbm-spool -"), "{folder}");
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("systemd-analyze is not there: the unit was read, not verified");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sbm-agent.service");
    fs::write(&path, unit.replace("/usr/bin/sbmctl", SBMCTL)).unwrap();
    let output = Command::new("systemd-analyze").arg("verify").arg(&path).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("sbm-agent.service"), "{said}");
}
