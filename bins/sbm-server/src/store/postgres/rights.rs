//! What the role may do in its database, asked before anything else is: a role that may not see a table hears of it in the same
//! words as of one that is not there, which would look like damage. Each refusal names the role, the right that it lacks, and
//! the statement that gives it.

use super::live::Live;
use super::settings::SCHEMA;
use crate::store::StoreError;
use crate::store::sql::{any, one, values};

/// Refuses a role that may not make what is not there yet: the schema, or what goes into an empty one.
pub(super) fn to_make(live: &Live) -> Result<(), StoreError> {
    if any(live, "SELECT 1 FROM pg_namespace WHERE nspname = $1::text", &values![SCHEMA])? {
        return to_own(live);
    }
    let text = "SELECT quote_ident(current_user), quote_ident(current_database())
        WHERE NOT has_database_privilege(current_user, current_database(), 'CREATE')";
    match one(live, text, &[], |row| Ok((row.take::<String>()?, row.take::<String>()?)))? {
        None => Ok(()),
        Some((role, database)) => Err(StoreError::unavailable(format!(
            "its role `{role}` lacks a right: CREATE on the database `{database}`; let the owner of the database run \
             `GRANT CREATE ON DATABASE {database} TO {role}`"
        ))),
    }
}

/// Refuses a role that may not read which migrations were applied.
pub(super) fn to_see(live: &Live) -> Result<(), StoreError> {
    let text = "SELECT 1 FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1::text)
        AND relname = 'migrations' AND relkind = 'r'
        AND has_schema_privilege(current_user, relnamespace, 'USAGE') AND has_table_privilege(current_user, oid, 'SELECT')";
    if any(live, text, &values![SCHEMA])? { Ok(()) } else { to_own(live) }
}

/// Refuses a role that is not the owner: history gets a part for each month, which only who owns its table can make.
pub(super) fn to_own(live: &Live) -> Result<(), StoreError> {
    let text = "SELECT quote_ident(current_user), quote_ident(pg_get_userbyid(relowner)), relname::text FROM pg_class
        WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1::text) AND relkind IN ('r', 'p')
        AND NOT pg_has_role(current_user, relowner, 'USAGE') ORDER BY relname LIMIT 1";
    let others =
        one(live, text, &values![SCHEMA], |row| Ok((row.take::<String>()?, row.take::<String>()?, row.take::<String>()?)))?;
    if let Some((role, owner, table)) = others {
        return Err(StoreError::unavailable(format!(
            "its role `{role}` lacks a right: `{SCHEMA}.{table}` belongs to the role `{owner}`; connect as `{owner}`, or let it \
             run `GRANT {owner} TO {role}`"
        )));
    }
    let text = "SELECT quote_ident(current_user), wanted FROM (VALUES ('USAGE'), ('CREATE')) AS rights (wanted)
        WHERE NOT has_schema_privilege(current_user, $1::text, wanted) ORDER BY wanted DESC LIMIT 1";
    match one(live, text, &values![SCHEMA], |row| Ok((row.take::<String>()?, row.take::<String>()?)))? {
        None => Ok(()),
        Some((role, right)) => Err(StoreError::unavailable(format!(
            "its role `{role}` lacks a right: {right} on the schema `{SCHEMA}`; let the owner of the schema run \
             `GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {role}`"
        ))),
    }
}
