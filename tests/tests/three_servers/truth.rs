//! What must be true whatever happened: nothing acknowledged is lost, nothing is there twice, no piece of work was done twice.

use std::collections::{BTreeMap, BTreeSet};

use sbm_client::core::id::RunId;
use sbm_client::core::wire::v1::admin::AuditQuery;
use sbm_test_postgres::Cluster;
use sbm_tests::fixture::guid;
use sbm_tests::process::history;

use crate::load::Told;
use crate::scene::Scene;

/// Who took a piece of work and who did it, as the database saw it.
const WITNESS: &str = "
    CREATE SCHEMA witness;
    CREATE TABLE witness.turns (seen bigserial, name text, turn bigint, what text, at bigint, early boolean);
    CREATE FUNCTION witness.look() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
        DECLARE now bigint := extract(epoch FROM clock_timestamp()) * 1000;
        BEGIN
            IF NEW.turn <> OLD.turn THEN
                INSERT INTO witness.turns (name, turn, what, at, early) VALUES (NEW.name, NEW.turn, 'taken', now,
                    OLD.due > now OR coalesce(OLD.lease_until > now, false) OR NEW.turn <> OLD.turn + 1);
            ELSIF NEW.done IS DISTINCT FROM OLD.done THEN
                INSERT INTO witness.turns (name, turn, what, at, early) VALUES (NEW.name, NEW.turn, 'done', now,
                    OLD.lease_until IS NULL);
            END IF;
            RETURN NULL;
        END $$;
    CREATE TRIGGER witness AFTER UPDATE ON sbm.tasks FOR EACH ROW EXECUTE FUNCTION witness.look();";

/// Makes everything due again that nobody is at.
const DUE: &str = "
    WITH made AS (UPDATE sbm.tasks SET due = 0 WHERE lease_until IS NULL RETURNING name, turn)
    INSERT INTO witness.turns (name, turn, what, at, early) SELECT name, turn, 'due', 0, false FROM made";

impl Scene {
    pub fn watch_tasks(&self) {
        self.database().batch_execute(WITNESS).unwrap();
        self.make_due();
    }

    pub fn make_due(&self) {
        self.database().batch_execute(DUE).unwrap();
    }

    /// The tokens of a user as the database has them, for whoever reads a failure.
    pub fn kept_tokens(&self, user: &str) -> String {
        let text =
            "SELECT token_id, created, revoked FROM sbm.tokens WHERE user_id = (SELECT user_id FROM sbm.users WHERE name = $1)
            ORDER BY created";
        let rows = self.database().query(text, &[&user]).unwrap();
        let told =
            rows.iter().map(|row| format!("{}, {}, {}", row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, bool>(2)));
        told.collect::<Vec<_>>().join("; ")
    }

    fn database(&self) -> postgres::Client {
        self.cluster.admin(Cluster::name_of(self.site.store()))
    }

    /// Every run that anybody was told of is there.
    pub fn holds_what_was_acknowledged(&self, told: &Told, checked: &mut usize) {
        let acknowledged: Vec<Vec<u8>> =
            told.acknowledged.lock().unwrap()[*checked..].iter().map(|id| id.as_bytes().to_vec()).collect();
        let there = "SELECT count(*) FROM sbm.runs WHERE run_id = ANY($1)";
        let there: i64 = self.database().query_one(there, &[&acknowledged]).unwrap().get(0);
        assert_eq!(there, acknowledged.len() as i64, "a run that was acknowledged is gone, or there twice");
        *checked += acknowledged.len();
    }

    /// The history is what was finished, and what the administrator was told is there once.
    pub fn holds_everything(&self, told: &Told, finished: &BTreeSet<RunId>) {
        let admin = self.admin(Some(0));
        let kept: BTreeSet<RunId> = history(&admin).into_keys().collect();
        assert_eq!(kept, *finished, "{:?}", kept.symmetric_difference(finished).collect::<Vec<_>>());
        assert_eq!(admin.verify_audit().unwrap().broken_at, None);
        let mut done = BTreeMap::<String, usize>::new();
        for entry in admin.rows::<sbm_client::core::wire::v1::admin::AuditEntry>(&AuditQuery::default()) {
            let entry = entry.unwrap().entry;
            if entry.outcome == "ok" && entry.act.starts_with("group.") {
                *done.entry(entry.object).or_default() += 1;
            }
        }
        let groups: BTreeSet<String> = admin.groups().unwrap().into_iter().map(|group| group.name.to_string()).collect();
        for (group, was_told) in &*told.groups.lock().unwrap() {
            let (is_there, written) = (groups.contains(group), done.get(group).copied().unwrap_or_default());
            assert!(is_there || !was_told, "{group} was acknowledged, and is gone");
            assert_eq!(written, usize::from(is_there), "{group} stands in the audit log {written} times");
        }
        let revisions = admin.profile_revisions(&guid()).unwrap();
        let mut numbers: Vec<u64> = revisions.iter().map(|revision| revision.revision).collect();
        numbers.sort_unstable();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{numbers:?}");
        for (body, was_told) in &*told.uploads.lock().unwrap() {
            let at: Vec<u64> = revisions.iter().filter(|made| made.body == *body).map(|made| made.revision).collect();
            assert!(at.len() <= 1, "a plan is there as {at:?}");
            assert!(was_told.is_none_or(|revision| at == [revision]), "it was acknowledged as {was_told:?}, and is {at:?}");
        }
    }

    /// Nobody took a piece of work that was not due, or that somebody was at, and each was done once. Gives how many were.
    pub fn did_no_piece_twice(&self) -> usize {
        let text = "SELECT name, turn, what, at, early FROM witness.turns ORDER BY seen";
        let (mut done_at, mut turns, mut done) = (BTreeMap::<String, i64>::new(), BTreeSet::new(), 0);
        for row in self.database().query(text, &[]).unwrap() {
            let (name, turn, what): (String, i64, String) = (row.get(0), row.get(1), row.get(2));
            let (at, early): (i64, bool) = (row.get(3), row.get(4));
            assert!(!early, "`{name}`, turn {turn}: {what}, and it was not to be");
            match what.as_str() {
                "due" => drop(done_at.remove(&name)),
                _ => assert!(turns.insert((name.clone(), turn, what.clone())), "`{name}`, turn {turn}: {what} twice"),
            }
            if what == "done" {
                done += 1;
                // Ten minutes are the shortest that any of them has between two turns.
                let before = done_at.insert(name.clone(), at);
                assert!(before.is_none_or(|before| at - before >= 590_000), "`{name}` was done twice");
            }
        }
        done
    }
}
