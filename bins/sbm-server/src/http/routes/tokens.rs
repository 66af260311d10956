//! Tokens for programs that act as a user (RUN-11). No program makes, lists or revokes one: a person does.

use sbm_core::code::Code;
use sbm_core::wire::v1::admin::{ListQuery, NewToken};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, no_content, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::Tags;
use crate::http::{Access, ApiError, Conditions, Json, Path, Wanted};

pub(super) const CREATE: Operation = Operation::post("create_token", path::NEW_TOKEN, "", Access::Console)
    .says(
        "Makes a token with which a program acts as oneself, as far as it says and no further than oneself at that moment. It \
         is told this once.",
    )
    .takes("NewToken")
    .answers(Answers::Value("IssuedToken"))
    .refuses(&[
        Code::InvalidArgument,
        Code::NotFound,
        Code::WrongCredentials,
        Code::Throttled,
        Code::DeniedRole,
        Code::DeniedModule,
        Code::DeniedAccountDeletion,
        Code::DeniedSecondFactor,
        Code::TooMany,
    ]);
pub(super) const LIST: Operation = Operation::get("list_tokens", path::TOKENS, "", Access::Console)
    .says("One's own tokens for programs; those of everybody for who may see users.")
    .asks("ListQuery")
    .answers(Answers::Rows("TokenEntry", true));
pub(super) const REVOKE: Operation = Operation::delete("revoke_token", path::TOKENS, "/{id}", Access::Console)
    .says("Ends a token for a program: one's own, or anybody's for who may change users.")
    .refuses(&[Code::DeniedRole, Code::DeniedSecondFactor]);

pub(super) async fn create(asker: Asker, Json(new): Json<NewToken>) -> Answer {
    ok(asker.service.make_token(asker.actor(), new, asker.origin.address).await?)
}

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    let facts = asker.service.facts();
    let tokens = asker.service.tokens(&facts, &asker.caller, &asker.actor()).await?;
    listing::answer(&columns::TOKENS, query, wanted, || tokens).await
}

pub(super) async fn revoke(asker: Asker, conditions: Conditions, Path(id): Path<String>) -> Answer {
    if !matches!(conditions.matches, None | Some(Tags::Any)) {
        let detail = "a token has no tag; leave `if-match` out, or send `*`";
        return Err(ApiError::new(Code::PreconditionFailed, detail));
    }
    asker.service.revoke_token(asker.actor(), asker.caller, id).await?;
    no_content()
}
