use super::*;

fn place() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("key-file");
    (parent, path)
}

#[test]
fn a_key_file_is_made_once_for_its_owner_alone_and_read_again_err_5() {
    let (_parent, path) = place();
    let made = KeyFile::create(&path).unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap()) & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    let words: Vec<&str> = text.trim_end().split(' ').collect();
    assert_eq!((words.len(), words[0], words[1].len(), words[2].len()), (3, "sbm-key-file-1", 64, 16), "the form is frozen");
    assert_eq!(*KeyFile::read(&path).unwrap().key, *made.key);
    let error = KeyFile::create(&path).unwrap_err();
    assert!(error.code() == Code::InvalidArgument && error.to_string().contains("never written over"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert!(!format!("{made:?}").contains(words[1]));
    std::fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert_eq!(*KeyFile::read(&path).unwrap().key, *made.key, "a copy that went through another system");
}

#[test]
fn what_is_no_whole_key_file_is_named_and_never_used_err_5() {
    let (_parent, path) = place();
    let missing = KeyFile::read(&path).unwrap_err();
    assert!(missing.code() == Code::ConfigInvalid && missing.to_string().contains("keys create"), "{missing}");
    KeyFile::create(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let other = if text.as_bytes()[20] == b'0' { "1" } else { "0" };
    let mut flipped = text.clone();
    flipped.replace_range(20..21, other);
    for content in [
        "",
        "junk",
        &text[..40],
        &text[..text.len() - 2],
        &flipped,
        &format!("{text}{text}"),
        &text.replace('1', "2"),
        &format!(" {text}"),
    ] {
        std::fs::write(&path, content).unwrap();
        let error = KeyFile::read(&path).unwrap_err();
        assert_eq!(error.code(), Code::ConfigInvalid, "{content}");
        assert!(error.to_string().contains("is no key file"), "{error}");
        assert!(!error.to_string().contains(&text[20..40]), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_or_that_is_a_pipe_is_refused_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let (parent, path) = place();
    KeyFile::create(&path).unwrap();
    for (mode, good) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let read = KeyFile::read(&path);
        assert_eq!(read.is_ok(), good, "{mode:o}");
        if let Err(error) = read {
            assert!(error.code() == Code::ConfigInvalid && error.to_string().contains("chmod 600"), "{error}");
        }
    }
    let pipe = parent.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg("-m").arg("600").arg(&pipe).status().unwrap().success());
    for other in [&pipe, &parent.path().to_path_buf()] {
        assert!(KeyFile::read(other).unwrap_err().to_string().contains("is not a file"));
    }
}

#[test]
fn a_seal_is_good_for_one_key_one_name_and_every_bit_of_it() {
    let (parent, path) = place();
    let (key, other) = (KeyFile::create(&path).unwrap(), KeyFile::create(&parent.path().join("other")).unwrap());
    let sealed = key.seal("root.key", b"the secret").unwrap();
    assert_eq!(key.unseal("root.key", &sealed).unwrap().as_slice(), b"the secret");
    assert_ne!(key.seal("root.key", b"the secret").unwrap(), sealed, "no nonce comes twice");
    assert!(!sealed.bytes.windows(10).any(|window| window == b"the secret"));
    assert!(key.unseal("token.key", &sealed).is_none());
    assert!(other.unseal("root.key", &sealed).is_none());
    for bit in 0..sealed.bytes.len() * 8 {
        let mut changed = sealed.clone();
        changed.bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(key.unseal("root.key", &changed).is_none(), "{bit}");
    }
    for cut in 0..sealed.bytes.len() {
        assert!(key.unseal("root.key", &Sealed { bytes: sealed.bytes[..cut].to_vec(), ..sealed.clone() }).is_none());
    }
    let nonce = {
        let mut nonce = sealed.nonce;
        nonce[0] ^= 1;
        nonce
    };
    assert!(key.unseal("root.key", &Sealed { nonce, ..sealed }).is_none());
}
