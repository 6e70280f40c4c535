//! What of a record is seldom looked at: kept packed together with that of its neighbours, and read when somebody asks.
//!
//! A queue holds up to 100,000 alerts of which a screen shows fifty rows, and one alert whole. Of each the part that no row
//! shows is some ten times as large as the part that rows are made of, and much alike from alert to alert.

use super::node::Node;
use super::pool::Pool;
use super::rest;
use super::shelf::{Shelved, Shelves};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// A block is packed once it holds so much text: enough for what is alike to be near, and unpacked in half a millisecond.
const BLOCK_BYTES: usize = 64 * 1_024;
/// The most records of a block.
const RECORDS_MAX: u16 = 256;
/// Stands before the place, within the block, of the record whose form this one has too. No form begins with it.
const SAME_FORM: char = '=';

/// A part of a record that can be read from the properties it was made of.
pub trait Unpack {
    /// Reads it; nothing is required.
    fn read(properties: Node<'_>, pool: &Pool) -> Self;
}

/// A part of a record: read, or packed, or both. Whoever looks at it makes it be read; [`Packed::close`] drops what was.
pub struct Packed<T> {
    read: OnceLock<Box<T>>,
    kept: Kept,
}

impl<T: Unpack> Packed<T> {
    /// Keeps `properties` packed by `pool`, and what they say read.
    pub fn of(properties: Node<'_>, pool: &Pool) -> Self {
        let kept = pool.keep(&properties);
        Self { read: OnceLock::from(Box::new(T::read(properties, pool))), kept }
    }

    /// What it says.
    pub fn get(&self) -> &T {
        self.read.get_or_init(|| {
            let text = self.kept.text();
            let properties = Node::parse(text.as_bytes()).unwrap_or_default();
            Box::new(T::read(properties, &Pool::default()))
        })
    }

    /// Drops what was read of it, to be read again when somebody asks.
    pub fn close(&mut self) {
        if self.kept.is_packed() {
            self.read.take();
        }
    }

    /// Makes it another than it was kept as; from now on it stays as it is read.
    #[cfg(test)]
    pub fn get_mut(&mut self) -> &mut T {
        self.get();
        self.kept = Kept::default();
        self.read.get_mut().unwrap()
    }
}

impl<T: Unpack + Clone> Clone for Packed<T> {
    fn clone(&self) -> Self {
        let read = if self.kept.is_packed() { OnceLock::new() } else { self.read.clone() };
        Self { read, kept: self.kept.clone() }
    }
}

impl<T: Unpack + PartialEq> PartialEq for Packed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Unpack + fmt::Debug> fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Where a record's properties are.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    block: Option<Arc<Block>>,
    place: u16,
}

impl Kept {
    fn is_packed(&self) -> bool {
        self.block.as_ref().is_some_and(|block| block.0.get().is_some())
    }

    /// The properties as JSON text.
    fn text(&self) -> String {
        let Some(block) = &self.block else { return String::new() };
        match with_text(block, |text| record(text, self.place)) {
            Ok(record) => record.unwrap_or_default(),
            Err(why) => lost(&why),
        }
    }
}

/// Records packed together; empty until all of them are in.
#[derive(Debug, Default)]
pub struct Block(OnceLock<Bytes>);

/// Where the bytes of a block are.
#[derive(Debug)]
enum Bytes {
    InMemory(Box<[u8]>),
    Shelved(Box<dyn Shelved>),
}

impl Bytes {
    /// The text that was packed, or why it cannot be had.
    fn unpacked(&self) -> Result<String, String> {
        let shelved;
        let packed = match self {
            Self::InMemory(packed) => packed,
            Self::Shelved(block) => {
                shelved = block.bytes()?;
                &*shelved
            }
        };
        let mut text = String::new();
        DeflateDecoder::new(packed).read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }
}

/// The text of a block that was unpacked last: the next record asked for is most often its neighbour.
type Last = Option<(Arc<Block>, Rc<str>)>;

