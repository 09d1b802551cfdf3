//! Times as the services write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Understands a time in any of the forms that the services use:
///
/// - Go's own form, which CCE sends: `2018-08-02 08:12:40.672772389 +0000 UTC`, with or without the
///   fraction, the name of the zone and the reading of the monotonic clock (` m=+0.000012`);
/// - RFC 3339, which EIP sends: `2022-12-05T08:10:19.951Z`; without a zone, it is taken for UTC;
/// - milliseconds since the Unix epoch, which CodeArts Build sends: `1717574458000`.
///
/// `None` is a text that is none of these, and Go's zero time (the year 1), which stands for an
/// absent one. A time that cannot be read is no reason to lose the rest of a job, so this is not an
/// error.
///
/// # Example
///
/// ```
/// use huaweicloud_jobs::time;
///
/// let go = time::parse("2018-08-02 08:12:40.672772389 +0000 UTC").unwrap();
/// assert_eq!(go.to_string(), "2018-08-02T08:12:40.672772389Z");
/// assert_eq!(time::parse("2018-08-02T16:12:40.672772389+08:00"), Some(go));
/// assert_eq!(time::parse("1533197560000").unwrap().to_string(), "2018-08-02T08:12:40Z");
/// assert_eq!(time::parse("soon"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(milliseconds) = text.parse() {
        return Timestamp::from_millisecond(milliseconds).ok();
    }
    let time = go(text).or_else(|| rfc_3339(text))?;
    (time > GO_ZERO).then_some(time)
}

/// `0001-01-01T00:00:00Z`, what a Go program prints for a time that was never set.
const GO_ZERO: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// What Go's `time.Time.String` prints: date, time, offset, name of the zone, monotonic clock.
fn go(text: &str) -> Option<Timestamp> {
    let mut words = text.split_ascii_whitespace();
    let (date, time, offset) = (words.next()?, words.next()?, words.next()?);
    // The offset has no colon, and says what the name of the zone would only repeat.
    let digits = offset.strip_prefix(['+', '-'])?;
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{date}T{time}{offset}").parse().ok()
}

fn rfc_3339(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let local: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_the_services_are_understood() {
        let cases = [
            (
                "2018-08-02 08:12:40.672772389 +0000 UTC",
                "2018-08-02T08:12:40.672772389Z",
            ),
            ("2018-08-02 08:12:40 +0000 UTC", "2018-08-02T08:12:40Z"),
            ("2018-08-02 08:12:40 +0000", "2018-08-02T08:12:40Z"),
            ("2018-08-02 08:12:40 +0800 CST", "2018-08-02T00:12:40Z"),
            (
                "2018-08-02 08:12:40.5 -0330 -0330",
                "2018-08-02T11:42:40.5Z",
            ),
            (
                "2018-08-02 08:12:40.672 +0000 UTC m=+12.345678901",
                "2018-08-02T08:12:40.672Z",
            ),
            ("2022-12-05T08:10:19.951Z", "2022-12-05T08:10:19.951Z"),
            ("2022-12-05T08:10:19z", "2022-12-05T08:10:19Z"),
            ("2022-12-05T16:10:19+08:00", "2022-12-05T08:10:19Z"),
            ("2022-12-05T08:10:19.951", "2022-12-05T08:10:19.951Z"),
            ("2022-12-05 08:10:19", "2022-12-05T08:10:19Z"),
            ("1717574458000", "2024-06-05T08:00:58Z"),
            (" 1721793407001 ", "2024-07-24T03:56:47.001Z"),
            ("0", "1970-01-01T00:00:00Z"),
        ];
        for (text, expected) in cases {
            let time = parse(text).unwrap_or_else(|| panic!("{text:?} is not understood"));
            assert_eq!(time.to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "-",
            "null",
            "soon",
            "2018-08-02 08:12:40 UTC",
            "2018-13-02 08:12:40 +0000 UTC",
            "2018-08-02 08:12:40 +00 UTC",
            "99999999999999999999",
            "9223372036854775807",
            "0001-01-01 00:00:00 +0000 UTC",
            "0001-01-01T00:00:00Z",
            "17175744.58",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_random_time_is_the_same_in_every_form() {
        let seed = fastrand::u64(..);
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..2_000 {
            let time = Timestamp::new(
                random.i64(-60_000_000_000..=253_402_000_000),
                random.i32(0..1_000_000_000),
            )
            .unwrap();
            let minutes = random.i32(-14 * 60..=14 * 60);
            let offset = jiff::tz::Offset::from_seconds(minutes * 60).unwrap();
            let local = offset.to_datetime(time);
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
            let (date, clock) = (local.date(), local.time());
            let mut forms = vec![
                format!("{date} {clock} {sign}{hours:02}{rest:02} XST"),
                format!("{date} {clock} {sign}{hours:02}{rest:02} +03 m=-1.5"),
                format!("{date}T{clock}{sign}{hours:02}:{rest:02}"),
                time.to_string(),
                TimeZone::UTC.to_datetime(time).to_string(),
            ];
            let whole = Timestamp::from_millisecond(time.as_millisecond()).unwrap();
            if time == whole {
                forms.push(time.as_millisecond().to_string());
            }
            for form in forms {
                // Years before the first are no times of a job.
                if date.year() < 1 {
                    continue;
                }
                assert_eq!(parse(&form), Some(time), "{form:?}");
            }
            let milliseconds = time.as_millisecond().to_string();
            assert_eq!(parse(&milliseconds), Some(whole), "{milliseconds}");
        }
    }

    #[test]
    fn random_text_is_not_a_reason_to_panic() {
        let seed = fastrand::u64(..);
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let alphabet: Vec<char> = "0123456789-+:. TZUCm=é".chars().collect();
        for _ in 0..20_000 {
            let length = random.usize(0..40);
            let text: String = (0..length)
                .map(|_| alphabet[random.usize(0..alphabet.len())])
                .collect();
            let _ = parse(&text);
        }
    }
}
