//! The lines of an import, done one by one.

use std::thread;
use std::time::Duration;

use sbm_client::Error;
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::account::life::Standing;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::{AccountPatch, GroupPatch, NewAccount, NewAllowEntry, NewGroup, NewUser, UserPatch};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::passwords::Passwords;
use super::there::{Made, There};
use crate::exchange::difference::{Change, Difference, Judged, Verdict};
use crate::exchange::kind::Kind;
use crate::exchange::{Fields, Row};
use crate::failure::Failure;
use crate::output::Output;
use crate::output::text::count;
use crate::prompt::generated;

/// So many refusals, and nothing done before them: this is not about the lines.
const HOPELESS: usize = 25;
/// How long a server that has too much to do is left alone, before each of the next tries.
const WAITS: [Duration; 4] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5)];
/// How often what was refused is tried again, behind what it may have waited for.
const MOST_TIMES: usize = 4;

pub(super) struct Acts<'a> {
    admin: &'a Admin,
    kind: Kind,
    there: &'a There,
    passwords: Option<Passwords>,
    made: Made,
}

/// How an act ended that was answered: done, or refused with this sentence.
type Answered = Result<(), String>;

impl<'a> Acts<'a> {
    pub(super) fn new(admin: &'a Admin, kind: Kind, there: &'a There, passwords: Option<Passwords>) -> Self {
        Self { admin, kind, there, passwords, made: Made::default() }
    }

    /// Does all of them. What the server refuses is refused in the difference afterwards, and so is what was not come to.
    pub(super) fn all(mut self, found: &mut Difference, out: &Output) -> Result<(), Failure> {
        let mut waiting = self.order(found);
        let progress = out.counted(&format!("importing {}", self.kind.list()), waiting.len());
        let (mut done, mut refused, mut stopped) = (0, Vec::new(), None);
        for _ in 0..MOST_TIMES {
            let before = done;
            refused = Vec::new();
            let mut rest = waiting.into_iter();
            for place in rest.by_ref() {
                let Some(line) = found.lines.get(place) else { continue };
                match self.act(line) {
                    Ok(Ok(())) => {
                        done += 1;
                        progress.add(1);
                    }
                    Ok(Err(told)) => refused.push((place, told)),
                    Err(failure) => {
                        refused.push((place, format!("it is not known whether it was done: {}", failure.sentence())));
                        stopped = Some(failure);
                    }
                }
                if done == 0 && refused.len() >= HOPELESS && stopped.is_none() {
                    let told = format!("the first {HOPELESS} lines were refused, so no other was tried");
                    stopped = Some(Failure::new(Code::DeniedRole, told).hint("the lines say why they were refused"));
                }
                if stopped.is_some() {
                    break;
                }
            }
            refused.extend(rest.map(|place| (place, "it was not come to".to_owned())));
            if stopped.is_some() || refused.is_empty() || done == before {
                break;
            }
            waiting = refused.iter().map(|(place, _)| *place).collect::<Vec<_>>();
        }
        progress.clear();
        for (place, told) in refused {
            if let Some(line) = found.lines.get_mut(place) {
                line.verdict = Verdict::Refused(told);
            }
        }
        let passwords = self.passwords.take();
        let kept = passwords.as_ref().map(|passwords| passwords.path().display().to_string());
        passwords.map_or(Ok(()), Passwords::end)?;
        stopped.map_or(Ok(()), |failure| Err(midway(failure, done, kept.as_deref())))
    }

    /// The places of the lines that have something to do; accounts from the top down.
    fn order(&self, found: &Difference) -> Vec<usize> {
        let is_act = |line: &Judged| matches!(line.verdict, Verdict::Add | Verdict::Change(_));
        let mut places: Vec<usize> = (0..found.lines.len()).filter(|place| found.lines.get(*place).is_some_and(is_act)).collect();
        if self.kind == Kind::Accounts {
            let depth = |place: &usize| found.lines.get(*place).map_or(0, |line| line.name.matches('>').count());
            places.sort_by_key(depth);
        }
        places
    }

