//! `include/sbm.pas` under Free Pascal: made from the header, laid out as C lays out, and used as a host does. The tests need
//! `fpc`, which `tests/needs.sh` installs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::built::library;
use crate::exports::wanted;
use crate::golden::{compare, top};
use crate::pascal_unit::generate;

/// Puts a made part between its marks.
fn filled(unit: &str, part: &str, text: &str) -> String {
    let [begin, end] = ["begin", "end"].map(|place| format!("{{ --- {part}, made from sbm.h: {place} --- }}\n"));
    let (before, rest) = unit.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{text}{end}{after}")
}

/// Where a program is compiled and run; the directory keeps what is needed for that.
struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["libsbm.so", "libsbm.so.0"] {
            // Pascal's linker looks for the one, the loader for the other.
            std::os::unix::fs::symlink(library(), directory.path().join(name)).unwrap();
        }
        Self { directory }
    }

    /// Compiles a program without a warning.
    fn compile(&self, source: &Path, flags: &[&str]) -> PathBuf {
        let program = self.directory.path().join(source.file_stem().unwrap());
        let units = self.directory.path().join(format!("units{}", flags.concat()));
        std::fs::create_dir_all(&units).unwrap();
        let output = Command::new("fpc")
            .args(["-Mdelphi", "-O1", "-vw", "-Sew"])
            .args(flags)
            .arg(format!("-Fu{}", top("include").display()))
            .arg(format!("-Fl{}", self.directory.path().display()))
            .arg(format!("-FU{}", units.display()))
            .arg(format!("-o{}", program.display()))
            .arg(source)
            .output()
            .expect("`fpc` is needed for this test");
        assert!(output.status.success(), "{}:\n{}", source.display(), String::from_utf8_lossy(&output.stdout));
        program
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        Command::new(program)
            .arg(self.directory.path().join("sbm"))
            .args(arguments)
            .env("LD_LIBRARY_PATH", self.directory.path())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap()
    }

    /// Runs a program that must succeed, and gives what it printed.
    fn told(&self, program: &Path, arguments: &[&str]) -> String {
        let output = self.run(program, arguments);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && err.is_empty(), "{}: {}\n{out}{err}", program.display(), output.status);
        out.into_owned()
    }
}

fn source(name: &str) -> PathBuf {
    top("sbm-ffi/tests/pascal").join(name).with_extension("pas")
}

#[test]
fn the_unit_is_the_one_that_the_header_makes() {
    let made = generate(&std::fs::read_to_string(top("include/sbm.h")).unwrap());
    let unit = std::fs::read_to_string(top("include/sbm.pas")).unwrap();
    compare("include/sbm.pas", &filled(&filled(&unit, "interface", &made.interface), "implementation", &made.implementation));
}

/// Not by the generator, which might leave one out: by the list of what the library exports.
#[test]
fn every_exported_function_is_imported_once_and_used_by_the_interfaces_or_documented_as_flat() {
    let unit = std::fs::read_to_string(top("include/sbm.pas")).unwrap();
    let (interface, implementation) = unit.split_once("\nimplementation\n").unwrap();
    let (_, classes) = implementation.split_once("implementation, made from sbm.h: end").unwrap();
    let mut declared: Vec<&str> = interface
        .lines()
        .filter_map(|line| line.strip_prefix("function sbm_").or_else(|| line.strip_prefix("procedure sbm_")))
        .map(|rest| rest.split(['(', ':', ';']).next().unwrap())
        .collect();
    declared.sort_unstable();
    let promised: Vec<&str> = wanted().iter().map(|name| name.strip_prefix("sbm_").unwrap()).collect();
    assert_eq!(declared, promised);
    for name in wanted() {
        assert!(implementation.contains(&format!("external SBM_LIBRARY name '{name}'")), "{name} is not imported");
        assert!(classes.contains(name) || name == "sbm_error_status", "no interface offers {name}");
    }
}

