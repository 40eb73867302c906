//! The child's own part: locks itself in, then answers one order after another until its input ends. Never returns to the program that it
//! was started by.

use std::io::{self, Read, Write};
use std::sync::atomic::Ordering;

use super::IS_INSIDE;
use super::fault::failed;
#[cfg(target_os = "linux")]
use super::lock::Lock;
use super::outside::{GREETING, HEAD_BYTES, RECEIPT};
use crate::error::Result;
use crate::limits::reserve;

/// No order is longer: a batch has some bytes for each of its variants.
const MOST_ORDER_BYTES: u64 = 1 << 20;

/// Serves until the parent closes the pipe, and ends the process then. `answer` takes an order, a source, and the bytes that both and all
/// work may take. An error is told where locking fails, before anything was read.
pub fn serve(mut answer: impl FnMut(&[u8], Vec<u8>, u64) -> Vec<u8>) -> Result<()> {
    IS_INSIDE.store(true, Ordering::Relaxed);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let most_bytes = number(&mut input).map_err(failed)?;
    let lock = Lock::new(most_bytes).map_err(failed)?;
    let opened = output.write_all(GREETING).and_then(|()| output.flush());
    opened.map_err(failed)?;
    let ended = turn(&mut input, &mut output, &lock, &mut answer);
    leave(i32::from(ended.is_err()))
}

/// Orders and answers, until there are no more.
fn turn(
    input: &mut impl Read,
    output: &mut impl Write,
    lock: &Lock,
    answer: &mut impl FnMut(&[u8], Vec<u8>, u64) -> Vec<u8>,
) -> io::Result<()> {
    loop {
        let mut head = [0; HEAD_BYTES];
        match input.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        }
        let mut numbers = head.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let (order_len, source_len, peak_bytes, stack_bytes, milliseconds) = (next(), next(), next(), next(), next());
        if order_len > MOST_ORDER_BYTES || source_len > peak_bytes {
            return Err(io::ErrorKind::InvalidData.into());
        }
        lock.allow(peak_bytes.saturating_add(stack_bytes), milliseconds)?;
        let order = bytes(input, order_len)?;
        let source = bytes(input, source_len)?;
        output.write_all(&RECEIPT)?;
        output.flush()?;
        let made = answer(&order, source, peak_bytes);
        output.write_all(&(made.len() as u64).to_le_bytes())?;
        output.write_all(&made)?;
        output.flush()?;
    }
}

fn number(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn bytes(input: &mut impl Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = reserve(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    if input.take(len).read_to_end(&mut bytes)? as u64 != len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

/// Without the program's own farewell, which may want what is locked away.
#[expect(unsafe_code, reason = "asks the system")]
fn leave(code: i32) -> ! {
    // SAFETY: takes an integer and does not return.
    unsafe { libc::_exit(code) }
}

/// Systems without the limits of Linux: the deadline of the parent is all there is.
#[cfg(not(target_os = "linux"))]
struct Lock;

#[cfg(not(target_os = "linux"))]
impl Lock {
    #[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
    const fn new(_most_bytes: u64) -> io::Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as on Linux")]
    const fn allow(&self, _room_bytes: u64, _milliseconds: u64) -> io::Result<()> {
        Ok(())
    }
}
