//! What was printed last: whoever listens to a page hears of it once, and after a verb only what the verb changed.

/// The mark of the cursor's row: after the row of a queue, before that of a list on a page.
const HERE: (&str, &str) = (", here", ". here, ");

/// A page as it was printed last.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    place: String,
    lines: Vec<String>,
}

impl Printed {
    /// What of `text`, a page that stands at `place`, is news to whoever heard what was printed last: its lines that differ,
    /// and the cursor's. All of it at another place, where lines came or went, or where most of them differ.
    pub fn news(&mut self, place: String, text: &str) -> String {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let heard = std::mem::replace(self, Self { place, lines });
        let told: Vec<&str> =
            self.lines.iter().zip(&heard.lines).filter_map(|(now, before)| news(now, before)).collect();
        let is_another = heard.place != self.place || heard.lines.len() != self.lines.len();
        if is_another || told.len() * 2 > self.lines.len().max(2) {
            return text.to_owned();
        }
        told.iter().flat_map(|line| [line, "\n"]).collect()
    }

    /// Forgets it: the next page is printed whole.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// `now` where it is the cursor's row, or says something else than `before`.
fn news<'a>(now: &'a str, before: &str) -> Option<&'a str> {
    let is_here = now.ends_with(HERE.0) || now.contains(HERE.1);
    (is_here || unmarked(now) != unmarked(before)).then_some(now)
}

/// A line without the mark of the cursor's row.
fn unmarked(line: &str) -> String {
    line.strip_suffix(HERE.0).unwrap_or(line).replacen(HERE.1, ". ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hears_what_changed_and_where_one_is() {
        let page = |rows: &[&str]| rows.iter().flat_map(|row| [row, "\n"]).collect::<String>();
        let first = ["5 incidents", "1. a, here", "2. b", "3. c", "4. d", "5. e"];
        let cases: &[(&str, &str, &[&str], &[&str])] = &[
            ("nothing came of it", "queue", &first, &["1. a, here"]),
            ("moved", "queue", &["5 incidents", "1. a", "2. b, here", "3. c", "4. d", "5. e"], &["2. b, here"]),
            (
                "a row changed",
                "queue",
                &["5 incidents", "1. a, here", "2. b", "3. c, marked", "4. d", "5. e"],
                &["1. a, here", "3. c, marked"],
            ),
            ("elsewhere", "alerts", &first, &first),
            ("a row went", "queue", &first[..5], &first[..5]),
        ];
        for (what, place, rows, told) in cases {
            let mut printed = Printed::default();
            assert_eq!(printed.news("queue".to_owned(), &page(&first)), page(&first));
            assert_eq!(printed.news((*place).to_owned(), &page(rows)), page(told), "{what}");
        }
        let (mut printed, anew) = (Printed::default(), ["5 incidents", "1. e, here", "2. d", "3. c", "4. b", "5. a"]);
        printed.news("queue".to_owned(), &page(&first));
        assert_eq!(printed.news("queue".to_owned(), &page(&anew)), page(&anew), "ordered anew");
        printed.forget();
        assert_eq!(printed.news("queue".to_owned(), &page(&anew)), page(&anew), "asked for");
        let part = ["Alerts", "1. here, x", "2. y", "3. z"];
        printed.news("page".to_owned(), &page(&part));
        assert_eq!(printed.news("page".to_owned(), "Alerts\n1. x\n2. here, y\n3. z\n"), "2. here, y\n");
    }
}