    fn act(&mut self, line: &Judged) -> Result<Answered, Failure> {
        match &line.verdict {
            Verdict::Add => match self.kind {
                Kind::Users => self.add_user(line),
                Kind::Groups => {
                    let new: NewGroup = read(object(&line.said))?;
                    answered(patiently(|| self.admin.add_group(&new)))
                }
                Kind::Accounts => self.add_account(line),
                Kind::Allowlist => {
                    let new: NewAllowEntry = read(object(&line.said))?;
                    answered(patiently(|| self.admin.add_allow(&new)))
                }
            },
            Verdict::Change(changes) => self.change(line, changes),
            Verdict::Same | Verdict::Refused(_) => Ok(Ok(())),
        }
    }

    fn add_user(&mut self, line: &Judged) -> Result<Answered, Failure> {
        let mut fields = object(&line.said);
        let disabled = fields.remove("disabled") == Some(json!(true));
        fields.insert("password".to_owned(), json!(""));
        let mut new: NewUser = read(fields)?;
        new.password = generated()?;
        new.new_groups = self.to_make(&new.groups);
        new.groups.retain(|group| !new.new_groups.contains(group));
        let passwords = self.passwords.as_mut().ok_or_else(|| Failure::usage("no file for the passwords was named"))?;
        passwords.add(&new.name, &new.password)?;
        if let Err(error) = patiently(|| self.admin.add_user(&new)) {
            let is_refused = is_refusal(error.code());
            if is_refused {
                passwords.take_back()?;
            }
            return answered::<()>(Err(error));
        }
        self.made.add(&new.new_groups);
        if !disabled {
            return Ok(Ok(()));
        }
        let patch = UserPatch { disabled: Some(true), ..UserPatch::default() };
        Ok(answered(patiently(|| self.admin.modify_user(&new.name, &patch)))?
            .map_err(|told| format!("added, but not disabled: {told}")))
    }

    fn add_account(&self, line: &Judged) -> Result<Answered, Failure> {
        let mut fields = object(&line.said);
        // What a new account is not told at once, it is told behind that.
        let standing = fields.remove("state").and_then(|state| serde_json::from_value::<Standing>(state).ok());
        let standing = standing.filter(|standing| *standing != Standing::Active);
        let second_factor = (fields.remove("second_factor") == Some(json!(true))).then_some(true);
        let (hard, soft) = (fields.remove("quota"), fields.remove("warning"));
        fields.insert("quota".to_owned(), json!({"hard": hard, "soft": soft}));
        let new: NewAccount = read(fields)?;
        if let Err(told) = answered(patiently(|| self.admin.add_account(&new)))? {
            return Ok(Err(told));
        }
        let patch = AccountPatch { standing, second_factor, ..AccountPatch::default() };
        if patch == AccountPatch::default() {
            return Ok(Ok(()));
        }
        let set = answered(patiently(|| self.admin.modify_account(&new.account, &patch)))?;
        Ok(set.map_err(|told| format!("added, but without its state and second factor: {told}")))
    }

    fn change(&mut self, line: &Judged, changes: &[Change]) -> Result<Answered, Failure> {
        let (Some(before), Some(after)) = (&line.before, line.after(self.kind)) else { return Ok(Ok(())) };
        let new: Map<String, Value> = changes.iter().map(|change| (change.field.to_owned(), change.new.clone())).collect();
        match self.kind {
            Kind::Users => {
                let name: Name = read_field(before, "name")?;
                let mut patch: UserPatch = read(new)?;
                if let Some(groups) = &mut patch.groups {
                    patch.new_groups = self.to_make(groups);
                    groups.retain(|group| !patch.new_groups.contains(group));
                }
                let told = self.unchanged(before, |admin| admin.user(&name), |admin| admin.modify_user(&name, &patch))?;
                if told.is_ok() {
                    self.made.add(&patch.new_groups);
                }
                Ok(told)
            }
            Kind::Groups => {
                let (name, patch): (Name, GroupPatch) = (read_field(before, "name")?, read(new)?);
                self.unchanged(before, |admin| admin.group(&name), |admin| admin.modify_group(&name, &patch))
            }
            Kind::Accounts => {
                let (account, patch): (AccountPath, AccountPatch) =
                    (read_field(before, "account")?, read(account_patch(new, &after))?);
                self.unchanged(before, |admin| admin.account(&account), |admin| admin.modify_account(&account, &patch))
            }
            // All that there is of an entry is fixed; the difference refuses such a line.
            Kind::Allowlist => Ok(Err("an entry of the allowlist is not changed".to_owned())),
        }
    }

