//! The bare loop that ingest is measured against: the same table and columns, no store and no server.

use std::error::Error;
use std::sync::Arc;

use bytes::BytesMut;
use postgres::config::SslMode;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, Statement};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sbm_client::core::run::RunRecord;
use sbm_test_postgres::Cluster;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{SIZE, SOURCE, open};

/// A bare loop over the table as the server makes it.
pub struct Loop {
    client: Client,
    insert: Statement,
    how: Bare,
}

/// How it says what to insert.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    Values,
    Lists,
}

/// The columns of a run, each with its type and that of a list of it.
pub const COLUMNS: [(&str, Type, Type); 33] = {
    const INT: (Type, Type) = (Type::INT8, Type::INT8_ARRAY);
    const TEXT: (Type, Type) = (Type::TEXT, Type::TEXT_ARRAY);
    const BYTES: (Type, Type) = (Type::BYTEA, Type::BYTEA_ARRAY);
    const BOOL: (Type, Type) = (Type::BOOL, Type::BOOL_ARRAY);
    macro_rules! columns { ($($name:literal $kind:ident),*) => { [$(($name, $kind.0, $kind.1)),*] } }
    columns![
        "account_id" INT, "device_id" INT, "run_id" BYTES, "sequence" INT, "received" INT, "installation" BYTES,
        "computer" TEXT, "login" TEXT, "profile_name" TEXT, "profile_guid" BYTES, "profile_version" INT,
        "profile_revision" INT, "kind" INT, "kind_text" TEXT, "begun_by" INT, "restore" BOOL, "thread_start" INT,
        "profile_start" INT, "group_start" INT, "utc_offset" INT, "os_user" TEXT, "result" INT, "ended" INT,
        "files_copied" INT, "files_deleted" INT, "files_failed" INT, "bytes_copied" INT, "bytes_deleted" INT,
        "bytes_failed" INT, "bytes_stored" INT, "error" TEXT, "gap" TEXT, "words" TEXT
    ]
};

/// A value of a row.
#[derive(Debug)]
enum Cell<'r> {
    Null,
    Int(i64),
    Bool(bool),
    Text(&'r str),
    Made(String),
    Bytes(&'r [u8]),
}

impl ToSql for Cell<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Bool(yes) => yes.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Made(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn row(record: &RunRecord) -> [Cell<'_>; 33] {
    let (start, end) = (&record.start, &record.finish);
    let int = |number: u64| Cell::Int(number as i64);
    let words = [&record.user, &record.computer, &start.profile.name, &start.os_user, &end.error];
    [
        Cell::Int(SOURCE.account.0.into()),
        Cell::Int(SOURCE.device.0.into()),
        Cell::Bytes(record.id.as_bytes()),
        int(record.sequence),
        Cell::Int(1),
        Cell::Bytes(record.installation.as_bytes()),
        Cell::Text(&record.computer),
        Cell::Text(&record.user),
        Cell::Text(&start.profile.name),
        start.profile.guid.as_ref().map_or(Cell::Null, |guid| Cell::Bytes(guid.as_bytes())),
        Cell::Int(start.profile.version),
        int(start.profile.revision),
        Cell::Int(start.kind as i64),
        Cell::Text(&start.kind_text),
        Cell::Int(start.trigger as i64),
        Cell::Bool(start.restore),
        Cell::Int(start.thread_start.as_millis()),
        Cell::Int(start.profile_start.as_millis()),
        start.group_start.map_or(Cell::Null, |at| Cell::Int(at.as_millis())),
        Cell::Int(start.utc_offset.into()),
        Cell::Text(&start.os_user),
        Cell::Int(end.result as i64),
        Cell::Int(end.end.as_millis()),
        int(end.files_copied),
        int(end.files_deleted),
        int(end.files_failed),
        int(end.bytes_copied),
        int(end.bytes_deleted),
        int(end.bytes_failed),
        end.bytes_stored.map_or(Cell::Null, int),
        Cell::Text(&end.error),
        Cell::Null,
        Cell::Made(words.map(|text| text.to_lowercase()).join("\u{1}")),
    ]
}

impl Loop {
    pub fn new(cluster: &Cluster, how: Bare) -> Self {
        let url = cluster.database();
        drop(open(&url));
        let mut client = cluster.admin(Cluster::name_of(&url));
        let kept: String = client.query_one("SHOW synchronous_commit", &[]).unwrap().get(0);
        assert_eq!(kept, "on");
        let names = COLUMNS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ");
        let places = |from: usize| (from..from + COLUMNS.len()).map(|place| format!("${}", place + 1)).collect::<Vec<_>>();
        let insert = match how {
            Bare::Values => {
                let rows = (0..SIZE).map(|row| format!("({})", places(row * COLUMNS.len()).join(", "))).collect::<Vec<_>>();
                let types: Vec<Type> = (0..SIZE).flat_map(|_| COLUMNS.iter().map(|(_, kind, _)| kind.clone())).collect();
                client.prepare_typed(&format!("INSERT INTO sbm.runs ({names}) VALUES {}", rows.join(", ")), &types)
            }
            Bare::Lists => {
                let types: Vec<Type> = COLUMNS.iter().map(|(.., list)| list.clone()).collect();
                let lists = places(0).join(", ");
                client.prepare_typed(&format!("INSERT INTO sbm.runs ({names}) SELECT * FROM unnest({lists})"), &types)
            }
        };
        Self { insert: insert.unwrap(), client, how }
    }

    /// One statement, which is its own transaction.
    pub fn insert(&mut self, batch: &[RunRecord]) {
        let rows = batch.iter().map(row);
        let inserted = match self.how {
            Bare::Values => {
                let cells: Vec<Cell<'_>> = rows.flatten().collect();
                let values: Vec<&(dyn ToSql + Sync)> = cells.iter().map(|cell| cell as &(dyn ToSql + Sync)).collect();
                self.client.execute(&self.insert, &values)
            }
            Bare::Lists => {
                let mut lists: Vec<Vec<Cell<'_>>> = COLUMNS.iter().map(|_| Vec::with_capacity(batch.len())).collect();
                rows.for_each(|row| lists.iter_mut().zip(row).for_each(|(list, cell)| list.push(cell)));
                let values: Vec<&(dyn ToSql + Sync)> = lists.iter().map(|list| list as &(dyn ToSql + Sync)).collect();
                self.client.execute(&self.insert, &values)
            }
        };
        assert_eq!(inserted.unwrap(), batch.len() as u64);
    }
}

/// A connection by the same way as the store's: TCP and TLS, with the certificate verified.
pub fn over_tls(cluster: &Cluster, url: &str) -> Client {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(cluster.ca()).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    let mut config = Config::new();
    config.host("127.0.0.1").port(cluster.port()).dbname(Cluster::name_of(url)).ssl_mode(SslMode::Require);
    config.user("postgres").password(cluster.password());
    config.connect(MakeRustlsConnect::new(tls)).unwrap()
}
