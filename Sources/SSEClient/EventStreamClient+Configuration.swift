public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamClient {
    /// A client's settings.
    public struct Configuration: Sendable {
        /// How events are read: limits, text or Base64, whether comments are reported. Default: 16 MiB an event, text,
        /// no comments.
        public var parser: EventStreamParser.Configuration

        /// How long the server may be silent, from the request on, before the stream fails; `nil` for ever.
        /// Comments count as signs of life; the time in which you read nothing does not count. Default: 5 minutes.
        public var idleTimeout: Duration?

        /// How long it may take until the head of the response has come: the connection, TLS, redirects, and what the
        /// server takes to answer; `nil` for as long as the transport and ``idleTimeout`` let it. After it the stream
        /// fails with ``SSEClientError/Code/connectTimeout``. Default: `nil`, because who is asked for one answer may
        /// think about it before the head.
        public var connectTimeout: Duration?

        /// What responses are accepted. Default: status 200 and the type `text/event-stream`.
        public var responseCheck: ResponseCheck

        /// Makes settings.
        ///
        /// - Parameters:
        ///   - parser: How events are read.
        ///   - idleTimeout: How long the server may be silent, `nil` for ever.
        ///   - connectTimeout: How long it may take until the head of the response has come.
        ///   - responseCheck: What responses are accepted.
        public init(
            parser: EventStreamParser.Configuration = .defaults,
            idleTimeout: Duration? = .seconds(300),
            connectTimeout: Duration? = nil,
            responseCheck: ResponseCheck = .standard
        ) {
            self.parser = parser
            self.idleTimeout = idleTimeout
            self.connectTimeout = connectTimeout
            self.responseCheck = responseCheck
        }

        /// 16 MiB an event, text, no comments; 5 minutes of silence; the standard's response check.
        public static var defaults: Configuration { Configuration() }
    }
}
