//! `sbmctl exit-codes`, also as `sbmctl help exit-codes`: what a script may rely on (ERR-1).

use clap::Args;
use serde::Serialize;

use crate::exit::CODES;
use crate::failure::Failure;
use crate::output::Output;
use crate::output::sheet::Sheet;
use crate::output::table::{Cell, Column, Row, long, number};

#[derive(Args, Debug)]
#[command(after_help = crate::exit::EXPLAINED)]
pub(crate) struct ExitCodes {}

/// A code and its meaning.
#[derive(Serialize)]
struct Shown {
    code: u8,
    meaning: &'static str,
}

impl Row for Shown {
    const COLUMNS: &'static [Column] = &[number("CODE"), long("MEANING")];

    fn cells(&self) -> Vec<Cell> {
        vec![self.code.into(), self.meaning.into()]
    }
}

pub(crate) fn run(out: &mut Output) -> Result<(), Failure> {
    let rows = CODES.iter().map(|(exit, meaning)| Shown { code: *exit as u8, meaning }).collect();
    out.list(rows, &Sheet::default(), "")
}
