//! Whom credentials stand for.

use crate::account::Account;

/// Whom a token or an access key stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Principal {
    /// The account's user.
    User,
    /// A session of the account's agency.
    Agency { session: String },
    /// A user of the identity provider.
    Federated,
}

/// Whose request passed the gateway.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    /// Whether the credentials of the request are temporary themselves.
    pub(crate) temporary: bool,
}

/// The name of the identity provider's user.
pub(crate) const FEDERATED_USER: &str = "emulator-federated-user";

impl Principal {
    pub(crate) fn urn(&self, account: &Account) -> String {
        let domain = &account.domain_id;
        match self {
            Self::User => format!("iam::{domain}:user:{}", account.user.name),
            Self::Agency { session } => {
                format!(
                    "sts::{domain}:assumed-agency:{}/{session}",
                    account.agency.name
                )
            }
            Self::Federated => format!("sts::{domain}:external-user:{FEDERATED_USER}"),
        }
    }

    pub(crate) fn id(&self, account: &Account) -> String {
        match self {
            Self::User => account.user_id.clone(),
            Self::Agency { session } => format!("{}:{session}", account.agency.id),
            Self::Federated => FEDERATED_USER.to_owned(),
        }
    }
}
