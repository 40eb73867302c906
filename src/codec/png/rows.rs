//! PNG pixels one row at a time, as they are decoded: the picture never exists as a whole.

use super::decode::{fault, open, profile, sample};
use crate::codec::header::Header;
use crate::codec::probe::truncated;
use crate::codec::rows::PixelSink;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::planes::Samples;

pub(in crate::codec) fn decode_rows(
    bytes: &[u8],
    header: &Header,
    limits: &Limits,
    is_cancelled: &dyn Fn() -> bool,
    sink: &mut PixelSink<'_>,
) -> Result<Option<Vec<u8>>> {
    let mut reader = open(bytes, header)?;
    let (_, is_wide) = sample(&reader, header)?;
    let size = (reader.info().width, reader.info().height);
    if header.is_progressive || size != (header.width, header.height) {
        return Err(Error::input("the PNG", "rows of the size that its header says", "others"));
    }
    for _ in 0..header.height {
        if is_cancelled() {
            return Err(Error::Cancelled);
        }
        let row = reader.next_row().map_err(|error| fault(&error))?.ok_or_else(truncated)?;
        sink(if is_wide { Samples::Wide(row.data()) } else { Samples::Bytes(row.data()) })?;
    }
    Ok(profile(&reader, limits))
}
