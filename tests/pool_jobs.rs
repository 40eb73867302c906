//! Jobs, their callbacks and their threads: each callback once, whatever happens to its job.

#![allow(clippy::expect_used, clippy::panic)]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use pixmill::error::{Error, Result};
use pixmill::pool::{Cancel, Job, Pool, PoolConfig, PoolStats};

/// Far above what any of this takes: says "it hangs", never "it is slow".
const HUNG: Duration = Duration::from_mins(2);

fn config() -> PoolConfig {
    PoolConfig { threads: 1, budget_bytes: 1 << 20, queue_len: 4, queue_deadline: Duration::from_hours(1) }
}

/// Submits and returns where the answer will arrive.
fn submit<T, W>(pool: &Pool, cancel: &Cancel, work: W) -> Receiver<Result<T>>
where
    T: Send + 'static,
    W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
{
    let (sender, answers) = channel();
    pool.submit(cancel.clone(), work, move |result| sender.send(result).expect("the test listens"));
    answers
}

fn answer<T>(answers: &Receiver<Result<T>>) -> Result<T> {
    answers.recv_timeout(HUNG).expect("an answer")
}

/// Occupies a worker until the sender is used or dropped.
fn occupy(pool: &Pool) -> (Sender<()>, Receiver<Result<()>>) {
    let (go, wait) = channel::<()>();
    let (started, has_started) = channel();
    let wait = Mutex::new(wait);
    let answers = submit(pool, &Cancel::new(), move |_| {
        started.send(()).expect("the test listens");
        let _ = wait.lock().expect("one user").recv();
        Ok(())
    });
    has_started.recv_timeout(HUNG).expect("it starts");
    (go, answers)
}

#[test]
fn a_job_runs_on_a_thread_of_ours() {
    let pool = Pool::new(config());
    assert_eq!(pool.stats().live_threads, 0, "nothing starts before the first job");
    let (name, settled_on) = {
        let (sender, names) = channel();
        let work = |_: &mut Job<'_>| Ok(thread::current().name().map(str::to_owned));
        pool.submit(Cancel::new(), work, move |name| {
            let here = thread::current().name().map(str::to_owned);
            sender.send((name, here)).expect("the test listens");
        });
        names.recv_timeout(HUNG).expect("an answer")
    };
    assert_eq!(name, Ok(Some("pixmill-worker-1".to_owned())));
    assert_eq!(settled_on.as_deref(), Some("pixmill-worker-1"));
    let PoolStats { live_threads, completed, .. } = pool.stats();
    assert_eq!((live_threads, completed), (1, 1));
}

#[cfg(target_os = "linux")]
#[test]
#[allow(unsafe_code)]
fn workers_give_way_to_the_event_loop() {
    // SAFETY: takes and returns integers; 0 means the calling thread.
    let nice = || unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
    let ours = nice();
    let workers = Pool::new(config()).run(Cancel::new(), move |_| Ok(nice()));
    assert_eq!(workers, Ok((ours + 10).min(19)));
    assert_eq!(nice(), ours, "only the worker's own priority changes");
}

