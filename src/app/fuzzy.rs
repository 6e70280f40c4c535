//! Finding by letters in order: `oqf` finds `open the queue's filter`.

/// How well `text` answers what was typed, the greater the better; `None` where it does not hold all the letters in
/// order. Every word typed counts by itself. Both are lower case.
pub fn score(typed: &str, text: &str) -> Option<i32> {
    typed.split_whitespace().map(|word| word_score(word, text)).sum()
}

/// Letters that stand together, and letters that begin a word, count for more; a whole word found as typed for most.
fn word_score(word: &str, text: &str) -> Option<i32> {
    if let Some(at) = text.find(word) {
        let starts_word =
            text.get(..at).is_some_and(|before| before.chars().next_back().is_none_or(|c| !c.is_alphanumeric()));
        return Some(200 + if starts_word { 100 } else { 0 } - (at.min(60) as i32));
    }
    let mut wanted = word.chars().peekable();
    let (mut points, mut run, mut before) = (0, 0, ' ');
    for c in text.chars() {
        if wanted.peek() == Some(&c) {
            wanted.next();
            run += 1;
            points += run + if before.is_alphanumeric() { 0 } else { 8 };
        } else {
            run = 0;
        }
        before = c;
    }
    // Letters strewn over a text are no find.
    let is_found = wanted.peek().is_none() && points >= 3 * word.chars().count() as i32;
    is_found.then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearer_finds_come_first_and_strewn_letters_are_none() {
        let texts = ["assign to me", "say whose it is", "reset filter", "m.okafor@contoso.example mara okafor"];
        let best = |typed: &str| {
            let scored = texts.iter().filter_map(|text| score(typed, text).map(|points| (points, *text)));
            scored.max().map(|(_, text)| text)
        };
        assert_eq!(best("atm"), Some("assign to me"));
        assert_eq!(best("whose"), Some("say whose it is"));
        assert_eq!(best("filter reset"), Some("reset filter"));
        assert_eq!(best("mara"), Some("m.okafor@contoso.example mara okafor"));
        assert_eq!(best("zq"), None);
        assert_eq!(score("eai", "say whose it is"), None);
        assert!(score("okafor", "okafor") > score("okafor", "m.xokafor"));
    }
}
