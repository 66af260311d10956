//! Examples of what came with the capability `accounts`.

use sbm_core::account::about::{Company, Contact};
use sbm_core::account::branding::Branding;
use sbm_core::account::life::Standing;
use sbm_core::account::policy::{Mode, Setting};
use sbm_core::account::{About, AccountState, Level, Quota};
use sbm_core::name::Text;
use sbm_core::password::Strength;
use sbm_core::wire::v1::admin::{
    Account, AccountPatch, AccountsAct, ChangedLogin, ChangedLogins, EffectiveSetting, JudgedPassword, LifeAct, NewAccount,
    PasswordToJudge, RuleMark,
};
use sbm_core::wire::v1::device::{Reservation, Stored};
use sbm_core::wire::v1::session::Secret;

use super::examples::{Direction, Example, example, name, now, record};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn examples() -> Vec<Example> {
    [answers(), requests()].into_iter().flatten().collect()
}

fn about() -> About {
    About {
        service_type: text("Premium"),
        company: Company { address: text("Ring 1, Berlin"), website: text("https://acme.example"), billing: text("monthly") },
        contacts: vec![Contact { name: name("Ann"), role: text("IT"), email: text("ann@acme.example"), phone: text("+49 30 1") }],
        branding: Some(Branding {
            name: name("Acme Backup"),
            colours: [("accent".to_owned(), "#00ff7f".parse().unwrap())].into(),
            logo: None,
            icons: [].into(),
        }),
    }
}

fn secret() -> Secret {
    Secret::new("harbour lantern 58 dune")
}

fn mark() -> RuleMark {
    RuleMark { name: "cnil-2022".to_owned(), title: "CNIL".to_owned(), source: "https://www.cnil.fr".to_owned(), conforms: true }
}

fn setting(mode: Mode, value: Option<&str>) -> Setting {
    Setting { mode, value: value.map(str::to_owned) }
}

fn answers() -> Vec<Example> {
    use Direction::{Answer, Word};
    let whole = Account {
        account: "root>Acme".to_owned(),
        level: Some(Level::EndCustomer),
        state: AccountState::DeletionPending,
        deletion: Some(now()),
        quota: Quota { hard: Some(500_000_000_000), soft: Some(400_000_000_000) },
        stored: 123_000_000_000,
        reserved: 4_000_000_000,
        comment: text("call Ann"),
        about: about(),
        policy: [("start".to_owned(), setting(Mode::Forced, Some("03:00")))].into(),
        own_secret: false,
        second_factor: false,
        accounts: 3,
        users: 2,
        devices: 1,
        changed_logins: None,
    };
    let shortest = Account {
        account: "root>Acme>pc-1".to_owned(),
        level: None,
        state: AccountState::Active,
        deletion: None,
        quota: Quota::default(),
        stored: 0,
        reserved: 0,
        comment: text(""),
        about: About::default(),
        policy: [].into(),
        own_secret: false,
        second_factor: false,
        accounts: 0,
        users: 0,
        devices: 0,
        changed_logins: None,
    };
    let login = ChangedLogin { before: "root>Acme Inc>ann".to_owned(), now: "root>Acme>ann".to_owned() };
    let changed = ChangedLogins { count: 140, logins: vec![login.clone()] };
    let effective = EffectiveSetting {
        name: "start".to_owned(),
        mode: Mode::Forced,
        value: Some("03:00".to_owned()),
        origin: Some("root>Acme".to_owned()),
    };
    let above = EffectiveSetting { mode: Mode::Local, value: None, origin: None, ..effective.clone() };
    vec![
        example("Account", "account_with_secret", Answer, Account { level: None, own_secret: true, ..whole.clone() }),
        example("Account", "account_with_second_factor", Answer, Account { second_factor: true, ..whole.clone() }),
        example("ChangedLogin", "changed_login", Answer, login),
        example("ChangedLogins", "changed_logins", Answer, changed.clone()),
        example("Account", "account_renamed", Answer, Account { changed_logins: Some(changed), ..whole.clone() }),
        example("Account", "account", Answer, whole),
        example("JudgedPassword", "judged_password", Answer, JudgedPassword::of(secret().reveal())),
        example("RuleMark", "rule_mark", Answer, mark()),
        example("Strength", "strength", Word, Strength::Strong),
        example("Account", "account_shortest", Answer, shortest),
        example("EffectiveSetting", "effective_setting", Answer, effective),
        example("EffectiveSetting", "effective_setting_from_above", Answer, above),
        example("LifeAct", "life_act", Word, LifeAct::Supervise),
    ]
}

fn requests() -> Vec<Example> {
    use Direction::Request;
    let new = NewAccount {
        account: "root>Acme".parse().unwrap(),
        level: Some(Level::EndCustomer),
        secret: None,
        quota: Quota { hard: Some(500_000_000_000), soft: None },
        comment: text("call Ann"),
        about: about(),
        policy: [("keep".to_owned(), setting(Mode::Default, Some("30d"))), ("colour".to_owned(), setting(Mode::Local, None))]
            .into(),
    };
    let patch = AccountPatch {
        name: Some(name("Acme Ltd")),
        parent: Some("root>South".parse().unwrap()),
        level: Some(None),
        standing: Some(Standing::Supervisor),
        quota: Some(Quota::default()),
        comment: Some(text("")),
        about: Some(About::default()),
        policy: Some([("start".to_owned(), setting(Mode::Forced, Some("03:00")))].into()),
        second_factor: None,
    };
    let act = AccountsAct {
        accounts: vec!["root>Acme>pc-1".parse().unwrap(), "root>Acme>pc-2".parse().unwrap()],
        act: LifeAct::Delete,
    };
    vec![
        example(
            "NewAccount",
            "new_account_with_secret",
            Request,
            NewAccount { level: None, secret: Some(secret()), ..new.clone() },
        ),
        example("NewAccount", "new_account", Request, new),
        example("PasswordToJudge", "password_to_judge", Request, PasswordToJudge { password: secret() }),
        example("AccountPatch", "account_patch", Request, patch),
        example("AccountsAct", "accounts_act", Request, act),
        example("Stored", "stored", Request, Stored { number: 7, bytes: 123_000_000_000 }),
        example("Reservation", "reservation", Request, Reservation { run: record().id, bytes: 4_000_000_000 }),
    ]
}
