//! `sbmctl profile upload` (PRO-2 to PRO-4).
//!
//! A new revision names the one it was made from. It is never guessed: whoever did not look at what is there would
//! overwrite what somebody else changed meanwhile. For the same reason a name that is there already is no new profile
//! unless that is said: two of one name are told apart by nobody.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
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
    /// Account that a new profile is of, by its full name [default: your own]
    #[arg(short, long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// GUID of the profile [default: a new one]
    #[arg(long, value_parser = parse::guid)]
    guid: Option<Guid>,
    /// Make another profile even if there is one of that name
    #[arg(long, conflicts_with = "guid")]
    another: bool,
    /// File with the schedule; clients take it over only once that is switched on
    #[arg(long, value_name = "FILE")]
    schedule: Option<PathBuf>,
    /// Keep the schedule of the revision that this one was made from
    #[arg(long, conflicts_with = "schedule")]
    keep_schedule: bool,
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
    let there = admin.profiles()?;
    let guid = match command.guid {
        Some(guid) => guid,
        None if command.another => new_guid()?,
        None => taken(&there, &command.name).map_or_else(new_guid, Err)?,
    };
    let last = there.into_iter().find(|profile| profile.guid == guid);
    let before = last.as_ref().map(|profile| profile.revision);
    let schedule = match command.schedule.as_deref() {
        Some(file) => Some(read(file)?),
        None if command.keep_schedule => kept(admin, &guid, command.based_on)?,
        None => None,
    };
    let upload = admin::Upload {
        guid,
        name: command.name,
        description: command.description,
        version: command.version,
        body: read(&command.file)?,
        schedule,
        based_on: command.based_on,
        account: command.account,
    };
    let progress = context.out.transfer("uploading", Some(0));
    let uploaded = admin.upload_profile_with(&upload, &mut |done, all| progress.reach(done, all));
    progress.clear();
    let profile = uploaded.map_err(|error| explained(error.into(), &upload, before))?;
    context.out.changed(&profile, &sentence(&profile, before))?;
    if let Some(last) = last {
        for lost in lost(&last, &profile) {
            context.out.note(&lost)?;
        }
    }
    if profile.groups.is_empty() {
        context.out.note(&format!(
            "It is in no group, so nobody gets it yet; `sbmctl profile assign {} --group NAME` changes that.",
            profile.guid
        ))?;
    }
    Ok(())
}

