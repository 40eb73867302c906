//! A child as its parent has it: greeted, asked, and ended. Frames are a length and as many bytes; every length is bounded before
//! anything is allocated.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::Task;
use super::fault::{failed, unavailable};
use super::keeper::{End, Keeper};
use super::pipes::{Exchanged, Failure, Patience, Pipes};
use super::program::program;
use crate::error::{Error, Result};
use crate::limits::zeroed;
use crate::pool::Cancel;

/// What a child says when it has locked itself in.
pub(super) const GREETING: &[u8; 16] = b"\0pixmill-room-1\0";
/// Before every order: lengths of order and source; bytes, bytes of stacks, and milliseconds that the job may take.
pub(super) const HEAD_BYTES: usize = 40;

/// When it has read all of an order, before it looks at it.
pub(super) const RECEIPT: [u8; 1] = [1];

/// A program may say something else first.
const MOST_NOISE: usize = 4096;
/// A Node that is started on a busy machine.
const START_DEADLINE: Duration = Duration::from_secs(20);
/// How long a child has to go by itself.
const LEAVE_DEADLINE: Duration = Duration::from_millis(500);
/// Children are good for jobs of this many bytes at least, so that few have to be replaced by larger ones.
const LEAST_ROOM_BYTES: u64 = 256 << 20;

pub(super) struct Child {
    process: std::process::Child,
    pipes: Pipes,
    most_bytes: u64,
}

