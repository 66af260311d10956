//! How far a token goes at most, and a role that somebody made: one row of the matrix (RUN-11, USR-5, USR-10).
//!
//! 1. A ceiling says of each task how far; a task that it does not name it denies.
//! 2. It grants nothing: what its owner may not do at this moment, the token may not either. The engine asks for both at
//!    every request, so that whoever narrows the owner narrows all his tokens at once.
//! 3. On the wire it is an object of tasks: `{"devices":"write","users":"read"}`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::action::{Task, TaskAccess};
use super::role::Role;

/// How far a token goes in each task at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ceiling(u64);

/// A task has two bits.
const BITS: u64 = 0b11;

impl Ceiling {
    /// Nothing at all.
    pub const NONE: Self = Self(0);

    /// That of a table row.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits: two a task, from the lowest on, 0 for nothing, 1 to read, 2 to write.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The same, going that far in this task.
    #[must_use]
    pub const fn with(self, task: Task, access: TaskAccess) -> Self {
        let at = place(task);
        Self(self.0 & !(BITS << at) | (access as u64) << at)
    }

    /// How far it goes in this task. Bits that mean nothing allow nothing.
    #[must_use]
    pub const fn access(self, task: Task) -> TaskAccess {
        match self.0 >> place(task) & BITS {
            1 => TaskAccess::Read,
            2 => TaskAccess::Write,
            _ => TaskAccess::None,
        }
    }

    /// Whether it goes that far in this task.
    #[must_use]
    pub fn allows(self, task: Task, access: TaskAccess) -> bool {
        self.access(task) >= access
    }

    /// Whether it goes as far as that role in every task.
    #[must_use]
    pub fn covers(self, role: Role) -> bool {
        self.goes_as_far_as(role.row())
    }

    /// Whether it goes as far as another one in every task (USR-10).
    #[must_use]
    pub fn goes_as_far_as(self, other: Self) -> bool {
        Task::ALL.into_iter().all(|task| self.allows(task, other.access(task)))
    }

    /// As far as either of the two in each task.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Task::ALL.into_iter().fold(Self::NONE, |both, task| both.with(task, self.access(task).max(other.access(task))))
    }

    /// The tasks that it names, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = (Task, TaskAccess)> {
        Task::ALL.into_iter().map(move |task| (task, self.access(task))).filter(|(_, access)| *access != TaskAccess::None)
    }

    /// Whether it goes nowhere.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}

const fn place(task: Task) -> u32 {
    2 * task as u32
}

