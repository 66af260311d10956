//! What `sbm-server config` and `sbm-server config check` say (RUN-1).

use sbm_core::code::Code;
use sbm_core::time::{DAY, Timestamp};
use serde_json::json;

use super::{Config, ConfigError, Sources};
use crate::data_dir::DataDir;
use crate::pki::own::Own;
use crate::pki::{self, KeyFile};
use crate::place;

/// A certificate that ends so soon is worth a word, in milliseconds.
const ENDS_SOON: i64 = 14 * DAY;

/// Everything that a check found.
#[derive(Debug)]
pub struct Report {
    /// What the server does not start with.
    pub errors: Vec<(Code, String)>,
    /// What is allowed and yet probably not meant.
    pub advice: Vec<String>,
}

impl Report {
    /// Checks the configuration and the files that it names. It reads and changes nothing.
    #[must_use]
    pub fn of(sources: &Sources, now: Timestamp) -> Self {
        let told = |error: &ConfigError| (error.code(), error.to_string());
        let mut report = match Config::check(sources) {
            Ok(config) => {
                let mut report = Self { errors: Vec::new(), advice: config.advice(sources) };
                report.look_at_data(&config);
                report.look_at_store(&config);
                report.look_at_certificate(&config, now);
                report
            }
            Err(errors) => Self { errors: errors.iter().map(told).collect(), advice: Vec::new() },
        };
        report.errors.extend(sources.log_filter().err().as_ref().map(told));
        report
    }

    fn look_at_data(&mut self, config: &Config) {
        if let Err(error) = DataDir::check(&config.data_dir, place::holding(&config.store)) {
            self.advice.retain(|text| *text != error.to_string());
            return self.errors.push((error.code(), format!("{error} (`data_dir`)")));
        }
        let keys = pki::look(&config.data_dir, place::holding(&config.store));
        self.errors.extend(keys.iter().map(|error| (error.code(), format!("{error} (`data_dir`)"))));
        if let Err(error) = place::look_at_sqlite(config) {
            self.errors.push((error.code, format!("{} (`store`)", error.message)));
        }
    }

    /// The files that the server reads before it connects. Whether the database is there, is asked by
    /// [`connect`](Self::connect).
    fn look_at_store(&mut self, config: &Config) {
        if config.store.postgres().is_none() {
            return;
        }
        if let Err(error) = place::url_with_password(config) {
            self.errors.push((error.code, format!("{} (`store_password_file`)", error.message)));
        }
        if let Some(Err(error)) = config.key_file.as_deref().map(KeyFile::read) {
            self.errors.push((error.code(), format!("{error} (`key_file`)")));
        }
    }

    /// Connects to the database as the server would, besides; changes nothing there. A SQLite file is not opened: the server
    /// may be using it.
    #[must_use]
    pub fn connect(mut self, sources: &Sources) -> Self {
        if let Some(config) = Config::check(sources).ok().filter(|_| self.is_good())
            && let Err(error) = place::probe(&config)
        {
            self.errors.push((error.code, format!("{} (`store`)", error.message)));
        }
        self
    }

    fn look_at_certificate(&mut self, config: &Config, now: Timestamp) {
        let Some(files) = &config.tls else { return };
        let own = match Own::read(files, &config.host_names(), now) {
            Ok(own) => own,
            Err(error) => return self.errors.push((error.code(), format!("{error} (`tls.certificate`, `tls.key`)"))),
        };
        for name in config.names.iter().filter(|name| !own.is_for(name)) {
            self.advice.push(format!(
                "the certificate `{}` is not for `{name}` of the setting `names`: who asks for that is shown one of the server's own CA",
                files.certificate.display()
            ));
        }
        if own.not_after().since(now) < ENDS_SOON {
            let (path, end) = (files.certificate.display(), own.not_after().to_rfc3339());
            self.advice.push(format!("the certificate `{path}` ends at {end}; renew it"));
        }
    }

    /// Whether the server would start with it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// One line for each finding.
    #[must_use]
    pub fn text(&self) -> String {
        let errors = self.errors.iter().map(|(code, text)| format!("error: {text} [{code}]\n"));
        let advice = self.advice.iter().map(|text| format!("warning: {text}\n"));
        let verdict = match (self.errors.len(), self.advice.len()) {
            (0, 0) => "the configuration is good\n".to_owned(),
            (0, _) => "the configuration is good, with warnings\n".to_owned(),
            (1, _) => "the server does not start with this configuration: 1 error\n".to_owned(),
            (count, _) => format!("the server does not start with this configuration: {count} errors\n"),
        };
        errors.chain(advice).chain([verdict]).collect()
    }

    /// The same as JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        let errors: Vec<_> = self
            .errors
            .iter()
            .map(|(code, text)| json!({ "code": code.number(), "name": code.name(), "message": text }))
            .collect();
        format!("{}\n", json!({ "good": self.is_good(), "errors": errors, "warnings": self.advice }))
    }
}

impl Config {
    /// Every setting with its value and where that came from, as a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let longest = |of: fn(&super::Effective) -> usize| self.effective().iter().map(of).max().unwrap_or(0);
        let (keys, values) = (longest(|row| row.key.len()).max(7), longest(|row| row.value.chars().count()).min(48));
        let row = |key: &str, value: &str, origin: &str| format!("{key:keys$}  {value:values$}  {origin}\n");
        let rows = self.effective().iter().map(|setting| row(setting.key, &setting.value, &setting.origin.to_string()));
        std::iter::once(row("SETTING", "VALUE", "ORIGIN")).chain(rows).collect()
    }

    /// The same as JSON, for programs.
    #[must_use]
    pub fn json(&self) -> String {
        let rows: Vec<_> = self
            .effective()
            .iter()
            .map(|row| json!({ "key": row.key, "value": row.value, "origin": row.origin.to_string() }))
            .collect();
        format!("{}\n", json!(rows))
    }
}
