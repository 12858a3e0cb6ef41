internal import AsyncHTTPClient
internal import Foundation
internal import NIOSSL
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// The client behind nginx, which compresses event streams, over HTTP/1.1 and HTTP/2.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct CompressingProxyTests {
    private static let nginx = Executable.named("nginx")

    private static let settings = """
        gzip on; gzip_types text/event-stream; gzip_min_length 0; gzip_proxied any;
        proxy_buffer_size 128k; proxy_buffers 8 128k; proxy_busy_buffers_size 128k;
        """

    @Test(
        .enabled(if: Self.nginx != nil, "There is no nginx."),
        arguments: [false, true]
    )
    @available(SwiftSSE 1.0, *)
    func `Events come one by one through its gzip, and a head of 50 KB with them`(isHTTP2: Bool) async throws {
        let nginx = try #require(Self.nginx)
        let hasEvent = Log<Void>()
        try await withTestServer { connection, _ in
            let long = (0..<50).map { "X-Long-\($0): \(String(repeating: "x", count: 1000))" }
            let fields = ["Content-Type: text/event-stream", "X-Accel-Buffering: no", "Transfer-Encoding: chunked"]
            try await connection.send(Head.response("200 OK", fields + long))
            for number in 0..<5 {
                try await connection.sendChunk("data: \(number) \(String(repeating: "x", count: 3000))\n\n")
                await hasEvent.next()
            }
            try await connection.endChunks()
        } _: { server in
            try await Proxy.nginx(nginx, upstream: server.port, settings: Self.settings) {
                plain,
                encrypted,
                certificate in
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .file(certificate)
                var configuration = HTTPClient.Configuration.eventStreams(tlsConfiguration: tls)
                configuration.httpVersion = .automatic
                let httpClient = HTTPClient(configuration: configuration)
                let client = EventStreamClient(httpClient: httpClient, configuration: .init(idleTimeout: .seconds(30)))
                do {
                    let request = EventStreamRequest(url: "\(isHTTP2 ? encrypted : plain)/direct/")
                    try await client.withStream(request) { response, events in
                        #expect(response.headers[.contentEncoding] == "gzip")
                        let version = response.headers.first { $0.name.canonicalName == "x-client-protocol" }?.value
                        #expect(version == (isHTTP2 ? "HTTP/2.0" : "HTTP/1.1"))
                        var numbers: [Substring?] = []
                        for try await event in events {
                            numbers.append(event.data.split(separator: " ").first)
                            hasEvent.append(())
                        }
                        #expect(numbers == ["0", "1", "2", "3", "4"])
                    }
                } catch {
                    Issue.record(error)
                }
                try await httpClient.shutdown()
            }
        }
    }
}