#[test]
fn jobs_start_in_order_and_threads_up_to_their_number() {
    let pool = Pool::new(PoolConfig { threads: 2, ..config() });
    let (first, first_ends) = occupy(&pool);
    let (second, second_ends) = occupy(&pool);
    let (sender, order) = channel();
    let waiting: Vec<_> = (0..3)
        .map(|number| {
            let sender = sender.clone();
            submit(&pool, &Cancel::new(), move |_| {
                sender.send(number).expect("the test listens");
                Ok(())
            })
        })
        .collect();
    let stats = pool.stats();
    assert_eq!((stats.running, stats.queued, stats.live_threads), (2, 3, 2));
    drop(first);
    assert!(answer(&first_ends).is_ok());
    assert!(waiting.iter().all(|answers| answer(answers).is_ok()));
    assert_eq!(order.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
    drop(second);
    assert!(answer(&second_ends).is_ok());
}

#[test]
fn a_full_queue_is_busy_at_once() {
    let pool = Pool::new(config());
    let (go, _ends) = occupy(&pool);
    let waiting: Vec<_> = (0..4).map(|_| submit(&pool, &Cancel::new(), |_| Ok(()))).collect();
    let refused = submit(&pool, &Cancel::new(), |_| Ok(())).try_recv().expect("answered before submit returns");
    assert_eq!(refused, Err(Error::Busy { what: "queued jobs", max: 4, got: 5 }));
    drop(go);
    assert!(waiting.iter().all(|answers| answer(answers).is_ok()));
    assert_eq!(pool.stats().busy, 1);
}

#[test]
fn a_job_that_waits_too_long_is_busy_while_the_worker_is_still_occupied() {
    let pool = Pool::new(PoolConfig { queue_deadline: Duration::from_millis(20), ..config() });
    let (go, ends) = occupy(&pool);
    let late = answer(&submit(&pool, &Cancel::new(), |_| Ok(())));
    assert_eq!(late.expect_err("too late").complaint().subject, "milliseconds in the queue");
    drop(go);
    assert!(answer(&ends).is_ok());
}

#[test]
fn a_cancelled_job_leaves_the_queue_while_the_worker_is_still_occupied() {
    let pool = Pool::new(config());
    let (go, ends) = occupy(&pool);
    let cancel = Cancel::new();
    let waiting = submit(&pool, &cancel, |_| -> Result<()> { panic!("it must not run") });
    cancel.cancel();
    assert_eq!(answer(&waiting), Err(Error::Cancelled));
    assert_eq!((pool.stats().queued, pool.stats().cancelled), (0, 1));
    drop(go);
    assert!(answer(&ends).is_ok());
    let before = submit(&pool, &cancel, |_| -> Result<()> { panic!("it must not run") });
    assert_eq!(answer(&before), Err(Error::Cancelled), "cancelled before it was submitted");
}

#[test]
fn a_panic_is_the_error_of_its_job_and_of_no_other() {
    let pool = Pool::new(config());
    let work = |job: &mut Job<'_>| -> Result<()> {
        let permit = job.acquire(1000)?;
        let buffer = job.scratch.take(1000)?;
        job.scratch.give(buffer);
        assert!(permit.is_none(), "planted {}", 42);
        Ok(())
    };
    let error = answer(&submit(&pool, &Cancel::new(), work)).expect_err("it panics");
    assert_eq!(error, Error::Internal("a panic: planted 42".to_owned()));
    let stats = pool.stats();
    assert_eq!((stats.lent_bytes, stats.retained_bytes, stats.running), (0, 1000, 0));
    assert_eq!((stats.failed, stats.panicked, stats.live_threads), (1, 1, 1));
    assert_eq!(answer(&submit(&pool, &Cancel::new(), |_| Ok(7))), Ok(7));
}

#[test]
fn a_panic_in_a_callback_leaves_the_worker_alive() {
    let pool = Pool::new(config());
    pool.submit(Cancel::new(), |_| Ok(()), |_| panic!("planted"));
    assert_eq!(answer(&submit(&pool, &Cancel::new(), |_| Ok(7))), Ok(7));
}

#[test]
fn the_next_job_gets_the_buffer_back_until_a_loan_needs_its_room() {
    let pool = Pool::new(PoolConfig { budget_bytes: 1000, ..config() });
    let borrow = |len: usize| {
        move |job: &mut Job<'_>| {
            let _permit = job.acquire(len as u64)?;
            let buffer = job.scratch.take(len)?;
            let address = buffer.as_ptr() as usize;
            job.scratch.give(buffer);
            Ok(address)
        }
    };
    let first = pool.run(Cancel::new(), borrow(500));
    assert_eq!(pool.stats().retained_bytes, 500);
    assert_eq!(pool.run(Cancel::new(), borrow(450)), first);
    let retained = pool.run(Cancel::new(), |job| {
        let _permit = job.acquire(501)?;
        Ok(())
    });
    assert_eq!((retained, pool.stats().retained_bytes), (Ok(()), 0));
}

