//! Values made of others, in functions whose answer can be many times as large as what they are given.
//!
//! To a value that is larger than any may be nothing is added: the engine looks at what a function gave, and ends the
//! query for it. So none takes much more memory than it may.

use super::Context;
use crate::kql::engine::column::json_bytes;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// The most bytes of a text that a function makes or takes apart. Kusto holds texts of a megabyte.
pub const TEXT_MAX: usize = 16 << 20;

/// The most bytes of a list or bag that a function makes, about.
pub const DYNAMIC_MAX: usize = 256 << 20;

/// A text in the making.
#[derive(Default)]
pub struct GrowingText(String);

impl GrowingText {
    /// Adds `part`; whether there is room for more.
    pub fn push(&mut self, part: &str) -> bool {
        if !self.is_full() {
            self.0.push_str(part);
        }
        !self.is_full()
    }

    /// Whether nothing is added any more.
    pub fn is_full(&self) -> bool {
        self.0.len() > TEXT_MAX
    }

    /// The text.
    pub fn finish(self) -> Value {
        Value::string(self.0)
    }
}

/// All of `elements`, as far as there is room.
pub fn grown(context: &Context, elements: impl IntoIterator<Item = Json>) -> Vec<Json> {
    let elements = elements.into_iter();
    let known = elements.size_hint().0.min(DYNAMIC_MAX / size_of::<Json>());
    let (mut list, mut bytes) = (Vec::with_capacity(known), 0);
    for element in context.stop.watch(elements) {
        bytes += json_bytes(&element);
        list.push(element);
        if bytes > DYNAMIC_MAX {
            break;
        }
    }
    list
}
