//! Texts of a story that refer to what it is about: `{copied.count}`, `{Okafor.upn}`.

use super::course::{Course, Flaw, Run};
use crate::lab::generate::content::{Document, Media};
use crate::lab::generate::people::Person;

impl Course {
    /// `text` with every `{thing.property}` filled in. Braces around anything else stay as they are.
    ///
    /// # Errors
    /// Where a thing or its property is missing.
    pub fn fill(&self, text: &str) -> Result<String, Flaw> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            rest = after;
            let reference = after.split_once('}').and_then(|(inside, after)| Some((inside.split_once('.')?, after)));
            if let Some(((thing, property), after)) = reference
                && is_word(thing)
                && is_word(property)
            {
                let value = self.value(thing, property);
                filled.push_str(&value.ok_or_else(|| self.flaw(format!("no {thing}.{property}")))?);
                rest = after;
            } else {
                filled.push('{');
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The property of a thing as text; `None` where the story has no such thing or the thing no such property.
    pub fn value(&self, thing: &str, property: &str) -> Option<String> {
        if let Some(done) = self.done.get(thing) {
            return of_step(done, property);
        }
        if let Some(person) = self.people.get(thing).or_else(|| self.analysts.get(thing)) {
            return of_person(person, property);
        }
        if let Some(documents) = self.documents.get(thing) {
            return self.of_documents(thing, documents, property);
        }
        if let Some(media) = self.media.get(thing) {
            return of_media(media, property);
        }
        if let Some(policy) = self.policies.get(thing) {
            return match property {
                "name" => Some(policy.name.to_owned()),
                "id" => Some(policy.id.clone()),
                _ => None,
            };
        }
        let place = self.places.get(thing)?;
        match property {
            "ip" => Some(place.ip.to_string()),
            "country" => Some(place.country.to_owned()),
            "city" => Some(place.city.to_owned()),
            _ => None,
        }
    }

    fn of_documents(&self, key: &str, documents: &[Document], property: &str) -> Option<String> {
        let first = documents.first()?;
        match property {
            "count" => Some(documents.len().to_string()),
            "name" => Some(first.name.to_string()),
            "folder" => Some(first.folder.to_string()),
            "sha256" => Some(first.sha256.to_string()),
            "labelled" => {
                let set = self.file.documents.iter().find(|set| set.key == key)?;
                Some(set.labelled.as_ref()?.count.to_string())
            }
            _ => None,
        }
    }
}

fn of_step(done: &Run, property: &str) -> Option<String> {
    match property {
        "count" => Some(done.tally.count.to_string()),
        "first" => Some(done.tally.first.to_string()),
        "last" => Some(done.tally.last.to_string()),
        _ => None,
    }
}

fn of_person(person: &Person, property: &str) -> Option<String> {
    let text = match property {
        "upn" => &person.upn,
        "id" => &person.object_id,
        "name" => &person.display_name,
        "account" => &person.account_name,
        "device" => &person.laptop.name,
        "egress" => &person.egress,
        "home" => &person.home.ip,
        "manager" => &person.manager.as_ref()?.display_name,
        "leaves" => return person.leaves.map(|at| at.to_string()),
        _ => return None,
    };
    Some(text.to_string())
}

fn of_media(media: &Media, property: &str) -> Option<String> {
    match property {
        "manufacturer" => Some(media.manufacturer.to_owned()),
        "model" => Some(media.model.to_owned()),
        "drive" => Some(media.drive.to_owned()),
        "serial" => Some(media.serial.clone()),
        _ => None,
    }
}

/// Whether a reference may be made of `text`: letters, digits, `-` and `_`, a letter first.
fn is_word(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.chars().all(|char| char.is_alphanumeric() || "-_".contains(char))
}
