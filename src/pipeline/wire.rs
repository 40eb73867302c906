//! Orders and answers as bytes, between a process and its locked room, which are the same build. The room's answer is not believed: lengths
//! are held against the bytes at hand, sizes and formats against what was asked for.

use super::Fault;
use super::batch::{Batch, Batched};
use super::output::{Output, Timings};
use super::placeholder::Placeholder;
use super::request::{Fit, Request, Target};
use crate::codec::{Header, Quality, Speed};
use crate::error::{Error, Result};
use crate::format::{Format, sniff};
use crate::limits::Limits;

const FITS: [Fit; 4] = [Fit::Inside, Fit::Cover, Fit::Contain, Fit::Fill];
const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];
/// What limits are called: whatever else a room says is "the picture".
const LIMITS: [&str; 6] = ["the picture", "pixels", "side", "memory", "pixels of the variant", "frames"];
/// Of a text in an error.
const MOST_TEXT_BYTES: usize = 300;

/// Appends; the other end takes in the same order.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    fn number(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Its place among others of its kind, from 1; 0 for none.
    fn one_of<T: PartialEq>(&mut self, all: &[T], value: Option<&T>) {
        let place = value.and_then(|value| all.iter().position(|one| one == value));
        self.byte(place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0));
    }
}

/// One of a table, or none of them.
struct Choice<T>(Option<T>);

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(*self.take(8)?.first_chunk()?))
    }

    fn short(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn len(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.len()?;
        self.take(len)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<Choice<T>> {
        match self.byte()?.checked_sub(1) {
            None => Some(Choice(None)),
            Some(place) => all.get(usize::from(place)).copied().map(|one| Choice(Some(one))),
        }
    }

    /// A count of things that take at least a byte each.
    fn count(&mut self) -> Option<usize> {
        self.len().filter(|count| *count <= self.0.len())
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

pub(super) fn write_batch(batch: &Batch) -> Vec<u8> {
    let mut to = Writer::default();
    to.number(batch.requests.len() as u64);
    for request in &batch.requests {
        to.number(request.width.unwrap_or(0).into());
        to.number(request.height.unwrap_or(0).into());
        to.one_of(&FITS, Some(&request.fit));
        to.byte(request.quality.get());
        let format = if let Target::Format(format) = request.target { Some(format) } else { None };
        to.one_of(&Format::ALL, format.as_ref());
        to.one_of(&SPEEDS, Some(&request.speed));
        to.byte(request.may_change_format.into());
        to.byte(request.is_precise.into());
        to.one_of(&Fault::ALL, request.fault.as_ref());
    }
    to.byte(batch.wants_placeholder.into());
    to.0
}

pub(super) fn read_batch(bytes: &[u8]) -> Option<Batch> {
    let mut from = Reader(bytes);
    let requests = (0..from.count()?).map(|_| read_request(&mut from)).collect::<Option<_>>()?;
    let batch = Batch { requests, wants_placeholder: from.byte()? == 1 };
    from.end()?;
    Some(batch)
}

fn read_request(from: &mut Reader<'_>) -> Option<Request> {
    let side = |side: u32| (side > 0).then_some(side);
    Some(Request {
        width: side(from.short()?),
        height: side(from.short()?),
        fit: from.one_of(&FITS)?.0?,
        quality: Quality::new(from.byte()?.into()).ok()?,
        target: from.one_of(&Format::ALL)?.0.map_or(Target::Auto, Target::Format),
        speed: from.one_of(&SPEEDS)?.0?,
        may_change_format: from.byte()? == 1,
        is_precise: from.byte()? == 1,
        fault: from.one_of(&Fault::ALL)?.0,
    })
}

pub(super) fn write_answer(answer: &Result<Batched>) -> Vec<u8> {
    let mut to = Writer::default();
    match answer {
        Ok(made) => {
            to.byte(0);
            write_made(&mut to, made);
        }
        Err(error) => write_error(&mut to, error),
    }
    to.0
}

fn write_made(to: &mut Writer, made: &Batched) {
    to.number(made.outputs.len() as u64);
    for Output { data, format, width, height, timings } in &made.outputs {
        to.one_of(&Format::ALL, Some(format));
        to.number((*width).into());
        to.number((*height).into());
        let Timings { read, decode, resize, encode, total } = *timings;
        for time in [read, decode, resize, encode, total] {
            to.number(time.to_bits());
        }
        to.bytes(data);
    }
    for place in &made.places {
        to.number(*place as u64);
    }
    to.byte(made.placeholder.is_some().into());
    if let Some(Placeholder { blur, thumbhash, color }) = &made.placeholder {
        to.bytes(blur);
        to.bytes(thumbhash);
        for sample in color {
            to.byte(*sample);
        }
    }
}

/// What the room has made of a batch, or its error; `None` for what makes no sense.
pub(super) fn read_answer(bytes: &[u8], batch: &Batch, header: &Header) -> Option<Result<Batched>> {
    let mut from = Reader(bytes);
    let answer = match from.byte()? {
        0 => Ok(read_made(&mut from, batch, header)?),
        kind => Err(read_error(&mut from, kind)?),
    };
    from.end()?;
    Some(answer)
}

fn read_made(from: &mut Reader<'_>, batch: &Batch, header: &Header) -> Option<Batched> {
    let count = from.count().filter(|count| *count <= batch.requests.len())?;
    let outputs: Vec<Output> = (0..count).map(|_| read_output(from)).collect::<Option<_>>()?;
    let place = |request: &Request| {
        let place = from.len()?;
        is_wanted(outputs.get(place)?, request, header).then_some(place)
    };
    let places = batch.requests.iter().map(place).collect::<Option<_>>()?;
    let placeholder = if from.byte()? == 1 { Some(read_placeholder(from)?) } else { None };
    if placeholder.is_some() != batch.wants_placeholder {
        return None;
    }
    let (width, height) = header.oriented_size();
    Some(Batched { outputs, places, placeholder, width, height })
}

fn read_output(from: &mut Reader<'_>) -> Option<Output> {
    let format = from.one_of(&Format::ALL)?.0?;
    let (width, height) = (from.short()?, from.short()?);
    let mut time = || from.number().map(f64::from_bits).filter(|time| time.is_finite() && *time >= 0.0);
    let timings = Timings { read: time()?, decode: time()?, resize: time()?, encode: time()?, total: time()? };
    let data = from.bytes()?;
    (sniff(data)? == format.source()).then(|| Output { data: data.to_vec(), format, width, height, timings })
}

/// Says that an output may be what was asked for.
fn is_wanted(output: &Output, request: &Request, header: &Header) -> bool {
    let is_format = match request.target {
        Target::Format(format) => {
            output.format == format || (request.may_change_format && output.format == Format::Webp)
        }
        Target::Auto => true,
    };
    let most = Limits::default().max_output_side;
    let (width, height) = header.oriented_size();
    let fits = |side: u32, wanted: Option<u32>, own: u32| {
        // A margin may make one side larger than the picture's own, never than what was asked for.
        (1..=wanted.unwrap_or(own).min(most)).contains(&side)
    };
    is_format && fits(output.width, request.width, width) && fits(output.height, request.height, height)
}

fn read_placeholder(from: &mut Reader<'_>) -> Option<Placeholder> {
    let (blur, thumbhash) = (from.bytes()?, from.bytes()?);
    let is_small = blur.len() <= 4096 && thumbhash.len() <= 64 && sniff(blur) == Some(Format::Webp.source());
    let color = [from.byte()?, from.byte()?, from.byte()?];
    is_small.then(|| Placeholder { blur: blur.to_vec(), thumbhash: thumbhash.to_vec(), color })
}

fn write_error(to: &mut Writer, error: &Error) {
    let kind = match error {
        Error::Unsupported(_) => 2,
        Error::Limit { .. } => 3,
        Error::Internal(_) => 4,
        _ => 1,
    };
    to.byte(kind);
    match error {
        Error::Limit { what, max, got } => {
            to.one_of(&LIMITS, Some(what));
            to.number(*max);
            to.number(*got);
        }
        Error::Internal(text) => to.bytes(text.as_bytes()),
        other => {
            let complaint = other.complaint();
            for text in [complaint.subject, complaint.expected, complaint.received] {
                to.bytes(text.as_bytes());
            }
        }
    }
}

fn read_error(from: &mut Reader<'_>, kind: u8) -> Option<Error> {
    let mut text = || from.bytes().map(printable);
    Some(match kind {
        1 => Error::input(text()?, text()?, text()?),
        2 => Error::unsupported(text()?, text()?, text()?),
        3 => {
            let what = from.one_of(&LIMITS)?.0.unwrap_or("the picture");
            Error::Limit { what, max: from.number()?, got: from.number()? }
        }
        4 => Error::internal(format!("in the locked room: {}", text()?)),
        _ => return None,
    })
}

/// It ends up in logs.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..MOST_TEXT_BYTES).unwrap_or(bytes));
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::probe;

    const PHOTO: &[u8] = include_bytes!("../../__test__/fixtures/photo.avif");
    const BLUR: &[u8] = b"RIFF\x04\0\0\0WEBPVP8 ";

    fn header() -> Header {
        probe(PHOTO, &Limits::default()).unwrap()
    }

    fn batch() -> Batch {
        let one = Request {
            width: Some(300),
            height: Some(200),
            fit: Fit::Cover,
            quality: Quality::new(61.0).unwrap(),
            target: Target::Format(Format::Webp),
            speed: Speed::Small,
            may_change_format: true,
            is_precise: true,
            fault: Some(Fault::Loop),
        };
        Batch { requests: vec![one, Request::default()], wants_placeholder: true }
    }

    fn made() -> Batched {
        let timings = Timings { read: 0.5, decode: 2.0, resize: 0.0, encode: 7.0, total: 9.5 };
        let small = Output { data: BLUR.to_vec(), format: Format::Webp, width: 300, height: 200, timings };
        let large = Output { data: PHOTO.to_vec(), format: Format::Avif, width: 600, height: 400, timings };
        let placeholder = Placeholder { blur: BLUR.to_vec(), thumbhash: vec![1; 20], color: [1, 2, 3] };
        Batched {
            outputs: vec![large, small],
            places: vec![1, 0],
            placeholder: Some(placeholder),
            width: 600,
            height: 400,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(read_batch(&write_batch(&batch())), Some(batch()));
        assert_eq!(read_answer(&write_answer(&Ok(made())), &batch(), &header()), Some(Ok(made())));
    }

    #[test]
    fn errors_keep_their_kind_and_lose_what_a_log_must_not_show() {
        let told = |error: Error| read_answer(&write_answer(&Err(error)), &batch(), &header()).unwrap().unwrap_err();
        let limit = Error::Limit { what: "memory", max: 5, got: 7 };
        assert_eq!(told(limit.clone()), limit);
        assert_eq!(told(Error::input("a", "b", "c\x1b[31m\nd")), Error::input("a", "b", "c [31m d"));
        assert_eq!(told(Error::unsupported("a", "b", "c")), Error::unsupported("a", "b", "c"));
        assert!(matches!(told(Error::internal("x".repeat(5000))), Error::Internal(text) if text.len() < 400));
        // A room neither waits nor is cancelled.
        assert!(matches!(told(Error::Cancelled), Error::Input(_)));
    }

    #[test]
    fn what_was_not_asked_for_makes_no_sense() {
        let (batch, header) = (batch(), header());
        let mut lies: Vec<Batched> = (0..7).map(|_| made()).collect();
        lies[0].outputs[1].width = 301;
        lies[1].outputs[1].format = Format::Png;
        lies[2].outputs[1].data = b"no picture".to_vec();
        lies[3].places[0] = 2;
        lies[4].placeholder = None;
        lies[5].outputs[0].height = 0;
        lies[6].outputs.push(made().outputs.remove(0));
        for (index, lie) in lies.into_iter().enumerate() {
            assert_eq!(read_answer(&write_answer(&Ok(lie)), &batch, &header), None, "{index}");
        }
    }

    #[test]
    fn a_cut_or_a_longer_answer_makes_no_sense() {
        let whole = write_answer(&Ok(made()));
        for len in 0..whole.len() {
            assert_eq!(read_answer(&whole[..len], &batch(), &header()), None, "{len}");
        }
        assert_eq!(read_answer(&[whole, vec![0]].concat(), &batch(), &header()), None);
    }

    proptest! {
        /// Whatever a room says: no panic, and nothing larger than what it said.
        #[test]
        fn any_bytes_are_read_safely(changes in prop::collection::vec((0..400_usize, any::<u8>()), 0..8), tail in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut bytes = write_answer(&Ok(made()));
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            let len = bytes.len();
            if let Some(Ok(made)) = read_answer(&bytes, &batch(), &header()) {
                prop_assert!(made.outputs.iter().map(|output| output.data.len()).sum::<usize>() <= len);
                prop_assert_eq!(made.places.len(), 2);
            }
            drop(read_answer(&tail, &batch(), &header()));
            drop(read_batch(&tail));
        }
    }
}
