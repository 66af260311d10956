//! minibackup: a small backup program that is managed by SBM. The same program in C is `minibackup.c`; the commands are the
//! same. `main` is at the end; each command asks SBM before it acts. The rest is in `minibackup/`, one file for each noun.
//!
//! ```sh
//! cargo run -p sbm-client --example minibackup -- help
//! ```
//!
//! A command exits with 0: done, 1: failed, 2: wrong usage, 3: SBM denied it; the reason is on stderr. Without a command there
//! is a prompt, which says whether the server is there.

#[path = "minibackup/backup.rs"]
mod backup;
#[path = "minibackup/delivery.rs"]
mod delivery;
#[path = "minibackup/keys.rs"]
mod keys;
#[path = "minibackup/profile.rs"]
mod profile;

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

use keys::Keys;
use sbm_client::core::code::Code;
use sbm_client::core::permission::{Action, Effect, Resource};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Administrator, Client, Config, Connection, Enrolment, Error, Outcome, Rollout, WorkerConfig};

/// The program: its folder, and SBM.
struct Host {
    home: PathBuf,
    client: Client,
}

/// Why a command ends early, with its sentence; an empty one was said already.
enum Stop {
    Failed(String),
    Usage(String),
    Denied(String),
}

const USAGE: &str = "minibackup --home DIR [--rollout FILE] [COMMAND]
  test CONNECTION USER            can the server be reached, and would it let that user in? If all is well, the connection
                                  is locked to that server and user
  login CONNECTION USER, logout   the password comes from MINIBACKUP_PASSWORD; the code of a second factor from MINIBACKUP_CODE
  take-over CONNECTION USER       the same, and the backup account that another computer has is on this one from then on
  enrol CONNECTION                instead: by the enrolment code in MINIBACKUP_CODE, without a password
  connection                      which server, who, and whether that is locked
  connect CONNECTION USER ADMINISTRATOR   changes what is locked; his password comes from MINIBACKUP_ADMIN_PASSWORD
  status                          what you may do, and why not
  sync                            profiles and history, now
  list, show NAME                 managed and local profiles
  create NAME --source DIR --dest DIR [--include PATTERN]... [--exclude PATTERN]... [--schedule TEXT]
  modify NAME KEY=VALUE, rename NAME NEW, delete NAME, export NAME FILE, import FILE
  set KEY=VALUE                   global settings: verbose=yes names each file
  set-login KEY=VALUE             login settings: only=USER lets only that user of the operating system in, whoever is logged
                                  in at the server; roots=system trusts this computer's certificate authorities for a
                                  CONNECTION without a fingerprint
  run NAME [--scheduled | --group], restore NAME DIR
  upload NAME ADMINISTRATOR DESCRIPTION [--with-schedule]   gives a profile to the server
  help, quit
";

/// What went wrong, and why.
fn failed<T>(what: impl Display, why: impl Display) -> Result<T, Stop> {
    Err(Stop::Failed(format!("{what}: {why}")))
}

impl From<Error> for Stop {
    /// The codes 4xx are denials.
    fn from(error: Error) -> Self {
        let sentence = format!("{}: {error}", error.code().name());
        if error.code().number() / 100 == 4 { Self::Denied(sentence) } else { Self::Failed(sentence) }
    }
}

impl Stop {
    /// Says why, and gives the status to exit with.
    fn tell(self) -> u8 {
        let (sentence, status) = match self {
            Self::Failed(sentence) => (sentence, 1),
            Self::Usage(sentence) => (sentence, 2),
            Self::Denied(sentence) => (sentence, 3),
        };
        if !sentence.is_empty() {
            eprintln!("minibackup: {sentence}");
        }
        status
    }
}

/// From the environment: never from the command line, where others can read it.
fn password(user: &str, variable: &str) -> Result<Secret, Stop> {
    env::var(variable).map(Secret::new).or_else(|_| failed(user, format!("put the password into {variable}")))
}

fn connection(text: &str) -> Result<ConnectionString, Stop> {
    text.parse().or_else(|code: Code| failed(text, code.text()))
}

impl Host {
    fn open(home: &str, file: Option<&str>) -> Result<Self, Stop> {
        let home = PathBuf::from(home);
        fs::create_dir_all(home.join("profiles")).or_else(|error| failed(home.display(), error))?;
        // Login settings: only=USER keeps everybody else of this computer out of this minibackup; roots=system trusts a server
        // whose connection string has no fingerprint by the certificate authorities of this computer.
        let settings = Keys::read(&home.join("login"))?.unwrap_or_default();
        if let Some(only) = settings.get("only").filter(|only| env::var("USER").as_deref() != Ok(*only)) {
            return failed(only, "this minibackup is for that user alone");
        }
        // Settings that somebody rolled out, from the environment and from a file; they count only while nothing is locked.
        let file = file.map_or_else(|| Ok(Rollout::new()), Rollout::from_file)?;
        let rollout = Rollout::from_env()?.over(file);
        let config = Config::new(home.join("sbm")).program("minibackup-rs 1.1").rollout(&rollout);
        let config = config.system_roots(settings.get("roots") == Some("system"));
        let host = Self { client: Client::open(config)?, home };
        host.client.roll_out(&rollout)?;
        // A program asks the server when it starts, if it has one. What cannot be read or written is told, and ends nothing:
        // SBM knows what goes on then, and a login may mend it.
        if let Err(error) = host.client.sync_if_due() {
            Stop::from(error).tell();
        }
        host.take_over_what_can_be();
        Ok(host)
    }

