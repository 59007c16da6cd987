//! Background computation: one worker thread, one slot for a waiting request, the newest request wins.
//!
//! A [`Worker`] owns a thread and a slot that holds at most one waiting request. Submitting a request replaces the
//! waiting one and increments the generation; the running job polls its [`Ticket`] and stops as soon as a newer
//! request exists. Replies carry their generation, so that the receiver can drop outdated ones. A panic in a job
//! becomes [`Outcome::Panicked`], and the job is created again with fresh state.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::outside::{crash, text};

/// Sequence number of a request to one worker; increasing.
pub type Generation = u64;

/// Name prefix of every worker thread. The terminal's panic hook ignores threads with this prefix, since their panics
/// are reported as [`Outcome::Panicked`].
pub const THREAD_PREFIX: &str = "worker";

/// A message from a job about the request of one generation.
#[derive(Debug, Clone)]
pub struct Reply<R> {
    pub generation: Generation,
    pub outcome: Outcome<R>,
}

/// Outcome of a request: a result, or why there is none.
#[derive(Debug, Clone)]
pub enum Outcome<R> {
    /// A coarse result; a refined one follows.
    Partial(R),
    Done(R),
    /// The request cannot be served; the reason in one sentence.
    Failed(String),
    /// The job panicked; the report in one sentence.
    Panicked(String),
}

/// A job's connection to its caller: tells whether to continue, and sends results.
pub struct Ticket<'a, R> {
    generation: Generation,
    newest: &'a AtomicU64,
    deliver: &'a (dyn Fn(Reply<R>) + Sync),
}

impl<R> Ticket<'_, R> {
    /// True once a newer request exists or the worker is being dropped.
    #[must_use]
    pub fn stop(&self) -> bool {
        self.newest.load(Ordering::Relaxed) != self.generation
    }

    /// Runs a job to completion on the calling thread without interruption; coarse results are dropped.
    ///
    /// # Errors
    /// Errors of the job.
    pub fn serve<Q>(
        request: Q,
        mut job: impl FnMut(Q, &Ticket<'_, R>) -> Result<R, Ended>,
    ) -> Result<R, Ended> {
        job(request, &Ticket { generation: 0, newest: &AtomicU64::new(0), deliver: &|_| {} })
    }

    /// Sends a coarse result, unless a newer request exists.
    pub fn partial(&self, result: R) {
        self.send(Outcome::Partial(result));
    }

    fn send(&self, outcome: Outcome<R>) {
        if !self.stop() {
            (self.deliver)(Reply { generation: self.generation, outcome });
        }
    }
}

/// Why a job ended without a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// The job saw [`Ticket::stop`] return true and ended early.
    Interrupted,
    /// The request cannot be served; one sentence for the user.
    Failed(String),
}

struct Slot<Q> {
    waiting: Mutex<Waiting<Q>>,
    arrived: Condvar,
    newest: AtomicU64,
}

struct Waiting<Q> {
    request: Option<(Generation, Q)>,
    closed: bool,
}

