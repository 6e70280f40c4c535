//! The whole screen: header, the view, footer, and what lies over it.

use super::input::{Keyboard, scope_names};
use super::memory::ViewMemory;
use super::mouse::{Spot, Spots};
use super::overlays;
use super::panes::{self, words::day_and_clock};
use super::theme::{Role, Theme};
use super::widgets::status_line::{self, Tab};
use super::widgets::text::{Line, below, safe, top};
use crate::app::command::command;
use crate::app::notices::NoticeKind;
use crate::app::store::Progress;
use crate::app::{App, Remote, RemoteState, View};
use crate::base::alias::through;
use crate::base::text::width;
use crate::base::wrap::wrap;
use crate::base::{TimeSpan, Timestamp, Untrusted};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Everything a frame is drawn from. Drawing reads it and changes nothing.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The state.
    pub app: &'a App,
    /// What things look like.
    pub theme: &'a Theme,
    /// The keys.
    pub keyboard: &'a Keyboard,
    /// Now, for ages.
    pub now: Timestamp,
    /// Whether the line is slow, so that what changes by itself is drawn more coarsely.
    pub sparing: bool,
    /// What lies where, for the mouse.
    pub spots: &'a Spots,
}

impl Scene<'_> {
    /// The style of `role`.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// What one does for a command where one is now: its first key, e.g. `Ctrl-R`; its title, where that is typed.
    pub fn key(&self, id: &str) -> Option<String> {
        if self.keyboard.is_spoken() {
            return command(id).map(|command| command.title.to_owned());
        }
        let scopes = scope_names(self.app);
        let own = command(id).map(|command| super::input::scope_name(command.scope));
        let scopes: Vec<&str> = scopes.into_iter().chain(own).collect();
        self.keyboard.keymap().keys_of(&scopes, id)
    }

    /// How long ago, as text: `2 h`; nothing where unknown.
    pub fn age(&self, at: Option<Timestamp>) -> String {
        match at {
            Some(at) if self.sparing && self.now.since(at) < TimeSpan::hours(1) => "< 1 h".to_owned(),
            Some(at) => at.age(self.now),
            None => String::new(),
        }
    }
}

/// What a view tells of how it was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the text cursor goes, where text is typed.
    pub cursor: Option<Position>,
    /// Rows that the focused list shows.
    pub page_rows: usize,
}

/// The least size at which a view shows more than its list.
const SMALLEST: (u16, u16) = (60, 15);

/// Records that take long to load.
const LONG: usize = 2_000;

/// The longest tenant and profile that leave room for READ-ONLY beside the tabs of a screen of 120 cells.
const PLACE_MAX: usize = 28;

/// The least size at which anything but the list's own rows is shown.
const LEAST: (u16, u16) = (40, 10);

/// Whether there is room for nothing but the rows of a list: no header, footer or headings.
pub fn is_one_list(screen: Rect) -> bool {
    screen.width < LEAST.0 || screen.height < LEAST.1
}

/// Whether there is room for a list alone.
pub fn is_small(screen: Rect) -> bool {
    screen.width < SMALLEST.0 || screen.height < SMALLEST.1
}

/// Draws the whole screen, people by their aliases where the mode is on.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer) -> Drawn {
    through(scene.app.pseudonyms.faces(), || draw_shown(scene, memory, buffer))
}

fn draw_shown(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer) -> Drawn {
    let screen = buffer.area;
    scene.spots.begin(scene.app.has_mouse);
    let framed = !is_one_list(screen);
    let body = if framed { Rect { y: 1, height: screen.height - 2, ..screen } } else { screen };
    let mut drawn = match scene.app.view {
        View::Incidents => panes::incidents::draw(scene, memory, buffer, body),
        View::Alerts => panes::alerts::draw(scene, memory, buffer, body),
        View::Incident => panes::incident::draw(scene, memory, buffer, body),
        View::User => panes::user::draw(scene, memory, buffer, body),
        View::Hunt => panes::hunt::draw(scene, memory, buffer, body),
        View::Journal => panes::journal::draw(scene, memory, buffer, body),
    };
    if !scene.app.overlays.is_empty() {
        scene.spots.add(screen, Spot::Outside);
    }
    if framed {
        header(scene, memory.link.as_deref(), buffer, top(screen, 1));
        footer(scene, buffer, below(screen, screen.height - 1));
    }
    if let Some(overlay) = scene.app.overlays.last() {
        drawn.cursor = overlays::draw(scene, overlay, buffer, body);
    }
    let continuations = scene.keyboard.continuations(scene.app);
    if !continuations.is_empty() {
        // The last row says what was typed so far.
        overlays::which_key(scene, &continuations, buffer, top(body, body.height.saturating_sub(1)));
    }
    message(scene, buffer, screen, body);
    drawn
}

