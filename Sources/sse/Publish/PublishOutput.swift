import ArgumentParser
import NIOCore
import NIOHTTP1

/// Prints what has been published.
@available(SwiftSSE 1.0, *)
struct PublishOutput: Sendable {
    private let isQuiet: Bool
    private let isJSON: Bool
    private let topics: [String]

    init(_ options: PublishOutputOptions, topics: [String]) {
        self.isQuiet = options.quiet
        self.isJSON = options.json
        self.topics = topics
    }

    /// Whether the ids come where the progress is shown.
    var sharesTerminal: Bool { !self.isQuiet && StandardOutput.isTerminal }

    /// - Parameter line: Which line of standard input it was, if it came from there.
    ///
    /// - Throws: `CommandFailure` if it cannot be written.
    func print(id: String, line: Int?) throws {
        guard !self.isQuiet else { return }
        do {
            try StandardOutput.writeLine(
                self.isJSON
                    ? JSONLine()(PublishReport(id: id, topics: self.topics, line: line))
                    : id.printable
            )
        } catch is ExitCode {
            // Nobody reads the ids any more; the events are to be published all the same.
        }
    }
}

/// What `sse publish --json` prints of an event.
struct PublishReport: Encodable {
    let id: String
    let topics: [String]
    /// Which line of standard input it was.
    let line: Int?
}

/// What a hub says when it does not publish an event.
@available(SwiftSSE 1.0, *)
struct PublishRefusal: CustomStringConvertible {
    private let status: HTTPResponseStatus
    private let location: String?
    private let text: String?

    init(_ head: HTTPResponseHead, _ body: ByteBuffer) {
        self.status = head.status
        self.location = head.headers.first(name: "Location")
        let text = String(buffer: body).split(whereSeparator: \.isNewline).first.map {
            String($0.prefix(200)).printable
        }
        // Nobody reads markup.
        self.text = text.flatMap { $0.isEmpty || $0.hasPrefix("<") ? nil : $0 }
    }

    /// `413 Payload Too Large: The event is too large.`
    var description: String {
        let reason = "\(self.status.code) \(self.status.reasonPhrase.printable)"
        if (300...399).contains(self.status.code), let location { return "\(reason); use \(location.printable)." }
        let said = self.text.map { ": \($0)" } ?? ""
        let advice =
            switch self.status {
            case .unauthorized: " Give a token with --token or SSE_TOKEN."
            case .notFound, .methodNotAllowed: self.text == nil ? " Is there a hub at this URL?" : ""
            default: ""
            }
        return reason + said + (said.hasSuffix(".") ? "" : ".") + advice
    }
}
