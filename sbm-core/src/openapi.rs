//! Schemas of the values that write themselves: names, ids, moments and sets (DOOR-1).
//!
//! All other types of the wire derive theirs from what serde is told. Together they are the schemas in the server's
//! `openapi.json`; the feature `openapi` brings them, which the tests alone have on, so that no program carries them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::account::AccountPath;
use crate::account::branding::Colour;
use crate::cache::signed::KeyId;
use crate::cache::{Mark, VerifyingKey};
use crate::id::{AccountId, AllowId, Guid, Hash, InstallationId, OrderId, RunId};
use crate::name::{Name, Text};
use crate::permission::{Ceiling, Right, RightSet, Role, RoleSet, Task};
use crate::time::Timestamp;
use crate::wire::v1::session::Secret;

/// Bytes as they travel in JSON.
#[derive(Debug)]
pub struct Base64;

/// A schema that is the same in both directions, or that says more of what is answered than of what is read.
macro_rules! schemas {
    ($($kind:ty, $name:literal, $both:tt $(, answered: $answered:tt)?;)*) => { $(
        impl JsonSchema for $kind {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                $(if generator.contract().is_serialize() {
                    return json_schema!($answered);
                })?
                let _ = generator;
                json_schema!($both)
            }
        }
    )* };
}

schemas! {
    Name, "Name", {
        "type": "string", "minLength": 1, "maxLength": 64,
        "description": "A name that people give: at most 128 bytes of UTF-8, no control characters, no `>`, no blank at its ends. Compared without regard to case."
    };
    Text, "Text", {
        "type": "string", "maxLength": 500,
        "description": "What somebody said of something: no control characters but line feed and tab."
    };
    Secret, "Secret", { "type": "string", "format": "password", "description": "A password, a setup code or a token. It is never shown again." };
    Timestamp, "Timestamp", { "type": "integer", "format": "int64", "description": "A moment: milliseconds since 1970-01-01T00:00:00Z." };
    Guid, "Guid", {
        "type": "string", "description": "The GUID of a managed profile: 32 hexadecimal digits, with or without dashes and braces."
    }, answered: { "type": "string", "pattern": "^[0-9A-F]{32}$", "description": "The GUID of a managed profile." };
    RunId, "RunId", { "type": "string", "description": "The id of a run, which its client made (UUIDv7): 32 hexadecimal digits." },
        answered: { "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "The id of a run, which its client made (UUIDv7)." };
    InstallationId, "InstallationId", {
        "type": "string", "description": "What an installation of a backup program calls itself: 32 hexadecimal digits."
    }, answered: { "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "What an installation of a backup program calls itself." };
    OrderId, "OrderId", { "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "By which an erase order is known again." };
    Hash, "Hash", { "type": "string", "pattern": "^[0-9a-fA-F]{64}$", "description": "A SHA-256." },
        answered: { "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "A SHA-256." };
    Mark, "Mark", { "type": "string", "pattern": "^[0-9a-f]{16}$", "description": "What tells two revisions of the same number apart." };
    KeyId, "KeyId", { "type": "string", "description": "A key's short name: the first eight bytes of the SHA-256 of its public half." };
    VerifyingKey, "VerifyingKey", { "type": "string", "contentEncoding": "base64", "description": "The 32 bytes of an Ed25519 public key." };
    Base64, "Base64", { "type": "string", "contentEncoding": "base64" };
    AccountPath, "AccountPath", {
        "type": "string", "minLength": 1,
        "description": "The full name of an account: 1 to 32 names joined by `>`, from a root account down."
    };
    Colour, "Colour", { "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" };
    AccountId, "AccountId", { "type": "integer", "format": "uint32", "minimum": 0 };
    AllowId, "AllowId", { "type": "integer", "format": "uint32", "minimum": 0 };
}

impl JsonSchema for RightSet {
    fn schema_name() -> Cow<'static, str> {
        "Rights".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Right::ALL.into_iter().map(Right::name).collect();
        json_schema!({
            "type": "array", "items": { "type": "string", "enum": names }, "uniqueItems": true,
            "description": "Rights in the backup program. `all_access` implies every other one, future ones too.",
        })
    }
}

impl JsonSchema for Ceiling {
    fn schema_name() -> Cow<'static, str> {
        "Ceiling".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let how = || (json_schema!({ "type": "string", "enum": ["read", "write"] })).to_value();
        let tasks: serde_json::Map<_, _> = Task::ALL.into_iter().map(|task| (String::from(task.name()), how())).collect();
        let description = "How far a token goes at most, task by task; nowhere in those that are not named.";
        // Tasks are added; whoever reads an answer passes over those that he does not know.
        if generator.contract().is_serialize() {
            return json_schema!({ "type": "object", "properties": tasks, "description": description });
        }
        json_schema!({ "type": "object", "properties": tasks, "additionalProperties": false, "description": description })
    }
}

impl JsonSchema for RoleSet {
    fn schema_name() -> Cow<'static, str> {
        "Roles".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
        json_schema!({
            "type": "array", "items": { "type": "string", "enum": names }, "uniqueItems": true,
            "description": "What a user may do on the server.",
        })
    }
}
