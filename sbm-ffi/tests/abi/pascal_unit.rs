//! The flat part of `include/sbm.pas`: constants, types and imports, made from `include/sbm.h` so that neither can say
//! something else. The classes over it are written by hand, between the two parts that are made here.

use std::fmt::Write as _;

/// Both parts, as they stand between their marks.
pub struct Unit {
    /// Constants, types and functions.
    pub interface: String,
    /// What the functions are: imports, or calls through a table that is filled at the first of them.
    pub implementation: String,
}

/// One thing that the header declares.
struct Item<'header> {
    /// The first paragraph of what is said of it.
    comment: String,
    code: &'header str,
}

/// A parameter or field.
struct Variable {
    name: String,
    kind: String,
}

struct Function {
    comment: String,
    name: String,
    result: Option<String>,
    parameters: Vec<Variable>,
}

/// Makes both parts from the text of `sbm.h`.
pub fn generate(header: &str) -> Unit {
    let items = items(header);
    let functions: Vec<Function> =
        items.iter().filter(|item| item.code.starts_with("SBM_API")).map(|item| function(item.code, &item.comment)).collect();
    let mut interface = String::from("const\n");
    for item in &items {
        constants(&mut interface, item, header);
    }
    interface.push_str("\ntype\n");
    for item in &items {
        plain_type(&mut interface, item);
    }
    interface.push_str("  PPsbm_byte = ^PByte;\n\n{$IFDEF FPC}{$PUSH}{$PACKRECORDS C}{$ENDIF}\n");
    for item in items.iter().filter(|item| item.code.starts_with("typedef struct") && item.code.contains('{')) {
        record(&mut interface, item);
    }
    interface.push_str("{$IFDEF FPC}{$POP}{$ENDIF}\n\n");
    for function in &functions {
        summary(&mut interface, "", &function.comment);
        writeln!(interface, "{} cdecl;", wrapped(&function.declaration(&function.name))).unwrap();
    }
    Unit { interface, implementation: implementation(&functions) }
}

/// Cuts the header into what it declares, each with its comment.
fn items(header: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let (_, mut rest) = header.split_once("*/").unwrap();
    while let Some(begin) = rest.find("/**") {
        let (comment, behind) = rest[begin + 3..].split_once("*/").unwrap();
        let code = behind.trim_start();
        rest = behind;
        let is_block = ["enum", "typedef struct"].iter().any(|word| code.starts_with(word))
            && code.find('{').is_some_and(|brace| brace < code.find(';').unwrap_or(usize::MAX));
        let end = if code.starts_with('#') { code.find('\n') } else { code.find(if is_block { "\n}" } else { ";" }) };
        let code = &code[..end.unwrap_or(code.len())];
        if is_block {
            rest = &rest[rest.find(code).unwrap() + code.len()..];
        }
        items.push(Item { comment: first_paragraph(comment), code });
    }
    items
}

fn first_paragraph(comment: &str) -> String {
    let lines = comment.lines().map(|line| line.trim().trim_start_matches('*').trim()).skip_while(|line| line.is_empty());
    let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ")
}

/// The names with their numbers: of an enumeration, or of the one macro.
fn constants(text: &mut String, item: &Item<'_>, header: &str) {
    if let Some(number) = item.code.strip_prefix("#define SBM_ABI ") {
        summary(text, "  ", &item.comment);
        writeln!(text, "  SBM_ABI = {};", number.trim()).unwrap();
    }
    if !item.code.starts_with("enum") {
        return;
    }
    writeln!(text, "\n  {{ {} }}", item.comment).unwrap();
    let mut comment = String::new();
    // The statuses have their comments behind them, the others before.
    let block = &header[header.find(item.code).unwrap()..][..item.code.len()];
    for line in block.lines().map(str::trim) {
        if let Some((name, value)) = line.split_once(" = ") {
            let number = value.split([',', ' ']).next().unwrap();
            let behind = value.split_once("/**<").map(|(_, text)| text.trim_end_matches("*/").trim());
            summary(text, "  ", behind.unwrap_or(&comment));
            writeln!(text, "  {name} = {number};").unwrap();
            comment.clear();
        } else if let Some(words) = line.strip_prefix("* ") {
            write!(comment, "{}{words}", if comment.is_empty() { "" } else { " " }).unwrap();
        }
    }
}

fn plain_type(text: &mut String, item: &Item<'_>) {
    let words: Vec<&str> = item.code.split_whitespace().collect();
    match words.as_slice() {
        ["enum", name, ..] if name.starts_with("sbm_") => {
            summary(text, "  ", &item.comment);
            writeln!(text, "  {name} = Integer;\n  P{name} = ^{name};").unwrap();
        }
        ["typedef", "int32_t", name] => {
            summary(text, "  ", &item.comment);
            writeln!(text, "  {name} = Integer;\n  P{name} = ^{name};").unwrap();
        }
        ["typedef", "struct", _, name] => {
            summary(text, "  ", &item.comment);
            writeln!(text, "  {name} = record end;\n  P{name} = ^{name};\n  PP{name} = ^P{name};").unwrap();
        }
        ["typedef", ..] if item.code.contains("(*") => {
            let (result, rest) = item.code["typedef".len()..].split_once("(*").unwrap();
            let (name, parameters) = rest.split_once(")(").unwrap();
            let callback = Function {
                comment: String::new(),
                name: name.to_owned(),
                result: result_type(result),
                parameters: parameters_of(parameters.trim_end_matches(')')),
            };
            summary(text, "  ", &item.comment);
            writeln!(text, "  {name} = {} cdecl;", callback.declaration("")).unwrap();
        }
        _ => {}
    }
}

