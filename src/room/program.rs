//! What a child is: a program and its arguments, named once in a process.

use std::ffi::OsString;
use std::sync::OnceLock;

/// It has to end up in `serve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub file: OsString,
    pub arguments: Vec<OsString>,
}

static PROGRAM: OnceLock<Program> = OnceLock::new();

/// The first call counts.
pub fn furnish(program: Program) {
    let _ = PROGRAM.set(program);
}

pub(super) fn program() -> Option<&'static Program> {
    PROGRAM.get()
}
