//! What the generator reads from `assets/lab`: the organisation, names, and words for files.

use super::stories;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::LazyLock;

/// `organisation.toml`.
#[derive(Debug, Default, Deserialize)]
pub struct Organisation {
    /// Display name.
    pub name: String,
    /// Verified domain.
    pub domain: String,
    /// `NetBIOS` name of the on-premises domain.
    pub nt_domain: String,
    /// Root address of SharePoint.
    pub sharepoint: String,
    /// Addresses of customers and suppliers.
    pub partners: Vec<String>,
    /// Places of work.
    #[serde(rename = "office")]
    pub offices: Vec<Office>,
    /// Departments; the first one's head leads all.
    #[serde(rename = "department")]
    pub departments: Vec<Department>,
    /// The analysts. Whom stories are about is in their files.
    #[serde(rename = "persona")]
    pub analysts: Vec<Persona>,
}

/// A place of work.
#[derive(Debug, Deserialize)]
pub struct Office {
    /// City.
    pub city: String,
    /// Two-letter country code.
    pub country: String,
    /// Country in English.
    pub country_name: String,
    /// Language tag.
    pub language: String,
    /// Fixed offset from UTC.
    pub utc_offset_minutes: i64,
    /// Start of its telephone numbers.
    pub phone: String,
    /// Public address of its network, in a range reserved for documentation.
    pub egress: String,
    /// Internet provider.
    pub isp: String,
    /// Internet provider of the homes around it.
    pub home_isp: String,
    /// Degrees north, as the tables write them.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// How many of the people work here, relative to the other offices.
    pub weight: usize,
    /// Days off, `MM-DD`.
    pub holidays: Vec<String>,
    /// Cultures whose names are common here.
    pub cultures: Vec<String>,
}

/// A department.
#[derive(Debug, Deserialize)]
pub struct Department {
    /// Name.
    pub name: String,
    /// Its SharePoint site's last path segment.
    pub site: String,
    /// How many of the people it has, relative to the others; 0 for personae only.
    pub weight: usize,
    /// Title of its head.
    pub head: String,
    /// Titles of its staff.
    pub titles: Vec<String>,
}

/// A person with a part to play.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Given name.
    pub given: String,
    /// Surname.
    pub surname: String,
    /// Title.
    pub title: String,
    /// Department's name.
    pub department: String,
    /// Office's city.
    pub city: String,
    /// Days from the anchor to the last day of work.
    pub leaves_in_days: Option<i64>,
    /// Whether the account administers systems.
    #[serde(default)]
    pub admin: bool,
    /// Whether it is an application's account, with which nobody works.
    #[serde(default)]
    pub service: bool,
}

/// Names of a culture.
#[derive(Debug, Deserialize)]
pub struct Culture {
    /// Key used by [`Office::cultures`].
    pub name: String,
    /// Given names.
    pub given: Vec<String>,
    /// Surnames.
    pub surnames: Vec<String>,
}

/// Words of a department's file names.
#[derive(Debug, Deserialize)]
pub struct Vocabulary {
    /// Department's name.
    pub department: String,
    /// What a file is about.
    pub subjects: Vec<String>,
    /// Which one of its sort.
    pub kinds: Vec<String>,
    /// Extensions without the dot.
    pub extensions: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Names {
    culture: Vec<Culture>,
}

#[derive(Debug, Default, Deserialize)]
struct Files {
    vocabulary: Vec<Vocabulary>,
}

/// All assets. That they can be read is tested; text that cannot counts as empty.
#[derive(Debug)]
pub struct Assets {
    /// The organisation.
    pub organisation: Organisation,
    /// Names.
    pub cultures: Vec<Culture>,
    /// Words for files.
    pub vocabularies: Vec<Vocabulary>,
}

impl Assets {
    /// The assets, read once.
    pub fn get() -> &'static Self {
        static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
            let names: Names = read(include_str!("../../../assets/lab/names.toml"));
            let files: Files = read(include_str!("../../../assets/lab/files.toml"));
            Assets {
                organisation: read(include_str!("../../../assets/lab/organisation.toml")),
                cultures: names.culture,
                vocabularies: files.vocabulary,
            }
        });
        &ASSETS
    }

    /// Everyone with a part to play: whom stories are about, then the analysts.
    pub fn personae() -> impl Iterator<Item = &'static Persona> {
        let stories = stories::library::all().iter().flat_map(|story| &story.people);
        stories.chain(&Self::get().organisation.analysts)
    }

    /// The words of `department`, or of the first that has any.
    pub fn vocabulary(&self, department: &str) -> Option<&Vocabulary> {
        self.vocabularies.iter().find(|words| words.department == department).or_else(|| self.vocabularies.first())
    }
}

/// Reads one of our own files by way of a table: straight from the text, each type's reader would be compiled three times.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, toml::de::Error> {
    toml::from_str::<toml::Table>(text)?.try_into()
}

fn read<T: Default + DeserializeOwned>(text: &str) -> T {
    parse(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assets_are_read_and_refer_to_each_other() {
        let assets = Assets::get();
        let organisation = &assets.organisation;
        assert!(organisation.domain.ends_with(".example"));
        assert!(organisation.partners.iter().all(|address| address.ends_with(".example")));
        assert!(!organisation.partners.is_empty());
        for office in &organisation.offices {
            for culture in &office.cultures {
                assert!(assets.cultures.iter().any(|known| known.name == *culture), "{culture}");
            }
        }
        for department in &organisation.departments {
            let words = assets.vocabularies.iter().find(|words| words.department == department.name);
            let words = words.unwrap_or_else(|| panic!("no words for {}", department.name));
            assert!(!words.subjects.is_empty() && !words.kinds.is_empty() && !words.extensions.is_empty());
            assert!(!department.titles.is_empty());
        }
        for persona in Assets::personae() {
            assert!(organisation.departments.iter().any(|known| known.name == persona.department));
            assert!(organisation.offices.iter().any(|known| known.city == persona.city));
        }
        for culture in &assets.cultures {
            assert!(!culture.given.is_empty() && !culture.surnames.is_empty());
        }
    }
}
