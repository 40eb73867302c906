//! The decoder itself: headers first, then planes, a band of rows at a time. A streamed file never needs more than one
//! band; one coded in several scans is kept until its last scan, as planes or, if progressive, as the coefficients that
//! its scale needs.

use super::band::{Band, PlaneRows, Rows, stride};
use super::fault::{cut, damaged};
use super::frame::{Coding, Frame};
use super::headers::Headers;
use super::info::{Color, Info};
use super::progressive;
use super::scale::Scale;
use super::scan::Scan;
use super::sequential::SequentialScan;
use super::store::Store;
use crate::error::{Error, Result};
use crate::limits::{Limits, reserve};

/// A JPEG whose headers have been read and allowed.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Decoder<'a> {
    headers: Headers<'a>,
    frame: Frame,
    scan: Scan,
    limits: Limits,
}

/// Takes rows as they are decoded; an error of its own ends the decoding.
pub(in crate::codec) type Sink<'s> = dyn FnMut(&PlaneRows<'_>) -> Result<()> + 's;

/// Planes of one file.
struct Job<'a, 's> {
    decoder: Decoder<'a>,
    scales: [Scale; 4],
    is_cancelled: &'s dyn Fn() -> bool,
}

impl<'a> Decoder<'a> {
    /// Reads the headers up to the first scan.
    pub(in crate::codec) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        let (headers, frame, scan) = Headers::read(bytes, limits)?;
        Ok(Self { headers, frame, scan, limits: limits.clone() })
    }

    /// What the headers say. Puts the embedded profile together at each call.
    pub(in crate::codec) fn info(&self) -> Info {
        Info {
            width: self.frame.width,
            height: self.frame.height,
            components: self.frame.components.clone(),
            color: self.color(),
            precision: 8,
            is_progressive: self.frame.coding == Coding::Progressive,
            is_streamed: self.is_streamed(),
            is_adobe: self.headers.signs.adobe.is_some(),
            profile: self.headers.pieces.assemble(self.limits.max_profile_bytes),
        }
    }

    pub(super) fn color(&self) -> Color {
        Color::of(&self.frame.components, self.headers.signs)
    }

    fn is_streamed(&self) -> bool {
        self.frame.coding == Coding::Sequential && self.scan.parts.len() == self.frame.components.len()
    }

    /// Bytes that `decode_planes` allocates at most, the file's own not counted.
    pub(in crate::codec) fn working_bytes(&self, scale: Scale) -> u64 {
        self.working_bytes_at([scale; 4])
    }

    /// The same for `decode_planes_at`.
    pub(in crate::codec) fn working_bytes_at(&self, scales: [Scale; 4]) -> u64 {
        /// Huffman tables, their skips, the blocks of a group.
        const TABLES: u64 = 160 << 10;
        let components = self.frame.components.iter().zip(scales);
        let bytes = components.map(|(component, scale)| {
            let unit_rows = component.vertical * scale.samples();
            let band = (stride(&self.frame, component, scale) * unit_rows) as u64;
            match self.frame.coding {
                Coding::Progressive => band + Store::bytes(&self.frame, component, scale),
                Coding::Sequential if self.is_streamed() => band,
                Coding::Sequential => band * self.frame.units_high as u64,
            }
        });
        TABLES + bytes.sum::<u64>()
    }

    /// Decodes to planes, all at the same scale: each component keeps its own resolution.
    pub(in crate::codec) fn decode_planes(
        self,
        scale: Scale,
        is_cancelled: &dyn Fn() -> bool,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        self.decode_planes_at([scale; 4], is_cancelled, sink)
    }

    /// Decodes each component at a scale of its own: chroma of 4:2:0 at twice the scale of luma comes out in luma's
    /// size.
    pub(in crate::codec) fn decode_planes_at(
        self,
        scales: [Scale; 4],
        is_cancelled: &dyn Fn() -> bool,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let is_streamed = self.is_streamed();
        let job = Job { scales, is_cancelled, decoder: self };
        match job.decoder.frame.coding {
            Coding::Progressive => job.decode_progressive(sink),
            Coding::Sequential if is_streamed => job.decode_streamed(sink),
            Coding::Sequential => job.decode_scan_by_scan(sink),
        }
    }
}

