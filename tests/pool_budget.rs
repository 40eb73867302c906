//! The promises of the pool's documentation, played at random: the sum of all loans stays within the budget, and
//! everybody gets an answer. Deadlines are an hour here, so a deadlock shows as a test that does not end.

#![allow(clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use pixmill::error::{Error, Result};
use pixmill::pool::{Cancel, HeldPermit, Job, Pool, PoolConfig};
use proptest::prelude::*;

const BUDGET: u64 = 1000;
/// Far above what any of this takes: says "it hangs", never "it is slow".
const HUNG: Duration = Duration::from_mins(2);

fn pool(threads: usize, budget_bytes: u64) -> Pool {
    Pool::new(PoolConfig { threads, budget_bytes, queue_len: 10_000, queue_deadline: Duration::from_hours(1) })
}

/// What one caller does.
#[derive(Debug, Clone)]
enum Act {
    /// A local file: a loan for the job, perhaps a second one while it has the first.
    Local {
        need: u64,
        more: u64,
    },
    /// A remote original: reserved, perhaps grown while it is read, then a job under it.
    Remote {
        bytes: u64,
        grow_to: u64,
        need: u64,
    },
    /// As `Remote`, and the caller gives up at some moment.
    Abandoned {
        bytes: u64,
        need: u64,
    },
    Configure {
        budget: u64,
        threads: usize,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1..=BUDGET, 0..600_u64).prop_map(|(need, more)| Act::Local { need, more }),
        4 => (1..=BUDGET, 0..=BUDGET, 1..=BUDGET).prop_map(|(bytes, grow_to, need)| Act::Remote { bytes, grow_to, need }),
        4 => (1..BUDGET / 3, 0..BUDGET / 2, 1..=BUDGET).prop_map(|(bytes, grow_to, need)| Act::Remote { bytes, grow_to, need }),
        1 => (1..=BUDGET, 1..=BUDGET).prop_map(|(bytes, need)| Act::Abandoned { bytes, need }),
        1 => (BUDGET / 4..=BUDGET, 1..4_usize).prop_map(|(budget, threads)| Act::Configure { budget, threads }),
    ];
    prop::collection::vec(act, 1..40)
}

/// Counts the loans from outside, to check the pool's own books.
#[derive(Clone, Default)]
struct Ledger {
    lent: Arc<AtomicU64>,
}

impl Ledger {
    fn add(&self, bytes: u64) {
        let lent = self.lent.fetch_add(bytes, Ordering::SeqCst) + bytes;
        assert!(lent <= BUDGET, "{lent} bytes are out");
    }

    fn sub(&self, bytes: u64) {
        self.lent.fetch_sub(bytes, Ordering::SeqCst);
    }
}

/// A job that replans as the documentation says.
fn work(job: &Job<'_>, ledger: &Ledger, need: u64, more: u64) -> Result<()> {
    let first = acquire_at_most(job, need)?;
    ledger.add(first.bytes());
    thread::yield_now();
    let second = if more > 0 { job.acquire(more)? } else { None };
    let replan = more > 0 && second.is_none();
    if let Some(second) = second {
        ledger.add(second.bytes());
        thread::yield_now();
        ledger.sub(second.bytes());
    }
    ledger.sub(first.bytes());
    let bytes = first.bytes();
    drop(first);
    if replan {
        let whole = acquire_at_most(job, bytes + more)?;
        ledger.add(whole.bytes());
        ledger.sub(whole.bytes());
    }
    Ok(())
}

fn acquire_at_most<'a>(job: &Job<'a>, most: u64) -> Result<pixmill::pool::Permit<'a>> {
    let mut want = most;
    loop {
        want = want.min(job.ceiling());
        if let Some(permit) = job.acquire(want)? {
            return Ok(permit);
        }
    }
}

type Answers = Sender<Result<()>>;

struct Stage {
    pool: Arc<Pool>,
    ledger: Ledger,
    answers: Answers,
    /// The "network": what the callbacks of reservations pass on, so that they never run jobs themselves.
    network: Sender<Box<dyn FnOnce() + Send>>,
}

impl Stage {
    fn local(&self, need: u64, more: u64) {
        let (ledger, answers) = (self.ledger.clone(), self.answers.clone());
        let job = move |job: &mut Job<'_>| work(job, &ledger, need, more);
        self.pool.submit(Cancel::new(), job, move |result| answers.send(result).expect("the test listens"));
    }

