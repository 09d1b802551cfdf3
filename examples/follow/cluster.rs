//! The cluster that is created on the emulator, and what becomes of it there.

use std::time::Duration;

use huaweicloud_cce::types::error::ConversionError;
use huaweicloud_cce::types::{
    Cluster, ClusterMetadata, ClusterSpec, ContainerNetwork, ContainerNetworkMode, HostNetwork,
};
use huaweicloud_emulator::{Script, Start};

/// What `CreateCluster` is sent.
pub(crate) fn request() -> Result<Cluster, ConversionError> {
    let host = HostNetwork::builder().vpc("prod-vpc").subnet("prod-subnet");
    let containers = ContainerNetwork::builder().mode(ContainerNetworkMode::OverlayL2);
    let spec = ClusterSpec::builder()
        .flavor("cce.s2.small")
        .host_network(HostNetwork::try_from(host)?)
        .container_network(ContainerNetwork::try_from(containers)?);
    Cluster::builder()
        .kind("Cluster")
        .api_version("v3")
        .metadata(ClusterMetadata::try_from(
            ClusterMetadata::builder().name("prod"),
        )?)
        .spec(ClusterSpec::try_from(spec)?)
        .try_into()
}

/// Fourteen minutes, unless a master fails. As in the documented example, a sub-job is created when
/// its turn has come.
pub(crate) fn script(fail: bool) -> Script {
    let seconds = Duration::from_secs;
    let part = |kind: &str, name: &str, length| {
        let id = format!("id-of-{name}");
        Script::new(kind, seconds(length))
            .resource(id, name)
            .listed_late()
    };
    let master = |name: &str, length| {
        // Three at the same time, once the port is there.
        part("InstallMaster", name, length).starts(Start::AfterBegin(seconds(150)))
    };
    let mut second = master("prod-master-2", 450);
    if fail {
        second = master("prod-master-2", 270).fails("", "no capacity left in cn-north-4b");
    }
    let add_ons = part("InstallAddons", "prod", 0)
        .sub_job(part("InstallAddon", "coredns", 60))
        .sub_job(part("InstallAddon", "everest", 150).starts(Start::AfterBegin(Duration::ZERO)));
    Script::new("CreateCluster", Duration::ZERO)
        .sub_job(part("CreatePSMCert", "prod-certificate", 10))
        .sub_job(part("CreateNetwork", "prod-network", 110))
        .sub_job(part("CreatePort", "prod-port", 30))
        .sub_job(master("prod-master-1", 420))
        .sub_job(second)
        .sub_job(master("prod-master-3", 480))
        .sub_job(part("ConfigureNetwork", "prod-network", 60))
        .sub_job(add_ons)
}