impl<'a> Job<'a, '_> {
    fn check_cancelled(&self) -> Result<()> {
        if (self.is_cancelled)() { Err(Error::Cancelled) } else { Ok(()) }
    }

    fn bands(&self, units: usize) -> Result<Vec<Band>> {
        let frame = &self.decoder.frame;
        let mut bands = reserve(frame.components.len() as u64)?;
        for (component, &scale) in frame.components.iter().zip(&self.scales) {
            bands.push(Band::new(frame, component, scale, units)?);
        }
        Ok(bands)
    }

    fn scan(&self) -> Result<SequentialScan<'a>> {
        let Decoder { headers, frame, scan, .. } = &self.decoder;
        SequentialScan::new(headers.data(), scan, frame, &headers.tables, self.scales)
    }

    fn decode_streamed(mut self, sink: &mut Sink<'_>) -> Result<()> {
        let mut bands = self.bands(1)?;
        let mut scan = self.scan()?;
        for unit in 0..self.decoder.frame.units_high {
            self.check_cancelled()?;
            // A single component may have several rows of blocks to a unit elsewhere, but not here: it is its own unit.
            scan.read_row(&mut bands, 0)?;
            give(&bands, unit, unit, sink)?;
        }
        self.read_to_end(scan.rest())
    }

    /// Scans after the one with everything are counted and passed over, as libjpeg does at the picture's end.
    fn read_to_end(&mut self, mut rest: &'a [u8]) -> Result<()> {
        let Decoder { headers, frame, limits, .. } = &mut self.decoder;
        while headers.scan_after(rest, frame, limits)?.is_some() {
            rest = headers.data();
        }
        Ok(())
    }

    fn decode_scan_by_scan(mut self, sink: &mut Sink<'_>) -> Result<()> {
        let units_high = self.decoder.frame.units_high;
        let mut bands = self.bands(units_high)?;
        let mut is_missing = [true; 4];
        loop {
            let mut scan = self.scan()?;
            for row in 0..scan.units_high() {
                self.check_cancelled()?;
                scan.read_row(&mut bands, row)?;
            }
            for part in &self.decoder.scan.parts {
                is_missing[part.component & 3] = false;
            }
            let Decoder { headers, frame, limits, .. } = &mut self.decoder;
            match headers.scan_after(scan.rest(), frame, limits)? {
                Some(next) => self.decoder.scan = next,
                None => break,
            }
        }
        if is_missing.iter().zip(&self.decoder.frame.components).any(|(&is_missing, _)| is_missing) {
            return Err(damaged("a component without a scan"));
        }
        for unit in 0..units_high {
            self.check_cancelled()?;
            give(&bands, unit, 0, sink)?;
        }
        Ok(())
    }

    fn decode_progressive(mut self, sink: &mut Sink<'_>) -> Result<()> {
        let mut stores = reserve(self.decoder.frame.components.len() as u64)?;
        for (component, &scale) in self.decoder.frame.components.iter().zip(&self.scales) {
            stores.push(Store::new(&self.decoder.frame, component, scale)?);
        }
        loop {
            let Decoder { headers, frame, limits, scan } = &mut self.decoder;
            let is_needed = scan.is_dc() || scan.parts.iter().any(|part| self.scales[part.component & 3].needs_ac());
            let rest = if is_needed {
                progressive::read(headers.data(), scan, frame, &headers.tables, &mut stores, self.is_cancelled)?
            } else {
                // Walked over to the next marker, and not checked for damage.
                headers.data()
            };
            match headers.scan_after(rest, frame, limits)? {
                Some(next) => *scan = next,
                None => break,
            }
        }
        let mut bands = self.bands(1)?;
        for unit in 0..self.decoder.frame.units_high {
            self.check_cancelled()?;
            for (store, band) in stores.iter().zip(&mut bands) {
                store.transform_row(unit, band);
            }
            give(&bands, unit, unit, sink)?;
        }
        Ok(())
    }
}

/// Hands out the rows of a unit.
fn give(bands: &[Band], unit: usize, first: usize, sink: &mut Sink<'_>) -> Result<()> {
    let [a, b, c, d] = [0, 1, 2, 3].map(|at| bands.get(at).map(|band| Rows::of(band, unit, first)));
    let rows = match (a, b, c, d) {
        (Some(a), None, ..) => return sink(&PlaneRows { planes: &[a] }),
        (Some(a), Some(b), Some(c), None) => return sink(&PlaneRows { planes: &[a, b, c] }),
        (Some(a), Some(b), Some(c), Some(d)) => [a, b, c, d],
        _ => return Err(cut()),
    };
    sink(&PlaneRows { planes: &rows })
}
