//! Writing the user page to a file: first all of it is asked for, then it is written as the command line writes it.

use crate::app::notices::NoticeKind;
use crate::app::{App, Cx, Effect, View};
use crate::base::alias::through;

impl App {
    /// Asks for what is missing of the user page, to write the whole of it to a file.
    pub(in crate::app) fn begin_export(&mut self, cx: &mut Cx<'_>) {
        let Some(page) = self.user.as_mut().filter(|_| self.view == View::User) else { return };
        page.is_wanted_as_file = true;
        page.fetch_all_due(cx);
        if page.is_loading() {
            self.notices.show(NoticeKind::Info, "asking for the sections not read yet, then the page is written", cx);
        }
        self.export_when_whole(cx);
    }

    /// Writes the user page where that was asked for and nothing of it is under way any more.
    pub(in crate::app) fn export_when_whole(&mut self, cx: &mut Cx<'_>) {
        let Some(page) = self.user.as_mut().filter(|page| page.is_wanted_as_file && !page.is_loading()) else { return };
        page.is_wanted_as_file = false;
        let upn = page.person.upn.raw();
        let account = upn.split('@').next().unwrap_or_default();
        let plain: String = account.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
        let at: String = cx.now.to_seconds_text().chars().filter(char::is_ascii_digit).collect();
        let name = format!("watchfloor-{}-{at}.md", if plain.is_empty() { "user" } else { &plain });
        let report = through(self.pseudonyms.faces(), || self.user_report(cx.now));
        let Some(text) = report else { return };
        cx.start(|task| Effect::Export(task, name, text));
    }
}
