//! Original bytes: already in memory, or in a local file that is read under a permit. Never opens what is not a
//! regular file, never follows a URL, never decides whether a path is allowed.

use std::borrow::Cow;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::pool::{Permit, Scratch};

/// Where the bytes of a picture are. Cheap to clone.
#[derive(Clone)]
pub enum Source {
    Bytes(Arc<dyn AsRef<[u8]> + Send + Sync>),
    Path(PathBuf),
}

impl Source {
    /// How errors name it.
    pub fn subject(&self) -> String {
        match self {
            Self::Bytes(_) => "source".to_owned(),
            Self::Path(path) => path.display().to_string(),
        }
    }

    /// The size in bytes, never zero: an empty source is an error.
    #[allow(clippy::len_without_is_empty)] // it would always be false
    pub fn len(&self) -> Result<u64> {
        let len = match self {
            Self::Bytes(bytes) => bytes.as_ref().as_ref().len() as u64,
            Self::Path(path) => regular_file(fs::metadata(path), path)?.len(),
        };
        self.refuse_empty(len)
    }

    /// The first bytes, at most `max_bytes`: enough to recognize a format and often its dimensions. Outside of any
    /// permit, so keep it small.
    pub fn head(&self, max_bytes: usize) -> Result<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => {
                let bytes = bytes.as_ref().as_ref();
                self.refuse_empty(bytes.len() as u64)?;
                Ok(Cow::Borrowed(bytes.get(..max_bytes).unwrap_or(bytes)))
            }
            Self::Path(path) => {
                let (file, len) = self.open(path)?;
                let most = max_bytes.min(usize::try_from(len).unwrap_or(usize::MAX));
                Ok(Cow::Owned(self.read_up_to(file, Vec::new(), most)?))
            }
        }
    }

    /// All bytes. Those of a file are read into a buffer of `scratch`, to which the caller gives it back; the permit
    /// must cover them.
    pub fn read(&self, permit: &Permit<'_>, scratch: &mut Scratch) -> Result<Cow<'_, [u8]>> {
        match self {
            Self::Bytes(bytes) => {
                let bytes = bytes.as_ref().as_ref();
                self.refuse_empty(bytes.len() as u64)?;
                Ok(Cow::Borrowed(bytes))
            }
            Self::Path(path) => self.read_file(path, permit, scratch).map(Cow::Owned),
        }
    }

    fn read_file(&self, path: &Path, permit: &Permit<'_>, scratch: &mut Scratch) -> Result<Vec<u8>> {
        let (file, len) = self.open(path)?;
        if len > permit.bytes() {
            return Err(self.changed(&format!("{len} bytes where at most {} were expected", permit.bytes())));
        }
        let len = usize::try_from(len).map_err(|_| self.changed("more bytes than this machine can address"))?;
        let bytes = self.read_up_to(file, scratch.take_empty(len)?, len)?;
        if bytes.len() < len {
            return Err(self.changed(&format!("{} of {len} bytes", bytes.len())));
        }
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<(File, u64)> {
        // Before opening, because opening a device or a FIFO has effects; after it, because the path may have changed.
        regular_file(fs::metadata(path), path)?;
        let file = open_without_waiting(path).map_err(|error| unreadable(path, &error))?;
        let len = regular_file(file.metadata(), path)?.len();
        Ok((file, self.refuse_empty(len)?))
    }

    fn read_up_to(&self, file: File, mut buffer: Vec<u8>, most: usize) -> Result<Vec<u8>> {
        buffer.try_reserve_exact(most).map_err(|_| Error::internal(format!("a refusal of {most} bytes")))?;
        file.take(most as u64).read_to_end(&mut buffer).map_err(|error| unreadable(self.subject(), &error))?;
        Ok(buffer)
    }

    fn refuse_empty(&self, len: u64) -> Result<u64> {
        if len == 0 { Err(Error::input(self.subject(), "picture bytes", "0 bytes")) } else { Ok(len) }
    }

    #[cold]
    fn changed(&self, received: &str) -> Error {
        Error::input(self.subject(), "a file that does not change while it is read", received)
    }
}

/// Opening a FIFO would wait for its writer.
#[cfg(unix)]
pub(crate) fn open_without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

#[cfg(not(unix))]
pub(crate) fn open_without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

fn regular_file(metadata: io::Result<Metadata>, path: &Path) -> Result<Metadata> {
    let metadata = metadata.map_err(|error| unreadable(path, &error))?;
    if metadata.is_file() {
        return Ok(metadata);
    }
    let received = if metadata.is_dir() { "a directory" } else { "something that is no regular file" };
    Err(Error::input(path.display().to_string(), "a readable file", received))
}

#[cold]
fn unreadable(subject: impl AsRef<Path>, error: &io::Error) -> Error {
    Error::input(subject.as_ref().display().to_string(), "a readable file", error.kind())
}
