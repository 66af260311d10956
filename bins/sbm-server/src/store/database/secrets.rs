//! Sealed secrets in the database.

use super::Backend;
use crate::store::secrets::{CHECK, NONCE, Resealed, Sealed};
use crate::store::sql::{Insert, Kind, Sql, all, one, values};
use crate::store::{Pending, Secrets, StoreError};

const SECRETS: Insert =
    Insert { table: "secrets", columns: &[("name", Kind::Text), ("nonce", Kind::Bytes), ("sealed", Kind::Bytes)], key: &[0] };

impl<B: Backend> Secrets for B {
    fn secret_names(&self) -> Pending<Vec<String>> {
        self.database().read(|sql| all(sql, "SELECT name FROM secrets ORDER BY name", &[], |row| row.take()))
    }

    fn secret(&self, name: String) -> Pending<Option<Sealed>> {
        self.database().read(move |sql| sealed(sql, &name))
    }

    fn put_secret(&self, name: String, sealed: Sealed, check: Option<[u8; NONCE]>) -> Pending<Option<Sealed>> {
        self.database().write(move |sql| put(sql, &name, &sealed, check))
    }

    fn reseal_secrets(&self, all: Vec<Resealed>) -> Pending<bool> {
        self.database().write(move |sql| reseal(sql, &all))
    }
}

fn sealed(sql: &dyn Sql, name: &str) -> Result<Option<Sealed>, StoreError> {
    one(sql, "SELECT nonce, sealed FROM secrets WHERE name = $1", &values![name], |row| {
        Ok(Sealed { nonce: row.take()?, bytes: row.take()? })
    })
}

/// Locks the checking entry: until the end of this transaction nobody puts a secret and nobody seals them anew. False when
/// it is another one.
fn hold(sql: &dyn Sql, check: &[u8; NONCE]) -> Result<bool, StoreError> {
    let text = "UPDATE secrets SET nonce = nonce WHERE name = $1 AND nonce = $2";
    Ok(sql.run(text, &values![CHECK, check.as_slice()])? == 1)
}

fn put(sql: &dyn Sql, name: &str, new: &Sealed, check: Option<[u8; NONCE]>) -> Result<Option<Sealed>, StoreError> {
    if let Some(check) = check
        && !hold(sql, &check)?
    {
        return Ok(None);
    }
    sql.insert(&SECRETS, &[values![name, new.nonce.as_slice(), new.bytes.as_slice()].to_vec()])?;
    sealed(sql, name)
}

fn reseal(sql: &dyn Sql, secrets: &[Resealed]) -> Result<bool, StoreError> {
    let Some(check) = secrets.iter().find(|secret| secret.name == CHECK) else { return Ok(false) };
    if !hold(sql, &check.was)? {
        return Ok(false);
    }
    let there = all(sql, "SELECT name, nonce FROM secrets ORDER BY name", &[], |row| {
        Ok((row.take::<String>()?, row.take::<[u8; NONCE]>()?))
    })?;
    let mut known: Vec<(String, [u8; NONCE])> = secrets.iter().map(|secret| (secret.name.clone(), secret.was)).collect();
    known.sort();
    if there != known {
        return Ok(false);
    }
    for secret in secrets {
        let text = "UPDATE secrets SET nonce = $2, sealed = $3 WHERE name = $1";
        sql.run(text, &values![secret.name.as_str(), secret.sealed.nonce.as_slice(), secret.sealed.bytes.as_slice()])?;
    }
    Ok(true)
}
