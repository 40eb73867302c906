//! Bytes on loan: who has how many, who may have more, who waits. Pure bookkeeping: no lock, no clock, no thread.
//! The rules, and why nobody waits forever, are in the module's documentation.

use std::collections::{HashMap, VecDeque};

pub(super) type JobId = u64;
pub(super) type HoldId = u64;
pub(super) type Ticket = u64;

/// A trim takes a millisecond; so much takes a large job, or a thousand small ones.
const TRIM_EVERY_BYTES: u64 = 64 << 20;

/// What an asker is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The bytes are lent as of now.
    Lent,
    Wait,
    /// Waiting would not help: plan again, below the ceiling.
    Never,
}

struct Ask {
    ticket: Ticket,
    job: JobId,
    under: Option<HoldId>,
    bytes: u64,
}

pub(super) struct Budget {
    /// In force: above `target` only while loans from before a change are out.
    bytes: u64,
    target: u64,
    jobs: HashMap<JobId, u64>,
    holds: HashMap<HoldId, u64>,
    job_bytes: u64,
    held_bytes: u64,
    peak_bytes: u64,
    /// Lent since the allocator was trimmed.
    untrimmed_bytes: u64,
    line: VecDeque<Ask>,
    next_ticket: Ticket,
}

impl Budget {
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            bytes,
            target: bytes,
            jobs: HashMap::new(),
            holds: HashMap::new(),
            job_bytes: 0,
            held_bytes: 0,
            peak_bytes: 0,
            untrimmed_bytes: 0,
            line: VecDeque::new(),
            next_ticket: 0,
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the budget is, or will be once loans from before a change have returned.
    pub(super) fn target(&self) -> u64 {
        self.target
    }

    pub(super) fn lent(&self) -> u64 {
        self.job_bytes.saturating_add(self.held_bytes)
    }

    pub(super) fn held(&self) -> u64 {
        self.held_bytes
    }

    pub(super) fn peak(&self) -> u64 {
        self.peak_bytes
    }

