//! BMP, by `image`.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;

use super::cursor::Parsed;
use super::decode::Decoded;
use super::foreign;
use super::header::Header;
use crate::error::Result;
use crate::format::SourceFormat;
use crate::limits::Limits;

pub(super) fn header(bytes: &[u8]) -> Parsed<Header> {
    foreign::describe(SourceFormat::Bmp, BmpDecoder::new(Cursor::new(bytes)))
}

pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    foreign::read(BmpDecoder::new(Cursor::new(bytes)), header, limits, buffer)
}
