//! The default budget: a share of the memory that this process may use, from the cgroup (v1 or v2) or the machine.
//! Reads small files under `/proc` and `/sys`; decides nothing at run time.

use std::fs;
use std::path::Path;

const MIB: u64 = 1024 * 1024;
const LEAST: u64 = 64 * MIB;
const MOST: u64 = 512 * MIB;

/// A quarter of the container's memory, from 64 to 512 MiB.
pub fn default_budget_bytes() -> u64 {
    share_of(memory_limit(Path::new("/")))
}

fn share_of(limit: Option<u64>) -> u64 {
    limit.map_or(MOST, |bytes| (bytes / 4).clamp(LEAST, MOST))
}

/// The smallest of all limits that apply. `root` is `/`, or a copy of it in tests.
fn memory_limit(root: &Path) -> Option<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let limits = groups.lines().filter_map(|line| group_limit(root, line));
    limits.chain(machine_memory(root)).min()
}

/// One line of `/proc/self/cgroup`: `0::/path` for v2, `4:memory:/path` for v1.
fn group_limit(root: &Path, line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, group) = (parts.next()?, parts.next()?);
    if controllers.is_empty() {
        return smallest_above(&root.join("sys/fs/cgroup"), group, &["memory.max", "memory.high"]);
    }
    let is_memory = controllers.split(',').any(|name| name == "memory");
    let mount = root.join("sys/fs/cgroup/memory");
    is_memory.then(|| smallest_above(&mount, group, &["memory.limit_in_bytes"])).flatten()
}

/// Limits bind from every ancestor. Inside of a container the path may be the host's and not exist; its root does.
fn smallest_above(mount: &Path, group: &str, names: &[&str]) -> Option<u64> {
    let group = Path::new(group.trim_start_matches('/'));
    let limits = group.ancestors().flat_map(|dir| names.iter().map(move |name| mount.join(dir).join(name)));
    limits.filter_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok()).min()
}

fn machine_memory(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let kib: u64 =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root file system with these files, removed at the end.
    fn limit_with(name: &str, files: &[(&str, &str)]) -> Option<u64> {
        let root = std::env::temp_dir().join(format!("pixmill-memory-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
        let limit = memory_limit(&root);
        fs::remove_dir_all(&root).expect("removed");
        limit
    }

    #[test]
    fn version_2_takes_the_smallest_of_all_ancestors() {
        let files = [
            ("proc/self/cgroup", "0::/a/b\n"),
            ("proc/meminfo", "MemTotal:       8388608 kB\n"),
            ("sys/fs/cgroup/memory.max", "max\n"),
            ("sys/fs/cgroup/a/memory.max", "1000000\n"),
            ("sys/fs/cgroup/a/b/memory.max", "2000000\n"),
        ];
        assert_eq!(limit_with("v2", &files), Some(1_000_000));
    }

    #[test]
    fn version_1_falls_back_to_the_mounted_root() {
        let files = [
            ("proc/self/cgroup", "5:cpu:/x\n4:cpuset,memory:/docker/0123\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"),
        ];
        assert_eq!(limit_with("v1", &files), Some(536_870_912));
    }

    #[test]
    fn no_group_means_the_machine() {
        assert_eq!(limit_with("none", &[("proc/meminfo", "MemTotal: 1024 kB\n")]), Some(1024 * 1024));
        assert_eq!(memory_limit(Path::new("/nonexistent")), None);
    }

    #[test]
    fn the_share_stays_within_its_bounds() {
        assert_eq!(share_of(Some(100 * MIB)), 64 * MIB);
        assert_eq!(share_of(Some(1024 * MIB)), 256 * MIB);
        assert_eq!(share_of(Some(u64::MAX)), 512 * MIB);
        assert_eq!(share_of(None), 512 * MIB);
    }
}
