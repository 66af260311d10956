//! Second factors where a host program asks for a password besides its user's login (RUN-8).

use sbm_client::Administrator;
use sbm_client::core::wire::v1::admin::NewAccount;
use sbm_tests::fixture::upload;

use super::*;

#[test]
fn an_administrator_with_a_second_factor_uploads_and_changes_a_connection_by_its_code_run_8_pro_2_usr_9() {
    let world = World::new();
    let mut own = world.log_in("admin", ADMIN_PASSWORD).unwrap();
    let phone = world.enrol(&mut own, ADMIN_PASSWORD);
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path())).unwrap();
    let (at, password, proof) = (world.server.connection(), Secret::new(PASSWORD), Secret::new(ADMIN_PASSWORD));
    client.login(at, "carol", &password).unwrap();
    let profile = upload(b"revision one", 0);
    let bring =
        |code: Option<&Secret>| client.upload_profile_with_code("admin", &proof, code, &profile).map_err(|error| error.code());
    assert_eq!(client.upload_profile("admin", &proof, &profile).unwrap_err().code(), Code::DeniedSecondFactor);
    let code = world.code(&phone.key);
    assert_eq!((bring(Some(&code)), bring(Some(&code))), (Ok(1), Err(Code::SecondFactorWrong)), "each counts once");
    // The user of the new connection has one of his own.
    let mut mike = world.log_in("mike", PASSWORD).unwrap();
    let his = world.enrol(&mut mike, PASSWORD);
    let change = |code: Option<&Secret>, admin_code: Option<Secret>| {
        let administrator = Administrator { user: "admin".to_owned(), password: proof.clone(), code: admin_code };
        client.change_connection_with_code(at, "mike", &password, code, &administrator).map_err(|error| error.code())
    };
    assert_eq!(change(None, None), Err(Code::DeniedSecondFactor));
    assert_eq!(change(None, Some(world.code(&phone.key))), Err(Code::DeniedSecondFactor), "the user's is missing");
    assert_eq!(client.state().user(), Some("carol"));
    world.clock.advance(30 * SECOND);
    let [code, admin_code] = [&his.key, &phone.key].map(|key| world.code(key));
    change(Some(&code), Some(admin_code)).unwrap();
    assert_eq!(client.state().user(), Some("mike"));
}

#[test]
fn a_take_over_takes_another_code_than_the_login_that_failed_acc_11_acc_12_run_8() {
    const PC: &str = "root>pc";
    const SECRET: &str = "harbour lantern 58 dune";
    let world = World::new();
    let new: NewAccount = serde_json::from_value(json!({ "account": PC, "secret": SECRET })).unwrap();
    world.admin.add_account(&new).unwrap();
    let mut own = world.log_in(PC, SECRET).unwrap();
    let phone = world.enrol(&mut own, SECRET);
    let homes = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [old, next] = [0, 1].map(|at| Client::open(config(homes[at].path())).unwrap());
    let (at, secret) = (world.server.connection(), Secret::new(SECRET));
    old.login_with_code(at, PC, &secret, &world.code(&phone.key)).unwrap();
    world.clock.advance(30 * SECOND);
    let code = world.code(&phone.key);
    assert_eq!(next.login_with_code(at, PC, &secret, &code).unwrap_err().code(), Code::OtherMachine);
    let take = |code: Option<&Secret>| next.take_over(at, PC, &secret, code).map_err(|error| error.code());
    assert_eq!((take(None), take(Some(&code))), (Err(Code::DeniedSecondFactor), Err(Code::SecondFactorWrong)));
    assert_eq!(old.sync().unwrap().why, None, "the password alone takes nothing over");
    world.clock.advance(30 * SECOND);
    take(Some(&world.code(&phone.key))).unwrap();
    assert_eq!((old.sync().unwrap().why, next.sync().unwrap().why), (Some(Code::OtherMachine), None));
}
