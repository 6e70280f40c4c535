//! The story files themselves. To add one: write it in `assets/lab/stories`, and its line here.

use super::file::StoryFile;
use crate::lab::generate::assets::parse;
use std::sync::LazyLock;

/// The files, in the order in which they are told.
const FILES: &[&str] = &[
    include_str!("../../../../assets/lab/stories/01-departing-user.toml"),
    include_str!("../../../../assets/lab/stories/02-label-downgrade.toml"),
    include_str!("../../../../assets/lab/stories/03-print-volume.toml"),
    include_str!("../../../../assets/lab/stories/04-source-code.toml"),
    include_str!("../../../../assets/lab/stories/05-admin-migration.toml"),
    include_str!("../../../../assets/lab/stories/06-personal-cloud-sync.toml"),
    include_str!("../../../../assets/lab/stories/07-mail-to-self.toml"),
    include_str!("../../../../assets/lab/stories/08-mailbox-takeover.toml"),
    include_str!("../../../../assets/lab/stories/09-after-termination.toml"),
    include_str!("../../../../assets/lab/stories/10-prompts-elsewhere.toml"),
    include_str!("../../../../assets/lab/stories/11-privileged-insider.toml"),
    include_str!("../../../../assets/lab/stories/12-mass-deletion.toml"),
    include_str!("../../../../assets/lab/stories/13-borrowed-laptop.toml"),
    include_str!("../../../../assets/lab/stories/14-payroll-portal.toml"),
    include_str!("../../../../assets/lab/stories/15-screenshots.toml"),
    include_str!("../../../../assets/lab/stories/16-anyone-links.toml"),
    include_str!("../../../../assets/lab/stories/17-controls-weakened.toml"),
    include_str!("../../../../assets/lab/stories/18-holiday-pictures.toml"),
    include_str!("../../../../assets/lab/stories/19-looking-around.toml"),
    include_str!("../../../../assets/lab/stories/20-chat-with-outside.toml"),
    include_str!("../../../../assets/lab/stories/21-asking-the-assistant.toml"),
    include_str!("../../../../assets/lab/stories/22-legal-hold.toml"),
    include_str!("../../../../assets/lab/stories/23-backup-job.toml"),
    include_str!("../../../../assets/lab/stories/24-announced-test.toml"),
    include_str!("../../../../assets/lab/stories/25-moving-office.toml"),
    include_str!("../../../../assets/lab/stories/26-applications.toml"),
    include_str!("../../../../assets/lab/stories/27-one-file.toml"),
];

/// Every story, read once. That all can be read is tested; a file that cannot is left out.
pub fn all() -> &'static [StoryFile] {
    static STORIES: LazyLock<Vec<StoryFile>> =
        LazyLock::new(|| FILES.iter().filter_map(|text| parse(text).ok()).collect());
    &STORIES
}

#[cfg(test)]
mod tests {
    use super::super::file::{VERDICTS, Verdict};
    use super::*;

    #[test]
    fn every_file_is_read_and_numbered_by_its_place() {
        for text in FILES {
            let story: Result<StoryFile, _> = parse(text);
            assert!(story.is_ok(), "{}\n{}", text.lines().take(3).collect::<String>(), story.unwrap_err());
        }
        let numbers: Vec<usize> = all().iter().map(|story| story.number).collect();
        assert_eq!(numbers, (1..=FILES.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_verdict_is_one_that_the_portal_offers() {
        for story in all() {
            let Verdict { classification, determination } = &story.verdict;
            let offered = VERDICTS.iter().find(|(known, _)| known == classification).map(|(_, offered)| *offered);
            assert!(offered.is_some_and(|offered| offered.contains(&determination.as_str())), "{}", story.slug);
        }
    }
}
