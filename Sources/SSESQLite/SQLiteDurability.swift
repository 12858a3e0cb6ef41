#if SQLite
/// What an event has outlived when its publisher is told that it is in the log.
///
/// Whatever this is, an event that was acknowledged outlives the process: what is handed to the operating system is
/// written though the process is killed.
@available(SwiftSSE 1.0, *)
public enum SQLiteDurability: String, Sendable, Hashable, CaseIterable {
    /// Each acknowledged event outlives a power failure, as far as the disk keeps what it says that it has written: the
    /// file is synchronised before each acknowledgement (SQLite's `synchronous=FULL`).
    case full

    /// The last events may be lost in a power failure, though they were acknowledged; the file stays whole
    /// (`synchronous=NORMAL`). The log begins a new epoch then, so that subscribers are told.
    case normal

    /// The whole file may be damaged by a power failure (`synchronous=OFF`): for events that are worth nothing then.
    case off
}
#endif
