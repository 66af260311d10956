//! What the policies above a device come to, in the room that its list has for them (ACC-9).
//!
//! More than fits a list beside the profiles would cost the device all that it may do. So what does not fit is left out, and
//! nobody below pushes out what was set above: forced settings stay first, those of the highest account before all others;
//! of the rest the nearest.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::facts::Directory;
use super::rows::{Device, User};
use crate::account::policy::{Effective, Mode, all_effective};
use crate::cache::{List, ListSetting};
use crate::id::AccountId;

/// How many bytes of a list settings may take.
const MOST: usize = List::MAX_BYTES / 4;

impl Directory {
    /// What each setting comes to for this device. Above its user's account no name is told (DEC-3).
    pub(super) fn settings_for(&self, device: &Device, user: &User) -> BTreeMap<String, ListSetting> {
        let is_above = |origin| self.chain(user.account).skip(1).any(|account| account.id == origin);
        let setting = |(name, found): (&str, Effective<'_>)| {
            let origin = (!is_above(found.origin)).then(|| self.account_name(found.origin));
            (name.to_string(), ListSetting { mode: found.mode, value: found.value.map(str::to_owned), origin })
        };
        let way_up = self.chain(device.account).map(|account| (account.id, &account.policy));
        let far = |id: AccountId| self.chain(device.account).take_while(|account| account.id != id).count();
        let settings = all_effective(way_up).into_iter();
        fitting(settings.map(|found| (far(found.1.origin), found.1.mode, setting(found))).collect(), MOST)
    }
}

/// Those of the settings that fit, each with how far up it comes from.
fn fitting(mut settings: Vec<(usize, Mode, (String, ListSetting))>, most: usize) -> BTreeMap<String, ListSetting> {
    if settings.iter().map(|(.., setting)| size(setting)).sum::<usize>() > most {
        settings.sort_by_key(|(far, mode, _)| if *mode == Mode::Forced { (false, usize::MAX - far) } else { (true, *far) });
    }
    let mut taken = 0;
    let settings = settings.into_iter().map(|(.., setting)| setting);
    settings
        .take_while(|setting| {
            taken += size(setting);
            taken <= most
        })
        .collect()
}

/// Bytes of it in a list, at most: a character that JSON escapes takes two here, since names and values have no others.
fn size((name, setting): &(String, ListSetting)) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    64 + name.len() + 2 * (text(&setting.value) + text(&setting.origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, far: usize, mode: Mode, value: usize) -> (usize, Mode, (String, ListSetting)) {
        let value = (mode != Mode::Local).then(|| "\"".repeat(value));
        (far, mode, (name.to_string(), ListSetting { mode, value, origin: Some("a\"b>c".to_string()) }))
    }

    #[test]
    fn nobody_below_pushes_out_what_was_set_above_acc_9() {
        let all = [
            named("a", 0, Mode::Forced, 100),
            named("b", 0, Mode::Default, 100),
            named("c", 2, Mode::Forced, 100),
            named("d", 1, Mode::Local, 0),
            named("e", 2, Mode::Default, 100),
            named("f", 1, Mode::Forced, 100),
        ];
        let order = ["c", "f", "a", "b", "d", "e"];
        let sizes = order.map(|name| size(&all.iter().find(|(.., (of, _))| of == name).unwrap().2));
        for kept in 0..=order.len() {
            let most = sizes.iter().take(kept).sum();
            let mut expected: Vec<&str> = order.iter().take(kept).copied().collect();
            expected.sort_unstable();
            for room in [most, most + 1] {
                let found = fitting(all.to_vec(), room);
                assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{room}");
                assert!(serde_json::to_vec(&found).unwrap().len() <= room + 2);
            }
        }
    }
}
