//! How a queue is laid out: columns, order, groups.

use super::answer::step;
use super::columns::Columns;
use super::columns::Field;
use super::effect::Effect;
use super::event::{Input, Key};
use super::notices::NoticeKind;
use super::overlay::Overlay;
use super::queue::Arrange;
use super::sort::Sort;
use super::{App, Cx, View};
use crate::base::Untrusted;

impl App {
    /// Lays the queue on screen out otherwise.
    pub(super) fn arrange(&mut self, arrange: Arrange, cx: &mut Cx<'_>) {
        let fields = self.fields();
        let Some(queue) = self.queue_mut() else { return };
        match arrange {
            Arrange::NextSort => queue.sort = queue.sort.next(fields),
            Arrange::SortBy(field) => queue.sort.choose(field),
            Arrange::NextGrouping => queue.next_grouping(),
            Arrange::See => queue.unseen.see_all(),
            Arrange::Fold | Arrange::FoldAll if queue.grouping.is_none() => {
                self.notices.show(NoticeKind::Info, "nothing is grouped here", cx);
                return;
            }
            Arrange::Fold => queue.fold(),
            Arrange::FoldAll => queue.fold_all(),
        }
        self.order_queue(cx.now);
    }

    /// A key while the columns are on show.
    pub(super) fn edit_columns(&mut self, input: &Input, cx: &mut Cx<'_>) {
        let fields = self.fields();
        let Some(Overlay::Columns(cursor)) = self.overlays.last().cloned() else { return };
        let Some(queue) = self.queue_mut() else { return };
        let Some(column) = queue.columns.all().get(cursor).copied() else { return };
        let mut place = cursor;
        match input.key {
            Key::Char(' ') => queue.columns.toggle(cursor),
            Key::Char('+') | Key::Right => queue.columns.resize(cursor, 1, column.field.cells()),
            Key::Char('-') | Key::Left => queue.columns.resize(cursor, -1, column.field.cells()),
            Key::Char('<' | 'K') => place = queue.columns.shift(cursor, true),
            Key::Char('>' | 'J') => place = queue.columns.shift(cursor, false),
            Key::Char('s') => queue.sort.choose(column.field),
            Key::Char('S') => queue.sort.add(column.field),
            Key::Char('0') => (queue.columns, queue.sort) = (Columns::of(fields), Sort::of(fields)),
            Key::Char('j') => place = step(cursor, &Input::plain(Key::Down), 1, fields.len()),
            Key::Char('k') => place = step(cursor, &Input::plain(Key::Up), 1, fields.len()),
            _ => place = step(cursor, input, fields.len(), fields.len()),
        }
        if let Some(Overlay::Columns(cursor)) = self.overlays.last_mut() {
            *cursor = place;
        }
        self.order_queue(cx.now);
    }

    /// The fields of the records of the queue on screen.
    fn fields(&self) -> &'static [Field] {
        if self.view == View::Alerts { &Field::OF_ALERTS } else { &Field::OF_INCIDENTS }
    }

    /// Copies the filter in force, as it would be typed.
    pub(super) fn copy_filter(&mut self, cx: &mut Cx<'_>) {
        match self.queue().map(|queue| Untrusted::new(queue.filter.text.as_str())) {
            Some(text) if !text.is_empty() => cx.run(Effect::Copy(text.clipboard().into_owned())),
            Some(_) => self.notices.show(NoticeKind::Info, "no filter is in force", cx),
            None => {}
        }
    }
}
