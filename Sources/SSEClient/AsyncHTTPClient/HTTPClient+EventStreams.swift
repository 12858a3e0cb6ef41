#if AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP2
public import AsyncHTTPClient
public import NIOSSL

@available(SwiftSSE 1.0, *)
extension HTTPClient {
    /// A client for event streams that is shared by the whole process and needs no shutdown.
    ///
    /// Unlike `HTTPClient.shared` it follows no redirects (``EventStreamClient`` does that, as browsers do), sets no time
    /// limit on a silent connection (``EventStreamClient`` does that for each stream), opens a connection for each stream,
    /// over HTTP/1.1, and uses none twice, reports a failed connection at once, and refuses what would end the process.
    ///
    /// For a client of your own, such as one with a proxy or over HTTP/2, begin with
    /// ``AsyncHTTPClient/HTTPClient/Configuration/eventStreams(_:tlsConfiguration:)``.
    public static let eventStreams = HTTPClient(
        eventLoopGroup: HTTPClient.defaultEventLoopGroup,
        configuration: .eventStreams()
    )
}

@available(SwiftSSE 1.0, *)
extension HTTPClient.Configuration {
    /// The settings of `HTTPClient.eventStreams`, for a client of your own.
    ///
    /// ```swift
    /// var configuration = HTTPClient.Configuration.eventStreams()
    /// configuration.proxy = .server(host: "proxy.example.com", port: 3128)
    /// let httpClient = HTTPClient(configuration: configuration)
    /// ```
    ///
    /// The three `DebugInitializer`s are taken: they put handlers into each connection that keep responses from the
    /// library that end the process, refuse a certificate that names an address when a name was asked for, and find dead
    /// connections. Setting them takes these away.
    ///
    /// - Parameters:
    ///   - connectionUse: Whether streams share connections. Default: each stream has its own.
    ///   - tlsConfiguration: The TLS settings, `nil` for the library's defaults from TLS 1.2 on. Give them here and not to
    ///     the result: a
    ///     configuration that does not verify names turns off the additional check as well.
    /// - Returns: The settings.
    public static func eventStreams(
        _ connectionUse: AsyncHTTPClientTransport.ConnectionUse = .onePerStream,
        tlsConfiguration: TLSConfiguration? = nil
    ) -> HTTPClient.Configuration {
        .eventStreams(connectionUse, tlsConfiguration: tlsConfiguration, liveness: .defaults)
    }

    static func eventStreams(
        _ connectionUse: AsyncHTTPClientTransport.ConnectionUse,
        tlsConfiguration: TLSConfiguration?,
        liveness: HTTP2ConnectionGuard.Configuration
    ) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        // https://www.rfc-editor.org/rfc/rfc8996
        tls.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tlsConfiguration ?? tls,
            redirectConfiguration: .disallow,
            timeout: Timeout(connect: .seconds(10), read: nil)
        )
        // Every stream keeps its connection, so a limit would make further streams wait for ever.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = .max
        configuration.connectionPool.retryConnectionEstablishment = false
        switch connectionUse.kind {
        case .onePerStream:
            configuration.httpVersion = .http1Only
            configuration.maximumUsesPerConnection = 1
        case .shared:
            configuration.httpVersion = .automatic
            // What has been idle for longer may have been dropped without a word by something on the way.
            configuration.connectionPool.idleTimeout = .seconds(5)
        }
        let verification = tlsConfiguration?.certificateVerification ?? .fullVerification
        let guards = ConnectionGuards(verifiesNames: verification == .fullVerification, liveness: liveness)
        configuration.http1_1ConnectionDebugInitializer = { guards.addToHTTP1Connection($0) }
        configuration.http2ConnectionDebugInitializer = { channel in
            HeaderListLimit.raise(on: channel).flatMap { guards.addToHTTP2Connection(channel) }
        }
        configuration.http2StreamChannelDebugInitializer = { guards.addToHTTP2Stream($0) }
        return configuration
    }
}

@available(SwiftSSE 1.0, *)
extension AsyncHTTPClientTransport {
    /// How streams use connections.
    public struct ConnectionUse: Sendable, Hashable {
        enum Kind {
            case onePerStream
            case shared
        }

        let kind: Kind

        /// A connection of its own for each request, over HTTP/1.1, which is never used again: no stream waits for
        /// another one, and none gets a connection that is dead already. A stream costs a handshake.
        public static let onePerStream = ConnectionUse(kind: .onePerStream)

        /// HTTP/2 where the server speaks it, with many streams on a connection; else connections of HTTP/1.1 that are
        /// kept for 5 seconds for the next request.
        ///
        /// A connection of HTTP/2 that has been silent for 15 seconds is asked for a sign of life, and closed after 10
        /// more without one; it gets no new stream from the time on that a stream is left on it in silence. One
        /// connection to a host is open at a time: a stream beyond the server's `SETTINGS_MAX_CONCURRENT_STREAMS`
        /// waits, and fails with ``SSEClientError/Code/connectTimeout`` or ``SSEClientError/Code/connectionFailed``.
        public static let shared = ConnectionUse(kind: .shared)
    }
}

/// How long the head of a response may be over HTTP/2, for the connection.
///
/// AsyncHTTPClient leaves it at 16 KB, and closes the connection with all its streams when one head is longer. A limit of
/// HTTP/1.1's order lets ``EventStreamClient/Configuration/maximumHeadSize`` decide for each stream.
enum HeaderListLimit {
    /// In bytes, with 32 for each field as HPACK counts.
    static let size = 1024 * 1024

    /// Tells the server of a connection, and with its consent the decoder.
    static func raise(on connection: any Channel) -> EventLoopFuture<Void> {
        let settings = [HTTP2Setting(parameter: .maxHeaderListSize, value: Self.size)]
        let frame = HTTP2Frame(streamID: .rootStream, payload: .settings(.settings(settings)))
        connection.writeAndFlush(frame, promise: nil)
        return connection.eventLoop.makeSucceededVoidFuture()
    }
}
#endif