    fn remote(&self, cancel: &Cancel, bytes: u64, grow_to: u64, need: u64) {
        let (pool, ledger, answers) = (Arc::clone(&self.pool), self.ledger.clone(), self.answers.clone());
        let (network, inner_cancel) = (self.network.clone(), cancel.clone());
        self.pool.reserve(bytes, cancel.clone(), move |permit| match permit {
            Err(error) => answers.send(Err(error)).expect("the test listens"),
            Ok(permit) => {
                ledger.add(bytes);
                let read = move || fetched(&pool, ledger, answers, inner_cancel, permit, grow_to, need);
                network.send(Box::new(read)).expect("the network listens");
            }
        });
    }
}

/// The original has begun to arrive.
fn fetched(
    pool: &Arc<Pool>,
    ledger: Ledger,
    answers: Answers,
    cancel: Cancel,
    permit: HeldPermit,
    grow_to: u64,
    need: u64,
) {
    let before = permit.bytes();
    let permit = Arc::new(permit);
    let (pool, held, inner_cancel) = (Arc::clone(pool), Arc::clone(&permit), cancel.clone());
    permit.grow(grow_to, cancel, move |grown| {
        if let Err(error) = grown {
            ledger.sub(before);
            held.release();
            return answers.send(Err(error)).expect("the test listens");
        }
        ledger.add(held.bytes() - before);
        let (job_ledger, owner) = (ledger.clone(), Arc::clone(&held));
        let settle = move |result| {
            ledger.sub(owner.bytes());
            owner.release();
            answers.send(result).expect("the test listens");
        };
        pool.submit_under(&held, inner_cancel, move |job| work(job, &job_ledger, need, 0), settle);
    });
}

fn network() -> Sender<Box<dyn FnOnce() + Send>> {
    let (sender, receiver) = channel::<Box<dyn FnOnce() + Send>>();
    thread::spawn(move || receiver.into_iter().for_each(|arrival| arrival()));
    sender
}

fn play(threads: usize, acts: &[Act]) -> (Arc<Pool>, Vec<Result<()>>) {
    let (answers, results): (Answers, Receiver<_>) = channel();
    let stage = Stage { pool: Arc::new(pool(threads, BUDGET)), ledger: Ledger::default(), answers, network: network() };
    let mut expected = 0;
    let mut abandoned = Vec::new();
    for act in acts {
        expected += usize::from(!matches!(act, Act::Configure { .. }));
        match *act {
            Act::Local { need, more } => stage.local(need, more),
            Act::Remote { bytes, grow_to, need } => stage.remote(&Cancel::new(), bytes, grow_to, need),
            Act::Abandoned { bytes, need } => {
                let cancel = Cancel::new();
                stage.remote(&cancel, bytes, 0, need);
                abandoned.push(cancel);
            }
            Act::Configure { budget, threads } => stage.pool.configure(Some(budget), Some(threads)),
        }
    }
    abandoned.iter().for_each(Cancel::cancel);
    let results = (0..expected).map(|_| results.recv_timeout(HUNG).expect("everybody gets an answer")).collect();
    assert_eq!(stage.ledger.lent.load(Ordering::SeqCst), 0);
    (stage.pool, results)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_gets_an_answer_within_the_budget(threads in 1..4_usize, acts in acts()) {
        let (pool, results) = play(threads, &acts);
        for result in results {
            match result {
                Ok(()) | Err(Error::Cancelled | Error::Limit { what: "memory", .. }) => {}
                Err(Error::Busy { what, .. }) => prop_assert_eq!(what, "growing reservations"),
                Err(error) => prop_assert!(false, "{}", error),
            }
        }
        let stats = pool.stats();
        prop_assert!(stats.peak_lent_bytes <= BUDGET);
        prop_assert_eq!((stats.lent_bytes, stats.held_bytes, stats.queued, stats.reserving), (0, 0, 0, 0));
    }
}

