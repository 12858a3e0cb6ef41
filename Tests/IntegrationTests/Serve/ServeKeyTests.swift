internal import Foundation
internal import SSETestSupport
internal import Testing

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// Keys that come from where they should not, or do not come.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeKeyTests {
    @available(SwiftSSE 1.0, *)
    private func warnings(_ arguments: [String]) async throws -> [String] {
        let result = try await run(Executable.sse(), ["serve", "--check"] + arguments)
        #expect(result.exitCode == 0, "\(result.errors)")
        return result.errors.split(separator: "\n").map(String.init)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("http://issuer.example/keys", true), ("http://192.0.2.1/keys", true),
        ("http://localhost.example/keys", true), ("http://127.0.0.1.example/keys", true),
        ("https://issuer.example/keys", false), ("http://127.0.0.1:8080/keys", false), ("http://[::1]/keys", false),
        ("http://localhost/keys", false),
    ])
    func `A key set that comes without encryption from elsewhere is warned of`(url: String, isWarnedOf: Bool)
        async throws
    {
        for role in ["publisher", "subscriber"] {
            let open = role == "subscriber" ? ["--publisher-key", PublisherToken.key] : []
            let warnings = try await self.warnings(["--\(role)-jwks", url] + open)
            #expect(warnings.count == (isWarnedOf ? 1 : 0), "\(warnings)")
            #expect(warnings.allSatisfy { $0.hasPrefix("WARNING: The \(role)s' keys are loaded without encryption") })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key file that others may write is warned of`() async throws {
        try await Files.withTemporaryFile(Array(PublisherToken.key.utf8)) { file in
            for (mode, isWarnedOf) in [(0o600, false), (0o644, false), (0o664, true), (0o602, true)] as [(mode_t, Bool)]
            {
                try #require(chmod(file, mode) == 0)
                let warnings = try await self.warnings(["--publisher-key-file", file])
                #expect(warnings.count == (isWarnedOf ? 1 : 0), "\(warnings)")
                #expect(
                    warnings.allSatisfy { $0.hasPrefix("WARNING: Other users of this machine may write '\(file)'") }
                )
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["--publisher-key-file", "--publisher-jwks", "--config"])
    func `A pipe in the place of a file is refused, and not waited for`(option: String) async throws {
        try await Files.withTemporaryFile([]) { path in
            try #require(unlink(path) == 0 && mkfifo(path, 0o600) == 0)
            let result = try await run(Executable.sse(), ["serve", "--check", option, path])
            #expect(result.exitCode == 1)
            #expect(result.errors.contains("Cannot read '\(path)', which \(option) names"), "\(result.errors)")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A key set that stalls behind its head does not keep the hub from ending`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
            )
            await waitForCancellation()
        } _: { issuer in
            try await HubProcess.run(["--port", "0", "--publisher-jwks", issuer.origin + "/keys"]) { hub in
                _ = await issuer.requests.next()
                try await RawConnection.withConnection(to: hub.port) { client in
                    // Of a key that nobody knows, so that it waits for the set.
                    let token = "eyJhbGciOiJFZERTQSJ9.e30.AAAA"
                    try await client.send(
                        "POST /.well-known/mercure HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
                            + "Content-Length: 0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                    hub.process.terminate()
                    let answer = try await client.readToEnd()
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 503 Service Unavailable"))
                }
                let result = await hub.process.result()
                #expect(result.exitCode == 0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A hub on loopback answers by the names that it is told`() async throws {
        try await HubProcess.run(["--port", "0", "--allow-host", "hub.example"]) { hub in
            for (host, status) in [("hub.example", "200 OK"), ("evil.example", "421 Misdirected Request")] {
                try await RawConnection.withConnection(to: hub.port) { client in
                    try await client.send("GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                    let head = try await client.readHead()
                    #expect(head.statusLine == "HTTP/1.1 \(status)")
                }
            }
        }
        for name in ["hub.example:80", "http://hub.example", "*.example"] {
            let result = try await run(Executable.sse(), ["serve", "--check", "--allow-host", name])
            #expect(result.exitCode == 1 && result.errors.contains("is not the name of a host"))
        }
    }
}
