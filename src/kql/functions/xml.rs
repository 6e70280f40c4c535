//! XML read as `parse_xml` gives it: an element is a property of what holds it, several of one name are a list; an
//! attribute is called `@name`; the text of an element with nothing else is its value, else the property `#text`. Space
//! between elements, comments and the document type are passed over.

use serde_json::{Map, Value as Json};

/// How deep elements may nest.
const DEPTH_MAX: usize = 100;

/// The bag that `text` stands for; `None` where it is no XML.
pub fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}') };
    let mut document = Map::new();
    let mut elements = 0;
    loop {
        reader.skip_blanks();
        if reader.rest.is_empty() {
            break;
        } else if reader.eat("<!--") {
            reader.until("-->")?;
        } else if reader.eat("<?") {
            let name = reader.name()?;
            let attributes = Reader { rest: reader.until("?>")? }.attributes();
            document.insert(format!("?{name}"), Json::Object(attributes?));
        } else if reader.eat("<!") {
            reader.until(">")?;
        } else if reader.eat("<") {
            let (name, value) = reader.element(0)?;
            document.insert(name, value);
            elements += 1;
        } else {
            return None;
        }
    }
    (elements == 1).then_some(Json::Object(document))
}

/// What is left to read.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Reads `token`, where it stands next.
    fn eat(&mut self, token: &str) -> bool {
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// What stands before `token`, which is read too.
    fn until(&mut self, token: &str) -> Option<&'t str> {
        let (before, after) = self.rest.split_once(token)?;
        self.rest = after;
        Some(before)
    }

    fn name(&mut self) -> Option<String> {
        let ends = |c: char| c.is_whitespace() || "<>/=?'\"".contains(c);
        let (name, rest) = self.rest.split_at_checked(self.rest.find(ends).unwrap_or(self.rest.len()))?;
        self.rest = rest;
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// `name="value"` as often as it stands there.
    fn attributes(&mut self) -> Option<Map<String, Json>> {
        let mut attributes = Map::new();
        loop {
            self.skip_blanks();
            if self.rest.is_empty() || self.rest.starts_with(['>', '/']) {
                return Some(attributes);
            }
            let name = self.name()?;
            self.skip_blanks();
            if !self.eat("=") {
                return None;
            }
            self.skip_blanks();
            let quote = if self.eat("\"") { "\"" } else { self.eat("'").then_some("'")? };
            let value = plain(self.until(quote)?)?;
            attributes.insert(format!("@{name}"), Json::String(value));
        }
    }

    /// An element whose `<` was read: its name and what it is.
    fn element(&mut self, depth: usize) -> Option<(String, Json)> {
        if depth >= DEPTH_MAX {
            return None;
        }
        let name = self.name()?;
        let mut bag = self.attributes()?;
        if self.eat("/>") {
            return Some((name, if bag.is_empty() { Json::Null } else { Json::Object(bag) }));
        }
        if !self.eat(">") {
            return None;
        }
        let mut text = String::new();
        loop {
            let before = plain(self.until("<")?)?;
            if !before.trim().is_empty() {
                text.push_str(&before);
            }
            if self.eat("/") {
                break;
            } else if self.eat("!--") {
                self.until("-->")?;
            } else if self.eat("![CDATA[") {
                text.push_str(self.until("]]>")?);
            } else if self.eat("?") {
                self.until("?>")?;
            } else {
                let (name, value) = self.element(depth + 1)?;
                add(&mut bag, name, value);
            }
        }
        let closes = self.until(">")?.trim_end() == name;
        let value = match (bag.is_empty(), text.is_empty()) {
            (true, true) => Json::Null,
            (true, false) => Json::String(text),
            (false, true) => Json::Object(bag),
            (false, false) => {
                bag.insert("#text".to_owned(), Json::String(text));
                Json::Object(bag)
            }
        };
        closes.then_some((name, value))
    }
}

/// Adds an element; the second of a name makes it a list.
fn add(bag: &mut Map<String, Json>, name: String, value: Json) {
    match bag.get_mut(&name) {
        Some(Json::Array(list)) => list.push(value),
        Some(first) => {
            let known = first.take();
            *first = Json::Array(vec![known, value]);
        }
        None => {
            bag.insert(name, value);
        }
    }
}

/// `text` with its entities put in.
fn plain(text: &str) -> Option<String> {
    let mut pieces = text.split('&');
    let mut plain = pieces.next()?.to_owned();
    for piece in pieces {
        let (entity, after) = piece.split_once(';')?;
        plain.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            number => {
                let number = number.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?)?
            }
        });
        plain.push_str(after);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_text_become_bags_and_lists() {
        let cases = [
            (r#"<?xml version="1.0"?><a/>"#, r#"{"?xml":{"@version":"1.0"},"a":null}"#),
            ("<a>\n <b>1</b>\n <!-- no --> <b>2</b> <b/>\n</a>", r#"{"a":{"b":["1","2",null]}}"#),
            ("<a x='1'>text &amp; &#x41;</a>", r##"{"a":{"@x":"1","#text":"text & A"}}"##),
            ("<a><![CDATA[<b>]]></a>", r#"{"a":"<b>"}"#),
            ("<!DOCTYPE a><n:a ></n:a >", r#"{"n:a":null}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).map(|json| json.to_string()).as_deref(), Some(expected), "{text}");
        }
        let deep = "<a>".repeat(5_000);
        for bad in ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a x=1/>", "<a>&nothing;</a>", "<", "<a", &deep] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
