//! A disposition in words, as the command line and the macros of the configuration state it.

use super::Act;
use super::plan::{Finding, Status};
use crate::base::limits::COMMENT_CHARS_MAX;
use crate::model::{Classification, Determination};

/// What is stated; `None` and empty leave alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// `new`, `in-progress` or `resolved`; Graph's own words count too.
    pub status: Option<String>,
    /// As Graph names it, e.g. `truePositive`.
    pub classification: Option<String>,
    /// As Graph names it, e.g. `maliciousUserActivity`.
    pub determination: Option<String>,
    /// A UPN, `me` for whoever is signed in, or nothing at all for nobody.
    pub assign: Option<String>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// A comment to add.
    pub comment: Option<String>,
}

/// Why a statement is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misstated {
    /// A word that is none of those there are.
    #[error("no {what} {given:?}; one of {known}")]
    Unknown {
        /// What it would be.
        what: &'static str,
        /// The word.
        given: String,
        /// Those there are.
        known: String,
    },
    /// A determination that the product does not offer under the classification.
    #[error("{given} is not offered under {classification}; one of {known}")]
    NotOffered {
        /// The classification.
        classification: String,
        /// The determination.
        given: String,
        /// Those there are.
        known: String,
    },
    /// A classification without a determination, or the other way round.
    #[error("a classification and a determination go together; {0} is missing")]
    Half(&'static str),
    /// `me`, and nobody is signed in.
    #[error("signed in as an application, which is nobody; name the owner")]
    Nobody,
    /// An owner who is no user principal name.
    #[error("{0:?} is no user principal name, such as name@contoso.example")]
    NoUpn(String),
    /// A comment that the service would not take.
    #[error("the comment is empty or has more than {COMMENT_CHARS_MAX} characters")]
    Comment,
    /// Nothing is stated.
    #[error("nothing is to be changed")]
    Nothing,
}

impl Stated {
    /// What is to be done, where `me` is signed in; empty where nothing is stated.
    ///
    /// # Errors
    /// [`Misstated`] at the first word that cannot be.
    pub fn acts(&self, me: Option<&str>) -> Result<Vec<Act>, Misstated> {
        let status = self.status.as_deref().map(status).transpose()?;
        let finding = match (&self.classification, &self.determination) {
            (Some(classification), Some(determination)) => Some(finding(classification, determination)?),
            (Some(_), None) => return Err(Misstated::Half("the determination")),
            (None, Some(_)) => return Err(Misstated::Half("the classification")),
            (None, None) => None,
        };
        let mut acts = Vec::new();
        match (status, finding) {
            (Some(Status::Resolved), Some(finding)) => acts.push(Act::Resolve(finding)),
            (status, finding) => {
                acts.extend(status.map(Act::SetStatus));
                acts.extend(finding.map(Act::Classify));
            }
        }
        acts.extend(self.assign.as_deref().map(|owner| owner_of(owner, me)).transpose()?.map(Act::Assign));
        if !self.tags.is_empty() {
            acts.push(Act::Tag { add: self.tags.clone(), remove: Vec::new() });
        }
        if let Some(comment) = &self.comment {
            if comment.trim().is_empty() || comment.chars().count() > COMMENT_CHARS_MAX {
                return Err(Misstated::Comment);
            }
            acts.push(Act::Comment(comment.clone()));
        }
        Ok(acts)
    }
}

fn status(word: &str) -> Result<Status, Misstated> {
    match word {
        "new" | "active" => Ok(Status::New),
        "in-progress" | "inProgress" => Ok(Status::InProgress),
        "resolved" => Ok(Status::Resolved),
        _ => Err(Misstated::Unknown {
            what: "status",
            given: word.to_owned(),
            known: "new, in-progress, resolved".to_owned(),
        }),
    }
}

fn finding(classification: &str, determination: &str) -> Result<Finding, Misstated> {
    let named = Classification::from_wire(classification);
    let offered = Determination::offered_under(&named);
    if offered.is_empty() {
        let known = "truePositive, informationalExpectedActivity, falsePositive".to_owned();
        return Err(Misstated::Unknown { what: "classification", given: classification.to_owned(), known });
    }
    let finer = Determination::from_wire(determination);
    if offered.contains(&finer) {
        return Ok(Finding { classification: named, determination: finer });
    }
    let known = offered.iter().map(Determination::wire).collect::<Vec<_>>().join(", ");
    let given = determination.to_owned();
    Err(match finer {
        Determination::Unrecognized(_) => Misstated::Unknown { what: "determination", given, known },
        _ => Misstated::NotOffered { classification: classification.to_owned(), given, known },
    })
}