/// Holds a worker until told to go on.
fn block(pool: &Pool, bytes: u64) -> (Receiver<()>, Sender<()>) {
    let (started, has_started) = channel();
    let (go, wait) = channel();
    let wait = Mutex::new(wait);
    let job = move |job: &mut Job<'_>| {
        let permit = job.acquire(bytes)?;
        started.send(()).expect("the test listens");
        let _ = wait.lock().expect("one user").recv();
        drop(permit);
        Ok(())
    };
    pool.submit(Cancel::new(), job, drop);
    (has_started, go)
}

#[test]
fn one_worker_many_held_and_a_large_job_in_front() {
    let acts: Vec<_> = (0..8)
        .map(|_| Act::Remote { bytes: 100, grow_to: 0, need: 400 })
        .chain([Act::Local { need: BUDGET, more: 0 }])
        .chain((0..8).map(|_| Act::Remote { bytes: 120, grow_to: 0, need: 500 }))
        .collect();
    let (_, results) = play(1, &acts);
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

#[test]
fn a_large_reservation_waits_for_running_jobs_and_lets_its_own_job_pass() {
    let pool = Arc::new(pool(2, BUDGET));
    let (started, go) = block(&pool, 10);
    started.recv().expect("it runs");
    let (sender, permits) = channel();
    pool.reserve(900, Cancel::new(), move |permit| sender.send(permit).expect("the test listens"));
    assert_eq!(pool.stats().reserving, 1);
    let (sender, ends) = channel();
    let end = sender.clone();
    pool.submit(Cancel::new(), |_| Ok("somebody else's"), move |result| sender.send(result).expect("the test listens"));
    assert_eq!(pool.stats().queued, 1, "jobs stop starting while the large one is first");
    go.send(()).expect("it waits");
    let permit = permits.recv_timeout(HUNG).expect("an answer").expect("a permit");
    assert_eq!(permit.bytes(), 900);
    let own = |job: &mut Job<'_>| {
        assert_eq!(job.ceiling(), 100);
        assert!(job.acquire(101)?.is_none());
        job.acquire(100)?.map(|_| "its own").ok_or(Error::Cancelled)
    };
    pool.submit_under(&permit, Cancel::new(), own, move |result| end.send(result).expect("the test listens"));
    assert_eq!(ends.recv_timeout(HUNG).expect("an answer"), Ok("its own"));
    drop(permit);
    assert_eq!(ends.recv_timeout(HUNG).expect("an answer"), Ok("somebody else's"));
}

#[test]
fn a_job_may_have_what_its_own_original_leaves_unless_others_hold_too() {
    let pool = pool(1, BUDGET);
    let reserve = || {
        let (sender, permits) = channel();
        pool.reserve(100, Cancel::new(), move |permit| sender.send(permit).expect("the test listens"));
        permits.recv_timeout(HUNG).expect("an answer").expect("a permit")
    };
    let ask = |permit: &HeldPermit| {
        let (sender, answers) = channel();
        let job = |job: &mut Job<'_>| Ok((job.acquire(900)?.is_some(), job.refuse(900), job.refuse(901)));
        pool.submit_under(permit, Cancel::new(), job, move |result| sender.send(result).expect("the test listens"));
        answers.recv_timeout(HUNG).expect("an answer").expect("no failure")
    };
    let own = reserve();
    assert!(ask(&own).0);
    let _others = reserve();
    let busy = Error::Busy { what: "memory", max: 500, got: 900 };
    assert_eq!(ask(&own), (false, busy, Error::Limit { what: "memory", max: 900, got: 901 }));
}

#[test]
fn a_permit_released_under_a_running_job_comes_back_with_its_end() {
    let pool = pool(1, BUDGET);
    let (sender, permits) = channel();
    pool.reserve(100, Cancel::new(), move |permit| sender.send(permit).expect("the test listens"));
    let permit = permits.recv_timeout(HUNG).expect("an answer").expect("a permit");
    let ((starts, started), (go, wait), (ends, ended)) = (channel(), channel::<()>(), channel());
    let wait = Mutex::new(wait);
    let job = move |_: &mut Job<'_>| {
        starts.send(()).expect("the test listens");
        let _ = wait.lock().expect("one user").recv();
        Ok(())
    };
    pool.submit_under(&permit, Cancel::new(), job, move |result| ends.send(result).expect("the test listens"));
    started.recv_timeout(HUNG).expect("it starts");
    permit.release();
    assert_eq!((permit.bytes(), pool.stats().held_bytes), (0, 100));
    drop(go);
    assert_eq!(ended.recv_timeout(HUNG).expect("an answer"), Ok(()));
    assert_eq!(pool.stats().held_bytes, 0);
}

