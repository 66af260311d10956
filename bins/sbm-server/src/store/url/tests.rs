use super::*;

fn read(text: &str) -> StoreUrl {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn tcp(host: &str, port: u16) -> PostgresHost {
    PostgresHost::Tcp { host: HostName::parse(host).unwrap(), port }
}

fn unix(directory: &str, port: u16) -> PostgresHost {
    PostgresHost::Unix { directory: directory.into(), port }
}

#[test]
fn a_file_is_the_one_in_the_data_directory_or_one_by_its_path_door_2() {
    assert_eq!(read("sqlite:"), StoreUrl::Sqlite(None));
    for path in ["/var/lib/sbm/sbm.db", "other.db", "C:\\Data\\sbm.db", "/with blank/ü.db", "/50%.db"] {
        let url = read(&format!("sqlite:{path}"));
        assert_eq!(url, StoreUrl::Sqlite(Some(path.into())));
        assert_eq!(url.to_string(), format!("sqlite:{path}"));
    }
}

#[test]
fn a_postgresql_is_read_with_all_its_parts_and_shown_without_its_password_door_2() {
    let all = read(
        "postgresql://sb%40m:p%3Aw%2F%40%25:x@DB1.example:6432,10.0.0.2,[2001:db8::1]:1/back%20up?sslrootcert=/etc/ca%20s.pem&sslmode=verify-full",
    );
    let StoreUrl::Postgres(url) = &all else { panic!("{all:?}") };
    assert_eq!((url.user.as_str(), url.database.as_str()), ("sb@m", "back up"));
    assert_eq!(url.password, Some(Secret::new("p:w/@%:x")));
    assert_eq!(url.hosts, [tcp("db1.example", 6432), tcp("10.0.0.2", 5432), tcp("2001:db8::1", 1)]);
    assert_eq!(url.tls, Tls::Verified { roots: Some("/etc/ca s.pem".into()) });
    let shown = all.to_string();
    assert_eq!(
        shown,
        "postgres://sb%40m:***@db1.example:6432,10.0.0.2,[2001:db8::1]:1/back%20up?sslmode=verify-full&sslrootcert=/etc/ca%20s.pem"
    );
    assert!(!format!("{all:?}").contains("p:w"), "{all:?}");
    assert!(shown.parse::<StoreUrl>().unwrap_err().to_string().contains("`***` stands for"));
}

#[test]
fn beyond_this_machine_the_certificate_is_verified_unless_somebody_says_otherwise_door_2() {
    let verified = Tls::Verified { roots: None };
    for (text, host, tls, here) in [
        ("postgres://u@db.example/d", tcp("db.example", 5432), verified.clone(), false),
        ("postgres://u@10.0.0.1/d", tcp("10.0.0.1", 5432), verified.clone(), false),
        ("postgres://u@db.example/d?sslmode=disable", tcp("db.example", 5432), Tls::Off, false),
        ("postgres://u@db.example/d?sslrootcert=system", tcp("db.example", 5432), verified.clone(), false),
        ("postgres://u@localhost/d", tcp("localhost", 5432), Tls::Off, true),
        ("postgres://u@127.0.0.1:1/d", tcp("127.0.0.1", 1), Tls::Off, true),
        ("postgres://u@[::1]/d?sslmode=verify-full", tcp("::1", 5432), verified, true),
        (
            "postgres://u@localhost/d?sslrootcert=ca.pem",
            tcp("localhost", 5432),
            Tls::Verified { roots: Some("ca.pem".into()) },
            true,
        ),
        ("postgres://u@%2Frun%2Fpostgresql:65535/d", unix("/run/postgresql", 65535), Tls::Off, true),
        ("postgres://u@/d?host=/run/postgresql", unix("/run/postgresql", 5432), Tls::Off, true),
        ("postgres://u@/d?host=%2Ftmp%2Fa%20b&port=7&sslmode=disable", unix("/tmp/a b", 7), Tls::Off, true),
    ] {
        let StoreUrl::Postgres(url) = read(text) else { panic!("{text}") };
        assert_eq!((url.hosts.as_slice(), &url.tls), ([host].as_slice(), &tls), "{text}");
        assert_eq!(url.elsewhere().is_none(), here, "{text}");
        // What is shown is read as the same again, so that it can be copied.
        assert_eq!(read(&url.to_string()), StoreUrl::Postgres(url.clone()), "{url}");
    }
    let StoreUrl::Postgres(mixed) = read("postgres://u@localhost,db.example/d") else { panic!() };
    assert_eq!((mixed.elsewhere(), mixed.tls.clone()), (Some(&tcp("db.example", 5432)), Tls::Verified { roots: None }));
}

/// What is wrong, and what the sentence says.
const HOSTILE: &[(&str, &str)] = &[
    ("", "it must be `sqlite:`"),
    ("sqlite", "it must be `sqlite:`"),
    ("/var/lib/sbm/sbm.db", "write `sqlite:` before it"),
    ("C:\\sbm.db", "it must be `sqlite:`"),
    ("sqlite:///var/lib/sbm.db", "without `//`"),
    ("sqlite::memory:", "in memory"),
    ("sqlite:/var/lib/sbm/", "names a directory"),
    ("sqlite:sbm.db?mode=ro", "no parameters"),
    (" sqlite:", "blank"),
    ("sqlite:a\0b", "control character"),
    ("postgres://u@h/d\n", "control character"),
    ("POSTGRES://u@h/d", "lower case"),
    ("postgres:u@h/d", "two slashes"),
    ("mysql://u:hunter2@h/d", "no store of that kind"),
    ("https://u:hunter2@h/d", "no store of that kind"),
    ("postgres://", "the user is missing"),
    ("postgres://h/d", "the user is missing"),
    ("postgres://u:hunter2/d", "the user is missing"),
    ("postgres://@h/d", "the user is missing"),
    ("postgres://:hunter2@h/d", "the user is missing"),
    ("postgres://u:hunter2@x@h/d", "more than one `@`"),
    ("postgres://u:hun/ter2@h/d", "is not escaped"),
    ("postgres://u:hun?ter2@h/d", "is not escaped"),
    ("postgres://u:a@hun/ter2@h/d", "more than one `@`"),
    ("postgres://u:hun#ter2@h/d", "there is a `#`"),
    ("postgres://u:@h/d", "the password is empty"),
    ("postgres://u:***@h/d", "stands for a password"),
    ("postgres://u:hunter2%@h/d", "in the password a `%`"),
    ("postgres://u:hunter2%zz@h/d", "in the password a `%`"),
    ("postgres://u:hunter2%ff@h/d", "the password is not UTF-8"),
    ("postgres://u:hunter2%00@h/d", "the password has a control character"),
    ("postgres://u:hunter2@/d", "a host is missing"),
    ("postgres://u:hunter2@h,,i/d", "a host is missing"),
    ("postgres://u:hunter2@h,h:5432/d", "twice"),
    ("postgres://u:hunter2@h:0/d", "from 1 to 65535"),
    ("postgres://u:hunter2@h:65536/d", "from 1 to 65535"),
    ("postgres://u:hunter2@h:+1/d", "from 1 to 65535"),
    ("postgres://u:hunter2@h:/d", "from 1 to 65535"),
    ("postgres://u:hunter2@2001:db8::1/d", "from 1 to 65535"),
    ("postgres://u:hunter2@[2001:db8::1/d", "no `]`"),
    ("postgres://u:hunter2@[::1]x/d", "after the `]`"),
    ("postgres://u:hunter2@h_*/d", "neither a name nor an address"),
    ("postgres://u:hunter2@127.1/d", "neither a name nor an address"),
    ("postgres://u:hunter2@h", "the database is missing"),
    ("postgres://u:hunter2@h/", "the database is missing"),
    ("postgres://u:hunter2@h/a/b", "without another `/`"),
    ("postgres://u:hunter2@h/d?sslmode", "has no value"),
    ("postgres://u:hunter2@h/d?sslmode=require", "whether the certificate is the host's"),
    ("postgres://u:hunter2@h/d?sslmode=verify-ca", "whether the certificate is the host's"),
    ("postgres://u:hunter2@h/d?sslmode=prefer", "without encryption"),
    ("postgres://u:hunter2@h/d?sslmode=allow", "without encryption"),
    ("postgres://u:hunter2@h/d?sslmode=Verify-Full", "`sslmode` is"),
    ("postgres://u:hunter2@h/d?sslmode=disable&sslmode=disable", "twice"),
    ("postgres://u:hunter2@h/d?sslmode=disable&sslrootcert=/ca.pem", "`sslrootcert` is for"),
    ("postgres://u:hunter2@h/d?sslrootcert=", "`sslrootcert` is empty"),
    ("postgres://u:hunter2@h/d?application_name=x", "no parameter `application_name`"),
    ("postgres://u:hunter2@h/d?password=hunter2", "stands before the host"),
    ("postgres://u:hunter2@h/d?hun%74er2=x", "a parameter that is none"),
    ("postgres://u:hunter2@h/d?host=/run", "two hosts"),
    ("postgres://u:hunter2@/d?host=db.example", "the directory of a socket"),
    ("postgres://u:hunter2@h/d?port=5432", "behind the host"),
    ("postgres://u:hunter2@/d?host=/run&sslmode=verify-full", "no TLS on a socket"),
];

#[test]
fn every_hostile_spelling_has_its_sentence_and_no_error_tells_a_password_err_1() {
    for (text, sentence) in HOSTILE {
        let error = text.parse::<StoreUrl>().unwrap_err().to_string();
        assert!(error.contains(sentence), "{text}: {error}");
        assert!(!error.contains('\n') && error.len() < 300, "{text}: {error}");
        for part in ["hunter2", "hun/", "ter2"] {
            assert!(!error.contains(part), "{text}: {error}");
            assert!(!StoreUrl::without_secrets(text).contains(part), "{text}");
        }
    }
    assert!(HOSTILE.len() >= 60);
    let long = format!("postgres://u@h/{}", "d".repeat(5_000));
    assert!(long.parse::<StoreUrl>().unwrap_err().to_string().contains("more than 4096 bytes"));
    let many = format!("postgres://u@{}/d", (0..17).map(|n| format!("h{n}")).collect::<Vec<_>>().join(","));
    assert!(many.parse::<StoreUrl>().unwrap_err().to_string().contains("more than 16 hosts"));
}

proptest::proptest! {
    #[test]
    fn whatever_the_parts_are_the_text_of_them_is_read_as_them_again(
        user in "[^\\p{Cc}]{1,12}",
        database in "[^\\p{Cc}]{1,12}",
        port in 1_u16..,
        file in "/[^\\p{Cc}]{1,12}",
    ) {
        for hosts in [vec![tcp("db.example", port), tcp("::2", 5432)], vec![unix(&file, port)]] {
            let tls = if matches!(hosts[0], PostgresHost::Unix { .. }) { Tls::Off } else { Tls::Verified { roots: Some((&file).into()) } };
            let url = PostgresUrl { user: user.clone(), password: None, hosts, database: database.clone(), tls };
            proptest::prop_assert_eq!(read(&url.to_string()), StoreUrl::Postgres(url));
        }
    }

    #[test]
    fn no_text_is_read_with_a_panic_and_none_shows_its_password(text in ".{0,60}", password in "[a-z]{9}") {
        let _ = text.parse::<StoreUrl>();
        let text = format!("postgres://u:{password}@{text}");
        proptest::prop_assert!(!StoreUrl::without_secrets(&text).contains(&password) || text.matches(&password).count() > 1);
    }
}
