//! Everything that is decided before a pixel exists: sizes, format, and how many bytes the job takes at its peak.
//! Pure arithmetic on a header and a request.

use super::geometry::{Placement, place};
use super::memory::Peak;
use super::planar::PlanarPeak;
use super::request::{Request, Target};
use crate::codec::{Effort, Header, Orientation, Planar, Quality, Shrink, Speed, can_shrink, encoder};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::image::Layout;
use crate::limits::Limits;
use crate::pool::Scratch;

/// How pixels get from the decoder to the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// As planes, row by row.
    Planes,
    /// As planes, row by row, to the variant's size, and as pixels from there: to other colors, onto a canvas, to an encoder
    /// that takes nothing else.
    PlanesToPixels,
    /// As a whole picture of interleaved pixels.
    Pixels,
}

impl Via {
    /// Says that the decoder hands out planes.
    pub const fn begins_with_planes(self) -> bool {
        matches!(self, Self::Planes | Self::PlanesToPixels)
    }
}

/// Planes are decoded to a fraction of their size that is still this many times the variant's: the least that covers it, as
/// libvips does, and more of it where bytes count more than time: with `small`, and where it is asked for, as an export does.
///
/// Eleven photographs of 12 to 24 MP at 384, 640, 1080 and 1920 pixels, points of SSIMULACRA2 above sharp as Next.js calls it at quality
/// 75, bytes at equal score and user CPU over a reserve of 1.5. WebP with 1: 6.3, 4.9, 4.9, 3.8 points. JPEG with 1: 8.0, 6.7, 6.8,
/// 4.5 points, with 1.5: 9.6, 12.1, 9.5, 4.7; bytes x1.04, x1.12, x1.06, x1.01; CPU x0.75, x0.47, x0.82, x0.88.
const fn planar_reserve(speed: Speed, is_precise: bool) -> f64 {
    if is_precise || matches!(speed, Speed::Small) { 1.5 } else { 1.0 }
}

/// A decided job.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub format: Format,
    pub quality: Quality,
    pub speed: Speed,
    pub via: Via,
    /// How much the decoder shrinks the picture by itself.
    pub shrink: Shrink,
    /// Part of the decoded picture that is seen, from its center, as stored.
    pub seen: (f64, f64),
    /// The picture's size as stored, before it is turned.
    pub stored: (u32, u32),
    pub orientation: Orientation,
    /// The variant's size.
    pub width: u32,
    pub height: u32,
    /// The picture does not fill the variant.
    pub is_padded: bool,
    pub has_alpha: bool,
    /// What a drawing may become instead, as a palette.
    pub palette_format: Option<Format>,
    /// Buffers are freed as soon as a step is done with them: kept for the next job, they would raise this one's peak.
    pub frees_early: bool,
    /// Bytes that the job takes at its peak; the source is among them unless a permit covers it already.
    pub peak_bytes: u64,
}

impl Plan {
    /// The best plan whose peak is at most `ceiling_bytes`. `source_bytes` is what the source adds to the job.
    ///
    /// A JPEG goes by planes, as far as its colors and the target allow it. Cheaper plans, in order: decode to a fraction of the size, the fast preset, the lean one of JPEG, and, where the
    /// request allows it, WebP instead of AVIF. None of them makes the variant smaller than it would be.
    pub fn new(
        header: &Header,
        request: &Request,
        source_bytes: u64,
        ceiling_bytes: u64,
        limits: &Limits,
    ) -> Result<Self> {
        header.check(limits)?;
        let mut cheapest = u64::MAX;
        let mut too_large = None;
        for (format, speed) in presets(header, request) {
            let draft = Draft::new(header, request, format, limits);
            if let Some(error) = draft.refuse_pixels(format) {
                too_large = Some(error);
                continue;
            }
            for (via, shrink) in draft.ways(header, format, speed) {
                let plan = draft.plan(header, source_bytes, (format, speed), (via, shrink));
                if plan.peak_bytes <= ceiling_bytes {
                    return Ok(plan);
                }
                cheapest = cheapest.min(plan.peak_bytes);
            }
        }
        Err(too_large.unwrap_or(Error::Limit { what: "memory", max: ceiling_bytes, got: cheapest }))
    }
}

/// Format and preset, best first.
fn presets(header: &Header, request: &Request) -> Vec<(Format, Speed)> {
    let format = resolve_format(header, request.target);
    let mut presets = vec![(format, request.speed)];
    if request.speed != Speed::Fast {
        presets.push((format, Speed::Fast));
    }
    if format == Format::Jpeg {
        presets.push((format, Speed::Lean));
    }
    if request.may_change_format && format == Format::Avif {
        presets.push((Format::Webp, request.speed));
        presets.push((Format::Webp, Speed::Fast));
    }
    presets
}

fn resolve_format(header: &Header, target: Target) -> Format {
    match target {
        Target::Format(format) => format,
        Target::Auto => match header.format.writes() {
            Some(format) => format,
            None if header.has_alpha() => Format::Png,
            None => Format::Jpeg,
        },
    }
}

/// What is the same for all ladders' rungs of one format.
struct Draft {
    place: Placement,
    quality: Quality,
    has_alpha: bool,
    may_change_format: bool,
    is_precise: bool,
}

impl Draft {
    fn new(header: &Header, request: &Request, format: Format, limits: &Limits) -> Self {
        let max_side = limits.max_output_side.min(encoder(format).max_side());
        let place = place(header.oriented_size(), request.width, request.height, request.fit, max_side);
        let is_padded = place.canvas != place.picture;
        Self {
            place,
            quality: request.quality,
            has_alpha: format.may_have_alpha() && (header.has_alpha() || is_padded),
            may_change_format: request.may_change_format,
            is_precise: request.is_precise,
        }
    }

