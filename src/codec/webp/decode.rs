//! WebP pixels: a still picture, or the first frame of an animation.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;

use super::header::has_whole_frame;
use crate::codec::decode::Decoded;
use crate::codec::foreign;
use crate::codec::header::Header;
use crate::codec::probe::truncated;
use crate::error::Result;
use crate::limits::Limits;

pub(in crate::codec) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    if !has_whole_frame(bytes) {
        return Err(truncated());
    }
    foreign::read(WebPDecoder::new(Cursor::new(bytes)), header, limits, buffer)
}
