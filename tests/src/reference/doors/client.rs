//! A client after a check-in.

use sbm_core::agent::View;
use sbm_core::permission::Explanation;

use super::super::{Answer, Question};
use super::{action, resource, second, told};

/// The client's door.
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) view: View,
}

impl Client {
    /// Asks the client.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        told(self.view.decide(action(question), resource(question), || second(question.at)))
    }

    /// Asks the client why.
    #[must_use]
    pub fn explain(&self, question: &Question) -> Explanation {
        self.view.explain(action(question), resource(question), second(question.at))
    }
}