/// The schedule of that revision; there may be none to keep. If it is not the newest one, the upload is refused all the same.
fn kept(admin: &Admin, guid: &Guid, revision: u64) -> Result<Option<Vec<u8>>, Failure> {
    if revision == 0 {
        return Err(Failure::usage("`--keep-schedule` is for the next revision of a profile that is there")
            .hint("name the revision with `--based-on`, or the schedule with `--schedule FILE`"));
    }
    let mut schedule = Vec::new();
    let limit = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
    match admin.download_schedule(guid, Some(revision), &mut schedule, &mut |_| ()) {
        Ok(size) if size > limit => Err(Failure::new(Code::TooLarge, Code::TooLarge.text())),
        Ok(_) => Ok(Some(schedule)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the revision before had and this one has not, since nobody named it.
fn lost(last: &admin::Profile, now: &admin::Profile) -> Vec<String> {
    let mut lost = Vec::new();
    if last.has_schedule && !now.has_schedule {
        let (name, before, after) = (&now.name, last.revision, now.revision);
        lost.push(format!(
            "Revision {after} of `{name}` has no schedule; revision {before} had one. `--keep-schedule` keeps it, `--schedule FILE` uploads one."
        ));
    }
    if last.version != 0 && now.version == 0 {
        lost.push(format!("Its version is 0 now; it was {}. `--version NUMBER` says another one.", last.version));
    }
    lost
}

/// Identical content makes no revision (PRO-4), and nobody should believe that it did.
fn sentence(profile: &admin::Profile, before: Option<u64>) -> String {
    let (name, revision, guid) = (&profile.name, profile.revision, profile.guid);
    if before == Some(revision) {
        format!("nothing to change: exactly this is already revision {revision} of `{name}` ({guid})")
    } else {
        format!("uploaded `{name}` as revision {revision} of {guid}")
    }
}

/// Why a new profile of this name is most likely a mistake, and what was meant instead.
fn taken(there: &[admin::Profile], name: &Name) -> Option<Failure> {
    let same: Vec<_> = there.iter().filter(|profile| profile.name.key() == name.key()).collect();
    let (sentence, next) = match same.as_slice() {
        [] => return None,
        [one] => (
            format!("there is a managed profile `{}` already", one.name),
            format!("add `--guid {} --based-on {}` to upload its next revision", one.guid, one.revision),
        ),
        several => (
            format!("there are {} managed profiles `{name}` already", several.len()),
            "name one with `--guid` and `--based-on` to upload its next revision; `sbmctl profile list` shows both numbers"
                .to_owned(),
        ),
    };
    let hint = format!("{next}, or `--another` to make one more profile of that name");
    Some(Failure::new(Code::NameTaken, sentence).hint(hint))
}

/// What a conflict means here, and how to go on (PRO-4).
fn explained(failure: Failure, upload: &admin::Upload, before: Option<u64>) -> Failure {
    let (guid, based_on) = (&upload.guid, upload.based_on);
    let show = format!("`sbmctl profile show {guid}` says who uploaded it and why; once your file has that change too");
    match before {
        _ if failure.code() != Code::Stale => failure,
        Some(revision) if revision != based_on => {
            let sentence =
                format!("the managed profile `{guid}` is at revision {revision}, and the upload was based on {based_on}");
            Failure::new(Code::Stale, sentence).hint(format!("{show}, upload it with `--based-on {revision}`"))
        }
        // Somebody was quicker by a moment.
        Some(_) => failure.hint(format!("{show}, upload it with `--based-on` and the revision that is named here")),
        None => failure.hint("leave `--based-on` out to upload it as a new profile, or correct `--guid`"),
    }
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
    fn what_a_revision_lost_without_a_word_is_told_pro_4() {
        let profile = |revision: u64, has_schedule: bool, version: i64| -> admin::Profile {
            serde_json::from_value(serde_json::json!({
                "guid": "A".repeat(32), "name": "Finance", "description": "d", "version": version, "revision": revision, "body": "0".repeat(64), "size": 5,
                "has_schedule": has_schedule, "import_schedule": false, "delete": false, "groups": [], "uploaded_by": "admin", "uploaded_at": 0,
            }))
            .unwrap()
        };
        let gone = lost(&profile(1, true, 3), &profile(2, false, 0));
        assert!(gone[0].contains("revision 1 had one") && gone[0].contains("--keep-schedule"), "{gone:?}");
        assert!(gone[1].contains("it was 3") && gone.len() == 2, "{gone:?}");
        assert!(lost(&profile(1, true, 3), &profile(2, true, 4)).is_empty());
        assert!(lost(&profile(1, false, 0), &profile(2, false, 0)).is_empty());
    }

    #[test]
    fn identical_content_is_not_called_a_new_revision_pro_4() {
        let profile: admin::Profile = serde_json::from_value(serde_json::json!({
            "guid": "A".repeat(32), "name": "Finance", "description": "d", "version": 3, "revision": 2, "body": "0".repeat(64), "size": 5,
            "has_schedule": false, "import_schedule": false, "delete": false, "groups": [], "uploaded_by": "admin", "uploaded_at": 0,
        }))
        .unwrap();
        for before in [None, Some(1)] {
            assert!(sentence(&profile, before).starts_with("uploaded `Finance` as revision 2"));
        }
        assert!(sentence(&profile, Some(2)).contains("already revision 2 of `Finance`"));
    }

    #[test]
    fn a_conflict_says_how_to_go_on_pro_4() {
        let upload = admin::Upload {
            guid: version_4([1; 16]),
            name: Name::new("Finance").unwrap(),
            description: Text::default(),
            version: 0,
            body: vec![],
            schedule: None,
            based_on: 3,
            account: None,
        };
        let told = |code, before| format!("{:?}", explained(Failure::new(code, "as the server says"), &upload, before));
        let stale = told(Code::Stale, Some(5));
        assert!(stale.contains("is at revision 5, and the upload was based on 3") && stale.contains("--based-on 5"), "{stale}");
        assert!(stale.contains(&upload.guid.to_string()) && !stale.contains("as the server says"), "{stale}");
        for (before, hint) in [(Some(3), "the revision that is named here"), (None, "leave `--based-on` out")] {
            let stale = told(Code::Stale, before);
            assert!(stale.contains("as the server says") && stale.contains(hint), "{stale}");
        }
        assert!(!told(Code::TooLarge, Some(5)).contains("--based-on"));
    }

    #[test]
    fn a_name_that_is_there_is_no_new_profile_unless_it_is_said_pro_3() {
        let profile = |guid: char, name: &str| -> admin::Profile {
            serde_json::from_value(serde_json::json!({
                "guid": guid.to_string().repeat(32), "name": name, "description": "d", "version": 3, "revision": 7, "body": "0".repeat(64), "size": 5,
                "has_schedule": false, "import_schedule": false, "delete": false, "groups": [], "uploaded_by": "admin", "uploaded_at": 0,
            }))
            .unwrap()
        };
        let there = [profile('A', "Finance"), profile('B', "Twin"), profile('C', "twin")];
        let told = |name| taken(&there, &Name::new(name).unwrap()).map(|failure| format!("{failure:?}"));
        let one = told("finance").unwrap();
        assert!(one.contains("NameTaken") && one.contains(&format!("--guid {} --based-on 7", "A".repeat(32))), "{one}");
        assert!(one.contains("--another"), "{one}");
        let several = told("TWIN").unwrap();
        assert!(several.contains("there are 2 managed profiles") && several.contains("--another"), "{several}");
        assert_eq!(told("Sales"), None);
    }
}