impl fmt::Display for Ceiling {
    /// As people read it: `devices=write, users=read`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.iter().map(|(task, access)| format!("{}={}", task.name(), access.name())).collect();
        f.write_str(if parts.is_empty() { "nothing" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

impl Serialize for Ceiling {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Ceiling {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Named)
    }
}

/// As an answer tells it: a task of a later server's is passed over, and so is what is not known of one (DOOR-4).
///
/// # Errors
///
/// When it is no object.
pub fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ceiling, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Told {
        Known(TaskAccess),
        Other(IgnoredAny),
    }
    let told: BTreeMap<String, Told> = Deserialize::deserialize(deserializer)?;
    let known = told.iter().filter_map(|(task, told)| match told {
        Told::Known(access) => Some((Task::from_name(task)?, *access)),
        Told::Other(_) => None,
    });
    Ok(known.fold(Ceiling::NONE, |all, (task, access)| all.with(task, access)))
}

struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = Ceiling;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tasks with `read` or `write`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ceiling, A::Error> {
        let mut ceiling = Ceiling::NONE;
        while let Some((task, access)) = map.next_entry::<Task, TaskAccess>()? {
            if access == TaskAccess::None {
                return Err(A::Error::custom(format!("leave the task `{}` out instead of naming it with `none`", task.name())));
            }
            if ceiling.access(task) != TaskAccess::None {
                return Err(A::Error::custom(format!("the task `{}` stands there twice", task.name())));
            }
            ceiling = ceiling.with(task, access);
        }
        Ok(ceiling)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use proptest::prelude::*;

    use super::*;

    const ALL: [TaskAccess; 3] = [TaskAccess::None, TaskAccess::Read, TaskAccess::Write];

    #[test]
    fn a_ceiling_goes_as_far_as_it_says_in_each_task_and_nowhere_else_run_11() {
        for task in Task::ALL {
            for access in ALL {
                let one = Ceiling::NONE.with(task, access);
                for other in Task::ALL {
                    let expected = if other == task { access } else { TaskAccess::None };
                    assert_eq!(one.access(other), expected, "{task:?} {other:?}");
                    assert!(ALL.into_iter().all(|asked| one.allows(other, asked) == (expected >= asked)));
                }
                // Named anew it is another, wider or narrower.
                assert_eq!(one.with(task, TaskAccess::Read), Ceiling::NONE.with(task, TaskAccess::Read));
                assert_eq!(Ceiling::from_bits(one.bits()), one);
            }
        }
    }

    #[test]
    fn on_the_wire_it_is_an_object_of_tasks_and_nothing_odd_is_read_run_11() {
        let some = Ceiling::NONE.with(Task::Users, TaskAccess::Read).with(Task::Devices, TaskAccess::Write);
        let text = r#"{"users":"read","devices":"write"}"#;
        assert_eq!(serde_json::to_string(&some).unwrap(), text);
        assert_eq!(serde_json::from_str::<Ceiling>(text).unwrap(), some);
        assert_eq!(serde_json::from_str::<Ceiling>("{}").unwrap(), Ceiling::NONE);
        assert_eq!((some.to_string(), Ceiling::NONE.to_string()), ("users=read, devices=write".into(), "nothing".into()));
        for (odd, told) in [
            (r#"{"users":"read","users":"write"}"#, "the task `users` stands there twice"),
            (r#"{"users":"none"}"#, "leave the task `users` out"),
            (r#"{"root":"read"}"#, "unknown variant `root`"),
            (r#"{"users":"all"}"#, "unknown variant `all`"),
            (r#"{"users":2}"#, "expected"),
            (r#"["users"]"#, "an object of tasks"),
            ("null", "an object of tasks"),
        ] {
            let error = serde_json::from_str::<Ceiling>(odd).unwrap_err().to_string();
            assert!(error.contains(told), "{odd}: {error}");
        }
    }

    #[test]
    fn a_task_of_a_later_server_s_is_passed_over_in_an_answer_door_4() {
        #[derive(Deserialize)]
        struct Answer(#[serde(deserialize_with = "lenient")] Ceiling);
        let read = |text: &str| serde_json::from_str::<Answer>(text).map(|answer| answer.0).map_err(|error| error.to_string());
        let users = Ceiling::NONE.with(Task::Users, TaskAccess::Read);
        for text in [
            r#"{"users":"read"}"#,
            r#"{"later":"write","users":"read"}"#,
            r#"{"users":"read","devices":"own"}"#,
            r#"{"users":"read","later":{"at":[1]},"devices":7}"#,
        ] {
            assert_eq!(read(text), Ok(users), "{text}");
        }
        assert!(read("[]").is_err() && read("\"users\"").is_err());
    }

    #[test]
    fn a_role_is_covered_by_a_ceiling_that_goes_as_far_everywhere_usr_10() {
        for role in Role::ALL {
            let whole = Task::ALL.into_iter().fold(Ceiling::NONE, |all, task| all.with(task, role.access(task)));
            assert!(whole.covers(role), "{role:?}");
            for task in Task::ALL.into_iter().filter(|task| role.access(*task) != TaskAccess::None) {
                assert!(!whole.with(task, TaskAccess::None).covers(role), "{role:?} without {task:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_bits_a_row_holds_nothing_is_allowed_that_they_do_not_say_run_11(bits: u64) {
            for task in Task::ALL {
                let told = bits >> (2 * task as u32) & 3;
                prop_assert_eq!(Ceiling::from_bits(bits).allows(task, TaskAccess::Read), told == 1 || told == 2);
                prop_assert_eq!(Ceiling::from_bits(bits).allows(task, TaskAccess::Write), told == 2);
            }
        }
    }
}
