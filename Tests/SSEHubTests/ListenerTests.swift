import Logging
import NIOHTTP1
import SSEBroker
import SSEHTTPServer
import SSEServer
import SSETestSupport
import Testing

@testable import SSEHub

/// What a hub does at which of its listeners.
@Suite(.timeLimit(.minutes(3)))
struct ListenerTests {
    /// Runs a hub with these listeners of this machine for the time of a closure, which gets their ports.
    @available(SwiftSSE 1.0, *)
    private func withHub(
        _ listeners: [(String, HubListener.Roles)],
        _ configure: (inout HubConfiguration) throws -> Void = { _ in },
        _ test: ([Int]) async throws -> Void
    ) async throws {
        var configuration = HubConfiguration.defaults
        configuration.listeners = listeners.map { HubListener(.host($0.0, port: 0), roles: $0.1) }
        configuration.publishPolicy = .everybody
        configuration.metrics = PrometheusMetrics()
        configuration.drainWindow = .zero
        try configure(&configuration)
        let hub = Hub(configuration, logger: Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() })
        let bound = Log<[BoundListener]>()
        try await withThrowingTaskGroup { group in
            group.addTask { try await hub.serve { bound.append($0) } }
            defer { group.cancelAll() }
            try await test(try #require(await bound.next()).compactMap(\.port))
        }
    }

    @available(SwiftSSE 1.0, *)
    private func answer(_ line: String, at port: Int, host: String = "localhost", body: String = "") async throws
        -> Response
    {
        try await RawConnection.withConnection(to: port) { client in
            let type = "Content-Type: application/x-www-form-urlencoded"
            let length = "Content-Length: \(body.utf8.count)"
            let request = "\(line) HTTP/1.1\r\nHost: \(host)\r\n\(type)\r\n\(length)\r\n\r\n\(body)"
            guard line.hasPrefix("HEAD ") else { return try await client.exchange(request) }
            try await client.send(request)
            return Response(head: try await client.readHead(), body: "")
        }
    }

    /// Requests, and which listeners answer them otherwise than with 404 or 405.
    @available(SwiftSSE 1.0, *)
    private static let requests: [(String, HubListener.Roles)] = [
        ("HEAD /.well-known/mercure?topic=a", .subscribe), ("POST /.well-known/mercure", .publish),
        ("QUERY /.well-known/mercure", .subscribe),
        ("GET /.well-known/mercure/subscriptions", .subscribe), ("GET /", .operate), ("GET /healthz", .operate),
        ("GET /metrics", .operate), ("DELETE /healthz", []), ("DELETE /.well-known/mercure", []),
        ("GET /nothing", []),
    ]

