//! The one-time code that proves that whoever claims the server owns its data directory (RUN-2).
//!
//! 1. It has 160 random bits, and is [typed](sbm_core::typed) in any case, with or without dashes.
//! 2. The file is readable by its owner alone. The store holds only the hash, and the file goes after the claim.
//! 3. Of servers that share a database one has it. Beside each other one lies a note where that is, for `sbmctl setup`.

use std::fmt;
use std::path::Path;

use sbm_core::id::Hash;
use sbm_core::typed::Typed;
use sbm_core::wire::v1::session::Secret;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{Beside, DataDir, DataDirError};
use crate::config::host::machine_name;

/// How many letters it has.
const LETTERS: usize = 32;

/// A setup code.
#[derive(Clone, PartialEq, Eq)]
pub struct SetupCode(Typed<LETTERS>);

impl SetupCode {
    /// The name of its file in the data directory.
    pub const FILE: &'static str = "setup-code";

    /// The name of the note that says where the code is, if not here.
    pub const ELSEWHERE: &'static str = "setup-code-elsewhere";

    /// Reads what somebody typed or a file holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Typed::parse(text).map(Self)
    }

    /// What the store keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.0.hash()
    }

    /// Whether it is the code with this hash, in a time that does not tell how close it is.
    #[must_use]
    pub fn matches(&self, hash: &Hash) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }

    /// The code in groups, for its file and for a person.
    #[must_use]
    pub fn reveal(&self) -> Secret {
        self.0.reveal()
    }

    /// Makes a new code and writes it into the data directory, in place of any before.
    ///
    /// # Errors
    ///
    /// As [`DataDir::write_secret`].
    pub fn issue(directory: &DataDir) -> Result<Self, DataDirError> {
        let code = Self::generate()?;
        directory.write_secret(Self::FILE, code.line().as_bytes())?;
        directory.remove(Self::ELSEWHERE)?;
        Ok(code)
    }

    /// The same for a tool of the owner's, beside a running server or with none.
    ///
    /// # Errors
    ///
    /// As [`DataDir::write_secret`].
    pub fn issue_beside(directory: &Beside) -> Result<Self, DataDirError> {
        let code = Self::generate()?;
        directory.write_secret(Self::FILE, code.line().as_bytes())?;
        Ok(code)
    }

    /// Leaves the note that the code is at that place, in place of any code here.
    ///
    /// # Errors
    ///
    /// As [`DataDir::write_secret`].
    pub fn is_elsewhere(directory: &DataDir, place: &str) -> Result<(), DataDirError> {
        directory.write_secret(Self::ELSEWHERE, format!("{place}\n").as_bytes())?;
        Self::remove(directory)
    }

    /// Which file of which machine holds the code that is in that data directory.
    #[must_use]
    pub fn place(directory: &Path) -> String {
        let machine = machine_name().map_or_else(|| "this machine".to_owned(), |name| name.to_string());
        format!("{} on {machine}", directory.join(Self::FILE).display())
    }

    fn line(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}\n", self.reveal().reveal()))
    }

    /// Reads the code in a data directory, also beside a running server; `None` when there is none.
    ///
    /// # Errors
    ///
    /// As [`DataDir::read_secret`].
    pub fn read(directory: &Path) -> Result<Option<Self>, DataDirError> {
        let bytes = super::read_private(&directory.join(Self::FILE))?;
        Ok(bytes.and_then(|bytes| Self::parse(std::str::from_utf8(&bytes).ok()?)))
    }

    /// Removes the file after the claim.
    ///
    /// # Errors
    ///
    /// As [`DataDir::remove`].
    pub fn remove(directory: &DataDir) -> Result<(), DataDirError> {
        directory.remove(Self::FILE)
    }

    fn generate() -> Result<Self, DataDirError> {
        let mut random = Zeroizing::new([0_u8; LETTERS]);
        getrandom::fill(random.as_mut_slice()).map_err(|_| DataDirError::NoRandomness)?;
        Ok(Self(Typed::from_random(&random)))
    }
}

impl fmt::Debug for SetupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