    /// May the user do this? A denial is no error: it has a sentence for the user.
    fn ask(&self, action: Action, resource: Resource) -> Result<(), Stop> {
        if self.client.may(action, resource).effect != Effect::Deny {
            return Ok(()); // allowed, or nobody manages us
        }
        let told = self.client.explain(action, resource);
        Err(Stop::Denied(format!("{}; {}", told.sentence, told.change.unwrap_or_default())))
    }

    /// Who works here, and whether the server is there: what a window has in its title.
    fn caption(&self) -> (String, Option<Code>) {
        let state = self.client.state();
        let (word, why) = match state.standing() {
            Connection::Unmanaged => ("unmanaged", Code::Ok),
            Connection::Online => ("online", Code::Ok),
            Connection::Offline(why) => ("offline", why),
            Connection::Refused(why) => ("refused", why),
            Connection::Floor(why) => ("floor", why),
        };
        let user = state.user().map(|user| format!("{user}, ")).unwrap_or_default();
        (format!("minibackup ({user}{word})"), Some(why).filter(|why| *why != Code::Ok))
    }

    fn title(&self) {
        let (caption, why) = self.caption();
        eprintln!("{caption}{}", why.map(|why| format!(": {}", why.text())).unwrap_or_default());
    }

    /// All that the user may do and may not, with the reasons.
    fn status(&self) {
        let mut sentences: Vec<String> =
            Action::ALL.into_iter().map(|action| self.client.explain(action, Resource::Local).sentence).collect();
        sentences.dedup(); // one for all, if nobody manages us
        sentences.iter().for_each(|sentence| println!("{sentence}"));
    }

    /// Can the server be reached, is it the confirmed one, does it admit us, are user and password right? If all is well, the
    /// connection is locked to that server and user; rights begin with the login.
    fn test(&self, server: &str, user: &str) -> Result<(), Stop> {
        let test = self.client.test_server(&connection(server)?, Some((user, &password(user, "MINIBACKUP_PASSWORD")?)));
        let parts = [
            ("reachable", &test.reachable),
            ("certificate", &test.certificate),
            ("address", &test.address_allowed),
            ("credentials", &test.credentials),
            ("versions", &test.versions),
            ("locked", &test.locked),
        ];
        for (part, outcome) in parts {
            match outcome {
                Outcome::Ok => println!("{part}: ok"),
                Outcome::NotTried => println!("{part}: not tried"),
                Outcome::Failed { code, message } => println!("{part}: failed ({code}): {message}"),
            }
        }
        if test.locked == Outcome::Ok {
            println!("the connection is locked to {user} at this server; `connect` changes it, with an administrator's password");
        }
        if test.is_ok() { Ok(()) } else { Err(Stop::Failed(String::new())) }
    }

    /// A window would try without code, and ask for it when it is told `Code::DeniedSecondFactor`; told `Code::OtherMachine` it
    /// would ask whether the account is to be on this computer. Here that is another command.
    fn log_in(&self, server: &str, user: &str, takes_over: bool) -> Result<(), Stop> {
        let own = password(user, "MINIBACKUP_PASSWORD")?;
        let code = env::var("MINIBACKUP_CODE").ok().map(Secret::new);
        match code {
            code if takes_over => self.client.take_over(&connection(server)?, user, &own, code.as_ref())?,
            Some(code) => self.client.login_with_code(&connection(server)?, user, &own, &code)?,
            None => self.client.login(&connection(server)?, user, &own)?,
        }
        self.title();
        self.take_over()
    }

    /// Without a password: an administrator gave the code out. Whoever has to wait enrols again, with the same code.
    fn enrol(&self, server: &str) -> Result<(), Stop> {
        let Ok(code) = env::var("MINIBACKUP_CODE") else {
            return failed(server, "put the enrolment code into MINIBACKUP_CODE");
        };
        match self.client.enrol(&connection(server)?, &Secret::new(code))? {
            Enrolment::Waiting => failed(server, "a person has yet to let this computer in; enrol again later"),
            Enrolment::Enrolled => {
                self.title();
                self.take_over()
            }
        }
    }

