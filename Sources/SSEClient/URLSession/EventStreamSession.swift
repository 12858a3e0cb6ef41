internal import Foundation

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

/// The session of a ``URLSessionTransport``, which goes when nobody has it any more.
@available(SwiftSSE 1.0, *)
final class EventStreamSession: Sendable {
    private let dispatcher: ResponseDispatcher
    private let session: URLSession

    init(_ configuration: URLSessionConfiguration) {
        let dispatcher = ResponseDispatcher()
        self.dispatcher = dispatcher
        self.session = URLSession(configuration: configuration, delegate: dispatcher, delegateQueue: nil)
    }

    deinit {
        // The session holds its delegate until then. Streams that are open go on to their end.
        self.session.finishTasksAndInvalidate()
    }

    /// Sends a request.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidRequest``.
    func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws(SSEClientError) -> URLSessionExchange {
        let task = self.session.dataTask(with: try URLRequest(request))
        let exchange = URLSessionExchange(task, url: request.url, idleTimeout: idleTimeout)
        self.dispatcher.add(exchange, for: task)
        exchange.start()
        return exchange
    }
}
