//! Argon2id itself: one password, one hash, and memory that goes back to the operating system at once.
//!
//! 1. The memory of a hash is asked for in a piece so large that every allocator takes it from the operating system for this
//!    one time, and gives it back when it is freed. With smaller pieces an allocator keeps what it was once given, and a
//!    server that rests would keep 19 MiB for each hash that it has ever made at once. What is not touched costs nothing.
//! 2. A stored hash says its own parameters; within bounds, since a changed row must not take the machine down.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use sbm_core::code::Code;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

const LANES: u32 = 1;
const SALT: usize = 16;
const OUTPUT: usize = 32;
/// What a hash in the store may ask for at most.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
/// From this many blocks of 1 KiB on, allocators go to the operating system; glibc's moving threshold ends at 32 MiB.
const LARGE_PIECE: usize = 33 * 1024;

/// How dear a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// In KiB.
    pub memory_kib: u32,
    /// Over the memory.
    pub passes: u32,
}

impl Cost {
    /// What new passwords are hashed with: 19 MiB, two passes.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2 };

    /// A hash that no password has: random where a real one has what the password makes.
    ///
    /// # Errors
    ///
    /// `internal` when the operating system gives no random bytes.
    pub(super) fn of_nobody(self) -> Result<String, Code> {
        let mut output = [0_u8; OUTPUT];
        getrandom::fill(&mut output).map_err(|_| Code::Internal)?;
        Ok(self.phc(&salt()?, &output))
    }

    /// Hashes a password.
    ///
    /// # Errors
    ///
    /// `internal` when the operating system gives no random bytes.
    pub(super) fn hash(self, password: &[u8]) -> Result<String, Code> {
        let (salt, mut output) = (salt()?, Zeroizing::new([0_u8; OUTPUT]));
        let params = Params::new(self.memory_kib, self.passes, LANES, None).map_err(|_| Code::Internal)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        compute(&argon, password, &salt, output.as_mut_slice()).map_err(|()| Code::Internal)?;
        Ok(self.phc(&salt, output.as_slice()))
    }

    fn phc(self, salt: &[u8], output: &[u8]) -> String {
        let (memory, passes) = (self.memory_kib, self.passes);
        format!("$argon2id$v=19$m={memory},t={passes},p={LANES}${}${}", BASE64.encode(salt), BASE64.encode(output))
    }

    /// Verifies a password against a stored hash. Tells whether that is weaker than what this cost would make.
    ///
    /// # Errors
    ///
    /// `wrong_credentials`, `store_damaged` when the stored hash cannot be read or asks for too much.
    pub(super) fn verify(self, phc: &str, password: &[u8]) -> Result<bool, Code> {
        let stored = PasswordHash::new(phc).map_err(|_| Code::StoreDamaged)?;
        let params = Params::try_from(&stored).map_err(|_| Code::StoreDamaged)?;
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| Code::StoreDamaged)?;
        let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|_| Code::StoreDamaged)?;
        let (Some(salt), Some(wanted)) = (&stored.salt, &stored.hash) else { return Err(Code::StoreDamaged) };
        if params.m_cost() > MOST_MEMORY_KIB || params.t_cost() > MOST_PASSES {
            return Err(Code::StoreDamaged);
        }
        let weaker = algorithm != Algorithm::Argon2id || params.m_cost() < self.memory_kib || params.t_cost() < self.passes;
        let mut output = Zeroizing::new(vec![0_u8; wanted.len()]);
        let argon = Argon2::new(algorithm, version, params);
        compute(&argon, password, salt.as_ref(), &mut output).map_err(|()| Code::StoreDamaged)?;
        if output.as_slice().ct_eq(wanted.as_bytes()).into() { Ok(weaker) } else { Err(Code::WrongCredentials) }
    }
}

fn salt() -> Result<[u8; SALT], Code> {
    let mut salt = [0_u8; SALT];
    getrandom::fill(&mut salt).map_err(|_| Code::Internal)?;
    Ok(salt)
}

fn compute(argon: &Argon2<'_>, password: &[u8], salt: &[u8], output: &mut [u8]) -> Result<(), ()> {
    let blocks = argon.params().block_count();
    let mut memory: Vec<Block> = Vec::with_capacity(blocks.max(LARGE_PIECE));
    memory.resize(blocks, Block::new());
    argon.hash_password_into_with_memory(password, salt, output, memory.as_mut_slice()).map_err(drop)
}
