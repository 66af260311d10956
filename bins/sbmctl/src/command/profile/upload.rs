//! `sbmctl profile upload` (PRO-2 to PRO-4).
//!
//! A new revision names the one it was made from. It is never guessed: whoever did not look at what is there would
//! overwrite what somebody else changed meanwhile.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::id::Guid;
use sbm_client::core::name::{Name, Text};
use sbm_client::core::wire::MAX_BODY;
use sbm_client::core::wire::v1::admin;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::text::bytes;
use crate::parse;

#[derive(Args, Debug)]
#[command(after_help = "\
A new profile gets a GUID, becomes revision 1 and is in no group: assign it next. To upload the
next revision of one that is there, name its GUID and the revision it was made from:
  sbmctl profile show NAME
  sbmctl profile upload FILE --guid GUID --based-on REVISION --name NAME --description TEXT")]
pub(crate) struct Upload {
    /// File with the profile, as the backup program exports it
    file: PathBuf,
    /// Name of the profile
    #[arg(short, long, value_parser = parse::name)]
    name: Name,
    /// What it is for, or what changed
    #[arg(short, long, value_name = "TEXT", value_parser = parse::description)]
    description: Text,
    /// GUID of the profile [default: a new one]
    #[arg(long, value_parser = parse::guid)]
    guid: Option<Guid>,
    /// File with the schedule; clients take it over only once that is switched on
    #[arg(long, value_name = "FILE")]
    schedule: Option<PathBuf>,
    /// Version of the profile by your own counting
    #[arg(long, value_name = "NUMBER", default_value_t = 0, allow_negative_numbers = true)]
    version: i64,
    /// Revision on the server that this one was made from; 0 for a new profile
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    based_on: u64,
}

pub(super) fn run(command: Upload, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    if command.description.is_empty() {
        return Err(Failure::usage("the description is empty; say what the profile is for, or what changed"));
    }
    let guid = match command.guid {
        Some(guid) => guid,
        None => new_guid()?,
    };
    let upload = admin::Upload {
        guid,
        name: command.name,
        description: command.description,
        version: command.version,
        body: read(&command.file)?,
        schedule: command.schedule.as_deref().map(read).transpose()?,
        based_on: command.based_on,
    };
    let profile = admin.upload_profile(&upload).map_err(|error| explained(error.into(), &guid))?;
    context.out.changed(&profile, &sentence(&profile, upload.based_on))?;
    if profile.groups.is_empty() {
        context.out.note(&format!(
            "It is in no group, so nobody gets it yet; `sbmctl profile assign {} --group NAME` changes that.",
            profile.guid
        ))?;
    }
    Ok(())
}

/// Identical content makes no revision (PRO-4), and nobody should believe that it did.
fn sentence(profile: &admin::Profile, based_on: u64) -> String {
    let (name, revision, guid) = (&profile.name, profile.revision, profile.guid);
    if revision == based_on {
        format!("nothing changed: `{name}` ({guid}) stays at revision {revision}, the content is the same")
    } else {
        format!("uploaded `{name}` as revision {revision} of {guid}")
    }
}

/// What a conflict means here, and how to go on (PRO-4).
fn explained(failure: Failure, guid: &Guid) -> Failure {
    let show = format!(
        "look at the current revision with `sbmctl profile show {guid}`, take over what changed, then upload with `--based-on` and its number"
    );
    failure
        .hint_for(Code::Stale, &show)
        .hint_for(Code::NothingToChange, "the server has exactly this content already; identical content makes no revision")
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let limit = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
    File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut body))
        .map_err(|error| Failure::file(format!("`{}` cannot be read: {error}", path.display())))?;
    if body.len() > MAX_BODY {
        return Err(Failure::new(
            Code::TooLarge,
            format!("`{}` has more than {}, the most that the server takes", path.display(), bytes(limit)),
        ));
    }
    Ok(body)
}

/// A random GUID (version 4).
fn new_guid() -> Result<Guid, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::new(Code::Internal, format!("no GUID can be made: {error}")))?;
    Ok(version_4(bytes))
}

fn version_4(bytes: [u8; 16]) -> Guid {
    let bits = u128::from_be_bytes(bytes);
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    Guid::from_bytes(bits.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_guid_is_a_random_one_of_version_4_pro_2() {
        assert_eq!(version_4([0xff; 16]).to_string(), "FFFFFFFFFFFF4FFFBFFFFFFFFFFFFFFF");
        assert_eq!(version_4([0; 16]).to_string(), "00000000000040008000000000000000");
        assert_ne!(new_guid().unwrap(), new_guid().unwrap());
    }

    #[test]
    fn a_file_is_read_whole_or_refused_err_1() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("profile");
        for (size, code) in [(0, None), (MAX_BODY, None), (MAX_BODY + 1, Some(Code::TooLarge))] {
            std::fs::write(&file, vec![7; size]).unwrap();
            let read = read(&file);
            assert_eq!(read.as_ref().map(Vec::len).ok(), code.is_none().then_some(size));
            assert_eq!(read.err().map(|failure| failure.code()), code);
        }
        assert_eq!(read(&directory.path().join("missing")).unwrap_err().code(), Code::ConfigUnreadable);
    }

    #[test]
    fn identical_content_is_not_called_a_new_revision_pro_4() {
        let profile: admin::Profile = serde_json::from_value(serde_json::json!({
            "guid": "A".repeat(32), "name": "Finance", "description": "d", "version": 3, "revision": 2, "body": "0".repeat(64), "size": 5,
            "has_schedule": false, "import_schedule": false, "delete": false, "groups": [], "uploaded_by": "admin", "uploaded_at": 0,
        }))
        .unwrap();
        assert!(sentence(&profile, 1).starts_with("uploaded `Finance` as revision 2"));
        assert!(sentence(&profile, 2).starts_with("nothing changed: `Finance`"));
    }

    #[test]
    fn a_conflict_says_how_to_go_on_pro_4() {
        let guid = version_4([1; 16]);
        let told = format!("{:?}", explained(Failure::new(Code::Stale, "x"), &guid));
        assert!(told.contains("--based-on") && told.contains(&guid.to_string()), "{told}");
    }
}
