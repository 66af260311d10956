//! A CA as an operator makes it, with openssl.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::text;

/// A CA in a directory: `operator-ca.pem` and `operator-ca.key`.
pub struct Ca(PathBuf);

impl Ca {
    pub fn new(directory: &Path) -> Self {
        let ca = Self(directory.to_owned());
        let subject = ["-subj", "/CN=Operator's CA", "-addext", "basicConstraints=critical,CA:TRUE"];
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "operator-ca.key"];
        ca.openssl(&[&["req", "-x509", "-days", "90", "-out", "operator-ca.pem"][..], &key, &subject].concat());
        ca
    }

    /// A certificate for that name: `own.pem`, and its key `own.key`; the CA itself is not in the chain.
    pub fn issue(&self, name: &str, kind: &str, days: u32) {
        match kind {
            // SEC1 and PKCS #1, as the older commands write them.
            "ec" => self.openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "own.key"]),
            _ => self.openssl(&["genrsa", "-traditional", "-out", "own.key", "2048"]),
        }
        self.openssl(&["req", "-new", "-key", "own.key", "-subj", "/CN=server", "-out", "own.csr"]);
        let extensions = format!("subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n");
        std::fs::write(self.0.join("own.ext"), extensions).unwrap();
        let (days, by) = (days.to_string(), ["-CA", "operator-ca.pem", "-CAkey", "operator-ca.key", "-CAcreateserial"]);
        let request = ["x509", "-req", "-in", "own.csr", "-days", &days, "-extfile", "own.ext", "-out", "own.pem"];
        self.openssl(&[&request[..], &by].concat());
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(self.0.join("own.key"), private).unwrap();
    }

    /// The certificate that a server shows to who asks for `backup.example`, and trusts this CA.
    pub fn shown(&self, port: u16) -> String {
        let output = Command::new("openssl")
            .current_dir(&self.0)
            .args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-servername", "backup.example"])
            .args(["-CAfile", "operator-ca.pem", "-verify_return_error", "-verify_hostname", "backup.example"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = text(&output.stdout);
        assert!(output.status.success(), "{said}{}", text(&output.stderr));
        let begin = said.find("-----BEGIN CERTIFICATE").unwrap();
        said[begin..said.find("-----END CERTIFICATE").unwrap()].to_owned()
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").current_dir(&self.0).args(arguments).output().unwrap();
        assert!(output.status.success(), "openssl {arguments:?}: {}", text(&output.stderr));
    }
}