    /// Jobs that wait for bytes.
    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }

    pub(super) fn room(&self) -> u64 {
        self.bytes.saturating_sub(self.lent())
    }

    /// The most that one job may have in total as things are, when its original is covered by the permit `under`: all
    /// the rest while nothing else is held, else half of the budget.
    pub(super) fn ceiling(&self, under: Option<HoldId>) -> u64 {
        let rest = self.bytes.saturating_sub(self.held_bytes);
        if self.held_bytes == self.loan_under(under) { rest } else { self.half().min(rest) }
    }

    /// The most that the job could have if nothing else were held.
    pub(super) fn most(&self, under: Option<HoldId>) -> u64 {
        self.bytes.saturating_sub(self.loan_under(under))
    }

    fn loan_under(&self, under: Option<HoldId>) -> u64 {
        under.and_then(|hold| self.hold_loan(hold)).unwrap_or(0)
    }

    pub(super) fn job_loan(&self, job: JobId) -> u64 {
        self.jobs.get(&job).copied().unwrap_or(0)
    }

    pub(super) fn hold_loan(&self, hold: HoldId) -> Option<u64> {
        self.holds.get(&hold).copied()
    }

    /// The held permit that is larger than half the budget, if one is out.
    pub(super) fn large_hold(&self) -> Option<HoldId> {
        self.holds.iter().find(|(_, bytes)| self.is_large(**bytes)).map(|(hold, _)| *hold)
    }

    pub(super) fn is_large(&self, bytes: u64) -> bool {
        bytes > self.half()
    }

    /// Puts a job in line for `bytes` more. `None`: as [`Answer::Never`].
    pub(super) fn ask(&mut self, job: JobId, under: Option<HoldId>, bytes: u64) -> Option<Ticket> {
        let own = self.job_loan(job);
        if own.saturating_add(bytes) > self.ceiling(under) {
            return None;
        }
        let one_waits_with_a_loan = self.line.front().is_some_and(|first| self.job_loan(first.job) > 0);
        if own > 0 && bytes > self.room() && one_waits_with_a_loan {
            return None;
        }
        self.next_ticket += 1;
        let ask = Ask { ticket: self.next_ticket, job, under, bytes };
        if own > 0 {
            self.line.push_front(ask);
        } else {
            self.line.push_back(ask);
        }
        Some(self.next_ticket)
    }

    /// What a waiting job is told now. Leaves the line unless the answer is to wait.
    pub(super) fn answer(&mut self, ticket: Ticket) -> Answer {
        let Some(place) = self.line.iter().position(|ask| ask.ticket == ticket) else { return Answer::Never };
        let Some(&Ask { job, under, bytes, .. }) = self.line.get(place) else { return Answer::Never };
        if self.job_loan(job).saturating_add(bytes) > self.ceiling(under) {
            self.line.remove(place);
            return Answer::Never;
        }
        if place > 0 || bytes > self.room() {
            return Answer::Wait;
        }
        self.line.remove(place);
        *self.jobs.entry(job).or_insert(0) += bytes;
        self.job_bytes += bytes;
        self.untrimmed_bytes = self.untrimmed_bytes.saturating_add(bytes);
        self.note_peak();
        Answer::Lent
    }

    pub(super) fn withdraw(&mut self, ticket: Ticket) {
        self.line.retain(|ask| ask.ticket != ticket);
    }

    pub(super) fn give_back(&mut self, job: JobId, bytes: u64) {
        let loan = self.jobs.entry(job).or_insert(0);
        let returned = bytes.min(*loan);
        *loan -= returned;
        if *loan == 0 {
            self.jobs.remove(&job);
        }
        self.job_bytes -= returned;
        self.shrink();
    }

    /// The job has ended: whatever it still has comes back.
    pub(super) fn end_job(&mut self, job: JobId) {
        let loan = self.job_loan(job);
        self.give_back(job, loan);
    }

    /// Whether a held permit may have `total` bytes now, from the bytes it has (none when new); if so it has them.
    pub(super) fn hold(&mut self, hold: HoldId, total: u64, a_job_runs: bool) -> Answer {
        let own = self.hold_loan(hold).unwrap_or(0);
        if total > self.target {
            return Answer::Never;
        }
        let others = self.held_bytes - own;
        let more = total.saturating_sub(own);
        let within_share =
            if self.is_large(total) { others == 0 && !a_job_runs } else { others + total <= self.half() };
        if more > 0 && (!within_share || more > self.room() || self.a_large_job_waits()) {
            return Answer::Wait;
        }
        self.holds.insert(hold, own + more);
        self.held_bytes += more;
        self.note_peak();
        Answer::Lent
    }

    pub(super) fn release(&mut self, hold: HoldId) {
        self.held_bytes -= self.holds.remove(&hold).unwrap_or(0);
        self.shrink();
    }

    pub(super) fn set_target(&mut self, bytes: u64) {
        self.target = bytes;
        self.bytes = self.bytes.max(bytes);
        self.shrink();
    }

    /// A smaller budget comes into force as loans return: never below what is lent, nor below twice what is held,
    /// because a waiting job relies on the other half.
    fn shrink(&mut self) {
        let floor = self.lent().max(self.held_bytes.saturating_mul(2));
        self.bytes = self.bytes.min(self.target.max(floor));
    }

    fn half(&self) -> u64 {
        self.bytes / 2
    }

    fn a_large_job_waits(&self) -> bool {
        self.line.iter().any(|ask| self.is_large(self.job_loan(ask.job).saturating_add(ask.bytes)))
    }

    /// Whether jobs have borrowed so much since this was last true that the allocator should be trimmed.
    pub(super) fn takes_trim(&mut self) -> bool {
        let is_due = self.untrimmed_bytes >= TRIM_EVERY_BYTES;
        if is_due {
            self.untrimmed_bytes = 0;
        }
        is_due
    }

    fn note_peak(&mut self) {
        self.peak_bytes = self.peak_bytes.max(self.lent());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lend(budget: &mut Budget, job: JobId, bytes: u64) -> Answer {
        match budget.ask(job, None, bytes) {
            Some(ticket) => budget.answer(ticket),
            None => Answer::Never,
        }
    }

    #[test]
    fn jobs_are_served_in_order_of_asking() {
        let mut budget = Budget::new(100);
        assert_eq!(lend(&mut budget, 1, 80), Answer::Lent);
        let second = budget.ask(2, None, 30).expect("in line");
        let third = budget.ask(3, None, 10).expect("in line");
        assert_eq!(budget.answer(third), Answer::Wait, "there is room for it, but another one was first");
        assert_eq!(budget.waiting(), 2);
        budget.end_job(1);
        assert_eq!(budget.answer(third), Answer::Wait);
        assert_eq!(budget.answer(second), Answer::Lent);
        assert_eq!(budget.answer(third), Answer::Lent);
        assert_eq!((budget.lent(), budget.peak(), budget.waiting()), (40, 80, 0));
    }

    #[test]
    fn a_trim_is_due_each_time_that_so_much_was_lent() {
        let mut budget = Budget::new(TRIM_EVERY_BYTES);
        let mut dues = Vec::new();
        for job in 0..7 {
            assert_eq!(lend(&mut budget, job, TRIM_EVERY_BYTES / 3 + 1), Answer::Lent);
            budget.end_job(job);
            dues.push(budget.takes_trim());
        }
        assert_eq!(dues, [false, false, true, false, false, true, false]);
    }

    #[test]
    fn a_large_job_never_waits_for_held_bytes() {
        let mut budget = Budget::new(100);
        assert_eq!(budget.hold(1, 10, true), Answer::Lent);
        assert_eq!(budget.ceiling(None), 50);
        assert_eq!(lend(&mut budget, 1, 51), Answer::Never);
        assert_eq!(lend(&mut budget, 1, 50), Answer::Lent);
    }

    #[test]
    fn a_large_job_may_have_all_but_its_own_original() {
        let mut budget = Budget::new(100);
        assert_eq!(budget.hold(1, 10, true), Answer::Lent);
        assert_eq!((budget.ceiling(Some(1)), budget.ceiling(None)), (90, 50));
        assert_eq!(lend(&mut budget, 1, 20), Answer::Lent);
        let large = budget.ask(2, Some(1), 90).expect("in line");
        assert_eq!(budget.answer(large), Answer::Wait);
        assert_eq!(budget.hold(2, 5, true), Answer::Wait, "else the large one would have waited in vain");
        budget.end_job(1);
        assert_eq!(budget.answer(large), Answer::Lent);
        budget.end_job(2);
        assert_eq!(budget.hold(2, 5, true), Answer::Lent);
        assert_eq!((budget.ceiling(Some(1)), budget.most(Some(1))), (50, 90));
    }

    #[test]
    fn held_bytes_wait_for_a_large_job_that_waits() {
        let mut budget = Budget::new(100);
        assert_eq!(lend(&mut budget, 1, 40), Answer::Lent);
        let large = budget.ask(2, None, 90).expect("in line");
        assert_eq!(budget.answer(large), Answer::Wait);
        assert_eq!(budget.hold(1, 10, true), Answer::Wait);
        budget.end_job(1);
        assert_eq!(budget.answer(large), Answer::Lent);
        assert_eq!(budget.hold(1, 10, true), Answer::Lent);
    }

    #[test]
    fn held_bytes_leave_half_of_the_budget_to_jobs() {
        let mut budget = Budget::new(100);
        assert_eq!(budget.hold(1, 30, false), Answer::Lent);
        assert_eq!(budget.hold(2, 21, false), Answer::Wait);
        assert_eq!(budget.hold(2, 20, false), Answer::Lent);
        budget.release(1);
        budget.release(1);
        assert_eq!(budget.held(), 20);
    }

    #[test]
    fn a_large_hold_is_admitted_alone() {
        let mut budget = Budget::new(100);
        assert_eq!(budget.hold(1, 101, false), Answer::Never);
        assert_eq!(budget.hold(1, 90, true), Answer::Wait, "a running job may still ask for half of the budget");
        assert_eq!(budget.hold(1, 90, false), Answer::Lent);
        assert_eq!((budget.large_hold(), budget.ceiling(Some(1))), (Some(1), 10));
        assert_eq!(budget.hold(2, 1, false), Answer::Wait);
        assert_eq!(lend(&mut budget, 1, 11), Answer::Never);
        assert_eq!(lend(&mut budget, 1, 10), Answer::Lent);
    }

    #[test]
    fn only_one_job_waits_with_a_loan_in_hand() {
        let mut budget = Budget::new(100);
        assert_eq!(lend(&mut budget, 1, 40), Answer::Lent);
        assert_eq!(lend(&mut budget, 2, 40), Answer::Lent);
        let third = budget.ask(3, None, 30).expect("in line");
        let first = budget.ask(1, None, 30).expect("in line");
        assert_eq!(lend(&mut budget, 2, 30), Answer::Never, "both would wait for each other");
        assert_eq!(budget.answer(first), Answer::Wait);
        budget.end_job(2);
        assert_eq!(budget.answer(third), Answer::Wait, "the one with a loan goes first");
        assert_eq!(budget.answer(first), Answer::Lent);
        assert_eq!(budget.answer(third), Answer::Lent);
    }

    #[test]
    fn a_smaller_budget_comes_into_force_as_loans_return() {
        let mut budget = Budget::new(100);
        assert_eq!(budget.hold(1, 40, true), Answer::Lent);
        assert_eq!(lend(&mut budget, 1, 50), Answer::Lent);
        budget.set_target(50);
        assert_eq!(budget.bytes(), 90);
        budget.end_job(1);
        assert_eq!(budget.bytes(), 80, "jobs still have as much as is held");
        assert_eq!(lend(&mut budget, 2, 40), Answer::Lent);
        budget.end_job(2);
        budget.release(1);
        assert_eq!(budget.bytes(), 50);
        budget.set_target(200);
        assert_eq!(budget.bytes(), 200);
    }
}
