//! From the bytes a terminal sends to keys, pastes and reports. Bytes may come split anywhere; what is not understood is
//! swallowed whole, so that a late or torn reply never becomes keys.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

const ESC: u8 = 0x1b;
/// What ends a bracketed paste.
const PASTE_END: &[u8] = b"\x1b[201~";
/// The most bytes of a paste; what is more is dropped.
const PASTE_BYTES_MAX: usize = 1 << 20;
/// The most bytes that a sequence is waited for; a longer one is swallowed.
const SEQUENCE_BYTES_MAX: usize = 1 << 16;

/// What bytes come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A key, a paste or something of the mouse.
    Event(Event),
    /// The answer to a device status report: everything written before it has reached the terminal.
    Ready,
}

/// Takes bytes, gives what they come to.
#[derive(Debug, Default)]
pub struct Decoder {
    waiting: Vec<u8>,
    /// The text of a paste under way.
    paste: Option<Vec<u8>>,
}

/// What stands at the beginning of the bytes.
enum Step {
    /// This, in so many bytes.
    Done(Option<Decoded>, usize),
    /// A paste begins after so many bytes.
    Paste(usize),
    /// More bytes are needed.
    More,
}

impl Decoder {
    /// What `bytes` and those that waited come to.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Decoded> {
        self.waiting.extend_from_slice(bytes);
        let mut decoded = Vec::new();
        loop {
            if self.paste.is_some() {
                match self.pasted() {
                    Some(text) => decoded.push(Decoded::Event(Event::Paste(text))),
                    None => return decoded,
                }
            }
            match step(&self.waiting) {
                Step::Done(found, length) => {
                    self.waiting.drain(..length);
                    decoded.extend(found);
                }
                Step::Paste(length) => {
                    self.waiting.drain(..length);
                    self.paste = Some(Vec::new());
                }
                Step::More => {
                    if self.waiting.len() > SEQUENCE_BYTES_MAX {
                        self.waiting.clear();
                    }
                    return decoded;
                }
            }
        }
    }

    /// Whether bytes wait that may be keys by themselves. The beginning of a control sequence is none: however late, its
    /// rest never becomes keys.
    pub fn is_waiting(&self) -> bool {
        self.paste.is_none() && self.waiting.first() == Some(&ESC) && self.waiting.get(1) != Some(&b'[')
    }

    /// What the waiting bytes are if no more come: an Escape that was pressed.
    pub fn give_up(&mut self) -> Vec<Decoded> {
        if !self.is_waiting() {
            return Vec::new();
        }
        let rest: Vec<u8> = self.waiting.drain(..).skip(1).collect();
        let escape = Decoded::Event(Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
        // The torn beginning of a sequence means nothing.
        if rest.is_empty() { vec![escape] } else { Vec::new() }
    }

    /// The text of the paste under way, once its end is there.
    fn pasted(&mut self) -> Option<String> {
        let paste = self.paste.as_mut()?;
        let end = self.waiting.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        // The end may be torn: as many bytes as it has stay.
        let whole = end.unwrap_or(self.waiting.len().saturating_sub(PASTE_END.len() - 1));
        let room = PASTE_BYTES_MAX.saturating_sub(paste.len());
        paste.extend(self.waiting.drain(..whole).take(room));
        end?;
        self.waiting.drain(..PASTE_END.len());
        self.paste.take().map(|text| String::from_utf8_lossy(&text).into_owned())
    }
}

