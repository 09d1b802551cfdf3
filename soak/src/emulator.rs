//! The emulator, in a process of its own: what it remembers must not count as the SDK's memory.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use huaweicloud_core::{AccessKey, HttpFetch};
use serde_json::Value;

use crate::account;

/// An emulator, and the way to give it orders. It ends with this value, or with this process.
pub(crate) struct Emulator {
    pub(crate) url: String,
    child: Child,
    http: reqwest::Client,
}

impl Emulator {
    /// Starts this program once more, as the emulator.
    pub(crate) fn start(seed: u64) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--emulator", "--seed", &seed.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        let stdout = child.stdout.take().ok_or("the emulator has no output")?;
        BufReader::new(stdout).read_line(&mut url)?;
        // reqwest demands a provider of TLS, and the SDK installs one.
        HttpFetch::new()?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()?;
        let url = url.trim().to_owned();
        Ok(Self { url, child, http })
    }

    /// Has rules followed, in the JSON of the emulator's admin endpoint, in place of those before.
    pub(crate) async fn inject(&self, rules: &[Value]) -> Result<(), Box<dyn Error>> {
        let url = self.admin("faults");
        self.http.delete(&url).send().await?.error_for_status()?;
        for rule in rules {
            self.order("faults", rule).await?;
        }
        Ok(())
    }

    /// Gives an order.
    pub(crate) async fn order(&self, path: &str, body: &Value) -> Result<(), Box<dyn Error>> {
        let request = self.http.post(self.admin(path)).json(body);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// What it has counted so far.
    pub(crate) async fn statistics(&self) -> Result<Value, Box<dyn Error>> {
        let answer = self.http.get(self.admin("statistics")).send().await?;
        Ok(answer.json().await?)
    }

    fn admin(&self, path: &str) -> String {
        format!("{}/_emulator/{path}", self.url)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Is the emulator, until the input ends: when its parent does, however that comes.
pub(crate) fn serve(seed: u64) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let emulator = huaweicloud_emulator::Emulator::builder()
        .access_key(AccessKey::new(account::ACCESS_KEY, account::SECRET_KEY))
        .project_id(account::PROJECT_ID)
        .region(account::REGION)
        .domain_name(account::DOMAIN_NAME)
        .user_name(account::USER_NAME)
        .password(account::PASSWORD)
        .agency_name(account::AGENCY_NAME)
        .seed(seed)
        .admin(true);
    let emulator = runtime.block_on(emulator.start())?;
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", emulator.url())?;
    stdout.flush()?;
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}
