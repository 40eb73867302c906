//! The order of a batch and its peak. Pure arithmetic: allocates no picture, asks no pool.
//!
//! Each wish gets the plan that it would get alone within the same bytes, so its bytes are those of `optimize`. The
//! decoded picture is kept for wishes that want it at the same scale; one for which that takes too much decodes alone.

use std::cmp::Reverse;

use super::super::memory::Peak;
use super::super::placeholder;
use super::super::plan::Plan;
use super::super::request::Request;
use super::Batch;
use crate::codec::{Header, Shrink};
use crate::error::Result;
use crate::limits::Limits;

pub(in crate::pipeline) struct BatchPlan {
    /// No two alike, the largest pictures first.
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Variant,
    Placeholder,
}

/// Headers, tables and palettes of a finished file.
const FRAME_BYTES: u64 = 4 << 10;

/// How a wish gets its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// From the decoded picture that is there.
    Kept,
    /// From one that is decoded for it and stays for those behind it.
    Fresh,
    /// From one that is decoded for it and gone before it is encoded, as `optimize` does it.
    Alone,
}

/// Peaks in bytes by route, and what the finished variant then holds.
#[derive(Debug, Clone, Copy)]
struct Cost {
    kept: u64,
    fresh: u64,
    alone: u64,
    /// The picture's own size. Noise at the highest quality may take a little more: less is left for those behind it then.
    finished: u64,
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
        asked.sort_by_key(|asked| Reverse(weight(&asked.plan)));
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

/// The largest pictures come first: what is not resized must (see `Master`), and most of the memory is given back early. Among
/// equals the hungriest is first, while nothing is held yet.
fn weight(plan: &Plan) -> (u64, u64) {
    (u64::from(plan.stored.0) * u64::from(plan.stored.1), plan.peak_bytes)
}

impl Wish {
    fn new(header: &Header, request: Request, kind: Kind, plan: Plan) -> Self {
        let peak = Peak::new(header, &plan);
        let kept = peak.bytes_with_master();
        let cost = Cost {
            kept,
            fresh: kept.max(peak.decode_bytes()),
            alone: peak.bytes(),
            finished: plan.layout().bytes(plan.width, plan.height).saturating_add(FRAME_BYTES),
        };
        Self { request, kind, plan, cost }
    }

    /// Says that the request asks for the very same bytes.
    fn is_met_by(&self, request: &Request, plan: &Plan) -> bool {
        self.plan == *plan && self.request.may_change_format == request.may_change_format
    }

    pub(super) fn fits_alone(&self, room_bytes: u64) -> bool {
        self.cost.alone <= room_bytes
    }

    /// The cheapest in time that fits into `room_bytes`. `master`: the scale of the decoded picture that is there.
    pub(super) fn route(&self, rest: &[Self], master: Option<Shrink>, room_bytes: u64) -> Route {
        let is_wanted_again = rest.iter().any(|wish| wish.plan.shrink == self.plan.shrink);
        if master == Some(self.plan.shrink) && self.cost.kept <= room_bytes {
            Route::Kept
        } else if is_wanted_again && self.cost.fresh <= room_bytes {
            Route::Fresh
        } else {
            Route::Alone
        }
    }

    const fn bytes_by(&self, route: Route) -> u64 {
        match route {
            Route::Kept => self.cost.kept,
            Route::Fresh => self.cost.fresh,
            Route::Alone => self.cost.alone,
        }
    }
}

/// The most bytes that these wishes take until the last one is done, at most the ceiling. `held_bytes` stay all the time: the
/// source, and what is finished.
pub(super) fn need(wishes: &[Wish], master: Option<Shrink>, held_bytes: u64, ceiling_bytes: u64) -> u64 {
    let (mut rest, mut master, mut held, mut most) = (wishes, master, held_bytes, held_bytes);
    while let Some((wish, others)) = rest.split_first() {
        let route = wish.route(others, master, ceiling_bytes.saturating_sub(held));
        most = most.max(held.saturating_add(wish.bytes_by(route)));
        held = held.saturating_add(wish.cost.finished);
        master = if route == Route::Alone { None } else { Some(wish.plan.shrink) };
        rest = others;
    }
    most.min(ceiling_bytes)
}
