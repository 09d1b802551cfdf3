//! The `servers` of a document: where a service is reached in each region.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::Document;
use crate::error::Error;

/// The name of a service in environment variables, and its endpoints.
pub(crate) struct Endpoints {
    pub(crate) service: String,
    pub(crate) by_region: BTreeMap<String, String>,
    pub(crate) global: Option<String>,
}

impl Endpoints {
    /// Reads `x-huaweicloud-service` and the servers. A server without a region is the service's
    /// global one.
    pub(crate) fn read(document: &Document) -> Result<Self, Error> {
        let service = document
            .root
            .get("x-huaweicloud-service")
            .and_then(Value::as_str)
            .ok_or_else(|| document.error("x-huaweicloud-service", "is missing"))?
            .to_owned();
        let mut by_region = BTreeMap::new();
        let mut global = None;
        let servers = document.root.get("servers").and_then(Value::as_array);
        for (index, server) in servers.into_iter().flatten().enumerate() {
            let url = server
                .get("url")
                .and_then(Value::as_str)
                .ok_or_else(|| document.error(format!("servers[{index}].url"), "is missing"))?;
            if !url.contains("{region}") {
                if global.replace(url.to_owned()).is_some() {
                    return Err(document.error(
                        format!("servers[{index}].url"),
                        "there is a global server already",
                    ));
                }
                continue;
            }
            let regions = server
                .pointer("/variables/region/enum")
                .and_then(Value::as_array);
            for region in regions.into_iter().flatten().filter_map(Value::as_str) {
                let endpoint = url.replace("{region}", region);
                if by_region.insert(region.to_owned(), endpoint).is_some() {
                    return Err(document.error(
                        format!("servers[{index}].variables.region.enum"),
                        format!("{region} has a server already"),
                    ));
                }
            }
        }
        if by_region.is_empty() {
            return Err(document.error("servers", "no region has a server"));
        }
        Ok(Self {
            service,
            by_region,
            global,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_become_endpoints_by_region() {
        let yaml = "
x-huaweicloud-service: CCE
servers:
  - {url: 'https://cce.{region}.a', variables: {region: {enum: [b, c]}}}
  - {url: 'https://cce.{region}.d', variables: {region: {enum: [e]}}}
  - {url: 'https://cce.global'}
";
        let document = Document::parse("test.yaml", yaml).unwrap();
        let endpoints = Endpoints::read(&document).unwrap();
        let found: Vec<_> = endpoints.by_region.values().map(String::as_str).collect();
        assert_eq!(
            found,
            ["https://cce.b.a", "https://cce.c.a", "https://cce.e.d"]
        );
        assert_eq!(endpoints.global.as_deref(), Some("https://cce.global"));
        let two_global = format!("{yaml}  - {{url: 'https://cce.other'}}\n");
        let error = Endpoints::read(&Document::parse("test.yaml", &two_global).unwrap())
            .err()
            .unwrap();
        assert_eq!(error.path(), "servers[3].url");
        let twice = yaml.replace("[e]", "[c]");
        let error = Endpoints::read(&Document::parse("test.yaml", &twice).unwrap())
            .err()
            .unwrap();
        assert_eq!(error.path(), "servers[1].variables.region.enum");
    }
}
