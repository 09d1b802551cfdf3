//! For those whose signature is refused: what is signed, step by step.
//!
//! Reads one JSON object a line from standard input, a request:
//!
//! - `access_key` and `secret_key`, and `security_token` for a temporary key;
//! - `method` (`GET` if left out), `url`, `headers` (an array of pairs), `body_base64`;
//! - `algorithm` (`SDK-HMAC-SHA256` if left out), and `region` and `service` for V11-HMAC-SHA256;
//! - `date`, as `YYYYMMDDTHHMMSSZ`; now if left out;
//! - `project_id` or `domain_id`, for `X-Project-Id` and `X-Domain-Id`.
//!
//! Prints one JSON object a line: `headers` to set in the request (pairs), `canonical_request` and
//! `string_to_sign`; or, where the line is no such request, `error`, and goes on with the next line.
//!
//! ```text
//! $ cargo run -p huaweicloud-auth --all-features --example sign <<'END'
//! {"access_key": "AK", "secret_key": "SK", "url": "https://service.region.example.com/v1/vpcs"}
//! END
//! ```

use std::io::{BufRead, Write};
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use huaweicloud_auth::{AccessKey, Algorithm, SigningContext, explain};
use serde_json::{Map, Value, json};

fn main() -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let answer = answer_to(&line).unwrap_or_else(|error| json!({ "error": error }));
        writeln!(output, "{answer}")?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

/// No error shows a value, for it may be the secret key.
fn answer_to(line: &[u8]) -> Result<Value, String> {
    let fields = Fields::read(line)?;

    let mut key = AccessKey::new(fields.needed("access_key")?, fields.needed("secret_key")?);
    if let Some(token) = fields.text("security_token")? {
        key = key.with_security_token(token);
    }
    let algorithm = match fields.text("algorithm")? {
        Some(name) => name
            .parse()
            .map_err(|error| format!("algorithm: {error}"))?,
        None => Algorithm::default(),
    };

    let uri: Uri = fields
        .needed("url")?
        .parse()
        .map_err(|error| format!("url: {error}"))?;
    if uri.host().is_none() || uri.scheme().is_none() {
        return Err("url: it has to begin with https:// and a host".to_owned());
    }
    let method = fields.text("method")?.unwrap_or("GET");
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|_| "method: not one of HTTP".to_owned())?;
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    for (name, value) in fields.headers()? {
        request.headers_mut().append(name, value);
    }
    if let Some(date) = fields.text("date")? {
        let date = HeaderValue::from_str(date).map_err(|_| "date: not text".to_owned())?;
        request.headers_mut().insert("x-sdk-date", date);
    }
    let body = BASE64_STANDARD
        .decode(fields.text("body_base64")?.unwrap_or_default())
        .map_err(|error| format!("body_base64: {error}"))?;

    let context = SigningContext::new(SystemTime::now())
        .algorithm(algorithm)
        .region(fields.text("region")?)
        .service(fields.text("service")?)
        .project_id(fields.text("project_id")?)
        .domain_id(fields.text("domain_id")?);
    let (parts, ()) = request.into_parts();
    let explanation = explain(&parts, &body, &key, &context).map_err(|error| error.to_string())?;

    let given_date = fields.text("date")?.map(|date| json!(["x-sdk-date", date]));
    let added = explanation.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        json!([name.as_str(), value])
    });
    Ok(json!({
        "headers": given_date.into_iter().chain(added).collect::<Value>(),
        "canonical_request": String::from_utf8_lossy(&explanation.canonical_request),
        "string_to_sign": explanation.string_to_sign,
    }))
}

const FIELDS: [&str; 13] = [
    "access_key",
    "algorithm",
    "body_base64",
    "date",
    "domain_id",
    "headers",
    "method",
    "project_id",
    "region",
    "secret_key",
    "security_token",
    "service",
    "url",
];

struct Fields(Map<String, Value>);

