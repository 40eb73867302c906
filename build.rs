//! Tells the linker how a Node addon is linked on this platform, and the code which ravif is built in.

use std::fs;

fn main() {
    napi_build::setup();
    println!("cargo::rerun-if-changed=Cargo.lock");
    let lockfile = fs::read_to_string("Cargo.lock").unwrap_or_default();
    println!("cargo::rustc-env=PIXMILL_RAVIF_VERSION={}", version(&lockfile, "ravif").unwrap_or("unknown"));
}

/// The version that a lockfile has of a package.
fn version<'l>(lockfile: &'l str, package: &str) -> Option<&'l str> {
    let (_, entry) = lockfile.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    entry.split_once('"').map(|(version, _)| version)
}