    @available(SwiftSSE 1.0, *)
    private static let roles: [HubListener.Roles] = [.publish, .subscribe, .operate, [.publish, .operate], .all]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.roles)
    func `What a listener does not do is not there`(roles: HubListener.Roles) async throws {
        try await self.withHub([("127.0.0.1", roles)]) {
            $0.tellsSubscriptions = true
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
        } _: { ports in
            for (line, role) in Self.requests {
                let answer = try await self.answer(line, at: ports[0])
                let isThere = !["404 Not Found", "405 Method Not Allowed"].contains(answer.status)
                #expect(isThere == (!role.isEmpty && roles.contains(role)), "\(line): \(answer.status)")
                if line.contains("/.well-known/mercure"), !line.contains("subscriptions"), !isThere {
                    // The hub is there, with other methods, or it is not.
                    let isHub = !roles.isDisjoint(with: [.publish, .subscribe])
                    #expect(answer.status == (isHub ? "405 Method Not Allowed" : "404 Not Found"), "\(line)")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private static let methods: [(HubListener.Roles, String, String?)] = [
        (.publish, "POST", nil), (.subscribe, "GET, HEAD, QUERY", "application/x-www-form-urlencoded"),
        (.all, "GET, HEAD, POST, QUERY", "application/x-www-form-urlencoded"),
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.methods)
    func `A method that a listener does not have is answered with those that it has`(
        roles: HubListener.Roles,
        methods: String,
        query: String?
    ) async throws {
        try await self.withHub([("127.0.0.1", roles)]) { ports in
            let answer = try await self.answer("DELETE /.well-known/mercure", at: ports[0])
            #expect(answer.status == "405 Method Not Allowed")
            #expect(answer.body == "Use \(methods.replacing(", ", with: " or ")).\n")
            #expect(answer.head["Allow"] == [methods] && answer.head["Accept-Query"] == [query].compactMap(\.self))
            let options = try await self.answer("OPTIONS /.well-known/mercure", at: ports[0])
            #expect(options.head["Access-Control-Allow-Methods"] == [methods])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is published at one listener arrives at another`() async throws {
        try await self.withHub([("127.0.0.1", .publish), ("127.0.0.1", .subscribe)]) { ports in
            try await RawConnection.withConnection(to: ports[1]) { client in
                _ = try await client.subscribe("?topic=a")
                let answer = try await self.answer("POST /.well-known/mercure", at: ports[0], body: "topic=a&data=x")
                #expect(answer.status == "200 OK")
                _ = try await client.readEvents(through: "x")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A page reaches a listener on loopback by no name of its own, whoever else reaches another one`()
        async throws
    {
        try await self.withHub([("127.0.0.1", .operate), ("0.0.0.0", .operate)]) { (ports) async throws in
            #expect(try await self.answer("GET /metrics", at: ports[0], host: "evil.example").status.hasPrefix("421"))
            #expect(try await self.answer("GET /metrics", at: ports[1], host: "evil.example").status == "200 OK")
        }
        try await self.withHub([("127.0.0.1", .operate), ("0.0.0.0", .operate)]) {
            $0.allowedHosts = ["hub.example"]
        } _: { (ports) async throws in
            for port in ports {
                #expect(try await self.answer("GET /metrics", at: port, host: "evil.example").status.hasPrefix("421"))
                #expect(try await self.answer("GET /metrics", at: port, host: "hub.example").status == "200 OK")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A hub is on loopback if all of its listeners are, of those who do what is asked for`() {
        var configuration = HubConfiguration.defaults
        #expect(configuration.isOnLoopback)
        configuration.listeners = [
            HubListener(.unixSocket("/run/hub.sock"), roles: .publish),
            HubListener(.host("localhost", port: 0), roles: [.publish, .operate]),
        ]
        #expect(configuration.isOnLoopback)
        configuration.listeners.append(HubListener(.host("0.0.0.0", port: 0), roles: .subscribe))
        #expect(!configuration.isOnLoopback)
        #expect(configuration.isOnLoopback(for: .publish) && configuration.isOnLoopback(for: .operate))
        #expect(!configuration.isOnLoopback(for: [.publish, .subscribe]))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A full hub answers publishers and those who watch it, and refuses subscribers`() async throws {
        try await self.withHub([("127.0.0.1", .all)]) {
            $0.maximumConnections = 1
        } _: { ports in
            try await RawConnection.withConnection(to: ports[0]) { first in
                _ = try await first.subscribe("?topic=a")
                for number in 0..<3 {
                    let body = "topic=a&data=\(number)"
                    let published = try await self.answer("POST /.well-known/mercure", at: ports[0], body: body)
                    #expect(published.status == "200 OK" && published.head["Connection"] == ["close"])
                    _ = try await first.readEvents(through: "\(number)")
                    #expect(try await self.answer("GET /healthz", at: ports[0]).body == "healthy\n")
                    #expect(try await self.answer("GET /metrics", at: ports[0]).status == "200 OK")
                    for line in ["GET /.well-known/mercure?topic=a", "QUERY /.well-known/mercure"] {
                        let refused = try await self.answer(line, at: ports[0], body: "topic=a")
                        #expect(refused.status == "503 Service Unavailable" && refused.isOneLineOfText)
                        #expect(refused.head["Retry-After"] == ["5"] && refused.head["Connection"] == ["close"])
                    }
                }
            }
        }
    }
}
