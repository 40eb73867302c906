//! Originals: read whole, under a permit, and only from regular files.

#![allow(clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pixmill::error::{Error, Result};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::source::Source;

/// A directory of this test's own, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pixmill-source-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("written");
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("removed");
    }
}

fn read(source: Source, permit_bytes: u64) -> Result<Vec<u8>> {
    let pool = Pool::new(PoolConfig { threads: 1, budget_bytes: 1 << 20, ..PoolConfig::default() });
    pool.run(Cancel::new(), move |job| {
        let permit = job.acquire(permit_bytes)?.ok_or(Error::Cancelled)?;
        Ok(source.read(&permit, job.scratch)?.into_owned())
    })
}

fn refusal(path: &Path) -> String {
    let source = Source::Path(path.to_owned());
    let errors = [source.len().map(drop), source.head(9).map(drop), read(source.clone(), 9).map(drop)];
    let texts = errors.map(|result| {
        let error = result.expect_err("no regular file");
        assert_eq!(error.code(), "ERR_INPUT");
        assert_eq!(error.complaint().subject, path.display().to_string());
        error.complaint().received
    });
    assert!(texts.iter().all(|text| *text == texts[0]));
    texts[0].clone()
}

#[test]
fn a_file_and_a_buffer_read_the_same() {
    let dir = Dir::new("same");
    let bytes: Vec<u8> = (0..10_000_u32).map(|number| (number % 251) as u8).collect();
    for source in [Source::Path(dir.file("picture", &bytes)), Source::Bytes(Arc::new(bytes.clone()))] {
        assert_eq!(source.len(), Ok(10_000));
        assert_eq!(source.head(16).expect("a head"), &bytes[..16]);
        assert_eq!(source.head(20_000).expect("all of it"), bytes.as_slice());
        assert_eq!(read(source, 10_000), Ok(bytes.clone()));
    }
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let dir = Dir::new("refused");
    assert_eq!(refusal(&dir.0), "a directory");
    assert_eq!(refusal(&dir.0.join("absent")), "entity not found");
    assert_eq!(refusal(&dir.file("file", b"x").join("below")), "not a directory");
    assert_eq!(refusal(&dir.file("empty", b"")), "0 bytes");
}

#[cfg(unix)]
#[test]
fn a_fifo_or_a_device_is_refused_without_waiting_for_a_writer() {
    let dir = Dir::new("fifo");
    let fifo = dir.0.join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    assert_eq!(refusal(&fifo), "something that is no regular file");
    assert_eq!(refusal(Path::new("/dev/zero")), "something that is no regular file");
}

#[test]
fn zero_bytes_are_no_picture() {
    let error = Source::Bytes(Arc::new(Vec::new())).head(9).expect_err("nothing in it");
    assert_eq!(error.to_string(), "Expected picture bytes for source but received 0 bytes");
}

#[test]
fn a_file_that_outgrew_its_permit_is_not_read() {
    let dir = Dir::new("grown");
    let error = read(Source::Path(dir.file("picture", &[7; 100])), 99).expect_err("one byte too many");
    assert_eq!(error.complaint().received, "100 bytes where at most 99 were expected");
}
