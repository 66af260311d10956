//! Examples of what came with the capability `company`.

use sbm_core::account::AccountState;
use sbm_core::account::branding::{Branding, Image, ImageFormat};
use sbm_core::id::{Hash, InstallationId};
use sbm_core::name::Text;
use sbm_core::wire::v1::admin::{
    AgentAccount, AgentAssignment, AgentDevice, Communication, CommunicationKind, CommunicationPatch, ConsoleLogin, DeviceState,
    EffectiveBranding, ListQuery, NewAgent, NewCommunication, NewImage,
};

use super::examples::{Direction, Example, example, name, now};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn branding() -> Branding {
    let image = |bytes: &[u8], format| Image { hash: Hash::of(bytes), format, size: 4_096 };
    Branding {
        name: name("Acme Backup"),
        colours: [("accent".to_owned(), "#00ff7f".parse().unwrap())].into(),
        logo: Some(image(b"logo", ImageFormat::Png)),
        icons: [("tray".to_owned(), image(b"tray", ImageFormat::Ico))].into(),
    }
}

pub fn examples() -> Vec<Example> {
    [answers(), requests()].into_iter().flatten().collect()
}

fn answers() -> Vec<Example> {
    use Direction::Answer;
    let account = || "root>Acme>pc-1".to_owned();
    let effective = EffectiveBranding { account: account(), branding: Some(branding()), origin: Some("root>Acme".to_owned()) };
    let communication = Communication {
        id: 7,
        account: "root>Acme".to_owned(),
        kind: CommunicationKind::Meeting,
        at: now(),
        planned: true,
        with: text("Ann"),
        text: text("two more machines"),
        author: name("olga"),
        made: now(),
    };
    let shortest =
        Communication { kind: CommunicationKind::Other, planned: false, with: text(""), text: text(""), ..communication.clone() };
    let console = ConsoleLogin { account: "root>Acme".to_owned(), login: "root>Acme>".to_owned() };
    let assigned = AgentAssignment { account: "root>Acme>mail".to_owned(), agent: "cloud".to_owned() };
    let served = AgentAccount { account: "root>Acme>mail".to_owned(), state: AccountState::Active };
    vec![
        example("EffectiveBranding", "effective_branding", Answer, effective),
        example(
            "EffectiveBranding",
            "effective_branding_none",
            Answer,
            EffectiveBranding { account: account(), branding: None, origin: None },
        ),
        example("Communication", "communication", Answer, communication),
        example("Communication", "communication_shortest", Answer, shortest),
        example("CommunicationKind", "communication_kind", Direction::Word, CommunicationKind::Meeting),
        example("ConsoleLogin", "console_login", Answer, console),
        example("AgentAssignment", "agent_assignment", Answer, assigned),
        example("AgentAccount", "agent_account", Answer, served),
    ]
}

fn requests() -> Vec<Example> {
    use Direction::Request;
    let new = NewCommunication {
        account: "root>Acme".parse().unwrap(),
        kind: CommunicationKind::Call,
        at: now(),
        planned: true,
        with: text("Ann"),
        text: text("two more machines"),
    };
    let patch = CommunicationPatch {
        kind: Some(CommunicationKind::Email),
        at: Some(now()),
        planned: Some(false),
        with: Some(text("Ben")),
        text: Some(text("")),
    };
    let new_agent = NewAgent { account: "root>Acme>mail".parse().unwrap(), agent: "cloud".to_owned() };
    let device = AgentDevice {
        account: "root>Acme>mail".parse().unwrap(),
        installation: InstallationId::from_bytes([7; 16]),
        computer: "cloud-1".to_owned(),
        program: "Cloud 1.0".to_owned(),
    };
    let unseen = ListQuery {
        state: Some(DeviceState::Active),
        program: Some("MiniBackup 1".to_owned()),
        seen_since: Some(now()),
        seen_before: Some(now()),
        ..ListQuery::default()
    };
    vec![
        example("ListQuery", "list_query_devices", Request, unseen),
        example("NewImage", "new_image", Request, NewImage { icon: Some("tray".to_owned()), content: vec![0, 1, 2] }),
        example("NewCommunication", "new_communication", Request, new),
        example("CommunicationPatch", "communication_patch", Request, patch),
        example("NewAgent", "new_agent", Request, new_agent),
        example("AgentDevice", "agent_device", Request, device),
    ]
}
