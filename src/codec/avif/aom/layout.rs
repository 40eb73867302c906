//! The beginnings of those structures of libaom 3.x that are read or written here; `aom_codec_enc_init_ver` refuses a library of another
//! layout. The rest of them goes by name, or is the library's own.

use std::ffi::{c_int, c_uint, c_void};

use crate::error::Result;
use crate::limits::reserve;

/// `AOM_ENCODER_ABI_VERSION` of 3.0 and later.
pub(super) const ABI_VERSION: c_int = 29;
/// `AOM_USAGE_ALL_INTRA`
pub(super) const ALL_INTRA: c_uint = 2;
/// `AOM_Q`
pub(super) const CONSTANT_QUALITY: c_uint = 3;
/// `AOM_IMG_FMT_I420` and `AOM_IMG_FMT_I444`
pub(super) const I420: c_int = 0x102;
pub(super) const I444: c_int = 0x106;
/// `AV1E_SET_COLOR_RANGE`
pub(super) const SET_COLOR_RANGE: c_int = 52;
/// `AOM_CODEC_CX_FRAME_PKT`
pub(super) const FRAME_PACKET: c_int = 0;

/// `aom_codec_iface_t`, opaque here.
#[repr(C)]
pub(super) struct Interface {
    _opaque: [u8; 0],
}

/// The beginning of `aom_codec_enc_cfg_t`.
#[repr(C)]
pub(super) struct Configuration {
    pub(super) usage: c_uint,
    pub(super) threads: c_uint,
    pub(super) profile: c_uint,
    pub(super) width: c_uint,
    pub(super) height: c_uint,
    /// Pictures that will come.
    pub(super) limit: c_uint,
    forced_max: [c_uint; 2],
    bit_depth: [c_uint; 2],
    timebase: [c_int; 2],
    error_resilient: u32,
    pass: c_uint,
    pub(super) lag_in_frames: c_uint,
    rate_control: [c_uint; 9],
    pub(super) end_usage: c_uint,
    statistics: [[usize; 2]; 2],
    rates: [c_uint; 11],
    key_frames: [c_int; 6],
    large_scale_tile: c_uint,
    pub(super) monochrome: c_uint,
}

/// `aom_codec_ctx_t`: seven words, of which the library alone knows the last.
#[repr(C)]
pub(super) struct Context {
    _words: [*mut c_void; 7],
}

impl Context {
    pub(super) const ZEROED: Self = Self { _words: [std::ptr::null_mut(); 7] };
}

/// The beginning of `aom_image_t`.
#[repr(C)]
pub(super) struct Image {
    format: c_int,
    colors: [c_int; 3],
    pub(super) monochrome: c_int,
    chroma_position: c_int,
    pub(super) range: c_int,
}

/// The beginning of `aom_codec_cx_pkt_t`, as it is for a frame.
#[repr(C)]
pub(super) struct Packet {
    pub(super) kind: c_int,
    pub(super) data: *const u8,
    pub(super) len: usize,
}

/// Zeroed room for a structure of which only the beginning is known: `aom_codec_enc_cfg_t` of 3.13 has 900 bytes.
pub(super) fn room() -> Result<Vec<u64>> {
    const WORDS: usize = (16 << 10) / size_of::<u64>();
    let mut room = reserve(WORDS as u64)?;
    room.resize(WORDS, 0);
    Ok(room)
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use std::mem::offset_of;

    use super::*;

    /// As a C compiler lays out the headers of 3.11 and 3.13.
    #[test]
    fn offsets_are_those_of_the_headers() {
        assert_eq!((offset_of!(Configuration, width), offset_of!(Configuration, limit)), (12, 20));
        assert_eq!((offset_of!(Configuration, lag_in_frames), offset_of!(Configuration, end_usage)), (56, 96));
        assert_eq!(offset_of!(Configuration, monochrome), 208);
        assert_eq!((offset_of!(Image, monochrome), offset_of!(Image, range)), (16, 24));
        assert_eq!((offset_of!(Packet, data), offset_of!(Packet, len), size_of::<Context>()), (8, 16, 56));
    }
}
