//! Several names in one cell: `; ` stands between them, and one that has a `;` or a `"` in it stands in quotes, as CSV does it.

/// Between two names; a blank may follow.
const BETWEEN: char = ';';
const QUOTE: char = '"';

/// The names in one cell.
pub(crate) fn joined<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |name: &str| {
        if name.contains([BETWEEN, QUOTE]) { format!("\"{}\"", name.replace(QUOTE, "\"\"")) } else { name.to_owned() }
    };
    names.into_iter().map(quoted).collect::<Vec<_>>().join("; ")
}

/// The names of a cell; those that are empty are none.
pub(crate) fn split(cell: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = cell.trim_start();
    while !rest.is_empty() {
        let name;
        (name, rest) = match rest.strip_prefix(QUOTE) {
            Some(inside) => quoted(inside)?,
            None => {
                let (name, behind) = rest.split_once(BETWEEN).unwrap_or((rest, ""));
                (name.trim().to_owned(), behind)
            }
        };
        if !name.is_empty() {
            names.push(name);
        }
        rest = rest.trim_start();
    }
    Ok(names)
}

/// The name that ends with the next single quote, and what stands behind the `;` after it.
fn quoted(inside: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = inside;
    loop {
        let (part, behind) = rest.split_once(QUOTE).ok_or_else(|| format!("the quote before `{inside}` does not end"))?;
        name.push_str(part);
        match behind.strip_prefix(QUOTE) {
            Some(more) => {
                name.push(QUOTE);
                rest = more;
            }
            None => {
                let behind = behind.trim_start();
                return match behind.strip_prefix(BETWEEN) {
                    Some(next) => Ok((name, next)),
                    None if behind.is_empty() => Ok((name, "")),
                    None => Err(format!("behind the quoted `{name}` stands `{behind}`, where a `;` should be")),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_out_of_a_cell_as_they_went_in_con_1() {
        for names in [
            &[][..],
            &["Finance"],
            &["Finance", "Sales"],
            &["a;b", "c"],
            &["say \"hi\"", "\"", ";", "\";\"", "x"],
            &["a,b", "two words", "=1", "'"],
        ] {
            let cell = joined(names.iter().copied());
            assert_eq!(split(&cell).unwrap(), names, "{cell}");
        }
        for (cell, names) in [
            (" Finance ;Sales;; ", &["Finance", "Sales"][..]),
            ("a \"b\" c;d", &["a \"b\" c", "d"]),
            ("\"a;b\" ; c", &["a;b", "c"]),
            (";;", &[]),
        ] {
            assert_eq!(split(cell).unwrap(), names, "{cell}");
        }
        assert!(split("\"a;b").unwrap_err().contains("does not end"));
        assert!(split("\"a\" b").unwrap_err().contains("`b`"));
    }
}
