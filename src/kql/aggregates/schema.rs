//! What dynamics are made of: `buildschema`.
//! <https://learn.microsoft.com/kusto/query/buildschema-aggregation-function>

use super::{Accepts, Accumulator, Aggregate, Naming, gives, once};
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// The name under which the type of an array's elements stands.
const ELEMENTS: &str = "`indexer`";

pub(super) static BUILD_SCHEMA: Aggregate = Aggregate {
    name: "buildschema",
    signatures: &[gives(&[once("value", Accepts::Only(Type::Dynamic))], Type::Dynamic)],
    naming: Naming::PrefixAndFirst("schema"),
    summary: "the types that dynamics are made of; instants and guids inside them are strings here",
    source: "https://learn.microsoft.com/kusto/query/buildschema-aggregation-function",
    start: |_| Box::new(Shapes::default()),
};

/// What values at one place were.
#[derive(Clone, Default)]
struct Shape {
    /// Names of scalar types in the order in which they were seen.
    scalars: Vec<&'static str>,
    /// Properties of bags and, under [`ELEMENTS`], elements of arrays.
    properties: Vec<(String, Shape)>,
    /// How many scalar types were seen before the first bag or array.
    bag_at: Option<usize>,
}

impl Shape {
    fn add(&mut self, value: &Json) {
        let scalar = match value {
            Json::Null => return,
            Json::Bool(_) => "bool",
            Json::Number(number) if number.is_f64() => "double",
            Json::Number(_) => "long",
            Json::String(_) => "string",
            Json::Array(values) => {
                let elements = self.property(ELEMENTS);
                return values.iter().for_each(|value| elements.add(value));
            }
            Json::Object(properties) => {
                self.bag_at.get_or_insert(self.scalars.len());
                return properties.iter().for_each(|(name, value)| self.property(name).add(value));
            }
        };
        if !self.scalars.contains(&scalar) {
            self.scalars.push(scalar);
        }
    }

    fn property(&mut self, name: &str) -> &mut Self {
        self.bag_at.get_or_insert(self.scalars.len());
        let at = self.properties.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.properties.push((name.to_owned(), Self::default()));
            self.properties.len() - 1
        });
        &mut self.properties[at].1
    }

    /// One type by itself, several as an array.
    fn json(&self) -> Json {
        let mut parts: Vec<Json> = self.scalars.iter().map(|name| Json::from(*name)).collect();
        if let Some(at) = self.bag_at {
            let properties: Map<_, _> =
                self.properties.iter().map(|(name, shape)| (name.clone(), shape.json())).collect();
            parts.insert(at, Json::Object(properties));
        }
        if parts.len() == 1 { parts.remove(0) } else { Json::Array(parts) }
    }
}

#[derive(Default)]
struct Shapes(Vec<Shape>);

impl Accumulator for Shapes {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.0.resize(group_count, Shape::default());
        let Some(values) = arguments.first() else { return };
        for (json, group) in values.dynamics().zip(groups) {
            if let Some(json) = json.as_deref() {
                self.0[*group as usize].add(json);
            }
        }
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.0.resize(group_count, Shape::default());
        let shapes = std::mem::take(&mut self.0);
        vec![Column::from_dynamics(stop.watch(shapes).map(|shape| Some(Arc::new(shape.json()))))]
    }
}
