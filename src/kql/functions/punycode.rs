//! Punycode, RFC 3492: how names of other alphabets are written in ASCII.

use super::arguments::text;
use super::signature::{STRING, once};
use super::{Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&FROM_STRING, &TO_STRING, &DOMAIN_FROM_STRING, &DOMAIN_TO_STRING];

const TEXT: &[Parameter] = &[once("string", STRING)];
/// What marks a label of a domain name as Punycode.
const PREFIX: &str = "xn--";

row_function!(FROM_STRING, "punycode_from_string", TEXT, String, "A text in Punycode, without the prefix of domain names.",
    "punycode-from-string-function", "punycode_from_string('académie-française')" => "acadmie-franaise-npb1a",
    |_, arguments| Value::string(encode(&text(arguments, 0)).unwrap_or_default()));
row_function!(TO_STRING, "punycode_to_string", TEXT, String, "The text that Punycode without a prefix stands for.",
    "punycode-to-string-function", "punycode_to_string('acadmie-franaise-npb1a')" => "académie-française",
    |_, arguments| Value::string(decode(&text(arguments, 0)).unwrap_or_default()));
row_function!(DOMAIN_FROM_STRING, "punycode_domain_from_string", TEXT, String, "A domain name with each label in Punycode that is not ASCII.",
"punycode-domain-from-string-function", "punycode_domain_from_string('www.münchen.example')" => "www.xn--mnchen-3ya.example",
|_, arguments| labels(&text(arguments, 0), |label| {
    if label.is_ascii() { Some(label.to_owned()) } else { Some(format!("{PREFIX}{}", encode(label)?)) }
}));
row_function!(DOMAIN_TO_STRING, "punycode_domain_to_string", TEXT, String, "A domain name as it reads, each label out of Punycode.",
"punycode-domain-to-string-function", "punycode_domain_to_string('www.xn--mnchen-3ya.example')" => "www.münchen.example",
|_, arguments| labels(&text(arguments, 0), |label| match label.strip_prefix(PREFIX) {
    Some(coded) => decode(coded),
    None => Some(label.to_owned()),
}));

fn labels(name: &str, change: impl Fn(&str) -> Option<String>) -> Value {
    let changed: Option<Vec<String>> = name.split('.').map(change).collect();
    Value::string(changed.map(|labels| labels.join(".")).unwrap_or_default())
}

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const FIRST: u32 = 0x80;

/// RFC 3492, section 6.1.
fn adapt(delta: u32, points: u32, first_time: bool) -> u32 {
    let mut delta = if first_time { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

/// RFC 3492, section 6.3; nothing where numbers leave their range.
fn encode(text: &str) -> Option<String> {
    let mut coded: String = text.chars().filter(char::is_ascii).collect();
    let basic = coded.len() as u32;
    if basic > 0 {
        coded.push('-');
    }
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    let (mut n, mut delta, mut bias, mut handled) = (FIRST, 0_u32, 72, basic);
    while (handled as usize) < points.len() {
        let next = points.iter().copied().filter(|point| *point >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for point in &points {
            if *point < n {
                delta = delta.checked_add(1)?;
            }
            if *point == n {
                let mut q = delta;
                let mut k = BASE;
                loop {
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    coded.push(char::from_digit(t + (q - t) % (BASE - t), BASE).map(letter)?);
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                coded.push(char::from_digit(q, BASE).map(letter)?);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(coded)
}

/// Punycode counts letters before digits; [`char::from_digit`] counts digits first.
fn letter(digit: char) -> char {
    let place = digit.to_digit(BASE).unwrap_or_default();
    if place < 26 { char::from(b'a' + place as u8) } else { char::from(b'0' + (place - 26) as u8) }
}

fn digit(letter: char) -> Option<u32> {
    match letter {
        'a'..='z' => Some(u32::from(letter) - u32::from('a')),
        'A'..='Z' => Some(u32::from(letter) - u32::from('A')),
        '0'..='9' => Some(u32::from(letter) - u32::from('0') + 26),
        _ => None,
    }
}

/// RFC 3492, section 6.2; nothing where it is no Punycode.
fn decode(coded: &str) -> Option<String> {
    let (basic, rest) = coded.rsplit_once('-').unwrap_or(("", coded));
    if !basic.is_ascii() {
        return None;
    }
    let mut points: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (FIRST, 0_u32, 72);
    let mut letters = rest.chars();
    let mut next = letters.next();
    while next.is_some() {
        let before = i;
        let (mut weight, mut k) = (1_u32, BASE);
        loop {
            let value = digit(next?)?;
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            next = letters.next();
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let length = points.len() as u32 + 1;
        bias = adapt(i - before, length, before == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        points.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(points.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_the_standard_go_both_ways() {
        for (text, coded) in [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
            ("-> $1.00 <-", "-> $1.00 <--"),
            ("", ""),
        ] {
            assert_eq!(encode(text).as_deref(), Some(coded), "{text}");
            assert_eq!(decode(coded).as_deref(), Some(text), "{coded}");
        }
        for wrong in ["a!", "99999999", "é-a"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
