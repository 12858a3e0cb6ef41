internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOSSL
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Our client and our server with proxies of others between them.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ProxyTests {
    @available(SwiftSSE 1.0, *)
    private static func port(of origin: String) throws -> Int {
        try #require(origin.split(separator: ":").last.flatMap { Int($0) })
    }

    /// Reads `/numbered`, two events a connection, to its sixth event and its end.
    @available(SwiftSSE 1.0, *)
    private static func expectAll(_ origin: String, _ client: EventStreamClient = EventStreamClient()) async throws {
        var numbers: [String] = []
        for try await event in client.subscription(to: EventStreamRequest(url: "\(origin)/numbered")) {
            numbers.append(event.data)
        }
        #expect(numbers == ["1", "2", "3", "4", "5", "6"])
    }

    /// Reads `/silent`, which sends one event and stays open.
    @available(SwiftSSE 1.0, *)
    private static func expectAtOnce(_ origin: String, _ client: EventStreamClient = EventStreamClient()) async throws {
        try await client.withStream(EventStreamRequest(url: "\(origin)/silent")) { _, events in
            for try await event in events {
                #expect(event.data == "only")
                break
            }
        }
    }

    @Test(.needsNginx)
    @available(SwiftSSE 1.0, *)
    func `Nginx passes events on at once, because our server tells it to`() async throws {
        let nginx = try Executable.nginx()
        try await LocalServer.run { origin in
            try await Proxy.nginx(nginx, upstream: Self.port(of: origin)) { plain, _, _ in
                try await Self.expectAtOnce("\(plain)/direct")
                try await Self.expectAll("\(plain)/direct")
            }
        }
    }

    @Test(.needsNginx)
    @available(SwiftSSE 1.0, *)
    func `Through an nginx that buffers, all events come, if late`() async throws {
        let nginx = try Executable.nginx()
        try await LocalServer.run { origin in
            try await Proxy.nginx(nginx, upstream: Self.port(of: origin)) { plain, _, _ in
                try await Self.expectAll("\(plain)/buffered")
            }
        }
    }

    @Test(.needsNginx)
    @available(SwiftSSE 1.0, *)
    func `Over TLS with a certificate authority of one's own, and over HTTP/2`() async throws {
        let nginx = try Executable.nginx()
        try await LocalServer.run { origin in
            try await Proxy.nginx(nginx, upstream: Self.port(of: origin)) { _, encrypted, certificate in
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .file(certificate)
                for version in [HTTPClient.Configuration.HTTPVersion.automatic, .http1Only] {
                    var configuration = HTTPClient.Configuration(
                        tlsConfiguration: tls,
                        redirectConfiguration: .disallow
                    )
                    configuration.httpVersion = version
                    let httpClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                    do {
                        let client = EventStreamClient(httpClient: httpClient)
                        let request = EventStreamRequest(url: "\(encrypted)/direct/three")
                        let proto = try await client.withStream(request) { response, events in
                            var count = 0
                            for try await _ in events { count += 1 }
                            #expect(count == 3)
                            return HTTPField.Name("X-Client-Protocol").flatMap { response.headers[$0] }
                        }
                        #expect(proto == (version == .automatic ? "HTTP/2.0" : "HTTP/1.1"))
                        try await Self.expectAtOnce("\(encrypted)/direct", client)
                        try await Self.expectAll("\(encrypted)/direct", client)
                    } catch {
                        try await httpClient.shutdown()
                        throw error
                    }
                    try await httpClient.shutdown()
                }
                // Nobody vouches for it by default.
                let error = await #expect(throws: SSEClientError.self) {
                    let request = EventStreamRequest(url: "\(encrypted)/direct/three")
                    try await EventStreamClient().withStream(request) { _, _ in }
                }
                #expect(error?.code == .connectionFailed)
            }
        }
    }

    @Test(.enabled(if: Executable.named("haproxy") != nil, "There is no haproxy."))
    @available(SwiftSSE 1.0, *)
    func `Haproxy passes events on at once`() async throws {
        let haproxy = try #require(Executable.named("haproxy"))
        try await LocalServer.run { origin in
            try await Proxy.haproxy(haproxy, upstream: Self.port(of: origin)) { origin in
                try await Self.expectAtOnce(origin)
                try await Self.expectAll(origin)
            }
        }
    }
}