/// A program that prints what Pascal compiles in, in the form of the golden file and with its names.
fn layout_program(golden: &str) -> String {
    let mut body = String::new();
    for line in golden.lines() {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["sizeof", kind, _] => writeln!(body, "  WriteLn('sizeof {kind} ', SizeOf({kind}));").unwrap(),
            ["offset", field, _] => {
                let (record, name) = field.split_once('.').unwrap();
                writeln!(body, "  WriteLn('offset {field} ', PtrUInt(@P{record}(nil)^.{name}));").unwrap();
            }
            ["status", "0", ..] => body.push_str("{$IFNDEF LAYOUT_ALONE}\n  Status(SBM_OK);\n"),
            ["status", _, name, ..] => writeln!(body, "  Status(SBM_STATUS_{});", name.to_uppercase()).unwrap(),
            [name, _] => writeln!(body, "  WriteLn('{name} ', {name});").unwrap(),
            _ => panic!("{line}"),
        }
    }
    format!(
        "{{ Prints what a host compiles in: sizes, offsets and numbers. The test compares it with the golden file, from whose\n  \
         names this program is made. }}\nprogram Layout;\n\n{{$MODE DELPHI}}\n\nuses\n  Sbm;\n\n{{$IFNDEF LAYOUT_ALONE}}\n\
         procedure Status(Number: sbm_status);\nbegin\n  Write('status ', Number, ' ', sbm_status_name(Number));\n  \
         if sbm_status_is_retryable(Number) <> 0 then\n    Write(' retryable');\n  WriteLn;\nend;\n{{$ENDIF}}\n\nbegin\n{body}\
         {{$ENDIF}}\nend.\n"
    )
}

#[test]
fn sizes_offsets_and_numbers_in_pascal_are_those_of_the_golden_file() {
    let golden = std::fs::read_to_string(top("sbm-ffi/tests/golden/layout-64.txt")).unwrap();
    compare("sbm-ffi/tests/pascal/layout.pas", &layout_program(&golden));
    let bench = Bench::new();
    let program = bench.compile(&source("layout"), &[]);
    assert_eq!(bench.told(&program, &[]), golden);
}

/// The compiler and its library for 32 bits are built from Debian's sources once, below the target directory.
#[test]
fn sizes_offsets_and_numbers_in_pascal_of_32_bits_are_those_of_the_golden_file() {
    let fpc = library().ancestors().nth(2).unwrap().join("fpc/i386-linux");
    let built = Command::new(top("tests/fpc.sh")).arg("i386-linux").arg(&fpc).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("layout");
    // Where the C compiler keeps what every program of 32 bits begins and ends with.
    let begins = Command::new("gcc").args(["-m32", "-print-file-name=crtbegin.o"]).output().unwrap();
    let begins = String::from_utf8(begins.stdout).unwrap();
    let output = Command::new(fpc.join("pascal"))
        .arg(format!("-Fl{}", Path::new(begins.trim()).parent().unwrap().display()))
        // Without the library, of which there is none of 32 bits: it is the unit that is laid out.
        .args(["-Mdelphi", "-O1", "-vw", "-Sew", "-dLAYOUT_ALONE", "-dSBM_DELAYED", "-Fl/usr/lib32"])
        .arg(format!("-Fu{}", top("include").display()))
        .arg(format!("-FU{}", directory.path().display()))
        .arg(format!("-o{}", program.display()))
        .arg(source("layout"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let told = Command::new(&program).output().unwrap();
    let golden = std::fs::read_to_string(top("sbm-ffi/tests/golden/layout-32.txt")).unwrap();
    assert_eq!(String::from_utf8_lossy(&told.stdout), golden);
}

/// How many checks a run of the tour made.
fn checks(told: &str) -> u32 {
    told.strip_prefix("ok ").and_then(|count| count.trim_end().parse().ok()).unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn a_host_goes_through_the_interfaces_of_the_unit_in_more_than_forty_checks() {
    let bench = Bench::new();
    let program = bench.compile(&source("tour"), &[]);
    assert!(checks(&bench.told(&program, &[])) >= 100);
}

#[test]
fn a_host_with_all_floating_point_exceptions_on_goes_through_the_same_and_keeps_them() {
    let bench = Bench::new();
    let program = bench.compile(&source("tour"), &[]);
    assert!(checks(&bench.told(&program, &["unmasked"])) >= 100);
}

#[test]
fn the_library_is_loaded_at_the_first_call_if_that_is_wanted() {
    let bench = Bench::new();
    let program = bench.compile(&source("tour"), &["-dSBM_DELAYED"]);
    assert!(checks(&bench.told(&program, &["unmasked"])) >= 100);
    let absent = bench.compile(&source("absent"), &["-dSBM_DELAYED"]);
    assert_eq!(bench.told(&absent, &[]), "ok\n");
}

#[test]
fn the_examples_in_pascal_compile_without_a_warning_for_the_start_and_for_the_first_call() {
    let bench = Bench::new();
    let mut sources: Vec<PathBuf> =
        std::fs::read_dir(top("examples/pascal")).unwrap().map(|entry| entry.unwrap().path()).collect();
    sources.sort();
    assert!(sources.len() >= 14, "{sources:?}");
    for source in sources {
        for flags in [&[][..], &["-dSBM_DELAYED"]] {
            bench.compile(&source, flags);
        }
    }
}
