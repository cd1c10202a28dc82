import CLinux

/// How this process deals with memory that it has used and needs no more.
enum Memory {
    /// Keeps the allocator to two arenas (mallopt(3)): one for each thread that ever ran would each keep what it grew to.
    ///
    /// Large tables have memory of their own, which goes back to the system with them; left to itself the allocator stops
    /// doing that after the first of them.
    static func beFrugal() {
        mallopt(M_ARENA_MAX, 2)
        // Above what a transfer needs, which comes and goes all the time.
        mallopt(M_MMAP_THRESHOLD, 512 << 10)
    }

    /// Gives what is free back to the system (malloc_trim(3)); for a moment after which there is long nothing to do.
    static func giveBack() { malloc_trim(0) }
}
