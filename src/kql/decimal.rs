//! The numbers of type `decimal`: 34 significant digits and a power of ten, as IEEE's decimal128.
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/decimal>

use std::cmp::Ordering;
use std::fmt;

/// The digits kept.
const DIGITS: u32 = 34;
/// The first coefficient that is too long.
const LIMIT: u128 = 10_u128.pow(DIGITS);
/// Half of the digits: two coefficients are multiplied by halves.
const HALF: u128 = 10_u128.pow(DIGITS / 2);
/// The farthest power of ten either way.
const EXPONENT_MAX: i32 = 6_144;

/// A decimal number. Each value has one form, so that equal numbers are equal bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Below [`LIMIT`], and no multiple of ten but 0.
    coefficient: i128,
    /// The power of ten it is multiplied by; 0 for 0.
    exponent: i32,
}

impl Decimal {
    /// `coefficient` times ten to `exponent`, rounded half to even; `None` beyond the range.
    fn new(negative: bool, coefficient: u128, exponent: i32) -> Option<Self> {
        let (mut coefficient, mut exponent) = (coefficient, exponent);
        while coefficient >= LIMIT {
            let excess = coefficient.checked_ilog10().unwrap_or(0).saturating_sub(DIGITS - 1);
            let unit = 10_u128.pow(excess);
            let (kept, rest) = (coefficient / unit, coefficient % unit);
            let up = match (rest * 2).cmp(&unit) {
                Ordering::Less => false,
                Ordering::Equal => kept % 2 == 1,
                Ordering::Greater => true,
            };
            coefficient = kept + u128::from(up);
            exponent += excess as i32;
        }
        if coefficient == 0 {
            return Some(Self::default());
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        if exponent.abs() > EXPONENT_MAX {
            return (exponent < 0).then(Self::default);
        }
        let coefficient = coefficient as i128;
        Some(Self { coefficient: if negative { -coefficient } else { coefficient }, exponent })
    }

    /// The number that `text` writes in digits, with a point and a power of ten where it has them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (digits, power) = match digits.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
            None => (digits, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        if all().next().is_none() || !all().all(|digit| digit.is_ascii_digit()) || power.abs() > EXPONENT_MAX * 2 {
            return None;
        }
        let (mut coefficient, mut dropped) = (0_u128, 0);
        for digit in all() {
            // Two digits more than are kept tell how to round.
            if coefficient < LIMIT * 10 {
                coefficient = coefficient * 10 + u128::from(digit - b'0');
            } else {
                dropped += 1;
                coefficient |= u128::from(digit != b'0');
            }
        }
        Self::new(negative, coefficient, power.checked_add(dropped)?.checked_sub(fraction.len() as i32)?)
    }

    /// The number that a real is written as; `None` for the infinite and what is no number.
    pub fn from_real(real: f64) -> Option<Self> {
        if real.is_finite() { Self::parse(&format!("{real:e}")) } else { None }
    }

    /// The nearest real.
    pub fn to_real(self) -> f64 {
        format!("{}e{}", self.coefficient, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// Without what stands behind the point; `None` beyond 64 bits.
    pub fn to_long(self) -> Option<i64> {
        let whole = self.truncated();
        let unit = 10_i128.checked_pow(u32::try_from(whole.exponent).ok()?)?;
        i64::try_from(whole.coefficient.checked_mul(unit)?).ok()
    }

    /// With its sign turned.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { coefficient: -self.coefficient, ..self }
    }

    /// Without its sign.
    #[must_use]
    pub fn absolute(self) -> Self {
        Self { coefficient: self.coefficient.abs(), ..self }
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Option<Self> {
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        if high.coefficient == 0 {
            return Some(low);
        }
        let (mut left, mut exponent) = (high.coefficient, high.exponent);
        while exponent > low.exponent && left.unsigned_abs() < LIMIT * 10 {
            left *= 10;
            exponent -= 1;
        }
        let right = Self::shifted(low, exponent);
        let sum = left + right;
        Self::new(sum < 0, sum.unsigned_abs(), exponent)
    }

    /// The coefficient of `number` at the greater `exponent`. What is lost leaves a trace in the last digit, below all
    /// that rounding keeps.
    fn shifted(number: Self, exponent: i32) -> i128 {
        let lost = (exponent - number.exponent).unsigned_abs();
        let Some(unit) = 10_i128.checked_pow(lost) else { return number.coefficient.signum() };
        let (kept, rest) = (number.coefficient / unit, number.coefficient % unit);
        if rest != 0 && kept % 5 == 0 { kept + rest.signum() } else { kept }
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The product.
    pub fn times(self, other: Self) -> Option<Self> {
        let negative = (self.coefficient < 0) != (other.coefficient < 0);
        let (left, right) = (self.coefficient.unsigned_abs(), other.coefficient.unsigned_abs());
        let (left_high, left_low) = (left / HALF, left % HALF);
        let (right_high, right_low) = (right / HALF, right % HALF);
        let middle = left_high * right_low + left_low * right_high;
        let low = middle % HALF * HALF + left_low * right_low;
        let high = left_high * right_high + middle / HALF + low / LIMIT;
        let low = low % LIMIT;
        let exponent = self.exponent + other.exponent;
        let Some(digits) = high.checked_ilog10().map(|digits| digits + 1) else {
            return Self::new(negative, low, exponent);
        };
        // One digit more than is kept tells how to round; what lies below it leaves a trace there.
        let taken = (DIGITS + 1).saturating_sub(digits).min(DIGITS);
        let unit = 10_u128.pow(DIGITS - taken);
        let (kept, rest) = (low / unit, low % unit);
        let mut coefficient = high * 10_u128.pow(taken) + kept;
        if rest != 0 && coefficient.is_multiple_of(5) {
            coefficient += 1;
        }
        Self::new(negative, coefficient, exponent + (DIGITS - taken) as i32)
    }

    /// The quotient; `None` where divided by 0.
    pub fn over(self, other: Self) -> Option<Self> {
        let negative = (self.coefficient < 0) != (other.coefficient < 0);
        let (left, right) = (self.coefficient.unsigned_abs(), other.coefficient.unsigned_abs());
        let mut quotient = left.checked_div(right)?;
        let mut rest = left % right;
        let mut exponent = self.exponent - other.exponent;
        while rest != 0 && quotient < LIMIT {
            rest *= 10;
            quotient = quotient * 10 + rest / right;
            rest %= right;
            exponent -= 1;
        }
        if rest != 0 && quotient.is_multiple_of(5) {
            quotient += 1;
        }
        Self::new(negative, quotient, exponent)
    }

    /// The remainder, never negative; `None` where divided by 0.
    pub fn modulo(self, other: Self) -> Option<Self> {
        let rest = self.minus(self.over(other)?.truncated().times(other)?)?;
        if rest.coefficient < 0 { rest.plus(other.absolute()) } else { Some(rest) }
    }

    /// Without what stands behind the point.
    #[must_use]
    pub fn truncated(self) -> Self {
        if self.exponent >= 0 {
            return self;
        }
        let unit = 10_i128.checked_pow(self.exponent.unsigned_abs());
        let whole = unit.map_or(0, |unit| self.coefficient / unit);
        Self::new(whole < 0, whole.unsigned_abs(), 0).unwrap_or_default()
    }

    /// The greatest whole number that is not above it.
    pub fn floor(self) -> Option<Self> {
        let whole = self.truncated();
        if whole.cmp(&self).is_gt() { whole.minus(Self::from(1_i64)) } else { Some(whole) }
    }

    /// Rounded to so many digits behind the point, halves away from 0.
    pub fn rounded(self, digits: i32) -> Option<Self> {
        let scale = Self::new(false, 1, digits)?;
        let half = Self::new(self.coefficient < 0, 5, -1)?;
        self.times(scale)?.plus(half)?.truncated().over(scale)
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::new(number < 0, u128::from(number.unsigned_abs()), 0).unwrap_or_default()
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        // A difference beyond the range has the sign of the greater of the two.
        match self.minus(*other) {
            Some(difference) => difference.coefficient.cmp(&0),
            None => self.coefficient.cmp(&0),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    /// Digits and a point, never a power of ten but where there would be very many noughts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOUGHTS_MAX: u32 = 64;
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let digits = self.coefficient.unsigned_abs().to_string();
        let power = self.exponent.unsigned_abs() as usize;
        if self.exponent.unsigned_abs() > NOUGHTS_MAX {
            return write!(f, "{sign}{digits}E{:+}", self.exponent);
        }
        if self.exponent >= 0 {
            return write!(f, "{sign}{digits}{}", "0".repeat(power));
        }
        let padded = format!("{}{digits}", "0".repeat((power + 1).saturating_sub(digits.len())));
        let (whole, fraction) = padded.split_at_checked(padded.len() - power).unwrap_or((&padded, ""));
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn texts_read_and_write_back() {
        let cases = [
            ("0", "0"),
            ("-0.0", "0"),
            ("1.50", "1.5"),
            ("+12", "12"),
            ("-0.001", "-0.001"),
            ("1e3", "1000"),
            ("3.14159265358979323846", "3.14159265358979323846"),
            ("1234567890123456789012345678901234567890", "1234567890123456789012345678901235000000"),
            ("0.10000000000000000000000000000000005", "0.1"),
            ("1e-70", "1E-70"),
        ];
        for (text, written) in cases {
            assert_eq!(decimal(text).to_string(), written, "{text}");
        }
        for bad in ["", "-", "1.2.3", "abc", "1e", "0x1", "1e99999", "."] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn arithmetic_is_decimal() {
        let cases = [
            ("0.1", '+', "0.2", "0.3"),
            ("1", '/', "3", "0.3333333333333333333333333333333333"),
            ("2", '/', "3", "0.6666666666666666666666666666666667"),
            ("1", '-', "1e-40", "1"),
            ("1e30", '+', "1", "1000000000000000000000000000001"),
            ("2147483648", '*', "2", "4294967296"),
            ("1234567890123456789", '*', "9876543210987654321", "12193263113702179522374638011112640000"),
            (
                "9999999999999999999999999999999999",
                '*',
                "9999999999999999999999999999999999",
                "9999999999999999999999999999999998e34",
            ),
            ("-7.5", '%', "2", "0.5"),
            ("7", '%', "-3", "1"),
        ];
        for (left, operator, right, expected) in cases {
            let (left, right) = (decimal(left), decimal(right));
            let result = match operator {
                '+' => left.plus(right),
                '-' => left.minus(right),
                '*' => left.times(right),
                '/' => left.over(right),
                _ => left.modulo(right),
            };
            let close = result.map(|result| result.to_string());
            let expected = decimal(expected).to_string();
            assert_eq!(close, Some(expected), "{left} {operator} {right}");
        }
        assert_eq!((decimal("1").over(decimal("0")), decimal("1").modulo(decimal("0"))), (None, None));
    }

    #[test]
    fn whole_numbers_and_reals_come_and_go() {
        assert_eq!((decimal("-2.9").to_long(), decimal("1e30").to_long()), (Some(-2), None));
        assert_eq!((decimal("-2.5").floor(), decimal("2.5").floor()), (Some(decimal("-3")), Some(decimal("2"))));
        assert_eq!(
            (decimal("2.345").rounded(2), decimal("-2.5").rounded(0)),
            (Some(decimal("2.35")), Some(decimal("-3")))
        );
        assert_eq!(decimal("1250").rounded(-2), Some(decimal("1300")));
        assert_eq!(Decimal::from_real(0.1), Some(decimal("0.1")));
        assert_eq!((Decimal::from_real(f64::NAN), decimal("0.1").to_real()), (None, 0.1));
        assert!(decimal("-1e6000") < decimal("1e-6000") && decimal("1e6000") > decimal("1.5"));
    }

    proptest! {
        #[test]
        fn whole_numbers_are_added_multiplied_and_ordered_as_such(left in -10_i64.pow(15)..10_i64.pow(15), right in -10_i64.pow(15)..10_i64.pow(15)) {
            let (one, two) = (Decimal::from(left), Decimal::from(right));
            prop_assert_eq!(one.plus(two).map(|sum| sum.to_string()), Some((left + right).to_string()));
            let product = i128::from(left) * i128::from(right);
            prop_assert_eq!(one.times(two).map(|product| product.to_string()), Some(product.to_string()));
            prop_assert_eq!(one.cmp(&two), left.cmp(&right));
            prop_assert_eq!(Decimal::parse(&one.to_string()), Some(one));
            if right != 0 {
                prop_assert_eq!(one.modulo(two).and_then(Decimal::to_long), Some(left.rem_euclid(right)));
            }
        }
    }
}
