//! `sbmctl completions`: what a shell needs to complete commands, options and their values.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use serde_json::json;

use crate::args;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  bash        sbmctl completions bash > ~/.local/share/bash-completion/completions/sbmctl
  zsh         sbmctl completions zsh > \"${fpath[1]}/_sbmctl\"
  fish        sbmctl completions fish > ~/.config/fish/completions/sbmctl.fish
  powershell  sbmctl completions powershell | Out-String | Invoke-Expression
  elvish      eval (sbmctl completions elvish | slurp)")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(command: &Completions, out: &mut Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut args::Args::command(), "sbmctl", &mut script);
    let script = String::from_utf8_lossy(&script);
    out.text(&json!({"shell": command.shell.to_string(), "script": script}), &script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands_con_1() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let (mut out, seen, _) = Output::captured(false);
            run(&Completions { shell }, &mut out).unwrap();
            for word in ["who-has-it", "import-schedule", "passwd", "completions"] {
                assert!(seen.text().contains(word), "{shell}: {word}");
            }
            let (mut out, answered, _) = Output::captured(true);
            run(&Completions { shell }, &mut out).unwrap();
            let value: serde_json::Value = serde_json::from_str(&answered.text()).unwrap();
            assert_eq!(value["script"], seen.text(), "with `--json` it is one JSON value");
        }
    }
}
