//! Examples of what came with the capability `enrol`.

use sbm_core::enrolment::{EnrolmentKind, EnrolmentState};
use sbm_core::name::Text;
use sbm_core::wire::v1::admin::{Enrolment, MadeEnrolment, NewEnrolment, WaitingDevice};
use sbm_core::wire::v1::session::{DeviceEnrolled, DeviceEnrolment, DeviceSession, Secret};

use super::cache::{installation, root, signed_keys};
use super::examples::{Direction, Example, example, name, now, text};

pub fn examples() -> Vec<Example> {
    use Direction::{Answer, Request};
    let (token, keys) = (Secret::new("token"), signed_keys());
    let session = DeviceSession { token, user: name("carol"), root: root().verifying_key(), keys };
    let code = NewEnrolment {
        kind: EnrolmentKind::Code,
        user: "carol".to_owned(),
        account: None,
        uses: None,
        valid_for: None,
        approval: false,
        comment: Text::default(),
    };
    let passphrase = NewEnrolment {
        kind: EnrolmentKind::Passphrase,
        account: Some("root>Acme".parse().unwrap()),
        uses: Some(250),
        valid_for: Some(604_800),
        approval: true,
        comment: text(),
        ..code.clone()
    };
    let enrolment = Enrolment {
        id: 7,
        kind: EnrolmentKind::Passphrase,
        state: EnrolmentState::Usable,
        account: "root>Acme".to_owned(),
        user: name("carol"),
        uses: 3,
        most: 250,
        approval: true,
        comment: text(),
        made_by: name("admin"),
        made: now(),
        expires: now(),
    };
    let asked = DeviceEnrolment {
        code: Secret::new("ABCD-EFGH-2345-ABCD-EFGH-2345"),
        installation: installation(),
        computer: "PC-1".to_owned(),
        program: "MiniBackup 1.0".to_owned(),
    };
    let waiting = WaitingDevice {
        installation: installation(),
        computer: "PC-1".to_owned(),
        program: "MiniBackup 1.0".to_owned(),
        address: "192.0.2.7".to_owned(),
        account: "root>Acme".to_owned(),
        user: name("carol"),
        enrolment: 7,
        asked: now(),
    };
    let enrolled = DeviceEnrolled { waiting: false, login: Some("root>Acme>carol".to_owned()), session: Some(session) };
    let waits = DeviceEnrolled { waiting: true, login: None, session: None };
    let code_itself = Secret::new("ABCD-EFGH-2345-ABCD-EFGH-2345");
    vec![
        example("NewEnrolment", "new_enrolment", Request, code),
        example("NewEnrolment", "new_enrolment_passphrase", Request, passphrase),
        example("Enrolment", "enrolment", Answer, enrolment.clone()),
        example("MadeEnrolment", "made_enrolment", Answer, MadeEnrolment { code: code_itself, enrolment }),
        example("WaitingDevice", "waiting_device", Answer, waiting),
        example("DeviceEnrolment", "device_enrolment", Request, asked),
        example("DeviceEnrolled", "device_enrolled", Answer, enrolled),
        example("DeviceEnrolled", "device_enrolled_waiting", Answer, waits),
    ]
}