fn header(scene: &Scene<'_>, link: Option<&str>, buffer: &mut Buffer, area: Rect) {
    let app = scene.app;
    // What was kept from the last run is the first of it, so its count says nothing.
    let known = |fetch: &Remote<Progress>, count| Some(count).filter(|_| fetch.stale_since().is_none());
    let tab = |id: &str, title, count, open| Tab { key: scene.key(id).unwrap_or_default(), title, count, open };
    let tabs = [
        tab(
            "show.incidents",
            "Incidents",
            known(&app.store.incidents_fetch, app.store.incidents().len()),
            matches!(app.view, View::Incidents | View::Incident),
        ),
        tab(
            "show.alerts",
            "Alerts",
            known(&app.store.alerts_fetch, app.store.alerts().len()),
            app.view == View::Alerts,
        ),
        tab("show.user", "User", None, app.view == View::User),
        tab("show.hunt", "Hunt", None, app.view == View::Hunt),
        tab("show.journal", "Journal", None, app.view == View::Journal),
    ];
    let place = match (app.profile.tenant.as_str(), app.profile.name.as_str()) {
        ("", name) | (name, "") => name.to_owned(),
        (tenant, name) if area.width < 120 || (area.width < 140 && tenant.len() + name.len() > PLACE_MAX) => {
            name.to_owned()
        }
        (tenant, name) => format!("{tenant}·{name}"),
    };
    let mut state = Vec::new();
    state.extend(under_way(scene).map(|text| (text, scene.style(Role::Warning))));
    if let Some(link) = link {
        state.insert(0, (link.to_owned(), scene.style(Role::Warning)));
    }
    state.push(freshness(scene));
    state.push(if app.profile.read_only {
        ("READ-ONLY".to_owned(), scene.style(Role::Warning))
    } else {
        ("read/write".to_owned(), scene.style(Role::Muted))
    });
    if app.pseudonyms.is_on {
        let sign = if app.pseudonyms.revealed() > 0 { "REVEALED" } else { "PSEUDONYMS" };
        state.push((sign.to_owned(), scene.style(Role::Warning)));
    }
    let place = safe(&Untrusted::new(place));
    let (room, placed) = status_line::header(buffer, area, &place, &tabs, &state, scene.theme);
    if app.overlays.is_empty() {
        let views = ["show.incidents", "show.alerts", "show.user", "show.hunt", "show.journal"];
        for (at, place) in placed {
            views.get(at).iter().for_each(|id| scene.spots.add(place, Spot::Command(id)));
        }
    }
    breadcrumbs(scene, buffer, room);
}

/// Writes the way to a page, as much of its end as there is room for.
fn breadcrumbs(scene: &Scene<'_>, buffer: &mut Buffer, room: Rect) {
    let crumbs = scene.app.breadcrumbs();
    let fits = |crumbs: &[String]| width(&crumbs.join(" › ")) <= usize::from(room.width);
    let shown = (0..crumbs.len().saturating_sub(1)).filter_map(|first| crumbs.get(first..)).find(|crumbs| fits(crumbs));
    if let Some(shown) = shown {
        Line::new(buffer, room, 0).put(&shown.join(" › "), scene.style(Role::Muted));
    }
}

