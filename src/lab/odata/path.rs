//! Property paths in `$filter`, `$select` and `$orderby`, resolved against the official types.

use crate::base::Timestamp;
use crate::lab::entities::{Head, place_of_instant};
use crate::lab::reply::Problem;
use crate::lab::wire::metadata::{Metadata, PropertyType};
use serde_json::Value;

/// A way from an entity or a lambda's variable to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// 0 for the entity, 1 for the outermost lambda's variable, and so on.
    pub root: usize,
    /// Steps.
    pub steps: Vec<Step>,
    /// What is at its end.
    pub kind: Kind,
    /// Where the heads of the list at hand keep its first property, once that was looked up: see [`Path::fit`].
    place: Place,
}

/// Where compact heads keep a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Not looked up.
    Unsought,
    /// There; an instant, among the instants too.
    At(usize, Option<usize>),
    /// Nowhere.
    Absent,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the property of that name.
    Property(String),
    /// Only if the value is of that type.
    Cast(String),
}

/// What a path ends in, as far as comparing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Edm.String`, `Edm.Guid`.
    Text,
    /// A whole or real number.
    Number,
    /// `Edm.Boolean`.
    Bool,
    /// `Edm.DateTimeOffset`.
    Instant,
    /// The enum of that name.
    Enum(&'static str),
    /// A structured value of that type.
    Structured(String),
    /// A collection of that type.
    Collection(String),
}

impl Kind {
    /// The kind of a property.
    pub fn of(property: PropertyType<'static>) -> Self {
        if property.collection { Self::Collection(property.name.to_owned()) } else { Self::named(property.name) }
    }

    /// The kind of a single value of the type called `ty`.
    fn named(ty: &str) -> Self {
        match ty {
            "Edm.String" | "Edm.Guid" => Self::Text,
            "Edm.Boolean" => Self::Bool,
            "Edm.DateTimeOffset" => Self::Instant,
            name if name.starts_with("Edm.") => Self::Number,
            name => Metadata::get().enum_name(name).map_or_else(|| Self::Structured(name.to_owned()), Self::Enum),
        }
    }
}

impl Path {
    /// Resolves `steps` from a value of type `ty`.
    ///
    /// # Errors
    /// A property or type that does not exist, or a step out of something that has no properties.
    pub fn resolve(root: usize, ty: &str, names: &[String]) -> Result<Self, Problem> {
        let mut kind = Kind::named(ty);
        let mut steps = Vec::with_capacity(names.len());
        for name in names {
            let Kind::Structured(at) = &kind else { return Err(no_property(name, "Edm.String")) };
            if name.contains('.') {
                if !Metadata::get().has_type(name) {
                    return Err(Problem::query(format!("The type '{name}' is not defined in the model.")));
                }
                steps.push(Step::Cast(name.clone()));
                kind = Kind::Structured(name.clone());
                continue;
            }
            let property = Metadata::get().property(at, name).ok_or_else(|| no_property(name, at))?;
            kind = Kind::of(property);
            steps.push(Step::Property(name.clone()));
        }
        Ok(Self { root, steps, kind, place: Place::Unsought })
    }

    /// The value at its end in `scope` (the entity, then the variables of the lambdas around); `None` where a step
    /// leads nowhere.
    pub fn get<'a>(&self, scope: &[Head<'a>]) -> Option<&'a Value> {
        let mut at = *scope.get(self.root)?;
        let mut value = None;
        let mut steps = self.steps.as_slice();
        match (at, self.place) {
            (Head::Compact(compact, _), Place::At(place, _)) => {
                let first = compact.head.get(place)?;
                (at, value) = (Head::Whole(first), Some(&**first));
                steps = steps.get(1..)?;
            }
            (Head::Compact(..), Place::Absent) => return None,
            _ => {}
        }
        for step in steps {
            match step {
                Step::Property(name) => {
                    let next = at.property(name)?;
                    (at, value) = (Head::Whole(next), Some(next));
                }
                Step::Cast(ty) => {
                    let actual = at.text("@odata.type")?.trim_start_matches('#');
                    (actual == ty).then_some(())?;
                }
            }
        }
        value.or(match at {
            Head::Whole(value) => Some(value),
            Head::Compact(..) => None,
        })
    }

    /// Looks up where compact heads whose properties are called `names` keep its first one, so that it need not be
    /// looked up for each. From now on it is for such heads, and whole entities.
    pub fn fit(&mut self, names: &[&str]) {
        if let Some(Step::Property(first)) = self.steps.first().filter(|_| self.root == 0) {
            let instant =
                place_of_instant(names, first).filter(|_| self.kind == Kind::Instant && self.steps.len() == 1);
            let place = names.iter().position(|name| name == first);
            self.place = place.map_or(Place::Absent, |place| Place::At(place, instant));
        }
    }

    /// The instant at its end where a compact head keeps it read: `Some(None)` where it is null.
    #[expect(clippy::option_option, reason = "null is one thing, not kept is another")]
    pub(super) fn kept_instant(&self, scope: &[Head<'_>]) -> Option<Option<Timestamp>> {
        match (scope.get(self.root)?, self.place) {
            (Head::Compact(compact, _), Place::At(_, Some(instant))) => Some(compact.instant(instant)),
            _ => None,
        }
    }

    /// Whether the head of an entity tells what is at its end.
    pub fn is_known_to(&self, head: Head<'_>) -> bool {
        match self.steps.first() {
            Some(_) if matches!(head, Head::Compact(..)) && self.place != Place::Unsought => {
                self.place != Place::Absent
            }
            Some(Step::Property(name)) if self.root == 0 => head.knows(name),
            _ => self.root > 0 || matches!(head, Head::Whole(_)),
        }
    }

    /// Its properties joined by `/`, casts left out.
    pub fn name(&self) -> String {
        let names = self.steps.iter().filter_map(|step| match step {
            Step::Property(name) => Some(name.as_str()),
            Step::Cast(_) => None,
        });
        names.collect::<Vec<_>>().join("/")
    }
}

/// The refusal of a property that `ty` does not have.
pub fn no_property(name: &str, ty: &str) -> Problem {
    Problem::query(format!("Could not find a property named '{name}' on type '{ty}'."))
}