#[test]
fn a_reservation_above_the_budget_is_a_limit() {
    let pool = pool(1, BUDGET);
    let (sender, answers) = channel();
    pool.reserve(BUDGET + 1, Cancel::new(), move |permit| sender.send(permit.map(drop)).expect("the test listens"));
    let error = answers.try_recv().expect("answered at once").expect_err("more than there is");
    assert_eq!(error.to_string(), "Expected at most 1000 for memory but received 1001");
}

#[test]
fn a_reservation_ends_busy_at_its_deadline_and_cancelled_when_given_up() {
    let pool = Pool::new(PoolConfig {
        threads: 1,
        budget_bytes: 100,
        queue_len: 9,
        queue_deadline: Duration::from_millis(30),
    });
    let (sender, answers) = channel();
    let first = sender.clone();
    pool.reserve(40, Cancel::new(), move |permit| first.send(permit).expect("the test listens"));
    let held = answers.try_recv().expect("at once").expect("a permit");
    let second = sender.clone();
    pool.reserve(20, Cancel::new(), move |permit| second.send(permit).expect("the test listens"));
    let late = answers.recv_timeout(HUNG).expect("an answer").err().expect("an error");
    assert_eq!(late.code(), "ERR_BUSY");
    let cancel = Cancel::new();
    pool.reserve(20, cancel.clone(), move |permit| sender.send(permit).expect("the test listens"));
    cancel.cancel();
    let given_up = answers.recv_timeout(HUNG).expect("an answer").err().expect("an error");
    assert!(given_up.is_cancelled() || given_up.is_busy());
    held.release();
    held.release();
    assert_eq!((held.bytes(), pool.stats().lent_bytes), (0, 0));
}

#[test]
fn cancelling_wakes_a_job_that_waits_for_a_permit() {
    let pool = pool(2, BUDGET);
    let (started, go) = block(&pool, 900);
    started.recv().expect("it runs");
    let cancel = Cancel::new();
    let (asks, asked) = channel();
    let (sender, answers) = channel();
    let job = move |job: &mut Job<'_>| {
        asks.send(()).expect("the test listens");
        job.acquire(500).map(drop)
    };
    pool.submit(cancel.clone(), job, move |result| sender.send(result).expect("the test listens"));
    asked.recv().expect("it asks");
    cancel.cancel();
    assert_eq!(answers.recv_timeout(HUNG).expect("an answer"), Err(Error::Cancelled));
    go.send(()).expect("it waits");
}

#[test]
fn a_smaller_budget_waits_for_loans_and_then_holds() {
    let pool = pool(1, BUDGET);
    let (started, go) = block(&pool, 900);
    started.recv().expect("it runs");
    pool.configure(Some(500), None);
    assert_eq!(pool.stats().budget_bytes, 900);
    go.send(()).expect("it waits");
    let ceiling = pool.run(Cancel::new(), |job| Ok(job.ceiling())).expect("runs");
    assert_eq!((ceiling, pool.stats().budget_bytes), (500, 500));
}

#[test]
fn what_a_job_gives_back_before_its_end_is_lent_to_the_next() {
    let pool = pool(2, BUDGET);
    let (shrunk, has_shrunk) = channel();
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let large = move |job: &mut Job<'_>| {
        let mut permit = job.acquire(BUDGET)?.expect("nothing else is lent");
        permit.shrink_to(BUDGET / 4);
        permit.shrink_to(BUDGET);
        shrunk.send(permit.bytes()).expect("the test listens");
        let _ = wait.lock().expect("one user").recv();
        Ok(())
    };
    pool.submit(Cancel::new(), large, |result: Result<()>| result.expect("it ends well"));
    assert_eq!(has_shrunk.recv_timeout(HUNG).expect("it shrinks"), BUDGET / 4);
    let beside = pool.run(Cancel::new(), |job| Ok(job.acquire(BUDGET * 3 / 4)?.is_some()));
    assert_eq!((beside, pool.stats().lent_bytes), (Ok(true), BUDGET / 4));
    drop(go);
}
