//! The services whose clients are sources of jobs.

#[cfg(feature = "cce")]
mod cce;
#[cfg(feature = "codearts-build")]
mod codearts_build;
#[cfg(feature = "eip")]
mod eip;
#[cfg(any(feature = "cce", feature = "codearts-build", feature = "eip"))]
mod told;
