//! `sbmctl explain`: the sentence, the rule and the smallest change that would turn it round (DEC-3).

use clap::Args;
use sbm_client::core::permission::{Action, Effect, Explanation, Task};
use sbm_client::core::wire::v1::admin;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Tone};
use crate::parse;

/// The user comes first in both forms; clap alone would put the choice between them before him.
const USAGE: &str = "\
sbmctl explain [OPTIONS] <USER> <ACTION>
       sbmctl explain [OPTIONS] <USER> --server <TASK>";

#[derive(Args, Debug)]
#[command(override_usage = USAGE, after_help = "\
Examples:
  sbmctl explain carol create
  sbmctl explain carol run_manually --profile Finance
  sbmctl explain carol --server users --write

The exit code is 0 whatever the answer is: the question was answered.")]
pub(crate) struct Explain {
    /// Name of the user
    user: String,
    /// What the user wants to do in the backup program
    #[arg(value_parser = parse::action(), required_unless_present = "server", conflicts_with = "server")]
    action: Option<Action>,
    /// With this managed profile: its GUID, or its name if no other has it [default: a local profile]
    #[arg(short, long, conflicts_with = "server")]
    profile: Option<String>,
    /// What the user wants to look at on the server
    #[arg(long, value_name = "TASK", value_parser = parse::task())]
    server: Option<Task>,
    /// What he wants to change there
    #[arg(long, requires = "server")]
    write: bool,
    /// By this token of his: its id, as `sbmctl token list` shows it
    #[arg(long, requires = "server", value_name = "ID")]
    token: Option<String>,
}

pub(crate) fn run(command: Explain, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    let told = match (command.action, command.server) {
        (Some(action), _) => {
            let profile = command.profile.as_deref().map(|wanted| super::profile::guid(&admin, wanted)).transpose()?;
            admin.explain(&admin::Explain { user: command.user, action, profile })?
        }
        (None, Some(task)) => {
            let Explain { user, write, token, .. } = command;
            admin.explain_server(&admin::ExplainServer { user, task, write, token })?
        }
        (None, None) => return Err(Failure::usage("say what the user wants to do")),
    };
    context.out.facts(&told, &facts(&told))
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
    fn what_is_allowed_has_nothing_to_change() {
        let told: Explanation =
            serde_json::from_str(r#"{"effect":"allow","number":0,"code":"ok","rule":"DEC-1","sentence":"`carol` may"}"#).unwrap();
        assert_eq!(Look::default().facts(&facts(&told)), "answer  yes\nreason  `carol` may\nrule    DEC-1\n");
    }
}
