//! Shared set-up of the tests.

use huaweicloud_cce::types::{
    Cluster, ClusterExtendParam, ClusterMetadata, ClusterSpec, ClusterSpecCategory,
    ContainerNetwork, ContainerNetworkMode, EniNetwork, HostNetwork, NetworkSubnet,
};
use huaweicloud_codearts_build::types::{ParameterItem, RunJobRequestBody, Scm};
use huaweicloud_core::policy::RetryPolicy;
use huaweicloud_core::{AccessKey, Config, ConfigBuilder, Secret};
use huaweicloud_eip::types::{
    BatchBandwidth, BatchBandwidthChargeMode, BatchBandwidthShareType,
    BatchCreatePublicipsV2RequestBody, BatchPublicIp, BatchPublicIpType,
};
use huaweicloud_emulator::Emulator;
use huaweicloud_iam::types::{
    AuthScope, AuthScopeProject, KeystoneCreateUserTokenByPasswordRequestBody, PwdAuth,
    PwdIdentity, PwdIdentityMethodsItem, PwdPassword, PwdPasswordUser, PwdPasswordUserDomain,
};
use insta::internals::SettingsBindDropGuard;

/// The id of the access key of [`emulator`].
pub const ACCESS_KEY_ID: &str = "HPUAEXAMPLE";

/// The secret key of [`emulator`].
pub const SECRET_KEY: &str = "hush-secret-key";

/// The password of the user of [`emulator`].
pub const PASSWORD: &str = "hush-password";

/// The project of [`emulator`].
pub const PROJECT_ID: &str = "0605767a5780d5762f9ac0123456789a";

/// An emulator whose account is the same in every run.
pub async fn emulator() -> Emulator {
    let key = AccessKey::new(ACCESS_KEY_ID, SECRET_KEY);
    Emulator::builder()
        .access_key(key)
        .project_id(PROJECT_ID)
        .password(PASSWORD)
        .start()
        .await
        .unwrap()
}

/// What a caller of this emulator configures, to be changed before it is built. It tries once, so
/// that a test sees the first failure.
pub fn caller_of(emulator: &Emulator) -> ConfigBuilder {
    Config::builder()
        .endpoint(emulator.url())
        .credentials(emulator.access_key().clone())
        .project_id(emulator.project_id())
        .retry(RetryPolicy::never())
}

/// What the user of this emulator asks IAM for: a token of the emulator's project.
pub fn token_request(
    emulator: &Emulator,
    password: &str,
) -> KeystoneCreateUserTokenByPasswordRequestBody {
    let user = emulator.user();
    let user = PwdPasswordUser {
        domain: PwdPasswordUserDomain {
            name: user.domain_name().to_owned(),
        },
        name: user.name().to_owned(),
        password: Secret::from(password),
    };
    let project = AuthScopeProject {
        id: None,
        name: Some(emulator.region().to_owned()),
    };
    KeystoneCreateUserTokenByPasswordRequestBody {
        auth: PwdAuth {
            identity: PwdIdentity {
                methods: vec![PwdIdentityMethodsItem::Password],
                password: PwdPassword { user },
            },
            scope: AuthScope {
                domain: None,
                project: Some(project),
            },
        },
    }
}

/// A Turbo cluster with a parameter whose name is no name in Rust.
pub fn cluster_request() -> Cluster {
    let host = HostNetwork::builder()
        .vpc("00000000-0000-0000-0000-000000000002".to_owned())
        .subnet("00000000-0000-0000-0000-000000000003".to_owned());
    let subnet = NetworkSubnet {
        subnet_id: "00000000-0000-0000-0000-000000000004".to_owned(),
    };
    let further = ClusterExtendParam::builder().alpha_cce_fix_pool_mask("25".to_owned());
    let spec = ClusterSpec::builder()
        .category(ClusterSpecCategory::Turbo)
        .flavor("cce.s2.small")
        .version("v1.30".to_owned())
        .host_network(HostNetwork::try_from(host).unwrap())
        .container_network(
            ContainerNetwork::try_from(ContainerNetwork::builder().mode(ContainerNetworkMode::Eni))
                .unwrap(),
        )
        .eni_network(EniNetwork::try_from(EniNetwork::builder().subnets(vec![subnet])).unwrap())
        .extend_param(ClusterExtendParam::try_from(further).unwrap());
    let metadata = ClusterMetadata::builder().name("example-cluster");
    let cluster = Cluster::builder()
        .kind("Cluster")
        .api_version("v3")
        .metadata(ClusterMetadata::try_from(metadata).unwrap())
        .spec(ClusterSpec::try_from(spec).unwrap());
    cluster.try_into().unwrap()
}

/// Two addresses, each with a bandwidth of its own.
pub fn addresses_request() -> BatchCreatePublicipsV2RequestBody {
    let bandwidth = BatchBandwidth {
        charge_mode: Some(BatchBandwidthChargeMode::Traffic),
        id: None,
        name: Some("example-bandwidth".to_owned()),
        share_type: Some(BatchBandwidthShareType::Per),
        size: 5,
    };
    let publicip = BatchPublicIp::builder().type_(BatchPublicIpType::X5Bgp);
    BatchCreatePublicipsV2RequestBody {
        bandwidth,
        enterprise_project_id: "0".to_owned(),
        publicip: publicip.try_into().unwrap(),
        publicip_number: 2,
    }
}

/// A run of this build task with a parameter and a tag.
pub fn build_request(job_id: &str) -> RunJobRequestBody {
    RunJobRequestBody {
        job_id: job_id.to_owned(),
        parameter: vec![ParameterItem {
            name: "version".to_owned(),
            value: "1.0".to_owned(),
        }],
        scm: Some(Scm {
            build_commit_id: None,
            build_tag: Some("v1.0".to_owned()),
        }),
    }
}

/// Hides from the snapshots of a scope what differs from run to run and from system to system.
#[must_use = "the filters are in force until the guard is dropped"]
pub fn filtered_snapshots() -> SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    for (pattern, replacement) in [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        (r"\d{8}T\d{6}Z", "[time]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "[time]"),
        (r"Signature=[0-9a-f]{64}", "Signature=[signature]"),
        (r"request id [0-9a-f]{32}", "request id [id]"),
        (r"\(os error \d+\)", "(os error [number])"),
        (r"attempts in [0-9.]+(µs|ms|s)", "attempts in [time]"),
        (r"sdk-rust/[0-9.]+", "sdk-rust/[version]"),
    ] {
        settings.add_filter(pattern, replacement);
    }
    settings.bind_to_scope()
}

/// Fails if one of the secrets can be read in a text.
#[track_caller]
pub fn assert_no_secret(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!secret.is_empty(), "an empty secret is in every text");
        assert!(!text.contains(secret), "{secret:?} can be read in: {text}");
    }
}

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
