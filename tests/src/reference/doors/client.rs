//! A client after a check-in.

use sbm_core::agent::{Planned, View};
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

    /// Asks the client, away from its server, before a run that expects to store what the question says (ACC-5).
    #[must_use]
    pub fn ask_away(&self, question: &Question) -> Answer {
        let planned = Planned { estimate: question.estimate, ..Planned::default() };
        told(self.view.decide_run(action(question), resource(question), || second(question.at), planned))
    }

    /// Asks the client why.
    #[must_use]
    pub fn explain(&self, question: &Question) -> Explanation {
        self.view.explain(action(question), resource(question), second(question.at))
    }
}
