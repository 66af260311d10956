//! Something moves while a person waits (CON-1): a bar where the whole is known, else a count. On a terminal only, and
//! gone without a trace at the end.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is going on.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

/// How often a line that only turns is drawn.
const TURN: Duration = Duration::from_millis(120);

impl Progress {
    /// Work of unknown length; `seen` says whether anybody looks at it.
    pub(crate) fn counting(what: &str, seen: bool) -> Self {
        Self::of(ProgressBar::with_draw_target(None, target(seen)), "{spinner} {msg} {human_pos} ({elapsed})", what)
    }

    /// Work of which only the end is known.
    pub(crate) fn waiting(what: &str, seen: bool) -> Self {
        Self::of(ProgressBar::with_draw_target(None, target(seen)), "{spinner} {msg} ({elapsed})", what)
    }

    /// Bytes on their way.
    pub(crate) fn bytes(what: &str, all: Option<u64>, seen: bool) -> Self {
        let bar = ProgressBar::with_draw_target(all, target(seen));
        let template = if all.is_some() {
            "{msg} [{bar:30}] {decimal_bytes}/{decimal_total_bytes}"
        } else {
            "{spinner} {msg} {decimal_bytes} ({elapsed})"
        };
        Self::of(bar, template, what)
    }

    /// Work of that many parts.
    pub(crate) fn counted(what: &str, all: u64, seen: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(all), target(seen));
        Self::of(bar, "{msg} [{bar:30}] {human_pos}/{human_len} ({eta} left)", what)
    }

    fn of(bar: ProgressBar, template: &str, what: &str) -> Self {
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        if !bar.is_hidden() {
            bar.enable_steady_tick(TURN);
        }
        Self(bar)
    }

    /// So much more is done.
    pub(crate) fn add(&self, done: usize) {
        self.0.inc(u64::try_from(done).unwrap_or(u64::MAX));
    }

    /// So much is done of so much.
    pub(crate) fn reach(&self, done: u64, all: u64) {
        self.0.set_length(all);
        self.0.set_position(done);
    }

    /// So much is done.
    pub(crate) fn at(&self, done: u64) {
        self.0.set_position(done);
    }

    /// It is over; nothing is left of it on the terminal.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn target(seen: bool) -> ProgressDrawTarget {
    if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_looking_means_nothing_is_drawn_con_1() {
        for progress in [Progress::counting("x", false), Progress::waiting("x", false), Progress::counted("x", 3, false)] {
            assert!(progress.0.is_hidden());
            progress.add(2);
        }
        let progress = Progress::counted("x", 3, false);
        progress.add(2);
        assert_eq!((progress.0.position(), progress.0.length()), (2, Some(3)));
    }
}
