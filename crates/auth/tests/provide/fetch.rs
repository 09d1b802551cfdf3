use std::sync::Arc;

use huaweicloud_auth::provide::Fetch;
use huaweicloud_core::HttpFetch;

/// What users have.
pub(crate) fn client() -> Arc<dyn Fetch> {
    Arc::new(HttpFetch::new().unwrap())
}
