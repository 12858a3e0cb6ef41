public import ServerSentEvents

/// Why an event stream could not be had, or did not go on.
///
/// Tell errors apart by their ``code``; ``message`` is for people.
@available(SwiftSSE 1.0, *)
public struct SSEClientError: Error, Sendable {
    /// What kind of error this is.
    public var code: Code

    /// What happened, in one line.
    public var message: String

    /// With the code ``Code/refused``: what the server answered instead of an event stream.
    public var refusal: Refusal?

    /// The error below this one, if there is one.
    public var cause: (any Error)?

    /// With the codes ``Code/errorEvent`` and ``Code/decodingFailed``: the event.
    public var event: ServerSentEvent?

    /// A Boolean value that indicates whether the server certainly did nothing about the request, so that it may be sent
    /// again.
    var isUnprocessed = false

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What kind of error this is.
    ///   - message: What happened, in one line.
    ///   - refusal: What the server answered instead of an event stream.
    ///   - cause: The error below this one.
    ///   - event: The event that is meant.
    public init(
        code: Code,
        message: String,
        refusal: Refusal? = nil,
        cause: (any Error)? = nil,
        event: ServerSentEvent? = nil
    ) {
        self.code = code
        self.message = message
        self.refusal = refusal
        self.cause = cause
        self.event = event
    }
}

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    /// What a server answered instead of an event stream.
    public struct Refusal: Sendable, Hashable {
        /// The head of the response.
        public var response: EventStreamResponse

        /// The beginning of the body, up to 4,096 bytes; decoded, unless its coding is one that the client cannot undo.
        public var body: [UInt8]

        /// What the body says, as a person can read it: in one line of 300 characters at most, without markup, and with
        /// control characters made visible; `nil` if there is nothing to read.
        public var text: String? {
            if case .unknown = BodyCoding(self.response.headers) { return nil }
            let text = String(decoding: self.body, as: UTF8.self)
            let damage = text.unicodeScalars.count { $0 == "\u{FFFD}" || $0 == "\0" }
            guard damage <= text.unicodeScalars.count / 20 + 1 else { return nil }
            let line = (MarkupText.text(of: text) ?? text).inOneLine(limit: 300)
            return line.isEmpty ? nil : line
        }

        /// Makes a refusal.
        ///
        /// - Parameters:
        ///   - response: The head of the response.
        ///   - body: The beginning of the body.
        public init(response: EventStreamResponse, body: [UInt8]) {
            self.response = response
            self.body = body
        }
    }

    /// The kinds of errors.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidRequest
            case connectionFailed
            case connectTimeout
            case refused
            case idleTimeout
            case connectionCut
            case attemptsExhausted
            case alreadyIterated
            case endedEarly
            case errorEvent
            case decodingFailed
            case invalidResponse
            case headTooLarge
            case undecodableBody
            case bodyTooLarge
            case invalidCursor
        }

        private let kind: Kind

        /// The request cannot be sent: its URL, or a header field, is not valid.
        public static let invalidRequest = Code(kind: .invalidRequest)

        /// No response came: the name is unknown, nobody listens, TLS failed, or the connection broke before.
        public static let connectionFailed = Code(kind: .connectionFailed)

        /// No response came within ``EventStreamClient/Configuration/connectTimeout``, or no connection was made within a
        /// limit of the transport's own.
        public static let connectTimeout = Code(kind: .connectTimeout)

        /// A response came that is not an event stream, or that your check refused.
        public static let refused = Code(kind: .refused)

        /// Nothing came for ``EventStreamClient/Configuration/idleTimeout``.
        public static let idleTimeout = Code(kind: .idleTimeout)

        /// The stream was cut before its end: a reset, or a body shorter than announced.
        public static let connectionCut = Code(kind: .connectionCut)

        /// A subscription has tried to reconnect as often as its policy allows; the cause is the last attempt's error.
        public static let attemptsExhausted = Code(kind: .attemptsExhausted)

        /// A second loop over a subscription was begun while the first was running.
        public static let alreadyIterated = Code(kind: .alreadyIterated)

        /// The stream ended without the end marker that was to come.
        public static let endedEarly = Code(kind: .endedEarly)

        /// The server has reported an error in an event; the message holds its data.
        public static let errorEvent = Code(kind: .errorEvent)

        /// The data of an event cannot be decoded; the cause says why.
        public static let decodingFailed = Code(kind: .decodingFailed)

        /// What the server sent is no response of HTTP: its head breaks the syntax, or contradicts itself.
        public static let invalidResponse = Code(kind: .invalidResponse)

        /// The head of the response is longer than ``EventStreamClient/Configuration/maximumHeadSize``, or than the
        /// transport takes.
        public static let headTooLarge = Code(kind: .headTooLarge)

        /// The body is not what its `Content-Encoding` says.
        public static let undecodableBody = Code(kind: .undecodableBody)

        /// The body of a response that is no event stream is longer than you wanted to have it.
        public static let bodyTooLarge = Code(kind: .bodyTooLarge)

        /// What a ``CursorStore`` has kept is no last event ID, or cannot be read.
        public static let invalidCursor = Code(kind: .invalidCursor)

        /// The code's name.
        public var description: String { self.kind.rawValue }
    }
}

@available(SwiftSSE 1.0, *)
extension SSEClientError: CustomStringConvertible {
    /// The message with the code's name before it, and what the server said after it if it refused.
    public var description: String {
        "\(self.code): \(self.message)" + (self.refusal?.text.map { " It says: \($0)" } ?? "")
    }
}

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    /// What every transport reports of a body that stops before its end.
    static func connectionCut(cause: (any Error)? = nil) -> SSEClientError {
        SSEClientError(code: .connectionCut, message: "The connection was cut before the stream's end.", cause: cause)
    }

    static func undecodableBody(_ coding: ContentCoding, _ error: ContentCodingError) -> SSEClientError {
        SSEClientError(
            code: .undecodableBody,
            message: "The body is not the \(coding) that its Content-Encoding says: \(error.reason).",
            cause: error
        )
    }

    static func headTooLarge(_ size: Int, limit: Int) -> SSEClientError {
        SSEClientError(
            code: .headTooLarge,
            message: "The head of the response has \(size) bytes, more than the \(limit) of maximumHeadSize."
        )
    }

    /// What came is no response of HTTP.
    ///
    /// - Parameter reason: What is wrong with it, as a clause.
    static func brokenResponse(_ reason: String, cause: (any Error)? = nil) -> SSEClientError {
        SSEClientError(
            code: .invalidResponse,
            message: "The server's answer is not an HTTP response: \(reason).",
            cause: cause
        )
    }

    /// The connection ended, or the server declined, before anything was done about the request.
    static func notProcessed(cause: (any Error)?) -> SSEClientError {
        var error = SSEClientError(
            code: .connectionFailed,
            message: "No connection to the server: it closed the connection before it took the request.",
            cause: cause
        )
        error.isUnprocessed = true
        return error
    }

    static func connectTimeout(_ timeout: Duration) -> SSEClientError {
        SSEClientError(code: .connectTimeout, message: "The server has not answered within \(timeout).")
    }

    static func attemptsExhausted(_ count: Int, _ end: ConnectionEnd) -> SSEClientError {
        SSEClientError(
            code: .attemptsExhausted,
            message: "Gave up after \(count) attempts to reconnect. \(end)",
            refusal: end.refusal,
            cause: end.error
        )
    }
}
