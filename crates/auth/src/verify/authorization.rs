use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::VerifyError;
use crate::Algorithm;

/// What an `Authorization` header says.
pub(super) struct Authorization<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) access_key_id: &'a str,
    /// With V11-HMAC-SHA256.
    pub(super) scope: Option<Scope<'a>>,
    signed_headers: &'a str,
    pub(super) signature: &'a str,
}

/// What a key was derived for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// `date/region/service`.
    pub(super) text: &'a str,
    pub(super) date: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

impl<'a> Authorization<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Result<Self, VerifyError> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let value = values.next().ok_or(VerifyError::MissingAuthorization)?;
        // A bare word is not told as an algorithm: it may be a token that someone misplaced.
        let (algorithm, fields) = str::from_utf8(value.as_bytes())
            .ok()
            .filter(|_| values.next().is_none())
            .and_then(|text| text.trim_ascii().split_once(' '))
            .ok_or(VerifyError::MalformedAuthorization)?;
        Self::parse(algorithm.parse()?, fields).ok_or(VerifyError::MalformedAuthorization)
    }

    fn parse(algorithm: Algorithm, fields: &'a str) -> Option<Self> {
        let mut fields = fields.split(',').map(str::trim_ascii);
        let mut field = |name| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let (access_key_id, scope) = match algorithm {
            Algorithm::V11HmacSha256 => {
                let (id, scope) = Scope::at_end_of(field("Credential")?)?;
                (id, Some(scope))
            }
            _ => (field("Access")?, None),
        };
        let parsed = Self {
            algorithm,
            access_key_id,
            scope,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        };
        (fields.next().is_none() && !parsed.access_key_id.is_empty()).then_some(parsed)
    }

    /// The names, in order and without repetition, as the official SDKs write them: a name given a
    /// thousand times would make the canonical request repeat its value as often.
    pub(super) fn signed_headers(&self) -> Result<Vec<&'a str>, VerifyError> {
        let names: Vec<_> = self.signed_headers.split(';').collect();
        let lower_case = !self
            .signed_headers
            .bytes()
            .any(|byte| byte.is_ascii_uppercase());
        (lower_case && names.is_sorted_by(|one, next| one < next))
            .then_some(names)
            .ok_or(VerifyError::MalformedAuthorization)
    }
}

impl<'a> Scope<'a> {
    /// Parts what stands before the scope from it. An id may hold slashes; the scope has two.
    fn at_end_of(credential: &'a str) -> Option<(&'a str, Self)> {
        let (rest, service) = credential.rsplit_once('/')?;
        let (rest, region) = rest.rsplit_once('/')?;
        let (id, date) = rest.rsplit_once('/')?;
        let text = credential.strip_prefix(id)?.strip_prefix('/')?;
        let scope = Self {
            text,
            date,
            region,
            service,
        };
        (!region.is_empty() && !service.is_empty()).then_some((id, scope))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::ParseAlgorithmError;

    const GOOD: &str = "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=5f";

    fn headers(values: &[&str]) -> HeaderMap {
        let value = |text: &&str| HeaderValue::from_bytes(text.as_bytes()).unwrap();
        values.iter().map(|text| (AUTHORIZATION, value(text))).fold(
            HeaderMap::new(),
            |mut headers, (name, value)| {
                headers.append(name, value);
                headers
            },
        )
    }

    /// The error of reading the header or the names in it.
    fn error(values: &[&str]) -> Option<VerifyError> {
        let headers = headers(values);
        Authorization::of(&headers)
            .and_then(|authorization| authorization.signed_headers())
            .err()
    }

    #[test]
    fn the_fields_are_read_whatever_white_space_is_between_them() {
        for text in [
            GOOD.to_owned(),
            GOOD.replace(", ", ","),
            GOOD.replace(", ", " ,\t"),
            GOOD.replace("256 ", "256   "),
            format!(" {GOOD} "),
        ] {
            let headers = headers(&[&text]);
            let authorization = Authorization::of(&headers).unwrap();
            assert_eq!(authorization.access_key_id, "AK", "{text:?}");
            assert_eq!(
                authorization.signed_headers().unwrap(),
                ["host", "x-sdk-date"],
                "{text:?}"
            );
            assert_eq!(authorization.signature, "5f", "{text:?}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in [
            "",
            " ",
            "SDK-HMAC-SHA256",
            "SDK-HMAC-SHA256 ",
            "a-bare-token",
            &GOOD.replace("Access=AK", "Access="),
            &GOOD.replace("Access=AK, ", ""),
            &GOOD.replace("Access=", "Credential="),
            &GOOD.replace("Access=AK, ", "Access=AK, Access=AK, "),
            &GOOD.replace(", Signature", "; Signature"),
            &GOOD.replace("host;x-sdk-date", "x-sdk-date;host"),
            &GOOD.replace("host;x-sdk-date", "host;host;x-sdk-date"),
            &GOOD.replace("host;x-sdk-date", "Host;x-sdk-date"),
            &GOOD.replace("host;x-sdk-date", "host;x-sdk-date;"),
            &format!("{GOOD}, More=1"),
            &format!("{GOOD},"),
        ] {
            assert_eq!(
                error(&[text]),
                Some(VerifyError::MalformedAuthorization),
                "{text:?}"
            );
        }
    }

    #[test]
    fn there_has_to_be_exactly_one() {
        assert_eq!(error(&[]), Some(VerifyError::MissingAuthorization));
        assert_eq!(error(&[GOOD]), None);
        assert_eq!(
            error(&[GOOD, GOOD]),
            Some(VerifyError::MalformedAuthorization)
        );
    }

    #[test]
    fn another_algorithm_is_named_and_its_parameters_are_not() {
        for algorithm in ["SDK-HMAC-MD5", "Bearer", "sdk-hmac-sha256"] {
            let error = error(&[&format!("{algorithm} hush")]);
            let unknown = ParseAlgorithmError::Unknown(algorithm.into());
            assert_eq!(error, Some(VerifyError::UnsupportedAlgorithm(unknown)));
        }
    }
}
