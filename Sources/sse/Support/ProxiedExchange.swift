import SSEClient

/// An exchange through a proxy, whose errors say so: what cannot be reached may be the proxy and not the server.
@available(SwiftSSE 1.0, *)
final class ProxiedExchange: EventStreamExchange {
    private let exchange: any EventStreamExchange
    private let proxy: ProxyServer

    init(_ exchange: any EventStreamExchange, _ proxy: ProxyServer) {
        self.exchange = exchange
        self.proxy = proxy
    }

    func head() async throws -> EventStreamResponse {
        do {
            return try await self.exchange.head()
        } catch var error as SSEClientError where [.connectionFailed, .connectTimeout].contains(error.code) {
            error.message += " The way leads through the proxy \(self.proxy.name)."
            throw error
        }
    }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        try await self.exchange.read(body)
    }

    var isReadable: Bool { self.exchange.isReadable }

    var decodesContent: Bool { self.exchange.decodesContent }

    func cancel() {
        self.exchange.cancel()
    }
}
