//! `qd`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    quarterdeck::runtime::main()
}
