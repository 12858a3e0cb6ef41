#if SQLite
internal import Foundation

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
#endif
