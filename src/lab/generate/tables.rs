//! Fills the hunting tables: by far the most work of making a tenant, done while the lab already answers Graph.
//!
//! The work is cut into parts that know nothing of each other and are always the same, whoever does them: what was
//! planted, and the months of the people, a share a part. Threads take parts as they become free; the rows are joined in
//! the order of the parts. So a tenant is the same to the byte on any number of cores.

use super::bulk::Bulk;
use super::noise;
use super::rows::data_security_behaviors::{self, Behaviours};
use super::rows::writer::{Joining, Part};
use super::rows::{AlertIds, Rows, alerts, identity_info};
use super::world::World;
use crate::kql::engine::StopFlag;
use crate::lab::tables::HuntingTables;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Into how many parts the people's months are cut.
const SHARES: usize = 16;

/// What is left to do for a tenant: its hunting tables. Work that is dropped undone leaves them empty.
#[derive(Debug)]
pub struct Work {
    world: World,
    alert_ids: AlertIds,
    bulk: Arc<Bulk>,
    tables: HuntingTables,
}

impl Drop for Work {
    fn drop(&mut self) {
        self.tables.close();
    }
}

impl Work {
    /// The work for `world`, whose alerts have `alert_ids`; it keeps the promises of `tables`.
    pub(super) fn new(world: World, alert_ids: AlertIds, bulk: Arc<Bulk>, tables: HuntingTables) -> Self {
        Self { world, alert_ids, bulk, tables }
    }

    /// Does it on all cores, or leaves it soon after `stop` is set.
    pub fn run(mut self, stop: &StopFlag) {
        let planted = Mutex::new(std::mem::take(&mut self.world.rows));
        let part = |number: usize| {
            let rows = match number.checked_sub(1) {
                None => self.planted(std::mem::take(&mut planted.lock().unwrap_or_else(PoisonError::into_inner)), stop),
                Some(share) => self.months(share, stop),
            };
            rows.finish()
        };
        let written = side_by_side(SHARES + 1, part);
        if stop.is_set() {
            return;
        }
        let (mut behaviours, mut rolled_up) = (Behaviours::default(), Rows::default());
        let mut parts: BTreeMap<&'static str, Vec<Part>> = BTreeMap::new();
        let mut sort = |tables: BTreeMap<&'static str, Part>| {
            tables.into_iter().for_each(|(name, part)| parts.entry(name).or_default().push(part));
        };
        for (tables, counted) in written {
            sort(tables);
            behaviours.merge(counted);
        }
        data_security_behaviors::add(behaviours, self.world.config.seed, self.world.until, &mut rolled_up);
        sort(rolled_up.finish().0);
        self.join(parts, stop);
    }

    /// What was planted, snapshots, what servers do at night, and all there is about alerts.
    fn planted(&self, mut rows: Rows, stop: &StopFlag) -> Rows {
        alerts::add(&self.world.alerts, &self.alert_ids, &mut rows);
        identity_info::add(&self.world, &mut rows);
        let mut world = World { rows, ..self.world.aside() };
        noise::nights(&mut world);
        self.bulk.add_rows(world.rows, stop)
    }

    /// The months of a share of the people.
    fn months(&self, share: usize, stop: &StopFlag) -> Rows {
        let people = &self.world.people.all;
        let size = people.len().div_ceil(SHARES);
        let mut world = self.world.aside();
        for person in people.iter().skip(share * size).take(size) {
            if stop.is_set() {
                break;
            }
            noise::month_of(&mut world, person);
        }
        world.rows
    }

    /// Makes the tables of all parts' rows, small ones first, each on all cores.
    fn join(&self, parts: BTreeMap<&'static str, Vec<Part>>, stop: &StopFlag) {
        let parts: Vec<_> = parts.into_iter().map(|(name, parts)| (name, Mutex::new(parts))).collect();
        let sorted = side_by_side(parts.len(), |table| {
            let (name, parts) = &parts[table];
            (*name, Joining::of(std::mem::take(&mut parts.lock().unwrap_or_else(PoisonError::into_inner))))
        });
        let mut tables: Vec<(&'static str, Joining)> = sorted;
        tables.sort_by_key(|(_, table)| table.row_count());
        for (name, table) in tables {
            if stop.is_set() {
                return;
            }
            let columns = side_by_side(table.width(), |place| table.column(place));
            self.tables.keep(name, table.table(columns));
        }
    }
}

/// What `make` makes of `0..count`, in order. Threads take numbers as they become free.
fn side_by_side<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let numbers =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count));
        numbers.map(|number| (number, make(number))).collect()
    };
    let mut made: Vec<(usize, T)> = thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..cores.min(count)).map(|_| scope.spawn(take)).collect();
        let made = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        made.flat_map(|made: Vec<_>| made).collect()
    });
    made.sort_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, made)| made).collect()
}