    /// Another server, or another user. While the connection is locked, its administrator allows it with his password.
    fn reconnect(&self, server: &str, user: &str, administrator: &str) -> Result<(), Stop> {
        let own = password(user, "MINIBACKUP_PASSWORD")?;
        let his = password(administrator, "MINIBACKUP_ADMIN_PASSWORD")?;
        let administrator = Administrator { user: administrator.to_owned(), password: his, code: None };
        self.client.change_connection(&connection(server)?, user, &own, &administrator)?;
        self.title();
        self.take_over()
    }

    /// What a form of the connection would show, read-only or not.
    fn show_connection(&self) {
        let state = self.client.state();
        let server = state.lock().map(|lock| &lock.connection).or(state.connection());
        println!("server: {}", server.map_or("none".to_owned(), ToString::to_string));
        println!("user: {}", state.lock().map(|lock| lock.user.as_str()).or(state.user()).unwrap_or("none"));
        if let Some(fingerprint) = state.fingerprint() {
            println!("fingerprint: {fingerprint}");
        }
        let locked = if state.is_locked() { "yes; `connect` changes it, with an administrator's password" } else { "no" };
        println!("locked: {locked}");
        if let Some(age) = state.age() {
            println!("last contact: {} seconds ago", age.as_secs());
        }
    }

    /// One command with its arguments.
    fn command(&self, words: &[&str]) -> Result<(), Stop> {
        match words {
            ["help"] => print!("{USAGE}"),
            ["test", server, user] => self.test(server, user)?,
            ["login", server, user] => self.log_in(server, user, false)?,
            ["take-over", server, user] => self.log_in(server, user, true)?,
            ["enrol", server] => self.enrol(server)?,
            ["logout"] => self.client.logout()?,
            ["connection"] => self.show_connection(),
            ["connect", server, user, administrator] => self.reconnect(server, user, administrator)?,
            ["status"] => self.status(),
            ["sync"] => self.synchronize()?,
            ["list"] => self.list(),
            ["show", name] => self.show(name)?,
            ["create", name, options @ ..] => self.create(name, options)?,
            ["modify", name, pair] => self.modify(name, pair)?,
            ["rename", name, new_name] => self.rename(name, new_name)?,
            ["delete", name] => self.delete(name)?,
            ["export", name, file] => self.export(name, file)?,
            ["import", file] => self.import(file)?,
            ["set", pair] => self.set(Action::ModifyGlobalSettings, "settings", pair)?,
            ["set-login", pair] => self.set(Action::ModifyLoginSettings, "login", pair)?,
            ["run", name] => self.run(name, Trigger::Manual, None)?,
            ["run", name, "--scheduled"] => self.run(name, Trigger::Schedule, None)?,
            ["run", name, "--group"] => self.run(name, Trigger::Group, None)?,
            ["restore", name, target] => self.run(name, Trigger::Restore, Some(target))?,
            ["upload", name, administrator, description] => self.upload(name, administrator, description, false)?,
            ["upload", name, administrator, description, "--with-schedule"] => {
                self.upload(name, administrator, description, true)?;
            }
            _ => return Err(Stop::Usage("no such command with these arguments; see `minibackup help`".to_owned())),
        }
        Ok(())
    }

    /// The command of the command line, or the prompt.
    fn act(&self, words: &[&str]) -> Result<(), Stop> {
        if words.is_empty() {
            return self.converse();
        }
        self.title();
        self.command(words)
    }

    /// The prompt. A command that fails says why; the next one may do better. While somebody thinks, SBM's worker checks with
    /// the server every hour and sees what other processes did; its notices are not needed, since each prompt looks by itself.
    fn converse(&self) -> Result<(), Stop> {
        let _worker = self.client.start_worker(WorkerConfig::new(), |_| {})?;
        loop {
            self.take_over_what_can_be();
            print!("{}> ", self.caption().0);
            let mut line = String::new();
            let read = io::stdout().flush().and_then(|()| io::stdin().read_line(&mut line));
            if read.or_else(|error| failed("the prompt", error))? == 0 || line.trim() == "quit" {
                return Ok(());
            }
            let words = words(&line);
            if let (Err(stop), false) = (self.command(&words), words.is_empty()) {
                stop.tell();
            }
        }
    }
}

/// Cuts a line into words; what stands in quotes is one word.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        let (word, behind) = match first {
            '"' | '\'' => rest.split_at(1).1.split_once(first),
            _ => rest.split_once(char::is_whitespace),
        }
        .unwrap_or((rest, ""));
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["help"] => {
            print!("{USAGE}");
            Ok(())
        }
        ["--home", home, "--rollout", file, words @ ..] => Host::open(home, Some(file)).and_then(|host| host.act(words)),
        ["--home", home, words @ ..] => Host::open(home, None).and_then(|host| host.act(words)),
        _ => Err(Stop::Usage(USAGE.to_owned())),
    };
    ExitCode::from(result.map_or_else(Stop::tell, |()| 0))
}
