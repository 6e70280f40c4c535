//! The `watchfloor` binary.

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    watchfloor::cli::run(&watchfloor::cli::args::Args::parse()).into()
}
