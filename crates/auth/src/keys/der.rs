//! A signature of two numbers as the official SDKs write it: an ASN.1 sequence of two integers in
//! DER, in hexadecimal digits.

use crate::hash::digits;

/// Two numbers of 256 bits.
pub(super) type Numbers = [u8; 64];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

pub(super) fn write_hex(numbers: &Numbers, out: &mut Vec<u8>) {
    let (numbers, _) = numbers.as_chunks::<32>();
    let mut der = Vec::with_capacity(72);
    der.extend([SEQUENCE, 0]);
    for number in numbers {
        let number = without_leading_zeros(number);
        // A first bit of one would make it negative.
        let sign = number.first().is_none_or(|first| *first >= 0x80);
        der.extend([INTEGER, number.len() as u8 + u8::from(sign)]);
        der.extend(sign.then_some(0));
        der.extend_from_slice(number);
    }
    let content = der.len() as u8 - 2;
    for byte in [SEQUENCE, content].iter().chain(der.iter().skip(2)) {
        out.extend(digits(*byte));
    }
}

/// The numbers, if the text is exactly what [`write_hex`] writes for them.
pub(super) fn read_hex(text: &str) -> Option<Numbers> {
    let mut der = [0; 72];
    let length = text.len() / 2;
    for (byte, pair) in der
        .get_mut(..length)?
        .iter_mut()
        .zip(text.as_bytes().chunks(2))
    {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    let [SEQUENCE, _, content @ ..] = der.get(..length)? else {
        return None;
    };
    let (first, content) = integer(content)?;
    let (second, content) = integer(content)?;
    let mut numbers = [0; 64];
    let (places, _) = numbers.as_chunks_mut::<32>();
    for (place, number) in places.iter_mut().zip([first, second]) {
        let number = without_leading_zeros(number);
        let start = place.len().checked_sub(number.len())?;
        place.get_mut(start..)?.copy_from_slice(number);
    }
    let mut again = Vec::with_capacity(144);
    write_hex(&numbers, &mut again);
    (content.is_empty() && again == text.as_bytes()).then_some(numbers)
}

fn integer(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let [INTEGER, length, content @ ..] = content else {
        return None;
    };
    content.split_at_checked(usize::from(*length))
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(first: &[u8], second: &[u8]) -> Numbers {
        let mut numbers = [0; 64];
        numbers[32 - first.len()..32].copy_from_slice(first);
        numbers[64 - second.len()..].copy_from_slice(second);
        numbers
    }

    #[test]
    fn numbers_are_written_as_short_as_they_can_be_and_positive() {
        let cases = [
            (numbers(&[1], &[0x7f]), "300602010102017f".to_owned()),
            (numbers(&[0x80], &[1, 0]), "30080202008002020100".to_owned()),
            (
                numbers(&[0xff; 32], &[0x7f; 32]),
                format!("3045022100{}0220{}", "ff".repeat(32), "7f".repeat(32)),
            ),
            (
                [0xff; 64],
                format!("3046022100{0}022100{0}", "ff".repeat(32)),
            ),
        ];
        for (numbers, expected) in cases {
            let mut out = Vec::new();
            write_hex(&numbers, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
            assert_eq!(read_hex(&expected), Some(numbers));
        }
    }

    #[test]
    fn anything_else_is_not_read() {
        let long = "00".repeat(73);
        for text in [
            "",
            "3",
            "30",
            "3006",
            "300602010102017",
            "300602010102017f0",
            "300602010102017f00",
            "300602010102017F",
            "310602010102017f",
            "300702010102017f",
            "300602010102027f",
            "300603010102017f",
            "30070202000102017f",
            "+00602010102017f",
            "30é602010102017f",
            &format!("3026022101{}020101", "00".repeat(32)),
            &long,
        ] {
            assert_eq!(read_hex(text), None, "{text}");
        }
    }
}