    fn refuse_pixels(&self, format: Format) -> Option<Error> {
        let (max, got) =
            (encoder(format).max_pixels(), u64::from(self.place.canvas.0) * u64::from(self.place.canvas.1));
        (got > max).then_some(Error::Limit { what: "pixels of the variant", max, got })
    }

    /// By planes first, where there are any.
    fn ways(&self, header: &Header, format: Format, speed: Speed) -> impl Iterator<Item = (Via, Shrink)> {
        let via = header.planar.map(|planar| self.planar_way(planar, format));
        let planes =
            via.map(|via| self.planar_shrinks(header, speed).map(move |shrink| (via, shrink))).into_iter().flatten();
        planes.chain(self.shrinks(header).map(|shrink| (Via::Pixels, shrink)))
    }

    fn planar_way(&self, planar: Planar, format: Format) -> Via {
        let stay_planes = planar.is_srgb && !self.is_padded() && encoder(format).planes(self.quality).is_some();
        if stay_planes { Via::Planes } else { Via::PlanesToPixels }
    }

    /// Fractions that still cover the picture's size, the whole first.
    fn shrinks(&self, header: &Header) -> impl Iterator<Item = Shrink> {
        let may_shrink = can_shrink(header);
        let reserve = self.reserve(header);
        Shrink::ALL.into_iter().filter(move |shrink| *shrink == Shrink::None || (may_shrink && reserve(*shrink) >= 1.0))
    }

    /// The smallest fraction that leaves the reserve, then those that still cover the picture.
    fn planar_shrinks(&self, header: &Header, speed: Speed) -> impl Iterator<Item = Shrink> {
        let (reserve, least) = (self.reserve(header), planar_reserve(speed, self.is_precise));
        let best = Shrink::ALL.into_iter().rfind(|shrink| reserve(*shrink) >= least).unwrap_or(Shrink::None);
        Shrink::ALL.into_iter().filter(move |shrink| *shrink == best || (*shrink > best && reserve(*shrink) >= 1.0))
    }

    /// How many times the picture's size a fraction of the source has, in the direction where it is less.
    fn reserve(&self, header: &Header) -> impl Fn(Shrink) -> f64 + use<> {
        let (width, height) = header.orientation.apply(self.place.picture);
        let (seen_width, seen_height) = self.seen(header);
        move |shrink| {
            let divisor = f64::from(shrink.divisor());
            (seen_width / divisor / f64::from(width)).min(seen_height / divisor / f64::from(height))
        }
    }

    fn is_padded(&self) -> bool {
        self.place.canvas != self.place.picture
    }

    /// The part that is seen, as stored.
    fn seen(&self, header: &Header) -> (f64, f64) {
        let (width, height) = self.place.seen;
        if header.orientation.swaps_sides() { (height, width) } else { (width, height) }
    }

    fn may_be_palette(&self, format: Format, via: Via) -> bool {
        let (width, height) = self.place.canvas;
        self.may_change_format
            && format == Format::Avif
            && via == Via::Pixels
            && width.max(height) <= encoder(Format::Webp).max_side()
    }

    fn plan(
        &self,
        header: &Header,
        source_bytes: u64,
        (format, speed): (Format, Speed),
        (via, shrink): (Via, Shrink),
    ) -> Plan {
        let divisor = f64::from(shrink.divisor());
        let seen = self.seen(header);
        let (width, height) = self.place.canvas;
        let mut plan = Plan {
            format,
            quality: self.quality,
            speed,
            via,
            shrink,
            seen: (seen.0 / divisor, seen.1 / divisor),
            stored: header.orientation.apply(self.place.picture),
            orientation: header.orientation,
            width,
            height,
            is_padded: self.is_padded(),
            has_alpha: self.has_alpha,
            palette_format: self.may_be_palette(format, via).then_some(Format::Webp),
            frees_early: false,
            peak_bytes: 0,
        };
        let peak_bytes = match via {
            Via::Planes | Via::PlanesToPixels => {
                plan.frees_early = true;
                PlanarPeak::new(header, &plan).map_or(u64::MAX, |peak| peak.bytes())
            }
            Via::Pixels => {
                let peak = Peak::new(header, &plan);
                plan.frees_early = peak.is_raised_by_keeping();
                peak.bytes()
            }
        };
        plan.peak_bytes = peak_bytes.saturating_add(source_bytes);
        plan
    }
}

impl Plan {
    /// What becomes of a buffer that a step is done with.
    pub(super) fn retire(&self, buffer: Vec<u8>, scratch: &mut Scratch) {
        if !self.frees_early {
            scratch.give(buffer);
        }
    }

    /// What encoding pixels takes.
    pub(super) fn encoder_bytes(&self) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let effort = Effort { pixels, has_alpha: self.has_alpha, quality: self.quality, speed: self.speed };
        let palette = self.palette_format.map_or(0, |format| encoder(format).working_bytes(effort));
        encoder(self.format).working_bytes(effort).max(palette)
    }

    /// Says that all of a source of this size is taken, at its own size.
    pub(super) fn covers(&self, (width, height): (u32, u32)) -> bool {
        self.shrink == Shrink::None
            && self.stored == (width, height)
            && self.seen == (f64::from(width), f64::from(height))
    }

    /// The layout of the finished picture, before encoding.
    pub fn layout(&self) -> Layout {
        if self.has_alpha { Layout::Rgba } else { Layout::Rgb }
    }
}
