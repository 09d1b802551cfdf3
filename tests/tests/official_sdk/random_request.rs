//! Requests of every kind that can be sent, awkward ones above all.

use std::collections::BTreeMap;
use std::fmt;

use huaweicloud_auth::Algorithm;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _, SliceRandom as _};
use rand::{Rng as _, RngExt as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sm3::Sm3;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "patch"];
const HOSTS: [&str; 4] = [
    "cce.cn-north-4.myhuaweicloud.com",
    "cce.cn-north-4.myhuaweicloud.com:8443",
    "127.0.0.1:80",
    "EXAMPLE.com",
];

/// Segments of a path as they are sent, in words: well encoded, encoded without need, not UTF-8.
const SEGMENTS: &str = "v1 jobs A~b -_.~ a+b %2B %2F %2f x%2Fy %2F%2F a%20b %41 %7e %7E %252F 100%25 \
    % %4 %zz %00 %0A .. . a;b=c @:!$'()*, {id} é %C3%A9 é%A9 中 %E4%B8%AD %E4%B8 %E4%B8é 😀 \
    %F0%9F%98%80 %F0%9F%98 %FF %C0%AF %ED%A0%80";

/// Keys and values of a query before they are encoded.
const TEXTS: [&str; 40] = [
    "", "true", "false", "a", "b", "B", "aa", "a b", "a+b", "+", " ", "a/b", "%2F", "a%2Fb", "a=b",
    "=", "a&b", "&", "é", "中文", "😀", "\u{e000}", "\u{ffff}", "~", "-_.~", "*", "%", "%41",
    "100%", "\n", "\0", "a?b", "#", "'", "\"", "{}", "[x]", ";", ",", ":@",
];

/// Headers that are signed, or left out for their underscore, like any other.
const HEADER_NAMES: [&str; 9] = [
    "X-A",
    "X-A-B",
    "x-a-c",
    "X-Language",
    "X-Domain-Id",
    "x_underscore",
    "X_Under-Score",
    "Accept",
    "User-Agent",
];
const HEADER_VALUES: [&str; 13] = [
    "",
    "v",
    "  v  ",
    "\tv\t",
    "   ",
    "a  b",
    "a\tb",
    "a,b",
    "a:b;c=\"d\"",
    "é",
    " 中 ",
    "😀",
    "%41+",
];
const CONTENT_TYPES: [&str; 12] = [
    "application/json",
    "application/json;charset=utf8",
    "application/bson",
    "application/jsonp",
    "Application/JSON",
    " application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/octet-stream",
    "multipart/form-data; boundary=x",
    " ",
    "",
];

/// A request to be signed.
pub(crate) struct RandomRequest {
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) path: String,
    /// The query as the official SDK is given it: pairs, or one list for the values of a key.
    official_query: Vec<(String, Value)>,
    /// The query as ours is given it.
    raw_query: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) security_token: Option<String>,
    /// Not with a domain: the official SDK has credentials with one and credentials with the other.
    pub(crate) project_id: Option<String>,
    pub(crate) domain_id: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) region: String,
    pub(crate) service: String,
    /// Since 1970-01-01T00:00:00Z.
    pub(crate) seconds: u64,
}

impl RandomRequest {
    pub(crate) fn new(random: &mut StdRng, algorithm: Algorithm) -> Self {
        let seconds = random.random_range(1_000_000..4_102_444_800);
        let body = body(random);
        let query = query(random);
        let domain_id = random
            .random_bool(0.2)
            .then(|| one_of(random, &["", "9f1b2c3d4e5f"]));
        Self {
            method: one_of(random, &METHODS),
            host: one_of(random, &HOSTS),
            path: path(random),
            raw_query: raw_query(random, &query),
            official_query: official_query(random, &query),
            headers: headers(random, &date(seconds), &body),
            body,
            access_key: one_of(random, &["AK", "QTWAOYTTINDUT2QVKYUC"]),
            secret_key: secret_key(random),
            security_token: random.random_bool(0.4).then(|| "token+/==".to_owned()),
            project_id: (domain_id.is_none() && random.random_bool(0.7))
                .then(|| one_of(random, &["", "0605767a5780d5762f9ac0123456789a"])),
            domain_id,
            algorithm,
            region: one_of(random, &["cn-north-4", "globe"]),
            service: one_of(random, &["cce", "codeartsbuild"]),
            seconds,
        }
    }

    /// What this SDK is given: the query as it was encoded.
    pub(crate) fn uri(&self) -> String {
        let Self { host, path, .. } = self;
        match &self.raw_query {
            Some(query) => format!("https://{host}{path}?{query}"),
            None => format!("https://{host}{path}"),
        }
    }

    /// What the official SDK is given, with a signature of ours to be verified.
    pub(crate) fn to_json(&self, signature: Option<&str>) -> String {
        let value = json!({
            "method": self.method,
            "host": self.host,
            "path": self.path,
            "query": self.official_query,
            "headers": self.headers,
            "body": hexadecimal(&self.body),
            "access_key": self.access_key,
            "secret_key": self.secret_key,
            "security_token": self.security_token,
            "project_id": self.project_id,
            "domain_id": self.domain_id,
            "algorithm": self.algorithm.as_str(),
            "region": self.region,
            "service": self.service,
            "signature": signature,
            "date": date(self.seconds),
        });
        value.to_string()
    }
}

impl fmt::Display for RandomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}\n{}", self.method, self.uri(), self.to_json(None))
    }
}

