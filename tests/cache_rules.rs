//! Purging and invalidating: what a rule concerns, that it lasts, and that nothing from before it comes back. Two caches
//! on one directory stand for two processes.

mod cache_kit;

use std::fs;

use cache_kit::{
    Dir, answered, body, cache, disk_only, expire, fill, get, key, memory_only, purge, put_tagged, scan, wait_for,
};
use pixmill::cache::{Action, By, Cache, CacheConfig, Tier, now_ms};
use proptest::prelude::*;

fn is_stale(cache: &Cache, number: u32) -> bool {
    get(cache, key(number)).is_some_and(|found| !found.entry.is_fresh(now_ms()))
}

#[test]
fn a_purged_entry_is_in_neither_tier_and_its_file_is_deleted() {
    for (by, value, left) in [
        (By::Tag, "product-12", vec![2]),
        (By::Tag, "src:/a/1.jpg", vec![2, 3]),
        (By::Prefix, "/a/", vec![3]),
        (By::Prefix, "", vec![]),
        (By::Tag, "product", vec![1, 2, 3]),
    ] {
        let dir = Dir::new("purged");
        let cache = cache(&dir.0, 1 << 20);
        fill(&cache);
        assert_eq!(expire(&cache, Action::Purge, by, value), 3 - left.len() as u64, "{value}");
        let in_memory: Vec<_> = (1..=3).filter(|number| cache.get_memory(&key(*number)).is_some()).collect();
        let on_disk: Vec<_> = (1..=3).filter(|number| dir.path_of(&key(*number)).exists()).collect();
        assert_eq!((&in_memory, &on_disk, &answered(&cache)), (&left, &left, &left), "{value}");
        assert_eq!(cache.stats().disk_entries, left.len() as u64, "{value}");
    }
}

#[test]
fn an_invalidated_entry_is_stale_and_still_an_answer_after_a_restart_too() {
    let dir = Dir::new("invalidated");
    let first = cache(&dir.0, 1 << 20);
    fill(&first);
    let file = fs::read(dir.path_of(&key(1))).expect("written");
    assert_eq!(expire(&first, Action::Invalidate, By::Prefix, "/a/1"), 1);
    assert!(first.get_memory(&key(1)).is_some_and(|entry| !entry.is_fresh(now_ms()) && entry.body() == b"one"));
    let second = cache(&dir.0, 1 << 20);
    for cache in [&first, &second] {
        assert_eq!([1, 2, 3].map(|number| is_stale(cache, number)), [true, false, false]);
        assert_eq!(answered(cache), [1, 2, 3]);
    }
    assert_eq!(fs::read(dir.path_of(&key(1))).expect("still there"), file, "rules last, files need no rewriting");
    put_tagged(&first, key(1), b"new", &["src:/a/1.jpg"], now_ms());
    assert!(!is_stale(&first, 1), "what was stored after the rule is fresh");
}

#[test]
fn hits_are_entries_of_either_tier_each_once() {
    let dir = Dir::new("hits");
    let (ours, theirs) = (cache(&dir.0, 1 << 20), disk_only(&dir.0, 1 << 20));
    put_tagged(&ours, key(1), b"both", &["x"], now_ms());
    put_tagged(&theirs, key(2), b"disk", &["x"], now_ms());
    put_tagged(&ours, key(3), b"memory", &["x"], now_ms());
    fs::remove_file(dir.path_of(&key(3))).expect("removed");
    assert_eq!(expire(&ours, Action::Invalidate, By::Tag, "x"), 3);
    assert_eq!(purge(&ours, "x"), 3);
    assert_eq!(purge(&ours, "x"), 0);
}

#[test]
fn what_was_known_before_a_purge_does_not_come_back_after_it() {
    let dir = Dir::new("late");
    let (ours, theirs) = (cache(&dir.0, 1 << 20), cache(&dir.0, 1 << 20));
    fill(&ours);
    let kept = fs::read(dir.path_of(&key(1))).expect("written");
    let before = now_ms();
    purge(&ours, "product-12");
    put_tagged(&ours, key(1), b"late", &["product-12"], before);
    assert!(answered(&ours) == [2] && !dir.path_of(&key(1)).exists(), "dropped in both tiers");
    fs::write(dir.path_of(&key(1)), kept).expect("written");
    assert_eq!(answered(&ours), [2], "a writer that did not know the rule yet, or a backup");
    assert!(!dir.path_of(&key(1)).exists());
    wait_for("the purge arrives", || theirs.generation() > 0);
    put_tagged(&theirs, key(3), b"late", &["product-12"], before);
    assert_eq!(answered(&theirs), [2]);
    let restarted = cache(&dir.0, 1 << 20);
    put_tagged(&restarted, key(1), b"late", &["product-12"], before);
    assert_eq!(body(&disk_only(&dir.0, 1 << 20), key(1)), None, "a start knows the rules before it writes");
}

#[test]
fn what_was_known_before_an_invalidation_is_stored_stale() {
    let cache = memory_only();
    let before = now_ms();
    expire(&cache, Action::Invalidate, By::Tag, "x");
    put_tagged(&cache, key(1), b"late", &["x"], before);
    assert!(is_stale(&cache, 1));
}

