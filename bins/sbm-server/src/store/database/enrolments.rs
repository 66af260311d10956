//! Codes and passphrases for devices in the database.

use sbm_core::audit::Entry;
use sbm_core::enrolment::{Asked, EnrolmentKind, Phase, Terms};
use sbm_core::id::InstallationId;
use sbm_core::time::Timestamp;

use super::{Backend, audit};
use crate::store::enrolments::{Asks, By, Enrolment, Enrolments, MOST_USABLE, NewEnrolment, Told, Waiting, phase_number};
use crate::store::sql::{Fields, Sql, all, int, one, strange, values};
use crate::store::{Pending, StoreError};

impl<B: Backend> Enrolments for B {
    fn put_enrolment(&self, new: NewEnrolment, audit: Entry) -> Pending<Option<u64>> {
        self.database().write(move |sql| put(sql, &new, audit))
    }

    fn enrolments(&self) -> Pending<Vec<Enrolment>> {
        self.database().read(|sql| {
            let text = "SELECT enrolment_id, account_id, user_id, kind, hash, most, uses, expires, approval, revoked, comment,
                made_by, made FROM enrolments ORDER BY enrolment_id";
            all(sql, text, &[], decode)
        })
    }

    fn revoke_enrolment(&self, id: u64, audit: Entry) -> Pending<bool> {
        self.database().write(move |sql| {
            let text = "UPDATE enrolments SET revoked = TRUE WHERE enrolment_id = $1 AND NOT revoked";
            done(sql, sql.run(text, &values![int(id)?])?, audit)
        })
    }

    fn ask_enrolment(&self, asks: Asks) -> Pending<Told> {
        self.database().write(move |sql| ask(sql, &asks))
    }

    fn give_back_enrolment(&self, id: u64, installation: InstallationId) -> Pending<bool> {
        self.database().write(move |sql| Ok(step(sql, id, &installation, Phase::Enrolled, Phase::Approved)? > 0))
    }

    fn waiting_devices(&self) -> Pending<Vec<Waiting>> {
        self.database().read(|sql| {
            let text = "SELECT enrolment_id, account_id, user_id, kind, made_by, installation, computer, program, address, asked
                FROM enrolment_devices JOIN enrolments USING (enrolment_id)
                WHERE phase = $1 AND NOT revoked ORDER BY asked, enrolment_id, installation";
            all(sql, text, &values![phase_number(Phase::Waiting)], |row| {
                Ok(Waiting {
                    by: by(row)?,
                    installation: row.uuid(InstallationId::from_bytes)?,
                    computer: row.take()?,
                    program: row.take()?,
                    address: row.take()?,
                    asked: row.time()?,
                })
            })
        })
    }

    fn decide_enrolment(&self, id: u64, installation: InstallationId, yes: bool, audit: Entry) -> Pending<bool> {
        self.database().write(move |sql| {
            let to = if yes { Phase::Approved } else { Phase::Rejected };
            done(sql, step(sql, id, &installation, Phase::Waiting, to)?, audit)
        })
    }

    fn drop_enrolments(&self, before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| {
            let text = "DELETE FROM enrolments WHERE enrolment_id IN
                (SELECT enrolment_id FROM enrolments WHERE expires < $1 ORDER BY enrolment_id {lock})";
            sql.run(&sql.dialect().spell(text), &values![before.as_millis()])
        })
    }
}

fn put(sql: &dyn Sql, new: &NewEnrolment, mut entry: Entry) -> Result<Option<u64>, StoreError> {
    // The number is taken first: whoever makes another one waits here, and counts this one.
    let text = "INSERT INTO next_numbers (kind, next) VALUES ('enrolment', 2)
        ON CONFLICT (kind) DO UPDATE SET next = next_numbers.next + 1 RETURNING next - 1";
    let id = all(sql, text, &[], |row| row.take::<u64>())?.pop().ok_or_else(|| strange("number of the next code", "none"))?;
    let text = "SELECT count(*) FROM enrolments WHERE account_id = $1 AND NOT revoked AND expires > $2 AND uses < most";
    let usable = one(sql, text, &values![new.account.0, new.made.as_millis()], |row| row.take::<u32>())?;
    if usable.unwrap_or(0) >= MOST_USABLE {
        return Ok(None);
    }
    let text = "INSERT INTO enrolments (enrolment_id, account_id, user_id, kind, hash, most, uses, expires, approval, revoked,
        comment, made_by, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let Terms { most, uses, expires, approval, revoked } = new.terms;
    let row = values![
        int(id)?,
        new.account.0,
        new.user.0,
        i64::from(new.kind as u8),
        new.hash.as_bytes(),
        most,
        uses,
        expires.as_millis(),
        approval,
        revoked,
        new.comment.as_str(),
        new.made_by.as_str(),
        new.made.as_millis(),
    ];
    sql.run(text, &row)?;
    entry.object = id.to_string();
    audit::append(sql, &[entry])?;
    Ok(Some(id))
}

