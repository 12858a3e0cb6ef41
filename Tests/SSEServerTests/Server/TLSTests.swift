internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// HTTP/1.1 over TLS, and certificates.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct TLSTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [[], ["http/1.1"], ["unknown", "http/1.1"]])
    func `Who does not ask for HTTP 2 speaks HTTP 1.1`(protocols: [String]) async throws {
        try await TestCertificate.with { certificate in
            let context = try certificate.client(protocols: protocols)
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                let agreed = Log<String?>()
                try await RawConnection.withTLS(to: server.port, context, onHandshake: { agreed.append($0) }) {
                    client in
                    for number in 0..<3 {
                        let response = try await client.exchange(request("POST /\(number)", body: "body"))
                        #expect(response.status == "HTTP/1.1 200 OK" && response.body == "POST /\(number) body")
                    }
                    #expect(try await client.exchange(request("GET /origin")).body == "127.0.0.1 secure")
                }
                #expect(agreed.entries == [protocols.isEmpty ? nil : "http/1.1"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream goes through TLS, and a slow client gets every event`() async throws {
        try await TestCertificate.with { certificate in
            let context = try certificate.client()
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                try await RawConnection.withTLS(to: server.port, context, receiveBufferSize: 4096) { client in
                    let head = try await client.subscribe()
                    #expect(head["Transfer-Encoding"] == ["chunked"])
                    // More than all buffers on the way take.
                    let filling = String(repeating: "x", count: 128 * 1024)
                    let count = 100
                    for number in 0..<count { try await server.publish("\(number) \(filling)") }
                    for number in 0..<count {
                        _ = try await client.read(through: "data: \(number) ")
                        _ = try await client.read(through: "x\n\n\r\n")
                    }
                }
                try await server.waitForStreams(0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who ends its half of TLS has left its stream`() async throws {
        try await TestCertificate.with { certificate in
            let context = try certificate.client()
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                try await RawConnection.withTLS(to: server.port, context) { client in
                    _ = try await client.subscribe()
                    try await client.closeOutput()
                    _ = try await client.readToEnd()
                }
                try await server.waitForConnections(0)
                try await server.waitForStreams(0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `TLS before 1.2 is refused`() async throws {
        try await TestCertificate.with { certificate in
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                for (version, isAccepted) in [(TLSVersion.tlsv11, false), (.tlsv12, true), (.tlsv13, true)] {
                    let context = try certificate.client(maximumVersion: version)
                    let error = await thrownError {
                        try await RawConnection.withTLS(to: server.port, context) { client in
                            let response = try await client.exchange(request("GET /a"))
                            #expect(response.body == "GET /a ")
                        }
                    }
                    #expect((error == nil) == isAccepted, "\(version) \(String(describing: error))")
                }
            }
        }
    }

    // MARK: What is no TLS

    @available(SwiftSSE 1.0, *)
    @Test func `A request without TLS is not answered on a port with TLS`() async throws {
        try await TestCertificate.with { certificate in
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                for bytes in [request("GET /a"), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
                    try await RawConnection.withConnection(to: server.port) { client in
                        try await client.send(bytes)
                        let rest = try await client.readToEnd()
                        #expect(!rest.contains("HTTP/1.1 200"))
                    }
                }
                try await server.waitForConnections(0)
                #expect(server.answers.count == 0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A handshake on a port without TLS fails`() async throws {
        try await TestCertificate.with { certificate in
            let context = try certificate.client(protocols: ["h2"])
            try await withHTTPServer { server in
                let error = await thrownError {
                    try await RawConnection.withTLS(to: server.port, context) { client in
                        _ = try await client.exchange(request("GET /a"))
                    }
                }
                #expect(error != nil)
                try await server.waitForConnections(0)
                #expect(server.answers.count == 0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A handshake that does not come, or not to its end, is not waited for`() async throws {
        try await TestCertificate.with { certificate in
            try await withHTTPServer { configuration in
                configuration.tls = certificate.server
                configuration.requestTimeout = .seconds(1)
            } _: { server in
                for bytes: [UInt8] in [[], [0x16], [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3]] {
                    try await RawConnection.withConnection(to: server.port) { client in
                        if !bytes.isEmpty { try await client.send(bytes: bytes) }
                        // Long before the deadline of the client.
                        _ = try await client.readToEnd()
                    }
                }
                try await server.waitForConnections(0)
            }
        }
    }

    // MARK: Certificates

    @available(SwiftSSE 1.0, *)
    @Test func `A certificate that is replaced is for new connections, and streams go on`() async throws {
        try await TestCertificate.with(name: "first") { certificate in
            let first = try certificate.client()
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                try await RawConnection.withTLS(to: server.port, first) { stream in
                    _ = try await stream.subscribe()
                    try certificate.replace(name: "second")
                    try server.server.reloadCertificate()
                    let second = try certificate.client()
                    // Nothing of the old handshakes is worth anything to a client that trusts the new one only.
                    try await RawConnection.withTLS(to: server.port, second) { client in
                        let body = try await client.exchange(request("GET /a")).body
                        #expect(body == "GET /a ")
                    }
                    let error = await thrownError {
                        try await RawConnection.withTLS(to: server.port, first) { client in
                            _ = try await client.exchange(request("GET /a"))
                        }
                    }
                    #expect(error != nil)
                    try await server.publish("1")
                    _ = try await stream.read(through: "data: 1\n\n")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A certificate that cannot be replaced remains`() async throws {
        try await TestCertificate.with { certificate in
            let context = try certificate.client()
            try await withHTTPServer {
                $0.tls = certificate.server
            } _: { server in
                try certificate.replaceKey(with: "rubbish")
                let error = #expect(throws: ServerConfigurationError.self) { try server.server.reloadCertificate() }
                #expect(error?.code == .keyUnreadable)
                try await RawConnection.withTLS(to: server.port, context) { client in
                    let body = try await client.exchange(request("GET /a")).body
                    #expect(body == "GET /a ")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A server with a wrong certificate does not listen, and says why in one line`() async throws {
        try await TestCertificate.with { certificate in
            try await TestCertificate.with { other in
                let wrong: [(ServerTLS, ServerConfigurationError.Code)] = [
                    (ServerTLS(certificateChainPath: "/none", keyPath: certificate.keyPath), .certificateUnreadable),
                    (
                        ServerTLS(certificateChainPath: certificate.keyPath, keyPath: certificate.keyPath),
                        .certificateUnreadable
                    ),
                    (ServerTLS(certificateChainPath: certificate.certificatePath, keyPath: "/none"), .keyUnreadable),
                    (
                        ServerTLS(
                            certificateChainPath: certificate.certificatePath,
                            keyPath: certificate.certificatePath
                        ),
                        .keyUnreadable
                    ),
                    (
                        ServerTLS(certificateChainPath: certificate.certificatePath, keyPath: other.keyPath),
                        .certificateRefused
                    ),
                ]
                for (tls, code) in wrong {
                    var configuration = ServerConfiguration()
                    configuration.port = 0
                    configuration.tls = tls
                    let valid = #expect(throws: ServerConfigurationError.self) { try configuration.validate() }
                    #expect(valid?.code == code)
                    #expect(valid.map { !$0.description.contains("\n") && $0.description.hasSuffix(".") } == true)
                    let server = HTTPServer(configuration, FanOut(Broker())) { _ in .response(ServerResponse(.ok)) }
                    let isListening = Log<Int>()
                    let thrown = await #expect(throws: ServerConfigurationError.self) {
                        try await server.run { isListening.append($0) }
                    }
                    #expect(thrown?.code == code && isListening.entries.isEmpty)
                }
            }
        }
    }
}
