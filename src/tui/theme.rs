//! What each kind of text looks like. Views name a [`Role`]; themes in `assets/themes` give it one of the terminal's
//! own 16 colours, which analysts have already tuned to their eyes and light.

use super::color::Tier;
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;

macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $role:ident = $name:literal,)+) => {
        /// A kind of text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Role { $($(#[doc = $doc])+ $role,)+ }

        /// Every role with its name in theme files.
        pub const ROLES: &[(Role, &str)] = &[$((Role::$role, $name),)+];
    };
}

roles! {
    /// Ordinary text.
    Text = "text",
    /// Labels, units, what is there for completeness.
    Muted = "muted",
    /// Titles and names of what the screen is about.
    Strong = "strong",
    /// Column headings.
    Heading = "heading",
    /// Rules between parts.
    Rule = "rule",
    /// The product's name.
    Brand = "brand",
    /// The open tab.
    TabOpen = "tab.open",
    /// Other tabs.
    Tab = "tab",
    /// The mark of the row under the cursor.
    Marker = "marker",
    /// A key in the footer and in help.
    Key = "key",
    /// What a key does.
    Hint = "hint",
    /// What a refresh brought and nobody has looked at.
    Changed = "changed",
    /// Text being typed, and the filter in force.
    Input = "input",
    /// A chosen item of a list.
    Chosen = "chosen",
    /// High severity.
    SeverityHigh = "severity.high",
    /// Medium severity.
    SeverityMedium = "severity.medium",
    /// Low severity.
    SeverityLow = "severity.low",
    /// Informational or unknown severity.
    SeverityInformational = "severity.informational",
    /// Nobody has begun.
    StatusNew = "status.new",
    /// Somebody works on it.
    StatusInProgress = "status.in-progress",
    /// Done.
    StatusResolved = "status.resolved",
    /// Insider Risk Management as a source.
    SourceInsiderRisk = "source.insider-risk",
    /// Any other source.
    Source = "source",
    /// What went well.
    Good = "good",
    /// What needs attention.
    Warning = "warning",
    /// What failed or forbids.
    Error = "error",
    /// A value before a change.
    Before = "before",
    /// A value after a change.
    After = "after",
    /// KQL: operators of the pipe and other keywords.
    SyntaxKeyword = "syntax.keyword",
    /// KQL: string and scalar operators.
    SyntaxOperator = "syntax.operator",
    /// KQL: functions and aggregates.
    SyntaxFunction = "syntax.function",
    /// KQL: tables.
    SyntaxTable = "syntax.table",
    /// KQL: other names.
    SyntaxName = "syntax.name",
    /// KQL: strings.
    SyntaxString = "syntax.string",
    /// KQL: numbers, instants, spans.
    SyntaxNumber = "syntax.number",
    /// KQL: types.
    SyntaxType = "syntax.type",
    /// KQL: comments.
    SyntaxComment = "syntax.comment",
    /// KQL: the pipe, brackets, commas.
    SyntaxPunctuation = "syntax.punctuation",
    /// KQL: what the language does not know.
    SyntaxError = "syntax.error",
}

/// Styles by role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    styles: BTreeMap<Role, Style>,
}

/// Why a theme file does not load.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// Not TOML, or not a table of texts.
    #[error("the theme is not a table of texts: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A role the program does not draw.
    #[error("{0:?} is no role")]
    UnknownRole(String),
    /// A role without a style.
    #[error("{0:?} has no style")]
    MissingRole(&'static str),
    /// A word that is neither a colour nor a modifier.
    #[error(
        "{role:?}: {word:?} is neither one of the 16 colours, color-0 to color-255 or #rrggbb, nor bold, dim, italic, underline or reverse"
    )]
    UnknownWord {
        /// The role.
        role: String,
        /// The word.
        word: String,
    },
}

