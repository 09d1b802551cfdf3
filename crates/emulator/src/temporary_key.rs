//! The temporary access keys that IAM and STS issued.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use huaweicloud_auth::AccessKey;
use jiff::{SignedDuration, Timestamp};

use crate::principal::Principal;
use crate::random;

/// The keys remembered; older ones become unknown.
const MAX_KEYS: usize = 1_000;

/// The temporary access keys issued.
#[derive(Debug, Default)]
pub(crate) struct TemporaryKeys {
    issued: Mutex<VecDeque<TemporaryKey>>,
}

/// An access key with a security token, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct TemporaryKey {
    pub(crate) access_key: AccessKey,
    pub(crate) expires_at: Timestamp,
    pub(crate) principal: Principal,
}

impl TemporaryKeys {
    /// A new key that is valid for some seconds from now.
    pub(crate) fn issue(&self, principal: Principal, seconds: u32, now: Timestamp) -> TemporaryKey {
        let access_key = AccessKey::new(random::access_key_id(), random::secret())
            .with_security_token(random::secret());
        let key = TemporaryKey {
            access_key,
            expires_at: now
                .saturating_add(SignedDuration::from_secs(seconds.into()))
                .unwrap_or(Timestamp::MAX),
            principal,
        };
        let mut issued = self.lock();
        issued.push_back(key.clone());
        if issued.len() > MAX_KEYS {
            issued.pop_front();
        }
        key
    }

    /// Ends all keys issued so far.
    pub(crate) fn expire(&self, now: Timestamp) {
        for key in self.lock().iter_mut() {
            key.expires_at = key.expires_at.min(now);
        }
    }

    pub(crate) fn find(&self, id: &str) -> Option<TemporaryKey> {
        let issued = self.lock();
        issued.iter().find(|key| key.access_key.id() == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<TemporaryKey>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TemporaryKey {
    /// The security token as it is handed out.
    pub(crate) fn security_token(&self) -> &str {
        self.access_key
            .security_token()
            .map_or("", |token| token.expose())
    }
}
