//! The languages in which hosts are written, and how each is compiled against the library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::minibackup::{library, top};

/// A language that has a binding of its own in `include/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C99, over `sbm.h`.
    C,
    /// C++17, over `sbm.hpp`.
    Cpp,
    /// Free Pascal, over `sbm.pas`.
    Pascal,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::C, Self::Cpp, Self::Pascal];

    /// The folder below `examples/`.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Pascal => "pascal",
        }
    }

    /// How its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Pascal => "pas",
        }
    }

    /// An example's source.
    #[must_use]
    pub fn example(self, name: &str) -> PathBuf {
        top().join("examples").join(self.folder()).join(name).with_extension(self.extension())
    }

    /// Compiles one source against the library, which the program finds beside itself.
    ///
    /// # Panics
    ///
    /// When the compiler is missing, warns or fails.
    pub fn compile(self, source: &Path, program: &Path) {
        self.compile_with(source, program, &[]);
    }

    /// The same for a source whose parts are in other folders.
    ///
    /// # Panics
    ///
    /// When the compiler is missing, warns or fails.
    pub fn compile_with(self, source: &Path, program: &Path, folders: &[PathBuf]) {
        static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
        let library = LIBRARY.get_or_init(library);
        let directory = program.parent().unwrap();
        for name in ["libsbm.so.0", "libsbm.so"] {
            // The loader looks for the one, Pascal's linker for the other. Another program may have made it.
            drop(std::os::unix::fs::symlink(library, directory.join(name)));
        }
        let strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-O1", "-pthread", "-Wl,-rpath,$ORIGIN"];
        let mut command = match self {
            Self::C => Command::new("cc"),
            Self::Cpp => Command::new("c++"),
            Self::Pascal => Command::new("fpc"),
        };
        match self {
            Self::C => command.arg("-std=c99").args(strict),
            Self::Cpp => command.arg("-std=c++17").args(strict),
            // -vw: warnings are told; -Sew: and are errors. -FU: units that are compiled stay out of the source tree.
            Self::Pascal => command.args(["-Mdelphi", "-vw", "-Sew", "-k-rpath=$ORIGIN"]),
        };
        let include = top().join("include");
        match self {
            Self::C | Self::Cpp => command
                .arg("-I")
                .arg(include)
                .args(folders.iter().map(|folder| format!("-I{}", folder.display())))
                .arg(source)
                .arg("-o")
                .arg(program)
                .arg(library),
            Self::Pascal => {
                let units = program.with_extension("units");
                std::fs::create_dir_all(&units).unwrap();
                command
                    .arg(format!("-Fu{}", include.display()))
                    .args(folders.iter().map(|folder| format!("-Fu{}", folder.display())))
                    .arg(format!("-FU{}", units.display()))
                    .arg(format!("-Fl{}", directory.display()))
                    .arg(format!("-o{}", program.display()))
                    .arg(source)
            }
        };
        let output = command.output();
        assert!(output.is_ok(), "the compiler of {self:?} is needed: {output:?}");
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{}:\n{}{}",
            source.display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
