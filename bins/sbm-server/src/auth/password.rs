//! Passwords: hashed with Argon2id, checked against rules, made up on request (RUN-6).
//!
//! 1. 19 MiB, two passes, one lane; the parameters stand in the PHC string, and a hash with weaker ones asks to be
//!    upgraded at the next login.
//! 2. Few are hashed at once and few may wait: one more is *busy*, so that logins cannot use up memory or processors. Of that
//!    each name and each network has a share, and acts have a line of their own ([`share`]).
//! 3. A user who does not exist costs the same time as a wrong password.
//! 4. The bytes are taken exactly as typed.

pub mod argon;
pub mod rule;
pub mod share;

pub use argon::Cost;
pub use share::For;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sbm_core::code::Code;
use sbm_core::wire::v1::session::Secret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::share::{Share, Shares};
use crate::config::Hashing;

/// A password that was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whether the hash was made with weaker parameters than today's: hash again and keep that.
    pub needs_upgrade: bool,
}

/// Hashes and verifies passwords, a few at a time.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    logins: Line,
    acts: Line,
    shares: Shares,
    cost: Cost,
    /// A hash that no password has, for users who do not exist.
    nobody: String,
}

/// A line in which passwords wait to be hashed.
#[derive(Debug)]
struct Line {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

impl Line {
    fn new(turns: usize, most_waiting: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(turns)), waiting: AtomicUsize::new(0), most_waiting }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Code> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let _place = Place::take(self)?;
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Code::Internal)
    }
}

impl Passwords {
    /// With these bounds.
    ///
    /// # Errors
    ///
    /// `internal` when the operating system gives no random bytes.
    pub fn new(bounds: Hashing) -> Result<Self, Code> {
        Ok(Self(Arc::new(Inner {
            logins: Line::new(bounds.parallel.max(1), bounds.waiting),
            acts: Line::new(1, bounds.waiting),
            shares: Shares::default(),
            cost: bounds.cost,
            nobody: bounds.cost.of_nobody()?,
        })))
    }

    /// Checks a new password against the rules and hashes it.
    ///
    /// # Errors
    ///
    /// `password_too_short`, `password_too_long`, `password_too_common`, `busy`, `internal`.
    pub async fn hash_new(&self, whose: For, password: &Secret) -> Result<String, Code> {
        rule::check(password.reveal())?;
        self.hash_again(whose, password).await
    }

    /// Hashes a password that was verified, to upgrade its hash; the rules are not asked.
    ///
    /// # Errors
    ///
    /// `busy`, `internal`.
    pub async fn hash_again(&self, whose: For, password: &Secret) -> Result<String, Code> {
        let (password, cost) = (password.clone(), self.0.cost);
        self.run(whose, move || cost.hash(password.reveal().as_bytes())).await
    }

    /// Verifies a password against a stored hash, or against nobody's when there is no such user.
    ///
    /// # Errors
    ///
    /// `wrong_credentials`, `busy`, `store_damaged` when the stored hash cannot be read.
    pub async fn verify(&self, whose: For, stored: Option<&str>, password: &Secret) -> Result<Verified, Code> {
        if password.reveal().len() > rule::MOST_BYTES {
            return Err(Code::WrongCredentials);
        }
        let phc = stored.unwrap_or(&self.0.nobody).to_owned();
        let (password, exists, cost) = (password.clone(), stored.is_some(), self.0.cost);
        let needs_upgrade = self.run(whose, move || cost.verify(&phc, password.reveal().as_bytes())).await?;
        if exists { Ok(Verified { needs_upgrade }) } else { Err(Code::WrongCredentials) }
    }

    async fn run<T: Send + 'static>(
        &self,
        whose: For,
        work: impl FnOnce() -> Result<T, Code> + Send + 'static,
    ) -> Result<T, Code> {
        let share = self.0.shares.take(whose)?;
        let turn = self.line(whose).turn().await?;
        let task = tokio::task::spawn_blocking(move || {
            // Turn and share end with the work, also when the caller has gone away meanwhile.
            let _held: (OwnedSemaphorePermit, Share) = (turn, share);
            work()
        });
        task.await.map_err(|_| Code::Internal)?
    }

    fn line(&self, whose: For) -> &Line {
        match whose {
            For::Login(..) => &self.0.logins,
            For::Act => &self.0.acts,
        }
    }
}

/// A place among those who wait.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(line: &'a Line) -> Result<Self, Code> {
        let next = |waiting: usize| (waiting < line.most_waiting).then(|| waiting.saturating_add(1));
        let taken = line.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, next);
        taken.map(|_| Self(&line.waiting)).map_err(|_| Code::Busy)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Makes up a password: 20 letters and digits that are hard to mix up, in groups; 100 random bits.
///
/// # Errors
///
/// `internal` when the operating system gives no random bytes.
pub fn generate() -> Result<Secret, Code> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = zeroize::Zeroizing::new([0_u8; 20]);
    getrandom::fill(random.as_mut_slice()).map_err(|_| Code::Internal)?;
    let mut text = String::with_capacity(24);
    for (index, byte) in random.iter().enumerate() {
        if index > 0 && index % 5 == 0 {
            text.push('-');
        }
        if let Some(letter) = ALPHABET.get(usize::from(byte % 32)) {
            text.push(char::from(*letter));
        }
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests;
