import NIOHTTP1
import SSETestSupport
import Testing

@testable import SSEHub

/// The names by which a hub answers.
@Suite(.timeLimit(.minutes(3)))
struct HostTests {
    /// What a page would like to read.
    private static let requests = [
        "GET /.well-known/mercure?topic=a", "GET /", "GET /metrics", "GET /healthz", "POST /.well-known/mercure",
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("evil.example", false), ("evil.example:80", false), ("127.0.0.1.evil.example", false),
        ("localhost.evil.example", false), ("evil.example.", false), ("xlocalhost", false),
        ("localhost", true), ("LocalHost:1", true), ("localhost.", true), ("a.localhost", true), ("127.0.0.1:80", true),
        ("127.1.2.3", true), ("[::1]:80", true), ("192.0.2.1", true), ("", true),
    ])
    func `On loopback a hub answers only by names that nobody can have lead to it`(host: String, isAnswered: Bool)
        async throws
    {
        try await withHub {
            $0.metrics = PrometheusMetrics()
        } _: { hub in
            for line in Self.requests {
                try await hub.withConnection { client in
                    try await client.send("\(line) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 0\r\n\r\n")
                    let head = try await client.readHead()
                    #expect((head.statusLine == "HTTP/1.1 421 Misdirected Request") == !isAnswered, "\(line)")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("127.0.0.1", [], "hub.example", false), ("127.0.0.1", ["hub.example"], "hub.example:8888", true),
        ("127.0.0.1", ["Hub.Example"], "HUB.example", true), ("127.0.0.1", ["hub.example"], "other.example", false),
        ("127.0.0.1", ["hub.example"], "localhost", true), ("127.0.0.1", ["*"], "other.example", true),
        ("127.0.0.2", [], "hub.example", false), ("::1", [], "hub.example", false),
        ("localhost", [], "hub.example", false),
        ("0.0.0.0", [], "hub.example", true), ("0.0.0.0", ["hub.example"], "hub.example", true),
        ("0.0.0.0", ["hub.example"], "other.example", false), ("0.0.0.0", ["hub.example"], "192.0.2.1", true),
        ("127.example", [], "hub.example", true),
    ])
    func `Names that are allowed are answered, and elsewhere all are unless some are named`(
        address: String,
        names: [String],
        host: String,
        isAnswered: Bool
    ) {
        var configuration = HubConfiguration.defaults
        configuration.host = address
        configuration.allowedHosts = names
        let policy = HostPolicy(configuration)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": host])
        let refusal = Result { () throws(HubRefusal) in
            try policy.check(head, isLocal: configuration.isOnLoopback)
        }
        let isAllowed = (try? refusal.get()) != nil
        #expect(isAllowed == isAnswered)
        // No browser's.
        #expect(throws: Never.self) {
            try policy.check(HTTPRequestHead(version: .http1_0, method: .GET, uri: "/"), isLocal: true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A hub's own page is read by a name that is allowed`() async throws {
        try await withHub {
            $0.allowedHosts = ["hub.example"]
        } _: { hub in
            let page = try await hub.exchange("GET / HTTP/1.1\r\nHost: hub.example\r\n\r\n")
            #expect(page.status == "200 OK")
            let other = try await hub.exchange("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            #expect(other.status == "421 Misdirected Request" && other.isOneLineOfText)
        }
    }
}
