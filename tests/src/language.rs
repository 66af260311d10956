//! The languages in which hosts are written, and how each is compiled against the library, for the system that is tested.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::minibackup::{library, top};
use crate::system::System;

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
        let system = System::tested();
        let program = &system.program(program);
        let library = &placed(system, program.parent().unwrap());
        let strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-O1", "-pthread"];
        // Where the library is found: beside the program. MinGW's own libraries go into the program.
        let found = if system.is_this() { "-Wl,-rpath,$ORIGIN" } else { "-static" };
        let found_by_pascal = system.is_this().then_some("-k-rpath=$ORIGIN");
        let mut command = match (self, system) {
            (Self::C, System::This) => Command::new("cc"),
            (Self::Cpp, System::This) => Command::new("c++"),
            (Self::C, System::Windows(_)) => Command::new("x86_64-w64-mingw32-gcc"),
            (Self::Cpp, System::Windows(_)) => Command::new("x86_64-w64-mingw32-g++"),
            (Self::Pascal, _) => system.pascal(),
        };
        match self {
            Self::C => command.arg("-std=c99").args(strict).arg(found),
            Self::Cpp => command.arg("-std=c++17").args(strict).arg(found),
            // -vw: warnings are told; -Sew: and are errors. -FU: units that are compiled stay out of the source tree.
            Self::Pascal => command.args(["-Mdelphi", "-vw", "-Sew"]).args(found_by_pascal),
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
                    .arg(format!("-Fl{}", program.parent().unwrap().display()))
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

/// Puts the library where programs of that directory find it, and gives what they are linked against. Another test may have done it.
fn placed(system: &System, directory: &Path) -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    match system {
        System::This => {
            let library = LIBRARY.get_or_init(library);
            for name in ["libsbm.so.0", "libsbm.so"] {
                // The loader looks for the one, Pascal's linker for the other.
                drop(std::os::unix::fs::symlink(library, directory.join(name)));
            }
            library.clone()
        }
        System::Windows(built) => {
            let files = std::fs::read_dir(built).unwrap().map(|entry| entry.unwrap().path());
            for library in files.filter(|path| path.extension().is_some_and(|extension| extension == "dll")) {
                drop(std::os::unix::fs::symlink(&library, directory.join(library.file_name().unwrap())));
            }
            assert!(directory.join("sbm.dll").exists(), "there is no sbm.dll in {}", built.display());
            built.join("libsbm.dll.a")
        }
    }
}
