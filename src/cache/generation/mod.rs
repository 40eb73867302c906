//! The generation file: the rules that all processes on the directory follow. Rules are only ever added to it, by a
//! temporary file and a rename under a lock; whoever finds that it lacks some of them writes them again. What it may
//! have said before it was damaged is unknown, so everything that was stored before counts as purged.

mod file;
mod text;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use self::file::{Contents, Seen};
use super::clock::now_ms;
use super::outage::RETRY_AFTER;
use super::resident::Resident;
use super::rule::Action;
use super::rules::Rules;
use super::warnings::Warnings;

pub(super) const FILE: &str = "generation";
/// Absent at so many looks at a stretch, it is not just about to be removed with its directory.
const ABSENT_LOOKS: u8 = 2;
/// Not to be read at so many, it is more than a moment without file descriptors.
const FAILED_LOOKS: u8 = 5;

pub(super) struct Generation {
    root: PathBuf,
    book: Mutex<Book>,
    is_loaded: AtomicBool,
    /// Beside the book, which is locked while a disk is waited for.
    warnings: Warnings,
}

#[derive(Default)]
struct Book {
    seen: Option<Seen>,
    absent_looks: u8,
    failed_looks: u8,
    /// There are rules in force that the file lacks.
    is_unsaved: bool,
    failed_at: Option<Instant>,
}

