use crate::endpoint::Service;
use huaweicloud_auth::AccessKey;

use super::*;

static CCE: Service = Service::new(
    "CCE",
    &[("cn-north-4", "https://cce.cn-north-4.myhuaweicloud.com")],
);

fn load(builder: ConfigBuilder, environment: &[(&str, &str)]) -> Result<Config, Error> {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    builder.load_from(environment)
}

async fn key_of(config: &Config) -> (String, String, Option<String>) {
    let provided = config.credentials().await.unwrap();
    let Credentials::AccessKey(key) = &provided.credentials else {
        panic!("no key")
    };
    let token = key.security_token().map(|token| token.expose().to_owned());
    (key.id().into(), key.secret().expose().into(), token)
}

#[tokio::test]
async fn the_official_variables_win_over_the_documented_ones() {
    let documented = [("CLOUD_SDK_AK", "a"), ("CLOUD_SDK_SK", "b")];
    let official = [
        ("HUAWEICLOUD_SDK_AK", "c"),
        ("HUAWEICLOUD_SDK_SK", "d"),
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "e"),
    ];
    let config = load(Config::builder(), &documented).unwrap();
    assert_eq!(key_of(&config).await, ("a".into(), "b".into(), None));
    let both = [&documented[..], &official[..]].concat();
    let config = load(Config::builder(), &both).unwrap();
    assert_eq!(
        key_of(&config).await,
        ("c".into(), "d".into(), Some("e".into()))
    );
    let set = Config::builder().credentials(AccessKey::new("x", "y"));
    assert_eq!(
        key_of(&load(set, &both).unwrap()).await,
        ("x".into(), "y".into(), None)
    );
}

#[tokio::test]
async fn a_configuration_without_credentials_says_how_to_get_some() {
    let config = Config::builder().build().unwrap();
    let error = config.credentials().await.unwrap_err();
    assert!(error.is_credentials());
    assert!(
        error.to_string().contains("Config::builder().credentials"),
        "{error}"
    );
}

#[test]
fn an_algorithm_that_no_service_takes_is_refused() {
    let builder = Config::builder().signing_algorithm(Algorithm::V11HmacSha256);
    assert!(builder.build().unwrap_err().is_configuration());
}

#[test]
fn the_endpoint_is_the_one_set_then_the_variables_then_the_documented() {
    let variable = [
        ("HUAWEICLOUD_SDK_REGION", "cn-north-4"),
        (
            "HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4",
            "http://127.0.0.1:1,http://127.0.0.1:2",
        ),
    ];
    let of = |config: Config| {
        config.endpoints_of(&CCE).map(|found| {
            let bases: Vec<_> = found.iter().map(Endpoint::base).collect();
            bases.join(" ")
        })
    };
    let set = Config::builder().endpoint("https://a.example.com");
    assert_eq!(
        of(load(set, &variable).unwrap()).unwrap(),
        "https://a.example.com"
    );
    assert_eq!(
        of(load(Config::builder(), &variable).unwrap()).unwrap(),
        "http://127.0.0.1:1 http://127.0.0.1:2"
    );
    assert_eq!(
        of(load(Config::builder(), &variable[..1]).unwrap()).unwrap(),
        "https://cce.cn-north-4.myhuaweicloud.com",
    );
    let elsewhere = Config::builder().region("eu-west-9");
    let error = of(load(elsewhere, &variable).unwrap()).unwrap_err();
    assert!(error.to_string().contains("cn-north-4"), "{error}");
    let error = of(load(Config::builder(), &[]).unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("HUAWEICLOUD_SDK_REGION"),
        "{error}"
    );
}

#[test]
fn the_global_endpoint_serves_where_a_region_has_none() {
    static IAM: Service = Service::new("IAM", &[("cn-north-4", "https://iam.cn-north-4.a")])
        .with_global_endpoint("https://iam.a");
    for (region, variables, expected) in [
        (None, vec![], "https://iam.a"),
        (Some("cn-north-4"), vec![], "https://iam.cn-north-4.a"),
        (Some("xx-new-1"), vec![], "https://iam.a"),
        (
            Some("xx-new-1"),
            vec![("HUAWEICLOUD_SDK_REGION_IAM_XX_NEW_1", "https://iam.b")],
            "https://iam.b",
        ),
    ] {
        let mut builder = Config::builder();
        if let Some(region) = region {
            builder = builder.region(region);
        }
        let config = load(builder, &variables).unwrap();
        assert_eq!(config.endpoints_of(&IAM).unwrap()[0].base(), expected);
    }
}

#[test]
fn a_wrong_endpoint_variable_is_named() {
    let variable = [(
        "HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4",
        "http://cce.example.com",
    )];
    let config = load(Config::builder().region("cn-north-4"), &variable).unwrap();
    let error = config.endpoints_of(&CCE).unwrap_err();
    assert!(error.to_string().contains(variable[0].0), "{error}");
}

#[test]
fn debug_shows_no_secret() {
    let key = AccessKey::new("an id", "hunter2").with_security_token("hunter3");
    let builder = Config::builder().credentials(key);
    let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    assert!(
        shown.contains("an id") && !shown.contains("hunter"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_second_endpoint_serves_while_the_first_cannot_be_reached() {
    use std::io::{Read as _, Write as _};

    use crate::Transport;
    use crate::progenitor_client::OperationInfo;

    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let open = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            stream.write_all(answer).unwrap();
        }
    });
    let both = format!("http://{closed}, http://{open}");
    let environment = [("HUAWEICLOUD_SDK_REGION_CCE_CN_NORTH_4", both.as_str())];
    let never = RetryPolicy::never();
    let config = load(
        Config::builder().region("cn-north-4").retry(never),
        &environment,
    )
    .unwrap();
    let transport = Transport::new(&config, &CCE).unwrap();
    let info = OperationInfo {
        operation_id: "Any",
        authenticated: false,
        failure: None,
    };
    for _ in 0..2 {
        let url = format!("{}/v1/any?a=b", transport.endpoint());
        let request = transport
            .http_client()
            .post(url)
            .body("{}")
            .build()
            .unwrap();
        let answer = transport.execute(request, &info).await.unwrap();
        assert_eq!(answer.body().as_ref(), b"{}");
    }
    server.join().unwrap();
}
