internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// The last event ID of a request, as it comes over the wire.
@Suite(.timeLimit(.minutes(3)))
struct LastEventIDTests {
    @available(SwiftSSE 1.0, *)
    private static func routes(_ router: Router<BasicRequestContext>) {
        router.get("/header") { request, _ in request.lastEventID.map { "id \($0)" } ?? "none" }
        router.get("/throwing") { request, _ in
            do throws(SSEServerError) {
                return try request.lastEventID(maximumByteCount: 8).map { "id \($0)" } ?? "none"
            } catch {
                return "\(error.code)"
            }
        }
        router.get("/query") { request, _ in
            do throws(SSEServerError) {
                return try request.lastEventID(queryName: "lastEventID").map { "id \($0)" } ?? "none"
            } catch {
                return "\(error.code)"
            }
        }
    }

    private static let oneTooMany = String(repeating: "x", count: 1025)

    @Test(
        arguments: [
            ("/header", "42", "id 42"),
            ("/header", "…", "id …"),
            ("/header", "a, b", "id a, b"),
            ("/header", "", "none"),
            ("/header", nil, "none"),
            ("/header", oneTooMany, "none"),
            ("/header?lastEventID=42", nil, "none"),
            ("/throwing", "12345678", "id 12345678"),
            ("/throwing", "123456789", "invalidLastEventID"),
            ("/throwing", nil, "none"),
            ("/query?lastEventID=42", nil, "id 42"),
            ("/query?lastEventID=%E2%80%A6", nil, "id …"),
            ("/query?lastEventID=", nil, "none"),
            ("/query?lastEventID=42", "43", "id 43"),
            ("/query?lastEventID=a%0Ab", nil, "invalidLastEventID"),
            ("/query?lastEventID=\(oneTooMany)", nil, "invalidLastEventID"),
            ("/query", "43", "id 43"),
            ("/query", nil, "none"),
        ] as [(String, String?, String)]
    )
    @available(SwiftSSE 1.0, *)
    func `It is read from the header, as UTF-8, and from the query where that is wanted`(
        path: String,
        field: String?,
        expected: String
    ) async throws {
        try await TestServer.withServer(.eventStreams, routes: Self.routes) { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                let field = field.map { "Last-Event-ID: \($0)\r\n" } ?? ""
                try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(field)\r\n")
                _ = try await connection.readHead()
                #expect(try await connection.readToEnd() == expected)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Bytes that are not UTF-8 are replaced`() async throws {
        try await TestServer.withServer(.eventStreams, routes: Self.routes) { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                let bytes =
                    Array("GET /header HTTP/1.1\r\nHost: x\r\nConnection: close\r\nLast-Event-ID: ".utf8)
                    + [0x61, 0xff] + Array("\r\n\r\n".utf8)
                try await connection.send(bytes: bytes)
                _ = try await connection.readHead()
                #expect(try await connection.readToEnd() == "id a\u{fffd}")
            }
        }
    }
}
