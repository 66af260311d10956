//! `sbm.h` and `sbm.hpp` under every compiler and standard that a host may be built with.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::exports::wanted;
use crate::golden::top;

/// What a host may have switched on.
const STRICT: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The header alone, and included twice.
const INCLUDED: [&str; 2] = ["#include \"sbm.h\"\nint nothing;\n", "#include \"sbm.h\"\n#include \"sbm.h\"\nint nothing;\n"];

/// Has a compiler read a source against `include/`, and fails the test unless it has nothing to say.
fn takes(compiler: &str, arguments: &[&str], source: &Path) {
    let object = source.with_extension("o");
    let mut command = Command::new(compiler);
    command.args(arguments).arg("-I").arg(top("include")).arg("-c").arg(source).arg("-o").arg(object);
    let output = command.output().unwrap_or_else(|error| panic!("`{compiler}` is needed for this test: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{command:?}:\n{said}");
}

fn each_included(extension: &str, mut check: impl FnMut(&Path)) {
    let directory = tempfile::tempdir().unwrap();
    for (number, text) in INCLUDED.iter().enumerate() {
        let source = directory.path().join(format!("{number}.{extension}"));
        std::fs::write(&source, text).unwrap();
        check(&source);
    }
}

#[test]
fn every_c_compiler_takes_the_header_without_a_warning() {
    each_included("c", |source| {
        for compiler in ["gcc", "clang"] {
            for standard in ["-std=c99", "-std=c11", "-std=c17", "-std=c2x"] {
                takes(compiler, &[&[standard][..], &STRICT].concat(), source);
            }
        }
        takes("tcc", &["-Wall", "-Werror"], source);
        takes("x86_64-w64-mingw32-gcc", &[&["-std=c99"][..], &STRICT].concat(), source);
    });
}

#[test]
fn every_cpp_compiler_takes_the_header_without_a_warning() {
    each_included("cpp", |source| {
        for compiler in ["g++", "clang++"] {
            for standard in ["-std=c++11", "-std=c++14", "-std=c++17", "-std=c++20", "-std=c++2b"] {
                takes(compiler, &[&[standard][..], &STRICT].concat(), source);
            }
        }
        takes("x86_64-w64-mingw32-g++", &[&["-std=c++11"][..], &STRICT].concat(), source);
    });
}

/// No headers of Windows are needed: the compiler has its own `stddef.h` and `stdint.h`.
#[test]
fn a_compiler_for_windows_takes_the_header_without_a_warning() {
    for target in ["--target=x86_64-pc-windows-msvc", "--target=i686-pc-windows-msvc"] {
        for (compiler, extension, standard) in [
            ("clang", "c", "-std=c99"),
            ("clang", "c", "-std=c17"),
            ("clang++", "cpp", "-std=c++14"),
            ("clang++", "cpp", "-std=c++20"),
        ] {
            each_included(extension, |source| {
                takes(compiler, &[&[target, standard, "-ffreestanding", "-nostdlibinc"][..], &STRICT].concat(), source);
            });
        }
    }
}

/// A source that has every template of the file made, twice included.
const TEMPLATES: &str = r#"
#include "sbm.hpp"
#include "sbm.hpp"
int use(const sbm::client &client, sbm::config &config);
int use(const sbm::client &client, sbm::config &config) {
    std::function<void(sbm::notice, sbm::status)> look = [](sbm::notice, sbm::status) {};
    const bool worker = client.start_worker(look) && client.start_worker([](auto, auto) {});
    const bool clock = config.set_clock([] { return sbm::milliseconds(0); }).ok();
    const bool log = config.set_log(sbm::log_level::info, [](sbm::log_level, std::string_view) {}).ok();
    sbm::run_start start;
    auto run = client.begin_run(start);
    sbm::upload upload;
    const bool sent = client.upload_profile("a", "b", upload).ok();
    for (const sbm::profile one : *client.profiles()) start.profile_name = std::string(one.name);
#if SBM_HPP_EXCEPTIONS
    client.sync().value();
    client.logout().value();
#endif
    return worker && clock && log && sent && run && run->finish({}) && client.may(sbm::action::restore, "x") && client.next_change();
}
"#;

fn takes_the_cpp_interface(compiler: &str, standards: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let source = directory.path().join("use.cpp");
    std::fs::write(&source, TEMPLATES).unwrap();
    for standard in standards {
        for quiet in [&[][..], &["-fno-exceptions", "-fno-rtti"]] {
            let strict = [&STRICT[..], &["-Wshadow", "-Wconversion", standard], quiet].concat();
            takes(compiler, &strict, &source);
        }
    }
}

#[test]
fn gcc_takes_the_cpp_interface_with_and_without_exceptions() {
    takes_the_cpp_interface("g++", &["-std=c++17", "-std=c++20", "-std=c++2b"]);
}

#[test]
fn clang_takes_the_cpp_interface_with_and_without_exceptions() {
    takes_the_cpp_interface("clang++", &["-std=c++17", "-std=c++20", "-std=c++2b"]);
}

#[test]
fn mingw_takes_the_cpp_interface_with_and_without_exceptions() {
    takes_the_cpp_interface("x86_64-w64-mingw32-g++", &["-std=c++17", "-std=c++20"]);
}

/// A text of C without its comments.
fn code(path: &str) -> String {
    let text = std::fs::read_to_string(top(path)).unwrap();
    let (first, rest) = text.split_once("/*").unwrap();
    let parts = rest.split("/*").map(|part| part.split_once("*/").unwrap().1);
    first.to_owned() + &parts.collect::<String>()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[test]
fn the_cpp_interface_has_every_function_and_every_number_of_the_header() {
    let (header, interface) = (code("include/sbm.h"), code("include/sbm.hpp"));
    let declared: BTreeSet<&str> =
        header.split("SBM_API").filter_map(|part| part.split_once('(')).filter_map(|(part, _)| words(part).last()).collect();
    let declared: BTreeSet<&str> = declared.into_iter().filter(|name| name.starts_with("sbm_")).collect();
    assert_eq!(declared, wanted().into_iter().collect(), "the header's functions are those of exports.txt");
    let named: BTreeSet<&str> = words(&interface).filter(|word| declared.contains(word)).collect();
    assert_eq!(named, declared, "functions that sbm.hpp does not offer");

    let numbers = |text: &'static str| -> BTreeSet<String> {
        let code = code(text);
        words(&code).filter(|word| word.starts_with("SBM_") && !word.starts_with("SBM_HPP")).map(str::to_owned).collect()
    };
    let macros = ["SBM_H", "SBM_API", "SBM_NOEXCEPT", "SBM_STATIC", "SBM_ABI"];
    let constants: BTreeSet<String> =
        numbers("include/sbm.h").into_iter().filter(|name| !macros.contains(&name.as_str())).collect();
    assert!(constants.len() > 150);
    let mut missing = constants.difference(&numbers("include/sbm.hpp")).cloned().collect::<Vec<_>>();
    missing.sort();
    assert!(missing.is_empty(), "numbers that sbm.hpp does not name: {missing:?}");
}

#[test]
fn the_cpp_interface_has_every_field_of_the_records() {
    let (header, interface) = (code("include/sbm.h"), code("include/sbm.hpp"));
    for record in ["sbm_run_start", "sbm_run_end", "sbm_upload", "sbm_sync_summary"] {
        let (_, body) = header.split_once(&format!("typedef struct {record} {{")).unwrap();
        let (body, _) = body.split_once('}').unwrap();
        let fields: Vec<&str> = body.split(';').filter_map(|field| words(field).last()).collect();
        assert!(fields.len() > 5, "{record}");
        for field in fields.into_iter().filter(|field| !field.starts_with("reserved")) {
            assert!(interface.contains(&format!("raw.{field}")) || field == "struct_size", "`{field}` of {record}");
        }
    }
}

/// Words that no parameter or field of a unit for Delphi or Free Pascal may be called. `out` is none of them: it means something in
/// front of a parameter alone.
const PASCAL: &str = "absolute and array as asm begin case class const constructor destructor dispinterface div do downto else end \
                      except exports file finalization finally for function goto if implementation in inherited initialization \
                      inline interface is label library mod nil not object of operator or packed procedure program property \
                      raise record reintroduce repeat resourcestring self set shl shr string then threadvar to try type unit \
                      until uses var while with xor";

/// Parameters of before that are: names of parameters are no part of an ABI, and `sbm.pas` writes an underscore behind them.
const ESCAPED: [&str; 2] = ["end", "program"];

#[test]
fn no_new_parameter_or_field_is_a_word_of_pascal_or_equal_to_another_but_for_case() {
    let reserved: BTreeSet<&str> = PASCAL.split_ascii_whitespace().filter(|word| !ESCAPED.contains(word)).collect();
    let header = code("include/sbm.h");
    let functions =
        header.split("SBM_API").skip(1).filter_map(|part| part.split_once('(')?.1.split_once(')')).map(|(list, _)| (list, ','));
    let records = header.split("typedef struct ").skip(1).filter_map(|part| part.split_once(';')?.0.split_once('{'));
    let bodies = header
        .split("typedef struct ")
        .skip(1)
        .filter_map(|part| part.split_once('{')?.1.split_once('}'))
        .map(|(body, _)| (body, ';'));
    assert!(records.count() >= 4);
    let mut seen = 0;
    for (list, separator) in functions.chain(bodies) {
        let names: Vec<String> = list.split(separator).filter_map(|item| words(item).last()).map(str::to_lowercase).collect();
        for name in &names {
            assert!(!reserved.contains(name.as_str()), "`{name}` is a word of Pascal, in: {list}");
        }
        let different: BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "two names that Pascal cannot tell apart, in: {list}");
        seen += names.len();
    }
    assert!(seen > 250, "{seen}");
}
