//! How many cases the long property tests try: few each time, many where someone lets them run for minutes.

use proptest::test_runner::Config;

/// As many as the environment's `PROPTEST_CASES` says, else `usual`.
pub fn cases(usual: u32) -> Config {
    if std::env::var_os("PROPTEST_CASES").is_some() { Config::default() } else { Config::with_cases(usual) }
}
