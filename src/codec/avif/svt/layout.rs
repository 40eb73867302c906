//! The two structures of SVT-AV1 4.x whose layout is compiled in: a buffer on its way in or out, and the planes in it.
//! All settings go by name, so that no layout of one version's configuration is needed.

use std::ffi::c_void;
use std::ptr;

use crate::error::Result;
use crate::limits::reserve;

/// `EB_BUFFERFLAG_EOS`: nothing comes after this buffer.
pub(super) const END_OF_STREAM: u32 = 1;
/// `EB_BUFFERFLAG_ERROR_MASK`.
pub(super) const ERROR_FLAGS: u32 = 0xffff_fff0;
/// `EB_AV1_INVALID_PICTURE`: the encoder chooses the picture's type.
const ANY_PICTURE: u32 = 0xff;

/// `EbSvtAv1EncConfiguration`, opaque here.
#[repr(C)]
pub(super) struct Configuration {
    _opaque: [u8; 0],
}

/// Zeroed room for a configuration: 4.1 writes to the first 524 bytes, 4.2 knows 664.
pub(super) fn configuration_room() -> Result<Vec<u64>> {
    const WORDS: usize = (64 << 10) / size_of::<u64>();
    let mut room = reserve(WORDS as u64)?;
    room.resize(WORDS, 0);
    Ok(room)
}

/// `EbComponentType`, opaque here.
#[repr(C)]
pub(super) struct Component {
    _opaque: [u8; 0],
}

/// `EbSvtIOFormat`: planes of 16-bit samples, strides in samples.
#[repr(C)]
pub(super) struct Frame {
    pub(super) luma: *const u16,
    pub(super) blue: *const u16,
    pub(super) red: *const u16,
    pub(super) luma_stride: u32,
    pub(super) red_stride: u32,
    pub(super) blue_stride: u32,
}

/// `EbBufferHeaderType`.
#[repr(C)]
pub(super) struct Buffer {
    size: u32,
    pub(super) data: *mut c_void,
    pub(super) filled_len: u32,
    alloc_len: u32,
    app_private: *mut c_void,
    wrapper: *mut c_void,
    tick_count: u32,
    dts: i64,
    pts: i64,
    temporal_layer_index: u8,
    qp: u32,
    average_qp: u32,
    picture_type: u32,
    sse: [u64; 3],
    pub(super) flags: u32,
    ssim: [f64; 3],
    metadata: *mut c_void,
}

impl Buffer {
    /// A buffer that says so many bytes of a frame are behind `data`.
    pub(super) const fn new(data: *mut c_void, filled_len: u32, flags: u32) -> Self {
        Self {
            #[expect(clippy::cast_possible_truncation, reason = "144 bytes")]
            size: size_of::<Self>() as u32,
            data,
            filled_len,
            alloc_len: filled_len,
            app_private: ptr::null_mut(),
            wrapper: ptr::null_mut(),
            tick_count: 0,
            dts: 0,
            pts: 0,
            temporal_layer_index: 0,
            qp: 0,
            average_qp: 0,
            picture_type: ANY_PICTURE,
            sse: [0; 3],
            flags,
            ssim: [0.0; 3],
            metadata: ptr::null_mut(),
        }
    }
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::*;

    /// As a C compiler lays out the headers of 4.0 to 4.2 (`EbSvtAv1.h`).
    #[test]
    fn offsets_are_those_of_the_header() {
        assert_eq!((size_of::<Buffer>(), size_of::<Frame>()), (144, 40));
        let offsets = [
            std::mem::offset_of!(Buffer, data),
            std::mem::offset_of!(Buffer, filled_len),
            std::mem::offset_of!(Buffer, wrapper),
        ];
        assert_eq!(offsets, [8, 16, 32]);
        assert_eq!((std::mem::offset_of!(Buffer, flags), std::mem::offset_of!(Buffer, metadata)), (104, 136));
        assert_eq!((std::mem::offset_of!(Frame, luma_stride), std::mem::offset_of!(Frame, blue_stride)), (24, 32));
    }
}