/// The properties in the place of those that are lost, with the reason where both records and people look.
fn lost(why: &str) -> String {
    let told = format!("The rest of this record was put on disk and cannot be read from there again: {why}.");
    serde_json::json!({ "description": told }).to_string()
}

thread_local! {
    static LAST: RefCell<Last> = const { RefCell::new(None) };
}

fn with_text<R>(block: &Arc<Block>, look: impl FnOnce(&str) -> R) -> Result<R, String> {
    let known = LAST.with_borrow(|last| {
        last.as_ref().filter(|(known, _)| Arc::ptr_eq(known, block)).map(|(_, text)| Rc::clone(text))
    });
    let text = if let Some(text) = known {
        text
    } else {
        let text: Rc<str> = block.0.get().map_or(Ok(String::new()), Bytes::unpacked)?.into();
        LAST.set(Some((Arc::clone(block), Rc::clone(&text))));
        text
    };
    Ok(look(&text))
}

/// The record at `place` of a block's text.
fn record(text: &str, place: u16) -> Option<String> {
    let mut forms: Vec<&str> = Vec::with_capacity(usize::from(place) + 1);
    let mut left = text;
    loop {
        let (line, after) = left.split_once(rest::END)?;
        let form = match line.strip_prefix(SAME_FORM) {
            Some(earlier) => forms.get(earlier.parse::<usize>().ok()?)?,
            None => line,
        };
        let mut end = 0;
        for _ in 0..rest::values(form) {
            end += after.get(end..)?.find(rest::END)? + rest::END.len_utf8();
        }
        let (values, next) = after.split_at_checked(end)?;
        if forms.len() == usize::from(place) {
            return Some(rest::join(form, values));
        }
        forms.push(form);
        left = next;
    }
}

/// Packs records as they are read, in blocks.
#[derive(Debug)]
pub struct Packer {
    /// The block that is being filled.
    block: Arc<Block>,
    text: String,
    records: u16,
    /// Which record of the block was the first of a form.
    forms: HashMap<String, u16>,
    form: String,
    values: String,
    shelf: Shelves,
}

impl Packer {
    /// One that puts blocks on `shelf`, where there is one.
    pub fn with(shelf: Shelves) -> Self {
        Self {
            block: Arc::default(),
            text: String::new(),
            records: 0,
            forms: HashMap::new(),
            form: String::new(),
            values: String::new(),
            shelf,
        }
    }

    /// Takes the properties of one more record.
    pub fn keep(&mut self, properties: &Node<'_>) -> Kept {
        self.form.clear();
        self.values.clear();
        rest::split(properties, &mut self.form, &mut self.values);
        let place = self.records;
        if let Some(earlier) = self.forms.get(&self.form) {
            self.text.push(SAME_FORM);
            self.text.push_str(&earlier.to_string());
        } else {
            self.text.push_str(&self.form);
            self.forms.insert(self.form.clone(), place);
        }
        self.text.push(rest::END);
        self.text.push_str(&self.values);
        self.records += 1;
        let kept = Kept { block: Some(Arc::clone(&self.block)), place };
        if self.text.len() >= BLOCK_BYTES || self.records == RECORDS_MAX {
            self.finish();
        }
        kept
    }

    /// Whether nothing waits to be packed.
    pub const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Packs what has come since the last block.
    pub fn finish(&mut self) {
        let block = std::mem::take(&mut self.block);
        if self.records > 0 {
            let level = if self.shelf.is_some() { LEVEL_ON_SHELF } else { LEVEL };
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
            // Writing to memory does not fail; a block that did would stay as it was read.
            if encoder.write_all(self.text.as_bytes()).is_ok()
                && let Ok(packed) = encoder.finish()
            {
                let shelved = self.shelf.as_ref().and_then(|shelf| shelf.put(&packed));
                let bytes = shelved.map_or_else(|| Bytes::InMemory(packed.into_boxed_slice()), Bytes::Shelved);
                block.0.get_or_init(|| bytes);
            }
        }
        self.text.clear();
        self.forms.clear();
        self.records = 0;
    }
}

