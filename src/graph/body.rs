//! The body of an answer, in pieces; and a list taken apart into its items as the pieces are looked through.
//!
//! A page of 500 alerts is some two megabytes. One allocation of that size, freed again, makes an allocator keep as much for
//! good; pieces are freed one by one as their items have been read, and what takes their place fits.

use crate::model::{Shelved, Shelves};
use std::collections::VecDeque;

/// The bytes of a piece.
const PIECE_BYTES: usize = 16 * 1_024;
/// Pieces before those that are put on a shelf, where there is one: small answers stay in memory.
const IN_MEMORY: usize = 8;
/// Stands for a piece that a shelf does not give again. No JSON has such a byte, so that what is left is refused.
const LOST: u8 = 0xff;

/// A body as it came.
#[derive(Debug, Default)]
pub struct Body {
    pieces: VecDeque<Piece>,
    len: usize,
    shelf: Shelves,
}

#[derive(Debug)]
enum Piece {
    InMemory(Vec<u8>),
    Shelved(Box<dyn Shelved>),
}

impl Piece {
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::InMemory(bytes) => bytes,
            Self::Shelved(bytes) => bytes.bytes().unwrap_or_else(|_| vec![LOST]),
        }
    }
}

impl Body {
    /// An empty one that puts what is large on `shelf`, where there is one.
    pub fn with(shelf: Shelves) -> Self {
        Self { shelf, ..Self::default() }
    }

    /// Adds what came next.
    pub fn push(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len();
        while !bytes.is_empty() {
            let room = match self.pieces.back() {
                Some(Piece::InMemory(last)) => PIECE_BYTES - last.len().min(PIECE_BYTES),
                Some(Piece::Shelved(_)) | None => 0,
            };
            if room == 0 {
                self.put_away();
                self.pieces.push_back(Piece::InMemory(Vec::with_capacity(bytes.len().min(PIECE_BYTES))));
            }
            let (now, later) = bytes.split_at(bytes.len().min(if room == 0 { PIECE_BYTES } else { room }));
            if let Some(Piece::InMemory(last)) = self.pieces.back_mut() {
                last.extend_from_slice(now);
            }
            bytes = later;
        }
    }

    /// Puts the last piece on the shelf, where there are enough before it.
    fn put_away(&mut self) {
        if self.pieces.len() > IN_MEMORY
            && let (Some(shelf), Some(last)) = (&self.shelf, self.pieces.back_mut())
            && let Piece::InMemory(bytes) = last
            && let Some(shelved) = shelf.put(bytes)
        {
            *last = Piece::Shelved(shelved);
        }
    }

    /// Bytes so far.
    pub const fn bytes(&self) -> usize {
        self.len
    }

    /// The whole in one piece.
    pub fn whole(mut self) -> Vec<u8> {
        if self.pieces.len() == 1 {
            return self.pop().unwrap_or_default();
        }
        let mut whole = Vec::with_capacity(self.len);
        self.pieces.into_iter().for_each(|piece| whole.extend(piece.bytes()));
        whole
    }

    /// The next piece, taken out.
    pub fn pop(&mut self) -> Option<Vec<u8>> {
        self.pieces.pop_front().map(Piece::bytes)
    }

    /// The beginning, as long as it is there.
    pub fn beginning(&self) -> &[u8] {
        match self.pieces.front() {
            Some(Piece::InMemory(bytes)) => bytes,
            Some(Piece::Shelved(_)) | None => &[],
        }
    }
}

/// Takes the items of the first list called `value` out of a JSON object. What stands around them is left for a parser,
/// with a `0` in the place of each item: whether the whole is JSON it can still tell.
#[derive(Debug, Default)]
pub struct Splitter {
    /// What stands around the items.
    around: Vec<u8>,
    /// Objects and lists that are open around the items.
    depth: usize,
    text: Text,
    /// The property named last, as far as it can be told from `value`.
    name: Vec<u8>,
    place: Place,
    /// The item under way, as far as it came with earlier pieces.
    item: Vec<u8>,
    /// Objects and lists that are open within it; `None` between items.
    within: Option<usize>,
}

/// The property whose list is taken apart.
const LIST: &[u8] = b"value";

/// Whether a text is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Outside,
    Inside,
    /// After a backslash.
    Escaped,
}

impl Text {
    /// After `byte`, where a text is being read or `byte` begins one.
    const fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Outside, b'"') | (Self::Escaped, _) => Self::Inside,
            (Self::Outside, _) | (Self::Inside, b'"') => Self::Outside,
            (Self::Inside, b'\\') => Self::Escaped,
            (Self::Inside, _) => Self::Inside,
        }
    }
}

/// Where in the object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before the list.
    #[default]
    Before,
    /// After the colon that follows its name.
    Named,
    /// Among its items.
    Among,
    /// Behind it.
    Behind,
}

impl Splitter {
    /// Looks through the next piece and gives each item that ends in it to `take`.
    pub fn feed<E>(&mut self, piece: &[u8], mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut left = piece;
        while !left.is_empty() {
            if self.within.is_none() {
                let (around, after) = left.split_at(self.around(left));
                self.around.extend_from_slice(around);
                left = after;
                if self.within.is_some() {
                    self.around.push(b'0');
                }
                continue;
            }
            let (item, after) = left.split_at(self.item(left));
            left = after;
            if self.within.is_some() {
                self.item.extend_from_slice(item);
            } else if self.item.is_empty() {
                take(item)?;
            } else {
                self.item.extend_from_slice(item);
                take(&self.item)?;
                self.item.clear();
            }
        }
        Ok(())
    }

