//! Version 1 of the wire: JSON over HTTP/1.1 over TLS. Golden files in `tests/golden/wire` pin it.

pub mod admin;
pub mod connection;
pub mod device;
pub mod factor;
pub mod problem;
pub mod session;
pub mod status;

pub use connection::ConnectionString;
pub use problem::Problem;
pub use status::{Capability, Status};

/// The paths of version 1.
pub mod path {
    /// `GET`, in any case of its letters, without a login: [`Status`](super::Status).
    pub const STATUS: &str = "/STATUS";
    /// `GET`, in any case of its letters, without a login: [`Status`](super::Status) as long as the server answers, else
    /// `server_behind` with 503. For whoever spreads clients over servers.
    pub const READY: &str = "/READY";
    /// `POST` [`Claim`](super::session::Claim), once.
    pub const CLAIM: &str = "/v1/claim";
    /// `POST` [`Login`](super::session::Login), `DELETE` to log out.
    pub const SESSION: &str = "/v1/session";
    /// `POST` [`DeviceLogin`](super::session::DeviceLogin), `DELETE` to hand the token back.
    pub const DEVICE: &str = "/v1/device";
    /// `POST` [`DeviceEnrolment`](super::session::DeviceEnrolment), once, or until a person let the device in.
    pub const DEVICE_ENROL: &str = "/v1/device/enrol";
    /// `POST` [`CheckIn`](super::device::CheckIn).
    pub const CHECK_IN: &str = "/v1/device/check-in";
    /// `GET`, with the hash behind it.
    pub const LISTS: &str = "/v1/device/lists";
    /// `GET`, with the hash behind it.
    pub const BODIES: &str = "/v1/device/bodies";
    /// `POST` [`Runs`](super::device::Runs).
    pub const RUNS: &str = "/v1/device/runs";
    /// What the device stores.
    pub const STORED: &str = "/v1/device/stored";
    /// Room for a run of the device.
    pub const RESERVATIONS: &str = "/v1/device/reservations";
    /// `GET` and `POST`, or `GET`, `PATCH` and `DELETE` with the name behind it.
    pub const USERS: &str = "/v1/users";
    /// `GET` and `POST`, or `PATCH` and `DELETE` with the name behind it.
    pub const GROUPS: &str = "/v1/groups";
    /// Accounts.
    pub const ACCOUNTS: &str = "/v1/accounts";
    /// `GET` and `POST`, or `PATCH` and `DELETE` with the number behind it: communications of accounts (ACC-3).
    pub const COMMUNICATIONS: &str = "/v1/communications";
    /// `GET` and `POST` [`NewAgent`](super::admin::NewAgent), or `DELETE` with the account behind it (ACC-10).
    pub const AGENTS: &str = "/v1/agents";
    /// `GET`: the accounts that whoever asks serves as their agent.
    pub const AGENT_ACCOUNTS: &str = "/v1/agent/accounts";
    /// `POST` [`AgentDevice`](super::admin::AgentDevice): whoever asks becomes a device of an account that he serves.
    pub const AGENT_DEVICES: &str = "/v1/agent/devices";
    /// What becomes of accounts.
    pub const ACCOUNT_ACTS: &str = "/v1/account-acts";
    /// `GET` and `POST`, or `PATCH` and `DELETE` with the name behind it.
    pub const SECURITY_PROFILES: &str = "/v1/security-profiles";
    /// Roles, those that are built in and those that somebody made.
    pub const ROLES: &str = "/v1/roles";
    /// Roles at accounts.
    pub const GRANTS: &str = "/v1/grants";
    /// `GET` and `POST`, or `DELETE` with the id behind it.
    pub const ALLOWLIST: &str = "/v1/allowlist";
    /// `POST` [`AllowTest`](super::admin::AllowTest).
    pub const ALLOWLIST_TEST: &str = "/v1/allowlist/test";
    /// `GET`.
    pub const ALLOWLIST_LINT: &str = "/v1/allowlist/lint";
    /// `GET` and `POST` (an upload), or `GET`, `PATCH` and `DELETE` with the GUID behind it. Behind the GUID: `GET`
    /// `/revisions`, `/holders`, and `/body` or `/schedule` (`?revision=`, else the newest); `POST` `/rollback`.
    pub const PROFILES: &str = "/v1/profiles";
    /// `GET`: what is left of deleted managed profiles (PRO-7).
    pub const TOMBSTONES: &str = "/v1/tombstones";
    /// `GET`, or `GET` and `DELETE` with the run's id behind it.
    pub const HISTORY: &str = "/v1/history";
    /// `POST` [`Explain`](super::admin::Explain).
    pub const EXPLAIN: &str = "/v1/explain";
    /// `POST` [`ExplainServer`](super::admin::ExplainServer).
    pub const EXPLAIN_SERVER: &str = "/v1/explain/server";
    /// `POST` [`WhoCan`](super::admin::WhoCan).
    pub const EXPLAIN_WHO: &str = "/v1/explain/who";
    /// `GET`, or `GET` and `DELETE` with the installation behind it. Behind the installation: `POST` `/release`.
    pub const DEVICES: &str = "/v1/devices";
    /// `GET` and `POST` [`NewEnrolment`](super::admin::NewEnrolment), or `DELETE` with the number behind it: codes and passphrases
    /// with which devices enrol (DEV-1).
    pub const ENROLMENTS: &str = "/v1/enrolments";
    /// `GET`: devices that wait to be let in. Behind it the installation and `POST` `/approve` or `/reject`.
    pub const WAITING: &str = "/v1/waiting-devices";
    /// `GET`: one's own sessions; those of everybody for whoever may see users. `DELETE` with the id behind it.
    pub const SESSIONS: &str = "/v1/sessions";
    /// `POST` [`PasswordChange`](super::admin::PasswordChange): one's own password.
    pub const PASSWORD: &str = "/v1/session/password";
    /// `POST` [`PasswordToJudge`](super::admin::PasswordToJudge): how strong a password is; it is kept nowhere.
    pub const JUDGE: &str = "/v1/passwords/judge";
    /// `POST` [`NewToken`](super::admin::NewToken): a token of one's own for a program (RUN-11).
    pub const NEW_TOKEN: &str = "/v1/session/token";
    /// `GET`: one's own tokens for programs; those of everybody for whoever may see users. `DELETE` with the id behind it.
    pub const TOKENS: &str = "/v1/tokens";
    /// `POST` [`Unlock`](super::admin::Unlock), without a session: the password in it is the proof.
    pub const UNLOCK: &str = "/v1/connection/unlock";
    /// `POST` [`SecondStep`](super::factor::SecondStep): the code behind the password.
    pub const SECOND_STEP: &str = "/v1/session/second-step";
    /// `POST` [`DeviceSecondStep`](super::factor::DeviceSecondStep).
    pub const DEVICE_SECOND_STEP: &str = "/v1/device/second-step";
    /// `POST` [`SendLoginCode`](super::factor::SendLoginCode): has a code sent for a login that waits for one, of a person or of a
    /// backup program.
    pub const LOGIN_CODE: &str = "/v1/session/second-step/code";
    /// `GET` and `POST` [`FactorBegin`](super::factor::FactorBegin): one's own second factor. Behind it, `POST`: `/confirm`,
    /// `/remove`, `/recovery-codes`, `/code`, `/channels`, `/channels/confirm`, `/channels/remove`.
    pub const FACTOR: &str = "/v1/second-factor";
    /// `GET` and `PATCH`: what holds for all clients.
    pub const SERVER: &str = "/v1/server";
    /// `GET`: this interface, described (OpenAPI 3.1).
    pub const OPENAPI: &str = "/v1/openapi.json";
    /// `GET`; `/verify` behind it checks the chain.
    pub const AUDIT: &str = "/v1/audit";
    /// `GET`, or `GET` with the id behind it, and `POST` with `/retry` behind that: orders to the storage to erase what deleted
    /// accounts stored (ACC-8).
    pub const ERASE_ORDERS: &str = "/v1/erase-orders";
    /// `GET`: the public half of the key that signs them.
    pub const ERASE_KEY: &str = "/v1/erase-key";
    /// `POST`: makes a new signing key and raises the epoch.
    pub const ROTATE_KEYS: &str = "/v1/keys/rotate";
}
