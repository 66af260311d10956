//! For which system hosts are compiled, and how their programs are run: this one, or Windows by MinGW, Free Pascal and wine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::minibackup::top;

/// Names a directory with `sbm.dll`, `libsbm.dll.a` and what a wine of today lacks; then hosts are Windows programs.
const WINDOWS: &str = "SBM_WINDOWS";

/// Where hosts run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum System {
    /// The system that runs the tests.
    This,
    /// Windows, with the library in that directory.
    Windows(PathBuf),
}

impl System {
    /// The one that this run of the tests is about.
    #[must_use]
    pub fn tested() -> &'static Self {
        static TESTED: OnceLock<System> = OnceLock::new();
        TESTED.get_or_init(|| std::env::var_os(WINDOWS).map_or(Self::This, |directory| Self::Windows(directory.into())))
    }

    /// Whether a cache that a host made there can be opened by this process: it is sealed to the machine, and wine is another.
    #[must_use]
    pub fn is_this(&self) -> bool {
        *self == Self::This
    }

    /// What a program is called.
    #[must_use]
    pub fn program(&self, path: &Path) -> PathBuf {
        if self.is_this() { path.to_owned() } else { path.with_extension("exe") }
    }

    /// A command that runs a compiled program.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        match self {
            Self::This => Command::new(program),
            Self::Windows(_) => {
                let mut command = Command::new("wine");
                // What wine itself takes for an error is told; that there is no screen is none.
                command
                    .arg(self.program(program))
                    .env("WINEDEBUG", "-all,err+all,err-winediag,err-systray")
                    .env("LC_ALL", "C.UTF-8")
                    .env_remove("DISPLAY");
                command
            }
        }
    }

    /// A path as its programs are told of it.
    #[must_use]
    pub fn path(&self, path: &Path) -> OsString {
        match self {
            Self::This => path.into(),
            Self::Windows(_) => format!("Z:{}", path.display()).replace('/', "\\").into(),
        }
    }

    /// Free Pascal's compiler: the one of this system, or one for Windows, whose units are built once.
    ///
    /// # Panics
    ///
    /// When it cannot be built.
    #[must_use]
    pub fn pascal(&self) -> Command {
        static BUILT: OnceLock<PathBuf> = OnceLock::new();
        if self.is_this() {
            return Command::new("fpc");
        }
        Command::new(BUILT.get_or_init(|| {
            let place = top().join("target/fpc/win64");
            let output = Command::new(top().join("tests/fpc.sh")).arg("win64").arg(&place).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            place.join("pascal")
        }))
    }
}
