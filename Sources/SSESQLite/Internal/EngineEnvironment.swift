#if SQLite
internal import Foundation

/// What an engine takes from the machine that it runs on, apart from the file.
@available(SwiftSSE 1.0, *)
struct EngineEnvironment: Sendable {
    /// The system's time in milliseconds since 1970: ages go on over a restart, which no other clock does.
    var now: @Sendable () -> Int64

    /// Which start of the machine this is, `nil` if it does not tell.
    var bootID: String?

    /// How many of the newest events are kept in memory for those who follow the log.
    var recentEvents = 4096

    /// How often the engine looks for what has become too old, and whether writing is possible again; `nil` for never.
    var tickInterval: DispatchTimeInterval? = .seconds(1)

    static var system: EngineEnvironment {
        EngineEnvironment(now: { Int64(Date().timeIntervalSince1970 * 1000) }, bootID: BootID.current)
    }
}
#endif
