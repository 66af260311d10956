//! Paths and queries: what stands in them is percent-encoded, whatever it is.
//!
//! Only the unreserved characters of RFC 3986 stay as they are, so that a name with `/`, `?`, `%` or `..` in it names
//! one object and nothing else.

use std::fmt::Write as _;

/// The path of one object of a collection.
pub(super) fn member(collection: &str, name: &str) -> String {
    let mut path = format!("{collection}/");
    match name {
        // A segment of dots would be taken for a step in the tree, encoded or not by some servers on the way.
        "." | ".." => path.push_str(&name.replace('.', "%2E")),
        _ => encode(&mut path, name),
    }
    path
}

/// A path with a query, in the order in which it is put together.
pub(super) struct Query {
    path: String,
    mark: char,
}

impl Query {
    pub(super) fn of(path: &str) -> Self {
        Self { path: path.to_owned(), mark: '?' }
    }

    /// Adds a parameter, unless there is nothing to say.
    pub(super) fn with(mut self, key: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.path.push(self.mark);
            self.mark = '&';
            encode(&mut self.path, key);
            self.path.push('=');
            encode(&mut self.path, value);
        }
        self
    }

    /// Adds `key=true`, or nothing.
    pub(super) fn flag(self, key: &str, set: bool) -> Self {
        self.with(key, set.then_some("true"))
    }

    pub(super) fn finish(self) -> String {
        self.path
    }
}

fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            // Writing into a `String` does not fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_path_names_one_object_and_nothing_else() {
        for (name, path) in [
            ("carol", "/v1/users/carol"),
            ("Büro 2", "/v1/users/B%C3%BCro%202"),
            ("a/b", "/v1/users/a%2Fb"),
            ("a?confirm=true", "/v1/users/a%3Fconfirm%3Dtrue"),
            ("50%", "/v1/users/50%25"),
            ("a+b&c#d", "/v1/users/a%2Bb%26c%23d"),
            ("..", "/v1/users/%2E%2E"),
            (".", "/v1/users/%2E"),
            ("a.b", "/v1/users/a.b"),
        ] {
            assert_eq!(member("/v1/users", name), path);
        }
    }

    #[test]
    fn a_query_has_what_was_said_and_nothing_else() {
        assert_eq!(Query::of("/v1/history").finish(), "/v1/history");
        assert_eq!(Query::of("/v1/history").with("user", None).flag("detach", false).finish(), "/v1/history");
        let both = Query::of("/v1/history").with("user", Some("a&b")).with("limit", Some("5")).flag("x", true);
        assert_eq!(both.finish(), "/v1/history?user=a%26b&limit=5&x=true");
    }
}
