public import NIOCore
public import ServerSentEvents

/// How an event stream is served.
@available(SwiftSSE 1.0, *)
public struct EventStreamConfiguration: Sendable, Hashable {
    /// After how long without a write an empty comment is sent, so that proxies and clients see that the connection
    /// lives; `nil`, or zero, for never. Default: 15 seconds.
    public var keepAliveInterval: Duration?

    /// How long a write may wait for the client to take it before the client counts as dead; `nil`, or zero, for ever.
    /// Default: 30 seconds.
    public var writeTimeout: Duration?

    /// What encodes the events. Default: data as text.
    public var encoder: EventStreamEncoder

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - keepAliveInterval: After how long without a write an empty comment is sent, `nil` for never.
    ///   - writeTimeout: How long a write may take, `nil` for ever.
    ///   - encoder: What encodes the events.
    public init(
        keepAliveInterval: Duration? = .seconds(15),
        writeTimeout: Duration? = .seconds(30),
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) {
        self.keepAliveInterval = keepAliveInterval
        self.writeTimeout = writeTimeout
        self.encoder = encoder
    }

    /// A keep-alive comment every 15 idle seconds, 30 seconds for a write, data as text.
    public static var defaults: EventStreamConfiguration { EventStreamConfiguration() }
}

/// How an event stream ended that was served to its end.
@available(SwiftSSE 1.0, *)
public struct EventStreamEnd: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
        case completed
        case clientDisconnected
        case shuttingDown
    }

    private let kind: Kind

    /// The closure returned, and all it sent has been written.
    public static let completed = EventStreamEnd(kind: .completed)

    /// The client closed the connection.
    public static let clientDisconnected = EventStreamEnd(kind: .clientDisconnected)

    /// The application is shutting down gracefully.
    public static let shuttingDown = EventStreamEnd(kind: .shuttingDown)

    /// The name of this end.
    public var description: String { self.kind.rawValue }
}

/// Where the bytes of an event stream go: a response's body, a socket, a file, a test.
///
/// ```swift
/// struct FileSink: EventStreamSink {
///     let file: WriteHandle
///
///     mutating func write(_ bytes: ByteBuffer) async throws {
///         try await file.write(bytes)
///     }
/// }
/// ```
@available(SwiftSSE 1.0, *)
public protocol EventStreamSink: Sendable {
    /// Writes bytes and sends them on their way at once.
    ///
    /// Called for one write at a time. It is expected to suspend while the receiver takes no more, and to throw when the
    /// task is cancelled, which is how a write that takes too long is ended.
    ///
    /// - Parameter bytes: One or more whole events or comments.
    /// - Throws: Anything, if the bytes cannot be written; this ends the stream.
    mutating func write(_ bytes: ByteBuffer) async throws
}
