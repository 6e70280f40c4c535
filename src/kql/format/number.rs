//! Numbers and booleans as text.

/// The shortest text that reads back as the same real: `1.0`, `0.30000000000000004`, `1E+20`, `inf`, `NaN`.
/// Exponents follow .NET: from 15 digits before the point, or four zeros after it.
pub fn real_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-5..1e15).contains(&magnitude) {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ('-', digits),
            None => ('+', exponent),
        };
        return format!("{mantissa}E{sign}{digits:0>2}");
    }
    if number.fract() == 0.0 { format!("{number:.1}") } else { number.to_string() }
}

/// A whole number in decimal or, after `0x` and without a sign, in hex; spaces around it are passed over. `None` for
/// anything else, also for a fraction.
pub fn parse_long(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with('+')).map(|bits| bits as i64);
    }
    text.parse().ok()
}

/// A number; spaces around it are passed over. Of words only `inf`, `Inf`, `Infinity`, `nan` and `NaN` are read.
pub fn parse_real(text: &str) -> Option<f64> {
    let text = text.trim();
    let word = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_word = matches!(word, "inf" | "Inf" | "Infinity" | "nan" | "NaN");
    if is_number || is_word { text.parse().ok() } else { None }
}

/// `true` and `false` in any case, or a whole number: not zero is true.
pub fn parse_bool(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        parse_long(text).map(|number| number != 0)
    }
}
