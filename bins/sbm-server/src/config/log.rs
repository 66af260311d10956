//! How much is logged, by `SBM_LOG` (RUN-1).

use tracing_subscriber::EnvFilter;

use super::{ConfigError, Origin, Sources};
use crate::http::problem::Plain;

/// The levels, as they are written.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl Sources {
    /// What `SBM_LOG` in the environment says; `info` when it says nothing.
    ///
    /// # Errors
    ///
    /// `config_invalid` when it cannot be read.
    pub fn log_filter(&self) -> Result<EnvFilter, ConfigError> {
        let said = self.environment.iter().find(|(name, _)| name == Self::LOG_VARIABLE).map(|(_, value)| value.as_str());
        let Some(value) = said.filter(|value| !value.is_empty()) else { return Ok(EnvFilter::new("info")) };
        match EnvFilter::builder().parse(value) {
            Ok(filter) if value.split(',').all(is_directive) => Ok(filter),
            _ => Err(ConfigError::Invalid {
                key: Self::LOG_VARIABLE.into(),
                value: Plain(value).to_string(),
                origin: Origin::Environment,
                reason: "it must be `off`, `error`, `warn`, `info`, `debug` or `trace`, also by part: `info,sbm_server=debug`"
                    .into(),
            }),
        }
    }
}

/// Whether a part says a level. The filter's own parser takes a misspelt level for the name of a part.
fn is_directive(part: &str) -> bool {
    let level = part.rsplit('=').next().unwrap_or_default().trim();
    LEVELS.iter().any(|known| level.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use sbm_core::code::Code;
    use sbm_core::time::Timestamp;

    use super::*;
    use crate::config::Report;

    #[test]
    fn a_filter_that_cannot_be_read_is_told_by_the_check_as_by_the_start_run_1() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data").display().to_string();
        for (value, good) in [
            ("", true),
            ("debug", true),
            ("WARN", true),
            ("info,sbm_server=debug", true),
            ("off", true),
            ("debgu", false),
            ("info,", false),
            ("sbm_server", false),
            ("sbm_server=loud", false),
            ("a=b=c[[", false),
            ("a[[=info", false),
            ("\u{1b}[2J", false),
        ] {
            let environment = vec![("SBM_LOG".to_owned(), value.to_owned())];
            let sources = Sources { file: None, environment, flags: vec![("data_dir".to_owned(), data.clone())] };
            let report = Report::of(&sources, Timestamp::from_millis(1_795_291_485_123));
            assert_eq!((sources.log_filter().is_ok(), report.is_good()), (good, good), "{value:?}: {:?}", report.errors);
            if let Some((code, text)) = report.errors.first() {
                assert_eq!((*code, report.errors.len()), (Code::ConfigInvalid, 1));
                assert!(text.contains("`SBM_LOG` (environment)") && !text.contains('\u{1b}'), "{text}");
            }
        }
        // Together with whatever else is wrong.
        let environment = vec![("SBM_LOG".to_owned(), "a=b=c[[".to_owned())];
        let flags = vec![("data_dir".to_owned(), data), ("limits.connections".to_owned(), "0".to_owned())];
        let report = Report::of(&Sources { file: None, environment, flags }, Timestamp::from_millis(0));
        assert_eq!(report.errors.len(), 2, "{:?}", report.errors);
    }
}
