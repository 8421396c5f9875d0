//! What helps to set the program up: the configuration, completions and the manual page.

use clap::{Args, Command, CommandFactory, Subcommand, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Cli;

/// What needs no fleet.
#[derive(Debug, Subcommand)]
pub enum Aid {
    /// The configuration: its default, its place, and whether it is right
    Config(Configured),
    /// Print what a shell completes the command line with
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// What works from here.
#[derive(Debug, Args)]
pub struct Doctor {
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Report::Table)]
    pub output: Report,
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// Lines for people
    Table,
    /// One array of objects
    Json,
}

/// What of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Configured {
    /// What of it.
    #[command(subcommand)]
    pub part: Part,
}

/// A part of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Part {
    /// Print the default configuration: every setting and every key, explained
    Default,
    /// Print where the configuration is looked for
    Path,
    /// Say whether the configuration and the themes are right
    Check,
}

/// For which shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// What a shell completes the command line with.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "qd", &mut script);
    script
}

/// The manual page, with a section for each command.
pub fn manual() -> std::io::Result<Vec<u8>> {
    let whole = Cli::command();
    let commands: Vec<Command> = whole.get_subcommands().cloned().collect();
    let examples = whole.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = Man::new(whole.after_help(""));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in commands {
        section(command, &mut page)?;
    }
    page.extend(verbatim(&examples));
    Ok(page)
}

/// `qd list KIND`: what a command is for, and its own flags, one level below the sections of the page.
fn section(command: Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let name = format!("qd {}", command.get_name());
    let (mut text, command) = (Vec::new(), command.bin_name(&name).disable_help_flag(true));
    let man = Man::new(command);
    man.render_description_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    page.extend(format!(".SH {}\n", name.to_uppercase()).bytes());
    page.extend(String::from_utf8_lossy(&text).replace(".SH DESCRIPTION\n", "").replace(".SH ", ".SS ").bytes());
    Ok(())
}

/// The examples with their lines as they are.
fn verbatim(examples: &str) -> Vec<u8> {
    let lines = examples.replace('\\', "\\\\").replace('-', "\\-");
    let lines = lines.strip_prefix("Examples:\n").map_or_else(|| lines.clone(), str::to_owned);
    format!(".SH EXAMPLES\n.nf\n{lines}\n.fi\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_completes_commands_kinds_actions_formats_and_themes() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(completions(*shell)).expect("text");
            for word in ["doctor", "endpoint-url"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
            // The script for fish knows the values of flags, those for elvish and PowerShell none at all.
            let words: &[&str] = match shell {
                Shell::Bash | Shell::Zsh => &["ecs-services", "redeploy", "ndjson", "night-watch"],
                Shell::Fish => &["ndjson", "night-watch"],
                _ => &[],
            };
            assert!(words.iter().all(|word| script.contains(word)), "{shell}");
        }
    }

    #[test]
    fn the_manual_has_every_command_and_flag() {
        let page = String::from_utf8(manual().expect("in memory")).expect("text").replace("\\-", "-");
        assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{page}");
        let whole = Cli::command();
        for command in whole.get_subcommands() {
            assert!(page.contains(&format!(".SH QD {}\n", command.get_name().to_uppercase())), "{}", command.get_name());
        }
        let flags = whole.get_arguments().chain(whole.get_subcommands().flat_map(Command::get_arguments));
        for flag in flags.filter_map(|argument| argument.get_long()) {
            assert!(page.contains(&format!("--{flag}")), "{flag}");
        }
        assert!(page.contains("qd list ec2 --filter") && page.contains("Exit status: 0 done"));
    }
}
