//! A relay for mail that is none of ours: aiosmtpd, with STARTTLS and a login before anything else (RUN-8).

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader, Lines};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use sbm_client::core::wire::v1::session::Secret;
use serde_json::Value;
use tempfile::TempDir;

/// A relay. It ends with the test.
#[derive(Debug)]
pub struct Relay {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub port: u16,
}

impl Relay {
    /// Starts one with the certificate of [`files`]. It does one thing with a mail: `take`, `busy` or `refuse`.
    #[must_use]
    pub fn start(directory: &Path, does: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/second_factor/relay.py");
        let mut child =
            Command::new("/usr/bin/python3").arg(script).arg(directory).arg(does).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        Self { child, lines, port }
    }

    /// The next mail.
    pub fn mail(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    /// The code in the next mail, which goes to that address alone.
    pub fn code(&mut self, address: &str) -> Secret {
        let mail = self.mail();
        assert_eq!(mail.get("to"), Some(&Value::from(vec![address])));
        let text = mail.get("text").and_then(Value::as_str).unwrap();
        let code = text.lines().map(str::trim).find(|line| line.len() == 8 && line.bytes().all(|byte| byte.is_ascii_digit()));
        Secret::new(code.unwrap())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _over = self.child.kill();
        let _status = self.child.wait();
    }
}

/// A certificate for `localhost`, and the password of the relay, in files.
#[must_use]
pub fn files() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let at = |file: &str| directory.path().join(file).display().to_string();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", &at("relay.key"), "-out", &at("relay.pem")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::write(at("password"), "relay kettle 7\n").unwrap();
    std::fs::set_permissions(at("password"), Permissions::from_mode(0o600)).unwrap();
    directory
}

/// What a server is set to that sends mails by the relay at that port.
#[must_use]
pub fn settings(files: &Path, port: u16) -> [(&'static str, String); 7] {
    let at = |file: &str| files.join(file).display().to_string();
    [
        ("mail.host", "localhost".to_owned()),
        ("mail.port", port.to_string()),
        ("mail.from", "sbm@example.org".to_owned()),
        ("mail.authorities", at("relay.pem")),
        ("mail.user", "sbm".to_owned()),
        ("mail.password_file", at("password")),
        ("mail.timeout_seconds", "1".to_owned()),
    ]
}
