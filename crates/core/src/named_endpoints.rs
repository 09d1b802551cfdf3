//! Endpoints that the environment names: by variables, and by the regions file.

use std::collections::BTreeMap;
#[cfg(feature = "regions-file")]
use std::path::{Path, PathBuf};

use crate::endpoint::Service;
use crate::error::Error;
#[cfg(feature = "regions-file")]
use crate::error::ErrorKind;

/// How the variables that name endpoints start.
const PREFIX: &str = "HUAWEICLOUD_SDK_REGION_";

/// The variable that names the regions file.
#[cfg(feature = "regions-file")]
const FILE_VARIABLE: &str = "HUAWEICLOUD_SDK_REGIONS_FILE";

/// The endpoints of services in regions, as the environment has them. A variable wins over the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamedEndpoints(BTreeMap<String, NamedEndpoint>);

/// The endpoints of one service in one region, the main one first, and who named them.
#[derive(Clone, Debug)]
pub(crate) struct NamedEndpoint {
    pub(crate) endpoints: Vec<String>,
    pub(crate) named_by: String,
}

impl NamedEndpoints {
    /// Reads the regions file, if there is one, and the variables.
    pub(crate) fn read(environment: &BTreeMap<String, String>) -> Result<Self, Error> {
        let mut named = Self::default();
        #[cfg(feature = "regions-file")]
        if let Some(path) = regions_file(environment) {
            named.read_file(&path)?;
        }
        for (variable, value) in environment {
            let endpoints: Vec<String> = value
                .split(',')
                .map(str::trim)
                .filter(|endpoint| !endpoint.is_empty())
                .map(str::to_owned)
                .collect();
            if variable.starts_with(PREFIX) && !endpoints.is_empty() {
                let named_by = format!("the variable {variable}");
                named.0.insert(
                    variable.clone(),
                    NamedEndpoint {
                        endpoints,
                        named_by,
                    },
                );
            }
        }
        Ok(named)
    }

    /// The endpoints that are named for a service in a region.
    pub(crate) fn of(&self, service: &Service, region: &str) -> Option<&NamedEndpoint> {
        self.0.get(&service.variable(region))
    }

    /// Reads a YAML file that lists, for each service, regions with an `id` and an `endpoint` or
    /// `endpoints`, as the official SDKs do. An entry without an id or an endpoint says nothing.
    #[cfg(feature = "regions-file")]
    fn read_file(&mut self, path: &Path) -> Result<(), Error> {
        #[derive(serde::Deserialize)]
        struct Entry {
            id: Option<String>,
            endpoint: Option<String>,
            endpoints: Option<Vec<String>>,
        }
        let shown = path.display();
        let refuse = |message: String| Error::new(ErrorKind::Configuration, message);
        let text = std::fs::read_to_string(path).map_err(|source| {
            refuse(format!("the regions file {shown} cannot be read")).with_source(source)
        })?;
        let file: Option<BTreeMap<String, Option<Vec<Entry>>>> = serde_norway::from_str(&text)
            .map_err(|source| {
                refuse(format!(
                    "the regions file {shown} is not as it should be: {source}"
                ))
                .with_source(source)
            })?;
        for (service, entries) in file.into_iter().flatten() {
            for entry in entries.into_iter().flatten() {
                let endpoints: Vec<String> = entry
                    .endpoints
                    .into_iter()
                    .flatten()
                    .chain(entry.endpoint)
                    .collect();
                if let Some(id) = entry
                    .id
                    .filter(|id| !id.is_empty() && !endpoints.is_empty())
                {
                    let named_by = format!("the regions file {shown}");
                    let named = NamedEndpoint {
                        endpoints,
                        named_by,
                    };
                    self.0
                        .insert(variable(&service.to_ascii_uppercase(), &id), named);
                }
            }
        }
        Ok(())
    }
}

/// The variable that names the endpoints of a service in a region.
pub(crate) fn variable(service: &str, region: &str) -> String {
    format!(
        "{PREFIX}{service}_{}",
        region.replace('-', "_").to_ascii_uppercase()
    )
}

/// The file that the environment names, which must be there, or else `~/.huaweicloud/regions.yaml`
/// if it is.
#[cfg(feature = "regions-file")]
fn regions_file(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let variable = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    if let Some(path) = variable(FILE_VARIABLE) {
        return Some(PathBuf::from(path));
    }
    let home = variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
    let path = Path::new(home).join(".huaweicloud").join("regions.yaml");
    path.exists().then_some(path)
}

#[cfg(test)]
#[cfg(feature = "regions-file")]
mod tests {
    use super::*;

    static CCE: Service = Service::new("CCE", &[]);

    /// A home folder that goes when dropped.
    struct Home(PathBuf);

    impl Home {
        fn with_regions(name: &str, yaml: &str) -> Self {
            let home = std::env::temp_dir().join(format!("regions-{}-{name}", std::process::id()));
            std::fs::create_dir_all(home.join(".huaweicloud")).unwrap();
            std::fs::write(home.join(".huaweicloud/regions.yaml"), yaml).unwrap();
            Self(home)
        }

        fn environment(&self, more: &[(&str, &str)]) -> BTreeMap<String, String> {
            let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
            let mut environment: BTreeMap<String, String> = more
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect();
            environment.insert(home.into(), self.0.display().to_string());
            environment
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_regions_file_names_endpoints_and_variables_win_over_it() {
        let home = Home::with_regions(
            "both",
            "
CCE:
  - id: cn-north-4
    endpoint: https://c.example.com
    endpoints: [https://a.example.com, https://b.example.com]
  - id: cn-east-3
    endpoint: https://d.example.com
  - id: nothing
cce:
  - {id: eu-west-101, endpoint: e.example.com}
EIP:
",
        );
        let environment = home.environment(&[(
            "HUAWEICLOUD_SDK_REGION_CCE_CN_EAST_3",
            "https://v.example.com, ",
        )]);
        let named = NamedEndpoints::read(&environment).unwrap();
        let of = |region: &str| {
            named
                .of(&CCE, region)
                .map(|named| named.endpoints.join(" "))
        };
        let all = "https://a.example.com https://b.example.com https://c.example.com";
        assert_eq!(of("cn-north-4").as_deref(), Some(all));
        assert_eq!(of("cn-east-3").as_deref(), Some("https://v.example.com"));
        assert_eq!(of("eu-west-101").as_deref(), Some("e.example.com"));
        assert_eq!(of("nothing"), None);
    }

    #[test]
    fn a_file_that_is_missing_or_wrong_is_named() {
        let home = Home::with_regions("wrong", "CCE: [{id: [1]}]");
        let error = NamedEndpoints::read(&home.environment(&[])).unwrap_err();
        assert!(error.to_string().contains("regions.yaml"), "{error}");
        let missing = home.environment(&[("HUAWEICLOUD_SDK_REGIONS_FILE", "/does/not/exist")]);
        let error = NamedEndpoints::read(&missing).unwrap_err();
        assert!(error.is_configuration() && error.to_string().contains("/does/not/exist"));
        let empty = Home::with_regions("empty", "");
        assert!(NamedEndpoints::read(&empty.environment(&[])).is_ok());
    }
}