    /// Changes an object that is still what it was compared with: by its tag, so that nobody's change is undone unseen.
    fn unchanged<T: Serialize, A>(
        &self,
        before: &Row,
        read: impl Fn(&Admin) -> Result<T, Error>,
        change: impl Fn(&Admin) -> Result<A, Error>,
    ) -> Result<Answered, Failure> {
        let seen = match patiently(|| self.admin.tagged(&read)) {
            Ok(seen) => seen,
            Err(error) => return answered::<()>(Err(error)),
        };
        if self.kind.row(json!(seen.value)).as_ref() != Some(before) {
            return Ok(Err("somebody changed it meanwhile; import the file again".to_owned()));
        }
        let admin = self.admin.if_match(&seen.tag);
        answered(patiently(|| change(&admin)))
    }

    /// Those of the groups that are to be made along the way.
    fn to_make(&self, groups: &[Name]) -> Vec<Name> {
        groups.iter().filter(|group| self.there.is_new(group) && !self.made.has(group)).cloned().collect()
    }
}

/// What a change says, with both numbers of a quota if one of them changes.
fn account_patch(mut new: Map<String, Value>, after: &Row) -> Map<String, Value> {
    if let Some(state) = new.remove("state") {
        new.insert("standing".to_owned(), state);
    }
    if new.contains_key("quota") || new.contains_key("warning") {
        new.remove("warning");
        let bytes = |field: &str| after.fields.get(field).cloned().unwrap_or_default();
        new.insert("quota".to_owned(), json!({"hard": bytes("quota"), "soft": bytes("warning")}));
    }
    new
}

fn object(said: &Fields) -> Map<String, Value> {
    said.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// The fields as the request that they make. They were read by the same rules, so this does not fail.
fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| Failure::new(Code::Internal, error.to_string()))
}

fn read_field<T: DeserializeOwned>(row: &Row, name: &str) -> Result<T, Failure> {
    let value = row.fields.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|error| Failure::new(Code::Internal, error.to_string()))
}

/// What the server said; where it is not known whether anything was done, or it would say the same to every line, a failure.
fn answered<T>(answer: Result<T, Error>) -> Result<Answered, Failure> {
    match answer {
        Ok(_) => Ok(Ok(())),
        Err(error) if is_refusal(error.code()) => Ok(Err(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Asks again for a while where the server has too much to do: then it did nothing.
fn patiently<T>(call: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    for wait in WAITS {
        match call() {
            Err(error) if error.code() == Code::Busy => thread::sleep(wait),
            answer => return answer,
        }
    }
    call()
}

/// Whether the server said no to this one line: then nothing was done.
const fn is_refusal(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidArgument | Code::MalformedRequest | Code::DeniedRole | Code::DeniedModule | Code::DeniedAccountDeletion
    ) || matches!(code.number(), 309 | 310 | 313 | 501..=599)
}

fn midway(failure: Failure, done: usize, passwords: Option<&str>) -> Failure {
    let before = match done {
        0 => "no line was done".to_owned(),
        done => format!("{} done before", count(done, "line")),
    };
    let failure = failure.because(&before);
    let more = passwords
        .map(|file| format!("; those who were added have their passwords in `{file}`, so name another file for the rest"));
    failure.hint(format!("import the same file again: what is done is left alone{}", more.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
