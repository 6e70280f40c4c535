//! The official types, read from the part of Graph's metadata that the project carries.

use indexmap::IndexMap;
use serde::Deserialize;
use std::sync::LazyLock;

/// Types and enums by full name.
#[derive(Debug, Default, Deserialize)]
pub struct Metadata {
    types: IndexMap<String, StructuredType>,
    enums: IndexMap<String, EnumType>,
}

/// An entity or complex type.
#[derive(Debug, Default, Deserialize)]
struct StructuredType {
    #[serde(default)]
    base: Option<String>,
    properties: IndexMap<String, String>,
}

/// An enum.
#[derive(Debug, Default, Deserialize)]
pub struct EnumType {
    /// Members in the order of their declaration, the sentinel among them.
    members: Vec<String>,
    /// Those that are sent only to clients that asked.
    #[serde(default)]
    after_sentinel: Vec<String>,
}

/// A property's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PropertyType<'a> {
    /// Full name, `Collection(…)` taken off.
    pub name: &'a str,
    /// Whether it is a collection.
    pub collection: bool,
}

impl Metadata {
    /// The metadata the project carries. Empty only if the asset were broken, which a test excludes.
    pub fn get() -> &'static Self {
        static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
            serde_json::from_str(include_str!("../../../assets/schema/graph.json")).unwrap_or_default()
        });
        &METADATA
    }

    /// The type of `property` of the type called `ty` or of one of its bases.
    pub fn property<'a>(&'a self, ty: &str, property: &str) -> Option<PropertyType<'a>> {
        self.lineage(ty).find_map(|ty| ty.properties.get(property)).map(|written| PropertyType::read(written))
    }

    /// As [`Self::property`], of any type that derives from `ty` where `ty` itself has none.
    pub fn property_of_kin<'a>(&'a self, ty: &str, property: &str) -> Option<PropertyType<'a>> {
        let kin = self.types.keys().filter(|name| self.bases(name).any(|base| base == ty));
        self.property(ty, property).or_else(|| kin.into_iter().find_map(|name| self.property(name, property)))
    }

    /// Names of the bases of the type called `ty`.
    fn bases<'a>(&'a self, ty: &str) -> impl Iterator<Item = &'a str> {
        self.lineage(ty).filter_map(|ty| ty.base.as_deref())
    }

    /// All properties of the type called `ty`, its own before its bases'.
    pub fn properties<'a>(&'a self, ty: &str) -> impl Iterator<Item = (&'a str, PropertyType<'a>)> {
        let all = self.lineage(ty).flat_map(|ty| &ty.properties);
        all.map(|(name, written)| (name.as_str(), PropertyType::read(written)))
    }

    /// The type called `ty`, its base, and so on.
    fn lineage<'a>(&'a self, ty: &str) -> impl Iterator<Item = &'a StructuredType> {
        let base = |ty: &&'a StructuredType| ty.base.as_ref().and_then(|base| self.types.get(base));
        std::iter::successors(self.types.get(ty), base)
    }

    /// Names of the structured types.
    pub fn type_names(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    /// Whether there is a structured type called `ty`.
    pub fn has_type(&self, ty: &str) -> bool {
        self.types.contains_key(ty)
    }

    /// The name of the enum called `name`, as long as the program lives.
    pub fn enum_name<'a>(&'a self, name: &str) -> Option<&'a str> {
        self.enums.get_key_value(name).map(|(name, _)| name.as_str())
    }

    /// The enum called `name`.
    pub fn enumeration(&self, name: &str) -> Option<&EnumType> {
        self.enums.get(name)
    }
}

impl<'a> PropertyType<'a> {
    /// Reads `Collection(name)` or `name`, either ending in `!` where null is not allowed.
    fn read(written: &'a str) -> Self {
        let name = written.trim_end_matches('!');
        let element = name.strip_prefix("Collection(").and_then(|name| name.strip_suffix(')'));
        Self { name: element.unwrap_or(name), collection: element.is_some() }
    }
}

impl EnumType {
    /// The member that `text` names in any case, as it is declared.
    pub fn member(&self, text: &str) -> Option<&str> {
        self.members.iter().find(|member| member.eq_ignore_ascii_case(text)).map(String::as_str)
    }

    /// Place of `member` in the declaration, for sorting.
    pub fn rank(&self, member: &str) -> Option<usize> {
        self.members.iter().position(|known| known == member)
    }

    /// Whether `member` is hidden from clients that did not ask for unknown members.
    pub fn is_hidden(&self, member: &str) -> bool {
        self.after_sentinel.iter().any(|hidden| hidden == member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_found_through_bases() {
        let metadata = Metadata::get();
        let verdict = metadata.property("microsoft.graph.security.userEvidence", "verdict").unwrap();
        assert_eq!(verdict, PropertyType { name: "microsoft.graph.security.evidenceVerdict", collection: false });
        let comments = metadata.property("microsoft.graph.security.incident", "comments").unwrap();
        assert_eq!(comments, PropertyType { name: "microsoft.graph.security.alertComment", collection: true });
        assert_eq!(metadata.property("microsoft.graph.security.incident", "tags"), None);
    }

    #[test]
    fn members_are_accepted_in_any_case() {
        let status = Metadata::get().enumeration("microsoft.graph.security.incidentStatus").unwrap();
        assert_eq!(status.member("InProgress"), Some("inProgress"));
        assert_eq!(status.member("closed"), None);
        assert!(status.is_hidden("awaitingAction") && !status.is_hidden("active"));
    }
}