impl Child {
    pub(super) fn new(mut process: std::process::Child, most_bytes: u64) -> io::Result<Self> {
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("a process without pipes"));
        };
        Ok(Self { pipes: Pipes::new(input, output)?, process, most_bytes })
    }

    pub(super) const fn most_bytes(&self) -> u64 {
        self.most_bytes
    }

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Waits until it is locked in; tells it how much it will ever get.
    fn greet(&mut self, patience: Patience<'_>) -> Exchanged<()> {
        self.pipes.write(&self.most_bytes.to_le_bytes(), patience)?;
        let mut last = [0; GREETING.len()];
        self.pipes.read(&mut last, patience)?;
        for _ in 0..MOST_NOISE {
            if &last == GREETING {
                return Ok(());
            }
            last.rotate_left(1);
            let [.., end] = &mut last;
            self.pipes.read(std::slice::from_mut(end), patience)?;
        }
        Err(Failure::Nonsense("much else than a greeting"))
    }

    /// Waits for the receipt: a child that has ended before it is not the fault of the job.
    fn hand_over(&mut self, task: &Task<'_>, patience: Patience<'_>) -> Exchanged<()> {
        let milliseconds = u64::try_from(task.deadline.as_millis()).unwrap_or(u64::MAX);
        let (order_len, source_len) = (task.order.len() as u64, task.source.len() as u64);
        let head = [order_len, source_len, task.peak_bytes, task.stack_bytes, milliseconds];
        let head = head.map(u64::to_le_bytes).concat();
        self.pipes.write(&head, patience)?;
        self.pipes.write(task.order, patience)?;
        self.pipes.write(task.source, patience)?;
        let mut receipt = [0];
        self.pipes.read(&mut receipt, patience)?;
        if receipt == RECEIPT { Ok(()) } else { Err(Failure::Nonsense("an answer that is no receipt")) }
    }

    fn receive(&mut self, task: &Task<'_>, patience: Patience<'_>) -> Exchanged<Vec<u8>> {
        let mut len = [0; 8];
        self.pipes.read(&mut len, patience)?;
        let len = u64::from_le_bytes(len);
        if len > task.peak_bytes {
            return Err(Failure::Nonsense("an answer of more bytes than it had"));
        }
        let mut answer = zeroed(len).map_err(|_| Failure::Nonsense("an answer that there is no room for"))?;
        self.pipes.read(&mut answer, patience)?;
        Ok(answer)
    }

    /// Closes its input, waits a little, and insists.
    pub(super) fn end(self) {
        let Self { mut process, pipes, .. } = self;
        drop(pipes);
        let since = Instant::now();
        while since.elapsed() < LEAVE_DEADLINE {
            if !matches!(process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(process.kill());
        drop(process.wait());
    }

    /// How it has ended, if by itself; it is gone afterwards.
    fn kill(mut self) -> Option<ExitStatus> {
        // One that is about to die should be able to say of what.
        let since = Instant::now();
        while since.elapsed() < Duration::from_millis(100) {
            if let Ok(Some(status)) = self.process.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        drop(self.process.kill());
        drop(self.process.wait());
        None
    }

    fn kill_now(mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub(super) fn ask<T>(
    keeper: &'static Keeper,
    task: &Task<'_>,
    cancel: &Cancel,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T> {
    let room_bytes = task.peak_bytes.saturating_add(task.stack_bytes);
    let begin = |mut child: Child| {
        let patience = Patience { until: Instant::now() + task.deadline, cancel };
        let handed = child.hand_over(task, patience);
        (child, handed, patience)
    };
    let (mut child, handed, patience) = match keeper.take_idle(room_bytes).map(begin) {
        Some((child, Err(Failure::Broken), _)) => {
            child.kill_now();
            keeper.bury(End::Death);
            begin(open(keeper, room_bytes, cancel)?)
        }
        Some(known) => known,
        None => begin(open(keeper, room_bytes, cancel)?),
    };
    let answer = handed.and_then(|()| child.receive(task, patience));
    match answer.and_then(|answer| read(&answer).ok_or(Failure::Nonsense("an answer that makes no sense"))) {
        Ok(made) => {
            keeper.give_back(child);
            Ok(made)
        }
        Err(failure) => Err(bury(keeper, child, &failure, task.deadline)),
    }
}

/// A new child, locked in.
fn open(keeper: &'static Keeper, room_bytes: u64, cancel: &Cancel) -> Result<Child> {
    let program = program().ok_or_else(|| unavailable("none was named"))?;
    if let Some(why) = keeper.fault() {
        return Err(unavailable(why));
    }
    let blamed = |why: String| {
        keeper.blame(why.clone());
        unavailable(why)
    };
    let most_bytes = room_bytes.max(LEAST_ROOM_BYTES);
    let child = keeper.start(program, most_bytes);
    let mut child = child.map_err(|error| blamed(format!("it cannot be started: {error}")))?;
    let patience = Patience { until: Instant::now() + START_DEADLINE, cancel };
    match child.greet(patience) {
        Ok(()) => Ok(child),
        Err(Failure::Cancelled) => {
            child.kill_now();
            keeper.bury(End::Dismissal);
            Err(Error::Cancelled)
        }
        Err(failure) => {
            let how = told(&failure, child.kill(), START_DEADLINE);
            keeper.bury(End::Death);
            Err(blamed(format!("it did not open: {how}")))
        }
    }
}

fn bury(keeper: &Keeper, child: Child, failure: &Failure, deadline: Duration) -> Error {
    if matches!(failure, Failure::Cancelled) {
        child.kill_now();
        keeper.bury(End::Dismissal);
        return Error::Cancelled;
    }
    let status = if matches!(failure, Failure::Broken) {
        child.kill()
    } else {
        child.kill_now();
        None
    };
    keeper.bury(End::Death);
    failed(told(failure, status, deadline))
}

fn told(failure: &Failure, status: Option<ExitStatus>, deadline: Duration) -> String {
    match failure {
        Failure::Late => format!("no answer within {:.1} s", deadline.as_secs_f64()),
        Failure::Nonsense(what) => (*what).to_owned(),
        Failure::Cancelled | Failure::Broken => match status.map(|status| (status.signal(), status.code())) {
            Some((Some(libc::SIGXCPU), _)) => format!("more than {:.1} s of work", deadline.as_secs_f64()),
            Some((Some(libc::SIGABRT), _)) => "an abort, as by a failed check or a lack of memory".to_owned(),
            Some((Some(signal), _)) => format!("an end by signal {signal}"),
            Some((_, Some(code))) => format!("an end with code {code}"),
            _ => "closed pipes".to_owned(),
        },
    }
}
