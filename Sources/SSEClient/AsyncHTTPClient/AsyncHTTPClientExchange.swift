#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// One request and its response over AsyncHTTPClient.
///
/// It stands on that client's delegates and not on its `AsyncSequence`: a delegate can be told to fail from outside, which
/// is what an idle timeout for each stream needs, and it saves one of two hand-overs for each chunk.
@available(SwiftSSE 1.0, *)
final class AsyncHTTPClientExchange: EventStreamExchange {
    private let channel: ResponseChannel<ByteBuffer>

    private let task: HTTPClient.Task<Void>

    /// Sends the request.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    init(_ request: EventStreamRequest, _ client: HTTPClient, idleTimeout: Duration?) throws(SSEClientError) {
        let httpRequest = try HTTPClient.Request(request)
        let channel = ResponseChannel<ByteBuffer>()
        let eventLoop = client.eventLoopGroup.next()
        let idleTimer = idleTimeout.map { IdleTimer(timeout: $0, eventLoop: eventLoop) }
        let receiver = ResponseReceiver(channel: channel, idleTimer: idleTimer, url: request.url, eventLoop: eventLoop)
        let task = client.execute(request: httpRequest, delegate: receiver, eventLoop: .delegate(on: eventLoop))
        self.channel = channel
        self.task = task

        let hasBody = request.body != nil
        task.futureResult.whenComplete { result in
            idleTimer?.stop()
            switch result {
            case .success: channel.finish(nil)
            case .failure(let error):
                let hasResponse = receiver.hasResponse
                channel.finish(SSEClientError(error, hasResponse: hasResponse, hasBody: hasBody))
            }
        }
        idleTimer?.start { timeout in
            task.fail(
                reason: SSEClientError(code: .idleTimeout, message: "The server has sent nothing for \(timeout).")
            )
        }
    }

    func head() async throws -> EventStreamResponse {
        try await self.channel.head()
    }

    var isReadable: Bool { self.channel.isReadable }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        try await self.channel.read(body)
    }

    func cancel() {
        self.channel.cancel()
        self.task.cancel()
    }
}
#endif
