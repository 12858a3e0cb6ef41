internal import HTTPTypes
internal import SSETestSupport

/// A response that can come over a socket and out of memory.
@available(SwiftSSE 1.0, *)
struct Scenario: Sendable {
    enum Step: Sendable {
        case send(String)
        /// Goes on when the test says so.
        case wait(Log<Void>)
    }

    enum Ending: CaseIterable {
        case complete
        /// The last chunk is missing.
        case chunkedCut
        /// The connection is closed before as much has come as `Content-Length` says.
        case tooShort
        case reset
        /// Nothing more comes until the client leaves.
        case silence

        static let cuts: [Ending] = [.chunkedCut, .tooShort, .reset]
        static let all: [Ending] = [.complete] + Self.cuts
    }

    /// Otherwise nothing comes until the client leaves.
    var isAnswered = true
    var status = 200
    var headers: HTTPFields = [.contentType: "text/event-stream"]
    var steps: [Step] = []
    var ending = Ending.complete

    /// A stream that comes in pieces, all at once.
    static func stream(_ pieces: String..., ending: Ending = .complete) -> Scenario {
        Scenario(steps: pieces.map(Step.send), ending: ending)
    }

    /// How long all pieces are.
    var byteCount: Int {
        self.steps.reduce(0) { count, step in
            if case .send(let text) = step { count + text.utf8.count } else { count }
        }
    }
}
