//! A second factor at the command line, with `oathtool` as the phone (RUN-8).

use std::process::Command;

use sbm_tests::server::ADMIN_PASSWORD;

use super::desk::{Desk, Ran};

/// What an authenticator shows so many seconds from now.
fn code(key: &str, later: u32) -> String {
    let now = format!("--now=now + {later} seconds");
    let output = Command::new("oathtool").args(["--totp", "--base32", &now, key]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn log_in(desk: &Desk, more: &[&str]) -> Ran {
    let address = desk.address();
    let arguments = [&["login", &address, "--yes", "--password-stdin"], more].concat();
    desk.with(&arguments, &format!("{ADMIN_PASSWORD}\n"))
}

#[test]
fn a_factor_is_enrolled_asked_for_renewed_and_removed_run_8() {
    let desk = Desk::claimed();
    assert_eq!(desk.json(&["factor", "status"])["enrolled"], false);
    // Who would be locked out is named first, oneself too.
    let asked = "ask a second factor of admin? `admin` (you) has none yet and can do nothing then but enrol one";
    desk.run(&["server", "set", "--second-factor", "admin"]).fails(2, asked).fails(2, "--yes");
    desk.run(&["account", "modify", "root", "--second-factor"]).fails(2, "of all of `root` and below? `admin` (you) has none");
    desk.run(&["server", "set", "--second-factor", "manager"]).says("asked of manager");
    desk.with(&["factor", "enrol", "--password-stdin"], "not the password\n").fails(4, "wrong");
    let offer = desk.with(&["factor", "enrol", "--password-stdin", "--json"], &format!("{ADMIN_PASSWORD}\n")).json();
    let (key, ticket) = (offer["key"].as_str().unwrap(), offer["ticket"].as_str().unwrap());
    desk.run(&["factor", "confirm", "--ticket", ticket]).fails(2, "code");
    desk.run(&["factor", "confirm", "--ticket", ticket, "--code", "abc"]).fails(4, "not one of the new key");
    desk.run(&["factor", "confirm", "--ticket", "nonsense", "--code", "123456"]).fails(4, "begin `sbmctl factor enrol` anew");
    let enrolled = desk.json(&["factor", "confirm", "--ticket", ticket, "--code", &code(key, 0)]);
    let recovery: Vec<&str> = enrolled["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(recovery.len(), 10);
    // The fresh session was kept.
    desk.run(&["factor", "status"]).says("enrolled").says("10");

    log_in(&desk, &[]).fails(2, "the code of the second factor is missing");
    log_in(&desk, &["--code", "abc"]).fails(4, "wrong or was used before");
    log_in(&desk, &["--code", recovery[0]]).says("is logged in");
    log_in(&desk, &["--code", recovery[0]]).fails(4, "wrong or was used before");
    // The next step's code counts already.
    log_in(&desk, &["--code", &code(key, 30)]).says("is logged in");
    desk.run(&["server", "set", "--second-factor", "admin"]).says("asked of admin");
    desk.run(&["server", "show"]).says("asked of admin");
    let renewed = desk.json(&["factor", "recovery", "--code", recovery[1]]);
    let fresh = renewed["recovery_codes"][0].as_str().unwrap();
    desk.run(&["factor", "remove", "--code", recovery[2]]).fails(4, "wrong or was used before");
    desk.run(&["factor", "remove", "--code", fresh]).says("removed");
    desk.run(&["user", "list"]).fails(4, "sbmctl factor enrol");
    desk.run(&["server", "set", "--second-factor", "nobody"]).fails(4, "second factor");
}

#[test]
fn without_json_an_enrolment_shows_a_picture_and_the_key_run_8() {
    let desk = Desk::claimed();
    let shown = desk.with(&["factor", "enrol", "--password-stdin"], &format!("{ADMIN_PASSWORD}\n"));
    shown.says("█").says("key     ").says("otpauth://totp/").says("ticket  ");
    assert!(shown.out.lines().filter(|line| line.contains('█')).all(|line| line.chars().count() <= 79), "{}", shown.out);
    desk.run(&["user", "reset-factor", "admin"]).fails(1, "no second factor");
}
