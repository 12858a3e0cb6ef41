/// The exchange of an ``InMemoryTransport``.
@available(SwiftSSE 1.0, *)
final class InMemoryExchange: EventStreamExchange {
    private let channel: ResponseChannel<[UInt8]>
    private let feed: InMemoryFeed?

    init(_ response: InMemoryResponse, url: String) {
        self.channel = response.feed?.channel ?? ResponseChannel()
        self.feed = response.feed
        if let error = response.failure {
            self.channel.finish(error)
            return
        }
        guard response.hasHead else { return }
        self.channel.setHead(EventStreamResponse(url: url, status: response.status, headers: response.headers))
        for chunk in response.chunks { self.channel.receive(chunk) { {} } }
        switch response.ending {
        case .complete: self.channel.finish(nil)
        case .cut:
            self.channel.finish(SSEClientError.connectionCut())
        case .failed(let error): self.channel.finish(error)
        case .open: break
        }
        self.channel.wakeReader()
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
        self.feed?.cancelled()
    }
}
