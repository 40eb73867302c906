//! The order of a batch and its peak. Pure arithmetic: allocates no picture, asks no pool.
//!
//! Each wish gets the plan that it would get alone within the same bytes, so its bytes are those of `optimize`. Wishes for
//! planes of the same scale share one decode, as many as fit. A decoded picture is kept for wishes that want it at the same
//! scale; one for which that takes too much decodes alone.

use std::cmp::Reverse;

use super::super::memory::Peak;
use super::super::placeholder;
use super::super::plan::{Plan, Via};
use super::super::planar::PlanarPeak;
use super::super::request::Request;
use super::Batch;
use crate::codec::{Header, Shrink, has_rows};
use crate::error::Result;
use crate::limits::Limits;

pub(in crate::pipeline) struct BatchPlan {
    /// No two alike, in the order of the work.
    pub(super) wishes: Vec<Wish>,
    /// For each request, which of the variants is its own.
    pub(super) places: Vec<usize>,
    pub(super) peak_bytes: u64,
}

/// One picture to make, for one request or several.
pub(super) struct Wish {
    pub(super) request: Request,
    pub(super) kind: Kind,
    pub(super) plan: Plan,
    cost: Cost,
    /// What the finished variant holds: the picture's own size. Noise at the highest quality may take a little more: less is
    /// left for those behind it then.
    finished: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Variant,
    Placeholder,
}

/// Headers, tables and palettes of a finished file.
const FRAME_BYTES: u64 = 4 << 10;

/// What is made next, from one decode.
pub(super) enum Task<'w> {
    /// By planes, all of the same scale.
    Together(&'w [Wish]),
    One(&'w Wish, Route),
}

/// How a wish gets its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// From the decoded picture that is there.
    Kept,
    /// From one that is decoded for it and stays for those behind it.
    Fresh,
    /// From one that is decoded for it and gone before it is encoded, as `optimize` does it.
    Alone,
}

/// Peaks in bytes.
#[derive(Debug, Clone, Copy)]
enum Cost {
    Planes(PlanarPeak),
    /// By route.
    Pixels {
        kept: u64,
        fresh: u64,
        alone: u64,
    },
}

impl BatchPlan {
    pub(super) fn new(
        header: &Header,
        batch: &Batch,
        source_bytes: u64,
        ceiling_bytes: u64,
        limits: &Limits,
    ) -> Result<Self> {
        let plan = |request: &Request| Plan::new(header, request, source_bytes, ceiling_bytes, limits).map(lean);
        let mut asked = Vec::new();
        for (place, request) in batch.requests.iter().enumerate() {
            asked.push(Asked { place: Some(place), plan: plan(request)?, request: request.clone() });
        }
        if batch.wants_placeholder {
            let request = placeholder::request();
            asked.push(Asked { place: None, plan: plan(&request)?, request });
        }
        asked.sort_by_key(|asked| (decode_of(&asked.plan), Reverse(weight(&asked.plan))));
        let (wishes, places) = distinct(header, asked, batch.requests.len());
        let peak_bytes = need(&wishes, None, source_bytes, ceiling_bytes);
        Ok(Self { wishes, places, peak_bytes })
    }
}

/// What was asked for, and where in the batch; the placeholder has no place.
struct Asked {
    place: Option<usize>,
    request: Request,
    plan: Plan,
}

/// Wishes without doubles, and for each place which of the variants is its own.
fn distinct(header: &Header, asked: Vec<Asked>, places: usize) -> (Vec<Wish>, Vec<usize>) {
    let mut wishes: Vec<Wish> = Vec::new();
    let mut places = vec![0; places];
    for Asked { place, request, plan } in asked {
        let Some(slot) = place.and_then(|place| places.get_mut(place)) else {
            wishes.push(Wish::new(header, request, Kind::Placeholder, plan));
            continue;
        };
        let variants = || wishes.iter().filter(|wish| wish.kind == Kind::Variant);
        let known = variants().position(|wish| wish.is_met_by(&request, &plan));
        *slot = known.unwrap_or_else(|| variants().count());
        if known.is_none() {
            wishes.push(Wish::new(header, request, Kind::Variant, plan));
        }
    }
    (wishes, places)
}

/// Buffers are freed at once: the pictures of a batch differ in size, so that none could take another's.
pub(super) fn lean(mut plan: Plan) -> Plan {
    plan.frees_early = true;
    plan
}

/// Planes of one scale come together, and before pixels.
fn decode_of(plan: &Plan) -> (bool, Option<Shrink>) {
    (plan.via == Via::Pixels, plan.via.begins_with_planes().then_some(plan.shrink))
}

/// The largest pictures come first: what is not resized must (see `Master`), and most of the memory is given back early. Among
/// equals the hungriest is first, while nothing is held yet.
fn weight(plan: &Plan) -> (u64, u64) {
    (u64::from(plan.stored.0) * u64::from(plan.stored.1), plan.peak_bytes)
}

impl Wish {
    fn new(header: &Header, request: Request, kind: Kind, plan: Plan) -> Self {
        let finished = plan.layout().bytes(plan.width, plan.height).saturating_add(FRAME_BYTES);
        let cost = Cost::new(header, &plan);
        Self { request, kind, plan, cost, finished }
    }