/// The theme files built in, by name.
pub const THEMES: &[(&str, &str)] = &[
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

impl Theme {
    /// Reads a theme: a TOML table from role names to words such as `bold light-red on black`.
    pub fn parse(source: &str) -> Result<Self, ThemeError> {
        let table: BTreeMap<String, String> = toml::from_str(source)?;
        let mut styles = BTreeMap::new();
        for (name, words) in table {
            let Some((role, _)) = ROLES.iter().find(|(_, known)| *known == name) else {
                return Err(ThemeError::UnknownRole(name));
            };
            styles.insert(*role, style(&name, &words)?);
        }
        match ROLES.iter().find(|(role, _)| !styles.contains_key(role)) {
            Some((_, missing)) => Err(ThemeError::MissingRole(missing)),
            None => Ok(Self { styles }),
        }
    }

    /// Reads a person's own theme: what it does not say is as in the dark one.
    pub fn own(source: &str) -> Result<Self, ThemeError> {
        let table: BTreeMap<String, String> = toml::from_str(source)?;
        let mut theme = Self::named("dark");
        for (name, words) in table {
            let Some((role, _)) = ROLES.iter().find(|(_, known)| *known == name) else {
                return Err(ThemeError::UnknownRole(name));
            };
            theme.styles.insert(*role, style(&name, &words)?);
        }
        Ok(theme)
    }

    /// The same with the colours that a terminal of this tier has; without any, the one without colours.
    pub fn reduced(self, tier: Tier) -> Self {
        if tier == Tier::None {
            return Self::named("mono");
        }
        let reduce = |style: Style| Style {
            fg: style.fg.and_then(|color| tier.nearest(color)),
            bg: style.bg.and_then(|color| tier.nearest(color)),
            ..style
        };
        Self { styles: self.styles.into_iter().map(|(role, style)| (role, reduce(style))).collect() }
    }

    /// The same with colour only where it warns or says where one is: for a slow line, on which each change of colour is
    /// felt.
    pub fn sparing(&self) -> Self {
        let told = [
            Role::Strong,
            Role::TabOpen,
            Role::Marker,
            Role::Chosen,
            Role::Changed,
            Role::SeverityHigh,
            Role::SeverityMedium,
            Role::Warning,
            Role::Error,
            Role::SyntaxError,
        ];
        let text = self.style(Role::Text);
        let style = |role: Role| if told.contains(&role) { self.style(role) } else { text };
        Self { styles: ROLES.iter().map(|(role, _)| (*role, style(*role))).collect() }
    }

    /// The built-in theme `name`.
    pub fn built_in(name: &str) -> Option<Self> {
        let source = THEMES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source);
        source.and_then(|source| Self::parse(source).ok())
    }

    /// The built-in theme `name`; a plain one where there is none of that name.
    pub fn named(name: &str) -> Self {
        Self::built_in(name).unwrap_or_else(Self::plain)
    }

    /// Everything in the terminal's ordinary style.
    pub fn plain() -> Self {
        Self { styles: BTreeMap::new() }
    }

    /// The style of `role`.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}

fn style(role: &str, words: &str) -> Result<Style, ThemeError> {
    let mut style = Style::new();
    let mut on_background = false;
    for word in words.split_whitespace() {
        if word == "on" {
            on_background = true;
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else if let Some(color) = color(word) {
            style = if on_background { style.bg(color) } else { style.fg(color) };
        } else if word != "plain" {
            return Err(ThemeError::UnknownWord { role: role.to_owned(), word: word.to_owned() });
        }
    }
    Ok(style)
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underline" => Modifier::UNDERLINED,
        "reverse" => Modifier::REVERSED,
        _ => return None,
    })
}

fn color(word: &str) -> Option<Color> {
    if let Some(digits) = word.strip_prefix('#') {
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)?;
        let [_, red, green, blue] = number.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    if let Some(number) = word.strip_prefix("color-") {
        return number.parse().ok().map(Color::Indexed);
    }
    Some(match word {
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_gives_every_role_a_style() {
        for (name, source) in THEMES {
            assert!(Theme::parse(source).is_ok(), "{name}: {:?}", Theme::parse(source));
        }
    }

    #[test]
    fn the_mono_theme_has_no_colour() {
        let mono = Theme::named("mono");
        for (role, name) in ROLES {
            let style = mono.style(*role);
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
    }

    #[test]
    fn a_persons_own_theme_builds_on_the_dark_one_and_fits_the_terminal() {
        let theme = Theme::own("heading = \"bold #ff8700 on color-17\"").unwrap();
        assert_eq!(theme.style(Role::SeverityHigh), Theme::named("dark").style(Role::SeverityHigh));
        let heading = theme.style(Role::Heading);
        assert_eq!((heading.fg, heading.bg), (Some(Color::Rgb(255, 135, 0)), Some(Color::Indexed(17))));
        let few = theme.clone().reduced(Tier::Sixteen).style(Role::Heading);
        assert_eq!((few.fg, few.bg), (Some(Color::Yellow), Some(Color::Black)));
        assert_eq!(few.add_modifier, Modifier::BOLD);
        assert_eq!(theme.reduced(Tier::None), Theme::named("mono"));
        assert!(Theme::own("headin = \"bold\"").is_err() && Theme::own("heading = \"#12\"").is_err());
    }

    #[test]
    fn mistakes_in_a_theme_are_named() {
        let whole = THEMES[0].1;
        let cases = [
            (format!("{whole}\nborder = \"red\""), "\"border\" is no role"),
            (format!("{whole}\nrule = \"red\""), "duplicate key"),
            (whole.replacen("\ntext = \"plain\"", "", 1), "\"text\" has no style"),
            (whole.replacen("\"plain\"", "\"mauve\"", 1), "\"mauve\" is neither"),
        ];
        for (source, message) in cases {
            let error = Theme::parse(&source).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
