//! Devices, by id and by what an installation calls itself; that is unique in its account (DEV-3).

use super::Directory;
use crate::directory::rows::Device;
use crate::id::{AccountId, DeviceId, InstallationId};

impl Directory {
    pub(super) fn put_device(&mut self, row: Device) {
        let key = (row.account, row.installation);
        if self.installations.get(&key) != Some(row.id.0) {
            self.forget_device(row.id);
            self.installations.put(key, row.id.0);
        }
        self.next.device = self.next.device.max(row.id.0.saturating_add(1));
        self.columns.put_device(row.id, Some(row.user));
        self.devices.put(row.id.index(), Some(row));
    }

    pub(super) fn drop_device(&mut self, id: DeviceId) {
        self.forget_device(id);
        self.columns.put_device(id, None);
        self.devices.put(id.index(), None);
    }

    fn forget_device(&mut self, id: DeviceId) {
        if let Some(key) = self.device(id).map(|old| (old.account, old.installation)) {
            self.installations.remove(&key, id.0);
        }
    }

    /// The device of that id.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(id.index())
    }

    /// The device of that installation in an account.
    #[must_use]
    pub fn device_of(&self, account: AccountId, installation: &InstallationId) -> Option<&Device> {
        self.device(self.device_id(account, installation)?)
    }

    /// The id of the device of that installation in an account.
    #[must_use]
    #[inline]
    pub fn device_id(&self, account: AccountId, installation: &InstallationId) -> Option<DeviceId> {
        self.installations.get(&(account, *installation)).map(DeviceId)
    }

    /// All devices.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter()
    }
}
