//! Calls over HTTP, and how each thing that can go wrong reaches the caller.

use std::error::Error as StdError;
use std::io::ErrorKind::WouldBlock;
use std::net::Ipv4Addr;

use huaweicloud_cce::Client as Cce;
use huaweicloud_codearts_build::Client as CodeArtsBuild;
use huaweicloud_core::policy::RetryPolicy;
use huaweicloud_core::{AccessKey, Config, ConfigBuilder, Credentials, Error, ErrorKind, Secret};
use huaweicloud_emulator::{Emulator, Fault, Rule};
use huaweicloud_iam::Client as Iam;
use huaweicloud_tests::{
    ACCESS_KEY_ID, PASSWORD, SECRET_KEY, assert_no_secret, caller_of, emulator, filtered_snapshots,
    token_request,
};
use insta::assert_snapshot;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};

const JOB: &str = "354331b2c-229a-11e8-9c75-0255ac100ceb";
const BUILD_JOB: &str = "901878212b1a49be9c1a1054c272762a";
const SECURITY_TOKEN: &str = "hush-security-token";

// Calls that succeed.

#[tokio::test]
async fn the_right_key_is_answered_and_no_debug_output_shows_a_secret() {
    let emulator = emulator().await;
    let builder = caller_of(&emulator);
    let config = builder.clone().build().unwrap();
    let cce = Cce::new(&config).unwrap();
    let call = cce.show_job().job_id(JOB);
    let mut shown = format!("{builder:?} {config:?} {cce:?} {call:?}");
    let answer = call.send().await.unwrap();
    shown.push_str(&format!(
        "{answer:?} {:?} {:#?}",
        answer.headers(),
        emulator.requests()
    ));
    assert!(shown.contains(ACCESS_KEY_ID), "{shown}");
    assert_no_secret(&shown, &[SECRET_KEY, PASSWORD]);

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.request_id().map(str::len), Some(32));
    assert_eq!(
        answer.status.as_ref().unwrap().phase.as_deref(),
        Some("Running")
    );
    assert!(answer.body().starts_with(b"{\"apiVersion\":\"v3\""));
}

#[tokio::test]
async fn a_token_of_iam_opens_another_service_until_it_expires() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let builder = caller_of(&emulator).credentials(token_from(&emulator).await);
    let config = builder.clone().build().unwrap();
    let provided = config.credentials().await.unwrap();
    let Credentials::Token(token) = &provided.credentials else {
        panic!("the credentials are not a token");
    };
    let cce = Cce::new(&config).unwrap();
    let call = cce.show_job().job_id(JOB);
    let mut shown = format!("{builder:?} {config:?} {cce:?} {call:?}");
    let answer = call.send().await.unwrap();
    shown.push_str(&format!(
        "{answer:?} {:?} {:#?}",
        answer.headers(),
        emulator.requests()
    ));
    assert_no_secret(&shown, &[token.expose()]);
    assert_eq!(answer.kind.as_deref(), Some("Job"));

    emulator.set_clock_offset(24 * 3600 + 1);
    let error = cce.show_job().job_id(JOB).send().await.unwrap_err();
    let expected = Expected::new(ErrorKind::Credentials, "ShowJob", 401).code("APIGW.0301");
    expected.assert(&error, &[token.expose()]);
    assert_snapshot!(error, @"ShowJob: 401 Unauthorized APIGW.0301: Incorrect IAM authentication information: token expires, expires_at: [time] (request id [id]) after 2 attempts in [time]; check that the key, the token or the password is right and has not expired, and that the clock is right");
}

