//! One encode from handle to bytes. Whatever fails, the handle and its threads are gone when it ends.

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};

use super::layout::{Buffer, Component, Configuration, END_OF_STREAM, ERROR_FLAGS, Frame, configuration_room};
use super::library::{Code, Library};
use super::samples::Samples;
use super::scheduling::Scheduling;
use crate::error::{Error, Result};

/// A name and a value of `svt_av1_enc_parse_parameter`.
pub(super) type Parameter = (&'static CStr, String);

/// A temporal delimiter without content, which a file of one picture must not have (AV1-ISOBMFF, section 2.4).
const DELIMITER: &[u8] = &[0x12, 0x00];

/// A handle that was made and is undone when dropped, with its threads.
pub(in crate::codec::avif) struct Session<'l> {
    library: &'l Library,
    handle: NonNull<Component>,
}

impl<'l> Session<'l> {
    /// Starts the encoder for one picture. Fails where threads or memory are short.
    pub(super) fn open(library: &'l Library, parameters: &[Parameter]) -> Result<Self> {
        let mut room = configuration_room()?;
        let configuration = room.as_mut_ptr().cast::<Configuration>();
        let mut handle = ptr::null_mut();
        let scheduling = Scheduling::keep();
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: both are written to; the configuration has room for more than any 4.x writes.
        let code = unsafe { (library.init_handle)(&raw mut handle, configuration) };
        drop(scheduling);
        let handle = NonNull::new(handle).ok_or_else(|| failed("init_handle", code))?;
        let session = Self { library, handle };
        check("init_handle", code)?;
        for (name, value) in parameters {
            let text = CString::new(value.as_str()).map_err(|_| Error::internal("a zero in a setting of SVT-AV1"))?;
            #[expect(unsafe_code, reason = "a call into C")]
            // SAFETY: the configuration that was filled above, and two texts that end with a zero.
            let code = unsafe { (library.parse_parameter)(configuration, name.as_ptr(), text.as_ptr()) };
            check(&format!("{}={value}", name.to_string_lossy()), code)?;
        }
        #[expect(unsafe_code, reason = "calls into C")]
        // SAFETY: the handle lives, and the library copies the configuration.
        unsafe {
            check("set_parameter", (library.set_parameter)(handle.as_ptr(), configuration))?;
            check("init", (library.init)(handle.as_ptr()))?;
        }
        Ok(session)
    }

    /// The AV1 stream of the picture, which has the size that the parameters say.
    pub(super) fn encode(self, samples: Samples) -> Result<Vec<u8>> {
        self.send(&samples)?;
        // The encoder has copied them, and takes more from here on.
        drop(samples);
        self.finish()?;
        let mut stream = self.receive()?;
        if stream.starts_with(DELIMITER) {
            stream.drain(..DELIMITER.len());
        }
        Ok(stream)
    }

    /// Hands over the one picture, which is copied.
    fn send(&self, samples: &Samples) -> Result<()> {
        let (luma, [blue, red]) = (samples.luma(), samples.chroma());
        let mut frame = Frame {
            luma: luma.as_ptr(),
            blue: blue.as_ptr(),
            red: red.as_ptr(),
            luma_stride: samples.luma_width(),
            red_stride: samples.chroma_width(),
            blue_stride: samples.chroma_width(),
        };
        let bytes = size_of_val(luma) + size_of_val(blue) + size_of_val(red);
        let bytes = u32::try_from(bytes).map_err(|_| Error::internal("more than 4 GB for SVT-AV1"))?;
        self.post("send_picture", Buffer::new((&raw mut frame).cast(), bytes, 0))
    }

    /// Says that nothing follows.
    fn finish(&self) -> Result<()> {
        self.post("send_picture at the end", Buffer::new(ptr::null_mut(), 0, END_OF_STREAM))
    }

    fn post(&self, call: &str, mut buffer: Buffer) -> Result<()> {
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the handle lives; the buffer and the planes behind it, of the size that was set, outlive the call, which
        // reads them only.
        let code = unsafe { (self.library.send_picture)(self.handle.as_ptr(), &raw mut buffer) };
        check(call, code)
    }

    /// Waits for the encoder.
    fn receive(&self) -> Result<Vec<u8>> {
        let mut stream = Vec::new();
        loop {
            let mut packet = ptr::null_mut();
            #[expect(unsafe_code, reason = "a call into C")]
            // SAFETY: the handle lives, all pictures were sent, and the pointer is written to.
            let code = unsafe { (self.library.get_packet)(self.handle.as_ptr(), &raw mut packet, 1) };
            let Some(packet) = NonNull::new(packet) else { return Err(failed("get_packet", code)) };
            let packet = Packet { library: self.library, packet };
            check("get_packet", code)?;
            if packet.append_to(&mut stream)? {
                return Ok(stream);
            }
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "calls into C")]
        // SAFETY: the handle lives, and is not used after this. Both calls may come at any stage; threads are joined.
        unsafe {
            (self.library.deinit)(self.handle.as_ptr());
            (self.library.deinit_handle)(self.handle.as_ptr());
        }
    }
}

/// A buffer of the library's, given back when dropped.
struct Packet<'l> {
    library: &'l Library,
    packet: NonNull<Buffer>,
}

impl Packet<'_> {
    /// Copies its bytes; says whether it was the last one.
    fn append_to(&self, stream: &mut Vec<u8>) -> Result<bool> {
        #[expect(unsafe_code, reason = "reads what C points to")]
        // SAFETY: not null, and the library's until it is given back.
        let packet = unsafe { self.packet.as_ref() };
        if packet.flags & ERROR_FLAGS != 0 {
            return Err(Error::internal(format!("SVT-AV1 failed: a packet with flags {:#x}", packet.flags)));
        }
        let len = packet.filled_len as usize;
        if len > 0 && !packet.data.is_null() {
            stream.try_reserve(len).map_err(|_| Error::internal("no memory for the file"))?;
            #[expect(unsafe_code, reason = "reads what C points to")]
            // SAFETY: the library says that so many bytes are there.
            stream.extend_from_slice(unsafe { std::slice::from_raw_parts(packet.data.cast::<u8>(), len) });
        }
        Ok(packet.flags & END_OF_STREAM != 0)
    }
}

impl Drop for Packet<'_> {
    fn drop(&mut self) {
        let mut packet = self.packet.as_ptr();
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: a packet that the library gave, once, while its session lives.
        unsafe {
            (self.library.release_buffer)(&raw mut packet);
        }
    }
}

fn check(call: &str, code: Code) -> Result<()> {
    if code == 0 { Ok(()) } else { Err(failed(call, code)) }
}

#[cold]
fn failed(call: &str, code: Code) -> Error {
    Error::internal(format!("SVT-AV1 failed: {call} says {code:#x}"))
}
