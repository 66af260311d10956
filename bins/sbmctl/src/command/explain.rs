//! `sbmctl explain`: the sentence, the rule and the smallest change that would turn it round (DEC-3).

use clap::Args;
use sbm_client::core::permission::{Action, Effect, Explanation};
use sbm_client::core::wire::v1::admin;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::{Cell, Tone};
use crate::parse;

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Name of the user
    user: String,
    /// What the user wants to do in the backup program
    #[arg(value_parser = parse::action())]
    action: Action,
    /// With this managed profile: its GUID, or its name if no other has it [default: a local profile]
    #[arg(short, long)]
    profile: Option<String>,
}

pub(crate) fn run(command: Explain, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    let profile = command.profile.as_deref().map(|wanted| super::profile::guid(&admin, wanted)).transpose()?;
    let told = admin.explain(&admin::Explain { user: command.user, action: command.action, profile })?;
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