#[tokio::test]
async fn a_temporary_key_is_answered_with_its_security_token_and_not_without() {
    let _filters = filtered_snapshots();
    let permanent = AccessKey::new(ACCESS_KEY_ID, SECRET_KEY);
    let own = permanent.clone().with_security_token(SECURITY_TOKEN);
    let emulator = Emulator::builder()
        .access_key(own.clone())
        .start()
        .await
        .unwrap();

    let config = caller_of(&emulator).build().unwrap();
    let answer = show_job_of(&config).await.unwrap();
    let shown = format!("{own:?} {config:?} {answer:?} {:?}", emulator.requests());
    assert_no_secret(&shown, &[SECRET_KEY, SECURITY_TOKEN]);

    let expected = Expected::new(ErrorKind::Credentials, "ShowJob", 401).code("APIGW.0301");
    let without = show_job(caller_of(&emulator).credentials(permanent.clone()))
        .await
        .unwrap_err();
    expected.assert(&without, &[]);
    assert_snapshot!(without, @"ShowJob: 401 Unauthorized APIGW.0301: Incorrect IAM authentication information: ak HPUAEXAMPLE not exist (request id [id]); check that the key, the token or the password is right and has not expired, and that the clock is right");

    let other = permanent.with_security_token("hush-other-token");
    let wrong = show_job(caller_of(&emulator).credentials(other))
        .await
        .unwrap_err();
    expected.assert(&wrong, &["hush-other-token"]);
    assert_snapshot!(wrong, @"ShowJob: 401 Unauthorized APIGW.0301: Incorrect IAM authentication information: decrypt token fail (request id [id]); check that the key, the token or the password is right and has not expired, and that the clock is right");
}

// Credentials and projects that are refused.

#[tokio::test]
async fn a_wrong_secret_key_is_a_credentials_error() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let wrong = AccessKey::new(ACCESS_KEY_ID, "hush-wrong-key");
    let error = show_job(caller_of(&emulator).credentials(wrong))
        .await
        .unwrap_err();
    let expected = Expected::new(ErrorKind::Credentials, "ShowJob", 401).code("APIGW.0301");
    expected.assert(&error, &["hush-wrong-key"]);
    assert_snapshot!(error, @"ShowJob: 401 Unauthorized APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail (request id [id]); check that the key, the token or the password is right and has not expired, and that the clock is right");
}

#[tokio::test]
async fn an_unknown_access_key_is_a_credentials_error_that_names_the_key() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let unknown = AccessKey::new("HPUAUNKNOWN", SECRET_KEY);
    let error = show_job(caller_of(&emulator).credentials(unknown))
        .await
        .unwrap_err();
    Expected::new(ErrorKind::Credentials, "ShowJob", 401)
        .code("APIGW.0301")
        .assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 401 Unauthorized APIGW.0301: Incorrect IAM authentication information: ak HPUAUNKNOWN not exist (request id [id]); check that the key, the token or the password is right and has not expired, and that the clock is right");
}

#[tokio::test]
async fn a_clock_that_is_off_is_refused_and_then_learnt() {
    let emulator = emulator().await;
    for offset in [-3600, 3600] {
        emulator.set_clock_offset(offset);
        show_job(caller_of(&emulator)).await.unwrap();
    }
    let requests = emulator.requests();
    assert_eq!(requests.len(), 4, "each refused once");
}

#[tokio::test]
async fn a_token_that_is_not_iams_is_a_credentials_error() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let token = Credentials::Token(Secret::from("hush-wrong-token"));
    let error = show_job(caller_of(&emulator).credentials(token))
        .await
        .unwrap_err();
    let expected = Expected::new(ErrorKind::Credentials, "ShowJob", 401).code("APIGW.0301");
    expected.assert(&error, &["hush-wrong-token"]);
    assert_snapshot!(error, @"ShowJob: 401 Unauthorized APIGW.0301: Incorrect IAM authentication information: decrypt token fail (request id [id]); check that the key, the token or the password is right and has not expired, and that the clock is right");
}

#[tokio::test]
async fn a_wrong_password_is_a_credentials_error_of_iam() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let iam = Iam::new(&caller_of(&emulator).build().unwrap()).unwrap();
    let call = iam.keystone_create_user_token_by_password();
    let call = call.body(token_request(&emulator, "hush-wrong-password"));
    assert_no_secret(&format!("{call:?} {call:#?}"), &["hush-wrong-password"]);
    let error = call.send().await.unwrap_err();
    let operation = "KeystoneCreateUserTokenByPassword";
    let expected = Expected::new(ErrorKind::Credentials, operation, 401).code("401");
    expected.assert(&error, &["hush-wrong-password"]);
    assert_snapshot!(error, @"KeystoneCreateUserTokenByPassword: 401 Unauthorized 401: The username or password is wrong. (request id [id]); check that the key, the token or the password is right and has not expired, and that the clock is right");
}