    /// Says that the request asks for the very same bytes.
    fn is_met_by(&self, request: &Request, plan: &Plan) -> bool {
        self.plan == *plan && self.request.may_change_format == request.may_change_format
    }

    pub(super) fn fits_alone(&self, room_bytes: u64) -> bool {
        self.cost.alone() <= room_bytes
    }

    /// The cheapest in time that fits into `room_bytes`. `master`: the scale of the decoded picture that is there.
    fn route(&self, rest: &[Self], master: Option<Shrink>, room_bytes: u64) -> Route {
        let has_same_picture = |wish: &Self| (wish.plan.via, wish.plan.shrink) == (self.plan.via, self.plan.shrink);
        let is_wanted_again = rest.iter().any(has_same_picture);
        if master == Some(self.plan.shrink) && self.cost.by(Route::Kept) <= room_bytes {
            Route::Kept
        } else if is_wanted_again && self.cost.by(Route::Fresh) <= room_bytes {
            Route::Fresh
        } else {
            Route::Alone
        }
    }
}

impl Cost {
    fn new(header: &Header, plan: &Plan) -> Self {
        if let Some(peak) = PlanarPeak::new(header, plan) {
            return Self::Planes(peak);
        }
        let peak = Peak::new(header, plan);
        // A decoded picture has 8 bits, and rows that are resized as they come have all of theirs: what is kept would not do.
        let kept = if has_rows(header) && header.bit_depth == 16 { u64::MAX } else { peak.bytes_with_master() };
        Self::Pixels { kept, fresh: kept.max(peak.decode_bytes()), alone: peak.bytes() }
    }

    const fn alone(&self) -> u64 {
        self.by(Route::Alone)
    }

    const fn by(&self, route: Route) -> u64 {
        match (self, route) {
            (Self::Planes(peak), _) => peak.bytes(),
            (Self::Pixels { kept, .. }, Route::Kept) => *kept,
            (Self::Pixels { fresh, .. }, Route::Fresh) => *fresh,
            (Self::Pixels { alone, .. }, Route::Alone) => *alone,
        }
    }

    const fn planes(&self) -> Option<PlanarPeak> {
        match self {
            Self::Planes(peak) => Some(*peak),
            Self::Pixels { .. } => None,
        }
    }
}

impl<'w> Task<'w> {
    /// The next one, and the wishes that it leaves. `master`: the scale of the decoded picture that is there.
    pub(super) fn next(wishes: &'w [Wish], master: Option<Shrink>, room_bytes: u64) -> Option<(Self, &'w [Wish])> {
        let (wish, others) = wishes.split_first()?;
        if wish.plan.via == Via::Pixels {
            return Some((Self::One(wish, wish.route(others, master, room_bytes)), others));
        }
        let alike = wishes.iter().take_while(|other| decode_of(&other.plan) == decode_of(&wish.plan)).count();
        let fits = |count: &usize| wishes.get(..*count).is_some_and(|group| together(group) <= room_bytes);
        let count = (1..=alike).rev().find(fits).unwrap_or(1);
        let (group, others) = wishes.split_at_checked(count)?;
        Some((Self::Together(group), others))
    }

    /// The peak in bytes, what is finished on the way included.
    fn bytes(&self) -> u64 {
        match self {
            Self::Together(group) => together(group),
            Self::One(wish, route) => wish.cost.by(*route),
        }
    }

    fn finished(&self) -> u64 {
        match self {
            Self::Together(group) => finished(group),
            Self::One(wish, _) => wish.finished,
        }
    }

    /// The scale of the decoded picture that stays.
    const fn master(&self) -> Option<Shrink> {
        match self {
            Self::Together(_) | Self::One(_, Route::Alone) => None,
            Self::One(wish, _) => Some(wish.plan.shrink),
        }
    }
}

/// All planes are there until the first variant is encoded, and go one by one.
fn together(group: &[Wish]) -> u64 {
    let peaks = || group.iter().filter_map(|wish| wish.cost.planes());
    let decoder = peaks().map(|peak| peak.decoder).max().unwrap_or(0);
    let (mut waiting, mut finished, mut most) = (0_u64, 0_u64, decoder);
    for peak in peaks() {
        waiting = waiting.saturating_add(peak.planes);
        most = most.saturating_add(peak.resizer);
    }
    for (wish, peak) in group.iter().zip(peaks()) {
        most = most.max(finished.saturating_add(waiting).saturating_add(peak.encoder));
        waiting = waiting.saturating_sub(peak.planes);
        finished = finished.saturating_add(wish.finished);
    }
    most
}

fn finished(group: &[Wish]) -> u64 {
    group.iter().map(|wish| wish.finished).fold(0, u64::saturating_add)
}

/// The most bytes that these wishes take until the last one is done, at most the ceiling. `held_bytes` stay all the time: the
/// source, and what is finished.
pub(super) fn need(wishes: &[Wish], master: Option<Shrink>, held_bytes: u64, ceiling_bytes: u64) -> u64 {
    let (mut rest, mut master, mut held, mut most) = (wishes, master, held_bytes, held_bytes);
    while let Some((task, others)) = Task::next(rest, master, ceiling_bytes.saturating_sub(held)) {
        most = most.max(held.saturating_add(task.bytes()));
        held = held.saturating_add(task.finished());
        master = task.master();
        rest = others;
    }
    most.min(ceiling_bytes)
}
