//! What is drawn apart from the rows it stands in. In a list whose ages are yellow, drawing row by row changes the pen
//! twice a row and jumps to its end; all ages in one go, down their column, change it twice in all and take two bytes a
//! jump.

use super::hand::Hand;
use super::pen::Pen;
use super::row::Row;
use std::collections::HashMap;
use std::ops::Range;

/// Frames shorter than this, in bytes, are not worth a second try.
const WORTH: usize = 100;
/// Pens that are tried, and columns. A screen has few that many rows share.
const TRIED_MAX: usize = 4;
/// The fewest runs that are worth going to apart.
const RUNS_MIN: usize = 3;
/// Cells that stand still between two columns: a jump takes as many bytes.
const GAP: usize = 4;
/// The widest column that is drawn apart: what is wider begins or ends somewhere else in every row.
const COLUMN_MAX: usize = 8;

/// The most runs among which the nearest is sought, over and over.
const NEAREST_MAX: usize = 40;

/// Cells drawn apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Those of a pen.
    Pen(Pen),
    /// Those of a column.
    Column(Range<usize>),
}

/// The first of `parts` to which cell `x` of `row` belongs.
pub(super) fn part_of(parts: &[Part], row: &Row<'_>, x: usize) -> Option<usize> {
    parts.iter().position(|part| match part {
        Part::Pen(pen) => row.pen(x) == *pen,
        Part::Column(cells) => cells.contains(&x),
    })
}

/// Appends what paints `rows`, drawing apart what makes it shorter.
pub(super) fn paint(hand: &mut Hand, rows: &[Row<'_>]) {
    let erased: Vec<Row<'_>> = rows.iter().map(Row::erased).collect();
    let mut parts = Vec::new();
    let Some(mut best) = attempt(hand, (rows, &erased), &parts, usize::MAX) else { return };
    if best.out.len() >= WORTH {
        for part in pens(rows).into_iter().chain(columns(rows)) {
            parts.push(part);
            match attempt(hand, (rows, &erased), &parts, best.out.len()) {
                Some(shorter) => best = shorter,
                None => drop(parts.pop()),
            }
        }
    }
    hand.adopt(&best);
}

/// The pens that several rows need, but for the plain one: the most needed first.
fn pens(rows: &[Row<'_>]) -> Vec<Part> {
    let mut needed: HashMap<Pen, usize> = HashMap::new();
    for row in rows {
        for (from, to) in row.runs(|x| row.pen(x) != Pen::PLAIN) {
            let mut last = None;
            for pen in (from..to).map(|x| row.pen(x)) {
                if last.replace(pen) != Some(pen) {
                    *needed.entry(pen).or_default() += 1;
                }
            }
        }
    }
    let mut shared: Vec<(Pen, usize)> = needed.into_iter().filter(|(_, runs)| *runs >= RUNS_MIN).collect();
    // The order of a hash map must not decide.
    shared.sort_by_cached_key(|(pen, runs)| (std::cmp::Reverse(*runs), format!("{pen:?}")));
    shared.into_iter().take(TRIED_MAX).map(|(pen, _)| Part::Pen(pen)).collect()
}

/// The narrow columns in which several rows change, found by the cells around them that do not: the most needed first.
fn columns(rows: &[Row<'_>]) -> Vec<Part> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        for (from, to) in row.runs(|_| true) {
            match runs.last_mut() {
                Some((_, end)) if *end < from && from - *end <= GAP => *end = to,
                _ => runs.push((from, to)),
            }
        }
    }
    runs.retain(|(from, to)| to - from <= COLUMN_MAX);
    let mut columns = overlapping(runs);
    columns.retain(|(_, runs)| *runs >= RUNS_MIN);
    columns.sort_by_key(|(_, runs)| std::cmp::Reverse(*runs));
    columns.into_iter().take(TRIED_MAX).map(|(cells, _)| Part::Column(cells)).collect()
}

/// The columns that runs of cells make where they overlap, left to right, each with how many are in it.
fn overlapping(mut runs: Vec<(usize, usize)>) -> Vec<(Range<usize>, usize)> {
    runs.sort_unstable();
    let mut columns: Vec<(Range<usize>, usize)> = Vec::new();
    for (from, to) in runs {
        match columns.last_mut() {
            Some((cells, runs)) if from < cells.end => {
                cells.end = cells.end.max(to);
                *runs += 1;
            }
            _ => columns.push((from..to, 1)),
        }
    }
    columns
}

/// Paints rows one by one without `parts`, then these; `None` where it takes `limit` bytes or more.
fn attempt(hand: &Hand, (rows, erased): (&[Row<'_>], &[Row<'_>]), parts: &[Part], limit: usize) -> Option<Hand> {
    let mut hand = hand.trial();
    let mut left = Vec::with_capacity(rows.len());
    for (row, erased) in rows.iter().zip(erased) {
        left.push(if row.paint(erased, &mut hand, parts) { erased } else { row });
        if hand.out.len() >= limit {
            return None;
        }
    }
    for place in 0..parts.len() {
        draw_part(&mut hand, &left, |row, x| part_of(parts, row, x) == Some(place));
    }
    (hand.out.len() < limit).then_some(hand)
}

/// Cells of a row that are drawn in one go: where they begin and end.
type Run<'a> = (&'a Row<'a>, usize, usize);

/// Draws the cells that `wanted` picks: column by column downwards, or always what is nearest to the cursor.
fn draw_part(hand: &mut Hand, rows: &[&Row<'_>], wanted: impl Fn(&Row<'_>, usize) -> bool) {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for row in rows {
        runs.extend(row.runs(|x| wanted(row, x)).into_iter().map(|(from, to)| (*row, from, to)));
    }
    let (mut downwards, mut nearest) = (hand.trial(), hand.trial());
    let columns = overlapping(runs.iter().map(|(_, from, to)| (*from, *to)).collect());
    runs.sort_by_key(|(row, from, _)| (columns.iter().position(|(cells, _)| cells.contains(from)), row.y));
    for run in &runs {
        draw_run(&mut downwards, run);
    }
    if runs.len() > NEAREST_MAX {
        return hand.adopt(&downwards);
    }
    while let Some((place, _)) = runs.iter().enumerate().min_by_key(|(_, (row, from, _))| nearest.cost(row, *from)) {
        draw_run(&mut nearest, &runs.remove(place));
    }
    hand.adopt(if nearest.out.len() < downwards.out.len() { &nearest } else { &downwards });
}

fn draw_run(hand: &mut Hand, (row, from, to): &Run<'_>) {
    hand.approach(row, *from, &[]);
    let mut x = *from;
    while let Some(slot) = row.next.get(x).filter(|_| x < *to) {
        x += hand.write(*slot, row.next.len());
    }
}
