//! Text that came from the tenant, and the one function per destination that makes it safe.
//!
//! Alert titles, file names, mail subjects and command lines are written by whoever is being investigated. Control
//! characters could drive the terminal, bidirectional overrides could disguise a file extension, and a cell that
//! starts with `=` runs in a spreadsheet. [`Untrusted`] is the only type that carries such text; it has no `Display`.

use super::alias::shown;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text written by someone outside: kept exactly, shown only through [`Untrusted::line`], [`Untrusted::block`],
/// [`Untrusted::csv`], [`Untrusted::markdown`] or [`Untrusted::clipboard`]. Clones share the text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(Arc<str>);

impl Untrusted {
    /// Wraps `text` as it came.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The exact text, for comparison, for look-ups and for sending back to the API. Never for a face.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One safe line for a screen: line breaks become `⏎`, other controls and invisible characters show as escapes.
    pub fn line(&self) -> Cow<'_, str> {
        printable(shown(&self.0), Breaks::Marked)
    }

    /// Safe text of several lines: line breaks stay (as `\n`), everything else is as in [`Untrusted::line`].
    pub fn block(&self) -> Cow<'_, str> {
        printable(shown(&self.0), Breaks::Kept)
    }

    /// Text fit for the clipboard: as [`Untrusted::block`], so that a paste into a shell cannot carry escapes.
    pub fn clipboard(&self) -> Cow<'_, str> {
        self.block()
    }

    /// One CSV field: quoted where needed, and a leading `=`, `+`, `-`, `@`, tab or return defused by an apostrophe.
    pub fn csv(&self) -> String {
        csv_field(&shown(&self.0))
    }

    /// One line of Markdown that says this and nothing else: as [`Untrusted::line`], with every character that could begin
    /// markup (emphasis, a link, a tag, a table's border, an entity) escaped by a backslash, as `CommonMark` takes it.
    pub fn markdown(&self) -> String {
        let line = self.line();
        let mut text = String::with_capacity(line.len());
        for c in line.chars() {
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '&' | '~' | '@' | ':') {
                text.push('\\');
            }
            text.push(c);
        }
        text
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.line())
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl serde::Serialize for Untrusted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Untrusted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// Compact JSON that holds tenant text as it came, made safe for a screen: what draws nothing or redirects what follows is
/// written as `\uXXXX`, which is the same to whoever parses it. Outside strings JSON has no such characters.
pub fn json_line(json: &str) -> Cow<'_, str> {
    if !json.contains(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_hidden(c) {
            safe.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// What becomes of line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Marked,
    Kept,
}

/// Makes controls, bidirectional marks and zero-width characters visible. Gives the text back when nothing had to change.
fn printable(text: Cow<'_, str>, breaks: Breaks) -> Cow<'_, str> {
    let harmless = |c: char| !is_hidden(c) || (c == '\n' && breaks == Breaks::Kept);
    if text.chars().all(harmless) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' if breaks == Breaks::Kept => safe.push('\n'),
            '\n' | '\r' => safe.push('⏎'),
            '\t' => safe.push(' '),
            c if is_hidden(c) => safe.extend(format!("<U+{:04X}>", c as u32).chars()),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Characters that draw nothing or redirect what follows: C0 and C1 controls, bidirectional controls, zero-width and
/// other default-ignorable code points, line and paragraph separators, the byte order mark, tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// One CSV field for text of any origin, by RFC 4180, with spreadsheet formulas defused.
pub fn csv_field(text: &str) -> String {
    let defused = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    };
    if defused.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused.into_owned()
    }
}

/// Width of `text` in terminal cells.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Cuts `text`, as a face may [show](shown) it, to at most `cells` terminal cells, ending in `…` where something was cut.
/// Never splits a grapheme.
pub fn clip(text: &str, cells: usize) -> Cow<'_, str> {
    let text = shown(text);
    if width(&text) <= cells {
        return text;
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut clipped = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = width(grapheme);
        if used + wide > cells - 1 {
            break;
        }
        used += wide;
        clipped.push_str(grapheme);
    }
    clipped.push('…');
    Cow::Owned(clipped)
}

/// Cuts or pads `text` to exactly `cells` terminal cells.
pub fn fit(text: &str, cells: usize) -> String {
    let mut fitted = clip(text, cells).into_owned();
    let missing = cells.saturating_sub(width(&fitted));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// `1 alert`, `2 alerts`: counts with their noun; the plural is the singular plus `s`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_shows_what_it_hides() {
        let cases = [
            ("plain", "plain"),
            ("a\u{1b}]52;c;aGk=\u{7}b", "a<U+001B>]52;c;aGk=<U+0007>b"),
            ("invoice\u{202e}fdp.exe", "invoice<U+202E>fdp.exe"),
            ("pay\u{200b}pal", "pay<U+200B>pal"),
            ("two\r\nlines\tand tab", "two⏎lines and tab"),
            ("漢字 ok", "漢字 ok"),
        ];
        for (raw, shown) in cases {
            assert_eq!(Untrusted::new(raw).line(), shown, "{raw:?}");
        }
    }

    #[test]
    fn json_says_the_same_without_what_it_hides() {
        let raw = serde_json::json!({"a\u{9b}": ["\u{202e}fdp\n", "\u{e0041}\u{7f}", "漢字 é"]});
        let line = raw.to_string();
        let safe = json_line(&line);
        assert_eq!(safe, r#"{"a\u009b":["\u202efdp\n","\udb40\udc41\u007f","漢字 é"]}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), raw);
        assert!(matches!(json_line(r#"{"a":1}"#), Cow::Borrowed(_)));
    }

    #[test]
    fn block_keeps_line_breaks_and_nothing_else() {
        assert_eq!(Untrusted::new("a\r\nb\rc\nd\u{9b}31m").block(), "a\nb\nc\nd<U+009B>31m");
    }

    #[test]
    fn csv_cells_cannot_run() {
        let cases = [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("-2", "'-2"),
            ("@cmd", "'@cmd"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ];
        for (raw, field) in cases {
            assert_eq!(csv_field(raw), field);
        }
    }

    #[test]
    fn clip_counts_cells_and_keeps_graphemes_whole() {
        let cases = [
            ("abcdef", 4, "abc…"),
            ("abcd", 4, "abcd"),
            ("漢字漢字", 5, "漢字…"),
            ("漢字漢字", 4, "漢…"),
            ("x", 0, ""),
        ];
        for (text, cells, clipped) in cases {
            assert_eq!(clip(text, cells), clipped);
        }
        assert_eq!(fit("漢字漢字", 4), "漢… ");
        assert_eq!(fit("ab", 4), "ab  ");
    }
}
