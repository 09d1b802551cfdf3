//! The job that is followed.

use std::time::Duration;

use huaweicloud_cce::Config;
use huaweicloud_emulator::Emulator;
use huaweicloud_jobs::jiff::Timestamp;
use huaweicloud_jobs::{Schedule, Waiter};

use crate::Error;
use crate::arguments::Service;
use crate::clock::Clock;
use crate::cluster;

pub(crate) struct Subject {
    pub(crate) waiter: Waiter,
    pub(crate) id: String,
    /// The clock of its times.
    pub(crate) clock: Clock,
    place: Place,
}

enum Place {
    Emulator(Emulator),
    Cloud(Service),
}

impl Subject {
    /// A job of the real cloud.
    pub(crate) async fn existing(service: Service, id: &str) -> Result<Self, Error> {
        let config = Config::builder().load().await?;
        // It is under way already.
        let schedule = Schedule::default().initial_delay(Duration::ZERO);
        let waiter = match service {
            Service::Cce => Waiter::new(huaweicloud_cce::Client::new(&config)?),
            Service::Eip => Waiter::new(huaweicloud_eip::Client::new(&config)?),
            Service::CodeArtsBuild => {
                Waiter::new(huaweicloud_codearts_build::Client::new(&config)?)
            }
        };
        Ok(Self {
            waiter: waiter.schedule(schedule),
            id: id.to_owned(),
            clock: Clock::new(Timestamp::now(), 1.0),
            place: Place::Cloud(service),
        })
    }

    /// The creation of a cluster on an emulator, whose clock of jobs is so many times as fast.
    pub(crate) async fn cluster(speed: f64, fail: bool) -> Result<Self, Error> {
        let zero = Timestamp::now();
        let emulator = Emulator::builder().job_speed(0.0).start().await?;
        emulator.script("CreateCluster", cluster::script(fail))?;
        let config = Config::builder()
            .region(emulator.region())
            .endpoint(emulator.url())
            .credentials(emulator.access_key().clone())
            .project_id(emulator.project_id())
            .build()?;
        let cce = huaweicloud_cce::Client::new(&config)?;
        let create = cce.create_cluster().body(cluster::request()?);
        let cluster = create.send().await?.into_inner();
        let id = cluster.status.and_then(|status| status.job_id);
        let id = id.ok_or(
            "CreateCluster was answered without the id of a job; there is nothing to follow",
        )?;

        // From here on it goes on, so that it and this clock agree.
        emulator.set_job_speed(speed)?;
        Ok(Self {
            waiter: Waiter::new(cce).schedule(schedule(speed)),
            id,
            clock: Clock::new(zero, speed),
            place: Place::Emulator(emulator),
        })
    }

    /// What can be done about a job that was left before its end.
    pub(crate) fn how_to_go_on(&self) -> String {
        match &self.place {
            Place::Emulator(_) => {
                "the job was the emulator's, which ends with this program; a job of the cloud would \
                 go on"
                    .to_owned()
            }
            Place::Cloud(service) => format!(
                "the job itself goes on; to follow it again: \
                 cargo run --example follow -- --service {} --job {}",
                service.name(),
                self.id,
            ),
        }
    }

    pub(crate) async fn end(self) {
        if let Place::Emulator(emulator) = self.place {
            emulator.shutdown().await;
        }
    }
}

/// The default schedule, faster by this factor: what the cloud does in minutes, the emulator does in
/// seconds.
fn schedule(speed: f64) -> Schedule {
    let shortened =
        |seconds: f64| Duration::try_from_secs_f64(seconds / speed).unwrap_or(Duration::MAX);
    Schedule::default()
        .initial_delay(shortened(2.0))
        .floor(shortened(2.0))
        .ceiling(shortened(30.0))
}
