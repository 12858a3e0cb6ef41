package import Logging

/// Writes each event of a log as one line, whatever is in it.
@available(SwiftSSE 1.0, *)
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let isColored: Bool
    private let now: @Sendable () -> LogTime
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - label: The logger's label, which lines of JSON name.
    ///   - format: What lines look like.
    ///   - level: The least level that is written.
    ///   - isColored: Whether text has colours, which belong on a terminal only.
    ///   - metadataProvider: Adds to each event what is known where it happens, such as the trace.
    ///   - now: Tells the time.
    ///   - write: Gets each line with its line end. It is called by several threads, and has to write it in one piece.
    package init(
        label: String,
        format: LogFormat,
        level: Logger.Level = .info,
        isColored: Bool = false,
        metadataProvider: Logger.MetadataProvider? = nil,
        now: @escaping @Sendable () -> LogTime = { .now },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.format = format
        self.logLevel = level
        self.isColored = isColored
        self.metadataProvider = metadataProvider
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var metadata = self.metadata
        if let provider = self.metadataProvider { metadata.merge(provider.get()) { _, new in new } }
        if let own = event.metadata { metadata.merge(own) { _, new in new } }
        if let error = event.error { metadata["error"] = "\(error)" }
        let sorted = metadata.sorted { $0.key < $1.key }
        switch self.format {
        case .text: self.write(self.text(event, sorted) + "\n")
        case .json: self.write(self.json(event, sorted) + "\n")
        }
    }

    // MARK: Text

    private func text(_ event: LogEvent, _ metadata: [(key: String, value: Logger.Metadata.Value)]) -> String {
        let level = event.level.rawValue.uppercased()
        let padded = level + String(repeating: " ", count: max(0, 8 - level.utf8.count))
        var line = self.styled("\(self.now())", "2") + " " + self.styled(padded, Self.color(event.level))
        line += " " + LogText.message("\(event.message)")
        for (key, value) in metadata {
            line += " " + self.styled(LogText.quoted(key) + "=", "2") + LogText.quoted("\(value)")
        }
        return line
    }

    private func styled(_ text: String, _ code: String?) -> String {
        guard self.isColored, let code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private static func color(_ level: Logger.Level) -> String? {
        switch level {
        case .trace, .debug: "2"
        case .info: "32"
        case .notice: "36"
        case .warning: "33"
        case .error, .critical: "1;31"
        }
    }

    // MARK: JSON

    private func json(_ event: LogEvent, _ metadata: [(key: String, value: Logger.Metadata.Value)]) -> String {
        var members = [
            Self.member("time", "\(self.now())"),
            Self.member("level", event.level.rawValue),
            Self.member("label", self.label),
            Self.member("message", "\(event.message)"),
        ]
        if !metadata.isEmpty {
            members.append("\"metadata\":{\(metadata.map { Self.member($0.key, $0.value) }.joined(separator: ","))}")
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func member(_ name: String, _ value: String) -> String {
        "\(self.string(name)):\(self.string(value))"
    }

    private static func member(_ name: String, _ value: Logger.Metadata.Value) -> String {
        "\(self.string(name)):\(self.json(value))"
    }

    private static func json(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text):
            return self.string(text)
        case .stringConvertible(let number as any BinaryInteger):
            return "\(number)"
        case .stringConvertible(let number as Double) where number.isFinite:
            return "\(number)"
        case .stringConvertible(let flag as Bool):
            return "\(flag)"
        case .stringConvertible(let value):
            return self.string("\(value)")
        case .array(let values):
            return "[\(values.map(self.json).joined(separator: ","))]"
        case .dictionary(let values):
            let members = values.sorted { $0.key < $1.key }.map { self.member($0.key, $0.value) }
            return "{\(members.joined(separator: ","))}"
        }
    }

    private static func string(_ text: String) -> String { "\"\(LogText.escaped(text))\"" }
}
