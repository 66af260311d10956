//! What is said of a password (RUN-9).

use sbm_core::code::Code;
use sbm_core::wire::v1::admin::{JudgedPassword, PasswordToJudge};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, ok};
use crate::auth::password::rule::MOST_BYTES;
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Json};

pub(super) const JUDGE: Operation = Operation::post("judge_password", path::JUDGE, "", Access::ConsoleOrApi)
    .says("How strong a password is, and to which named sets of rules it conforms. It is kept nowhere, and nothing is refused for it.")
    .takes("PasswordToJudge")
    .answers(Answers::Value("JudgedPassword"))
    .refuses(&[Code::PasswordTooLong]);

pub(super) async fn judge(_asker: Asker, Json(asked): Json<PasswordToJudge>) -> Answer {
    let password = asked.password.reveal();
    if password.len() > MOST_BYTES {
        return Err(ApiError::from(Code::PasswordTooLong));
    }
    ok(JudgedPassword::of(password))
}