fn record(text: &mut String, item: &Item<'_>) {
    let (head, fields) = item.code.split_once('{').unwrap();
    let name = head.split_whitespace().nth(2).unwrap();
    summary(text, "  ", &item.comment);
    writeln!(text, "  {name} = record").unwrap();
    for part in fields.split("/**").skip(1) {
        let (comment, field) = part.split_once("*/").unwrap();
        let Variable { name, kind } = variable(field.trim().trim_end_matches(';'));
        summary(text, "    ", &first_paragraph(comment));
        writeln!(text, "    {name}: {kind};").unwrap();
    }
    writeln!(text, "  end;\n  P{name} = ^{name};").unwrap();
}

fn function(code: &str, comment: &str) -> Function {
    let (head, parameters) = code["SBM_API".len()..].split_once('(').unwrap();
    let (parameters, _) = parameters.rsplit_once(')').unwrap();
    let split = head.rfind(['*', ' ', '\n']).unwrap() + 1;
    Function {
        comment: comment.to_owned(),
        name: head[split..].to_owned(),
        result: result_type(&head[..split]),
        parameters: parameters_of(parameters),
    }
}

fn result_type(c_type: &str) -> Option<String> {
    (c_type.trim() != "void").then(|| variable(&format!("{c_type} result")).kind)
}

fn parameters_of(text: &str) -> Vec<Variable> {
    text.split(',').map(str::trim).filter(|parameter| *parameter != "void").map(variable).collect()
}

/// `const struct sbm_client *client` becomes `client: Psbm_client`.
fn variable(declaration: &str) -> Variable {
    let stars = declaration.matches('*').count();
    let plain = declaration.replace('*', " ");
    let mut words: Vec<&str> = plain.split_whitespace().filter(|word| !["const", "struct"].contains(word)).collect();
    let name = words.pop().unwrap();
    let kind = match (words.concat().as_str(), stars) {
        ("char", 1) => "PAnsiChar".to_owned(),
        ("void", 1) => "Pointer".to_owned(),
        ("uint8_t", 1) => "PByte".to_owned(),
        ("uint8_t", 2) => "PPsbm_byte".to_owned(),
        (base, stars) => {
            let pascal = match base {
                "int32_t" => "Integer",
                "uint32_t" => "Cardinal",
                "int64_t" => "Int64",
                "uint64_t" => "UInt64",
                "size_t" => "NativeUInt",
                other => {
                    assert!(other.starts_with("sbm_"), "{declaration}: no Pascal type for `{other}`");
                    other
                }
            };
            format!("{}{pascal}", "P".repeat(stars))
        }
    };
    // Words that Pascal keeps for itself.
    let reserved = ["out", "end", "program", "type", "unit", "begin", "result"];
    let is_reserved = reserved.contains(&name) && stars + usize::from(name != "result") > 0;
    Variable { name: if is_reserved { format!("{name}_") } else { name.to_owned() }, kind }
}

impl Function {
    fn declaration(&self, name: &str) -> String {
        let parameters: Vec<String> = self.parameters.iter().map(|Variable { name, kind }| format!("{name}: {kind}")).collect();
        let parameters = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join("; ")) };
        match &self.result {
            Some(result) => format!("function {name}{parameters}: {result};"),
            None => format!("procedure {name}{parameters};"),
        }
        .replace(" (", "(")
        .replace(" :", ":")
    }
}

fn implementation(functions: &[Function]) -> String {
    let mut text = String::from("{$IFNDEF SBM_LOADER}\n");
    for Function { name, result, .. } in functions {
        let word = if result.is_some() { "function" } else { "procedure" };
        writeln!(text, "{word} {name}; external SBM_LIBRARY name '{name}'{{$IFDEF SBM_DELAYED}} delayed{{$ENDIF}};").unwrap();
    }
    writeln!(text, "{{$ELSE}}\nconst\n  SbmNames: array[0..{}] of PAnsiChar = (", functions.len() - 1).unwrap();
    let names: Vec<String> = functions.iter().map(|function| format!("    '{}'", function.name)).collect();
    writeln!(text, "{});\n\nvar\n  SbmEntries: array[0..{}] of Pointer;\n", names.join(",\n"), functions.len() - 1).unwrap();
    text.push_str("function SbmEntry(Index: Integer): Pointer; forward;\n\n");
    for (place, function) in functions.iter().enumerate() {
        let given: Vec<&str> = function.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let given = given.join(", ");
        let result = if function.result.is_some() { "Result := " } else { "" };
        writeln!(text, "{} cdecl;", wrapped(&function.declaration(&function.name))).unwrap();
        writeln!(text, "type\n  TEntry = {} cdecl;", wrapped(&function.declaration(""))).unwrap();
        writeln!(text, "begin\n  {result}TEntry(SbmEntry({place}))({given});\nend;\n").unwrap();
    }
    text.push_str("{$ENDIF}\n");
    text
}

/// The comment in the form that Delphi's help and `PasDoc` read, in lines that an editor shows whole.
fn summary(text: &mut String, indent: &str, comment: &str) {
    let comment = comment.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut line = format!("{indent}/// <summary>");
    for (place, word) in comment.split(' ').enumerate() {
        if line.len() + word.len() > 130 {
            writeln!(text, "{line}").unwrap();
            line = format!("{indent}/// {word}");
        } else {
            let space = if place == 0 { "" } else { " " };
            write!(line, "{space}{word}").unwrap();
        }
    }
    writeln!(text, "{line}</summary>").unwrap();
}

/// A declaration in lines of at most 140 characters.
fn wrapped(declaration: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for part in declaration.split_inclusive("; ") {
        if line.len() + part.len() > 140 {
            writeln!(lines, "{}", line.trim_end()).unwrap();
            line = "  ".to_owned();
        }
        line.push_str(part);
    }
    lines + &line
}
