//! The schemas of the wire's types, as they are sent and as they are answered.
//!
//! A request may be spelt in more ways than an answer is, and has defaults for what is missing. Where that makes a
//! difference a type has two schemas, and the one for requests is called `Sent…`.

use std::collections::{BTreeMap, BTreeSet};

use sbm_client::core::permission::Explanation;
use sbm_client::core::wire::v1::{Problem, Status, admin, device, factor, session};
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

const PLACE: &str = "#/components/schemas/";

/// All schemas, by name.
#[derive(Debug)]
pub struct Schemas {
    answered: BTreeMap<String, Value>,
    sent: BTreeMap<String, Value>,
    /// The types whose schema for requests has a name of its own.
    apart: BTreeSet<String>,
}

/// A reference to a schema.
#[must_use]
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{PLACE}{name}") })
}

impl Default for Schemas {
    fn default() -> Self {
        Self::new()
    }
}

impl Schemas {
    /// Makes them.
    #[must_use]
    pub fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
        let (mut answers, mut requests) =
            (settings.clone().for_serialize().into_generator(), settings.for_deserialize().into_generator());
        take_answers(&mut answers);
        take_requests(&mut requests);
        let all = |generator: &mut SchemaGenerator| -> BTreeMap<String, Value> {
            generator.take_definitions(true).into_iter().collect()
        };
        let (answered, sent) = (all(&mut answers), all(&mut requests));
        let apart = apart(&answered, &sent);
        let sent = sent.into_iter().map(|(name, schema)| (name, renamed(schema, &apart))).collect();
        Self { answered, sent, apart }
    }

    /// The name of the schema of a request.
    #[must_use]
    pub fn sent(&self, name: &str) -> String {
        assert!(self.sent.contains_key(name), "no schema of the request `{name}`");
        if self.apart.contains(name) { format!("Sent{name}") } else { name.to_owned() }
    }

    /// Whether there is a schema of that answer.
    #[must_use]
    pub fn is_answered(&self, name: &str) -> bool {
        self.answered.contains_key(name)
    }

    /// Whether there is a schema of that request.
    #[must_use]
    pub fn is_sent(&self, name: &str) -> bool {
        self.sent.contains_key(name)
    }

    /// The properties of a request.
    #[must_use]
    pub fn properties(&self, name: &str) -> Map<String, Value> {
        self.sent[name]["properties"].as_object().unwrap().clone()
    }

    /// All of them, by the names that references have.
    #[must_use]
    pub fn components(&self) -> Map<String, Value> {
        let sent = self.sent.iter().map(|(name, schema)| (self.sent(name), schema.clone()));
        let answered = self.answered.iter().map(|(name, schema)| (name.clone(), schema.clone()));
        sent.chain(answered).collect()
    }
}

