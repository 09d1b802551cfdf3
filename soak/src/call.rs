//! The calls that are made, and what is right to answer.

use huaweicloud_core::{Config, Error, ResponseValue};
use huaweicloud_iam::types as iam;
use serde_json::{Value, json};

use crate::account;

/// What is called. The first four read and may be tried again; the last one may not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    ShowJob,
    ShowResourcesJobDetail,
    ShowJobStatus,
    ShowJobInfo,
    CreateTemporaryAccessKeyByAgency,
}

impl Operation {
    pub(crate) const ALL: [Self; 5] = [
        Self::ShowJob,
        Self::ShowResourcesJobDetail,
        Self::ShowJobStatus,
        Self::ShowJobInfo,
        Self::CreateTemporaryAccessKeyByAgency,
    ];

    /// Any of them.
    pub(crate) fn random(random: &mut fastrand::Rng) -> Self {
        random.choice(Self::ALL).unwrap_or(Self::ShowJob)
    }

    /// Its official name.
    pub(crate) fn id(self) -> String {
        format!("{self:?}")
    }
}

/// The clients of one configuration.
pub(crate) struct Clients {
    cce: huaweicloud_cce::Client,
    eip: huaweicloud_eip::Client,
    builds: huaweicloud_codearts_build::Client,
    iam: huaweicloud_iam::Client,
}

impl Clients {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        Ok(Self {
            cce: huaweicloud_cce::Client::new(config)?,
            eip: huaweicloud_eip::Client::new(config)?,
            builds: huaweicloud_codearts_build::Client::new(config)?,
            iam: huaweicloud_iam::Client::new(config)?,
        })
    }

    /// Makes a call; the answer is what was decoded, as JSON, to be compared.
    pub(crate) async fn call(&self, operation: Operation) -> Result<Value, Error> {
        const BUILD: &str = "901878212b1a49be9c1a1054c272762a";
        match operation {
            Operation::ShowJob => {
                let call = self.cce.show_job();
                let call = call.job_id("354331b2c-229a-11e8-9c75-0255ac100ceb");
                Ok(decoded(call.send().await?))
            }
            Operation::ShowResourcesJobDetail => {
                let call = self.eip.show_resources_job_detail();
                let call = call.job_id("ff808082843684110184e155fdb36461");
                Ok(decoded(call.send().await?))
            }
            Operation::ShowJobStatus => {
                let call = self.builds.show_job_status().job_id(BUILD);
                Ok(decoded(call.send().await?))
            }
            Operation::ShowJobInfo => {
                let call = self.builds.show_job_info().job_id(BUILD);
                Ok(decoded(call.send().await?))
            }
            Operation::CreateTemporaryAccessKeyByAgency => {
                let call = self.iam.create_temporary_access_key_by_agency();
                let answer = call.body(agency()).send().await?;
                Ok(issued(answer.credential.as_ref()))
            }
        }
    }
}

fn decoded<T: serde::Serialize>(answer: ResponseValue<T>) -> Value {
    // What cannot be JSON equals no answer.
    serde_json::to_value(answer.into_inner()).unwrap_or_default()
}

/// What of a key is the same for each: that its parts are there.
fn issued(key: Option<&iam::Credential>) -> Value {
    let is_there = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    json!({
        "access": is_there(key.and_then(|key| key.access.as_deref())),
        "secret": is_there(key.and_then(|key| Some(key.secret.as_ref()?.expose()))),
        "securitytoken": is_there(key.and_then(|key| Some(key.securitytoken.as_ref()?.expose()))),
        "expires_at": is_there(key.and_then(|key| key.expires_at.as_deref())),
    })
}

fn agency() -> iam::CreateTemporaryAccessKeyByAgencyRequestBody {
    iam::CreateTemporaryAccessKeyByAgencyRequestBody {
        auth: iam::AgencyAuth {
            identity: iam::AgencyAuthIdentity {
                methods: vec![iam::AgencyAuthIdentityMethodsItem::AssumeRole],
                assume_role: iam::IdentityAssumerole {
                    agency_name: account::AGENCY_NAME.to_owned(),
                    domain_id: None,
                    domain_name: Some(account::DOMAIN_NAME.to_owned()),
                    duration_seconds: None,
                    session_user: None,
                },
                policy: None,
            },
        },
    }
}