/// What is looked at is locked: whoever comes with the same code at the same moment waits, and finds what this one left.
fn ask(sql: &dyn Sql, asks: &Asks) -> Result<Told, StoreError> {
    let text = "SELECT enrolment_id, account_id, user_id, kind, made_by, most, uses, expires, approval, revoked
        FROM enrolments WHERE hash = $1 {lock}";
    let found = one(sql, &sql.dialect().spell(text), &values![asks.hash.as_bytes()], |row| Ok((by(row)?, terms(row)?)))?;
    // Without such a code it is looked up all the same, for one that nobody made: numbers begin at 1.
    let id = int(found.as_ref().map_or(0, |(by, _)| by.id))?;
    let text = "SELECT phase FROM enrolment_devices WHERE enrolment_id = $1 AND installation = $2";
    let before = one(sql, text, &values![id, asks.installation.as_bytes()], |row| phase(row.take()?))?;
    let Some((by, terms)) = found else { return Ok(Told::Refused) };
    match terms.ask(before, asks.at) {
        Asked::Refused => Ok(Told::Refused),
        Asked::Waits { counts } => {
            if counts {
                come(sql, id, asks, Phase::Waiting)?;
            }
            Ok(Told::Waits { by, is_new: counts })
        }
        Asked::Enrols { counts: true } => come(sql, id, asks, Phase::Enrolled).map(|()| Told::Enrols(by)),
        Asked::Enrols { counts: false } => {
            let gone = step(sql, by.id, &asks.installation, Phase::Approved, Phase::Enrolled)? == 0;
            Ok(if gone { Told::Refused } else { Told::Enrols(by) })
        }
    }
}

/// A device comes, and counts.
fn come(sql: &dyn Sql, id: i64, asks: &Asks, phase: Phase) -> Result<(), StoreError> {
    sql.run("UPDATE enrolments SET uses = uses + 1 WHERE enrolment_id = $1", &values![id])?;
    let text = "INSERT INTO enrolment_devices (enrolment_id, installation, phase, computer, program, address, asked)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (enrolment_id, installation) DO UPDATE
        SET phase = excluded.phase, computer = excluded.computer, program = excluded.program, address = excluded.address,
        asked = excluded.asked";
    let row = values![
        id,
        asks.installation.as_bytes(),
        phase_number(phase),
        &asks.computer,
        &asks.program,
        &asks.address,
        asks.at.as_millis(),
    ];
    sql.run(text, &row).map(drop)
}

/// A device goes from one phase to the next; gives 0 if it was not at that one.
fn step(sql: &dyn Sql, id: u64, installation: &InstallationId, from: Phase, to: Phase) -> Result<u64, StoreError> {
    let text = "UPDATE enrolment_devices SET phase = $4 WHERE enrolment_id = $1 AND installation = $2 AND phase = $3
        AND EXISTS (SELECT 1 FROM enrolments WHERE enrolment_id = $1 AND NOT revoked)";
    sql.run(text, &values![int(id)?, installation.as_bytes(), phase_number(from), phase_number(to)])
}

/// With the entry, if there was something to do.
fn done(sql: &dyn Sql, changed: u64, entry: Entry) -> Result<bool, StoreError> {
    if changed > 0 {
        audit::append(sql, &[entry])?;
    }
    Ok(changed > 0)
}

fn decode(row: &mut Fields<'_>) -> Result<Enrolment, StoreError> {
    Ok(Enrolment {
        id: row.take()?,
        row: NewEnrolment {
            account: row.id()?,
            user: row.id()?,
            kind: kind(row.take()?)?,
            hash: row.hash()?,
            terms: terms(row)?,
            comment: row.text()?,
            made_by: row.name()?,
            made: row.time()?,
        },
    })
}

fn by(row: &mut Fields<'_>) -> Result<By, StoreError> {
    Ok(By { id: row.take()?, account: row.id()?, user: row.id()?, kind: kind(row.take()?)?, made_by: row.name()? })
}

fn terms(row: &mut Fields<'_>) -> Result<Terms, StoreError> {
    Ok(Terms { most: row.take()?, uses: row.take()?, expires: row.time()?, approval: row.take()?, revoked: row.take()? })
}

fn kind(number: i64) -> Result<EnrolmentKind, StoreError> {
    u8::try_from(number).ok().and_then(EnrolmentKind::from_number).ok_or_else(|| strange("kind of enrolment", number))
}

fn phase(number: i64) -> Result<Phase, StoreError> {
    u8::try_from(number).ok().and_then(Phase::from_number).ok_or_else(|| strange("phase of an enrolment", number))
}
