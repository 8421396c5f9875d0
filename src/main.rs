//! `qd`: parse, run, exit code.

use std::process::ExitCode;

/// A hundred thousand rows are millions of small texts: this allocator rounds them up less and gives back what a page of answers took.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    quarterdeck::runtime::main()
}