impl Fields {
    fn read(line: &[u8]) -> Result<Self, String> {
        let Value::Object(fields) = serde_json::from_slice(line).map_err(|error| {
            let column = error.column();
            format!("the line is not JSON, from its byte {column} on")
        })?
        else {
            return Err("the line is not a JSON object".to_owned());
        };
        match fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            Some(unknown) => Err(format!("there is no field {unknown}; there are {FIELDS:?}")),
            None => Ok(Self(fields)),
        }
    }

    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name}: it has to be a string")),
        }
    }

    fn needed(&self, name: &str) -> Result<&str, String> {
        self.text(name)?
            .ok_or_else(|| format!("{name}: it is missing"))
    }

    fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
        let pairs = match self.0.get("headers") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(pairs)) => pairs,
            Some(_) => return Err("headers: it has to be an array of pairs".to_owned()),
        };
        let read = |(number, pair): (usize, &Value)| {
            let malformed = || format!("headers: number {number} is not a pair of header texts");
            let [Value::String(name), Value::String(value)] =
                pair.as_array().map_or(&[][..], Vec::as_slice)
            else {
                return Err(malformed());
            };
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| malformed())?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| malformed())?;
            Ok((name, value))
        };
        pairs.iter().enumerate().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://service.region.example.com/v1/vpcs?limit=2";

    fn answer(fields: &Value) -> Result<Value, String> {
        let mut line = json!({"access_key": "AK", "secret_key": "hush", "url": URL});
        for (name, value) in fields.as_object().unwrap() {
            line[name] = value.clone();
        }
        answer_to(line.to_string().as_bytes())
    }

    #[test]
    fn a_request_is_answered_with_what_is_signed() {
        let answer = answer(&json!({
            "date": "20191115T033655Z",
            "method": "POST",
            "headers": [["Content-Type", "application/json"], ["x-a", " é "]],
            "body_base64": "e30=",
            "security_token": "token",
            "project_id": "p",
        }));
        let answer = answer.unwrap();
        assert_eq!(
            answer["canonical_request"],
            "POST\n/v1/vpcs/\nlimit=2\ncontent-type:application/json\n\
             host:service.region.example.com\nx-a:é\nx-project-id:p\n\
             x-sdk-date:20191115T033655Z\nx-security-token:token\n\n\
             content-type;host;x-a;x-project-id;x-sdk-date;x-security-token\n\
             44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        let headers = answer["headers"].as_array().unwrap();
        let names: Vec<_> = headers
            .iter()
            .map(|pair| pair[0].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "x-sdk-date",
                "x-project-id",
                "x-security-token",
                "host",
                "authorization"
            ]
        );
        let string_to_sign = answer["string_to_sign"].as_str().unwrap();
        assert!(string_to_sign.starts_with("SDK-HMAC-SHA256\n20191115T033655Z\n"));
        assert!(!answer.to_string().contains("hush"));
    }

    #[test]
    fn bad_input_is_an_error_that_shows_no_secret() {
        let objects = [
            json!({"access_key": null}),
            json!({"access_key": ""}),
            json!({"secret_key": ["hush"]}),
            json!({"secret": "hush"}),
            json!({"algorithm": "AWS4-HMAC-SHA256"}),
            json!({"algorithm": "V11-HMAC-SHA256"}),
            json!({"url": "/v1/vpcs"}),
            json!({"url": "https://a b/"}),
            json!({"url": "https://a.example.com/é b"}),
            json!({"method": "A B"}),
            json!({"date": "2019-11-15"}),
            json!({"date": "\n"}),
            json!({"body_base64": "!"}),
            json!({"headers": {"a": "b"}}),
            json!({"headers": [["a"]]}),
            json!({"headers": [["a b", "c"]]}),
            json!({"headers": [["a", "b\n"]]}),
            json!({"project_id": "\n"}),
        ];
        for object in objects {
            let error = answer(&object).expect_err(&object.to_string());
            assert!(!error.contains("hush"), "{error}");
        }
        for line in [
            &b""[..],
            b"\n",
            b"hush",
            b"[]",
            b"\xff",
            b"{\"secret_key\": \"hush",
        ] {
            let error = answer_to(line).unwrap_err();
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
