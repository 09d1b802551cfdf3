//! The form of time that `X-Sdk-Date` has: `YYYYMMDDTHHMMSSZ`, in UTC, whole seconds.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

pub(crate) const LENGTH: usize = 16;

/// `None` outside of the years 0 to 9999, which the form has no room for.
pub(crate) fn format(time: SystemTime) -> Option<[u8; LENGTH]> {
    let utc = Offset::UTC.to_datetime(Timestamp::try_from(time).ok()?);
    let year = u16::try_from(utc.year()).ok()?;
    let [y1, y2] = two_digits(year / 100);
    let [y3, y4] = two_digits(year % 100);
    let [mo1, mo2] = two_digits(utc.month().unsigned_abs().into());
    let [d1, d2] = two_digits(utc.day().unsigned_abs().into());
    let [h1, h2] = two_digits(utc.hour().unsigned_abs().into());
    let [mi1, mi2] = two_digits(utc.minute().unsigned_abs().into());
    let [s1, s2] = two_digits(utc.second().unsigned_abs().into());
    Some([
        y1, y2, y3, y4, mo1, mo2, d1, d2, b'T', h1, h2, mi1, mi2, s1, s2, b'Z',
    ])
}

/// The text and its seconds since the epoch, if it is a date that exists, in exactly the form.
pub(crate) fn parse(text: &[u8]) -> Option<(&[u8; LENGTH], i64)> {
    let text: &[u8; LENGTH] = text.try_into().ok()?;
    let [
        y1,
        y2,
        y3,
        y4,
        mo1,
        mo2,
        d1,
        d2,
        b'T',
        h1,
        h2,
        mi1,
        mi2,
        s1,
        s2,
        b'Z',
    ] = *text
    else {
        return None;
    };
    let year = i16::from(number(y1, y2)?) * 100 + i16::from(number(y3, y4)?);
    let (month, day) = (number(mo1, mo2)?, number(d1, d2)?);
    let (hour, minute, second) = (number(h1, h2)?, number(mi1, mi2)?, number(s1, s2)?);
    let utc = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Some((text, Offset::UTC.to_timestamp(utc).ok()?.as_second()))
}

/// The eight digits of the day.
pub(crate) fn day(date: &[u8; LENGTH]) -> &str {
    let digits = date.split_at(8).0;
    str::from_utf8(digits).unwrap_or_default()
}

/// Seconds since the epoch, the fraction dropped as [`format`] drops it. A time that 64 bits cannot
/// hold is as far away as they can say.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
            (-whole).saturating_sub(i64::from(before.subsec_nanos() > 0))
        }
    }
}

fn two_digits(number: u16) -> [u8; 2] {
    let digit = |n: u16| b'0' + (n % 10) as u8;
    [digit(number / 10), digit(number)]
}

fn number(tens: u8, ones: u8) -> Option<i8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| ((tens - b'0') * 10 + (ones - b'0')).cast_signed())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CASES: [(&str, i64); 6] = [
        ("19700101T000000Z", 0),
        ("19691231T235959Z", -1),
        ("20191115T033655Z", 1_573_789_015),
        ("20240229T235959Z", 1_709_251_199),
        ("00000101T000000Z", -62_167_219_200),
        ("99991230T215959Z", 253_402_207_199),
    ];

    fn at(seconds: i64) -> SystemTime {
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            UNIX_EPOCH - distance
        } else {
            UNIX_EPOCH + distance
        }
    }

    #[test]
    fn a_time_is_written_in_utc_and_read_back() {
        for (text, since_epoch) in CASES {
            assert_eq!(format(at(since_epoch)).unwrap(), text.as_bytes(), "{text}");
            assert_eq!(parse(text.as_bytes()).unwrap().1, since_epoch, "{text}");
            assert_eq!(seconds(at(since_epoch)), since_epoch, "{text}");
        }
    }

    #[test]
    fn a_fraction_of_a_second_is_dropped_on_both_sides_of_the_epoch() {
        let half = Duration::from_millis(500);
        for (text, since_epoch) in CASES {
            assert_eq!(
                format(at(since_epoch) + half).unwrap(),
                text.as_bytes(),
                "{text}"
            );
            assert_eq!(seconds(at(since_epoch) + half), since_epoch, "{text}");
        }
    }

    #[test]
    fn a_year_without_four_digits_has_no_form() {
        for since_epoch in [-62_167_219_201, 253_402_300_800] {
            assert_eq!(format(at(since_epoch)), None, "{since_epoch}");
        }
    }

    #[test]
    fn anything_but_the_exact_form_is_refused() {
        for text in [
            "",
            "20191115T033655",
            "20191115T033655z",
            "20191115 033655Z",
            "2019-11-15T03:36:55Z",
            " 20191115T033655Z",
            "20191115T033655Z ",
            "20191315T033655Z",
            "20190229T033655Z",
            "20191115T243655Z",
            "20191115T036055Z",
            "20191115T033660Z",
            "2019111/T033655Z",
            "+2191115T033655Z",
            "99991231T235959Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }
}
