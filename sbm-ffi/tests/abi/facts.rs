//! `include/sbm.h` is the manual: each item of it says what it is for, whose its outputs are, which threads may call it, how
//! it fails, and since when it exists. A fact that is a rule of its type, or of the header's first page, need not be said twice.

use std::collections::BTreeMap;

use crate::golden::top;

/// What is declared, with the words before it.
struct Item {
    words: String,
    code: String,
}

fn header() -> String {
    std::fs::read_to_string(top("include/sbm.h")).unwrap()
}

/// Everything that stands behind a comment of its own, up to the next one.
fn items() -> Vec<Item> {
    let header = header();
    let (_, body) = header.split_once("#define SBM_H").unwrap();
    let mut items = Vec::new();
    for part in body.split("/**").skip(1) {
        let (words, code) = part.split_once("*/").unwrap();
        let words: Vec<&str> = words.lines().map(|line| line.trim().trim_start_matches('*').trim()).collect();
        let words = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        let code = code.lines().filter(|line| !line.trim_start().starts_with(['#', '/'])).collect::<Vec<_>>().join(" ");
        items.push(Item { words, code: code.split_whitespace().collect::<Vec<_>>().join(" ") });
    }
    items
}

struct Function {
    name: String,
    answer: String,
    /// Each parameter's type and name.
    parameters: Vec<(String, String)>,
    words: String,
}

fn functions() -> Vec<Function> {
    let mut found = Vec::new();
    for Item { words, code } in items() {
        let Some(declaration) = code.strip_prefix("SBM_API ") else { continue };
        let (front, rest) = declaration.split_once('(').unwrap();
        let (list, _) = rest.split_once(')').unwrap();
        let (answer, name) = split_name(front);
        let parameters = list.split(',').map(str::trim).filter(|one| *one != "void").map(split_name).collect();
        found.push(Function { name, answer, parameters, words });
    }
    found
}

/// `const char *name` in two.
fn split_name(text: &str) -> (String, String) {
    let at = text.rfind([' ', '*']).unwrap() + 1;
    (text[..at].trim().replace("struct ", ""), text[at..].to_owned())
}

/// `sbm_client` of `const sbm_client *`.
fn object(kind: &str) -> Option<&str> {
    let name = kind.trim_start_matches("const ").split([' ', '*']).next()?;
    (kind.ends_with('*') && name.starts_with("sbm_")).then_some(name)
}

/// What the types of objects say of themselves.
fn types() -> BTreeMap<String, String> {
    let opaque = |item: Item| {
        let rest = item.code.strip_prefix("typedef struct ")?.split_once(';')?.0.to_owned();
        let name = rest.split(' ').next()?.to_owned();
        Some((name, item.words))
    };
    items().into_iter().filter_map(opaque).collect()
}

fn is_said(words: &str, name: &str) -> bool {
    words.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name)
}

#[test]
fn every_function_says_what_it_does_and_what_each_parameter_is() {
    let functions = functions();
    assert_eq!(functions.len(), crate::exports::wanted().len());
    for Function { name, parameters, words, .. } in functions {
        assert!(
            words.split(['.', ':', ';']).next().is_some_and(|first| first.split(' ').count() >= 2),
            "{name}: what does it do?"
        );
        for (at, (kind, parameter)) in parameters.iter().enumerate() {
            // `error` is the same everywhere, and the object that a function is of has its type's words.
            let is_evident = parameter == "error" || (at == 0 && object(kind).is_some_and(|object| object.ends_with(parameter)));
            let is_list = at == 0 && kind.contains("sbm_profile_list");
            assert!(is_evident || is_list || is_said(&words, parameter), "{name}: what is `{parameter}`?");
        }
    }
}

#[test]
fn every_function_says_how_it_fails_and_since_when_it_exists() {
    for Function { name, answer, parameters, words } in functions() {
        let has_error = parameters.iter().any(|(kind, _)| kind.replace(' ', "") == "sbm_error**");
        let can_fail = has_error || (answer == "sbm_status" && name.ends_with("_free"));
        let says = if can_fail { words.contains("Errors: ") } else { words.contains("annot fail") };
        assert!(says, "{name}: how does it fail? {words}");
        assert!(words.contains("Since 0."), "{name}: since when?");
    }
}

#[test]
fn every_function_says_whose_its_outputs_are() {
    let mut seen = 0;
    for Function { name, answer, parameters, words } in functions() {
        for (kind, parameter) in &parameters {
            let kind = kind.replace(' ', "");
            let Some(made) = kind.strip_suffix("**").filter(|made| made.starts_with("sbm_") && *made != "sbm_error") else {
                continue;
            };
            seen += 1;
            assert!(words.contains(&format!("{made}_free()")), "{name}: how is `{parameter}` given back?");
        }
        if answer.ends_with('*') {
            seen += 1;
            assert!(words.contains("Borrowed") || words.contains("valid for ever"), "{name}: how long does its answer last?");
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn every_function_says_which_threads_may_call_it_or_its_type_does() {
    let types = types();
    for Function { name, parameters, words, .. } in functions() {
        let of = parameters.iter().find_map(|(kind, _)| {
            object(&kind.replace("**", "*"))
                .filter(|object| *object != "sbm_error" || name.starts_with("sbm_error"))
                .map(str::to_owned)
        });
        let by_type = of.and_then(|of| types.get(&of).cloned()).is_some_and(|words| words.contains("Threads:"));
        assert!(by_type || words.contains("Any thread") || words.contains("Threads:"), "{name}: which threads?");
    }
    for (name, words) in types {
        assert!(words.contains("Since 0."), "{name}: since when?");
    }
}

#[test]
fn every_type_field_value_and_callback_has_its_words() {
    let (mut values, mut fields, mut callbacks) = (0, 0, 0);
    let items = items();
    for Item { words, code } in &items {
        assert!(words.len() >= 3, "`{code}` has no words");
        if code.starts_with("enum sbm_") || code.starts_with("typedef struct ") || code.starts_with("typedef int32_t sbm_status")
        {
            assert!(words.contains("Since 0."), "`{code}`: since when?");
        }
        if code.contains("(*sbm_") && code.starts_with("typedef") {
            callbacks += 1;
            let name = code.split("(*").nth(1).unwrap().split(')').next().unwrap();
            for fact in ["Since 0.", "cannot fail", "hrea", "user_data"] {
                assert!(words.contains(fact), "{name} says nothing of `{fact}`");
            }
            let list = code.rsplit_once('(').unwrap().1.split(')').next().unwrap();
            for (_, parameter) in list.split(',').map(str::trim).map(split_name) {
                assert!(is_said(words, &parameter), "{name}: what is `{parameter}`?");
            }
        }
        values += usize::from(code.starts_with("SBM_") && code.contains(" = "));
        fields += usize::from(
            !code.starts_with("SBM_")
                && code.trim_end_matches(['}', ';', ' ']).matches(';').count() <= 1
                && code.contains(';')
                && !code.starts_with("typedef"),
        );
    }
    // Nothing is declared without a comment of its own: each piece of code behind a comment declares one thing.
    for Item { code, .. } in &items {
        let declared = code.split(" typedef ").next().unwrap();
        if declared.starts_with("SBM_") && !declared.starts_with("SBM_API") {
            assert_eq!(declared.matches(" = ").count(), 1, "a value without words: {declared}");
        }
        if declared.starts_with("SBM_API") {
            assert_eq!(declared.matches("SBM_API").count(), 1, "a function without words: {declared}");
        }
    }
    assert!(values > 50 && fields > 40 && callbacks == 4, "{values} values, {fields} fields, {callbacks} callbacks");
}
