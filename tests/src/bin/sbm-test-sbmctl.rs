//! The administrator's command line, as the tests of this package start it.

use std::process::ExitCode;

fn main() -> ExitCode {
    sbmctl::main()
}
