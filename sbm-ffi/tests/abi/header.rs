//! `include/sbm.h`: generated, checked in, documented, and fit for every compiler.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use sbm_client::core::code::Code;

use crate::golden::{compare, top};

/// The nouns in the order in which the header tells of them.
const NOUNS: [&str; 22] = [
    "version",
    "status",
    "error",
    "text",
    "bytes",
    "config",
    "host",
    "client",
    "connection",
    "enrolment",
    "rollout",
    "decision",
    "sync",
    "worker",
    "profile",
    "setting",
    "branding",
    "change",
    "run",
    "quota",
    "upload",
    "server_test",
];

fn generate() -> String {
    let mut config = cbindgen::Config::from_file(top("sbm-ffi/cbindgen.toml")).unwrap();
    let after = config.after_includes.take().unwrap().replace("@STATUSES@", &statuses());
    config.after_includes = Some(after);
    let mut builder = cbindgen::Builder::new().with_config(config);
    for noun in NOUNS {
        builder = builder.with_src(top("sbm-ffi/src").join(noun).with_extension("rs"));
    }
    let mut bytes = Vec::new();
    builder.generate().unwrap().write(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// The error table as constants, from the table itself.
fn statuses() -> String {
    let mut text =
        String::from("\n/**\n * The numbers of sbm_status: the one error table of SBM. Numbers are never reused.\n */\nenum {\n");
    for code in Code::ALL {
        let name = if *code == Code::Ok { "SBM_OK".to_owned() } else { format!("SBM_STATUS_{}", code.name().to_uppercase()) };
        let (number, meaning) = (code.number(), code.text());
        let comma = if Some(code) == Code::ALL.last() { "" } else { "," };
        writeln!(text, "    {name} = {number}{comma} /**< {meaning} */").unwrap();
    }
    text.push_str("};\n");
    text
}

#[test]
fn the_header_is_the_one_that_the_source_makes() {
    compare("include/sbm.h", &generate());
}

#[test]
fn no_two_names_are_equal_but_for_case() {
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    let header = generate();
    // Comments speak of `SBM_STATUS_*` and `sbm_<type>_free`; only code declares.
    for word in code_of(&header)
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.to_lowercase().starts_with("sbm_"))
    {
        let before = spellings.entry(word.to_lowercase()).or_insert_with(|| word.to_owned());
        assert_eq!(before, word, "Pascal cannot tell them apart");
    }
    assert!(spellings.len() > 200);
}

#[test]
fn every_function_says_since_when_it_exists_and_every_status_what_it_means() {
    let header = generate();
    let mut documented = 0;
    let parts: Vec<&str> = header.split("SBM_API").collect();
    for pair in parts.windows(2).skip(3) {
        let (_, comment) = pair[0].rsplit_once("/**").unwrap_or_default();
        let name = pair[1].split('(').next().unwrap_or_default().trim();
        assert!(comment.trim_end().ends_with("*/") && comment.contains("Since 0."), "{name} has no comment with its version");
        documented += 1;
    }
    assert_eq!(documented, crate::exports::wanted().len());
    assert!(!header.contains("# Safety") && !header.contains("[`"), "words for Rust readers do not belong into the header");
}

#[test]
fn every_compiler_takes_it_without_a_warning() {
    let strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wundef", "-Wshadow", "-Wconversion", "-Werror"];
    let directory = tempfile::tempdir().unwrap();
    let two_files = ["one", "two"].map(|name| {
        let source =
            format!("#include \"sbm.h\"\n#include \"sbm.h\"\nint {name}(void);\nint {name}(void) {{ return SBM_OK; }}\n");
        let (c, cpp) = (directory.path().join(name).with_extension("c"), directory.path().join(name).with_extension("cpp"));
        std::fs::write(&c, &source).unwrap();
        std::fs::write(&cpp, source).unwrap();
        (c, cpp)
    });
    let c = ["c99", "c11", "c17"].map(|standard| ("cc", standard));
    let cpp = ["c++11", "c++14", "c++17", "c++20"].map(|standard| ("c++", standard));
    for (compiler, standard) in c.into_iter().chain(cpp) {
        let object = directory.path().join("both.o");
        let mut command = Command::new(compiler);
        command
            .arg(format!("-std={standard}"))
            .args(strict)
            .arg("-I")
            .arg(top("include"))
            .args(["-r", "-nostdlib", "-o"])
            .arg(&object);
        for (c_file, cpp_file) in &two_files {
            command.arg(if compiler == "cc" { c_file } else { cpp_file });
        }
        if compiler == "cc" {
            command.arg("-Wstrict-prototypes");
        }
        let output = command.output().unwrap_or_else(|error| panic!("`{compiler}` is needed for this test: {error}"));
        assert!(output.status.success(), "{compiler} -std={standard}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The header without its comments.
fn code_of(header: &str) -> String {
    let mut code = String::new();
    for part in header.split("/*") {
        code.push_str(part.split_once("*/").map_or(if code.is_empty() { part } else { "" }, |(_, code)| code));
    }
    code
}
