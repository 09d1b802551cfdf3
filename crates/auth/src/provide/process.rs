use std::ffi::OsString;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::answer::{self, Kind};
use super::{BoxFuture, MAX_ANSWER, ProvideCredentials, ProvideError, Provided};

const NAME: &str = "the external program";
const ADVICE: &str = "it must print one JSON object with access_key_id and secret_access_key, and \
                      for a temporary key security_token and expires_at";
const TIMEOUT: Duration = Duration::from_secs(60);

/// Credentials that a program prints.
///
/// The program is started without a shell, with no input; its standard error stays the caller's.
/// It prints one JSON object and ends with success:
///
/// ```json
/// {
///   "access_key_id": "HST0EXAMPLE",
///   "secret_access_key": "…",
///   "security_token": "…",
///   "expires_at": "2026-01-02T03:04:05Z"
/// }
/// ```
///
/// `ak` or `access`, and `sk` or `secret`, do as well, and the object may be the value of
/// `credential`, as in the answers of IAM. Without `expires_at` the key lasts.
///
/// It needs a runtime of tokio with its drivers for I/O and time enabled.
///
/// ```
/// use huaweicloud_auth::provide::{CachedCredentials, ExternalProcess};
///
/// let source = ExternalProcess::new("vault-to-huaweicloud").args(["--role", "deploy"]);
/// let cached = CachedCredentials::new(source);
/// ```
#[derive(Clone)]
pub struct ExternalProcess {
    program: OsString,
    args: Vec<OsString>,
    timeout: Duration,
}

impl ExternalProcess {
    /// This program, given by its path, or by its name if it is to be searched for in `PATH`.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ExternalProcess;
    /// let source = ExternalProcess::new("/usr/local/bin/vault-to-huaweicloud");
    /// ```
    #[must_use]
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            timeout: TIMEOUT,
        }
    }

    /// The same with these arguments.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ExternalProcess;
    /// let source = ExternalProcess::new("vault-to-huaweicloud").args(["--role", "deploy"]);
    /// ```
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// The same with the time after which the program is killed; 60 seconds by default.
    ///
    /// ```
    /// # use huaweicloud_auth::provide::ExternalProcess;
    /// use std::time::Duration;
    ///
    /// let source = ExternalProcess::new("ask-the-user").timeout(Duration::from_secs(600));
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn get(&self) -> Result<Provided, ProvideError> {
        let output = tokio::time::timeout(self.timeout, self.run())
            .await
            .map_err(|_| {
                let seconds = self.timeout.as_secs_f64();
                self.failed(&format!("did not end in {seconds} seconds"))
            })??;
        answer::access_key(&output, Kind::Any).map_err(|reason| self.failed(&reason))
    }

    async fn run(&self) -> Result<Vec<u8>, ProvideError> {
        let io = |what: &str, cause: std::io::Error| {
            self.failed(&format!("{what}: {cause}")).with_cause(cause)
        };
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|cause| io("cannot be started", cause))?;
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let limit = MAX_ANSWER as u64;
            stdout
                .take(limit + 1)
                .read_to_end(&mut output)
                .await
                .map_err(|cause| io("cannot be read from", cause))?;
        }
        if output.len() > MAX_ANSWER {
            return Err(self.failed("prints too much"));
        }
        let status = child
            .wait()
            .await
            .map_err(|cause| io("cannot be waited for", cause))?;
        if status.success() {
            Ok(output)
        } else {
            Err(self.failed(&format!("ended with {status}")))
        }
    }

    fn failed(&self, what: &str) -> ProvideError {
        let program = self.program.display();
        ProvideError::failed(NAME, format!("{program}: {what}")).with_advice(ADVICE)
    }
}

/// Arguments may be secrets, so none is shown.
impl fmt::Debug for ExternalProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalProcess")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for ExternalProcess {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide(&self) -> BoxFuture<'_, Result<Provided, ProvideError>> {
        Box::pin(self.get())
    }
}
