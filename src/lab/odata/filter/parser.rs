//! Reads a `$filter`: see [`super`] for its grammar.

use super::{Comparison, Filter, Literal, TextTest};
use crate::base::Timestamp;
use crate::lab::odata::path::{Kind, Path};
use crate::lab::odata::set::EntitySet;
use crate::lab::odata::token::{Token, TokenKind, syntax, tokens};
use crate::lab::reply::Problem;
use crate::lab::wire::metadata::Metadata;

/// How deep parentheses, `not` and lambdas may nest.
const DEPTH_MAX: usize = 32;

/// The filter on `set` that `text` says.
pub(super) fn read(text: &str, set: &EntitySet) -> Result<Filter, Problem> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, next: 0, set, variables: Vec::new(), depth: 0 };
    let filter = parser.or()?;
    if parser.next < parser.tokens.len() { Err(parser.unexpected()) } else { Ok(filter) }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    next: usize,
    set: &'a EntitySet,
    variables: Vec<(String, String)>,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Filter, Problem> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Problem::query("The node count limit of '100' has been exceeded."));
        }
        let mut left = self.and()?;
        while self.take_word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, Problem> {
        let mut left = self.unary()?;
        while self.take_word("and") {
            left = Filter::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Filter, Problem> {
        let mut negations = 0;
        while self.take_word("not") {
            negations += 1;
        }
        let inner = self.primary()?;
        Ok(if negations % 2 == 1 { Filter::Not(Box::new(inner)) } else { inner })
    }

    fn primary(&mut self) -> Result<Filter, Problem> {
        if self.take_mark('(') {
            let inner = self.or()?;
            self.expect_mark(')')?;
            return Ok(inner);
        }
        if let Some(test) = self.text_test() {
            return self.text_call(test);
        }
        if let Some(name) = self.function_is_next() {
            return Err(unknown_function(&name));
        }
        if self.literal_is_next() {
            return self.literal_first();
        }
        let (root, names) = self.path_names()?;
        if self.at_mark('(') {
            match names.last().map(String::as_str) {
                Some("any") => return self.any(root, &names),
                Some("all") => return self.all(root, &names),
                _ => {}
            }
        }
        let path = self.resolve(root, &names)?;
        if self.take_word("in") {
            return self.member_of(path);
        }
        match self.comparison() {
            Some(comparison) => {
                let literal = self.literal(&path, comparison)?;
                Ok(Filter::Compare(path, comparison, literal))
            }
            None if self.arithmetic().is_some() => Err(self.no_arithmetic()),
            None if path.kind == Kind::Bool => Ok(Filter::Compare(path, Comparison::Equal, Literal::Bool(true))),
            None => Err(self.unexpected()),
        }
    }

    /// `'value' eq path`: turned round.
    fn literal_first(&mut self) -> Result<Filter, Problem> {
        let literal_at = self.next;
        self.next += 1;
        let comparison = self.comparison().ok_or_else(|| self.unexpected())?.flipped();
        let (root, names) = self.path_names()?;
        let path = self.resolve(root, &names)?;
        let after = std::mem::replace(&mut self.next, literal_at);
        let literal = self.literal(&path, comparison)?;
        self.next = after;
        Ok(Filter::Compare(path, comparison, literal))
    }

    fn text_test(&self) -> Option<TextTest> {
        let TokenKind::Word(word) = &self.tokens.get(self.next)?.kind else { return None };
        if self.tokens.get(self.next + 1)?.kind != TokenKind::Mark('(') {
            return None;
        }
        match word.to_lowercase().as_str() {
            "startswith" => Some(TextTest::StartsWith),
            "endswith" => Some(TextTest::EndsWith),
            "contains" => Some(TextTest::Contains),
            _ => None,
        }
    }

    /// The name of a function that is called next, other than those on text.
    fn function_is_next(&self) -> Option<String> {
        let TokenKind::Word(word) = &self.tokens.get(self.next)?.kind else { return None };
        (self.tokens.get(self.next + 1)?.kind == TokenKind::Mark('(')).then(|| word.clone())
    }

    /// An operator of OData that no collection of the lab takes.
    fn arithmetic(&self) -> Option<&'static str> {
        const OPERATORS: [(&str, &str); 7] = [
            ("add", "Add"),
            ("sub", "Subtract"),
            ("mul", "Multiply"),
            ("div", "Divide"),
            ("divby", "Divide"),
            ("mod", "Modulo"),
            ("has", "Has"),
        ];
        let TokenKind::Word(word) = &self.tokens.get(self.next)?.kind else { return None };
        OPERATORS.iter().find(|(operator, _)| operator == word).map(|(_, name)| *name)
    }

    fn no_arithmetic(&self) -> Problem {
        let (name, kind) = match self.arithmetic() {
            Some("Has") => ("Has", "Logical"),
            name => (name.unwrap_or_default(), "Arithmetic"),
        };
        Problem::query(format!(
            "{kind} operator '{name}' is not allowed. To allow it, set the 'Allowed{kind}Operators' property on \
             EnableQueryAttribute or QueryValidationSettings."
        ))
    }

    fn text_call(&mut self, test: TextTest) -> Result<Filter, Problem> {
        if !self.set.functions.contains(&test) && self.variables.is_empty() {
            return Err(not_allowed(test.name()));
        }
        self.next += 1;
        self.expect_mark('(')?;
        if let Some(name) = self.function_is_next() {
            return Err(unknown_function(&name));
        }
        let (root, names) = self.path_names()?;
        let path = self.resolve(root, &names)?;
        self.expect_mark(',')?;
        let Some(TokenKind::Quoted(text)) = self.tokens.get(self.next).map(|token| token.kind.clone()) else {
            return Err(self.unexpected());
        };
        self.next += 1;
        self.expect_mark(')')?;
        if path.kind != Kind::Text {
            return Err(Problem::query(format!("The property '{}' is not a string.", path.name())));
        }
        // `contains(x,'y') eq true` is the same.
        if self.take_word("eq") && !self.take_word("true") {
            return Err(self.unexpected());
        }
        Ok(Filter::Text(test, path, text.to_lowercase()))
    }

    fn any(&mut self, root: usize, names: &[String]) -> Result<Filter, Problem> {
        let (path, element) = self.collection(root, names)?;
        self.expect_mark('(')?;
        if self.take_mark(')') {
            return Ok(Filter::Any(path, None));
        }
        Ok(Filter::Any(path, Some(Box::new(self.lambda(element)?))))
    }

    fn all(&mut self, root: usize, names: &[String]) -> Result<Filter, Problem> {
        let (path, element) = self.collection(root, names)?;
        self.expect_mark('(')?;
        Ok(Filter::All(path, Box::new(self.lambda(element)?)))
    }

    /// The collection that `any` or `all`, the last of `names`, ranges over, and its elements' type.
    fn collection(&self, root: usize, names: &[String]) -> Result<(Path, String), Problem> {
        let (_, collection) = names.split_last().ok_or_else(|| self.unexpected())?;
        let path = Path::resolve(root, &self.type_at(root), collection)?;
        let Kind::Collection(element) = path.kind.clone() else { return Err(self.unexpected()) };
        if root == 0 && !self.set.any.contains(&path.name().as_str()) {
            return Err(not_filterable(&path.name()));
        }
        Ok((path, element))
    }

    /// `variable: condition )`.
    fn lambda(&mut self, element: String) -> Result<Filter, Problem> {
        let variable = self.word().ok_or_else(|| self.unexpected())?;
        self.expect_mark(':')?;
        self.variables.push((variable, element));
        let body = self.or()?;
        self.variables.pop();
        self.expect_mark(')')?;
        Ok(body)
    }

    fn member_of(&mut self, path: Path) -> Result<Filter, Problem> {
        self.expect_mark('(')?;
        let mut members = vec![self.literal(&path, Comparison::Equal)?];
        while self.take_mark(',') {
            members.push(self.literal(&path, Comparison::Equal)?);
        }
        self.expect_mark(')')?;
        Ok(Filter::In(path, members))
    }

    /// `a/b/c`, the variable it starts from taken off.
    fn path_names(&mut self) -> Result<(usize, Vec<String>), Problem> {
        let mut names = vec![self.word().ok_or_else(|| self.unexpected())?];
        while self.take_mark('/') {
            names.push(self.word().ok_or_else(|| self.unexpected())?);
        }
        let variable = self.variables.iter().rposition(|(name, _)| names.first() == Some(name));
        if let Some(place) = variable {
            names.remove(0);
            return Ok((place + 1, names));
        }
        Ok((0, names))
    }

    fn resolve(&self, root: usize, names: &[String]) -> Result<Path, Problem> {
        let path = Path::resolve(root, &self.type_at(root), names)?;
        let name = path.name();
        if root == 0 && !self.set.filterable.contains(&name.as_str()) {
            return Err(not_filterable(&name));
        }
        if matches!(path.kind, Kind::Structured(_) | Kind::Collection(_)) {
            return Err(not_filterable(&name));
        }
        Ok(path)
    }

    fn type_at(&self, root: usize) -> String {
        match root.checked_sub(1).and_then(|place| self.variables.get(place)) {
            Some((_, ty)) => ty.clone(),
            None => self.set.ty.to_owned(),
        }
    }

    /// A constant, read as the kind of `path`.
    fn literal(&mut self, path: &Path, comparison: Comparison) -> Result<Literal, Problem> {
        let token = self.tokens.get(self.next).cloned().ok_or_else(|| self.unexpected())?;
        self.next += 1;
        let mismatch = || {
            let name = path.name();
            Problem::query(format!(
                "A binary operator with incompatible types was detected. The literal at position {} does not fit the \
                 property '{name}'.",
                token.at
            ))
        };
        match (token.kind.clone(), &path.kind) {
            (TokenKind::Word(word), _) if word == "null" => Ok(Literal::Null),
            (TokenKind::Word(word), Kind::Bool) => match word.as_str() {
                "true" => Ok(Literal::Bool(true)),
                "false" => Ok(Literal::Bool(false)),
                _ => Err(mismatch()),
            },
            (TokenKind::Word(word), Kind::Enum(name)) => {
                // `microsoft.graph.security.alertStatus'new'`, the literal's full form.
                let quoted = self.tokens.get(self.next).map(|token| token.kind.clone());
                let Some(TokenKind::Quoted(member)) = quoted.filter(|_| word == *name) else { return Err(mismatch()) };
                self.next += 1;
                member_literal(name, &member, comparison)
            }
            (TokenKind::Quoted(member), Kind::Enum(name)) => member_literal(name, &member, comparison),
            (TokenKind::Quoted(text), Kind::Text) => Ok(Literal::Text(text.to_lowercase())),
            (TokenKind::Bare(text), Kind::Instant) => {
                let at: Timestamp = text.parse().map_err(|_| mismatch())?;
                Ok(Literal::Instant(at, at.to_string()))
            }
            (TokenKind::Bare(text), Kind::Number) => text.parse().map(Literal::Number).map_err(|_| mismatch()),
            _ => Err(mismatch()),
        }
    }

    fn literal_is_next(&self) -> bool {
        matches!(self.tokens.get(self.next).map(|token| &token.kind), Some(TokenKind::Quoted(_) | TokenKind::Bare(_)))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let TokenKind::Word(word) = &self.tokens.get(self.next)?.kind else { return None };
        let comparison = match word.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            _ => return None,
        };
        self.next += 1;
        Some(comparison)
    }

    fn word(&mut self) -> Option<String> {
        let TokenKind::Word(word) = &self.tokens.get(self.next)?.kind else { return None };
        let word = word.clone();
        self.next += 1;
        Some(word)
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let found = matches!(
            self.tokens.get(self.next).map(|token| &token.kind),
            Some(TokenKind::Word(word)) if word == wanted
        );
        self.next += usize::from(found);
        found
    }

    fn at_mark(&self, mark: char) -> bool {
        self.tokens.get(self.next).is_some_and(|token| token.kind == TokenKind::Mark(mark))
    }

    fn take_mark(&mut self, mark: char) -> bool {
        let found = self.at_mark(mark);
        self.next += usize::from(found);
        found
    }

    fn expect_mark(&mut self, mark: char) -> Result<(), Problem> {
        if self.take_mark(mark) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Problem {
        let at = self.tokens.get(self.next).map_or_else(|| self.text.chars().count(), |token| token.at);
        syntax(at, self.text)
    }
}

