package import CoreMetrics
package import NIOCore
package import NIOHTTP1
package import SSEServer

/// Counts what a server does, and tells who wants to know of each request.
@available(SwiftSSE 1.0, *)
package struct ServerObserver: Sendable {
    /// The reason why a connection is refused.
    package enum ConnectionRefusal: String, Sendable, CaseIterable {
        /// There are as many as may be.
        case total
        /// There are as many from its address as may be.
        case address
        /// So many wait for being refused that it is closed without a word.
        case unanswered
        /// It should begin with a header of the PROXY protocol, and comes from nobody who may say one.
        case proxySource = "proxy_source"
        /// It begins with something else, or with nothing in time.
        case proxyHeader = "proxy_header"
    }

    /// The statuses of errors that are counted apart: all that a server of this package answers with. Others are
    /// counted together.
    package static let errorStatuses = [
        400, 401, 403, 404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 417, 421, 422, 426, 429, 431,
        500, 501, 503, 505, 507,
    ]

    private static let statuses = [200, 201, 204, 304] + Self.errorStatuses

    private let connections: Meter
    private let accepted: Counter
    private let refused: [ConnectionRefusal: Counter]
    private let responses: [Int: Counter]
    /// Is called with each request that has been answered and each stream that is over. It must return at once.
    private let onAccess: (@Sendable (AccessRecord) -> Void)?

    package init(
        metrics: any MetricsFactory = MetricsSystem.factory,
        onAccess: (@Sendable (AccessRecord) -> Void)? = nil
    ) {
        func counter(_ label: String, _ name: String, _ value: String) -> Counter {
            Counter(label: label, dimensions: [(name, value)], factory: metrics)
        }
        self.onAccess = onAccess
        self.connections = Meter(label: "sse_http_connections", factory: metrics)
        self.accepted = Counter(label: "sse_http_connections_accepted_total", factory: metrics)
        self.refused = Dictionary(
            uniqueKeysWithValues: ConnectionRefusal.allCases.map {
                ($0, counter("sse_http_connections_refused_total", "reason", $0.rawValue))
            }
        )
        var responses = [0: counter("sse_http_responses_total", "status", "other")]
        for status in Self.statuses {
            responses[status] = counter("sse_http_responses_total", "status", "\(status)")
        }
        self.responses = responses
    }

    // MARK: Connections

    package func connectionAccepted() {
        self.accepted.increment()
        self.connections.increment()
    }

    /// A connection that was accepted is closed.
    package func connectionClosed() { self.connections.decrement() }

    package func connectionRefused(_ reason: ConnectionRefusal) { self.refused[reason]?.increment() }

    // MARK: Requests

    /// A request has been answered as a whole.
    ///
    /// - Parameter start: When its head came.
    package func answered(
        _ head: HTTPRequestHead,
        from clientAddress: @autoclosure () -> String?,
        with status: HTTPResponseStatus,
        bytes: Int,
        since start: NIODeadline
    ) {
        self.count(status)
        guard let onAccess else { return }
        onAccess(
            AccessRecord(
                clientAddress: clientAddress(),
                head: head,
                status: status,
                bytes: head.method == .HEAD ? 0 : bytes,
                duration: Duration(NIODeadline.now() - start)
            )
        )
    }

    /// A request has been answered with a stream, which has begun.
    func streamBegan() { self.count(.ok) }

    /// What tells of a stream when it is over, `nil` if nobody wants to know.
    func streamReport(
        of head: HTTPRequestHead,
        from clientAddress: @autoclosure () -> String?,
        since start: NIODeadline
    ) -> ((Int, StreamEndReason) -> Void)? {
        guard let onAccess else { return nil }
        let clientAddress = clientAddress()
        return { bytes, reason in
            onAccess(
                AccessRecord(
                    clientAddress: clientAddress,
                    head: head,
                    status: .ok,
                    bytes: bytes,
                    duration: Duration(NIODeadline.now() - start),
                    streamEnd: reason
                )
            )
        }
    }

    private func count(_ status: HTTPResponseStatus) {
        (self.responses[Int(status.code)] ?? self.responses[0])?.increment()
    }
}

/// A request that has been answered, or a stream that is over.
@available(SwiftSSE 1.0, *)
package struct AccessRecord: Sendable {
    /// The address of who asked, as far as the server knows; behind a trusted proxy, what that says.
    package var clientAddress: String?
    /// What was asked; what came in place of a request that cannot be read has the method and the target `-`.
    package var head: HTTPRequestHead
    package var status: HTTPResponseStatus
    /// Bytes of the body; of a stream, those of events.
    package var bytes: Int
    /// From the request's head to the answer, or to the end of the stream.
    package var duration: Duration
    /// Why the stream is over, `nil` if it was none.
    package var streamEnd: StreamEndReason?

    package init(
        clientAddress: String?,
        head: HTTPRequestHead,
        status: HTTPResponseStatus,
        bytes: Int,
        duration: Duration,
        streamEnd: StreamEndReason? = nil
    ) {
        self.clientAddress = clientAddress
        self.head = head
        self.status = status
        self.bytes = bytes
        self.duration = duration
        self.streamEnd = streamEnd
    }
}
