//! The first frame of a GIF, by `image`.

use std::io::Cursor as IoCursor;

use image::codecs::gif::GifDecoder;

use crate::codec::decode::Decoded;
use crate::codec::foreign;
use crate::codec::header::Header;
use crate::error::Result;
use crate::limits::Limits;

pub(in crate::codec) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    let decoded = foreign::read(GifDecoder::new(IoCursor::new(bytes)), header, limits, buffer)?;
    if header.has_alpha() { Ok(decoded) } else { Ok(Decoded { image: decoded.image.drop_alpha()?, ..decoded }) }
}
