//! Settings of policies and the branding, as a host reads them (ACC-3, ACC-9).

use sbm_core::account::Branding;
use sbm_core::account::branding::{Image, ImageFormat};
use sbm_core::account::policy::Mode;
use sbm_core::cache::ListSetting;

use super::*;

/// The smallest that is one: what an icon begins with, and an image in it.
fn icon(byte: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 1, 0, 1, 0];
    bytes.extend([byte; 24]);
    bytes
}

#[test]
fn a_setting_that_is_forced_counts_and_any_other_gives_way_to_the_host_s_own_acc_9() {
    let world = World::new();
    let told = |mode, value: Option<&str>, origin: Option<&str>| ListSetting {
        mode,
        value: value.map(str::to_owned),
        origin: origin.map(str::to_owned),
    };
    world.server.facts().settings = [
        ("forced".to_owned(), told(Mode::Forced, Some("zstd"), None)),
        ("default".to_owned(), told(Mode::Default, Some("8"), Some("acme>north"))),
        ("local".to_owned(), told(Mode::Local, None, Some("acme"))),
    ]
    .into();
    let client = world.open();
    assert_eq!(client.setting("forced", Some("own")).value.as_deref(), Some("own"), "nobody manages it yet");
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    world.server.facts().down = Some(Code::Unreachable);
    for (name, own, value, mode, origin) in [
        ("forced", Some("own"), Some("zstd"), Some(Mode::Forced), None),
        ("default", Some("own"), Some("own"), Some(Mode::Default), Some("acme>north")),
        ("default", None, Some("8"), Some(Mode::Default), Some("acme>north")),
        ("local", Some("own"), Some("own"), Some(Mode::Local), Some("acme")),
        ("unknown", None, None, None, None),
    ] {
        let setting = client.setting(name, own);
        assert_eq!((setting.value.as_deref(), setting.mode, setting.origin.as_deref()), (value, mode, origin), "{name}");
    }
    assert_eq!(client.settings(), ["default", "forced", "local"]);
    drop(client);
    assert_eq!(world.open().setting("forced", Some("own")).value.as_deref(), Some("zstd"), "and after the next start");
}

#[test]
fn a_branding_comes_with_its_images_and_one_that_cannot_be_had_holds_nothing_up_acc_3() {
    let world = World::new();
    let (logo, tray) = (icon(1), icon(2));
    let mut branding = Branding::new(Name::new("Acme Backup").unwrap());
    branding.colours.insert("accent".to_owned(), "#00ff7f".parse().unwrap());
    branding.logo = Some(Image::of(&logo).unwrap());
    branding.icons.insert("tray".to_owned(), Image::of(&tray).unwrap());
    {
        let mut facts = world.server.facts();
        facts.bodies.insert(Hash::of(&logo), logo.clone());
        facts.branding = Some(branding);
    }
    let client = world.logged_in();
    let look = client.look().unwrap().unwrap();
    assert_eq!((look.name.as_str(), look.colours["accent"].to_string().as_str()), ("Acme Backup", "#00ff7f"));
    assert_eq!(look.images.keys().collect::<Vec<_>>(), ["logo"], "the other one is not there yet");
    assert_eq!((&look.images["logo"].bytes, look.images["logo"].format), (&logo, ImageFormat::Ico));
    begin_and_end(&client);
    assert_eq!(world.server.facts().runs.len(), 1);
    world.server.facts().bodies.insert(Hash::of(&tray), tray.clone());
    client.sync().unwrap();
    assert_eq!(client.look().unwrap().unwrap().images["tray"].bytes, tray);
    let asked = world.server.facts().requests.len();
    client.sync().unwrap();
    assert_eq!(world.server.facts().requests.len(), asked + 1, "what is there is not fetched again");
    {
        let mut facts = world.server.facts();
        facts.revision += 1;
        facts.branding = None;
    }
    client.sync().unwrap();
    assert_eq!(client.look().unwrap(), None);
}

fn begin_and_end(client: &Client) {
    client.begin_run(start(Trigger::Schedule, None)).unwrap().finish(end()).unwrap();
}
