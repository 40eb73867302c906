//! What a job frees leaves the process, also when something small was allocated after it.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::fs;
use std::hint::black_box;

use pixmill::pool::{Pool, PoolConfig};

const PICTURE_BYTES: usize = 8 << 20;
const PAGE_BYTES: usize = 4096;

#[test]
fn a_freed_picture_is_not_resident() {
    let _pool = Pool::new(PoolConfig::default());
    // The first block that glibc unmaps would raise its threshold, and the next ones would come from the heap.
    drop(picture());
    let before = resident_bytes();
    let pictures: Vec<_> = (0..4).map(|_| (picture(), black_box(vec![1_u8; 100]))).collect();
    let during = resident_bytes();
    let small: Vec<_> = pictures.into_iter().map(|(_, small)| small).collect();
    let after = resident_bytes();
    assert!(during > before + 3 * PICTURE_BYTES, "{before} {during}");
    assert!(after < before + PICTURE_BYTES, "{before} {after}, {} small blocks", small.len());
}

fn picture() -> Vec<u8> {
    black_box(vec![7; PICTURE_BYTES])
}

fn resident_bytes() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.map_or(0, |pages| pages * PAGE_BYTES)
}