fn owner_of(owner: &str, me: Option<&str>) -> Result<Option<String>, Misstated> {
    match owner {
        "" => Ok(None),
        "me" => me.map(|me| Some(me.to_owned())).ok_or(Misstated::Nobody),
        upn if upn.contains('@') && !upn.contains(char::is_whitespace) => Ok(Some(upn.to_owned())),
        other => Err(Misstated::NoUpn(other.to_owned())),
    }
}

/// A disposition under a name and on keys of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Macro {
    /// Its name.
    pub name: String,
    /// Its keys, as key maps write them; empty where it has none.
    pub keys: String,
    /// What it does.
    pub stated: Stated,
}

impl Macro {
    /// Whether it can be done at all, whoever is signed in.
    ///
    /// # Errors
    /// [`Misstated`] where it cannot.
    pub fn check(&self) -> Result<(), Misstated> {
        // Anyone will do: who is signed in is known only later.
        self.act(Some("name@contoso.example")).map(drop)
    }

    /// What it does, where `me` is signed in.
    ///
    /// # Errors
    /// [`Misstated`] where that cannot be.
    pub fn act(&self, me: Option<&str>) -> Result<Act, Misstated> {
        let mut acts = self.stated.acts(me)?;
        match acts.len() {
            0 => Err(Misstated::Nothing),
            1 => Ok(acts.remove(0)),
            _ => Ok(Act::Several(acts)),
        }
    }

    /// What it does, in a line for a list.
    pub fn summary(&self) -> String {
        let stated = &self.stated;
        let mut parts: Vec<String> = Vec::new();
        parts.extend(stated.status.clone());
        if let (Some(classification), Some(determination)) = (&stated.classification, &stated.determination) {
            let short = match Classification::from_wire(classification) {
                Classification::InformationalExpectedActivity => "expected".to_owned(),
                other => other.title().to_owned(),
            };
            parts.push(format!("{short}: {}", Determination::from_wire(determination).title()));
        }
        match stated.assign.as_deref() {
            Some("") => parts.push("nobody's".to_owned()),
            Some("me") => parts.push("yours".to_owned()),
            Some(owner) => parts.push(format!("to {owner}")),
            None => {}
        }
        if !stated.tags.is_empty() {
            parts.push(format!("+{}", stated.tags.join(" +")));
        }
        parts.extend(stated.comment.as_ref().map(|_| "comment".to_owned()));
        parts.join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(classification: &str, determination: &str) -> Stated {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Stated { classification: some(classification), determination: some(determination), ..Stated::default() }
    }

    #[test]
    fn every_combination_that_the_product_offers_can_be_stated_and_no_other() {
        for classification in Classification::KNOWN {
            for determination in Determination::KNOWN {
                let acts = stated(classification.wire(), determination.wire()).acts(None);
                let is_offered = Determination::offered_under(classification).contains(determination);
                assert_eq!(acts.is_ok(), is_offered, "{classification:?} {determination:?} {acts:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_is_told_with_what_can() {
        let me = Some("a.mensah@harrowgate.example");
        let owner = |owner: &str| Stated { assign: Some(owner.to_owned()), ..Stated::default() };
        let cases = [
            (
                stated("truePositive", ""),
                me,
                "a classification and a determination go together; the determination is missing",
            ),
            (
                stated("", "malware"),
                me,
                "a classification and a determination go together; the classification is missing",
            ),
            (
                stated("falsePositive", "apt"),
                me,
                "apt is not offered under falsePositive; one of notMalicious, notEnoughDataToValidate, other",
            ),
            (
                stated("truePositiv", "malware"),
                me,
                "no classification \"truePositiv\"; one of truePositive, informationalExpectedActivity, falsePositive",
            ),
            (
                Stated { status: Some("closed".to_owned()), ..Stated::default() },
                me,
                "no status \"closed\"; one of new, in-progress, resolved",
            ),
            (
                Stated { comment: Some(" ".to_owned()), ..Stated::default() },
                me,
                "the comment is empty or has more than 30000 characters",
            ),
            (owner("me"), None, "signed in as an application, which is nobody; name the owner"),
            (owner("Ana"), me, "\"Ana\" is no user principal name, such as name@contoso.example"),
            (Stated::default(), me, "nothing is to be changed"),
        ];
        for (stated, me, expected) in cases {
            let named = Macro { name: "x".to_owned(), keys: String::new(), stated };
            assert_eq!(named.act(me).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn resolved_and_classified_is_one_act() {
        let resolved = Stated { status: Some("resolved".to_owned()), ..stated("falsePositive", "notMalicious") };
        let named = Macro { name: "x".to_owned(), keys: String::new(), stated: resolved };
        assert!(matches!(named.act(None), Ok(Act::Resolve(_))));
        assert_eq!(named.summary(), "resolved · false positive: not malicious");
    }
}
