//! The names things have for programs: a type for each kind of id, so that one cannot be passed for another.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::Code;

/// Ids of the server's objects: dense, given in the plan under the revision's compare-and-swap, never reused.
macro_rules! dense_ids {
    ($( $(#[$doc:meta])* $name:ident )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The place of this id in a table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<u32> for $name {
            fn from(value: u32) -> Self {
                Self(value)
            }
        }
    )* };
}

dense_ids! {
    /// A node of the organisation tree.
    AccountId
    /// A login.
    UserId
    /// A membership set of users and managed profiles.
    GroupId
    /// A named set of rights.
    SecurityProfileId
    /// A managed profile's place in the server's tables; outside, its [`Guid`] names it.
    ProfileId
    /// One installation of a backup program, as the server counts it.
    DeviceId
    /// An entry of the allowlist.
    AllowId
    /// A role that somebody made.
    RoleId
    /// A role that somebody was given at an account.
    GrantId
}

impl AccountId {
    /// The root organisation that every server has.
    pub const ROOT: Self = Self(1);
}

/// 128 bits shown as 32 hexadecimal digits.
macro_rules! uuids {
    ($( $(#[$doc:meta])* $name:ident, $upper:literal )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// From its sixteen bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Its sixteen bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0, $upper)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = Code;

            fn from_str(text: &str) -> Result<Self, Code> {
                parse_uuid(text.as_bytes()).map(Self).ok_or(Code::InvalidGuid)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("not 32 hexadecimal digits"))
            }
        }
    )* };
}

uuids! {
    /// A managed profile's GUID (PRO-2): read with or without dashes and braces, written as 32 upper-case digits.
    Guid, true
    /// A run's id (HIS-1): a `UUIDv7` that the client makes.
    RunId, false
    /// What a client calls its own installation (DEV-3): random, made once.
    InstallationId, false
    /// An order to erase what a deleted account stored (ACC-8): random, made once.
    OrderId, false
}

impl RunId {
    /// A version 7 UUID of this moment and 74 random bits.
    ///
    /// # Examples
    ///
    /// ```
    /// use sbm_core::{id::RunId, time::Timestamp};
    /// let id = RunId::v7(Timestamp::from_millis(1), [0xff; 10]);
    /// assert_eq!(id.to_string(), "0000000000017fffbfffffffffffffff");
    /// ```
    #[must_use]
    pub fn v7(now: crate::time::Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        Self(*uuid::Builder::from_unix_timestamp_millis(millis, &random).as_uuid().as_bytes())
    }

    /// The moment that a version 7 UUID was made at, as it says itself.
    #[must_use]
    pub fn made_at(&self) -> crate::time::Timestamp {
        let [a, b, c, d, e, f, ..] = self.0;
        crate::time::Timestamp::from_millis(i64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }
}

/// A SHA-256: the name of a list or a body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// A hash made elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0, false)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| Code::MalformedRequest)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair_value(pair).ok_or(Code::MalformedRequest)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8], upper: bool) -> fmt::Result {
    for byte in bytes {
        if upper {
            write!(f, "{byte:02X}")?;
        } else {
            write!(f, "{byte:02x}")?;
        }
    }
    Ok(())
}

/// 32 digits, or the usual 8-4-4-4-12 with dashes; either may stand in braces. Nothing else, so that one GUID has few
/// spellings.
fn parse_uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text = match text {
        [b'{', inner @ .., b'}'] => inner,
        plain => plain,
    };
    match text.len() {
        32 => digits(text),
        36 => {
            let mut plain = [0; 32];
            let mut at = plain.iter_mut();
            for (index, byte) in text.iter().enumerate() {
                match (index, byte) {
                    (8 | 13 | 18 | 23, b'-') => {}
                    (8 | 13 | 18 | 23, _) => return None,
                    _ => *at.next()? = *byte,
                }
            }
            digits(&plain)
        }
        _ => None,
    }
}

fn digits(text: &[u8]) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = pair_value(pair)?;
    }
    Some(bytes)
}

fn pair_value(pair: &[u8]) -> Option<u8> {
    match pair {
        [high, low] => Some(digit_value(*high)? << 4 | digit_value(*low)?),
        _ => None,
    }
}

const fn digit_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn a_guid_is_read_in_four_spellings_and_written_in_one_pro_2() {
        for text in [
            "94D3D1C174724DC9A5E99EE763E23159",
            "94d3d1c174724dc9a5e99ee763e23159",
            "94D3D1C1-7472-4DC9-A5E9-9EE763E23159",
            "{94D3D1C1-7472-4dc9-A5E9-9EE763E23159}",
            "{94D3D1C174724DC9A5E99EE763E23159}",
        ] {
            let guid: Guid = text.parse().unwrap();
            assert_eq!(guid.to_string(), "94D3D1C174724DC9A5E99EE763E23159");
        }
    }

    #[test]
    fn other_spellings_are_refused_pro_2() {
        for text in [
            "",
            "94D3D1C174724DC9A5E99EE763E2315",
            "94D3D1C174724DC9A5E99EE763E231590",
            "94D3D1C17472-4DC9-A5E9-9EE763E23159-",
            "{94D3D1C174724DC9A5E99EE763E23159",
            " 94D3D1C174724DC9A5E99EE763E23159",
            "94D3D1C174724DC9A5E99EE763E2315G",
            "+4D3D1C174724DC9A5E99EE763E23159",
            "９4D3D1C174724DC9A5E99EE763E231",
        ] {
            assert_eq!(text.parse::<Guid>(), Err(Code::InvalidGuid), "{text}");
        }
    }

    #[test]
    fn a_hash_goes_through_text_and_back() {
        let hash = Hash::of(b"abc");
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hash.to_string().parse::<Hash>(), Ok(hash));
        assert!("ba78".parse::<Hash>().is_err());
    }
}
