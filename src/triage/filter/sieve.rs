//! A filter made ready for a hundred thousand rows: what rows have in common is asked once, of each row only what is left,
//! and its own names only where they may hold what is looked for.

use super::{Asker, Filter, Own, Standing, Term, Test, Times};

/// The most tests it asks, a bit each.
const TESTS_MAX: usize = 64;

/// A filter, taken apart: the tests, and what becomes of a row by those that hold of it.
#[derive(Clone, Debug)]
pub struct Sieve<'a> {
    asker: Asker<'a>,
    tests: Vec<&'a Test>,
    /// Tests of what rows have in common, of people and of times.
    standing: u64,
    people: u64,
    times: u64,
    /// Tests of what is a row's own, each with what that must hold.
    own: Vec<(u64, &'a Test, Letters)>,
    clauses: Vec<Clause>,
}

/// One term: a row passes where one of these tests holds or one of those does not.
#[derive(Clone, Copy, Debug, Default)]
struct Clause {
    wanted: u64,
    unwanted: u64,
}

impl<'a> Sieve<'a> {
    /// The sieve of a filter; `None` where that asks more than it can.
    pub fn of(filter: &'a Filter, asker: Asker<'a>) -> Option<Self> {
        let (tests, own, clauses) = (Vec::new(), Vec::new(), Vec::new());
        let mut sieve = Self { asker, tests, standing: 0, people: 0, times: 0, own, clauses };
        for term in &filter.terms {
            let sides = match &term.test {
                Test::Any(terms) if !term.negated => terms.as_slice(),
                _ => std::slice::from_ref(term),
            };
            let mut clause = Clause::default();
            for side in sides {
                sieve.add(side, &mut clause)?;
            }
            sieve.clauses.push(clause);
        }
        Some(sieve)
    }

    fn add(&mut self, term: &'a Term, clause: &mut Clause) -> Option<()> {
        if self.tests.len() == TESTS_MAX {
            return None;
        }
        let bit = 1 << self.tests.len();
        match &term.test {
            Test::Any(_) => return None,
            Test::User(_) => self.people |= bit,
            Test::Age(..) | Test::Changed(..) => self.times |= bit,
            Test::Id(_) | Test::Watch(_) => self.own.push((bit, &term.test, Letters::default())),
            Test::Text(text) => {
                self.standing |= bit;
                self.people |= bit;
                self.own.push((bit, &term.test, Letters::of([&**text])));
            }
            _ => self.standing |= bit,
        }
        self.tests.push(&term.test);
        *(if term.negated { &mut clause.unwanted } else { &mut clause.wanted }) |= bit;
        Some(())
    }

    /// Those of the tests `asked` that hold.
    fn held(&self, asked: u64, holds: impl Fn(&Test) -> bool) -> u64 {
        let held = self.tests.iter().enumerate().filter(|(place, test)| asked >> place & 1 == 1 && holds(test));
        held.fold(0, |held, (place, _)| held | 1 << place)
    }

    /// The tests that hold of what rows have in common.
    pub fn held_of_standing(&self, standing: &Standing<'_>) -> u64 {
        self.held(self.standing, |test| test.holds_of_standing(standing, self.asker))
    }

    /// The tests that hold of people's names.
    pub fn held_of_people(&self, names: &str) -> u64 {
        self.held(self.people, |test| test.holds_of_people(names))
    }

    /// Whether a row passes. What holds of its standing, what of its people, and what is its own, of whose id and names
    /// these are the letters, is asked in turn, as far as it matters.
    pub fn passes<'f>(
        &self,
        times: Times,
        letters: Letters,
        standing: impl FnOnce() -> u64,
        people: impl FnOnce() -> u64,
        own: impl FnOnce() -> Option<Own<'f>>,
    ) -> bool {
        let mut held = self.held(self.times, |test| test.holds_of_times(times, self.asker.now));
        let of_own = self.own.iter().filter(|(.., wanted)| letters.may_hold(*wanted));
        let of_own = of_own.fold(0, |open, (bit, ..)| open | bit);
        if self.standing != 0 {
            held |= standing();
        }
        if self.people != 0 {
            if self.fails(held, self.people | of_own) {
                return false;
            }
            held |= people();
        }
        let open = of_own & !held;
        if self.fails(held, open) {
            return false;
        }
        if open == 0 || self.clauses.iter().all(|clause| clause.passes(held, open)) {
            return true;
        }
        let Some(own) = own() else { return false };
        let more = self.own.iter().filter(|(bit, test, _)| open & bit != 0 && test.holds_of_own(&own));
        let held = more.fold(held, |held, (bit, ..)| held | bit);
        self.clauses.iter().all(|clause| clause.passes(held, 0))
    }

    /// Whether a row fails, whichever of the tests `open` hold besides.
    fn fails(&self, held: u64, open: u64) -> bool {
        let may_pass = |clause: &Clause| (held | open) & clause.wanted != 0 || !held & clause.unwanted != 0;
        !self.clauses.iter().all(may_pass)
    }
}

impl Clause {
    /// Whether a row passes for which these hold, whichever of the tests `open` do besides.
    const fn passes(self, held: u64, open: u64) -> bool {
        held & self.wanted != 0 || !(held | open) & self.unwanted != 0
    }
}

/// Which characters texts are made of, as far as 32 bits tell, whatever their case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Letters(u32);

impl Letters {
    /// Those of `texts`.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let characters = texts.into_iter().flat_map(str::chars).flat_map(char::to_lowercase);
        Self(characters.fold(0, |letters, character| letters | 1 << Self::bit(character)))
    }

    const fn bit(character: char) -> u32 {
        match character {
            'a'..='z' => character as u32 - 'a' as u32,
            '0'..='9' => 26,
            '.' => 27,
            '-' | '_' => 28,
            ' ' => 29,
            '\0'..='\x7f' => 30,
            _ => 31,
        }
    }

    /// Whether a text of these can hold one of `others`.
    const fn may_hold(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }
}
