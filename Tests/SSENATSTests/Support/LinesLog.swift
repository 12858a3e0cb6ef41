#if NATS
internal import Logging
internal import Synchronization

/// Keeps what is logged as lines: the level, the message and the metadata's values.
@available(SwiftSSE 1.0, *)
final class LinesLog: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { self.state.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: LinesLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value)" }
            let line = (["\(event.level)", "\(event.message)"] + values).joined(separator: " ")
            self.log.state.withLock { $0.append(line) }
        }
    }
}
#endif
