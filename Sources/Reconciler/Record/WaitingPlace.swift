import Glibc

/// The one place for a service that waits until it can have its state folder.
///
/// A watchdog that starts the service every five minutes would otherwise gather one more process each time, for as long
/// as the state folder's lock cannot be made. It is flock(2) on the config folder itself: nothing is written, so it works
/// on a full disk.
struct WaitingPlace {
    private let folder: FileDescriptor

    /// Takes the place; throws `Held` if another process waits already, returns nil where a folder takes no lock.
    init?(of config: String) throws(StateLock.Held) {
        let number = open(config, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        folder = FileDescriptor(number)
        if flock(number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { return nil }
            throw StateLock.Held(pid: nil)
        }
    }
}