impl<Q> Slot<Q> {
    fn lock(&self) -> MutexGuard<'_, Waiting<Q>> {
        // A poisoned lock still protects a complete request: no code between lock and unlock leaves a partial one.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In debug builds, `RISKSCOPE_TEST_PANIC=main|worker` causes one panic, so that tests can check the recovery from
/// it.
pub fn panic_if_asked(place: &str) {
    static DONE: AtomicBool = AtomicBool::new(false);
    let requested = cfg!(debug_assertions) && std::env::var("RISKSCOPE_TEST_PANIC").is_ok_and(|p| p == place);
    assert!(!requested || DONE.swap(true, Ordering::Relaxed), "panic requested on the {place} thread");
}

/// A background thread that always works on the newest request.
pub struct Worker<Q> {
    slot: Arc<Slot<Q>>,
}

impl<Q: Send + 'static> Worker<Q> {
    /// Starts the thread. `job` is created once, and again after a panic; it may keep caches between requests.
    ///
    /// # Errors
    /// If the operating system cannot start a thread.
    pub fn spawn<R, J>(
        name: &str,
        make_job: impl Fn() -> J + Send + 'static,
        deliver: impl Fn(Reply<R>) + Send + Sync + 'static,
    ) -> std::io::Result<Self>
    where
        J: FnMut(Q, &Ticket<'_, R>) -> Result<R, Ended>,
    {
        let slot = Arc::new(Slot {
            waiting: Mutex::new(Waiting { request: None, closed: false }),
            arrived: Condvar::new(),
            newest: AtomicU64::new(0),
        });
        let shared = Arc::clone(&slot);
        thread::Builder::new().name(format!("{THREAD_PREFIX} {name}")).spawn(move || {
            let mut job = make_job();
            while let Some((generation, request)) = next(&shared) {
                let ticket = Ticket { generation, newest: &shared.newest, deliver: &deliver };
                match catch_unwind(AssertUnwindSafe(|| job(request, &ticket))) {
                    Ok(Ok(result)) => ticket.send(Outcome::Done(result)),
                    Ok(Err(Ended::Interrupted)) => {}
                    Ok(Err(Ended::Failed(sentence))) => ticket.send(Outcome::Failed(sentence)),
                    Err(panic) => {
                        job = make_job();
                        let kept =
                            crash::kept().map(|path| format!("; the report is in {}", text::path(&path)));
                        let (words, kept) = (words(panic.as_ref()), kept.unwrap_or_default());
                        ticket.send(Outcome::Panicked(format!("internal error: {words}{kept}")));
                    }
                }
            }
        })?;
        Ok(Self { slot })
    }

    /// Puts a request into the slot, replacing a waiting one, and interrupts the running job.
    pub fn submit(&self, request: Q) -> Generation {
        let mut waiting = self.slot.lock();
        let generation = self.slot.newest.fetch_add(1, Ordering::Relaxed) + 1;
        waiting.request = Some((generation, request));
        self.slot.arrived.notify_one();
        generation
    }

    /// Interrupts the running job and drops the waiting request.
    pub fn cancel(&self) -> Generation {
        let mut waiting = self.slot.lock();
        waiting.request = None;
        self.slot.newest.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Blocks until a request arrives; `None` when the worker is dropped.
fn next<Q>(slot: &Slot<Q>) -> Option<(Generation, Q)> {
    let mut waiting = slot.lock();
    loop {
        if waiting.closed {
            return None;
        }
        if let Some(request) = waiting.request.take() {
            return Some(request);
        }
        waiting = slot.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a background computation stopped without saying why")
}

impl<Q> Drop for Worker<Q> {
    /// Interrupts the job without joining its thread: quitting never waits for a computation.
    fn drop(&mut self) {
        let mut waiting = self.slot.lock();
        waiting.closed = true;
        waiting.request = None;
        self.slot.newest.fetch_add(1, Ordering::Relaxed);
        self.slot.arrived.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(10);

    fn worker<J>(make: impl Fn() -> J + Send + 'static) -> (Worker<u32>, Receiver<Reply<u32>>)
    where
        J: FnMut(u32, &Ticket<'_, u32>) -> Result<u32, Ended>,
    {
        let (send, receive) = channel();
        let worker = Worker::spawn("test", make, move |reply| drop(send.send(reply))).unwrap();
        (worker, receive)
    }

    /// Spins until interrupted, like a long computation.
    fn slow(request: u32, ticket: &Ticket<'_, u32>) -> Result<u32, Ended> {
        ticket.partial(request);
        if request >= 100 {
            return Ok(request);
        }
        while !ticket.stop() {
            thread::yield_now();
        }
        Err(Ended::Interrupted)
    }

    #[test]
    fn a_newer_request_replaces_an_older_one() {
        let (worker, replies) = worker(|| slow);
        worker.submit(1);
        let first = replies.recv_timeout(SOON).unwrap();
        assert!(matches!(first.outcome, Outcome::Partial(1)), "the slow job runs");
        for request in 2..50 {
            worker.submit(request);
        }
        let newest = worker.submit(100);
        loop {
            let reply = replies.recv_timeout(SOON).unwrap();
            match reply.outcome {
                Outcome::Done(value) => {
                    assert_eq!((reply.generation, value), (newest, 100));
                    break;
                }
                Outcome::Partial(value) => {
                    assert!(value != 1, "the old job went on after it was replaced");
                    assert!(reply.generation <= newest);
                }
                Outcome::Failed(why) | Outcome::Panicked(why) => panic!("{why}"),
            }
        }
        assert!(replies.recv_timeout(Duration::from_millis(50)).is_err(), "nothing follows the newest");
    }

    /// A job that ignores interruption: its late results are dropped.
    #[test]
    fn results_of_a_replaced_request_are_not_sent() {
        let (worker, replies) = worker(|| {
            |request: u32, ticket: &Ticket<'_, u32>| {
                ticket.partial(request);
                while request == 1 && !ticket.stop() {
                    thread::yield_now();
                }
                ticket.partial(request + 10);
                Ok(request + 20)
            }
        });
        worker.submit(1);
        assert!(matches!(replies.recv_timeout(SOON).unwrap().outcome, Outcome::Partial(1)));
        worker.submit(2);
        let sent: Vec<u32> = (0..3)
            .map(|_| match replies.recv_timeout(SOON).unwrap().outcome {
                Outcome::Partial(value) | Outcome::Done(value) => value,
                Outcome::Failed(why) | Outcome::Panicked(why) => panic!("{why}"),
            })
            .collect();
        assert_eq!(sent, [2, 12, 22]);
    }

    #[test]
    fn a_panic_is_an_error_and_the_worker_restarts() {
        let (worker, replies) = worker(|| {
            let mut served = 0;
            move |request: u32, _: &Ticket<'_, u32>| {
                served += 1;
                assert!(request != 7, "seven is not for me");
                if request == 8 { Err(Ended::Failed("no eights".into())) } else { Ok(served) }
            }
        });
        let ask = |request| {
            worker.submit(request);
            replies.recv_timeout(SOON).unwrap().outcome
        };
        assert!(matches!(ask(1), Outcome::Done(1)));
        assert!(matches!(ask(8), Outcome::Failed(s) if s == "no eights"));
        let Outcome::Panicked(sentence) = ask(7) else { panic!("a panic is a failure") };
        assert!(sentence.contains("seven is not for me"), "{sentence}");
        assert!(matches!(ask(2), Outcome::Done(1)), "state from before the panic is gone");
    }

    #[test]
    fn dropping_or_cancelling_ends_a_running_job() {
        let (worker, replies) = worker(|| slow);
        worker.submit(3);
        replies.recv_timeout(SOON).unwrap();
        worker.cancel();
        assert!(replies.recv_timeout(Duration::from_millis(50)).is_err());
        worker.submit(4);
        replies.recv_timeout(SOON).unwrap();
        drop(worker);
        assert!(replies.recv_timeout(SOON).is_err(), "the thread is gone and with it the sender");
    }
}