#[test]
fn kept_buffers_never_exceed_the_room_that_is_not_lent() {
    let pool = Pool::new(PoolConfig { budget_bytes: 1000, threads: 2, ..config() });
    let (sender, permits) = channel();
    pool.reserve(450, Cancel::new(), move |permit| sender.send(permit).expect("the test listens"));
    let held = permits.recv_timeout(HUNG).expect("an answer").expect("a permit");
    let keep = |job: &mut Job<'_>| {
        for len in [300, 200, 100] {
            job.scratch.give(Vec::with_capacity(len));
        }
        Ok(())
    };
    assert_eq!(pool.run(Cancel::new(), keep), Ok(()));
    assert_eq!(pool.stats().retained_bytes, 300, "the newest that fit beside 450 held bytes");
    drop(held);
}

#[test]
fn closing_cancels_what_waits_and_ends_the_threads() {
    let pool = Pool::new(config());
    let (go, ends) = occupy(&pool);
    let waiting = submit(&pool, &Cancel::new(), |_| Ok(()));
    pool.close();
    assert_eq!(answer(&waiting), Err(Error::Cancelled));
    assert_eq!(answer(&submit(&pool, &Cancel::new(), |_| Ok(()))), Err(Error::Cancelled));
    drop(go);
    assert_eq!(answer(&ends), Ok(()), "a running job ends well");
    pool.join();
    assert_eq!(pool.stats().live_threads, 0);
}

#[test]
fn a_pool_may_be_dropped_by_its_own_worker() {
    let pool = Arc::new(Pool::new(config()));
    let owner = Arc::clone(&pool);
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let answers = submit(&pool, &Cancel::new(), move |_| {
        let _ = wait.lock().expect("one user").recv();
        owner.close();
        owner.join();
        drop(owner);
        Ok(())
    });
    drop(pool);
    drop(go);
    assert_eq!(answer(&answers), Ok(()));
}

#[test]
fn fewer_threads_take_effect_after_the_running_jobs() {
    let pool = Pool::new(PoolConfig { threads: 2, ..config() });
    let (first, first_ends) = occupy(&pool);
    let (second, second_ends) = occupy(&pool);
    pool.configure(None, Some(1));
    drop((first, second));
    assert!(answer(&first_ends).is_ok() && answer(&second_ends).is_ok());
    let (go, ends) = occupy(&pool);
    let waiting = submit(&pool, &Cancel::new(), |_| Ok(()));
    let stats = pool.stats();
    assert_eq!((stats.threads, stats.running, stats.queued), (1, 1, 1));
    drop(go);
    assert!(answer(&ends).is_ok() && answer(&waiting).is_ok());
}

#[test]
fn an_idle_job_takes_no_place_and_a_quarter_of_the_budget() {
    let pool = Pool::new(config());
    let (go, wait) = channel::<()>();
    let (started, has_started) = channel();
    let (sender, answers) = channel();
    let wait = Mutex::new(wait);
    let work = move |job: &mut Job<'_>| {
        started.send(thread::current().name().map(str::to_owned)).expect("the test listens");
        let _ = wait.lock().expect("one user").recv();
        Ok((job.ceiling(), job.refuse(1 << 19).code()))
    };
    pool.submit_idle(None, Cancel::new(), work, move |result| sender.send(result).expect("the test listens"));
    assert_eq!(has_started.recv_timeout(HUNG).expect("it starts").as_deref(), Some("pixmill-idle"));
    for _ in 0..3 {
        let ceiling = answer(&submit(&pool, &Cancel::new(), |job| Ok(job.ceiling())));
        assert_eq!(ceiling, Ok(1 << 20), "the only worker is not taken");
    }
    drop(go);
    assert_eq!(answer(&answers), Ok((1 << 18, "ERR_LIMIT")));
    assert_eq!((pool.stats().completed, pool.stats().running), (4, 0));
}

#[test]
fn a_panic_in_an_idle_job_is_its_own() {
    let pool = Pool::new(config());
    let (sender, answers) = channel();
    let work = |_: &mut Job<'_>| -> Result<()> { panic!("on request") };
    pool.submit_idle(None, Cancel::new(), work, move |result| sender.send(result).expect("the test listens"));
    assert!(matches!(answer(&answers), Err(Error::Internal(_))));
    assert_eq!(answer(&submit(&pool, &Cancel::new(), |_| Ok(1))), Ok(1));
    assert_eq!(pool.stats().panicked, 1);
}
