internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOSSL
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HTTPServer {
    /// The most bytes that the client of a stream of HTTP/2 may send ahead of what is read.
    static let streamWindow = 65_535

    /// Sets up a new connection, whose protocol is not known yet.
    func setUp(
        _ channel: any Channel,
        _ listener: ListenerTraits,
        _ deadlines: DeadlineList,
        _ certificate: TLSCertificate?
    ) throws {
        let address = channel.remoteAddress.flatMap(IPAddress.init)
        let isTrusted = self.proxies.trusts(address, isUnix: listener.isUnix)
        let origin = ConnectionOrigin(listener: listener.index, address: address, isTrusted: isTrusted)
        let deadline = channel.eventLoop.now + TimeAmount(self.configuration.requestTimeout)
        guard listener.readsProxyHeader else {
            // A proxy's connections are not its own; what they carry is counted by its clients' addresses.
            guard let origin = self.admit(origin, counting: isTrusted ? nil : address, channel) else { return }
            return try self.addDetector(to: channel, origin, deadlines, certificate, deadline)
        }
        guard isTrusted else {
            self.observer.connectionRefused(.proxySource)
            return channel.close(promise: nil)
        }
        guard self.connections.beginAnnouncement() else {
            self.observer.connectionRefused(.unanswered)
            return channel.close(promise: nil)
        }
        let handler = ProxyHeaderHandler(self, deadlines, deadline: deadline) { channel, header in
            var origin = origin
            var counted: IPAddress?
            switch header {
            case .client(let client):
                origin.address = client
                // It may be a proxy itself, one of HTTP behind one that hands bytes on.
                origin.isTrusted = self.proxies.contains(client)
                counted = origin.isTrusted ? nil : client
            case .unknown, .proxy:
                // What comes over it is the client's own word, or nobody's.
                origin.isTrusted = false
            }
            guard let admitted = self.admit(origin, counting: counted, channel) else { return }
            try self.addDetector(to: channel, admitted, deadlines, certificate, deadline)
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Gives a connection its place, and closes one that gets none.
    ///
    /// - Parameter address: The address that the connection counts for, `nil` for none.
    private func admit(
        _ origin: ConnectionOrigin,
        counting address: IPAddress?,
        _ channel: any Channel
    ) -> ConnectionOrigin? {
        var origin = origin
        let admission = self.connections.insert(address)
        switch admission {
        case .accepted:
            self.observer.connectionAccepted()
        case .kept:
            origin.isKept = true
            self.observer.connectionAccepted()
        case .refused(let status):
            origin.refusal = status
            self.observer.connectionRefused(status == .tooManyRequests ? .address : .total)
        case .none:
            self.observer.connectionRefused(.unanswered)
            channel.close(promise: nil)
            return nil
        }
        let isCounted = origin.refusal == nil
        channel.closeFuture.whenComplete { _ in
            self.connections.remove(address, admission)
            if isCounted { self.observer.connectionClosed() }
        }
        return origin
    }

    private func addDetector(
        to channel: any Channel,
        _ origin: ConnectionOrigin,
        _ deadlines: DeadlineList,
        _ certificate: TLSCertificate?,
        _ deadline: NIODeadline
    ) throws {
        if let certificate {
            var configuration = NIOSSLHandler.Configuration()
            // So that a large event does not cost its size for as long as the stream lasts.
            configuration.maximumPreservedOutboundBufferCapacity = 4096
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: certificate.context, configuration: configuration)
            )
        }
        try channel.pipeline.syncOperations.addHandler(
            ProtocolDetector(
                self,
                deadlines,
                connection: origin,
                isSecure: certificate != nil,
                deadline: deadline
            )
        )
    }

    func addHTTP1(
        to channel: any Channel,
        _ deadlines: DeadlineList,
        connection origin: ConnectionOrigin,
        transport: Transport,
        deadline: NIODeadline
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        // Above what is answered with 431 to whoever sent it. What the decoder itself refuses has nobody's name.
        limits.maxHeaderFieldSize = 2 * self.configuration.maximumHeaderBytes
        limits.maxHeaderListSize = 4 * self.configuration.maximumHeaderBytes
        limits.maxHeaderFieldCount = 2 * self.configuration.maximumHeaders
        // The length or the coding is set with each response.
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits),
                maximumBufferSize: 64 * 1024 + limits.maxHeaderListSize
            ),
            HTTPServerPipelineHandler(),
            HTTPConnectionHandler(self, deadlines, connection: origin, transport: transport, firstDeadline: deadline),
        ])
    }

    func addHTTP2(
        to channel: any Channel,
        _ deadlines: DeadlineList,
        connection origin: ConnectionOrigin,
        isSecure: Bool,
        deadline: NIODeadline
    ) throws {
        let output = FlushCoalescer()
        let connection = HTTP2ConnectionHandler(
            self,
            deadlines,
            output: output,
            connection: origin,
            isSecure: isSecure,
            firstDeadline: deadline
        )
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let list = NIOLoopBound(deadlines, eventLoop: channel.eventLoop)
        // Deadlines are in the one list of the event loop.
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: nil, maxAge: nil, maxGraceTime: nil, keepalive: nil)
        )
        let configuration = self.http2Configuration(isProxy: origin.isTrusted)
        let http2 = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: configuration.connection,
            streamConfiguration: configuration.stream,
            streamDelegate: StreamDelegate(management: management.http2StreamDelegate, connection: bound)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(),
                    HTTPConnectionHandler(self, list.value, connection: origin, transport: .stream(of: bound.value)),
                ])
            }
        }
        let stuck = StuckConnectionHandler(deadlines, timeout: self.fanOut.configuration.writeTimeout)
        try channel.pipeline.syncOperations.addHandlers([output, stuck, http2, management, connection])
    }

    private func http2Configuration(isProxy: Bool) -> NIOHTTP2Handler.Configuration {
        let streams = self.configuration.maximumStreamsPerConnection
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: streams),
            // Above what is answered with 431. More ends the connection.
            HTTP2Setting(
                parameter: .maxHeaderListSize,
                value: 4 * self.configuration.maximumHeaderBytes + 64 * self.configuration.maximumHeaders
            ),
        ]
        configuration.stream.targetWindowSize = Self.streamWindow
        configuration.connection.maximumRecentlyResetStreams = streams
        // A stream of events ends with a reset when its client leaves. So all may be reset at once, and again soon; but
        // not as often as by an attack that opens and resets streams. What clients do is no fault of a proxy's.
        let resets = isProxy ? 1000 * streams : 2 * streams + 200
        configuration.stream.streamResetFrameRateLimit.maximumCount = resets
        configuration.connection.controlFrameRateLimit.maximumCount = 2 * streams + 200
        return configuration
    }
}