fn step(bytes: &[u8]) -> Step {
    match bytes {
        [] => Step::More,
        [ESC, rest @ ..] => match rest {
            [] | [b'O'] => Step::More,
            [b'[', sequence @ ..] => control_sequence(sequence),
            [b'O', letter, ..] => Step::Done(cursor_key(*letter).map(|code| key(code, KeyModifiers::NONE)), 3),
            [b']' | b'P' | b'_' | b'^' | b'X', string @ ..] => text_string(string),
            [ESC, ..] => Step::Done(Some(key(KeyCode::Esc, KeyModifiers::NONE)), 1),
            other => match character(other) {
                Some((code, modifiers, length)) => {
                    Step::Done(Some(key(code, modifiers | KeyModifiers::ALT)), length + 1)
                }
                None => Step::More,
            },
        },
        other => match character(other) {
            Some((code, modifiers, length)) => Step::Done(Some(key(code, modifiers)), length),
            None => Step::More,
        },
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Decoded {
    Decoded::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

/// After `ESC [`: parameters, intermediates, a final byte.
fn control_sequence(sequence: &[u8]) -> Step {
    let Some(end) = sequence.iter().position(|byte| !(0x20..0x40).contains(byte)) else { return Step::More };
    let (parameters, last) = (sequence.get(..end).unwrap_or_default(), sequence.get(end).copied().unwrap_or_default());
    let length = end + 3;
    if !(0x40..=0x7e).contains(&last) {
        // A control amid a sequence: the sequence is torn, what follows stands for itself.
        return Step::Done(None, length - 1);
    }
    let text = std::str::from_utf8(parameters).unwrap_or_default();
    let mut numbers = text.split(';').map(|part| part.parse::<u16>().unwrap_or_default());
    let (first, second) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or(1));
    let modifiers = modifiers(second);
    let decoded = match last {
        b'n' if text == "0" => Some(Decoded::Ready),
        // The old mouse report is followed by three bytes that are no keys.
        b'M' if text.is_empty() => {
            return if sequence.len() < end + 4 { Step::More } else { Step::Done(None, length + 3) };
        }
        b'M' | b'm' if text.starts_with('<') => mouse(text, last == b'M'),
        b'Z' => Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'~' if first == 200 => return Step::Paste(length),
        b'~' => numbered(first).map(|code| key(code, modifiers)),
        letter if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b';') && letter != b'R' => {
            cursor_key(letter).map(|code| key(code, modifiers))
        }
        _ => None,
    };
    Step::Done(decoded, length)
}

/// A mouse report as mode 1006 writes it: button, column, row. Nothing of movement, nor of places that are none.
fn mouse(parameters: &str, is_press: bool) -> Option<Decoded> {
    let mut numbers = parameters.strip_prefix('<')?.split(';').map(str::parse::<u16>);
    let (Some(Ok(code)), Some(Ok(column)), Some(Ok(row)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return None;
    };
    let of = |bit: u16, modifier| if code & bit == 0 { KeyModifiers::NONE } else { modifier };
    let modifiers = of(4, KeyModifiers::SHIFT) | of(8, KeyModifiers::ALT) | of(16, KeyModifiers::CONTROL);
    let button = |button| if is_press { MouseEventKind::Down(button) } else { MouseEventKind::Up(button) };
    let kind = match code & !0b1_1100 {
        0 => button(MouseButton::Left),
        1 => button(MouseButton::Middle),
        2 => button(MouseButton::Right),
        64 => MouseEventKind::ScrollUp,
        65 => MouseEventKind::ScrollDown,
        66 => MouseEventKind::ScrollLeft,
        67 => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let (column, row) = (column.checked_sub(1)?, row.checked_sub(1)?);
    Some(Decoded::Event(Event::Mouse(MouseEvent { kind, column, row, modifiers })))
}

/// After the introducer of a string (OSC, DCS and kin): up to its end.
fn text_string(string: &[u8]) -> Step {
    let bell = string.iter().position(|byte| *byte == 0x07).map(|at| at + 1);
    let terminator = string.windows(2).position(|pair| pair == b"\x1b\\").map(|at| at + 2);
    match (bell, terminator) {
        (None, None) => Step::More,
        (bell, terminator) => {
            let length = bell.unwrap_or(usize::MAX).min(terminator.unwrap_or(usize::MAX));
            Step::Done(None, length + 2)
        }
    }
}

/// One character or control key, and its length; `None` where a character is not whole yet.
fn character(bytes: &[u8]) -> Option<(KeyCode, KeyModifiers, usize)> {
    let first = *bytes.first()?;
    let control = |letter: u8| (KeyCode::Char(char::from(letter)), KeyModifiers::CONTROL, 1);
    Some(match first {
        b'\r' => (KeyCode::Enter, KeyModifiers::NONE, 1),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE, 1),
        0x7f => (KeyCode::Backspace, KeyModifiers::NONE, 1),
        0 => control(b' '),
        0x01..=0x1a => control(first + 0x60),
        0x1c..=0x1f => control(first + 0x18),
        ESC => (KeyCode::Esc, KeyModifiers::NONE, 1),
        0x20..=0x7e => (KeyCode::Char(char::from(first)), KeyModifiers::NONE, 1),
        _ => {
            let length = match first {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => 1,
            };
            let whole = bytes.get(..length)?;
            let found = std::str::from_utf8(whole).ok().and_then(|text| text.chars().next());
            match found {
                Some(character) => (KeyCode::Char(character), KeyModifiers::NONE, length),
                None => (KeyCode::Null, KeyModifiers::NONE, 1),
            }
        }
    })
}

fn cursor_key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

fn numbered(number: u16) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F((number - 10) as u8),
        17..=21 => KeyCode::F((number - 11) as u8),
        23 | 24 => KeyCode::F((number - 12) as u8),
        _ => return None,
    })
}

