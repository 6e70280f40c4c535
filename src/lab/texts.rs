//! Texts of the resources written last: a page that is asked for again is not made again.

use crate::kql::engine::hash::FastMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are kept: some forty pages of alerts, ten megabytes.
const TEXTS_MAX: usize = 2_048;

/// Texts by key and form of resources that never change.
#[derive(Debug, Default)]
pub struct Texts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    texts: FastMap<(u32, bool), Arc<[u8]>>,
    /// Oldest first.
    order: VecDeque<(u32, bool)>,
}

impl Texts {
    /// The text of the resource `key` in `form`, which `write` writes where it is not kept.
    pub fn get(&self, key: u32, form: bool, write: impl FnOnce() -> Vec<u8>) -> Arc<[u8]> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().texts.get(&(key, form)).map(Arc::clone);
        known.unwrap_or_else(|| {
            let text: Arc<[u8]> = write().into();
            let mut kept = kept();
            if kept.texts.insert((key, form), Arc::clone(&text)).is_none() {
                kept.order.push_back((key, form));
            }
            if kept.order.len() > TEXTS_MAX
                && let Some(oldest) = kept.order.pop_front()
            {
                kept.texts.remove(&oldest);
            }
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_once_by_form_as_long_as_few_others_are() {
        let (texts, mut written) = (Texts::default(), 0);
        let mut ask = |key, form| {
            let text = texts.get(key, form, || {
                written += 1;
                vec![key as u8, u8::from(form)]
            });
            (text.to_vec(), written)
        };
        assert_eq!(ask(7, false), (vec![7, 0], 1));
        assert_eq!(ask(7, true), (vec![7, 1], 2));
        assert_eq!(ask(7, false), (vec![7, 0], 2));
        (0..TEXTS_MAX as u32).for_each(|key| drop(ask(1_000 + key, false)));
        assert_eq!(ask(7, false), (vec![7, 0], TEXTS_MAX + 3));
        assert_eq!(texts.0.lock().unwrap().order.len(), TEXTS_MAX);
    }
}
