//! A QR code as text: two rows in a line, drawn light on dark, as terminals are.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use sbm_client::core::code::Code;

use crate::failure::Failure;

/// The picture of an address, with its quiet zone.
pub(super) fn of(address: &str) -> Result<String, Failure> {
    let code = QrCode::with_error_correction_level(address, EcLevel::L)
        .map_err(|_| Failure::new(Code::TooLarge, "the address of the key does not fit into a QR code; type the key instead"))?;
    // The crate takes ink for dark and paper for light; on a terminal the ink is light.
    let picture = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build();
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_square_has_a_light_border_and_fits_a_terminal_run_8() {
        let address = "otpauth://totp/backup.example%3A8100:Company%3Eadmin?secret=MZXW6YTBOJTG633CMFZGM33PMJQXEZTP\
                       &issuer=backup.example%3A8100&algorithm=SHA1&digits=6&period=30";
        let picture = of(address).unwrap();
        let lines: Vec<&str> = picture.lines().collect();
        let width = lines[0].chars().count();
        assert!(width <= 79, "{width}");
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert!(lines.len() * 2 == width || lines.len() * 2 == width + 1, "{} x {width}", lines.len());
        // The last line has one row of two.
        let whole = &lines[..lines.len() - 1];
        assert!(lines[0].chars().all(|sign| sign == '█') && whole.iter().all(|line| line.starts_with("████")));
        assert!(lines.iter().all(|line| line.chars().all(|sign| " █▀▄".contains(sign))));
        assert!(of(&"x".repeat(10_000)).is_err());
    }
}