impl Generation {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            book: Mutex::default(),
            is_loaded: AtomicBool::new(false),
            warnings: Warnings::new(root.parent().unwrap_or(root)),
        }
    }

    /// Before anything from the disk is an answer, the rules have to be known. `false`: they are not, for now.
    pub(super) fn load(&self, resident: &Resident) -> bool {
        if !self.is_loaded() {
            let mut book = self.book();
            if !self.is_loaded() {
                self.look_with(&mut book, resident);
            }
        }
        self.is_loaded()
    }

    /// Puts in force what others wrote, and writes again what the file lacks.
    pub(super) fn look(&self, resident: &Resident, now: Instant) {
        let mut book = self.book();
        self.look_with(&mut book, resident);
        let may_try = book.failed_at.is_none_or(|at| now.saturating_duration_since(at) >= RETRY_AFTER);
        if book.is_unsaved && may_try {
            drop(self.save_with(&mut book, resident, now));
        }
    }

    /// Writes the rules in force. Failure is a warning, and tried again later.
    pub(super) fn save(&self, resident: &Resident, now: Instant) {
        let mut book = self.book();
        book.is_unsaved = true;
        if let Err(error) = self.save_with(&mut book, resident, now) {
            self.warn_unsaved(&error.to_string());
        }
    }

    /// There is nobody who could write them.
    pub(super) fn cannot_save(&self) {
        self.warn_unsaved("no thread that could write it");
    }

    pub(super) fn take_warnings(&self) -> Vec<String> {
        self.warnings.take()
    }

    fn look_with(&self, book: &mut Book, resident: &Resident) {
        match file::read_unless(&self.root.join(FILE), book.seen, SystemTime::now()) {
            Ok(contents) => {
                book.failed_looks = 0;
                self.take_in(book, resident, contents);
            }
            Err(error) => self.fail_to_read(book, resident, &error),
        }
    }

    fn take_in(&self, book: &mut Book, resident: &Resident, contents: Contents) {
        match contents {
            Contents::AsSeen => {}
            Contents::Absent => self.miss(book, resident),
            Contents::New(seen, bytes) => self.follow(book, resident, seen, &bytes),
        }
        self.is_loaded.store(true, Ordering::Release);
    }

    fn follow(&self, book: &mut Book, resident: &Resident, seen: Seen, bytes: &[u8]) {
        let is_known = book.seen.replace(seen) == Some(seen);
        book.absent_looks = 0;
        let Some(rules) = text::parse(bytes) else {
            if !is_known {
                self.count_as_purge(resident, "an undamaged generation file", "a damaged one");
            }
            book.is_unsaved = true;
            return;
        };
        resident.learn(&rules);
        book.is_unsaved = resident.knows_more_than(&rules);
    }

    /// Nothing to say where the whole directory is gone, and the entries with it.
    fn miss(&self, book: &mut Book, resident: &Resident) {
        book.seen = None;
        book.absent_looks = book.absent_looks.saturating_add(1);
        let is_lost = book.absent_looks >= ABSENT_LOOKS && self.root.is_dir();
        book.is_unsaved |= is_lost && resident.knows_more_than(&Rules::default());
    }

    fn fail_to_read(&self, book: &mut Book, resident: &Resident, error: &io::Error) {
        book.failed_looks = book.failed_looks.saturating_add(1);
        if book.failed_looks == FAILED_LOOKS {
            let received = format!("{error}, and no purges by other processes until it can be read");
            self.count_as_purge(resident, "a readable generation file", &received);
            self.is_loaded.store(true, Ordering::Release);
        }
    }

    /// What it said is not known: it may have been anything.
    fn count_as_purge(&self, resident: &Resident, expected: &str, received: &str) {
        let mut everything = Rules::default();
        everything.raise_floor(Action::Purge, now_ms());
        resident.learn(&everything);
        self.warnings.add(expected, &format!("{received}; everything that was cached before counts as purged"));
    }

    fn save_with(&self, book: &mut Book, resident: &Resident, now: Instant) -> io::Result<()> {
        let result = self.try_to_save(book, resident);
        book.failed_at = result.is_err().then_some(now);
        book.is_unsaved = result.is_err();
        result
    }

    /// What others wrote since the last look is taken in first.
    fn try_to_save(&self, book: &mut Book, resident: &Resident) -> io::Result<()> {
        let _lock = file::lock(&self.root)?;
        let path = self.root.join(FILE);
        if let contents @ Contents::New(..) = file::read(&path)? {
            self.take_in(book, resident, contents);
            if !book.is_unsaved {
                return Ok(());
            }
        }
        book.seen = Some(file::replace(&path, text::write(&resident.rules()).as_bytes())?);
        Ok(())
    }

    fn warn_unsaved(&self, received: &str) {
        let received = format!("{received}; other processes that share it do not know yet what was purged in this one");
        self.warnings.add("a generation file that can be written", &received);
    }

    fn is_loaded(&self) -> bool {
        self.is_loaded.load(Ordering::Acquire)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cache::rule::{By, Rule};

    struct Process {
        resident: Resident,
        generation: Generation,
    }

    impl Process {
        fn new(root: &Path) -> Self {
            Self { resident: Resident::new(0), generation: Generation::new(root) }
        }

        fn purge(&self, tag: &str, at_ms: u64, now: Instant) {
            self.resident.learn(&Rules::of(&Rule::new(Action::Purge, By::Tag, tag).expect("valid"), at_ms));
            self.generation.save(&self.resident, now);
        }

        fn look(&self, now: Instant) -> Rules {
            self.generation.look(&self.resident, now);
            self.resident.rules()
        }
    }

    fn root(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("pixmill-generation-{}-{name}", std::process::id()))
    }

    #[test]
    fn what_could_not_be_written_is_written_when_the_directory_is_well_again() {
        let root = root("retry");
        fs::write(&root, "in the way").expect("written");
        let (ours, theirs, start) = (Process::new(&root), Process::new(&root), Instant::now());
        ours.purge("a", 1, start);
        assert_eq!(ours.generation.take_warnings().len(), 1);
        fs::remove_file(&root).expect("removed");
        ours.look(start + RETRY_AFTER / 2);
        assert!(!root.exists(), "left alone for a while");
        ours.look(start + RETRY_AFTER);
        assert_eq!(theirs.look(start), ours.resident.rules());
        assert_eq!(ours.generation.take_warnings().len(), 0);
        fs::remove_dir_all(&root).expect("removed");
    }

    #[test]
    fn a_file_that_lacks_rules_in_force_is_completed() {
        let root = root("complete");
        let (ours, theirs, now) = (Process::new(&root), Process::new(&root), Instant::now());
        ours.purge("a", 1, now);
        fs::remove_file(root.join(FILE)).expect("removed");
        theirs.purge("b", 2, now);
        let both = ours.look(now);
        assert_eq!(both.list().len(), 2);
        assert_eq!(theirs.look(now), both, "and the other one learns what it missed");
        fs::remove_dir_all(&root).expect("removed");
    }

    #[test]
    fn an_unreadable_file_hides_the_disk_first_and_counts_as_a_purge_after_a_while() {
        let now = Instant::now();
        // A name that is too long cannot be looked at, whoever asks.
        let process = Process::new(&std::env::temp_dir().join("x".repeat(300)));
        assert!(!process.generation.load(&process.resident), "no answer from the disk yet");
        for _ in 1..FAILED_LOOKS {
            process.look(now);
        }
        assert!(process.generation.load(&process.resident));
        assert_eq!(process.resident.rules().floors().count(), 1);
        process.look(now);
        assert_eq!((process.resident.generation(), process.generation.take_warnings().len()), (1, 1), "once");
    }

    #[test]
    fn a_file_of_which_nothing_can_be_read_is_replaced_by_a_whole_one() {
        let root = root("nothing");
        fs::create_dir_all(&root).expect("made");
        fs::write(root.join(FILE), "").expect("written");
        let (ours, now) = (Process::new(&root), Instant::now());
        let rules = ours.look(now);
        assert_eq!(rules.floors().count(), 1);
        assert_eq!(text::parse(&fs::read(root.join(FILE)).expect("there")), Some(rules));
        fs::remove_dir_all(&root).expect("removed");
    }

    #[test]
    fn a_directory_that_is_gone_is_not_made_for_rules_alone() {
        let root = root("gone");
        let (ours, now) = (Process::new(&root), Instant::now());
        ours.purge("a", 1, now);
        fs::remove_dir_all(&root).expect("removed");
        for _ in 0..5 {
            ours.look(now);
        }
        assert!(!root.exists());
        fs::create_dir_all(&root).expect("made by a writer");
        ours.look(now);
        assert!(root.join(FILE).exists(), "with the directory the rules are back");
        fs::remove_dir_all(&root).expect("removed");
    }
}
