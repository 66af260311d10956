//! `sbmctl account branding`: how host programs look (ACC-3).

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::account::branding::{Branding as Kept, Colour, Image};
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::NewImage;

use super::company::change;
use super::unknown;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::Cell;
use crate::output::text::bytes;
use crate::parse;

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("change").multiple(true),
    after_help = "\
Without a change it shows the branding that counts for the account, and the account that it comes from:
  sbmctl account branding 'root>Acme>pc-1'
  sbmctl account branding 'root>Acme' --name 'Acme Backup' --colour accent=#00ff7f --logo logo.png --icon tray=tray.ico
Images are PNG or ICO files of at most 128 KiB; SVG is not taken, since it may hold scripts."
)]
pub(crate) struct Branding {
    /// Full name of the account
    #[arg(id = "ACCOUNT", value_name = "ACCOUNT", value_parser = parse::account)]
    account: AccountPath,
    /// What the host program calls itself
    #[arg(long, value_name = "NAME", group = "change", value_parser = parse::name)]
    name: Option<Name>,
    /// Colour for a use, such as `accent=#00ff7f`
    #[arg(long, value_name = "USE=#RRGGBB", group = "change", value_parser = colour)]
    colour: Vec<(String, Colour)>,
    /// No colour of its own for that use
    #[arg(long, value_name = "USE", group = "change")]
    no_colour: Vec<String>,
    /// Logo, from a file
    #[arg(long, value_name = "FILE", group = "change")]
    logo: Option<PathBuf>,
    /// No logo
    #[arg(long, group = "change", conflicts_with = "logo")]
    no_logo: bool,
    /// Icon for a use, from a file, such as `tray=tray.ico`
    #[arg(long, value_name = "USE=FILE", group = "change", value_parser = icon)]
    icon: Vec<(String, PathBuf)>,
    /// No icon for that use
    #[arg(long, value_name = "USE", group = "change")]
    no_icon: Vec<String>,
    /// No branding of its own: the next one above counts
    #[arg(long, group = "change", conflicts_with_all = ["name", "colour", "no_colour", "logo", "no_logo", "icon", "no_icon"])]
    none: bool,
}

fn colour(text: &str) -> Result<(String, Colour), String> {
    let told = || "write it as `USE=#RRGGBB`, such as `accent=#00ff7f`".to_owned();
    let (name, colour) = text.split_once('=').ok_or_else(told)?;
    Ok((name.to_owned(), colour.parse().map_err(|()| told())?))
}

fn icon(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("write it as `USE=FILE`")?;
    Ok((name.to_owned(), file.into()))
}

pub(super) fn run(branding: Branding, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let Branding { account, name, colour, no_colour, logo, no_logo, icon, no_icon, none } = branding;
    let says = name.is_some() || !colour.is_empty() || !no_colour.is_empty() || no_logo || !no_icon.is_empty();
    if !says && !none && logo.is_none() && icon.is_empty() {
        return show(&account, admin, context);
    }
    // What is no image is told before anything is changed.
    let icons = icon.into_iter().map(|(name, file)| (Some(name), file));
    let images = logo.map(|file| (None, file)).into_iter().chain(icons);
    let images = images.map(|(icon, file)| Ok(NewImage { icon, content: read(&file)? })).collect::<Result<Vec<_>, Failure>>()?;
    let mut after = admin.account(&account).map_err(unknown)?;
    if says || none {
        after = change(&account, admin, |about| {
            let kept = about.branding.take().filter(|_| !none);
            let kept = match (kept, name) {
                (Some(kept), name) => Some(Kept { name: name.unwrap_or_else(|| kept.name.clone()), ..kept }),
                (None, Some(name)) => Some(Kept::new(name)),
                (None, None) if none => None,
                (None, None) => return Err(Failure::usage("the account has no branding of its own yet; begin with `--name`")),
            };
            about.branding = kept.map(|mut kept| {
                kept.colours.extend(colour);
                kept.colours.retain(|name, _| !no_colour.contains(name));
                kept.icons.retain(|name, _| !no_icon.contains(name));
                kept.logo = kept.logo.filter(|_| !no_logo);
                kept
            });
            Ok(())
        })?;
    }
    for image in &images {
        after = admin.put_image(&account, image).map_err(unknown)?;
    }
    context.out.changed(&after, &format!("changed the branding of `{}`", after.account))
}

fn show(account: &AccountPath, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let shown = admin.account_branding(account).map_err(unknown)?;
    let Some(branding) = &shown.branding else {
        return context.out.facts(&shown, &[("branding", Cell::from("none"))]);
    };
    let origin = shown.origin.as_deref().unwrap_or("above your account");
    let mut facts = vec![("branding", Cell::from(&branding.name)), ("from", origin.into())];
    facts.extend(branding.colours.iter().map(|(name, colour)| ("colour", format!("{name} {colour}").into())));
    facts.extend(branding.logo.iter().map(|logo| ("logo", described(logo).into())));
    facts.extend(branding.icons.iter().map(|(name, icon)| ("icon", format!("{name}, {}", described(icon)).into())));
    context.out.facts(&shown, &facts)
}

fn described(image: &Image) -> String {
    let short: String = image.hash.to_string().chars().take(12).collect();
    format!("{} of {}, sha256 {short}…", image.format.name(), bytes(image.size))
}

/// Reads an image; what is none is told here already.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let limit = u64::try_from(Image::MAX_BYTES).unwrap_or(u64::MAX);
    File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut content))
        .map_err(|error| Failure::file(format!("`{}` cannot be read: {error}", path.display())))?;
    match Image::of(&content) {
        Ok(_) => Ok(content),
        Err(fault) => Err(Failure::new(Code::InvalidArgument, format!("`{}`: {fault}", path.display()))),
    }
}
