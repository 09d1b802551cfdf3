//! Which addresses sources ask, and which they refuse to ask.

use std::net::IpAddr;

use http::Uri;

use super::Variables;
use super::regions::{IAM, IAM_ELSEWHERE, STS, STS_ELSEWHERE};

const IAM_VARIABLE: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
const STS_VARIABLE: &str = "HUAWEICLOUD_SDK_STS_ENDPOINT";

/// Where IAM is reached: at the address in `HUAWEICLOUD_SDK_IAM_ENDPOINT`, else at the region's,
/// else at the one that knows all regions of the main site.
///
/// ```
/// use huaweicloud_auth::provide::{Variables, iam_endpoint};
///
/// let none = Variables::from_fn(|_name| None);
/// assert_eq!(
///     iam_endpoint(Some("cn-north-4"), &none),
///     "https://iam.cn-north-4.myhuaweicloud.com",
/// );
/// assert_eq!(iam_endpoint(None, &none), "https://iam.myhuaweicloud.com");
/// ```
#[must_use]
pub fn iam_endpoint(region: Option<&str>, variables: &Variables) -> String {
    choose(IAM_VARIABLE, variables, IAM, region, IAM_ELSEWHERE)
}

/// Where STS is reached: at the address in `HUAWEICLOUD_SDK_STS_ENDPOINT`, else at the region's,
/// else at that of cn-north-4.
///
/// ```
/// use huaweicloud_auth::provide::{Variables, sts_endpoint};
///
/// let none = Variables::from_fn(|_name| None);
/// assert_eq!(
///     sts_endpoint(Some("ap-southeast-1"), &none),
///     "https://sts.ap-southeast-1.myhuaweicloud.com",
/// );
/// ```
#[must_use]
pub fn sts_endpoint(region: Option<&str>, variables: &Variables) -> String {
    choose(STS_VARIABLE, variables, STS, region, STS_ELSEWHERE)
}

fn choose(
    variable: &str,
    variables: &Variables,
    table: &[(&str, &str)],
    region: Option<&str>,
    elsewhere: &str,
) -> String {
    variables.get(variable).unwrap_or_else(|| {
        table
            .iter()
            .find(|(name, _)| Some(*name) == region)
            .map_or(elsewhere, |(_, endpoint)| endpoint)
            .to_owned()
    })
}

/// Where plain http is accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PlainHttp {
    /// On this machine only.
    Loopback,
    /// On this machine and on its own link: there the host of a virtual machine answers.
    LinkLocal,
}

/// The address of a service, as its parts, if secrets may be sent there; else why not.
///
/// Without a scheme it is https, as elsewhere in this SDK.
pub(super) fn check(text: &str, plain: PlainHttp) -> Result<Uri, String> {
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    // The address is not quoted before it is known to have no password in it.
    let uri: Uri = with_scheme
        .parse()
        .map_err(|_| "the address is not a URL".to_owned())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("the address is not a URL".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("the address carries a user name or a password".to_owned());
    }
    let shown = format!("{scheme}://{authority}");
    match scheme {
        "https" => Ok(uri),
        "http" if accepts(plain, authority.host()) => Ok(uri),
        "http" => Err(match plain {
            PlainHttp::Loopback => format!(
                "{shown} is plain http, which is accepted for loopback addresses only: use https"
            ),
            PlainHttp::LinkLocal => format!(
                "{shown} is plain http, which is accepted for loopback and link-local addresses \
                 (169.254.0.0/16) only: use https"
            ),
        }),
        _ => Err(format!("{shown} is neither https nor http")),
    }
}

/// The address of an operation.
pub(super) fn join(base: &Uri, path: &str) -> String {
    base.to_string().trim_end_matches('/').to_owned() + path
}

fn accepts(plain: PlainHttp, host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() => true,
        Ok(IpAddr::V4(address)) => plain == PlainHttp::LinkLocal && address.is_link_local(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_goes_anywhere_and_http_stays_near() {
        use PlainHttp::{LinkLocal, Loopback};
        for (address, plain, accepted) in [
            ("https://iam.example.com", Loopback, true),
            ("iam.example.com", Loopback, true),
            ("http://127.0.0.1:8080", Loopback, true),
            ("http://localhost:1", Loopback, true),
            ("http://[::1]:1", Loopback, true),
            ("http://169.254.169.254", Loopback, false),
            ("http://169.254.169.254", LinkLocal, true),
            ("http://169.254.0.1/v1/key?a=b", LinkLocal, true),
            ("http://169.253.0.1", LinkLocal, false),
            ("http://iam.example.com", LinkLocal, false),
            ("http://127.0.0.1.example.com", LinkLocal, false),
            ("http://169.254.169.254.nip.io", LinkLocal, false),
            ("http://[fd00:ec2::254]", LinkLocal, false),
            ("ftp://127.0.0.1", LinkLocal, false),
            ("/only/a/path", LinkLocal, false),
            ("", LinkLocal, false),
        ] {
            assert_eq!(check(address, plain).is_ok(), accepted, "{address}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_quoted() {
        for address in ["https://user:hush@example.com", "https://user:hu sh@a"] {
            let error = check(address, PlainHttp::LinkLocal).unwrap_err();
            assert!(!error.contains("hu"), "{error}");
        }
    }

    #[test]
    fn the_variable_wins_over_the_region_and_the_region_over_the_rest() {
        let none: Variables = Variables::from_fn(|_| None);
        let set: Variables = [(STS_VARIABLE, "https://sts.example.com")]
            .into_iter()
            .collect();
        for (region, variables, expected) in [
            (Some("cn-south-1"), &set, "https://sts.example.com"),
            (
                Some("cn-south-1"),
                &none,
                "https://sts.cn-south-1.myhuaweicloud.com",
            ),
            (Some("mars-1"), &none, STS_ELSEWHERE),
            (None, &none, STS_ELSEWHERE),
        ] {
            assert_eq!(sts_endpoint(region, variables), expected, "{region:?}");
        }
    }
}
