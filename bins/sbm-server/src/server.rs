//! The server put together: data directory, store, keys, service, ports.
//!
//! It is a library function, so that a test runs the same server as the program does, on port 0, and stops it cleanly.

use std::net::SocketAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::wire::v1::ConnectionString;

use crate::accept::{Listeners, Serving, descriptors};
use crate::clock::Clock;
use crate::config::{Config, HostName};
use crate::http::{Edge, routes};
use crate::names::{Resolver, SystemResolver};
use crate::pki::Pki;
use crate::place::{self, Opened};
use crate::service::{Service, refusal};

/// How often the files of the operator's certificate are looked at.
const LOOK_AT_CERTIFICATE: std::time::Duration = std::time::Duration::from_secs(30);

/// The file in the data directory that says how to reach the server, for `sbmctl` on the same machine.
pub const CONNECTION: &str = "connection";

/// A server that has its ports but does not answer yet.
#[derive(Debug)]
pub struct Server {
    service: Arc<Service>,
    pki: Arc<Pki>,
    listeners: Listeners,
    serving: Serving,
    /// The first of the setting `names`.
    name: Option<HostName>,
}

impl Server {
    /// Opens everything, in the order in which a failure leaves the least behind.
    ///
    /// # Errors
    ///
    /// What the data directory, the store, the keys or the ports say, as one sentence with a code.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, Refusal> {
        Self::open_with(config, clock, Arc::new(SystemResolver)).await
    }

    /// Opens everything, with the names of peers looked up there (NET-5).
    ///
    /// # Errors
    ///
    /// As [`Server::open`].
    pub async fn open_with(config: Config, clock: Arc<dyn Clock>, resolver: Arc<dyn Resolver>) -> Result<Self, Refusal> {
        let opened = tokio::task::spawn_blocking({
            let (config, clock) = (config.clone(), Arc::clone(&clock));
            move || open_service(config, clock, resolver)
        });
        let (service, pki) = opened.await.map_err(|_| Code::Internal)??;
        // What the operating system does not give is logged there, and the server runs with less.
        let _ = descriptors::raise(config.limits.connections);
        let listeners = Listeners::bind(&config.listen).await.map_err(|error| refusal(Code::ConfigInvalid, error.to_string()))?;
        let edge = Edge {
            door: service.door(),
            authenticator: Arc::clone(&service) as _,
            clock,
            hosts: config.host_names(),
            limits: config.limits,
        };
        let serving = Serving {
            tls: pki.server_config(),
            door: service.door(),
            router: routes::all(edge).into_router(Arc::clone(&service)),
            limits: config.limits,
            name: config.names.first().map_or("localhost".to_owned(), |name| pki.connection_string(name, 0).host),
        };
        let name = config.names.into_iter().next();
        let server = Self { service, pki, listeners, serving, name };
        server.write_connection()?;
        Ok(server)
    }

    /// The addresses it listens on.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.addresses()
    }

    /// How clients on this machine reach it.
    #[must_use]
    pub fn connection(&self) -> ConnectionString {
        let host = HostName::parse("localhost").unwrap_or(HostName::Address(std::net::IpAddr::from([127, 0, 0, 1])));
        self.pki.connection_string(&host, self.port())
    }

    /// How clients on other machines reach it: under the first of the setting `names`, if there is one.
    #[must_use]
    pub fn named_connection(&self) -> Option<ConnectionString> {
        self.name.as_ref().map(|name| self.pki.connection_string(name, self.port()))
    }

    /// What reads again what may change while the server runs.
    #[must_use]
    pub fn reload(&self) -> Reload {
        Reload { pki: Arc::clone(&self.pki), service: Arc::clone(&self.service) }
    }

    fn port(&self) -> u16 {
        self.addresses().first().map_or(sbm_core::wire::DEFAULT_PORT, SocketAddr::port)
    }

    /// What it does.
    #[must_use]
    pub fn service(&self) -> Arc<Service> {
        Arc::clone(&self.service)
    }

    /// Answers until `stop` is ready, then ends what is running and writes what is not written yet.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let housekeeping = tokio::spawn(Arc::clone(&self.service).keep_house(Arc::clone(&self.pki)));
        let step = tokio::spawn(Arc::clone(&self.service).keep_step());
        let backups = tokio::spawn(Arc::clone(&self.service).keep_backups());
        let orders = tokio::spawn(Arc::clone(&self.service).keep_orders());
        let watch = tokio::spawn(self.reload().watch());
        self.listeners.serve(self.serving, stop).await;
        housekeeping.abort();
        step.abort();
        backups.abort();
        orders.abort();
        watch.abort();
        self.service.close().await;
    }

    fn write_connection(&self) -> Result<(), Refusal> {
        let text = format!("{}\n", self.connection());
        self.service
            .data_dir()
            .write_secret(CONNECTION, text.as_bytes())
            .map_err(|error| refusal(error.code(), error.to_string()))
    }
}

/// Reads again what may change while the server runs: the operator's certificate (RUN-4). Settings are read at the start.
#[derive(Clone, Debug)]
pub struct Reload {
    pki: Arc<Pki>,
    service: Arc<Service>,
}

impl Reload {
    /// Reads again; what cannot be used leaves what is in use. Tells whether something changed.
    ///
    /// # Errors
    ///
    /// `certificate_invalid`.
    pub async fn now(&self) -> Result<bool, Refusal> {
        let (pki, now) = (Arc::clone(&self.pki), self.service.now());
        let read = tokio::task::spawn_blocking(move || pki.reload(now)).await.map_err(|_| Code::Internal)?;
        read.map_err(|error| refusal(error.code(), error.to_string()))
    }

    /// Looks at the files now and then, for those who renew certificates and tell nobody. Each trouble is told once.
    async fn watch(self) {
        let mut last = None;
        let mut looks = tokio::time::interval(LOOK_AT_CERTIFICATE);
        loop {
            looks.tick().await;
            match self.now().await {
                Ok(changed) => {
                    if changed {
                        tracing::info!("the certificate was changed and is in use");
                    }
                    last = None;
                }
                Err(refused) if last.as_ref() == Some(&refused.message) => {}
                Err(refused) => {
                    tracing::error!(code = refused.code.name(), "{}", refused.message);
                    last = Some(refused.message);
                }
            }
        }
    }
}

fn open_service(config: Config, clock: Arc<dyn Clock>, resolver: Arc<dyn Resolver>) -> Result<(Arc<Service>, Arc<Pki>), Refusal> {
    let Opened { store, vault, data_dir } = place::open(&config)?;
    let pki = Pki::open_with(&data_dir, &*vault, config.host_names(), config.tls.clone(), clock.now())
        .map_err(|error| refusal(error.code(), error.to_string()))?;
    let service = Service::start(config, data_dir, vault, store, &pki, clock, resolver)?;
    Ok((service, Arc::new(pki)))
}