#[tokio::test]
async fn another_project_is_an_error_that_names_the_project_id() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let error = show_job(caller_of(&emulator).project_id("another"))
        .await
        .unwrap_err();
    Expected::new(ErrorKind::Service, "ShowJob", 403)
        .code("APIGW.0302")
        .assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 403 Forbidden APIGW.0302: The IAM user is not authorized to access the API (request id [id]); check the project id and what the user is permitted to do in it");
}

// Answers of failure.

#[tokio::test]
async fn a_page_of_html_becomes_the_words_of_its_error() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let page = "<html><head><title>500 Internal Server Error</title></head>\r\n\
                <body><center><h1>500 Internal Server Error</h1></center></body></html>";
    let error = struck_by(&emulator, response(500, "text/html", page)).await;
    Expected::new(ErrorKind::Service, "ShowJob", 500).assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 500 Internal Server Error: 500 Internal Server Error 500 Internal Server Error (request id [id]); try again later, and give the request id to the support if it stays so");
}

#[tokio::test]
async fn a_call_too_many_is_throttled() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let body =
        r#"{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached"}"#;
    let error = struck_by(&emulator, response(429, "application/json", body)).await;
    Expected::new(ErrorKind::Throttled, "ShowJob", 429)
        .code("APIGW.0308")
        .assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 429 Too Many Requests APIGW.0308: The throttling threshold has been reached (request id [id]); wait, and call less often");
}

