//! The keys that sign: root, signing and token key.
//!
//! 1. Each is 32 random bytes, made once, a secret of its own in the [`Vault`]; it tells what it is for and carries a check,
//!    so that a damaged or mixed-up file is noticed and never used.
//! 2. The root key signs key documents, the signing key of the current epoch signs heads, the token key marks tokens. The key
//!    that signs erase orders is made from the root key: it is there wherever that is, and stays the same as long.
//! 3. A rotation makes the new epoch's key first; the commit of the new epoch decides. A key left over by a crash is
//!    used by the next attempt.
//! 4. A missing key beside others is an error: a new root key would be another server to every client.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sbm_core::cache::{Domain, KeyDocument, Signed, SigningKey};
use sbm_core::id::Hash;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::error::PkiError;
use super::vault::{KEY, Vault};
use crate::auth::factor::FactorKey;
use crate::auth::token::TokenKey;
use crate::data_dir::DataDirError;

pub(super) const ROOT: &str = "root";
pub(super) const TOKEN: &str = "token";
pub(super) const FACTOR: &str = "factor";

type Seed = Zeroizing<[u8; 32]>;

/// The keys of one epoch.
pub struct Keys {
    root: SigningKey,
    signing: SigningKey,
    token: TokenKey,
    orders: SigningKey,
    epoch: u64,
    document: Signed,
}

impl Keys {
    /// Reads the keys of the store's epoch; makes all of them if there is no signing key yet.
    ///
    /// # Errors
    ///
    /// `store_damaged` when a key is missing or not what the server wrote, whatever the vault says.
    pub fn open(vault: &dyn Vault, epoch: u64, ca: &[Hash]) -> Result<Self, PkiError> {
        if Self::highest_epoch(vault)?.is_none() {
            // In this order: a signing key is there only when the others are.
            make_if_missing(vault, ROOT)?;
            make_if_missing(vault, TOKEN)?;
            make_if_missing(vault, &signing_name(epoch))?;
        }
        Self::read(vault, epoch, ca)
    }

    /// The keys of an epoch that another server made, with the document that it published.
    ///
    /// # Errors
    ///
    /// As [`Keys::open`]; `store_damaged` too when the document is not about these keys.
    pub fn published(vault: &dyn Vault, epoch: u64, document: Signed) -> Result<Self, PkiError> {
        let keys = Self::read(vault, epoch, &[])?;
        let root = keys.root.verifying_key();
        let stated = KeyDocument::verify(&document, &root).ok();
        match stated.is_some_and(|stated| stated.epoch == epoch && stated.keys.contains(&keys.signing.verifying_key())) {
            true => Ok(Self { document, ..keys }),
            false => Err(PkiError::Damaged { place: vault.place(&file_name(&signing_name(epoch))) }),
        }
    }

    /// The keys of another epoch: makes its signing key, or takes the one that an attempt before left behind. Only the
    /// commit of the epoch makes them count.
    ///
    /// # Errors
    ///
    /// As [`Keys::open`].
    pub fn for_epoch(vault: &dyn Vault, epoch: u64, ca: &[Hash]) -> Result<Self, PkiError> {
        make_if_missing(vault, &signing_name(epoch))?;
        Self::read(vault, epoch, ca)
    }

    /// The highest epoch that has a signing key. A store that comes from an older backup must raise its epoch above this
    /// one too.
    ///
    /// # Errors
    ///
    /// What the vault says.
    pub fn highest_epoch(vault: &dyn Vault) -> Result<Option<u64>, PkiError> {
        Ok(highest(vault.names()?.iter().map(String::as_str)))
    }

    /// The key that vouches for key documents.
    #[must_use]
    pub const fn root(&self) -> &SigningKey {
        &self.root
    }

    /// The key that signs heads.
    #[must_use]
    pub const fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// The key that marks tokens.
    #[must_use]
    pub const fn token(&self) -> &TokenKey {
        &self.token
    }

