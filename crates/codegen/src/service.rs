//! The services that code is generated for.

use std::path::PathBuf;

/// A service: its document and the crate that is generated from it.
#[derive(Debug, Eq, PartialEq)]
pub struct Service {
    /// The name, which is also that of the folder under `crates/`.
    pub name: &'static str,
    /// The file under `specs/`.
    pub document: &'static str,
}

/// Every service, in alphabetical order.
pub static SERVICES: &[Service] = &[
    Service {
        name: "cce",
        document: "cce-v3.yaml",
    },
    Service {
        name: "codearts-build",
        document: "codearts-build-v3.yaml",
    },
    Service {
        name: "eip",
        document: "eip-v2.yaml",
    },
    Service {
        name: "iam",
        document: "iam-v3.yaml",
    },
    Service {
        name: "sts",
        document: "sts-v1.yaml",
    },
];

impl Service {
    /// The service of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.name == name)
    }

    /// The name of the crate in paths, such as `huaweicloud_cce`.
    #[must_use]
    pub fn crate_name(&self) -> String {
        format!("huaweicloud_{}", self.name.replace('-', "_"))
    }

    /// The generated file, from the root of the repository.
    #[must_use]
    pub fn generated_path(&self) -> PathBuf {
        PathBuf::from(format!("crates/{}/src/generated.rs", self.name))
    }
}
