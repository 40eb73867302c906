//! The generation file: rules reach every process on the directory, whatever becomes of the file. Two caches stand for
//! two processes, where one will do.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod cache_kit;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use cache_kit::{
    Dir, HUNG, LONG_AGO, answered, body, cache, disk_only, expire, fill, key, purge, put_tagged, wait_for,
};
use pixmill::cache::{Action, By, Rule, now_ms};

/// Names the directory in which another process purges.
const CHILD: &str = "PIXMILL_TEST_PURGE_IN";
const RULES_EACH: u32 = 60;

#[test]
fn other_processes_follow_without_being_asked() {
    let dir = Dir::new("others");
    let (ours, theirs) = (cache(&dir.0, 1 << 20), cache(&dir.0, 1 << 20));
    fill(&theirs);
    let before = theirs.generation();
    purge(&ours, "src:/a/1.jpg");
    wait_for("the purge arrives", || theirs.get_memory(&key(1)).is_none());
    assert_ne!(theirs.generation(), before);
    expire(&ours, Action::Invalidate, By::Tag, "src:/a/2.jpg");
    wait_for("the rule arrives", || theirs.get_memory(&key(2)).is_some_and(|entry| !entry.is_fresh(now_ms())));
    assert!(theirs.get_memory(&key(3)).is_some_and(|entry| entry.is_fresh(now_ms())));
}

#[test]
fn a_purge_before_the_first_write_reaches_those_who_write_later() {
    let dir = Dir::new("before");
    let before = now_ms();
    assert_eq!(purge(&disk_only(&dir.0.join("cache"), 1 << 20), "x"), 0);
    let cache = disk_only(&dir.0.join("cache"), 1 << 20);
    put_tagged(&cache, key(1), b"late", &["x"], before);
    assert_eq!(body(&cache, key(1)), None);
}

#[test]
fn a_damaged_generation_file_counts_as_a_purge_of_everything_once() {
    let dir = Dir::new("damaged");
    let first = cache(&dir.0, 1 << 20);
    purge(&first, "x");
    fill(&first);
    let whole = fs::read(dir.generation()).expect("written");
    let torn = dir.0.join("torn");
    fs::write(&torn, &whole[..whole.len() - 4]).expect("written");
    fs::rename(torn, dir.generation()).expect("in its place");
    wait_for("it is noticed", || first.get_memory(&key(1)).is_none());
    assert_eq!(answered(&first), [0_u32; 0]);
    let warnings = first.take_warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("generation file"), "{warnings:?}");
    let is_repaired = || fs::read_to_string(dir.generation()).is_ok_and(|text| text.contains("\nfloor purge "));
    wait_for("it is repaired", is_repaired);
    let before = now_ms();
    wait_for("a later time than that of the damage", || now_ms() > before);
    fill(&first);
    purge(&first, "src:/b/3.jpg");
    let second = cache(&dir.0, 1 << 20);
    assert_eq!((answered(&first), answered(&second)), (vec![1, 2], vec![1, 2]), "later rules and entries are whole");
    assert_eq!((first.take_warnings().len(), second.take_warnings().len()), (0, 0));
}

#[test]
fn a_generation_file_that_was_removed_is_written_again_by_whoever_knows_it() {
    let dir = Dir::new("removed");
    let knowing = cache(&dir.0, 1 << 20);
    purge(&knowing, "x");
    fs::remove_file(dir.generation()).expect("removed");
    wait_for("it is there again", || dir.generation().exists());
    let other = disk_only(&dir.0, 1 << 20);
    put_tagged(&other, key(1), b"late", &["x"], LONG_AGO);
    assert_eq!(body(&other, key(1)), None);
}

#[test]
fn where_the_file_cannot_be_written_memory_follows_and_a_warning_tells() {
    let dir = Dir::new("unwritable");
    let file = dir.0.join("file");
    fs::write(&file, b"no directory").expect("written");
    let cache = cache(&file.join("cache"), 1 << 20);
    fill(&cache);
    cache.take_warnings();
    assert_eq!(purge(&cache, "product-12"), 2);
    assert_eq!(answered(&cache), [2]);
    let warnings = cache.take_warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("other processes"), "{warnings:?}");
}

#[test]
fn a_closed_cache_ends_its_threads_and_still_purges_its_memory() {
    let dir = Dir::new("closed-rules");
    let cache = cache(&dir.0, 1 << 20);
    fill(&cache);
    let (sender, hits) = channel();
    let rule = Rule::new(Action::Purge, By::Tag, "src:/a/1.jpg").expect("valid");
    cache.expire(&rule, move |number| sender.send(number).expect("the test listens"));
    cache.close();
    assert_eq!(hits.recv_timeout(HUNG), Ok(1), "asked for before");
    let (sender, ended) = channel();
    let cache = thread::spawn(move || {
        cache.join();
        sender.send(()).expect("the test listens");
        cache
    });
    ended.recv_timeout(HUNG).expect("the threads end");
    let cache = cache.join().expect("the cache");
    assert_eq!(purge(&cache, "src:/a/2.jpg"), 1);
    assert!(cache.get_memory(&key(2)).is_none() && cache.get_memory(&key(3)).is_some());
    assert_eq!(cache.take_warnings().len(), 1);
    let written = fs::read_to_string(dir.generation()).expect("written");
    assert!(written.contains(" purge tag src:/a/1.jpg\n") && !written.contains("/a/2.jpg"), "{written}");
}

/// Not a test of its own: the second process of the next one.
#[test]
#[ignore = "run by another test"]
fn child() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let cache = disk_only(dir.as_ref(), 1 << 20);
        for number in 0..RULES_EACH {
            purge(&cache, &format!("theirs-{number}"));
        }
    }
}

#[test]
fn processes_that_purge_at_once_lose_no_rule() {
    let dir = Dir::new("at-once");
    let program = std::env::current_exe().expect("this program");
    let arguments = ["--exact", "child", "--ignored"];
    let mut child = Command::new(program).args(arguments).env(CHILD, &dir.0).stdout(Stdio::null()).spawn().expect("it");
    thread::scope(|scope| {
        for thread in 0..2 {
            let dir = &dir.0;
            scope.spawn(move || {
                let cache = disk_only(dir, 1 << 20);
                for number in 0..RULES_EACH {
                    purge(&cache, &format!("{thread}-{number}"));
                }
            });
        }
    });
    assert!(child.wait().expect("it ends").success());
    let text = fs::read_to_string(dir.generation()).expect("written");
    for number in 0..RULES_EACH {
        for who in ["0", "1", "theirs"] {
            assert!(text.contains(&format!(" purge tag {who}-{number}\n")), "{who}-{number} in {text}");
        }
    }
}
