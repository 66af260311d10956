//! The administrator's command line of SBM; everything is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    sbmctl::main()
}
