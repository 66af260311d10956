//! The database server, and how a connection to it is made.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{MakeTlsConnect, NoTls, TlsStream};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::failure;
use super::live::{Live, Parts, Why};
use super::settings::{self, Purpose};
use super::stream::{Bounded, Room, reach};
use super::tls;
use crate::config::HostName;
use crate::store::StoreError;
use crate::store::sql::one;
use crate::store::url::{PostgresHost, PostgresUrl, Tls};

/// How long it may take until a connection is up, the certificate checked and the password too.
const PATIENCE: Duration = Duration::from_secs(4);
/// A statement that is cut off by the server says so; a little later it is not to be waited for any more.
const GRACE: Duration = Duration::from_secs(2);

/// The oldest PostgreSQL whose partitions, triggers and settings do what the schema needs.
const OLDEST: u32 = 13;

/// A database server, by its URL.
pub(super) struct Server {
    url: PostgresUrl,
    tls: Option<MakeRustlsConnect>,
}

impl fmt::Display for Server {
    /// The URL, without its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.url, f)
    }
}

impl Server {
    pub(super) fn new(url: &PostgresUrl) -> Result<Self, StoreError> {
        Ok(Self { url: url.clone(), tls: tls::connector(&url.tls)? })
    }

    /// A connection to the first place that can be written to. In a thread of its own, never in a handler.
    pub(super) fn connect(&self, purpose: Purpose) -> Result<Live, StoreError> {
        let mut last = StoreError::unavailable("its URL names no place");
        for host in &self.url.hosts {
            match self.connect_to(host, purpose) {
                Ok(live) => return Ok(live),
                Err(StoreError::Unavailable(why)) => last = StoreError::unavailable(format!("`{host}`: {why}")),
                Err(other) => return Err(other),
            }
        }
        Err(last)
    }

    fn connect_to(&self, host: &PostgresHost, purpose: Purpose) -> Result<Live, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(StoreError::unavailable)?;
        let patience = purpose.seconds().map(|seconds| Duration::from_secs(seconds) + GRACE);
        let (room, why) = (Room::default(), Why::default());
        let (sender, heard) = mpsc::unbounded_channel();
        let greeting = runtime.block_on(async {
            let greeted = self.greet(host, room.clone(), Arc::clone(&why), sender);
            tokio::time::timeout(PATIENCE, greeted).await
        });
        let greeting = greeting
            .unwrap_or_else(|_| Err(StoreError::unavailable(format!("nobody answers within {} seconds", PATIENCE.as_secs()))));
        let (client, driver, version) = match greeting {
            Ok(greeting) => greeting,
            Err(error) => {
                give_up(runtime);
                return Err(error);
            }
        };
        let live = Live::new(Parts { runtime, client, driver, heard, room, why, patience });
        check_version(&version)?;
        check(&live, &self.url)?;
        settings::set(&live, purpose)?;
        Ok(live)
    }

    async fn greet(
        &self,
        host: &PostgresHost,
        room: Room,
        why: Why,
        heard: UnboundedSender<String>,
    ) -> Result<Greeting, StoreError> {
        let socket = Bounded::new(reach(host).await.map_err(StoreError::unavailable)?, room);
        let mut config = Config::new();
        config.user(&self.url.user).dbname(&self.url.database).application_name("sbm-server");
        if let Some(password) = &self.url.password {
            config.password(password.reveal());
        }
        match (&self.tls, host) {
            (Some(tls), PostgresHost::Tcp { host, .. }) => {
                config.ssl_mode(SslMode::Require);
                let name = match host {
                    HostName::Name(name) => name.clone(),
                    HostName::Address(address) => address.to_string(),
                };
                let connect = MakeTlsConnect::<Bounded>::make_tls_connect(&mut tls.clone(), &name);
                let connect = connect.map_err(StoreError::unavailable)?;
                let by_file = matches!(&self.url.tls, Tls::Verified { roots: Some(_) });
                drive(config.connect_raw(socket, connect).await.map_err(|error| refused(&error, &name, by_file))?, why, heard)
            }
            _ => {
                config.ssl_mode(SslMode::Disable);
                drive(config.connect_raw(socket, NoTls).await.map_err(|error| failure(&error))?, why, heard)
            }
        }
    }
}

/// The client, what drives its connection, and the version that the server says it has.
type Greeting = (Client, JoinHandle<()>, String);

/// A name that is still being looked up is not waited for.
fn give_up(runtime: Runtime) {
    runtime.shutdown_background();
}

fn drive<T>(made: (Client, Connection<Bounded, T>), why: Why, heard: UnboundedSender<String>) -> Result<Greeting, StoreError>
where
    T: TlsStream + Unpin + Send + 'static,
{
    let (client, mut connection) = made;
    let version = connection.parameter("server_version").unwrap_or_default().to_owned();
    let driver = tokio::spawn(async move {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(told))) => drop(heard.send(told.payload().to_owned())),
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    *why.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure(&error));
                    return;
                }
                None => return,
            }
        }
    });
    Ok((client, driver, version))
}

/// Why a connection that was to be verified did not come about.
fn refused(error: &Error, name: &str, by_file: bool) -> StoreError {
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        let inner = source.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match inner.and_then(|inner| inner.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(what)) => return tls::explained(what, name, by_file),
            Some(other) => {
                tracing::debug!(?other, "TLS with the database");
                return StoreError::unavailable(
                    "it and this program have no way of TLS in common; let it speak TLS 1.2 or newer",
                );
            }
            None => {}
        }
        next = source.source();
    }
    if error.to_string().contains("TLS") && error.as_db_error().is_none() {
        return StoreError::unavailable(
            "it does not speak TLS; set `ssl = on` there, with a certificate that `sslrootcert` names the authority of",
        );
    }
    failure(error)
}

fn check_version(version: &str) -> Result<(), StoreError> {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    match digits.parse::<u32>() {
        Ok(major) if major >= OLDEST => Ok(()),
        Ok(_) => Err(StoreError::unavailable(format!("it is PostgreSQL {}; use {OLDEST} or newer", short(version)))),
        Err(_) => Err(StoreError::unavailable(format!("it says that it is PostgreSQL `{}`", short(version)))),
    }
}

/// What an unknown server says of itself, cut so that a message stays one.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn check(live: &Live, url: &PostgresUrl) -> Result<(), StoreError> {
    let text = "SELECT current_setting('server_encoding'), current_setting('transaction_read_only'), current_setting('fsync')";
    let said = one(live, text, &[], |row| Ok((row.take::<String>()?, row.take::<String>()?, row.take::<String>()?)))?;
    let Some((encoding, only_reads, fsync)) = said else {
        return Err(StoreError::unavailable("it says nothing of itself"));
    };
    if encoding != "UTF8" {
        let name = &url.database;
        return Err(StoreError::unavailable(format!("the database `{name}` is in `{encoding}`; make one with ENCODING 'UTF8'")));
    }
    if only_reads != "off" {
        return Err(StoreError::unavailable("it only reads, as a stand-by does; name the server that writes"));
    }
    if fsync != "on" {
        tracing::warn!("the database does not wait for its disk (`fsync` is off): what it acknowledges may be lost");
    }
    Ok(())
}