    /// The key that signs erase orders (ACC-8).
    #[must_use]
    pub const fn orders(&self) -> &SigningKey {
        &self.orders
    }

    /// The epoch these keys are of.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The epoch's key document, signed by the root key.
    #[must_use]
    pub const fn key_document(&self) -> &Signed {
        &self.document
    }

    fn read(vault: &dyn Vault, epoch: u64, ca: &[Hash]) -> Result<Self, PkiError> {
        let root = read(vault, ROOT)?;
        let (orders, root) = (SigningKey::from_seed(&made_of(&root, b"SBM erase orders v1")?), SigningKey::from_seed(&root));
        let signing = SigningKey::from_seed(&read(vault, &signing_name(epoch))?);
        let token = TokenKey::new(read(vault, TOKEN)?);
        let document = KeyDocument { v: KeyDocument::VERSION, epoch, keys: vec![signing.verifying_key()], ca: ca.to_vec() };
        let document = root.sign(Domain::Keys, document.to_bytes());
        Ok(Self { root, signing, token, orders, epoch, document })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// The highest epoch of which one of these is the signing key.
pub(super) fn highest<'a>(names: impl Iterator<Item = &'a str>) -> Option<u64> {
    names.filter_map(|name| name.strip_prefix("signing-")?.strip_suffix(KEY)?.parse().ok()).max()
}

pub(super) fn signing_name(epoch: u64) -> String {
    format!("signing-{epoch}")
}

pub(super) fn file_name(name: &str) -> String {
    format!("{name}{KEY}")
}

/// The key under which second factors are sealed (RUN-8). It is made when the first of them is enrolled.
///
/// # Errors
///
/// As [`Keys::open`].
pub fn factor_key(vault: &dyn Vault, may_make: bool) -> Result<FactorKey, PkiError> {
    if may_make {
        make_if_missing(vault, FACTOR)?;
    }
    read(vault, FACTOR).map(FactorKey::new)
}

/// A seed for one purpose, made of another one.
fn made_of(seed: &Seed, purpose: &[u8]) -> Result<Seed, PkiError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(seed.as_slice()).map_err(PkiError::generation)?;
    mac.update(purpose);
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

fn make_if_missing(vault: &dyn Vault, name: &str) -> Result<(), PkiError> {
    if vault.has(&file_name(name))? {
        return Ok(());
    }
    let mut seed = Seed::default();
    getrandom::fill(seed.as_mut_slice()).map_err(|_| DataDirError::NoRandomness)?;
    vault.write_if_absent(&file_name(name), to_text(name, &seed).as_bytes())?;
    Ok(())
}

fn read(vault: &dyn Vault, name: &str) -> Result<Seed, PkiError> {
    let place = || vault.place(&file_name(name));
    match vault.read(&file_name(name))? {
        Some(bytes) => from_text(name, &bytes).ok_or_else(|| PkiError::Damaged { place: place() }),
        None => Err(PkiError::Missing { place: place() }),
    }
}

/// `sbm-key-1 name seed check`, the seed as 64 digits.
fn to_text(name: &str, seed: &Seed) -> Zeroizing<String> {
    let digits = Zeroizing::new(Hash::from_bytes(**seed).to_string());
    Zeroizing::new(format!("sbm-key-1 {name} {} {}\n", *digits, check(name, &digits)))
}

pub(super) fn from_text(name: &str, bytes: &[u8]) -> Option<Seed> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut words = text.strip_suffix('\n')?.split(' ');
    let (form, stated, digits, stated_check) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let fits = form == "sbm-key-1" && stated == name && words.next().is_none() && stated_check == check(name, digits);
    let seed = digits.parse::<Hash>().ok().filter(|_| fits)?;
    Some(Zeroizing::new(*seed.as_bytes()))
}

fn check(name: &str, digits: &str) -> String {
    let covered = Zeroizing::new(format!("{name} {digits}"));
    Hash::of(covered.as_bytes()).to_string().chars().take(16).collect()
}