fn path(random: &mut StdRng) -> String {
    let mut path = String::new();
    for _ in 0..random.random_range(1..6) {
        path.push('/');
        match random.random_range(0..10) {
            0 => {}
            // Most of these are not UTF-8.
            1 | 2 => {
                for _ in 0..random.random_range(1..7) {
                    let byte: u8 = random.random();
                    path += &format!("%{byte:02X}");
                }
            }
            _ => path += SEGMENTS.split(' ').choose(random).unwrap(),
        }
    }
    if random.random_bool(0.3) {
        path.push('/');
    }
    path
}

fn query(random: &mut StdRng) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for _ in 0..random.random_range(0..7) {
        let repeated = pairs.choose(random).filter(|_| random.random_bool(0.3));
        let key = repeated.map_or_else(|| text(random), |(key, _)| key.clone());
        pairs.push((key, text(random)));
    }
    pairs
}

/// Some pairs with one key as a list, and some texts that are booleans on the wire as booleans.
///
/// Not so numbers: the SDK sorts them as numbers within a list, and signs them in that order, which
/// is not that of the texts that a gateway sees. Nor a list beside a text for one key, nor two values
/// for a key one of which is a boolean: the SDK cannot sort those, and fails.
fn official_query(random: &mut StdRng, pairs: &[(String, String)]) -> Vec<(String, Value)> {
    let mut of_keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in pairs {
        of_keys.entry(key).or_default().push(value);
    }
    let mut query = Vec::new();
    for (key, values) in of_keys {
        match values[..] {
            ["true"] if random.random() => query.push((key.to_owned(), json!(true))),
            ["false"] if random.random() => query.push((key.to_owned(), json!(false))),
            _ if random.random() => query.push((key.to_owned(), json!(values))),
            _ => query.extend(values.iter().map(|value| (key.to_owned(), json!(value)))),
        }
    }
    query.shuffle(random);
    query
}

fn text(random: &mut StdRng) -> String {
    if random.random_bool(0.2) {
        let length = random.random_range(1..7);
        return (0..length).map(|_| random.random::<char>()).collect();
    }
    one_of(random, &TEXTS)
}

/// The pairs as clients write them, each character encoded or, where it may be, not.
fn raw_query(random: &mut StdRng, pairs: &[(String, String)]) -> Option<String> {
    if pairs.is_empty() {
        return random.random_bool(0.1).then(String::new);
    }
    let mut written = Vec::new();
    for (key, value) in pairs {
        let mut pair = encode(random, key, "");
        if !value.is_empty() || key.is_empty() || random.random_bool(0.5) {
            pair.push('=');
            pair += &encode(random, value, "=");
        }
        written.push(pair);
        if random.random_bool(0.05) {
            written.push(String::new());
        }
    }
    Some(written.join("&"))
}

fn encode(random: &mut StdRng, text: &str, plain_as_well: &str) -> String {
    let mut written = String::new();
    for character in text.chars() {
        let plain = character.is_ascii_alphanumeric()
            || "!$'()*+,-./:;?@[]_{}~".contains(character)
            || plain_as_well.contains(character)
            || !character.is_ascii() && !character.is_control();
        if plain && random.random_bool(0.5) {
            written.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            written += &match random.random() {
                true => format!("%{byte:02X}"),
                false => format!("%{byte:02x}"),
            };
        }
    }
    written
}

/// Each name once: the official SDK has one value for a name. What the headers say is true, since a
/// false hash of the body is signed but not accepted.
fn headers(random: &mut StdRng, date: &str, body: &[u8]) -> Vec<(String, String)> {
    let hash = hexadecimal(&Sha256::digest(body));
    let sm3 = hexadecimal(&Sm3::digest(body));
    let candidates: [(&str, f64, &[&str]); 7] = [
        ("Content-Type", 0.7, &CONTENT_TYPES),
        (
            "Host",
            0.1,
            &["other.example.com", " padded.example.com:1 "],
        ),
        ("X-Sdk-Date", 0.2, &[date]),
        (
            "X-Sdk-Content-Sha256",
            0.2,
            &["", "UNSIGNED-PAYLOAD", " UNSIGNED-PAYLOAD ", &hash],
        ),
        (
            "X-Sdk-Content-Sm3",
            0.2,
            &["", "UNSIGNED-PAYLOAD", " UNSIGNED-PAYLOAD ", &sm3],
        ),
        ("X-Project-Id", 0.1, &["of the caller"]),
        ("X-Security-Token", 0.1, &["of the caller"]),
    ];
    let mut headers = Vec::new();
    for (name, probability, values) in candidates {
        if random.random_bool(probability) {
            headers.push((name.to_owned(), one_of(random, values)));
        }
    }
    let amount = random.random_range(0..5);
    let names: Vec<_> = HEADER_NAMES.sample(random, amount).collect();
    for name in names {
        headers.push(((*name).to_owned(), one_of(random, &HEADER_VALUES)));
    }
    headers.shuffle(random);
    headers
}

fn body(random: &mut StdRng) -> Vec<u8> {
    match random.random_range(0..3) {
        0 => Vec::new(),
        1 => r#"{"name":"é"}"#.into(),
        _ => {
            let mut bytes = vec![0; random.random_range(1..300)];
            random.fill_bytes(&mut bytes);
            bytes
        }
    }
}

/// HMAC treats keys of more than a block of 64 bytes differently.
fn secret_key(random: &mut StdRng) -> String {
    let length = *[1, 40, 63, 64, 65, 200].choose(random).unwrap();
    one_of(random, &["k", "é"]).repeat(length)
}

fn one_of(random: &mut StdRng, values: &[&str]) -> String {
    (*values.choose(random).unwrap()).to_owned()
}

fn date(seconds: u64) -> String {
    let time = Timestamp::from_second(seconds.try_into().unwrap()).unwrap();
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