#[test]
fn who_has_been_told_may_store_again_at_once() {
    let cache = memory_only();
    for round in 0..200 {
        purge(&cache, "x");
        put_tagged(&cache, key(1), b"new", &["x"], now_ms());
        assert!(cache.get_memory(&key(1)).is_some(), "round {round}");
    }
}

#[test]
fn a_future_time_escapes_no_rule() {
    let cache = memory_only();
    put_tagged(&cache, key(1), b"from a fast clock", &["x"], now_ms() + 3_600_000);
    assert_eq!((purge(&cache, "x"), get(&cache, key(1)).is_none()), (1, true));
}

#[test]
fn the_generation_changes_with_rules_and_with_nothing_else() {
    let cache = memory_only();
    fill(&cache);
    assert_eq!((answered(&cache).len(), cache.generation()), (3, 0));
    purge(&cache, "of no entry");
    assert_eq!(cache.generation(), 1);
}

#[test]
fn a_command_that_only_purges_neither_writes_nor_evicts_entries() {
    let dir = Dir::new("command");
    let server = disk_only(&dir.0, 1 << 20);
    fill(&server);
    let command = disk_only(&dir.0, (1 << 53) - 1);
    scan(&command);
    assert_eq!((purge(&command, "src:/a/1.jpg"), command.stats().writes, command.stats().evictions), (1, 0, 0));
    assert_eq!(dir.files().len(), 2);
    assert_eq!(answered(&server), [2, 3]);
}

#[derive(Debug, Clone)]
enum Step {
    Put { number: u32, is_late: bool },
    Expire { action: Action, by: By, value: &'static str },
    Restart,
}

const SOURCES: [&str; 4] = ["/a/1", "/a/2", "/b/1", "/b/2"];

fn any_step() -> impl Strategy<Value = Step> {
    let tags = ["src:/a/1", "src:/b/2", "odd", "none"];
    let expire = (
        prop::sample::select(vec![Action::Purge, Action::Invalidate]),
        prop_oneof![
            prop::sample::select(tags.to_vec()).prop_map(|value| (By::Tag, value)),
            prop::sample::select(vec!["/a", "/b/", "/b/2", "x"]).prop_map(|value| (By::Prefix, value)),
        ],
    );
    prop_oneof![
        4 => (0..4_u32, any::<bool>()).prop_map(|(number, is_late)| Step::Put { number, is_late }),
        3 => expire.prop_map(|(action, (by, value))| Step::Expire { action, by, value }),
        1 => Just(Step::Restart),
    ]
}

/// The obvious way: for each picture the state of its entry, and of one that would come late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Stale,
    Fresh,
}

fn concerns(by: By, value: &str, number: u32) -> bool {
    let source = SOURCES[number as usize];
    match by {
        By::Tag => value == format!("src:{source}") || (value == "odd" && number % 2 == 1),
        By::Prefix => source.starts_with(value),
    }
}

fn after(state: State, action: Action) -> State {
    match (state, action) {
        (State::Absent, _) | (_, Action::Purge) => State::Absent,
        (_, Action::Invalidate) => State::Stale,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_history_ends_as_the_obvious_model_says(steps in prop::collection::vec(any_step(), 1..20)) {
        let dir = Dir::new("model");
        let open = || Cache::new(CacheConfig { dir: Some(dir.0.clone()), max_disk_bytes: 1 << 20, max_memory_bytes: 1 << 20 });
        let (mut tested, mut model, mut late) = (open(), [State::Absent; 4], [State::Fresh; 4]);
        let start = now_ms();
        for step in steps {
            match step {
                Step::Put { number, is_late } => {
                    let source = format!("src:{}", SOURCES[number as usize]);
                    let tags = [source.as_str(), "odd"];
                    let tags = if number % 2 == 1 { &tags[..] } else { &tags[..1] };
                    let state = if is_late { late[number as usize] } else { State::Fresh };
                    put_tagged(&tested, key(number), b"x", tags, if is_late { start - 1 } else { now_ms() });
                    // One that is dropped leaves what was there.
                    if state != State::Absent {
                        model[number as usize] = state;
                    }
                }
                Step::Expire { action, by, value } => {
                    let mut expected = 0;
                    for number in (0..4).filter(|number| concerns(by, value, *number)) {
                        expected += u64::from(model[number as usize] != State::Absent);
                        model[number as usize] = after(model[number as usize], action);
                        late[number as usize] = after(late[number as usize], action);
                    }
                    prop_assert_eq!(expire(&tested, action, by, value), expected);
                }
                Step::Restart => tested = open(),
            }
            for number in 0..4 {
                let state = match get(&tested, key(number)) {
                    None => State::Absent,
                    Some(found) if found.entry.is_fresh(now_ms()) => State::Fresh,
                    Some(_) => State::Stale,
                };
                prop_assert_eq!(state, model[number as usize], "{}", number);
            }
        }
    }
}

#[test]
fn a_memory_only_cache_expires_too() {
    let cache = memory_only();
    fill(&cache);
    assert_eq!(expire(&cache, Action::Invalidate, By::Prefix, "/a/"), 2);
    assert_eq!(purge(&cache, "product-12"), 2);
    assert_eq!(body(&cache, key(2)), Some((b"two".to_vec(), Tier::Memory)));
    assert_eq!((answered(&cache), cache.take_warnings().len()), (vec![2], 0));
}
