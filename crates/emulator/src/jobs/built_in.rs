//! Scripts as the cloud might play them. Their kinds and durations are invented, after the documented
//! examples.

use std::time::Duration;

use super::script::{Script, Start};

impl Script {
    /// The creation of a cluster with three master nodes: fourteen minutes, in eight sub-jobs. It is
    /// what `CreateCluster` starts.
    ///
    /// ```
    /// use huaweicloud_emulator::Script;
    ///
    /// let without_add_ons = Script::cluster().fails("CCE.1", "the add-ons are not ready");
    /// ```
    pub fn cluster() -> Self {
        let job = |kind, seconds| Self::new(kind, Duration::from_secs(seconds));
        let beside = Start::AfterBegin(Duration::from_secs(100));
        job("CreateCluster", 0)
            .sub_job(job("CreatePSMCert", 10))
            .sub_job(job("CreateNetwork", 40))
            .sub_job(job("CreatePort", 50))
            // Three at the same time, once the port is there.
            .sub_job(job("InstallMaster", 420).starts(beside))
            .sub_job(job("InstallMaster", 450).starts(beside))
            .sub_job(job("InstallMaster", 480).starts(beside))
            .sub_job(job("ConfigureNetwork", 80).listed_late())
            .sub_job(job("InstallAddons", 180).listed_late())
    }

    /// The creation of so many public addresses, one after the other: ten seconds each, a sub-job
    /// each. It is what `BatchCreatePublicips` starts.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_emulator::Script;
    ///
    /// let hidden = Script::addresses(3).not_found_for(Duration::from_secs(1));
    /// ```
    pub fn addresses(count: usize) -> Self {
        let address = || Self::new("createPublicip", Duration::from_secs(10));
        let mut batch = Self::new("createBatchPublicip", Duration::ZERO);
        batch.sub_jobs = (0..count).map(|_| address()).collect();
        batch
    }

    /// A build of four minutes. It is what `RunJob` starts.
    ///
    /// ```
    /// use huaweicloud_emulator::Script;
    ///
    /// let failing = Script::build().fails("", "the tests failed");
    /// ```
    pub fn build() -> Self {
        Self::new("Build", Duration::from_secs(240))
    }
}