    /// What stands around the items, and whether a list was taken apart.
    pub fn finish(self) -> (Vec<u8>, bool) {
        (self.around, matches!(self.place, Place::Among | Place::Behind))
    }

    /// How many bytes stand before the next item, which is begun where there is one.
    fn around(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().copied().enumerate() {
            if self.text != Text::Outside {
                self.text = self.text.after(byte);
                if self.depth == 1 && self.name.len() <= LIST.len() && self.text != Text::Outside {
                    self.name.push(byte);
                }
                continue;
            }
            let is_among = self.place == Place::Among && self.depth == 2;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if is_among {
                        self.place = Place::Behind;
                    }
                }
                _ if is_among => {
                    self.within = Some(0);
                    return at;
                }
                b'"' => {
                    self.text = Text::Inside;
                    self.name.clear();
                    if self.place == Place::Named {
                        self.place = Place::Before;
                    }
                }
                b':' if self.depth == 1 && self.place == Place::Before && self.name == LIST => {
                    self.place = Place::Named;
                }
                _ => {
                    let is_list = byte == b'[' && self.depth == 1;
                    self.depth += usize::from(matches!(byte, b'{' | b'['));
                    if self.place == Place::Named {
                        self.place = if is_list { Place::Among } else { Place::Before };
                    }
                }
            }
        }
        bytes.len()
    }

    /// How many bytes are of the item under way, which is ended where it ends among them.
    fn item(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().copied().enumerate() {
            let Some(open) = self.within else { return at };
            if self.text != Text::Outside {
                self.text = self.text.after(byte);
                if open == 0 && self.text == Text::Outside {
                    self.within = None;
                }
                continue;
            }
            match byte {
                b'"' => self.text = Text::Inside,
                b'{' | b'[' => self.within = Some(open + 1),
                // A number or a word ends before what follows it.
                b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n' if open == 0 => {
                    self.within = None;
                    return at;
                }
                b'}' | b']' => self.within = Some(open - 1).filter(|open| *open > 0),
                _ => {}
            }
        }
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shelf::TestShelf;
    use proptest::prelude::*;

    fn split(text: &str, piece: usize) -> (Vec<String>, String, bool) {
        let (mut splitter, mut items) = (Splitter::default(), Vec::new());
        for piece in text.as_bytes().chunks(piece) {
            let take = |item: &[u8]| {
                items.push(String::from_utf8_lossy(item).into_owned());
                Ok::<(), ()>(())
            };
            splitter.feed(piece, take).unwrap();
        }
        let (around, is_split) = splitter.finish();
        (items, String::from_utf8(around).unwrap(), is_split)
    }

    #[test]
    fn items_are_taken_out_wherever_a_piece_ends() {
        let cases: [(&str, &[&str], &str); 11] = [
            (
                r#"{"a":[1],"value":[{"b":"]\"}"},[],"x",1 ,null],"c":{}}"#,
                &[r#"{"b":"]\"}"}"#, "[]", r#""x""#, "1", "null"],
                r#"{"a":[1],"value":[0,0,0,0 ,0],"c":{}}"#,
            ),
            (r#"{"value" : [ ] }"#, &[], r#"{"value" : [ ] }"#),
            (r#"{"value":[1,]}"#, &["1"], r#"{"value":[0,]}"#),
            (r#"{"value":[{}{}]}"#, &["{}", "{}"], r#"{"value":[00]}"#),
            (r#"{"value":[{}"#, &["{}"], r#"{"value":[0"#),
            (r#"{"value":[{"a""#, &[], r#"{"value":[0"#),
            (r#"{"value":{"value":[1]}}"#, &[], r#"{"value":{"value":[1]}}"#),
            (r#"{"value":"a","b":[1]}"#, &[], r#"{"value":"a","b":[1]}"#),
            (r#"{"a":"value","b":[1]}"#, &[], r#"{"a":"value","b":[1]}"#),
            (r#"{"values":[1],"alue":[2]}"#, &[], r#"{"values":[1],"alue":[2]}"#),
            (r#"{"value":null,"value":[7],"value":[8]}"#, &["7"], r#"{"value":null,"value":[0],"value":[8]}"#),
        ];
        for (text, items, around) in cases {
            for piece in 1..=text.len() {
                let (found, left, is_split) = split(text, piece);
                assert_eq!(
                    (&found[..], &*left),
                    (&items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>()[..], around),
                    "{text} {piece}"
                );
                assert_eq!(is_split, !items.is_empty() || text.contains("[ ]") || text.contains("[{\"a\""), "{text}");
            }
        }
    }

    #[test]
    fn a_body_is_what_was_pushed() {
        let sent: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
        for is_lost in [None, Some(false), Some(true)] {
            let mut body = Body::with(is_lost.map(|is_lost| TestShelf::taking(1, is_lost)));
            for part in sent.chunks(7_001) {
                body.push(part);
            }
            let shelved = body.pieces.iter().filter(|piece| matches!(piece, Piece::Shelved(_))).count();
            assert_eq!((body.bytes(), shelved > 0), (sent.len(), body.shelf.is_some()));
            if is_lost == Some(true) {
                assert_eq!(body.whole().split(|byte| *byte == LOST).count(), shelved + 1);
                continue;
            }
            assert_eq!(body.beginning(), &sent[..PIECE_BYTES]);
            let first = body.pop().unwrap();
            assert_eq!((first.len(), [first, body.whole()].concat()), (PIECE_BYTES, sent.clone()));
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_taken_apart_alike(text in r#"[ {}\[\],:"\\a0value]{0,60}"#, piece in 1_usize..9) {
            prop_assert_eq!(split(&text, piece), split(&text, 1_000));
        }
    }
}
