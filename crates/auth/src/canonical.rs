//! The canonical request: the one text that a request has on both sides of the wire, however its
//! URI was encoded and whatever order its headers came in.
//!
//! The rules are those of the API signing guide of Huawei Cloud
//! (<https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html>) and, where
//! the guide is silent, of the official Python SDK (`huaweicloudsdkcore.signer`).

use std::borrow::Cow;
use std::ops::Range;

use http::{HeaderName, HeaderValue, Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The same within a decoded path, where the slash separates.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Percent-encodes everything but the unreserved characters of RFC 3986 (`A-Z a-z 0-9 - . _ ~`), so
/// that the text can be one segment of a path, or a key or a value of a query.
///
/// ```
/// use huaweicloud_auth::encode_component;
///
/// assert_eq!(encode_component("v1.0_a-b~c"), "v1.0_a-b~c");
/// assert_eq!(encode_component("a b/ü"), "a%20b%2F%C3%BC");
/// ```
pub fn encode_component(text: &str) -> Cow<'_, str> {
    percent_encode(text.as_bytes(), RESERVED).into()
}

/// Brings a raw query (what follows the `?`) into its canonical form: pairs decoded, sorted by key
/// and then by value, and encoded as by [`encode_component`]. This form is both what is signed and
/// what [`sign`](crate::sign()) leaves in the URI.
///
/// - A key without `=` has an empty value and is written with one: `tags` becomes `tags=`.
/// - An empty pair (`a=1&&b=2`) is dropped.
/// - **`+` is a plus**, as in RFC 3986, and becomes `%2B`. A query that comes out of an HTML form
///   encoder, where `+` stands for a space, has to have it replaced by `%20` first.
/// - Bytes that are not UTF-8 stay the bytes that they are.
///
/// The canonical form of a canonical query is that query.
///
/// ```
/// use huaweicloud_auth::canonical_query;
///
/// assert_eq!(canonical_query("b=2&a=x+y&a=%7e&tags"), "a=x%2By&a=~&b=2&tags=");
/// ```
pub fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect();
    pairs.sort_unstable();

    let mut canonical = String::with_capacity(query.len() + 2 * pairs.len());
    for (key, value) in pairs {
        if !canonical.is_empty() {
            canonical.push('&');
        }
        canonical.extend(percent_encode(&key, RESERVED));
        canonical.push('=');
        canonical.extend(percent_encode(&value, RESERVED));
    }
    canonical
}

/// The canonical query of a URI.
pub(crate) fn canonical_query_of(uri: &Uri) -> Cow<'_, str> {
    match uri.query() {
        None | Some("") => Cow::Borrowed(""),
        Some(query) => Cow::Owned(canonical_query(query)),
    }
}

fn decode(text: &str) -> Cow<'_, [u8]> {
    percent_decode(text.as_bytes()).into()
}

/// The headers that a signature covers: names in lower case and in order, each with its value or,
/// when a request repeats a name, with its values in the order of the request.
pub(crate) struct SignedHeaders<'a>(Vec<(&'a str, &'a [u8])>);

impl<'a> SignedHeaders<'a> {
    pub(crate) fn new(
        given: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>,
    ) -> SignedHeaders<'a> {
        // All at once: a filter tells how many there are at most, not at least.
        let mut headers = Vec::with_capacity(given.size_hint().1.unwrap_or_default());
        headers.extend(given.map(|(name, value)| (name.as_str(), value.as_bytes())));
        // Stable, so that the values of one name keep their order.
        headers.sort_by_key(|(name, _)| *name);
        Self(headers)
    }

    /// The names, joined by `;`.
    fn write_names(&self, out: &mut Vec<u8>) {
        let mut previous = None;
        for (name, _) in &self.0 {
            if previous == Some(name) {
                continue;
            }
            if previous.is_some() {
                out.push(b';');
            }
            out.extend_from_slice(name.as_bytes());
            previous = Some(name);
        }
    }

    /// One line `name:value` for each name. White space around a value is not part of it (RFC 9110,
    /// section 5.5), and repeated values are one list (section 5.3).
    fn write_lines(&self, out: &mut Vec<u8>) {
        let mut previous = None;
        for (name, value) in &self.0 {
            if previous == Some(name) {
                out.push(b',');
            } else {
                if previous.is_some() {
                    out.push(b'\n');
                }
                out.extend_from_slice(name.as_bytes());
                out.push(b':');
            }
            out.extend_from_slice(value.trim_ascii());
            previous = Some(name);
        }
        out.push(b'\n');
    }

    /// How many bytes the names take at most, joined.
    fn names_len(&self) -> usize {
        self.0.iter().map(|(name, _)| name.len() + 1).sum()
    }

    fn lines_len(&self) -> usize {
        self.0
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum()
    }
}

/// The canonical request: six parts, each on its line or lines.
pub(crate) struct CanonicalRequest {
    text: Vec<u8>,
    signed_names: Range<usize>,
}

impl CanonicalRequest {
    /// `query` is canonical already; `payload_hash` is what stands for the body.
    pub(crate) fn new(
        method: &Method,
        path: &str,
        query: &str,
        headers: &SignedHeaders<'_>,
        payload_hash: &[u8],
    ) -> Self {
        let mut out = Vec::with_capacity(
            method.as_str().len()
                + path.len()
                + query.len()
                + headers.lines_len()
                + headers.names_len()
                + payload_hash.len()
                + 8,
        );
        out.extend_from_slice(method.as_str().as_bytes());
        out.make_ascii_uppercase();
        out.push(b'\n');
        write_path(path, &mut out);
        out.push(b'\n');
        out.extend_from_slice(query.as_bytes());
        out.push(b'\n');
        headers.write_lines(&mut out);
        out.push(b'\n');
        let start = out.len();
        headers.write_names(&mut out);
        let signed_names = start..out.len();
        out.push(b'\n');
        out.extend_from_slice(payload_hash);
        Self {
            text: out,
            signed_names,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.text
    }

    /// The names of the signed headers, joined by `;`.
    pub(crate) fn signed_names(&self) -> &[u8] {
        self.text.get(self.signed_names.clone()).unwrap_or_default()
    }
}

/// The gateway signs the decoded path, each segment encoded again, with a slash at the end. It
/// decodes before it splits, so an encoded slash separates like any other. Bytes that are not UTF-8
/// become the replacement character, as in the official Python SDK.
fn write_path(path: &str, out: &mut Vec<u8>) {
    // Not `all`, which stops at the first and so looks at one byte at a time.
    if path
        .bytes()
        .fold(true, |all, byte| all & stays_in_path(byte))
    {
        out.extend_from_slice(path.as_bytes());
        if !path.ends_with('/') {
            out.push(b'/');
        }
        return;
    }
    let decoded = percent_decode(path.as_bytes()).decode_utf8_lossy();
    for chunk in percent_encode(decoded.as_bytes(), RESERVED_IN_PATH) {
        out.extend_from_slice(chunk.as_bytes());
    }
    if !decoded.ends_with('/') {
        out.push(b'/');
    }
}

/// Most paths hold nothing that has to be decoded or encoded.
fn stays_in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/')
}

#[cfg(test)]
mod tests;
