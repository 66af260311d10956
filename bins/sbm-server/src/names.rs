//! The names of peers, by forward-confirmed reverse DNS (NET-5).
//!
//! 1. An address has a name if the reverse lookup gives one and the lookup of that name gives the address again. What the
//!    client says about itself counts for nothing.
//! 2. Of several names the first counts: at most two lookups for one address. What is no name, an address in whatever
//!    spelling included, is none.
//! 3. Whoever asks waits at most 2 s. A failure of any kind, a panic of the resolver too, is no name.
//! 4. Lookups run on a few threads of their own behind a bounded queue; where it is full there is no name. Whoever is
//!    admitted by address never comes here, and whoever was looked up lately never waits.
//! 5. The answer is kept for a while, and so is that there is none. What is kept is bounded, and a flood of unknown
//!    addresses does not push out those that have a name.

mod cache;
pub mod lookups;
pub mod resolver;

pub use lookups::{Lookups, NameLimits};
pub use resolver::{Resolver, SystemResolver};

#[cfg(test)]
mod tests;
