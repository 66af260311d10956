//! Acts that come again and again, merged, so that a flood of them cannot fill the disk with audit entries (RUN-12).
//!
//! 1. The first one of an actor from an address with an outcome is an entry at once. Those that are alike within the same
//!    minute are counted, and make one entry more when the minute is over, which says for how many objects they were.
//! 2. Each actor has room of his own: beyond so many different ones a minute, the rest of his are one entry with his name.
//!    Nobody uses up another's. Who is not known yet is known by his address, and has room apart from those who are.
//! 3. Beyond so many actors a minute, the rest of them are one entry: a minute's entries are bounded, whatever comes.
//! 4. The addresses of one IPv6 /64, which a single computer may have all, are one.
//! 5. A crash loses the counts of its minute, never the first one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use sbm_core::audit::Entry;
use sbm_core::id::AccountId;
use sbm_core::time::{MINUTE, Timestamp};

/// How many different objects of acts that are alike are counted apart.
const OBJECTS: usize = 64;

/// How much is told apart within a minute.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// How many actors.
    pub actors: usize,
    /// How many different acts of each.
    pub acts: usize,
    /// Whether the same act on another object is a different one.
    pub by_object: bool,
}

impl Room {
    /// For what was refused: some five hundred entries a minute at most, of users and of strangers each.
    pub const REFUSED: Self = Self { actors: 32, acts: 8, by_object: false };
    /// For what was granted, which costs whoever asks a password that is right.
    pub const GRANTED: Self = Self { actors: 4_096, acts: 32, by_object: true };
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody who proved who he is.
    Known,
    /// Somebody who did not: all that is known of him is his address.
    Stranger,
}

/// The acts of this minute.
#[derive(Debug)]
pub struct Merged {
    room: Room,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    minute: i64,
    known: Actors,
    strangers: Actors,
}

#[derive(Debug, Default)]
struct Actors {
    each: HashMap<(AccountId, String), Acts>,
    others: Option<Rest>,
}

/// What one actor did.
#[derive(Debug, Default)]
struct Acts {
    alike: HashMap<Key, Count>,
    others: Option<Rest>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    address: String,
    act: String,
    outcome: String,
    object: Option<String>,
}

/// Acts that are alike and have no entry of their own yet.
#[derive(Debug)]
struct Count {
    more: u64,
    objects: HashSet<String>,
    /// The last one.
    last: Entry,
}

/// Acts beyond those that are told apart.
#[derive(Debug)]
struct Rest {
    count: u64,
    acts: BTreeSet<String>,
    last: Entry,
}

impl Merged {
    /// Nothing yet, and that much room.
    #[must_use]
    pub fn new(room: Room) -> Self {
        Self { room, window: Mutex::default() }
    }

    /// Takes an act in; gives what is to be written now.
    pub fn take(&self, entry: Entry, standing: Standing) -> Vec<Entry> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = window.close(minute(entry.at));
        let address = network(&entry.address);
        let (actors, actor) = match standing {
            Standing::Known => (&mut window.known, entry.actor.clone()),
            Standing::Stranger => (&mut window.strangers, address.clone()),
        };
        due.extend(actors.take((entry.account, actor), address, entry, self.room));
        due
    }

    /// What is to be written of minutes that are over.
    pub fn due(&self, now: Timestamp) -> Vec<Entry> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner).close(minute(now))
    }

    /// What is to be written when the server stops.
    pub fn rest(&self) -> Vec<Entry> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = window.minute;
        window.close(minute.wrapping_add(1))
    }
}

impl Window {
    /// Ends the minute if it is another now, and gives its counts.
    fn close(&mut self, minute: i64) -> Vec<Entry> {
        if minute == self.minute {
            return Vec::new();
        }
        self.minute = minute;
        let mut due = std::mem::take(&mut self.known).close();
        due.extend(std::mem::take(&mut self.strangers).close());
        due.sort_by_key(|entry| entry.at);
        due
    }
}

impl Actors {
    fn take(&mut self, actor: (AccountId, String), address: String, entry: Entry, room: Room) -> Option<Entry> {
        if self.each.len() >= room.actors && !self.each.contains_key(&actor) {
            Rest::add(&mut self.others, entry);
            return None;
        }
        let acts = self.each.entry(actor).or_default();
        let object = room.by_object.then(|| entry.object.clone());
        let key = Key { address, act: entry.act.clone(), outcome: entry.outcome.clone(), object };
        if let Some(count) = acts.alike.get_mut(&key) {
            count.add(entry);
        } else if acts.alike.len() < room.acts {
            acts.alike.insert(key, Count { more: 0, objects: HashSet::new(), last: entry.clone() });
            return Some(entry);
        } else {
            Rest::add(&mut acts.others, entry);
        }
        None
    }

    fn close(self) -> Vec<Entry> {
        let mut due: Vec<Entry> = self.others.map(Rest::of_several).into_iter().collect();
        for acts in self.each.into_values() {
            due.extend(acts.alike.into_values().filter(|count| count.more > 0).map(Count::alike));
            due.extend(acts.others.map(Rest::of_one));
        }
        due
    }
}

impl Count {
    fn add(&mut self, entry: Entry) {
        self.more += 1;
        if !entry.object.is_empty() && self.objects.len() < OBJECTS {
            self.objects.insert(entry.object.clone());
        }
        // It is about the accounts of all of them, as far as they are told apart.
        let before = std::mem::take(&mut self.last.about);
        let room = OBJECTS.saturating_sub(entry.about.len());
        self.last = entry.about(before.into_iter().take(room));
    }

    fn alike(self) -> Entry {
        let times = if self.more == 1 { "once more".to_owned() } else { format!("{} times more", self.more) };
        let last = match self.objects.len() {
            0 => String::new(),
            1 => format!(", for `{}`", self.last.object),
            OBJECTS => format!(", for {OBJECTS} objects or more, last for `{}`", self.last.object),
            objects => format!(", for {objects} objects, last for `{}`", self.last.object),
        };
        Entry { object: String::new(), detail: format!("{times} within the minute{last}"), ..self.last }
    }
}

impl Rest {
    fn add(rest: &mut Option<Self>, entry: Entry) {
        let (count, mut acts) = rest.take().map_or_else(Default::default, |rest| (rest.count, rest.acts));
        if acts.len() < OBJECTS {
            acts.insert(entry.act.clone());
        }
        *rest = Some(Self { count: count + 1, acts, last: entry });
    }

    fn of_one(self) -> Entry {
        let Entry { address, act, .. } = &self.last;
        let detail = format!(
            "{} attempts within the minute beyond those that are told apart, at {}; the last one `{act}` from `{address}`",
            self.count,
            listed(&self.acts),
        );
        Entry { act: "several".to_owned(), object: String::new(), detail, about: Vec::new(), ..self.last }
    }

    fn of_several(self) -> Entry {
        let Entry { actor, address, act, .. } = &self.last;
        let detail = format!(
            "{} attempts within the minute of more actors than are told apart, at {}; the last one `{act}` by `{actor}` from `{address}`",
            self.count,
            listed(&self.acts),
        );
        let (actor, address, act) = ("several".to_owned(), String::new(), "several".to_owned());
        Entry { actor, address, act, object: String::new(), detail, about: Vec::new(), ..self.last }
    }
}

fn listed(acts: &BTreeSet<String>) -> String {
    acts.iter().map(|act| format!("`{act}`")).collect::<Vec<_>>().join(", ")
}

/// What an address stands for: itself, or the /64 that it is in.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => (address.to_bits() >> 64).to_string(),
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE)
}

#[cfg(test)]
mod tests;
