//! Security profiles (USR-3): `AllAccess` is built in, and one that is in use stays.

use alloc::format;
use alloc::string::String;
use alloc::vec;

use super::detail::{Detail, about_security_profile};
use super::{Act, Outcome, Refusal, name_taken, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rows::SecurityProfile;
use crate::id::SecurityProfileId;
use crate::permission::RightSet;
use crate::wire::v1::admin::{NewSecurityProfile, SecurityProfilePatch};

impl Act<'_> {
    pub(super) fn create_security_profile(&self, new: &NewSecurityProfile) -> Outcome {
        if let Some(other) = self.facts.security_profile_named(self.root, new.name.as_str()) {
            return Err(name_taken("security profile", &other.name));
        }
        let profile = SecurityProfile {
            id: SecurityProfileId(self.facts.next().security_profile),
            account: self.root,
            name: new.name.clone(),
            description: new.description.clone(),
            rights: new.rights,
            built_in: false,
            stamp: 0,
        };
        let mut detail = Detail::default();
        detail.rights(RightSet::NONE, new.rights);
        Ok((vec![Change::SecurityProfile(profile)], detail.text_or_empty()))
    }

    pub(super) fn modify_security_profile(&self, name: &str, patch: &SecurityProfilePatch) -> Outcome {
        let old = self.changeable_security_profile(name)?;
        let mut profile = old.clone();
        if let Some(name) = &patch.name {
            if let Some(other) = self.facts.security_profile_named(self.root, name.as_str()).filter(|other| other.id != old.id) {
                return Err(name_taken("security profile", &other.name));
            }
            profile.name = name.clone();
        }
        if let Some(description) = &patch.description {
            profile.description = description.clone();
        }
        if let Some(rights) = patch.rights {
            profile.rights = rights;
        }
        let detail = about_security_profile(old, &profile).text();
        let changes = if profile == *old { vec![] } else { vec![Change::SecurityProfile(profile)] };
        Ok((changes, detail))
    }

    pub(super) fn delete_security_profile(&self, name: &str) -> Outcome {
        let profile = self.changeable_security_profile(name)?;
        let users = self.facts.users().filter(|user| user.security_profile == Some(profile.id)).count();
        if users > 0 {
            return Err(Refusal::new(
                Code::InUse,
                if users == 1 {
                    format!("1 user has the security profile `{}`; give that user another one first", profile.name)
                } else {
                    format!("{users} users have the security profile `{}`; give them another one first", profile.name)
                },
            ));
        }
        Ok((vec![Change::DropSecurityProfile(profile.id)], String::new()))
    }

    fn changeable_security_profile(&self, name: &str) -> Result<&SecurityProfile, Refusal> {
        let profile = self.facts.security_profile_named(self.root, name).ok_or_else(|| not_found("security profile", name))?;
        if profile.built_in {
            return Err(Refusal::new(
                Code::BuiltIn,
                format!("the security profile `{}` is built in and cannot be changed or removed", profile.name),
            ));
        }
        Ok(profile)
    }
}
