//! What overlays ask for, in words that are typed, and what they offer.

use crate::app::Overlay;
use crate::app::overlay::{Item, Picker};
use crate::tui::overlays;
use crate::tui::screen::Scene;

/// What can be typed at `overlay`.
pub fn ask(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::Plan(preview) if preview.plan.wants_consent() => {
            "dismiss writes the dismissal without a decision, reason adds one; anything else drops it"
        }
        Overlay::Plan(preview) if preview.plan.is_applicable() && preview.origin.is_none() => {
            "apply writes it if nobody changed it meanwhile; anything else drops it"
        }
        Overlay::Plan(preview) if preview.plan.is_applicable() => {
            "apply writes it if nobody changed it meanwhile, reason adds one; anything else drops it"
        }
        Overlay::Plan(_) => "it cannot be written so; anything goes back",
        Overlay::Comment(..) | Overlay::Write(..) | Overlay::Note(..) => {
            "type it in one line, which is added to what is there; nothing drops it"
        }
        Overlay::Filter(_) => "type the new one; none takes it away, nothing leaves it as it is",
        Overlay::Tags(..) => "type all tags, commas between; none takes all away, nothing leaves them as they are",
        Overlay::Reveal(_) => "type why the first name is to be shown; nothing closes it",
        Overlay::Words(..) => "type the words that facts must hold; nothing shows all",
        Overlay::Results(_) => {
            "theirs or ours for the one that is here, or after a number for that one; all theirs, all ours; go goes on; \
             anything else leaves it"
        }
        Overlay::Message(message) if message.is_sign_in() => {
            "it goes on by itself; stop gives the sign-in up, anything else hides this"
        }
        Overlay::Doctor(_) => "again checks again; any verb goes on",
        Overlay::Message(_) | Overlay::Help { .. } => "any verb goes on",
        Overlay::Columns(_) => {
            "columns are those of a screen; a number shows or hides one, a number and sort or then sorts by it or next by it, \
             reset takes all back; nothing closes it"
        }
        Overlay::Sources(_) => "type a number, or several with blanks between; nothing closes it",
        Overlay::Assign(..) => "type a number or a name; nothing closes it",
        Overlay::Palette(_) => "type a number, or words to look for; nothing closes it",
        _ => "type a number; nothing closes it",
    }
}

/// The choices of an overlay that is a list.
pub fn choices(scene: &Scene<'_>, overlay: &Overlay) -> Vec<String> {
    fn of<T>(picker: &Picker<T>) -> Vec<String> {
        let label = |item: &Item<T>| {
            let mark = if item.marked { "  marked" } else { "" };
            format!("{}  {}{mark}", item.label, item.detail).trim_end().to_owned()
        };
        picker.items.iter().map(label).collect()
    }
    match overlay {
        Overlay::Sources(picker) => of(picker),
        Overlay::Entities(picker) => of(picker),
        Overlay::Pivots(_, picker) => of(picker),
        Overlay::Status(_, picker) => of(picker),
        Overlay::Severity(_, picker) => of(picker),
        Overlay::Texts(_, picker) => of(picker),
        Overlay::Classification(_, _, picker) => of(picker),
        Overlay::Determination(_, _, _, picker) => of(picker),
        Overlay::Macros(_, picker) | Overlay::Views(picker) | Overlay::History(picker) => of(picker),
        Overlay::Responses(picker) => of(picker),
        Overlay::Palette(palette) => overlays::found_lines(scene, palette),
        Overlay::Assign(_, prompt) => {
            prompt.choices.iter().map(|choice| choice.clone().unwrap_or_else(|| "nobody".to_owned())).collect()
        }
        _ => Vec::new(),
    }
}
