//! From the words of a service to a job.

use crate::{Failure, Job, JobState, Resource};

/// What a service told of a job, in the words that it used.
#[derive(Default)]
pub(super) struct Told<'a> {
    pub(super) kind: Option<&'a String>,
    pub(super) state: Option<&'a String>,
    pub(super) resource_id: Option<&'a String>,
    pub(super) resource_name: Option<&'a String>,
    pub(super) error_code: Option<&'a String>,
    pub(super) error_reason: Option<&'a String>,
}

impl Told<'_> {
    /// The services send empty texts for what is absent.
    pub(super) fn job(self, service: &'static str, id: &str) -> Job {
        let present = |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned();
        let state = self.state.map_or("", String::as_str);
        let resource = Resource {
            id: present(self.resource_id),
            name: present(self.resource_name),
        };
        let error = Failure {
            code: present(self.error_code),
            reason: present(self.error_reason),
        };
        Job {
            kind: present(self.kind),
            resource: (resource != Resource::new()).then_some(resource),
            error: (error != Failure::new()).then_some(error),
            ..Job::new(id, service, JobState::from_word(state))
        }
    }
}
