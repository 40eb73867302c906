//! One picture: its bytes, which libvips reads as long as the picture is there, its description, and its rows from the top.
#![expect(unsafe_code, reason = "calls libvips")]

use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{NonNull, null_mut};

use libvips_rs::bindings;

use super::library::{complaint, forget, is_started};
use crate::error::{Error, Result};

/// What reads the bytes; nothing is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) enum Loader {
    Heif,
}

/// Rows of interleaved samples.
pub(in crate::codec) struct Picture<'b> {
    /// Has a reference to the picture.
    region: Object<bindings::VipsRegion>,
    size: Size,
    /// libvips has no copy of them.
    _bytes: PhantomData<&'b [u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) struct Size {
    pub(in crate::codec) width: u32,
    pub(in crate::codec) height: u32,
    pub(in crate::codec) channels: usize,
    /// 1, or 2 in the machine's order.
    pub(in crate::codec) sample_bytes: usize,
}

impl<'b> Picture<'b> {
    /// Reads the header. Pixels are decoded with the first row.
    pub(in crate::codec) fn open(bytes: &'b [u8], loader: Loader) -> Result<Self> {
        is_started()?;
        forget();
        let len = bytes.len().try_into().map_err(|_| failed("too many bytes"))?;
        let start = bytes.as_ptr().cast_mut().cast::<c_void>();
        let mut picture = null_mut();
        // Rows come from the top: libvips would keep a whole picture otherwise, or write it to a file.
        let (access, sequential) = (c"access".as_ptr(), bindings::VipsAccess_VIPS_ACCESS_SEQUENTIAL);
        let code = match loader {
            // SAFETY: the bytes are only read, and outlive the picture by its lifetime; options are pairs of a name and an integer, and
            // end with a null.
            Loader::Heif => unsafe {
                let none = null_mut::<c_void>();
                bindings::vips_heifload_buffer(start, len, &raw mut picture, access, sequential, none)
            },
        };
        let picture = Object::new(picture).filter(|_| code == 0).ok_or_else(|| failed(complaint()))?;
        let size = Size::of(&picture)?;
        // SAFETY: the picture is alive, and stays so when it is let go here: the region has a reference of its own.
        let region = Object::new(unsafe { bindings::vips_region_new(picture.0.as_ptr()) });
        Ok(Self { region: region.ok_or_else(|| failed(complaint()))?, size, _bytes: PhantomData })
    }

    pub(in crate::codec) const fn size(&self) -> Size {
        self.size
    }

    /// Has a look at a row; each below the last.
    pub(in crate::codec) fn row<T>(&mut self, row: u32, look: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let number = |value: u32| c_int::try_from(value).map_err(|_| failed("a side that no number holds"));
        let (width, row) = (number(self.size.width)?, number(row)?);
        let mut len = 0;
        // SAFETY: the region is alive; it refuses rows that are outside of the picture.
        let start = unsafe { bindings::vips_region_fetch(self.region.0.as_ptr(), 0, row, width, 1, &raw mut len) };
        let start = NonNull::new(start).ok_or_else(|| failed(complaint()))?;
        let fetched = Fetched(start, usize::try_from(len).unwrap_or(0));
        // SAFETY: libvips has filled that many bytes, and they are ours until they are freed.
        let bytes = unsafe { std::slice::from_raw_parts(fetched.0.as_ptr(), fetched.1) };
        if bytes.len() != self.size.row_bytes() {
            return Err(failed("a row of another length"));
        }
        Ok(look(bytes))
    }
}

impl Size {
    fn of(picture: &Object<bindings::VipsImage>) -> Result<Self> {
        let picture = picture.0.as_ptr();
        // SAFETY: the picture is alive.
        let numbers = unsafe {
            [
                bindings::vips_image_get_width(picture),
                bindings::vips_image_get_height(picture),
                bindings::vips_image_get_bands(picture),
                bindings::vips_image_get_format(picture),
            ]
        };
        let [Ok(width), Ok(height), Ok(channels), Ok(format)] = numbers.map(u32::try_from) else {
            return Err(failed("a size below zero"));
        };
        let sample_bytes = match c_int::try_from(format) {
            Ok(bindings::VipsBandFormat_VIPS_FORMAT_UCHAR) => 1,
            Ok(bindings::VipsBandFormat_VIPS_FORMAT_USHORT) => 2,
            _ => return Err(failed("samples of another kind")),
        };
        Ok(Self { width, height, channels: channels as usize, sample_bytes })
    }

    const fn row_bytes(self) -> usize {
        (self.width as usize).saturating_mul(self.channels).saturating_mul(self.sample_bytes)
    }
}

#[cold]
fn failed(why: impl std::fmt::Display) -> Error {
    Error::input("the picture", "one that libvips decodes", why)
}

/// A reference to what libvips counts references of.
struct Object<T>(NonNull<T>);

impl<T> Object<T> {
    /// Takes the reference over.
    fn new(object: *mut T) -> Option<Self> {
        NonNull::new(object).map(Self)
    }
}

impl<T> Drop for Object<T> {
    fn drop(&mut self) {
        // SAFETY: the one reference that is ours.
        unsafe { bindings::g_object_unref(self.0.as_ptr().cast()) }
    }
}

struct Fetched(NonNull<u8>, usize);

impl Drop for Fetched {
    fn drop(&mut self) {
        // SAFETY: memory of GLib's allocator, which nobody else has.
        unsafe { bindings::g_free(self.0.as_ptr().cast()) }
    }
}
