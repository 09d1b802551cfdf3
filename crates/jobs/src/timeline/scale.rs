//! Durations in words, and the round ones for an axis.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A duration in its two largest units, rounded: `340ms`, `1.5s`, `12s`, `14m03s`, `2h05m`, `3d04h`.
pub(super) fn words(duration: Duration) -> String {
    if duration.is_zero() {
        return "0s".to_owned();
    }
    if duration < Duration::from_millis(1) {
        return "<1ms".to_owned();
    }
    if duration < Duration::from_secs(1) {
        return format!("{}ms", duration.as_millis());
    }
    let tenths = (duration.as_millis() + 50) / 100;
    if tenths < 100 && !tenths.is_multiple_of(10) {
        return format!("{}.{}s", tenths / 10, tenths % 10);
    }
    let rounded = |unit: u64| {
        let half = Duration::from_secs(unit) / 2;
        duration.saturating_add(half).as_secs() / unit
    };
    let (seconds, minutes, hours) = (rounded(1), rounded(MINUTE), rounded(HOUR));
    if seconds < MINUTE {
        format!("{seconds}s")
    } else if seconds < HOUR {
        two(seconds, "m", "s", 60)
    } else if minutes < DAY / MINUTE {
        two(minutes, "h", "m", 60)
    } else {
        two(hours, "d", "h", 24)
    }
}

fn two(count: u64, large: &str, small: &str, small_per_large: u64) -> String {
    match (count / small_per_large, count % small_per_large) {
        (whole, 0) => format!("{whole}{large}"),
        (whole, rest) => format!("{whole}{large}{rest:02}{small}"),
    }
}

/// The multiples of a round duration from zero to `total`; at most `at_most`, and at least the
/// zero.
pub(super) fn ticks(total: Duration, at_most: u32) -> Vec<Duration> {
    let fits = |step: &Duration| total / at_most.max(1) < *step;
    let Some(step) = steps().find(fits) else {
        return vec![Duration::ZERO];
    };
    std::iter::successors(Some(Duration::ZERO), |tick| tick.checked_add(step))
        .take_while(|tick| *tick <= total)
        .collect()
}

/// The round durations, from a millisecond to the year 10,000 and beyond.
fn steps() -> impl Iterator<Item = Duration> {
    let milliseconds = [1, 2, 5, 10, 20, 50, 100, 200, 500].map(Duration::from_millis);
    let seconds = [1, 2, 5, 10, 15, 30].map(Duration::from_secs);
    let minutes = [1, 2, 5, 10, 15, 30].map(|count| Duration::from_secs(count * MINUTE));
    let hours = [1, 2, 3, 6, 12].map(|count| Duration::from_secs(count * HOUR));
    let days = (0..24).map(|doublings| Duration::from_secs(DAY << doublings));
    milliseconds
        .into_iter()
        .chain(seconds)
        .chain(minutes)
        .chain(hours)
        .chain(days)
}

/// The part that `offset` is of `total`, of `length`.
pub(super) fn part(offset: Duration, total: Duration, length: usize) -> usize {
    let part = (offset.as_nanos() * length as u128).checked_div(total.as_nanos());
    part.and_then(|part| usize::try_from(part).ok())
        .unwrap_or_default()
        .min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_in_its_two_largest_units() {
        let cases = [
            (0, "0s"),
            (999, "<1ms"),
            (1_000, "1ms"),
            (999_999, "999ms"),
            (1_049_999, "1s"),
            (1_499_999, "1.5s"),
            (9_949_999, "9.9s"),
            (9_950_000, "10s"),
            (59_499_999, "59s"),
            (59_500_000, "1m"),
            (120_000_000, "2m"),
            (843_000_000, "14m03s"),
            (3_599_600_000, "1h"),
            (7_529_000_000, "2h05m"),
            (86_399_000_000, "1d"),
            (273_600_000_000, "3d04h"),
        ];
        for (microseconds, expected) in cases {
            assert_eq!(words(Duration::from_micros(microseconds)), expected);
        }
        assert_eq!(words(Duration::MAX), "213503982334601d07h");
    }

    #[test]
    fn ticks_are_round_and_not_too_many() {
        let shown = |total| -> Vec<String> { ticks(total, 8).into_iter().map(words).collect() };
        assert_eq!(shown(Duration::ZERO), ["0s"]);
        assert_eq!(shown(Duration::from_nanos(5)), ["0s"]);
        assert_eq!(shown(Duration::from_millis(12)).last().unwrap(), "12ms");
        assert_eq!(
            shown(Duration::from_secs(843)),
            ["0s", "2m", "4m", "6m", "8m", "10m", "12m", "14m"]
        );
        assert_eq!(shown(Duration::from_secs(3 * DAY)).last().unwrap(), "3d");
        let mut total = Duration::from_nanos(1);
        while total < Duration::from_secs(20_000 * 366 * DAY) {
            let shown = shown(total);
            let distinct: std::collections::HashSet<_> = shown.iter().collect();
            assert!(shown.len() <= 8, "{shown:?} in {total:?}");
            assert_eq!(distinct.len(), shown.len(), "{shown:?}");
            total = total * 5 / 4 + Duration::from_nanos(1);
        }
    }
}
