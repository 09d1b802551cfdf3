//! The cluster that is created on the emulator, and what becomes of it there.

use std::time::Duration;

use huaweicloud_cce::types::error::ConversionError;
use huaweicloud_cce::types::{
    Cluster, ClusterMetadata, ClusterSpec, ContainerNetwork, ContainerNetworkMode, EniNetwork,
    HostNetwork, NetworkSubnet,
};
use huaweicloud_emulator::{Script, Start};

/// What `CreateCluster` is sent.
pub(crate) fn request() -> Result<Cluster, ConversionError> {
    let host = HostNetwork::builder().vpc("prod-vpc").subnet("prod-subnet");
    let containers = ContainerNetwork::builder().mode(ContainerNetworkMode::Eni);
    let subnet = NetworkSubnet {
        subnet_id: "prod-subnet".to_owned(),
    };
    let interfaces = EniNetwork::builder().subnets(vec![subnet]);
    let spec = ClusterSpec::builder()
        .flavor("cce.s2.small")
        .host_network(HostNetwork::try_from(host)?)
        .container_network(ContainerNetwork::try_from(containers)?)
        .eni_network(EniNetwork::try_from(interfaces)?);
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
    let mut first = master("master-1", 420);
    if fail {
        first = master("master-1", 270).fails("", "no capacity left in cn-north-4b");
    }
    let add_ons = part("InstallAddons", "add-ons", 0)
        .sub_job(part("InstallAddon", "coredns", 60))
        .sub_job(part("InstallAddon", "everest", 150).starts(Start::AfterBegin(Duration::ZERO)));
    Script::new("CreateCluster", Duration::ZERO)
        .sub_job(part("CreatePSMCert", "certificate", 10))
        .sub_job(part("CreateNetwork", "network", 110))
        .sub_job(part("CreatePort", "port", 30))
        .sub_job(first)
        .sub_job(master("master-2", 450))
        .sub_job(master("master-3", 480))
        .sub_job(part("ConfigureNetwork", "network", 60))
        .sub_job(add_ons)
}
