//! The call into libwebp with planes of ours. The only place of this folder that knows pointers.

use std::ptr;

use libwebp_sys::{
    WebPEncCSP, WebPEncode, WebPEncodingError, WebPMemoryWrite, WebPMemoryWriter, WebPMemoryWriterClear, WebPPicture,
    WebPPictureFree,
};
use webp::WebPConfig;

use crate::error::{Error, Result};
use crate::limits;

/// 4:2:0 planes of the narrow range, rows without padding.
pub(super) struct Frame<'a> {
    pub(super) size: (u32, u32),
    pub(super) luma: &'a mut [u8],
    pub(super) blue: &'a mut [u8],
    pub(super) red: &'a mut [u8],
    pub(super) alpha: Option<&'a mut [u8]>,
}

impl Frame<'_> {
    /// libwebp trusts what it is told: the one check that its reads and writes rest on.
    fn is_whole(&self) -> bool {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let pixels = width.saturating_mul(height);
        let chroma = width.div_ceil(2).saturating_mul(height.div_ceil(2));
        let alpha = self.alpha.as_ref().is_none_or(|alpha| alpha.len() == pixels);
        pixels > 0 && self.luma.len() == pixels && self.blue.len() == chroma && self.red.len() == chroma && alpha
    }

    /// A picture whose planes are borrowed. It must not outlive them.
    fn picture(&mut self) -> Result<WebPPicture> {
        let side = |side: u32| i32::try_from(side).map_err(|_| Error::internal("a side beyond 31 bits"));
        let mut picture = WebPPicture::new().map_err(|()| Error::internal("libwebp of another version"))?;
        picture.use_argb = 0;
        (picture.width, picture.height) = (side(self.size.0)?, side(self.size.1)?);
        (picture.y, picture.y_stride) = (self.luma.as_mut_ptr(), picture.width);
        (picture.u, picture.v) = (self.blue.as_mut_ptr(), self.red.as_mut_ptr());
        picture.uv_stride = side(self.size.0.div_ceil(2))?;
        picture.colorspace = WebPEncCSP::WEBP_YUV420;
        if let Some(alpha) = &mut self.alpha {
            picture.colorspace = WebPEncCSP::WEBP_YUV420A;
            (picture.a, picture.a_stride) = (alpha.as_mut_ptr(), picture.width);
        }
        Ok(picture)
    }
}

/// What libwebp has allocated for one call. Gives it back, however the call ends.
struct Call {
    picture: WebPPicture,
    writer: WebPMemoryWriter,
}

impl Drop for Call {
    #[expect(unsafe_code, reason = "C's memory goes back to C's allocator")]
    fn drop(&mut self) {
        // SAFETY: both were initialized before `Call` was made, both functions take fields that are null, and neither
        // frees planes that libwebp did not allocate.
        unsafe {
            WebPMemoryWriterClear(&raw mut self.writer);
            WebPPictureFree(&raw mut self.picture);
        }
    }
}

/// The file of these planes. libwebp writes over luma and chroma where alpha is zero.
#[expect(unsafe_code, reason = "libwebp is C")]
pub(super) fn encode(mut frame: Frame<'_>, config: &WebPConfig) -> Result<Vec<u8>> {
    if !frame.is_whole() {
        return Err(Error::internal(format!("planes that are not of {:?}", frame.size)));
    }
    let writer = WebPMemoryWriter { mem: ptr::null_mut(), size: 0, max_size: 0, pad: [0] };
    let mut call = Call { picture: frame.picture()?, writer };
    call.picture.writer = Some(WebPMemoryWrite);
    call.picture.custom_ptr = (&raw mut call.writer).cast();
    // SAFETY: `is_whole` saw that each plane holds its rows at its stride; `frame` borrows them mutably until the end of
    // this function. `call` does not move while `custom_ptr` points into it. Both structs are those of the linked version.
    let is_done = unsafe { WebPEncode(config, &raw mut call.picture) } != 0;
    if !is_done {
        return Err(fault(call.picture.error_code));
    }
    let mut file = limits::reserve(call.writer.size as u64)?;
    if !call.writer.mem.is_null() {
        // SAFETY: `WebPMemoryWrite` has written `size` bytes at `mem`, which stays until `call` is dropped.
        file.extend_from_slice(unsafe { std::slice::from_raw_parts(call.writer.mem, call.writer.size) });
    }
    if file.is_empty() { Err(Error::internal("libwebp wrote nothing")) } else { Ok(file) }
}

#[cold]
fn fault(code: WebPEncodingError) -> Error {
    use WebPEncodingError as Code;
    let received = match code {
        Code::VP8_ENC_ERROR_USER_ABORT => return Error::Cancelled,
        Code::VP8_ENC_ERROR_OUT_OF_MEMORY | Code::VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY => "no memory",
        Code::VP8_ENC_ERROR_BAD_DIMENSION => "a size it cannot say",
        Code::VP8_ENC_ERROR_INVALID_CONFIGURATION => "settings it does not know",
        Code::VP8_ENC_ERROR_PARTITION0_OVERFLOW | Code::VP8_ENC_ERROR_PARTITION_OVERFLOW => "a partition too large",
        Code::VP8_ENC_ERROR_FILE_TOO_BIG => "a file beyond 4 GB",
        other => return Error::internal(format!("libwebp failed: {other:?}")),
    };
    Error::internal(format!("libwebp failed: {received}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_of_another_size_never_reach_libwebp() {
        let mut samples = [128; 64];
        for (luma, chroma) in [(63, 16), (64, 15), (0, 0)] {
            let (mut blue, mut red) = (vec![128; chroma], vec![128; chroma]);
            let luma = samples.get_mut(..luma).unwrap();
            let frame = Frame { size: (8, 8), luma, blue: &mut blue, red: &mut red, alpha: None };
            assert!(matches!(encode(frame, &WebPConfig::new().unwrap()), Err(Error::Internal(_))));
        }
    }
}
