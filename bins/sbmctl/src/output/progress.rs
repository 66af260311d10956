//! Something moves while a person waits (CON-1): a bar where the whole is known, else a count. On a terminal only, and
//! gone without a trace at the end.

use std::cell::Cell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is going on.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    /// Whether somebody looks, and nothing was drawn yet.
    is_due: Cell<bool>,
}

/// How often a line that only turns is drawn.
const TURN: Duration = Duration::from_millis(120);
/// What takes less time than that shows nothing: a line that comes and goes at once tells nobody anything.
const SHORT: Duration = Duration::from_millis(400);

impl Progress {
    /// Work of unknown length; `seen` says whether anybody looks at it.
    pub(crate) fn counting(what: &str, seen: bool) -> Self {
        Self::of(None, "{spinner} {msg} {human_pos} ({elapsed})", what, seen)
    }

    /// Work of which only the end is known. It shows at once, for nothing else will be heard of it.
    pub(crate) fn waiting(what: &str, seen: bool) -> Self {
        let progress = Self::of(None, "{spinner} {msg} ({elapsed})", what, seen);
        progress.draw();
        progress
    }

    /// Bytes on their way.
    pub(crate) fn bytes(what: &str, all: Option<u64>, seen: bool) -> Self {
        let template = if all.is_some() {
            "{msg} [{bar:30}] {decimal_bytes}/{decimal_total_bytes}"
        } else {
            "{spinner} {msg} {decimal_bytes} ({elapsed})"
        };
        Self::of(all, template, what, seen)
    }

    /// Work of that many parts.
    pub(crate) fn counted(what: &str, all: u64, seen: bool) -> Self {
        Self::of(Some(all), "{msg} [{bar:30}] {human_pos}/{human_len} ({eta} left)", what, seen)
    }

    fn of(all: Option<u64>, template: &str, what: &str, seen: bool) -> Self {
        let bar = ProgressBar::with_draw_target(all, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        Self { bar, begun: Instant::now(), is_due: Cell::new(seen) }
    }

    /// So much more is done.
    pub(crate) fn add(&self, done: usize) {
        self.bar.inc(u64::try_from(done).unwrap_or(u64::MAX));
        self.moved();
    }

    /// So much is done of so much.
    pub(crate) fn reach(&self, done: u64, all: u64) {
        self.bar.set_length(all);
        self.at(done);
    }

    /// So much is done.
    pub(crate) fn at(&self, done: u64) {
        self.bar.set_position(done);
        self.moved();
    }

    /// It is over; nothing is left of it on the terminal.
    pub(crate) fn clear(&self) {
        self.is_due.set(false);
        self.bar.finish_and_clear();
    }

    fn moved(&self) {
        if self.is_due.get() && self.begun.elapsed() >= SHORT {
            self.draw();
        }
    }

    fn draw(&self) {
        if self.is_due.replace(false) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TURN);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_looking_means_nothing_is_drawn_con_1() {
        for progress in [Progress::counting("x", false), Progress::waiting("x", false), Progress::counted("x", 3, false)] {
            assert!(progress.bar.is_hidden());
            progress.add(2);
        }
        let progress = Progress::counted("x", 3, true);
        progress.add(2);
        assert_eq!((progress.bar.position(), progress.bar.length()), (2, Some(3)));
        assert!(progress.bar.is_hidden(), "what is over at once shows nothing");
    }
}
