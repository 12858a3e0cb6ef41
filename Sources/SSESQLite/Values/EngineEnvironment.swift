#if SQLite
internal import Foundation

#if canImport(Darwin)
internal import Darwin
#endif

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

/// What an engine takes from the machine that it runs on, apart from the file.
@available(SwiftSSE 1.0, *)
struct EngineEnvironment: Sendable {
    /// The system's time in milliseconds since 1970: ages go on over a restart, which no other clock does. Somebody may
    /// set it, so it is asked for when a log is opened only.
    var now: @Sendable () -> Int64

    /// Milliseconds since some beginning, by a clock that nobody sets.
    var uptime: @Sendable () -> Int64

    /// Which start of the machine this is, `nil` if it does not tell.
    var bootID: String?

    /// How many of the newest events are kept in memory for those who follow the log.
    var recentEvents = 4096

    /// How often the engine looks for what has become too old, and whether writing is possible again; `nil` for never.
    var tickInterval: DispatchTimeInterval? = .seconds(1)

    static var system: EngineEnvironment {
        let start = ContinuousClock.now
        return EngineEnvironment(
            now: { Int64(Date().timeIntervalSince1970 * 1000) },
            uptime: { start.duration(to: .now).milliseconds },
            bootID: BootID.current
        )
    }
}

/// The time of a log, in milliseconds. It only goes on: from the system's time when the log was opened, or from the newest
/// time that is in the log, should the system's clock have been set back since.
///
/// Ages are differences of it, so that it need not be right. If it stood still or went back, nothing would be let go of, and
/// keys of the future would be good for too long.
@available(SwiftSSE 1.0, *)
struct LogClock: Sendable {
    private let offset: Int64
    private let uptime: @Sendable () -> Int64

    /// - Parameter latest: The newest time that is in the log.
    init(_ environment: EngineEnvironment, latest: Int64?) {
        self.uptime = environment.uptime
        self.offset = max(environment.now(), latest ?? .min) - environment.uptime()
    }

    var now: Int64 { self.offset + self.uptime() }
}

/// Tells one start of the machine from another.
enum BootID {
    /// The present start, `nil` if the system does not tell.
    static var current: String? {
        #if canImport(Darwin)
        var size = 0
        guard sysctlbyname("kern.bootsessionuuid", nil, &size, nil, 0) == 0, size > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #else
        let text =
            (try? String(contentsOf: URL(filePath: "/proc/sys/kernel/random/boot_id"), encoding: .utf8)) ?? ""
        #endif
        let id = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return id.isEmpty ? nil : id
    }
}
#endif
