//! The tokens that IAM issued and what they are worth.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use huaweicloud_auth::Secret;
use jiff::{SignedDuration, Timestamp};

use crate::principal::Principal;
use crate::random;

/// How long a token is good for, as IAM documents it.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The tokens remembered; older ones become unknown.
const MAX_TOKENS: usize = 1_000;

/// The tokens issued.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: Mutex<VecDeque<Token>>,
}

#[derive(Debug)]
struct Token {
    secret: Secret,
    expires_at: Timestamp,
    principal: Principal,
    scope: Scope,
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scope {
    /// The services of the project.
    Project,
    /// Services without regions, of which only IAM is here.
    Domain,
    /// Being traded for something else at IAM.
    None,
}

/// What a token is worth.
#[derive(Debug)]
pub(crate) enum TokenState {
    Valid { principal: Principal, scope: Scope },
    Expired { expires_at: String },
    Unknown,
}

impl Tokens {
    /// A new token of 256 bits, and when it expires.
    pub(crate) fn issue(
        &self,
        principal: Principal,
        scope: Scope,
        now: Timestamp,
    ) -> (String, Timestamp) {
        let token = random::secret();
        let expires_at = now.saturating_add(TOKEN_LIFETIME).unwrap_or(Timestamp::MAX);
        let mut issued = self.lock();
        issued.push_back(Token {
            secret: Secret::from(token.as_str()),
            expires_at,
            principal,
            scope,
        });
        if issued.len() > MAX_TOKENS {
            issued.pop_front();
        }
        (token, expires_at)
    }

    /// Ends all tokens issued so far.
    pub(crate) fn expire(&self, now: Timestamp) {
        for token in self.lock().iter_mut() {
            token.expires_at = token.expires_at.min(now);
        }
    }

    pub(crate) fn state(&self, token: &Secret, now: Timestamp) -> TokenState {
        let issued = self.lock();
        match issued.iter().find(|issued| issued.secret == *token) {
            None => TokenState::Unknown,
            Some(found) if found.expires_at <= now => TokenState::Expired {
                expires_at: iam_time(found.expires_at),
            },
            Some(found) => TokenState::Valid {
                principal: found.principal.clone(),
                scope: found.scope,
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Token>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A time as IAM writes it: `2023-06-28T08:56:33.710000Z`.
pub(crate) fn iam_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}
