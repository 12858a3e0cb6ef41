#if canImport(FoundationNetworking)
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
