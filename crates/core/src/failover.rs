//! Several endpoints for one service.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

use crate::endpoint::Endpoint;

/// How long another than the first endpoint is used before the first is given another chance.
const BACK_AFTER: Duration = Duration::from_secs(5 * 60);

/// The endpoints of a service in a region, the main one first, and the one in use.
///
/// The next one is used when one cannot be reached at all; an endpoint that answers, whatever it
/// answers, is kept. After a while the first is tried again.
#[derive(Debug)]
pub(crate) struct Endpoints {
    all: Vec<Endpoint>,
    /// Another than the first, and since when.
    elsewhere: Mutex<Option<(usize, Instant)>>,
}

impl Endpoints {
    pub(crate) fn new(all: Vec<Endpoint>) -> Self {
        Self {
            all,
            elsewhere: Mutex::new(None),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The address of the main one.
    pub(crate) fn main(&self) -> &str {
        self.all.first().map(Endpoint::base).unwrap_or_default()
    }

    /// The number of the one in use.
    pub(crate) fn current(&self) -> usize {
        let mut elsewhere = self
            .elsewhere
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match *elsewhere {
            Some((index, since)) if since.elapsed() < BACK_AFTER => index,
            _ => {
                *elsewhere = None;
                0
            }
        }
    }

    /// Leaves an endpoint that cannot be reached, unless another caller has left it already.
    pub(crate) fn leave(&self, unreachable: usize) {
        if self.current() == unreachable {
            let next = (unreachable + 1) % self.all.len().max(1);
            let mut elsewhere = self
                .elsewhere
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *elsewhere = (next != 0).then(|| (next, Instant::now()));
        }
    }

    /// Points a request's address at an endpoint.
    pub(crate) fn point(&self, url: &mut Url, index: usize) {
        if let Some(endpoint) = self.all.get(index) {
            endpoint.replace_in(url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Endpoints {
        let parse = |text| Endpoint::parse(text, false).unwrap();
        Endpoints::new(vec![
            parse("https://a.example.com"),
            parse("https://b.example.com:8443"),
            parse("http://127.0.0.1:9"),
        ])
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_is_used_for_a_while_and_then_the_first_again() {
        let endpoints = three();
        assert_eq!(endpoints.current(), 0);
        endpoints.leave(0);
        endpoints.leave(0);
        assert_eq!(
            endpoints.current(),
            1,
            "two callers that fail leave it once"
        );
        endpoints.leave(1);
        assert_eq!(endpoints.current(), 2);
        tokio::time::advance(BACK_AFTER - Duration::from_secs(1)).await;
        assert_eq!(endpoints.current(), 2);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(endpoints.current(), 0);
        endpoints.leave(0);
        endpoints.leave(1);
        endpoints.leave(2);
        assert_eq!(endpoints.current(), 0, "all round");
    }

    #[test]
    fn an_address_is_pointed_elsewhere_with_its_path_and_query() {
        let cases = [
            (0, "https://a.example.com/v1/%2F?b=%20"),
            (1, "https://b.example.com:8443/v1/%2F?b=%20"),
            (2, "http://127.0.0.1:9/v1/%2F?b=%20"),
            (3, "https://x.example.com:1/v1/%2F?b=%20"),
        ];
        for (index, expected) in cases {
            let mut url = Url::parse("https://x.example.com:1/v1/%2F?b=%20").unwrap();
            three().point(&mut url, index);
            assert_eq!(url.as_str(), expected);
        }
    }
}
