//! Small bars for a series of counts.

const BARS: [char; 7] = ['▁', '▂', '▃', '▄', '▅', '▇', '█'];

/// One character a value, the largest at full height. Zero is the lowest bar, so that the length of the series shows.
pub fn bars(values: &[u64]) -> String {
    let largest = values.iter().copied().max().unwrap_or(0).max(1);
    let steps = BARS.len() as u64 - 1;
    values
        .iter()
        .map(|value| {
            let step = (u128::from(*value) * u128::from(steps)).div_ceil(u128::from(largest));
            BARS.get(step as usize).copied().unwrap_or('▁')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_above_zero_rises_and_the_largest_is_full() {
        let cases: [(&[u64], &str); 4] =
            [(&[], ""), (&[0, 0], "▁▁"), (&[0, 1, 100], "▁▂█"), (&[3, 6, u64::MAX], "▂▂█")];
        for (values, text) in cases {
            assert_eq!(bars(values), text, "{values:?}");
        }
    }
}
