package import NIOHTTP1
package import SSEServer

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