/// How old the queue on screen is, and whether something newer is on its way or failed to come.
fn freshness(scene: &Scene<'_>) -> (String, Style) {
    let store = &scene.app.store;
    let fetch = if scene.app.view == View::Alerts { &store.alerts_fetch } else { &store.incidents_fetch };
    match fetch.state() {
        RemoteState::NotAsked => (String::new(), Style::new()),
        RemoteState::Loading => ("loading …".to_owned(), scene.style(Role::Muted)),
        RemoteState::Unavailable(_) => ("not loaded".to_owned(), scene.style(Role::Error)),
        RemoteState::Loaded { value: Progress { stale_since: Some(at), .. }, .. } => {
            (format!("stale since {}", since(*at, scene.now)), scene.style(Role::Warning))
        }
        RemoteState::Loaded { value: Progress { received, is_complete: false, .. }, refreshing: true, .. } => {
            // Worth a word once it takes long.
            let key = scene.key("stop").filter(|_| *received >= LONG);
            let stop = key.map(|key| format!(", {key} stops")).unwrap_or_default();
            (format!("loading {received}{stop} …"), scene.style(Role::Muted))
        }
        RemoteState::Loaded { value: Progress { received, is_complete: false, .. }, failure: Some(_), .. } => {
            (format!("{received} loaded, not all"), scene.style(Role::Warning))
        }
        RemoteState::Loaded { at, failure: Some(_), .. } => {
            (format!("stale {}", at.age(scene.now)), scene.style(Role::Warning))
        }
        RemoteState::Loaded { at, .. } => {
            let age = at.age(scene.now);
            let text = if age == "now" { "fresh".to_owned() } else { format!("{age} old") };
            (text, scene.style(Role::Muted))
        }
    }
}

/// `21:14`, UTC; with the day before it where that was not within a day.
fn since(at: Timestamp, now: Timestamp) -> String {
    if now.since(at) < TimeSpan::days(1) { at.to_clock_text() } else { day_and_clock(Some(at)) }
}

/// Commands that the footer offers, most wanted first; a pair shares a title.
fn offered(view: View, in_editor: bool) -> &'static [(&'static [&'static str], &'static str)] {
    match view {
        View::Incidents | View::Alerts => &[
            (&["list.down", "list.up"], "move"),
            (&["list.open"], "open"),
            (&["triage.assign-to-me"], "take"),
            (&["triage.status"], "status"),
            (&["triage.classify"], "classify"),
            (&["triage.resolve"], "resolve"),
            (&["queue.filter"], "filter"),
            (&["queue.sources"], "sources"),
            (&["help"], "help"),
            (&["triage.user"], "person"),
            (&["triage.hunt"], "hunt"),
            (&["triage.comment"], "comment"),
            (&["undo"], "undo"),
            (&["queue.mark"], "mark"),
            (&["triage.tags"], "tags"),
            (&["triage.severity"], "severity"),
            (&["queue.sort"], "sort"),
            (&["palette"], "commands"),
            (&["quit"], "quit"),
        ],
        View::Incident => &[
            (&["back"], "back"),
            (&["page.next-part"], "next part"),
            (&["triage.assign-to-me"], "take"),
            (&["triage.status"], "status"),
            (&["triage.classify"], "classify"),
            (&["triage.resolve"], "resolve"),
            (&["help"], "help"),
            (&["triage.user"], "person"),
            (&["triage.hunt"], "hunt"),
            (&["triage.comment"], "comment"),
            (&["undo"], "undo"),
            (&["triage.tags"], "tags"),
            (&["triage.text"], "texts"),
        ],
        View::User => &[
            (&["back"], "back"),
            (&["list.down", "list.up"], "move"),
            (&["list.open"], "open"),
            (&["user.next-section"], "section"),
            (&["user.rule"], "rules"),
            (&["user.hunt", "user.hunt-all"], "hunt, all"),
            (&["help"], "help"),
            (&["refresh"], "refresh"),
            (&["user.kinds"], "kind"),
            (&["user.words"], "words"),
        ],
        View::Journal => &[
            (&["back"], "back"),
            (&["list.down", "list.up"], "move"),
            (&["list.open"], "whole entry"),
            (&["undo"], "undo"),
            (&["help"], "help"),
        ],
        View::Hunt if in_editor => &[
            (&["hunt.run"], "run"),
            (&["hunt.stop"], "stop"),
            (&["hunt.switch"], "to results"),
            (&["hunt.format"], "lay out"),
            (&["hunt.history"], "history"),
            (&["help"], "help"),
        ],
        View::Hunt => &[
            (&["list.down", "list.up"], "row"),
            (&["results.left", "results.right"], "column"),
            (&["hunt.switch"], "editor"),
            (&["hunt.run"], "run"),
            (&["hunt.stop"], "stop"),
            (&["results.narrow"], "narrow to it"),
            (&["results.open"], "open it"),
            (&["results.sort"], "sort"),
            (&["results.csv", "results.json"], "to file"),
            (&["list.open"], "whole cell"),
            (&["list.copy"], "copy"),
            (&["back"], "back"),
            (&["help"], "help"),
        ],
    }
}

