//! `sbmctl explain`: the sentence, the rule and the smallest change that would turn it round (DEC-3).

use clap::Args;
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::permission::{Action, Effect, Explanation, Task};
use sbm_client::core::wire::v1::admin;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Tone};
use crate::parse;

/// The user comes first in both forms; clap alone would put the choice between them before him.
const USAGE: &str = "\
sbmctl explain [OPTIONS] <USER> <ACTION>
       sbmctl explain [OPTIONS] <USER> --server <TASK>
       sbmctl explain [OPTIONS] --who <TASK> --account <ACCOUNT>";

#[derive(Args, Debug)]
#[command(override_usage = USAGE, after_help = "\
Examples:
  sbmctl explain carol create
  sbmctl explain carol run_manually --profile Finance
  sbmctl explain carol run_manually --device carol-pc
  sbmctl explain carol --server users --write
  sbmctl explain carol --server devices --account 'root>north'
  sbmctl explain --who users --write --account 'root>north'

The exit code is 0 whatever the answer is: the question was answered.")]
pub(crate) struct Explain {
    /// Name of the user
    #[arg(required_unless_present = "who", conflicts_with = "who")]
    user: Option<String>,
    /// What the user wants to do in the backup program
    #[arg(value_parser = parse::action(), required_unless_present_any = ["server", "who"], conflicts_with_all = ["server", "who"])]
    action: Option<Action>,
    /// With this managed profile: its GUID, or its name if no other has it [default: a local profile]
    #[arg(short, long, conflicts_with_all = ["server", "who"])]
    profile: Option<String>,
    /// At this device of the user, by its account and the room left for it: its installation, or the name of its computer if no
    /// other device has it [default: at none, in the user's own account]
    #[arg(short, long, conflicts_with_all = ["server", "who"])]
    device: Option<String>,
    /// What the user wants to look at on the server
    #[arg(long, value_name = "TASK", value_parser = parse::task())]
    server: Option<Task>,
    /// Everybody who may look at this on the server, at that account
    #[arg(long, value_name = "TASK", value_parser = parse::task(), requires = "account", conflicts_with = "server")]
    who: Option<Task>,
    /// To change it, not only to look
    #[arg(long, conflicts_with = "action")]
    write: bool,
    /// At this account, by its full name [default: anywhere]; with `--device`, its device of this account
    #[arg(long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    /// By this token of his: its id, as `sbmctl token list` shows it
    #[arg(long, requires = "server", value_name = "ID")]
    token: Option<String>,
}

pub(crate) fn run(command: Explain, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    let Explain { user, action, profile, device, server, who, write, account, token } = command;
    if action.is_some() && device.is_none() && account.is_some() {
        return Err(Failure::usage("`--account` says which device is meant here; name it with `--device`"));
    }
    let told = match (user, action, server, who) {
        (Some(user), Some(action), ..) => {
            let profile = profile.as_deref().map(|wanted| super::profile::guid(&admin, wanted)).transpose()?;
            let found = device.map(|device| super::device::find(&admin, &device, account.as_ref())).transpose()?;
            let (device, account) = found.map_or((None, None), |device| (Some(device.installation), device.account));
            admin.explain(&admin::Explain {
                user,
                action,
                profile,
                device,
                account: account.and_then(|name| name.parse().ok()),
            })?
        }
        (Some(user), None, Some(task), _) => admin.explain_server(&admin::ExplainServer { user, task, write, token, account })?,
        (_, _, _, Some(task)) => {
            let account = account.ok_or_else(|| Failure::usage("say at which account, with `--account`"))?;
            return who_can(admin::WhoCan { task, write, account, after: None }, &admin, context);
        }
        _ => return Err(Failure::usage("say who wants to do what")),
    };
    context.out.facts(&told, &facts(&told))
}

/// Everybody who can, page after page.
fn who_can(mut question: admin::WhoCan, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let mut all = admin.who_can(&question)?;
    while let Some(next) = all.next.take() {
        question.after = Some(next);
        let more = admin.who_can(&question)?;
        all.users.extend(more.users);
        all.next = more.next.filter(|next| Some(next) != question.after.as_ref());
    }
    context.out.facts(&all, &able(&all))
}

fn able(all: &admin::Able) -> Vec<(&str, Cell)> {
    let why = |user: &admin::AbleUser| {
        let roles = user.because.iter().map(|because| format!("`{}` at `{}`", because.role, because.account));
        let tokens = user.tokens.iter().map(|id| format!("the token {id}"));
        roles.chain(tokens).collect::<Vec<_>>().join(", ")
    };
    let mut rows: Vec<(&str, Cell)> = all.users.iter().map(|user| (user.name.as_str(), Cell::from(why(user)))).collect();
    if all.above {
        rows.push(("others", Cell::from("set above your account")));
    }
    if rows.is_empty() {
        rows.push(("nobody", Cell::from("no role allows it there")));
    }
    rows
}

fn facts(told: &Explanation) -> Vec<(&'static str, Cell)> {
    let (answer, tone) = match told.effect {
        Effect::Allow => ("yes", Tone::Good),
        Effect::Deny => ("no", Tone::Bad),
        Effect::Unmanaged => ("not managed", Tone::Uneasy),
    };
    let rule = if told.code == "ok" { told.rule.clone() } else { format!("{} ({})", told.rule, told.code) };
    let mut facts = vec![("answer", Cell::toned(answer, tone)), ("reason", (&told.sentence).into()), ("rule", rule.into())];
    facts.extend(told.change.as_ref().map(|change| ("to change it", Cell::from(change))));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_denial_is_told_with_its_rule_and_the_way_round_dec_3() {
        let told: Explanation = serde_json::from_str(
            r#"{"effect":"deny","gate":"right","number":410,"code":"denied_right","rule":"USR-3",
                "change":"give the right `create` to the security profile `End user`","sentence":"`carol` may not create profiles"}"#,
        )
        .unwrap();
        let expected = "\
answer        no
reason        `carol` may not create profiles
rule          USR-3 (denied_right)
to change it  give the right `create` to the security profile `End user`
";
        assert_eq!(Look::default().facts(&facts(&told)), expected);
    }

    #[test]
    fn everybody_who_can_is_told_with_roles_and_tokens_and_others_without_a_name_dec_3() {
        let told: admin::Able = serde_json::from_str(
            r#"{"users":[{"name":"carol","account":"root","because":[{"role":"Desk","account":"root>north"}],"tokens":["0000000000000007"]}],
                "above":true}"#,
        )
        .unwrap();
        let expected = "\
carol   `Desk` at `root>north`, the token 0000000000000007
others  set above your account
";
        assert_eq!(Look::default().facts(&able(&told)), expected);
        let nobody = admin::Able { users: vec![], above: false, next: None };
        assert_eq!(Look::default().facts(&able(&nobody)), "nobody  no role allows it there\n");
    }

    #[test]
    fn what_is_allowed_has_nothing_to_change() {
        let told: Explanation =
            serde_json::from_str(r#"{"effect":"allow","number":0,"code":"ok","rule":"DEC-1","sentence":"`carol` may"}"#).unwrap();
        assert_eq!(Look::default().facts(&facts(&told)), "answer  yes\nreason  `carol` may\nrule    DEC-1\n");
    }
}
