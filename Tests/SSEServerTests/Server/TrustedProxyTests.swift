internal import NIOCore
internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Where requests come from, by what proxies say.
@Suite(.timeLimit(.minutes(5)))
struct TrustedProxyTests {
    // MARK: Addresses

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("192.0.2.1:8080", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("[2001:db8::1]:80", "2001:db8::1"),
        ("", nil), ("unknown", nil), ("_hidden", nil), ("192.0.2", nil), ("192.0.2.256", nil), ("[2001:db8::1", nil),
        ("[2001:db8::1]80", nil), ("2001:db8::1::2", nil), ("192.0.2.1 ", nil),
        (String(repeating: "1", count: 100), nil),
    ])
    func `An address is read as proxies write it`(text: String, address: String?) {
        #expect(IPAddress(node: text)?.description == address)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.1/32", "192.0.2.1", true),
        ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "10.0.0.1", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
        ("::1", "::1", true), ("::1", "::2", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ])
    func `A network has the addresses that begin like it`(network: String, address: String, isIn: Bool) throws {
        #expect(try TrustedProxies([network]).contains(#require(IPAddress(address))) == isIn)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "", "proxy", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8", "::/129",
        "/8",
    ])
    func `A server with a proxy that is no address does not listen`(text: String) async throws {
        var configuration = ServerConfiguration()
        configuration.trustedProxies = ["127.0.0.1", text]
        let error = #expect(throws: ServerConfigurationError.self) { try configuration.validate() }
        #expect(error?.code == .invalidProxy)
    }

    // MARK: What proxies say

    private static let trusted = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]

    private static let origins: [(fields: [String], address: String?, isSecure: Bool?)] = [
        (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1", nil),
        // The client has made up what stands before the last address that is no proxy's.
        (["X-Forwarded-For: 198.51.100.1, 192.0.2.1"], "192.0.2.1", nil),
        (["X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 192.0.2.1, 10.0.0.7"], "192.0.2.1", nil),
        (["X-Forwarded-For: 10.0.0.7, 10.0.0.8"], "10.0.0.7", nil),
        (["X-Forwarded-For: 192.0.2.1, unknown, 10.0.0.8"], "10.0.0.8", nil),
        (["X-Forwarded-For: unknown"], nil, nil),
        (["X-Forwarded-For: "], nil, nil),
        ([], nil, nil),
        (["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"], "192.0.2.1", true),
        (["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http"], "192.0.2.1", false),
        (["X-Forwarded-Proto: https, http"], nil, false),
        (["Forwarded: for=192.0.2.1;proto=https"], "192.0.2.1", true),
        (["Forwarded: For=\"[2a00::1]:4711\" ; Proto=\"HTTPS\""], "2a00::1", true),
        (["Forwarded: for=192.0.2.1;proto=https, for=10.0.0.7;proto=http"], "192.0.2.1", true),
        (["Forwarded: for=198.51.100.1", "Forwarded: for=192.0.2.1"], "192.0.2.1", nil),
        (["Forwarded: for=\"_a,b;for=198.51.100.1\\\", for=198.51.100.2\""], nil, nil),
        (["Forwarded: for=\"_x\", for=192.0.2.1;by=10.0.0.9;host=\"a;b,c\""], "192.0.2.1", nil),
        (["Forwarded: proto"], nil, nil),
        // Most proxies know the older field only, and let the other pass.
        (["Forwarded: for=198.51.100.1", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1", nil),
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.origins)
    func `The last address that is no trusted proxy's is the client`(
        fields: [String],
        address: String?,
        isSecure: Bool?
    ) throws {
        let proxies = try TrustedProxies(Self.trusted)
        let headers = HTTPHeaders(
            fields.map { field in
                let parts = field.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            }
        )
        let origin = proxies.origin(headers, from: IPAddress("127.0.0.1"))
        #expect(origin == TrustedProxies.Origin(address: address.flatMap { IPAddress($0) }, isSecure: isSecure))
        #expect(proxies.origin(headers, from: IPAddress("127.0.0.2")) == nil)
        #expect(try TrustedProxies([]).origin(headers, from: IPAddress("127.0.0.1")) == nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nobody is believed who is not trusted`() async throws {
        let fields = ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "Forwarded: for=192.0.2.1;proto=https"]
        for (proxies, answer) in [
            ([], "127.0.0.1 plain"), (["127.0.0.2"], "127.0.0.1 plain"), (["127.0.0.0/8"], "192.0.2.1 secure"),
        ] {
            try await withHTTPServer {
                $0.trustedProxies = proxies
            } _: { server in
                try await RawConnection.withConnection(to: server.port) { client in
                    let body = try await client.exchange(request("GET /origin", fields)).body
                    #expect(body == answer)
                }
                try await HTTP2Client.with(port: server.port) { client in
                    let headers: HTTPHeaders = ["X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"]
                    let body = try await client.exchange(.GET, "/origin", headers).body
                    #expect(body == answer)
                }
            }
        }
    }

    // MARK: Counting

    @available(SwiftSSE 1.0, *)
    @Test func `What a proxy forwards is counted by its clients' addresses`() async throws {
        try await withHTTPServer { configuration in
            configuration.trustedProxies = ["127.0.0.1"]
            configuration.maximumConnectionsPerAddress = 2
        } _: { server in
            func events(_ address: String) -> String { request("GET /events", ["X-Forwarded-For: \(address)"]) }
            try await RawConnection.withConnection(to: server.port) { first in
                try await RawConnection.withConnection(to: server.port) { second in
                    // One over HTTP/1, and one over a connection of HTTP/2 that it shares with others.
                    _ = try await first.subscribe(events("192.0.2.1"))
                    try await HTTP2Client.with(port: server.port) { client in
                        let stream = try await client.subscribe(["X-Forwarded-For": "192.0.2.1"])
                        _ = try await client.subscribe(["X-Forwarded-For": "192.0.2.2"])
                        let refused = try await client.exchange(.GET, "/events", ["X-Forwarded-For": "192.0.2.1"])
                        #expect(refused.status == .tooManyRequests && refused.headers["Retry-After"] == ["5"])
                        try await stream.reset()
                        try await server.waitForStreams(2)
                        // Requests count as long as they take.
                        for _ in 0..<5 {
                            let answer = try await client.exchange(.GET, "/a", ["X-Forwarded-For": "192.0.2.1"])
                            #expect(answer.status == .ok)
                        }
                        _ = try await second.subscribe(events("192.0.2.1"))
                        let again = try await client.exchange(.GET, "/a", ["X-Forwarded-For": "192.0.2.1"])
                        #expect(again.status == .tooManyRequests)
                        let other = try await client.exchange(.GET, "/a", ["X-Forwarded-For": "192.0.2.3"])
                        #expect(other.status == .ok)
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Addresses of IPv6 count by their first 64 bits, and those of IPv4 however they are written`() throws {
        let count = ConnectionCount(maximum: 100, maximumPerAddress: 1)
        #expect(count.insertForwarded(try #require(IPAddress("2001:db8:0:1::1"))))
        #expect(!count.insertForwarded(try #require(IPAddress("2001:db8:0:1:ffff::2"))))
        #expect(count.insertForwarded(try #require(IPAddress("2001:db8:0:2::1"))))
        #expect(count.insertForwarded(try #require(IPAddress("192.0.2.1"))))
        #expect(count.insertForwarded(try #require(IPAddress("192.0.2.2"))))
        #expect(!count.insertForwarded(try #require(IPAddress("::ffff:192.0.2.1"))))
        count.removeForwarded(try #require(IPAddress("2001:db8:0:1::ffff")))
        #expect(count.insertForwarded(try #require(IPAddress("2001:db8:0:1::3"))))
        let socket = try SocketAddress(ipAddress: "2001:db8:0:1::4", port: 1)
        #expect(count.insert(IPAddress(socket)) == .refused(.tooManyRequests))
    }
}
