//! What the agent does all day: logs in, looks into the folder once a second, and sees that the worker sends.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::spool::{Look, STANDS, Spool};
use sbm_client::{Client, Connection, Enrolment, Notice, Rollout, SyncSummary, Worker, WorkerConfig};
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::output::text::count;

/// Between two looks into the folder.
const LOOK: Duration = Duration::from_secs(1);
/// Between two attempts to log in, or to use a cache that cannot be used.
const AGAIN: Duration = Duration::from_secs(60);

/// What reaches the agent from outside.
enum Event {
    /// ^C or SIGTERM.
    Stop,
    /// The worker has something to say.
    Noticed(Notice),
}

/// Where the events come from.
pub(super) struct Stop {
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl Stop {
    /// From now on ^C and SIGTERM are events, and end what the client waits for.
    pub(super) fn take(client: &Arc<Client>) -> Result<Self, Failure> {
        let (sender, events) = channel();
        let (signal, client) = (sender.clone(), Arc::clone(client));
        ctrlc::set_handler(move || {
            // Where nobody listens any more, it is ending.
            drop(signal.send(Event::Stop));
            client.cancel();
        })
        .map_err(|error| Failure::new(Code::Internal, format!("^C and SIGTERM cannot be taken: {error}")))?;
        Ok(Self { sender, events })
    }
}

/// One agent.
pub(super) struct Duty<'a> {
    spool: Spool,
    client: Arc<Client>,
    rollout: Rollout,
    /// Whether to log in although a server is known.
    anew: bool,
    /// The server and the code that make this installation a device, if it is none yet.
    enrolment: Option<(ConnectionString, Secret)>,
    out: &'a mut Output,
    done: Done,
    /// What was told last, so that it is not told again and again.
    told: Option<Code>,
}

/// What it came to.
#[derive(Default)]
struct Done {
    recorded: usize,
    set_aside: usize,
    troubles: usize,
    sent: usize,
    waiting: usize,
}

impl<'a> Duty<'a> {
    pub(super) fn new(
        spool: Spool,
        client: Arc<Client>,
        rollout: Rollout,
        anew: bool,
        enrolment: Option<(ConnectionString, Secret)>,
        out: &'a mut Output,
    ) -> Self {
        Self { spool, client, rollout, anew, enrolment, out, done: Done::default(), told: None }
    }

    /// What is there, one sync, and the end. ^C ends it at any point, and the next start goes on.
    pub(super) fn once(&mut self) -> Result<(), Failure> {
        self.log_in()?;
        let begun = Instant::now();
        // What may not be written to its end is looked at until it stood long enough.
        let patience = Duration::from_millis(STANDS.unsigned_abs()) + 2 * LOOK;
        loop {
            let look = self.look()?;
            let pause = if look.more { Duration::ZERO } else { LOOK };
            if !look.more && (look.unfinished == 0 || begun.elapsed() >= patience) {
                break;
            }
            std::thread::sleep(pause);
        }
        let anew = "log in anew with `--login` and the settings of the first login";
        let summary = self.client.sync().map_err(|error| Failure::from(error).hint_for(Code::NotLoggedIn, anew))?;
        self.note(&summary);
        self.tell_all()?;
        match summary.why {
            _ if self.done.set_aside + self.done.troubles > 0 => {
                let files = count(self.done.set_aside + self.done.troubles, "file");
                let sentence = format!("{files} could not be taken; see `{}`", self.spool.bad().display());
                Err(Failure::new(Code::InvalidRecord, sentence)
                    .hint("the reason is beside each file; put it back when it is right"))
            }
            Some(why) => {
                let failure = Failure::new(why, format!("the runs are kept and were not sent: {}", why.text()));
                Err(failure.hint_for(Code::TokenRefused, anew))
            }
            None => Ok(()),
        }
    }

    /// Until somebody ends it.
    pub(super) fn until_stopped(&mut self, stop: &Stop) -> Result<(), Failure> {
        let mut worker: Option<Worker> = None;
        loop {
            let mut pause = LOOK;
            if worker.is_none() {
                match self.log_in() {
                    Ok(()) => worker = Some(self.begin(stop)?),
                    Err(failure) => pause = self.later(failure)?,
                }
            }
            if let Some(worker) = &worker {
                match self.look() {
                    Ok(look) => {
                        if look.recorded > 0 {
                            worker.sync_now();
                        }
                        if look.more {
                            pause = Duration::ZERO;
                        }
                    }
                    Err(failure) => pause = self.later(failure)?,
                }
            }
            if self.wait(stop, pause)? {
                break;
            }
        }
        // The worker first: what it is in ends, and nothing is sent behind its back.
        drop(worker);
        self.tell_all()
    }

