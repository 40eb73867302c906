//! The two pipes to a child, without waiting for longer than was said. A child is believed nothing: neither that it reads, nor that it
//! ever answers.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use crate::pool::Cancel;

/// How often the cancellation is looked at.
const TURN: Duration = Duration::from_millis(50);

/// Why an exchange did not come to its end.
#[derive(Debug)]
pub(super) enum Failure {
    Cancelled,
    Late,
    /// The other end is closed, or worse.
    Broken,
    Nonsense(&'static str),
}

pub(super) type Exchanged<T> = Result<T, Failure>;

pub(super) struct Pipes {
    input: ChildStdin,
    output: ChildStdout,
}

/// Until when to wait, and whether at all.
#[derive(Clone, Copy)]
pub(super) struct Patience<'a> {
    pub(super) until: Instant,
    pub(super) cancel: &'a Cancel,
}

impl Pipes {
    pub(super) fn new(input: ChildStdin, output: ChildStdout) -> io::Result<Self> {
        set_nonblocking(input.as_fd())?;
        set_nonblocking(output.as_fd())?;
        Ok(Self { input, output })
    }

    pub(super) fn write(&mut self, mut bytes: &[u8], patience: Patience<'_>) -> Exchanged<()> {
        while !bytes.is_empty() {
            match self.input.write(bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    wait(self.input.as_fd(), libc::POLLOUT, patience)?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Failure::Broken),
            }
        }
        Ok(())
    }

    /// Fills the buffer.
    pub(super) fn read(&mut self, mut buffer: &mut [u8], patience: Patience<'_>) -> Exchanged<()> {
        while !buffer.is_empty() {
            match self.output.read(buffer) {
                Ok(0) => return Err(Failure::Broken),
                Ok(read) => buffer = buffer.get_mut(read..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    wait(self.output.as_fd(), libc::POLLIN, patience)?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Failure::Broken),
            }
        }
        Ok(())
    }
}

/// Waits until the pipe is ready, or somebody has had enough.
fn wait(pipe: BorrowedFd<'_>, events: i16, patience: Patience<'_>) -> Exchanged<()> {
    loop {
        if patience.cancel.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        let left = patience.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::Late);
        }
        let milliseconds = i32::try_from(left.min(TURN).as_millis()).unwrap_or(1).max(1);
        let mut asked = libc::pollfd { fd: pipe.as_raw_fd(), events, revents: 0 };
        #[expect(unsafe_code, reason = "asks the system")]
        // SAFETY: one structure, which is written to; the descriptor is open while it is borrowed.
        let ready = unsafe { libc::poll(&raw mut asked, 1, milliseconds) };
        if ready > 0 {
            return Ok(());
        }
        if ready < 0 && io::Error::last_os_error().kind() != ErrorKind::Interrupted {
            return Err(Failure::Broken);
        }
    }
}

fn set_nonblocking(pipe: BorrowedFd<'_>) -> io::Result<()> {
    let fd = pipe.as_raw_fd();
    #[expect(unsafe_code, reason = "asks the system")]
    // SAFETY: takes and returns integers; the descriptor is open while it is borrowed, and this end of the pipe is ours alone.
    let code = unsafe { libc::fcntl(fd, libc::F_SETFL, libc::fcntl(fd, libc::F_GETFL) | libc::O_NONBLOCK) };
    if code < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
