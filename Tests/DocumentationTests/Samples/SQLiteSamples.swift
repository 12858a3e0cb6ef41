#if SQLite
import SSESQLite

/// The code that opens a log.
@available(SwiftSSE 1.0, *)
private func keepEventsInAFile() async throws {
    let engine = try await SQLiteEngine(path: "/var/lib/chat/events.db")
    let broker = try await Broker(engine: engine)
    try await broker.run()
    await engine.close()
}
#endif