    /// Waits for events, at most that long; whether it is over.
    fn wait(&mut self, stop: &Stop, pause: Duration) -> Result<bool, Failure> {
        let until = Instant::now() + pause;
        loop {
            match stop.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Event::Stop) => return Ok(true),
                Ok(Event::Noticed(Notice::Synced(summary))) => {
                    self.note(&summary);
                    self.tell_change(summary.why, summary.history_sent)?;
                }
                Ok(Event::Noticed(Notice::Failed(code))) => self.tell_change(Some(code), 0)?,
                Ok(Event::Noticed(_)) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                // The handler of ^C holds a sender as long as the process lives.
                Err(RecvTimeoutError::Disconnected) => return Ok(true),
            }
        }
    }

    /// Logs in if nobody is, or if that was said.
    fn log_in(&mut self) -> Result<(), Failure> {
        let is_none_yet = self.client.state().standing() == Connection::Unmanaged;
        if let Some((server, code)) = self.enrolment.as_ref().filter(|_| is_none_yet) {
            if self.client.enrol(server, code)? == Enrolment::Waiting {
                let sentence = "a person has yet to let this device in; the files stay where they are";
                return Err(Failure::new(Code::Busy, sentence).hint("let it in with `sbmctl enrolment approve`"));
            }
        } else if self.anew {
            self.client.log_in_by(&self.rollout)?;
            self.anew = false;
        } else {
            self.client.roll_out(&self.rollout)?;
        }
        if self.client.state().standing() == Connection::Unmanaged {
            let sentence = "no server manages this installation, and it keeps no history; the files stay where they are";
            let hint =
                "say which server is to: `--server sbm://…`, `--user NAME` and `--password-file FILE`, or `--rollout FILE`";
            return Err(Failure::new(Code::NotLoggedIn, sentence).hint(hint));
        }
        Ok(())
    }

    fn begin(&mut self, stop: &Stop) -> Result<Worker, Failure> {
        let state = self.client.state();
        let server = state.connection().map(|connection| connection.authority()).unwrap_or_default();
        let user = state.user().unwrap_or("nobody");
        self.out.note(&format!("taking files for `{user}` at `{server}`; bad ones go to `{}`", self.spool.bad().display()))?;
        let sender = stop.sender.clone();
        Ok(self.client.start_worker(WorkerConfig::new().thread_name("sbm-agent"), move |notice| {
            drop(sender.send(Event::Noticed(notice)));
        })?)
    }

    /// One look into the folder.
    fn look(&mut self) -> Result<Look, Failure> {
        let look = self.spool.look(&self.client)?;
        self.done.recorded += look.recorded;
        self.done.set_aside += look.set_aside.len();
        self.done.troubles += look.troubles.len();
        for bad in &look.set_aside {
            self.out.warning(&format!("`{}` was set aside: {}", bad.name, bad.reason))?;
        }
        for trouble in &look.troubles {
            self.out.warning(trouble)?;
        }
        if look.recorded > 0 {
            self.out.note(&format!("took {}", count(look.recorded, "run")))?;
        }
        Ok(look)
    }

    /// What may be otherwise after a while is told once and tried again; anything else ends the agent.
    fn later(&mut self, failure: Failure) -> Result<Duration, Failure> {
        if failure.code() == Code::Cancelled {
            // It was asked to stop, and that is heard next.
            return Ok(Duration::ZERO);
        }
        let may_change = failure.code().is_retryable() || failure.exit() == Exit::NoContact;
        if !may_change {
            return Err(failure);
        }
        if self.told.replace(failure.code()) != Some(failure.code()) {
            self.out.warning(&format!("{}; it is tried again every {} seconds", failure.sentence(), AGAIN.as_secs()))?;
        }
        Ok(AGAIN)
    }

    fn note(&mut self, summary: &SyncSummary) {
        self.done.sent += summary.history_sent;
        self.done.waiting = summary.history_waiting;
    }

    fn tell_change(&mut self, why: Option<Code>, sent: usize) -> Result<(), Failure> {
        let before = std::mem::replace(&mut self.told, why);
        match why {
            Some(code) if before != why => self.out.warning(&format!("runs are kept and not sent: {}", code.text())),
            None if sent > 0 => self.out.note(&format!("sent {}", count(sent, "run"))),
            None if before.is_some() => self.out.note("the server answers again"),
            _ => Ok(()),
        }
    }

    fn tell_all(&mut self) -> Result<(), Failure> {
        let Done { recorded, set_aside, troubles, sent, waiting } = self.done;
        let object = json!({
            "recorded": recorded, "set_aside": set_aside, "not_moved": troubles, "sent": sent, "waiting": waiting
        });
        let sentence =
            format!("took {}, set {} aside; {waiting} wait for the server", count(recorded, "run"), count(set_aside, "file"));
        self.out.changed(&object, &sentence)
    }
}
