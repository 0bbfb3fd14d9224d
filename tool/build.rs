//! How the helper is linked: for a fixed address where the C library is glibc, since half of a start
//! went into relocating its 55,000 pointers (docs/performance.md). Its code is memory-safe, so that
//! nobody has to guess addresses in it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