/// An enum's literal. Members are not ordered for clients, so only `eq` and `ne` make sense.
fn member_literal(name: &str, member: &str, comparison: Comparison) -> Result<Literal, Problem> {
    if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return Err(Problem::query(format!("The enumeration '{name}' supports only the operators eq and ne.")));
    }
    let known = Metadata::get().enumeration(name).and_then(|members| members.member(member));
    let refusal = || Problem::query(format!("The string '{member}' is not a valid enumeration type constant."));
    known.map(Literal::Member).ok_or_else(refusal)
}

fn not_filterable(name: &str) -> Problem {
    Problem::query(format!("The property '{name}' cannot be used in the $filter query option."))
}

fn not_allowed(function: &str) -> Problem {
    Problem::query(format!(
        "Function '{function}' is not allowed. To allow it, set the 'AllowedFunctions' property on EnableQueryAttribute \
         or QueryValidationSettings."
    ))
}

/// A function that OData has but no collection takes, also inside another, or one that it has not.
fn unknown_function(name: &str) -> Problem {
    const KNOWN: [&str; 23] = [
        "cast",
        "ceiling",
        "concat",
        "contains",
        "date",
        "day",
        "endswith",
        "floor",
        "hour",
        "indexof",
        "isof",
        "length",
        "minute",
        "month",
        "now",
        "round",
        "second",
        "startswith",
        "substring",
        "tolower",
        "toupper",
        "trim",
        "year",
    ];
    let lower = name.to_lowercase();
    if KNOWN.contains(&lower.as_str()) {
        return not_allowed(&lower);
    }
    Problem::query(format!(
        "An unknown function with name '{name}' was found. This may also be a function import or a key lookup on a \
         navigation property, which is not allowed."
    ))
}