impl Drop for Packer {
    fn drop(&mut self) {
        self.finish();
    }
}

/// How hard is tried to make a block small, of 9.
const LEVEL: u32 = 6;
/// The same of a block that takes no memory: on a shelf room counts for less than the time until a queue is on screen.
const LEVEL_ON_SHELF: u32 = 1;

#[cfg(test)]
mod tests {
    use super::super::shelf::TestShelf;
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[derive(Clone, Debug, PartialEq)]
    struct Whole(Value);

    impl Unpack for Whole {
        fn read(properties: Node<'_>, _pool: &Pool) -> Self {
            Self(properties.into())
        }
    }

    fn closed(sent: &[Value], shelf: Shelves) -> Vec<Packed<Whole>> {
        let pool = Pool::packing(shelf);
        let keep = |value: &Value| Packed::<Whole>::of(value.clone().into(), &pool);
        let mut kept: Vec<_> = sent.iter().map(keep).collect();
        drop(pool);
        kept.iter_mut().for_each(Packed::close);
        assert!(kept.iter().all(|kept| kept.read.get().is_none()));
        kept
    }

    #[test]
    fn records_of_many_blocks_come_back_in_any_order() {
        let sent: Vec<Value> = (0..2_000)
            .map(|number| match number % 3 {
                0 => json!({"a": number, "text": "=0\n".repeat(number % 200)}),
                1 => json!({"a": number, "b": [null, true, {"c": "\u{1}"}]}),
                _ => json!({}),
            })
            .collect();
        let kept = closed(&sent, None);
        for place in (0..sent.len()).rev().step_by(7).chain(0..sent.len()) {
            assert_eq!(kept[place].get().0, sent[place], "{place}");
        }
    }

    #[test]
    fn what_a_shelf_holds_comes_back_or_says_why_not() {
        let sent: Vec<Value> = (0..1_000).map(|number| json!({"a": number, "description": "x".repeat(99)})).collect();
        for is_lost in [false, true] {
            let kept = closed(&sent, Some(TestShelf::taking(2, is_lost)));
            let told: Vec<bool> = kept.iter().map(|kept| is_said(kept.get(), "the disk is gone")).collect();
            let came: Vec<bool> = kept.iter().zip(&sent).map(|(kept, sent)| kept.get().0 == *sent).collect();
            assert_eq!(came, told.iter().map(|told| !told).collect::<Vec<_>>());
            assert_eq!((told[0], told.iter().any(|told| !told)), (is_lost, true), "the second block is in memory");
        }
    }

    fn is_said(kept: &Whole, why: &str) -> bool {
        kept.0["description"].as_str().is_some_and(|told| told.contains(why))
    }

    #[test]
    fn what_is_not_packed_yet_stays_read() {
        let pool = Pool::packing(None);
        let mut kept = Packed::<Whole>::of(json!({"a": 1}).into(), &pool);
        kept.close();
        assert_eq!((kept.get(), kept.clone().get()), (&Whole(json!({"a": 1})), &Whole(json!({"a": 1}))));
        assert!(kept.read.get().is_some());
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back(values in proptest::collection::vec(super::super::tests::any_json(), 1..5)) {
            let sent: Vec<Value> = values.into_iter().map(|value| {
                let text = json!({"a": value, "b": "\u{1}\n", "": false}).to_string();
                // The last digit of a number may not survive being written.
                serde_json::from_str(&text).unwrap()
            }).collect();
            let read: Vec<Value> = closed(&sent, None).iter().map(|kept| kept.get().0.clone()).collect();
            let again: Vec<Value> = sent.iter().map(|value| serde_json::from_str(&value.to_string()).unwrap()).collect();
            prop_assert_eq!(read, again);
        }
    }
}
