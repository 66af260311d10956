//! Servers that are none, too old ones, and some that mean harm: what they say is input.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::JoinHandle;

use sbm_core::code::Code;

use super::open;

/// Greets each that comes with what `answer` says, once the startup message is there.
struct Impostor {
    port: u16,
    thread: Option<JoinHandle<()>>,
}

impl Impostor {
    fn start(answers: Vec<u8>, then_silent: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut length = [0; 4];
            stream.read_exact(&mut length).unwrap();
            let mut startup = vec![0; u32::from_be_bytes(length) as usize - 4];
            stream.read_exact(&mut startup).unwrap();
            drop(stream.write_all(&answers));
            if then_silent {
                // Until the other side has enough of it.
                drop(stream.read_to_end(&mut Vec::new()));
            }
            close(&stream);
        });
        Self { port, thread: Some(thread) }
    }

    fn url(&self) -> String {
        format!("postgres://sbm@127.0.0.1:{}/db?sslmode=disable", self.port)
    }
}

fn close(stream: &TcpStream) {
    drop(stream.shutdown(Shutdown::Both));
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

/// A message of the protocol.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
    message.extend_from_slice(body);
    message
}

fn greeting(version: &str) -> Vec<u8> {
    let version = format!("server_version\0{version}\0");
    [message(b'R', &0_u32.to_be_bytes()), message(b'S', version.as_bytes()), message(b'Z', b"I")].concat()
}

#[test]
fn what_is_no_postgresql_of_ours_is_refused_with_a_sentence_door_4() {
    let error = |state: &str, text: &str| message(b'E', format!("SFATAL\0VFATAL\0C{state}\0M{text}\0\0").as_bytes());
    let endless = [vec![b'R'], u32::MAX.to_be_bytes().to_vec(), vec![0; 4096]].concat();
    let huge = [vec![b'R'], 0x7fff_ffff_u32.to_be_bytes().to_vec(), vec![0; 300 * 1024 * 1024]].concat();
    let unknown = message(b'R', &99_u32.to_be_bytes());
    let cases: Vec<(&str, Vec<u8>, bool, &str)> = vec![
        ("an old one", greeting("12.22 (Debian 12.22-1)"), true, "it is PostgreSQL 12.22 (Debian 12.22-1); use 13 or newer"),
        ("a very old one", greeting("9.6.24"), true, "use 13 or newer"),
        ("one of no version", greeting("devel\u{1b}[2J"), true, "it says that it is PostgreSQL `devel[2J`"),
        (
            "one that says nothing of its version",
            [message(b'R', &0_u32.to_be_bytes()), message(b'Z', b"I")].concat(),
            true,
            "PostgreSQL ``",
        ),
        ("a web server", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec(), false, "cannot be used"),
        ("one that hangs up", Vec::new(), false, "cannot be used"),
        ("one that never says a word", Vec::new(), true, "nobody answers within 4 seconds"),
        ("a message of a negative length", endless, false, "cannot be used"),
        ("a message without an end", huge, true, "it sends more at once than any answer is long"),
        ("a login of an unknown kind", unknown, true, "cannot be used"),
        ("one that is full", error("53300", "sorry, too many clients already"), false, "sorry, too many clients already (53300)"),
        ("one that is starting", error("57P03", "the database system is starting up"), false, "is starting up (57P03)"),
        ("a state that is none", error("é", "what"), false, "what"),
    ];
    for (what, answers, then_silent, says) in cases {
        let impostor = Impostor::start(answers, then_silent);
        let error = open(&impostor.url()).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::StoreUnavailable, "{what}: {error}");
        assert!(error.to_string().contains(says), "{what}: {error}");
        assert!(!error.to_string().contains(char::is_control), "{what}: {error:?}");
    }
}

#[test]
fn a_server_without_tls_is_not_spoken_to_where_it_is_asked_for_net_4() {
    // It answers the question for TLS by `N`: no.
    let impostor = Impostor::start(b"N".to_vec(), true);
    let url = impostor.url().replace("disable", "verify-full");
    let roots = super::roots();
    let error = open(&format!("{url}&sslrootcert={}", roots.display())).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("it does not speak TLS; set `ssl = on` there"), "{error}");
}

/// Takes one connection, says yes to TLS and shows that certificate.
fn shows(certificate: &rcgen::Certificate, key: &rcgen::KeyPair) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 8]).unwrap();
        stream.write_all(b"S").unwrap();
        let mut tls = rustls::ServerConnection::new(std::sync::Arc::new(config)).unwrap();
        // The other side refuses, which is an error here.
        while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
        close(&stream);
    });
    (port, thread)
}

#[test]
fn a_certificate_that_does_not_hold_is_told_in_words_with_what_mends_it_net_4_err_1() {
    use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd};
    let directory = tempfile::tempdir().unwrap();
    let params = || CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut ca = params();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_certificate = ca.self_signed(&ca_key).unwrap();
    let roots = directory.path().join("ca.pem");
    std::fs::write(&roots, ca_certificate.pem()).unwrap();
    let mut foreign = roots.clone();
    foreign.set_file_name("foreign.pem");
    let mut other = params();
    other.distinguished_name.push(rcgen::DnType::CommonName, "somebody else's");
    std::fs::write(&foreign, other.self_signed(&key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(ca, &ca_key);
    let signed = |change: fn(&mut CertificateParams)| {
        let mut params = params();
        change(&mut params);
        params.signed_by(&key, &issuer).unwrap()
    };
    let past = signed(|params| params.not_after = date_time_ymd(2001, 1, 1));
    let future = signed(|params| params.not_before = date_time_ymd(2999, 1, 1));
    let client = signed(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    let good = signed(|_| {});
    for (what, certificate, key, roots, says) in [
        ("the authority's own", &ca_certificate, &ca_key, &roots, "is that of an authority, such as `openssl req -x509` makes"),
        ("the authority's own, not named", &ca_certificate, &ca_key, &foreign, "is that of an authority"),
        ("one of the past", &past, &key, &roots, "is past its time"),
        ("one of the future", &future, &key, &roots, "is not valid yet"),
        ("a client's", &client, &key, &roots, "is not for servers"),
        ("one of somebody else's", &good, &key, &foreign, "comes from nobody that `sslrootcert` names"),
    ] {
        let (port, thread) = shows(certificate, key);
        let url = format!("postgres://sbm@127.0.0.1:{port}/db?sslmode=verify-full&sslrootcert={}", roots.display());
        let error = open(&url).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::StoreUnavailable, "{what}: {error}");
        assert!(error.to_string().contains(says), "{what}: {error}");
        thread.join().unwrap();
    }
}