/// Modifiers as xterm counts them, from 1.
fn modifiers(number: u16) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let of = |bit: u16, modifier| if bits & bit == 0 { KeyModifiers::NONE } else { modifier };
    of(1, KeyModifiers::SHIFT) | of(2, KeyModifiers::ALT) | of(4, KeyModifiers::CONTROL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(bytes: &[u8]) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut decoded = decoder.take(bytes);
        decoded.extend(decoder.give_up());
        decoded.iter().map(tell).collect()
    }

    fn tell(decoded: &Decoded) -> String {
        match decoded {
            Decoded::Event(Event::Key(key)) => format!("{:?} {}", key.code, key.modifiers).trim_end().to_owned(),
            Decoded::Event(Event::Paste(text)) => format!("paste {text}"),
            Decoded::Event(Event::Mouse(mouse)) => {
                format!("{:?} {} {} {}", mouse.kind, mouse.column, mouse.row, mouse.modifiers).trim_end().to_owned()
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn bytes_come_to_keys() {
        let cases: [(&[u8], &[&str]); 20] = [
            (b"jK", &["Char('j')", "Char('K')"]),
            (b"\r\t\x7f", &["Enter", "Tab", "Backspace"]),
            (b"\x12\x00\x08", &["Char('r') Control", "Char(' ') Control", "Char('h') Control"]),
            ("é漢".as_bytes(), &["Char('é')", "Char('漢')"]),
            (b"\x1b[A\x1bOB\x1b[1;5C", &["Up", "Down", "Right Control"]),
            (b"\x1b[5~\x1b[6~\x1b[3~\x1b[15~", &["PageUp", "PageDown", "Delete", "F(5)"]),
            (b"\x1b[Z", &["BackTab Shift"]),
            (b"\x1b", &["Esc"]),
            (b"\x1b2", &["Char('2') Alt"]),
            (b"\x1b\x1b[A", &["Esc", "Up"]),
            (b"\x1b[200~a\rb\x1b[Ac\x1b[201~x", &["paste a\rb\x1b[Ac", "Char('x')"]),
            (b"\x1b[0nj", &["Ready", "Char('j')"]),
            (b"\x1b[?62;22c\x1b[12;40R\x1b[?2026;2$yj", &["Char('j')"]),
            (b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1bP>|xterm\x1b\\j", &["Char('j')"]),
            (b"\x1b[M abj", &["Char('j')"]),
            (b"\x1b[<0;3;4M\x1b[<0;3;4m", &["Down(Left) 2 3", "Up(Left) 2 3"]),
            (b"\x1b[<2;223;1M\x1b[<20;1;1Mj", &["Down(Right) 222 0", "Down(Left) 0 0 Shift+Control", "Char('j')"]),
            (b"\x1b[<65;3;4M\x1b[<64;3;4M", &["ScrollDown 2 3", "ScrollUp 2 3"]),
            (b"\x1b[<0;0;4M\x1b[<35;3;4M\x1b[<0;3M\x1b[<0;3;4;5M\x1b[<0;99999;1M\x1b[<M", &[]),
            (b"\x1b[12", &[]),
        ];
        for (bytes, expected) in cases {
            assert_eq!(told(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn a_sequence_whose_rest_comes_late_is_whole_all_the_same(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "j", "\x1b[A", "\x1b[5~", "\x1b[0n", "\x1b[<0;12;7M", "\x1b[<0;12;7m", "\x1b[<64;3;4M", "\x1b[200~x\x1b[201~", "é",
            ]), 0..8),
            cuts in prop::collection::vec(0_usize..80, 0..6),
        ) {
            let bytes = pieces.concat().into_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let mut late = Decoder::default();
            let mut decoded = Vec::new();
            for part in cuts.windows(2) {
                decoded.extend(late.take(&bytes[part[0]..part[1]]));
                // An Escape alone is one that was pressed.
                if part[1] == 0 || bytes[part[1] - 1] != ESC {
                    decoded.extend(late.give_up());
                }
            }
            prop_assert_eq!(Decoder::default().take(&bytes), decoded);
        }

        #[test]
        fn where_bytes_are_torn_makes_no_difference(bytes in prop::collection::vec(prop::sample::select(b"\x1b[]O0126;~ABn$P\\\x07j\xc3\xa9\r<Mm".to_vec()), 0..40), at in 0_usize..40) {
            let mut whole = Decoder::default();
            let mut torn = Decoder::default();
            let at = at.min(bytes.len());
            let mut parts = torn.take(&bytes[..at]);
            parts.extend(torn.take(&bytes[at..]));
            prop_assert_eq!(whole.take(&bytes), parts);
            prop_assert_eq!(whole.give_up(), torn.give_up());
        }
    }
}
