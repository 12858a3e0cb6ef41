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

        /// The codings in which a body may come, for `Accept-Encoding`; none asks for a body that is not coded
        /// (`identity`). gzip and deflate are decoded event by event, also if a server sends them unasked; another
        /// coding is refused. A request that has an `Accept-Encoding` of its own goes with that. Default: gzip and
        /// deflate.
        public var acceptedCodings: [ContentCoding]

        /// How long the head of a response may be, in bytes; beyond it the stream fails with
        /// ``SSEClientError/Code/headTooLarge``. Counted are the names and values of the fields, and 4 bytes for each.
        /// Default: 65,536.
        public var maximumHeadSize: Int

        /// Makes settings.
        ///
        /// - Parameters:
        ///   - parser: How events are read.
        ///   - idleTimeout: How long the server may be silent, `nil` for ever.
        ///   - connectTimeout: How long it may take until the head of the response has come.
        ///   - responseCheck: What responses are accepted.
        ///   - acceptedCodings: The codings in which a body may come.
        ///   - maximumHeadSize: How long the head of a response may be, in bytes.
        public init(
            parser: EventStreamParser.Configuration = .defaults,
            idleTimeout: Duration? = .seconds(300),
            connectTimeout: Duration? = nil,
            responseCheck: ResponseCheck = .standard,
            acceptedCodings: [ContentCoding] = [.gzip, .deflate],
            maximumHeadSize: Int = 65_536
        ) {
            self.parser = parser
            self.idleTimeout = idleTimeout
            self.connectTimeout = connectTimeout
            self.responseCheck = responseCheck
            self.acceptedCodings = acceptedCodings
            self.maximumHeadSize = maximumHeadSize
        }

        /// 16 MiB an event, text, no comments; 5 minutes of silence; the standard's response check; gzip and deflate; 64 KiB
        /// of head.
        public static var defaults: Configuration { Configuration() }
    }
}