/// What is being written, or read for that.
fn under_way(scene: &Scene<'_>) -> Option<String> {
    let app = scene.app;
    let writing = app.applying.as_ref().map(|applying| match applying.plan.rows.len() {
        1 => "writing …".to_owned(),
        rows => {
            let key = scene.key("stop").unwrap_or_default();
            format!("writing {}/{rows}, {key} stops …", applying.results.len())
        }
    });
    writing.or_else(|| app.undoing.is_some().then(|| "reading again …".to_owned()))
}

/// The most rows a message takes.
const MESSAGE_ROWS_MAX: usize = 3;

/// What the last key came to, else the latest news: over the last rows of the body, so that the keys stay on screen;
/// over the keys where there is room for a list alone.
fn message(scene: &Scene<'_>, buffer: &mut Buffer, screen: Rect, body: Rect) {
    let notice = scene.app.notices.latest();
    // Where there is no header, it is told here.
    let under_way = under_way(scene).filter(|_| is_one_list(screen));
    let (text, role) = match (scene.keyboard.note().or(under_way), notice) {
        (Some(note), _) => (note, Role::Warning),
        (None, Some(notice)) => (notice.text.clone(), notice_role(notice.kind)),
        (None, None) => return,
    };
    let lines = wrap(&text, usize::from(screen.width.saturating_sub(4)));
    let rows = if is_small(screen) { 1 } else { lines.len().clamp(1, MESSAGE_ROWS_MAX) as u16 };
    let bottom = if is_small(screen) { screen.bottom() } else { body.bottom() };
    let area = Rect { y: bottom.saturating_sub(rows), height: rows, ..screen }.intersection(screen);
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    for (row, line) in lines.iter().take(usize::from(rows)).enumerate() {
        let mark = if row == 0 { "▌ " } else { "  " };
        let mut out = Line::new(buffer, area, row as u16);
        out.gap(1).put(mark, scene.style(role)).put(line, scene.style(role));
        if row + 1 == usize::from(rows) && lines.len() > usize::from(rows) {
            out.put(" …", scene.style(role));
        }
    }
}

fn notice_role(kind: NoticeKind) -> Role {
    match kind {
        NoticeKind::Info => Role::Good,
        NoticeKind::Warning => Role::Warning,
        NoticeKind::Error => Role::Error,
    }
}

fn footer(scene: &Scene<'_>, buffer: &mut Buffer, area: Rect) {
    if let Some(overlay) = scene.app.overlays.last() {
        let keys = overlays::keys(overlay);
        let hints: Vec<(String, &str)> = keys.iter().map(|(keys, title)| ((*keys).to_owned(), *title)).collect();
        for (at, place) in status_line::footer(buffer, area, &hints, scene.theme) {
            keys.get(at).iter().for_each(|(keys, _)| scene.spots.add(place, Spot::Press(keys)));
        }
    } else {
        let (ids, hints): (Vec<&str>, Vec<(String, &str)>) = hints(scene).into_iter().unzip();
        for (at, place) in status_line::footer(buffer, area, &hints, scene.theme) {
            ids.get(at).iter().for_each(|id| scene.spots.add(place, Spot::Command(id)));
        }
    }
}

/// The footer's keys, with the first of their commands: of commands that can be used now.
fn hints(scene: &Scene<'_>) -> Vec<(&'static str, (String, &'static str))> {
    let scopes = scope_names(scene.app);
    // Commands that do nothing now are not worth a place, though their keys stay.
    let idle = |id: &str| id == "hunt.stop" && !scene.app.hunt.outcome.is_loading();
    let usable = |id: &str| !idle(id) && command(id).is_some_and(|command| (command.resolve)(scene.app).is_ok());
    offered(scene.app.view, scene.app.takes_text())
        .iter()
        .filter(|(ids, _)| ids.iter().all(|id| usable(id)))
        .filter_map(|(ids, title)| {
            let keys: Vec<String> = ids.iter().filter_map(|id| scene.keyboard.keymap().keys_of(&scopes, id)).collect();
            let first = ids.first().filter(|_| keys.len() == ids.len())?;
            Some((*first, (keys.join("/"), *title)))
        })
        .collect()
}
