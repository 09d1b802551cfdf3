//! How much memory this process has.

/// The resident size in bytes; `None` where the system does not tell in the way of Linux.
pub(crate) fn resident() -> Option<u64> {
    // The second number of the file, in pages (proc_pid_statm(5)). They have 4 KiB on nearly all
    // machines; where they are larger, the figures are too small by the same factor.
    const PAGE: u64 = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}
