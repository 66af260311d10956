use sbm_core::code::Code;

use super::*;

fn fresh() -> (tempfile::TempDir, DataDir) {
    let parent = tempfile::tempdir().unwrap();
    let directory = DataDir::open(&parent.path().join("a/data")).unwrap();
    (parent, directory)
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(path).unwrap()) & 0o777
}

#[test]
fn a_second_server_is_refused_and_a_later_one_is_not_err_4() {
    let (_parent, first) = fresh();
    let error = DataDir::open(first.path()).unwrap_err();
    assert_eq!(error.code(), Code::StoreLocked);
    assert!(error.to_string().contains(first.path().to_str().unwrap()), "{error}");
    let path = first.path().to_owned();
    drop(first);
    DataDir::open(&path).unwrap();
}

#[test]
fn a_secret_is_written_whole_and_read_back_err_5() {
    let (_parent, directory) = fresh();
    assert!(directory.read_secret("root.key").unwrap().is_none());
    directory.write_secret("root.key", b"one").unwrap();
    directory.write_secret("root.key", b"two").unwrap();
    assert_eq!(directory.read_secret("root.key").unwrap().unwrap().as_slice(), b"two");
    let mut names = directory.names().unwrap();
    names.sort();
    assert_eq!(names, ["root.key", "server.lock"]);
    directory.remove("root.key").unwrap();
    directory.remove("root.key").unwrap();
    assert!(!directory.has("root.key"));
}

#[test]
fn a_write_that_fails_leaves_what_was_there() {
    let (_parent, directory) = fresh();
    directory.write_secret("root.key", b"one").unwrap();
    std::fs::create_dir(directory.file("root.key.unfinished")).unwrap();
    assert!(directory.write_secret("root.key", b"two").is_err());
    assert_eq!(directory.read_secret("root.key").unwrap().unwrap().as_slice(), b"one");
}

#[test]
fn what_a_killed_server_left_half_written_is_removed() {
    let (_parent, directory) = fresh();
    let path = directory.path().to_owned();
    std::fs::write(path.join("root.key.unfinished"), b"half").unwrap();
    drop(directory);
    let directory = DataDir::open(&path).unwrap();
    assert!(!directory.has("root.key.unfinished"));
}

#[test]
fn a_file_that_is_not_ours_is_refused_by_its_size() {
    let (_parent, directory) = fresh();
    directory.write_secret("big", &vec![0; 64 * 1024 + 1]).unwrap();
    assert_eq!(directory.read_secret("big").unwrap_err().code(), Code::StoreDamaged);
}

#[test]
fn a_file_in_its_place_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("data");
    std::fs::write(&path, b"").unwrap();
    assert_eq!(DataDir::open(&path).unwrap_err().code(), Code::ConfigInvalid);
}

#[cfg(unix)]
#[test]
fn directory_and_secrets_are_the_owners_alone_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_parent, directory) = fresh();
    directory.write_secret("root.key", b"one").unwrap();
    assert_eq!(mode(directory.path()), 0o700);
    assert_eq!(mode(&directory.file("root.key")), 0o600);
    std::fs::set_permissions(directory.file("root.key"), std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(directory.read_secret("root.key").unwrap_err().code(), Code::ConfigInvalid);
    let path = directory.path().to_owned();
    drop(directory);
    for open in [0o750, 0o705, 0o710, 0o701, 0o777] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).unwrap();
        let error = DataDir::open(&path).unwrap_err();
        assert_eq!(error.code(), Code::ConfigInvalid);
        assert!(error.to_string().contains(&format!("{open:03o}")), "{error}");
        assert!(error.to_string().contains(&format!("`chmod 700 {}`", path.display())), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn an_empty_directory_that_others_can_read_is_closed_to_them_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    for open in [0o755, 0o777, 0o701] {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("d3");
        std::fs::create_dir(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).unwrap();
        drop(DataDir::open(&path).unwrap());
        assert_eq!(mode(&path), 0o700, "{open:o}");
    }
}

#[test]
fn a_setup_code_is_written_read_and_removed_run_2() {
    let (_parent, directory) = fresh();
    let code = SetupCode::issue(&directory).unwrap();
    assert_eq!(SetupCode::read(directory.path()).unwrap(), Some(code.clone()));
    #[cfg(unix)]
    assert_eq!(mode(&directory.file(SetupCode::FILE)), 0o600);
    assert_ne!(SetupCode::issue(&directory).unwrap(), code);
    SetupCode::remove(&directory).unwrap();
    assert_eq!(SetupCode::read(directory.path()).unwrap(), None);
}

#[test]
fn a_setup_code_is_typed_in_any_case_with_or_without_dashes_run_2() {
    let (_parent, directory) = fresh();
    let code = SetupCode::issue(&directory).unwrap();
    let text = code.reveal().reveal().to_owned();
    assert_eq!(text.len(), 39);
    for typed in [text.clone(), text.to_lowercase(), text.replace('-', ""), text.replace('-', " "), format!(" {text}\n")] {
        assert!(SetupCode::parse(&typed).unwrap().matches(&code.hash()), "{typed}");
    }
    for wrong in ["", "AAAA", &text[..38], &format!("{text}A"), &text.replace('-', "_"), &"A".repeat(10_000), "0189-…"] {
        assert!(SetupCode::parse(wrong).is_none(), "{wrong}");
    }
    assert!(!SetupCode::parse(&"A".repeat(32)).unwrap().matches(&code.hash()));
    assert_eq!(format!("{code:?}"), "…");
}