#[tokio::test]
async fn errors_of_every_shape_carry_status_code_and_request_id() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let mut texts = Vec::new();
    for (status, body, code) in [
        (
            400,
            r#"{"error_code":"VPC.0007","error_msg":"no"}"#,
            Some("VPC.0007"),
        ),
        (
            404,
            r#"{"errorCode":"CCE.01404001","errorMessage":"no"}"#,
            Some("CCE.01404001"),
        ),
        (
            409,
            r#"{"error":{"code":"X.1","message":"no"}}"#,
            Some("X.1"),
        ),
        (503, r#"{"code":503,"message":"no"}"#, Some("503")),
        (502, "upstream connect error", None),
        (500, "", None),
    ] {
        let error = struck_by(&emulator, response(status, "application/json", body)).await;
        let mut expected = Expected::new(ErrorKind::Service, "ShowJob", status);
        expected.code = code;
        expected.assert(&error, &[]);
        texts.push(error.to_string());
        emulator.clear_faults();
    }
    assert_snapshot!(texts.join("\n"), @r"
    ShowJob: 400 Bad Request VPC.0007: no (request id [id]); look the code up in the documentation of the service
    ShowJob: 404 Not Found CCE.01404001: no (request id [id]); check the id, the project and the region
    ShowJob: 409 Conflict X.1: no (request id [id]); look the code up in the documentation of the service
    ShowJob: 503 Service Unavailable 503: no (request id [id]); try again later, and give the request id to the support if it stays so
    ShowJob: 502 Bad Gateway: upstream connect error (request id [id]); try again later, and give the request id to the support if it stays so
    ShowJob: 500 Internal Server Error: the answer does not say why (request id [id]); try again later, and give the request id to the support if it stays so
    ");
}

// Answers of success that are none.

#[tokio::test]
async fn a_success_that_says_that_it_failed_is_an_error() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let mut texts = Vec::new();
    for (body, code) in [
        (
            r#"{"status":"fail","error":"The job does not exist"}"#,
            None,
        ),
        (
            r#"{"status":"fail","error":{"code":"DEV.CB.0111","message":"No such job"}}"#,
            Some("DEV.CB.0111"),
        ),
        (
            r#"{"status":"fail","error":{"code":"DEV.CB.0111"},"result":{}}"#,
            Some("DEV.CB.0111"),
        ),
        (r#"{"status":"fail","error":null}"#, None),
        (r#"{"status":"fail"}"#, None),
    ] {
        emulator
            .inject(Rule::new(Fault::Body(body.to_owned())).operation("ShowJobInfo"))
            .unwrap();
        let error = show_job_info(&emulator).await.unwrap_err();
        let mut expected = Expected::new(ErrorKind::Service, "ShowJobInfo", 200);
        expected.code = code;
        expected.assert(&error, &[]);
        texts.push(error.to_string());
        emulator.clear_faults();
    }
    assert_snapshot!(texts.join("\n"), @r#"
    ShowJobInfo: 200 OK: The job does not exist (request id [id]); give the request id to the support
    ShowJobInfo: 200 OK DEV.CB.0111: No such job (request id [id]); look the code up in the documentation of the service
    ShowJobInfo: 200 OK DEV.CB.0111: status is "fail", without a reason (request id [id]); look the code up in the documentation of the service
    ShowJobInfo: 200 OK: status is "fail", without a reason (request id [id]); give the request id to the support
    ShowJobInfo: 200 OK: status is "fail", without a reason (request id [id]); give the request id to the support
    "#);

    let other = r#"{"status":"failing","error":"not yet"}"#;
    emulator
        .inject(Rule::new(Fault::Body(other.to_owned())).operation("ShowJobInfo"))
        .unwrap();
    assert_eq!(
        show_job_info(&emulator).await.unwrap().error.as_deref(),
        Some("not yet")
    );
}

#[tokio::test]
async fn a_success_that_cannot_be_understood_is_an_error_that_names_the_field() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let (mut texts, mut fields) = (Vec::new(), Vec::new());
    for body in [
        "<html>Welcome to the hotel</html>",
        "",
        "null",
        r#"{"kind":"Job","metadata":{"uid":"354331"#,
        r#"{"kind":"Job","spec":{"subJobs":[{},{"status":{"phase":[]}}]}}"#,
        r#"{"kind":"Job"}{"kind":"Job"}"#,
    ] {
        let error = struck_by(&emulator, Fault::Body(body.to_owned())).await;
        Expected::new(ErrorKind::Decoding, "ShowJob", 200).assert(&error, &[]);
        fields.push(error.field().unwrap().to_owned());
        texts.push(error.to_string());
        emulator.clear_faults();
    }
    assert_eq!(
        fields,
        [
            ".",
            ".",
            ".",
            "metadata.uid",
            "spec.subJobs[1].status.phase",
            "."
        ]
    );
    assert_snapshot!(texts.join("\n"), @r"
    ShowJob: 200 OK: the answer is not what the document says, at .: expected value at line 1 column 1 (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project
    ShowJob: 200 OK: the answer is not what the document says, at .: EOF while parsing a value at line 1 column 0 (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project
    ShowJob: 200 OK: the answer is not what the document says, at .: invalid type: null, expected struct Job at line 1 column 4 (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project
    ShowJob: 200 OK: the answer is not what the document says, at metadata.uid: EOF while parsing a string at line 1 column 39 (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project
    ShowJob: 200 OK: the answer is not what the document says, at spec.subJobs[1].status.phase: invalid type: sequence, expected a string at line 1 column 57 (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project
    ShowJob: 200 OK: the answer is not what the document says, at .: trailing characters at line 1 column 15 (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project
    ");
}

#[tokio::test]
async fn an_answer_that_is_cut_short_is_a_connection_error_that_counts_the_bytes() {
    let (emulator, _filters) = (emulator().await, filtered_snapshots());
    let error = struck_by(&emulator, Fault::CutShort).await;
    Expected::new(ErrorKind::Connection, "ShowJob", 200).assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 200 OK: the body broke off after 634 of 1268 bytes: end of file before message length reached (request id [id]); the service may have carried the request out: look before sending it again");
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_refused_by_what_it_announces() {
    let _filters = filtered_snapshots();
    // The server sends nothing of the body and waits for the caller to hang up.
    let url = answering(format!(
        "HTTP/1.1 200 OK\r\nX-Request-Id: {REQUEST_ID}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        100_u64 << 30,
    ))
    .await;
    let error = show_job(caller_at(&url)).await.unwrap_err();
    Expected::new(ErrorKind::Decoding, "ShowJob", 200).assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 200 OK: the body is longer than 67108864 bytes, the most that is read (request id [id]); the service may have carried the request out: check that the endpoint is the service's, or report the mismatch to this project");
}

#[tokio::test]
async fn a_redirect_is_an_error_and_the_other_host_hears_nothing() {
    let _filters = filtered_snapshots();
    let elsewhere = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!("http://{}/v3/projects", elsewhere.local_addr().unwrap());
    let url = answering(format!(
        "HTTP/1.1 302 Found\r\nX-Request-Id: {REQUEST_ID}\r\nLocation: {location}\r\n\
         Content-Length: 0\r\n\r\n"
    ))
    .await;
    let error = show_job(caller_at(&url)).await.unwrap_err();
    Expected::new(ErrorKind::Service, "ShowJob", 302).assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: 302 Found: redirected to http://127.0.0.1:[port]/v3/projects, which a signed request does not follow (request id [id]); check the endpoint");
    assert_eq!(elsewhere.accept().unwrap_err().kind(), WouldBlock);
}

#[tokio::test]
async fn a_refused_connection_is_a_connection_error_that_names_the_cause() {
    let _filters = filtered_snapshots();
    // Bound and not listening: nobody else can get the port, and nobody answers on it.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    let error = show_job(caller_at(&url)).await.unwrap_err();
    let mut expected = Expected::new(ErrorKind::Connection, "ShowJob", 0);
    expected.status = None;
    expected.assert(&error, &[]);
    assert!(
        chain(&error).contains(&format!("{url}/")),
        "{}",
        chain(&error)
    );
    assert_snapshot!(error, @"ShowJob: the service cannot be reached: Connection refused (os error [number]); check the endpoint and the network");
}

#[tokio::test]
async fn a_connection_that_closes_without_an_answer_is_a_connection_error() {
    let _filters = filtered_snapshots();
    let url = answering(String::new()).await;
    let error = show_job(caller_at(&url)).await.unwrap_err();
    let mut expected = Expected::new(ErrorKind::Connection, "ShowJob", 0);
    expected.status = None;
    expected.assert(&error, &[]);
    assert_snapshot!(error, @"ShowJob: the connection broke before the answer: connection closed before message completed; the service may have carried the request out: look before sending it again");
}

// A service that repeats what it was sent.

#[tokio::test]
async fn a_secret_that_a_service_echoes_is_redacted() {
    let emulator = emulator().await;
    let credentials = token_from(&emulator).await;
    let Credentials::Token(token) = &credentials else {
        panic!("not a token")
    };
    let token = token.expose();
    let config = caller_of(&emulator)
        .credentials(credentials.clone())
        .build()
        .unwrap();
    let json = |status, body: &str| response(status, "application/json", body);
    for (operation, fault) in [
        (
            "ShowJob",
            json(401, &format!(r#"{{"error_msg":"token {token} fail"}}"#)),
        ),
        (
            "ShowJob",
            json(
                500,
                &format!(r#"{{"error_code":"{token}","error_msg":"no"}}"#),
            ),
        ),
        (
            "ShowJob",
            json(
                400,
                &format!(r#"{{"request_id":"{token}","error_msg":"{token}"}}"#),
            ),
        ),
        (
            "ShowJob",
            json(404, &format!("{} {token}", "x".repeat(500))),
        ),
        (
            "ShowJob",
            response(502, "text/html", &format!("<p>X-Auth-Token: {token}</p>")),
        ),
        (
            "ShowJob",
            Fault::Body(format!(r#"{{"metadata":"{token}"}}"#)),
        ),
        (
            "ShowJob",
            Fault::Body(format!(r#"{{"spec":{{"extendParam":{{"{token}":[]}}}}}}"#)),
        ),
        (
            "ShowJobInfo",
            Fault::Body(format!(r#"{{"status":"fail","error":"no {token}"}}"#)),
        ),
        (
            "ShowJobInfo",
            Fault::Body(format!(
                r#"{{"status":"fail","error":{{"code":"{token}","message":"{} {token}"}}}}"#,
                "x".repeat(500),
            )),
        ),
    ] {
        emulator
            .inject(Rule::new(fault.clone()).operation(operation))
            .unwrap();
        let error = match operation {
            "ShowJob" => show_job_of(&config).await.unwrap_err(),
            _ => show_job_info_of(&config).await.unwrap_err(),
        };
        emulator.clear_faults();
        // The beginning of a secret is as good as the whole.
        assert_no_secret(&chain(&error), &[&token[..8]]);
        let texts = [Some(error.message()), error.code(), error.request_id()];
        let redacted = texts.iter().flatten().any(|text| text.contains("[redact"));
        assert!(
            redacted || error.message().ends_with('…'),
            "{fault:?} {error:?}"
        );
    }
}

#[tokio::test]
async fn a_password_in_a_body_that_a_service_echoes_is_redacted() {
    let emulator = emulator().await;
    let config = caller_of(&emulator).build().unwrap();
    let iam = huaweicloud_iam::Client::new(&config).unwrap();
    let password = r#"hush "quoted" password"#;
    for body in [
        serde_json::json!({"error": {"code": 400, "message": format!("{password} is too old")}}),
        serde_json::json!({"error_code": password, "error_msg": "no"}),
    ] {
        let echo = response(400, "application/json", &body.to_string());
        emulator
            .inject(Rule::new(echo).times(1).before_authentication())
            .unwrap();
        let call = iam.keystone_create_user_token_by_password();
        let body = token_request(&emulator, password);
        let error = call.body(body).send().await.unwrap_err();
        assert_no_secret(&chain(&error), &[password, "quoted"]);
        assert!(chain(&error).contains("[redacted]"), "{error:?}");
    }
}

#[tokio::test]
async fn a_long_secret_that_a_service_echoes_leaves_no_beginning_in_a_shortened_message() {
    let security_token = format!("hush-{}", "0123456789".repeat(300));
    let key = AccessKey::new(ACCESS_KEY_ID, SECRET_KEY).with_security_token(&*security_token);
    let emulator = Emulator::builder().access_key(key).start().await.unwrap();
    for body in [
        format!(r#"{{"error_msg":"{security_token} is not valid"}}"#),
        format!("the token {security_token} is not valid"),
        format!("<html><body>{security_token}{SECRET_KEY}</body></html>"),
    ] {
        let error = struck_by(&emulator, response(400, "text/plain", &body)).await;
        assert_no_secret(&chain(&error), &["hush-", "0123456789"]);
        assert!(error.message().contains("[redacted]"), "{error}");
        emulator.clear_faults();
    }
}

/// What an error has to be.
struct Expected<'a> {
    kind: ErrorKind,
    operation: &'a str,
    status: Option<u16>,
    code: Option<&'a str>,
}

impl<'a> Expected<'a> {
    fn new(kind: ErrorKind, operation: &'a str, status: u16) -> Self {
        Self {
            kind,
            operation,
            status: Some(status),
            code: None,
        }
    }

    fn code(mut self, code: &'a str) -> Self {
        self.code = Some(code);
        self
    }

    /// Compares everything but the text, and looks for the secrets that every caller here has.
    #[track_caller]
    fn assert(&self, error: &Error, secrets: &[&str]) {
        assert_eq!(error.kind(), self.kind, "{error:?}");
        let predicates = [
            (error.is_configuration(), ErrorKind::Configuration),
            (error.is_credentials(), ErrorKind::Credentials),
            (error.is_invalid_request(), ErrorKind::InvalidRequest),
            (error.is_connection(), ErrorKind::Connection),
            (error.is_timeout(), ErrorKind::Timeout),
            (error.is_throttled(), ErrorKind::Throttled),
            (error.is_service(), ErrorKind::Service),
            (error.is_decoding(), ErrorKind::Decoding),
        ];
        for (holds, kind) in predicates {
            assert_eq!(holds, kind == self.kind, "{kind:?} {error:?}");
        }
        assert_eq!(error.operation(), Some(self.operation));
        assert_eq!(error.status().map(|status| status.as_u16()), self.status);
        assert_eq!(error.code(), self.code);
        // Every answer here has an id, and there is none without an answer.
        assert_eq!(error.request_id().map(str::len), self.status.map(|_| 32));
        assert_no_secret(&chain(error), &[SECRET_KEY, PASSWORD, SECURITY_TOKEN]);
        assert_no_secret(&chain(error), secrets);
    }
}

/// All that can be printed of an error and of its sources.
fn chain(error: &Error) -> String {
    let mut shown = String::new();
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(error) = next {
        shown.push_str(&format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n"));
        next = error.source();
    }
    shown
}

async fn show_job(config: ConfigBuilder) -> Result<String, Error> {
    show_job_of(&config.build().unwrap()).await
}

/// Calls ShowJob; of its answer only what is printed of it counts here.
async fn show_job_of(config: &Config) -> Result<String, Error> {
    let answer = Cce::new(config)
        .unwrap()
        .show_job()
        .job_id(JOB)
        .send()
        .await?;
    Ok(format!("{answer:?}"))
}

type JobInfo = huaweicloud_codearts_build::types::ShowJobInfoResponse;

async fn show_job_info(emulator: &Emulator) -> Result<JobInfo, Error> {
    show_job_info_of(&caller_of(emulator).build().unwrap()).await
}

async fn show_job_info_of(config: &Config) -> Result<JobInfo, Error> {
    let build = CodeArtsBuild::new(config).unwrap();
    Ok(build
        .show_job_info()
        .job_id(BUILD_JOB)
        .send()
        .await?
        .into_inner())
}

/// How ShowJob fails if all of its answers are this fault.
async fn struck_by(emulator: &Emulator, fault: Fault) -> Error {
    emulator
        .inject(Rule::new(fault).operation("ShowJob"))
        .unwrap();
    show_job(caller_of(emulator)).await.unwrap_err()
}

fn response(status: u16, content_type: &str, body: &str) -> Fault {
    Fault::Response {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    }
}

/// A token for the emulator's user, from the header that IAM returns it in.
async fn token_from(emulator: &Emulator) -> Credentials {
    let config = Config::builder().endpoint(emulator.url()).build().unwrap();
    let iam = Iam::new(&config).unwrap();
    let password = emulator.user().password().expose();
    let call = iam.keystone_create_user_token_by_password();
    let answer = call
        .body(token_request(emulator, password))
        .send()
        .await
        .unwrap();
    let token = answer.headers()["x-subject-token"].to_str().unwrap();
    assert_no_secret(
        &format!("{answer:?} {answer:#?} {:?}", answer.headers()),
        &[token, password],
    );
    Credentials::Token(Secret::from(token))
}

const REQUEST_ID: &str = "00112233445566778899aabbccddeeff";

fn caller_at(url: &str) -> ConfigBuilder {
    let key = AccessKey::new(ACCESS_KEY_ID, SECRET_KEY).with_security_token(SECURITY_TOKEN);
    Config::builder()
        .endpoint(url)
        .credentials(key)
        .project_id("5f")
        .retry(RetryPolicy::never())
}

/// A server that gives every request this answer and then waits for the caller to hang up, unless
/// the answer is empty. It ends with the test.
async fn answering(answer: String) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                if stream.read_buf(&mut request).await.unwrap() == 0 {
                    break;
                }
            }
            if answer.is_empty() {
                continue;
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            // A caller may hang up rudely.
            let _ = stream.read_to_end(&mut request).await;
        }
    });
    url
}