/// What is not the same both ways, and what refers to it.
fn apart(answered: &BTreeMap<String, Value>, sent: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let mut apart: BTreeSet<String> = sent
        .iter()
        .filter(|(name, schema)| answered.get(*name).is_some_and(|other| other != *schema))
        .map(|(name, _)| name.clone())
        .collect();
    loop {
        let more: Vec<String> = sent
            .iter()
            .filter(|(name, schema)| {
                answered.contains_key(*name) && !apart.contains(*name) && renamed((*schema).clone(), &apart) != **schema
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return apart;
        }
        apart.extend(more);
    }
}

/// The schema with references to the schemas for requests.
fn renamed(schema: Value, apart: &BTreeSet<String>) -> Value {
    match schema {
        Value::Object(fields) => {
            let field = |(name, value): (String, Value)| match value.as_str().and_then(|text| text.strip_prefix(PLACE)) {
                Some(to) if name == "$ref" && apart.contains(to) => (name, json!(format!("{PLACE}Sent{to}"))),
                _ => (name, renamed(value, apart)),
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        Value::Array(items) => items.into_iter().map(|item| renamed(item, apart)).collect(),
        other => other,
    }
}

macro_rules! take {
    ($name:ident: $($kind:ty),* $(,)?) => {
        fn $name(generator: &mut SchemaGenerator) {
            fn one<T: JsonSchema>(generator: &mut SchemaGenerator) {
                generator.subschema_for::<T>();
            }
            $(one::<$kind>(generator);)*
        }
    };
}

take! { take_answers:
    Problem, Status, Explanation,
    session::Session, session::DeviceSession, admin::JudgedPassword, session::Audience, session::Secret,
    device::CheckInAnswer, device::RunsAnswer, device::Receipt, device::Fate, sbm_client::core::run::RunRecord,
    admin::Account, admin::ChangedLogins, admin::ChangedLogin, admin::Page<admin::Account>, admin::EffectiveSetting, admin::Page<admin::EffectiveSetting>,
    admin::User, admin::Page<admin::User>, admin::Group, admin::Page<admin::Group>,
    admin::SecurityProfile, admin::Page<admin::SecurityProfile>,
    admin::CustomRole, admin::Page<admin::CustomRole>, admin::Grant, admin::Page<admin::Grant>,
    admin::Able, admin::AbleUser, admin::Because,
    admin::Profile, admin::Page<admin::Profile>, admin::ProfileRevision, admin::Page<admin::ProfileRevision>,
    admin::Holder, admin::HolderState, admin::Page<admin::Holder>, admin::Tombstone, admin::Page<admin::Tombstone>,
    admin::Device, admin::DeviceState, admin::Page<admin::Device>, admin::SessionEntry, admin::Page<admin::SessionEntry>,
    admin::IssuedToken, admin::TokenEntry, admin::Page<admin::TokenEntry>,
    session::DeviceEnrolled, admin::MadeEnrolment, admin::Enrolment, admin::Page<admin::Enrolment>,
    admin::WaitingDevice, admin::Page<admin::WaitingDevice>,
    admin::EffectiveBranding, admin::ConsoleLogin, admin::Communication, admin::Page<admin::Communication>,
    admin::AgentAssignment, admin::Page<admin::AgentAssignment>, admin::AgentAccount, admin::Page<admin::AgentAccount>,
    admin::EraseOrder, admin::Page<admin::EraseOrder>, admin::EraseKey,
    factor::HalfSession, factor::FactorState, factor::FactorOffer, factor::FactorEnrolled, factor::RecoveryCodes,
    factor::ChannelOffer, factor::CodeSent, factor::ChannelTicket, factor::ChannelState,
    admin::Run, admin::RunRef, admin::Page<admin::Run>,
    admin::AllowEntry, admin::Page<admin::AllowEntry>, admin::AllowVerdict, admin::AllowFinding, admin::Page<admin::AllowFinding>,
    admin::AuditEntry, admin::Page<admin::AuditEntry>, admin::AuditVerdict, admin::KeyEpoch, admin::ServerSettings,
}

take! { take_requests:
    admin::PasswordToJudge,
    session::Claim, session::Login, session::DeviceLogin, session::DeviceEnrolment, session::Secret,
    factor::SecondStep, factor::DeviceSecondStep, factor::FactorBegin, factor::FactorConfirm, factor::FactorCode,
    factor::SendLoginCode, factor::SendCode, factor::ChannelBegin, factor::ChannelRemove,
    device::CheckIn, device::Proof, device::Outcome, device::Runs, device::Stored, device::Reservation,
    admin::NewAccount, admin::AccountPatch, admin::AccountsAct, admin::LifeAct,
    admin::NewImage, admin::NewCommunication, admin::CommunicationPatch, admin::NewAgent, admin::AgentDevice,
    admin::NewUser, admin::UserPatch, admin::NewGroup, admin::GroupPatch, admin::NewSecurityProfile, admin::SecurityProfilePatch,
    admin::NewRole, admin::RolePatch, admin::NewGrant, admin::WhoCan,
    admin::NewEnrolment, admin::Upload, admin::ProfilePatch, admin::RollBack, admin::Explain, admin::ExplainServer,
    admin::NewAllowEntry, admin::AllowTest, admin::ServerPatch, admin::PasswordChange, admin::Unlock, admin::NewToken,
    admin::ListQuery, admin::HistoryQuery, admin::RunQuery, admin::AuditQuery,
}
