//! A line that is typed unseen.
//!
//! 1. While it is typed the terminal shows nothing and sends no signals: ^C comes as a key. However the reading ends, the
//!    terminal is as before, and nobody is left typing blindly at his shell.
//! 2. The keys that people use without thinking work: backspace, ^U for the line, ^W for the last word, ^D for the end.
//!    Other keys that are no characters, as the arrows, do nothing.
//! 3. What was typed is wiped from memory when it is dropped.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};

use zeroize::Zeroizing;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(Zeroizing<String>),
    /// ^C: whoever was asked wants out.
    Interrupted,
}

const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CLEAR_LINE: u8 = 0x15;
const CLEAR_WORD: u8 = 0x17;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;

/// Asks on the terminal. Standard input must be one.
pub(super) fn ask(prompt: &str, most: usize) -> io::Result<Typed> {
    let unseen = Unseen::begin()?;
    let mut terminal = terminal();
    write!(terminal, "{prompt}")?;
    terminal.flush()?;
    let typed = read(io::stdin().lock(), most);
    drop(unseen);
    writeln!(terminal)?;
    typed
}

/// The terminal itself, so that the question is seen wherever standard error goes, and is never part of it.
fn terminal() -> Box<dyn Write> {
    match OpenOptions::new().write(true).open(if cfg!(windows) { "CONOUT$" } else { "/dev/tty" }) {
        Ok(terminal) => Box::new(terminal),
        Err(_) => Box::new(io::stderr()),
    }
}

/// The terminal as it must be meanwhile; dropped, it is as before.
struct Unseen;

impl Unseen {
    fn begin() -> io::Result<Self> {
        crossterm::terminal::enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// Keys up to the end of a line. More than `most` bytes are kept only so far that it shows.
fn read(input: impl Read, most: usize) -> io::Result<Typed> {
    // The room for all of it at once: a line that moves leaves itself behind.
    let mut line = Zeroizing::new(Vec::with_capacity(most + 4));
    let mut has_room = true;
    let mut keys = Keys(input);
    while let Some(key) = keys.next()? {
        match key {
            b'\r' | b'\n' => return finish(&line),
            INTERRUPT => return Ok(Typed::Interrupted),
            END if line.is_empty() => break,
            BACKSPACE | DELETE => pop(&mut line),
            CLEAR_LINE => line.clear(),
            CLEAR_WORD => pop_word(&mut line),
            ESCAPE => keys.skip_sequence()?,
            key if key < b' ' => {}
            key => {
                // One byte too many shows that it is too much; the character it belongs to is kept whole.
                has_room = if is_inside(key) { has_room && line.len() < most + 4 } else { line.len() <= most };
                if has_room {
                    line.push(key);
                }
            }
        }
    }
    if line.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "there is nothing more to read"));
    }
    finish(&line)
}

fn finish(line: &[u8]) -> io::Result<Typed> {
    match std::str::from_utf8(line) {
        Ok(text) => Ok(Typed::Line(Zeroizing::new(text.to_owned()))),
        Err(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "what was typed is not valid UTF-8")),
    }
}

/// Removes the last character, which may have several bytes.
fn pop(line: &mut Vec<u8>) {
    while line.pop().is_some_and(is_inside) {}
}

/// Whether this byte goes on with a character that began before it.
const fn is_inside(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn pop_word(line: &mut Vec<u8>) {
    while line.pop_if(|byte| *byte == b' ').is_some() {}
    while line.pop_if(|byte| *byte != b' ').is_some() {}
}

/// Keys, byte by byte, as a terminal sends them.
struct Keys<R>(R);

impl<R: Read> Keys<R> {
    fn next(&mut self) -> io::Result<Option<u8>> {
        let mut byte = Zeroizing::new([0]);
        loop {
            match self.0.read(&mut *byte) {
                Ok(0) => return Ok(None),
                Ok(_) => return Ok(byte.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The rest of an arrow or a function key: `[` or `O`, then everything up to a letter or `~`.
    fn skip_sequence(&mut self) -> io::Result<()> {
        if matches!(self.next()?, Some(b'[' | b'O')) {
            while self.next()?.is_some_and(|byte| !(b'@'..=b'~').contains(&byte)) {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> io::Result<Typed> {
        read(keys, 16)
    }

    #[test]
    fn what_is_typed_is_the_line_and_the_usual_keys_work() {
        for (keys, line) in [
            (&b"secret\r"[..], "secret"),
            (b"secret\nmore", "secret"),
            (b"secret", "secret"),
            (b"secre\x7f\x08t\r", "sect"),
            ("pä\u{7f}b\r".as_bytes(), "pb"),
            ("名前\u{7f}\r".as_bytes(), "名"),
            (b"\x7f\x17\r", ""),
            (b"wrong\x15right\r", "right"),
            (b"two words  \x17x\r", "two x"),
            (b"a\x1b[Db\x1bOPc\x1b[3~d\r", "abcd"),
            (b"a\x04b\x01\r", "ab"),
        ] {
            assert_eq!(typed(keys).unwrap(), Typed::Line(Zeroizing::new(line.to_owned())), "{keys:?}");
        }
    }

    #[test]
    fn an_interrupt_ends_the_reading_at_once() {
        for keys in [&b"\x03"[..], b"secret\x03\r"] {
            assert_eq!(typed(keys).unwrap(), Typed::Interrupted);
        }
    }

    #[test]
    fn the_end_of_input_and_bytes_that_are_no_text_are_failures() {
        for (keys, kind) in [
            (&b""[..], io::ErrorKind::UnexpectedEof),
            (b"\x04more\r", io::ErrorKind::UnexpectedEof),
            (b"\xff\r", io::ErrorKind::InvalidData),
        ] {
            assert_eq!(typed(keys).unwrap_err().kind(), kind, "{keys:?}");
        }
    }

    #[test]
    fn too_much_is_seen_to_be_too_much_and_not_kept() {
        for (key, kept) in [("x", 17), ("ä", 18), ("前", 18), ("🔑", 20)] {
            let Typed::Line(line) = typed(format!("{}\r", key.repeat(99)).as_bytes()).unwrap() else { panic!("{key}") };
            assert_eq!(line.len(), kept, "{key}");
        }
    }
}
