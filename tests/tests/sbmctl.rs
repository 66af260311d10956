//! The command line against a real server: every form and list of the console (CON-1), named connections (CON-2), exit
//! codes, confirmations, and no password anywhere but where it belongs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

#[path = "sbmctl/accounts.rs"]
mod accounts;
#[cfg(target_os = "linux")]
#[path = "sbmctl/codes.rs"]
mod codes;
#[path = "sbmctl/company.rs"]
mod company;
#[path = "sbmctl/connections.rs"]
mod connections;
#[path = "sbmctl/desk.rs"]
mod desk;
#[path = "sbmctl/exchange.rs"]
mod exchange;
#[path = "sbmctl/factor.rs"]
mod factor;
#[path = "sbmctl/history.rs"]
mod history;
#[path = "sbmctl/lists.rs"]
mod lists;
#[path = "sbmctl/people.rs"]
mod people;
#[path = "sbmctl/profiles.rs"]
mod profiles;
#[cfg(target_os = "linux")]
#[path = "sbmctl/prompts.rs"]
mod prompts;
#[path = "sbmctl/roles.rs"]
mod roles;
#[path = "sbmctl/roots.rs"]
mod roots;
#[path = "sbmctl/server.rs"]
mod server;
#[cfg(target_os = "linux")]
#[path = "sbmctl/terminal.rs"]
mod terminal;
#[path = "sbmctl/tokens.rs"]
mod tokens;
