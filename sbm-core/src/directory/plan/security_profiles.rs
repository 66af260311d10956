//! Security profiles (USR-3): `AllAccess` is built in, and one that is in use stays.

use alloc::format;
use alloc::string::String;
use alloc::vec;

use super::detail::{Detail, about_security_profile};
use super::{Act, Outcome, Refusal, not_found};
use crate::code::Code;
use crate::directory::change::Change;
use crate::directory::rows::SecurityProfile;
use crate::id::SecurityProfileId;
use crate::name::Name;
use crate::permission::{RightSet, Task};
use crate::wire::v1::admin::{NewSecurityProfile, SecurityProfilePatch};

impl Act<'_> {
    pub(super) fn create_security_profile(&self, new: &NewSecurityProfile) -> Outcome {
        let account = self.place_at(new.account.as_ref(), Task::Users)?;
        self.check_security_profile_is(&new.name, None)?;
        let profile = SecurityProfile {
            id: SecurityProfileId(self.facts.next().security_profile),
            account,
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
            self.check_security_profile_is(name, Some(old.id))?;
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
        let holders = self.facts.users().filter(|user| user.security_profile == Some(profile.id));
        let (mut seen, mut unseen) = (0, 0);
        holders.for_each(|user| *if self.sees.contains(user.account) { &mut seen } else { &mut unseen } += 1);
        let name = &profile.name;
        let message = match (seen, unseen) {
            (0, 0) => return Ok((vec![Change::DropSecurityProfile(profile.id)], String::new())),
            // Who it was given to from above is told without a name or a figure (DEC-3).
            (0, _) => format!(
                "the security profile `{name}` is in use outside of your account; ask whoever manages the accounts above yours"
            ),
            (1, _) => format!("1 user has the security profile `{name}`; give that user another one first"),
            (users, _) => format!("{users} users have the security profile `{name}`; give them another one first"),
        };
        Err(Refusal::new(Code::InUse, message))
    }

    fn check_security_profile_is(&self, name: &Name, own: Option<SecurityProfileId>) -> Result<(), Refusal> {
        let other = self.facts.security_profile_named(self.sees.root(), name.as_str());
        match other.filter(|other| Some(other.id) != own) {
            Some(other) => Err(self.taken("security profile", name, (&other.name, other.account))),
            None => Ok(()),
        }
    }

    fn changeable_security_profile(&self, name: &str) -> Result<&SecurityProfile, Refusal> {
        let profile = self.sees.security_profile(name).ok_or_else(|| not_found("security profile", name))?;
        if profile.built_in {
            return Err(Refusal::new(
                Code::BuiltIn,
                format!("the security profile `{}` is built in and cannot be changed or removed", profile.name),
            ));
        }
        Ok(profile)
    }
}
