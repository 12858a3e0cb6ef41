#if canImport(FoundationNetworking)
internal import Foundation
public import FoundationNetworking
#else
public import Foundation
#endif

/// Carries requests with `URLSession`, which every platform of Apple's has, with its proxies, its trust and its radio.
///
/// ```swift
/// let client = EventStreamClient(transport: URLSessionTransport.shared)
/// ```
///
/// A transport needs no shutdown: its session goes with it, once the last stream has ended.
///
/// On Linux, where `URLSession` cannot stop receiving, a reader that is slow does not slow the server. There the stream
/// ends with ``SSEClientError/Code/connectionCut`` when more than ``unreadByteLimit`` bytes wait to be read.
/// <doc:ChooseATransport> has the other differences.
@available(SwiftSSE 1.0, *)
public struct URLSessionTransport: EventStreamTransport {
    /// A transport for the whole process, with `URLSessionConfiguration.eventStreams`.
    public static let shared = URLSessionTransport()

    /// How many bytes of a response may wait to be read on Linux: 64 MiB.
    public static let unreadByteLimit = 64 * 1024 * 1024

    private let session: EventStreamSession

    /// Makes a transport with a session of its own.
    ///
    /// - Parameter configuration: The session's settings. Mind that `timeoutIntervalForResource` ends streams that last
    ///   longer. `timeoutIntervalForRequest` has no effect: ``EventStreamClient/Configuration/idleTimeout`` is in its
    ///   place.
    public init(_ configuration: URLSessionConfiguration = .eventStreams) {
        self.session = EventStreamSession(configuration)
    }

    /// Begins to send a request, and returns at once.
    public func begin(_ request: EventStreamRequest, idleTimeout: Duration?) throws -> any EventStreamExchange {
        try self.session.begin(request, idleTimeout: idleTimeout)
    }
}

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

@available(SwiftSSE 1.0, *)
extension URLSessionConfiguration {
    /// A new configuration for event streams: nothing is stored, neither cookies nor credentials nor responses, as many
    /// connections to a host are opened as there are streams, and a stream may last for a year.
    public static var eventStreams: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpCookieStorage = nil
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        // Every stream keeps its connection, so a limit would make further streams wait for ever.
        configuration.httpMaximumConnectionsPerHost = 10_000
        configuration.timeoutIntervalForRequest = URLRequest.noTimeout
        configuration.timeoutIntervalForResource = URLRequest.noTimeout
        return configuration
    }
}
