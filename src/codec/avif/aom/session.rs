//! One encode from context to bytes, on the calling thread. Whatever fails, the context is gone when it ends.

use std::ffi::{CStr, CString, c_int};
use std::ptr;

use super::layout::{
    ABI_VERSION, ALL_INTRA, CONSTANT_QUALITY, Configuration, Context, FRAME_PACKET, I420, I444, Image, SET_COLOR_RANGE,
    room,
};
use super::library::{Code, Library};
use super::samples::Samples;
use crate::error::{Error, Result};

/// A name and a value of `aom_codec_set_option`.
pub(super) type Parameter = (&'static CStr, String);

/// A temporal delimiter without content, which a file of one picture must not have (AV1-ISOBMFF, section 2.4).
const DELIMITER: &[u8] = &[0x12, 0x00];

/// A context that was begun and is undone when dropped.
struct Session<'l> {
    library: &'l Library,
    context: Box<Context>,
}

/// The AV1 stream of one picture.
pub(super) fn encode(library: &Library, samples: &mut Samples, parameters: &[Parameter]) -> Result<Vec<u8>> {
    let mut session = Session::open(library, samples, parameters)?;
    let mut stream = Vec::new();
    session.send(samples)?;
    // Each call makes the packets of the one before invalid.
    session.receive(&mut stream)?;
    session.finish()?;
    session.receive(&mut stream)?;
    if stream.is_empty() {
        return Err(Error::internal("libaom failed: no stream"));
    }
    if stream.starts_with(DELIMITER) {
        stream.drain(..DELIMITER.len());
    }
    Ok(stream)
}

impl<'l> Session<'l> {
    fn open(library: &'l Library, samples: &Samples, parameters: &[Parameter]) -> Result<Self> {
        let mut room = room()?;
        let configuration = room.as_mut_ptr().cast::<Configuration>();
        #[expect(unsafe_code, reason = "calls into C")]
        // SAFETY: the configuration has room for more than any 3.x writes, and zeros are a valid beginning.
        let (interface, code, settings) = unsafe {
            let interface = (library.get_interface)();
            (interface, (library.get_defaults)(interface, configuration, ALL_INTRA), &mut *configuration)
        };
        check("enc_config_default", code)?;
        let (width, height) = samples.size();
        (settings.width, settings.height, settings.limit, settings.threads) = (width, height, 1, 1);
        (settings.lag_in_frames, settings.end_usage) = (0, CONSTANT_QUALITY);
        // 4:0:0 is of the main profile, 4:4:4 of the high one (AV1 specification, annex A).
        (settings.profile, settings.monochrome) = if samples.is_gray() { (0, 1) } else { (1, 0) };
        let mut context = Box::new(Context::ZEROED);
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the context is written to, the configuration copied. One that fails undoes itself.
        let code = unsafe { (library.init)(&raw mut *context, interface, configuration, 0, ABI_VERSION) };
        check("enc_init", code)?;
        let mut session = Self { library, context };
        for (name, value) in parameters {
            session.set(name, value)?;
        }
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the context lives, and this control takes an `int`.
        let code = unsafe { (library.control)(session.context(), SET_COLOR_RANGE, 1 as c_int) };
        check("the full range", code)?;
        Ok(session)
    }

    fn context(&mut self) -> *mut Context {
        &raw mut *self.context
    }

    fn set(&mut self, name: &CStr, value: &str) -> Result<()> {
        let text = CString::new(value).map_err(|_| Error::internal("a zero in a setting of libaom"))?;
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the context lives; two texts that end with a zero.
        let code = unsafe { (self.library.set_option)(self.context(), name.as_ptr(), text.as_ptr()) };
        check(&format!("{}={value}", name.to_string_lossy()), code)
    }

    fn send(&mut self, samples: &mut Samples) -> Result<()> {
        let ((width, height), is_gray) = (samples.size(), samples.is_gray());
        let mut room = room()?;
        let image = room.as_mut_ptr().cast::<Image>();
        let format = if is_gray { I420 } else { I444 };
        #[expect(unsafe_code, reason = "calls into C")]
        // SAFETY: the image has room for more than any 3.x writes; the samples are as many as the format has at an alignment of
        // 1, and outlive the call that reads them.
        let code = unsafe {
            if (self.library.wrap)(image, format, width, height, 1, samples.data_mut().as_mut_ptr()).is_null() {
                return Err(Error::internal("libaom failed: img_wrap"));
            }
            (*image).range = 1;
            (*image).monochrome = c_int::from(is_gray);
            (self.library.encode)(self.context(), image, 0, 1, 0)
        };
        check("encode", code)
    }

    /// Says that nothing follows.
    fn finish(&mut self) -> Result<()> {
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the context lives; no picture means the end.
        let code = unsafe { (self.library.encode)(self.context(), ptr::null(), 0, 1, 0) };
        check("encode at the end", code)
    }

    /// Adds what is there.
    fn receive(&mut self, stream: &mut Vec<u8>) -> Result<()> {
        let mut place = ptr::null();
        loop {
            #[expect(unsafe_code, reason = "reads what C points to")]
            // SAFETY: the context lives; what is returned is null or a packet of the library's that lasts until the next call.
            let packet = unsafe { (self.library.get_packet)(self.context(), &raw mut place).as_ref() };
            let Some(packet) = packet else { return Ok(()) };
            if packet.kind != FRAME_PACKET || packet.len == 0 || packet.data.is_null() {
                continue;
            }
            stream.try_reserve(packet.len).map_err(|_| Error::internal("no memory for the file"))?;
            #[expect(unsafe_code, reason = "reads what C points to")]
            // SAFETY: the library says that so many bytes are there.
            stream.extend_from_slice(unsafe { std::slice::from_raw_parts(packet.data, packet.len) });
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the context lives, and is not used after this.
        unsafe {
            (self.library.destroy)(self.context());
        }
    }
}

fn check(call: &str, code: Code) -> Result<()> {
    if code == 0 { Ok(()) } else { Err(Error::internal(format!("libaom failed: {call} says {code}"))) }
}
