internal import Foundation
internal import SSETestSupport
internal import Testing

/// Proxies, certificates and credentials, the same for all commands.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ListenNetworkTests {
    private static let variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"]

    /// Runs `sse` with these variables, and with none of the machine's own.
    @available(SwiftSSE 1.0, *)
    private static func run(_ arguments: [String], _ environment: [String]) async throws -> ProcessResult {
        let env = try #require(Executable.named("env"))
        let unset = (Self.variables + Self.variables.map { $0.lowercased() }).flatMap { ["-u", $0] }
        return try await IntegrationTests.run(env, unset + environment + [Executable.sse().path] + arguments)
    }

    /// Answers `CONNECT`, and then the request that comes through as if it were the server.
    @available(SwiftSSE 1.0, *)
    private static func withProxy(_ body: (TestServer, Log<RawRequest>) async throws -> Void) async throws {
        let tunnelled = Log<RawRequest>()
        try await withTestServer { connection, request in
            guard request.method == "CONNECT" else {
                try await connection.sendStream("data: direct\n\n")
                return
            }
            try await connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let inner = try await connection.readRequest()
            tunnelled.append(inner)
            if inner.method == "POST" {
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nid1")
                await connection.waitForClose()
            } else {
                try await connection.sendStream("data: tunnelled\n\n")
            }
        } _: { server in
            try await body(server, tunnelled)
        }
    }

    @Test(
        arguments: [
            (["--proxy", "http://PROXY"], []), (["--proxy", "PROXY"], []), ([], ["http_proxy=http://PROXY"]),
            ([], ["HTTP_PROXY=PROXY"]), ([], ["ALL_PROXY=http://PROXY"]), ([], ["all_proxy=http://PROXY"]),
            ([], ["http_proxy=http://PROXY", "HTTP_PROXY=http://127.0.0.1:1"]),
            (["--proxy", "http://PROXY"], ["NO_PROXY=*", "HTTP_PROXY=http://127.0.0.1:1"]),
            ([], ["http_proxy=http://PROXY", "NO_PROXY=example.com,other.test:80,10.0.0.0/8"]),
        ] as [([String], [String])]
    )
    @available(SwiftSSE 1.0, *)
    func `A proxy is what the option or the environment says, in either spelling`(
        arguments: [String],
        environment: [String]
    ) async throws {
        try await Self.withProxy { proxy, tunnelled in
            let fill = { (text: String) in text.replacing("PROXY", with: "127.0.0.1:\(proxy.port)") }
            let result = try await Self.run(
                ["listen", "http://service.test:8080/events", "--data"]
                    + arguments.map { $0 == "--proxy" ? $0 : fill($0) },
                environment.map { text in
                    let parts = text.split(separator: "=", maxSplits: 1)
                    return "\(parts[0])=\(fill(String(parts[1])))"
                }
            )
            #expect(result.output == "tunnelled\n")
            #expect(result.errors == "")
            #expect(proxy.requests.entries.first?.path == "service.test:8080")
            #expect(tunnelled.entries.first?.fields("Host").map { $0.lowercased() } == ["host: service.test:8080"])
        }
    }

    @Test(
        arguments: [
            "*", "127.0.0.1", "example.com, 127.0.0.1", "127.0.0.0/8", "127.0.0.1:PORT", ".test 127.0.0.0/24",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `NO_PROXY excepts names and all below them, addresses, networks and ports`(list: String) async throws {
        try await Self.withProxy { server, _ in
            let list = list.replacing("PORT", with: "\(server.port)")
            for name in ["NO_PROXY", "no_proxy"] {
                let result = try await Self.run(
                    ["listen", server.url, "--data"],
                    ["http_proxy=http://127.0.0.1:1", "\(name)=\(list)"]
                )
                #expect(result.output == "direct\n", "\(result.errors)")
            }
        }
    }

    @Test(arguments: ["127.0.0.1:1", "27.0.0.1", "128.0.0.0/1"])
    @available(SwiftSSE 1.0, *)
    func `What NO_PROXY does not name goes through the proxy`(list: String) async throws {
        let result = try await Self.run(
            ["listen", "http://127.0.0.1:9/", "--data"],
            ["http_proxy=http://127.0.0.1:1", "NO_PROXY=\(list)"]
        )
        #expect(result.exitCode == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The name and the password of a proxy go to the proxy, and -u to the server`() async throws {
        try await Self.withProxy { proxy, tunnelled in
            let url = "http://me:se%20cret@127.0.0.1:\(proxy.port)"
            let result = try await Self.run(
                ["listen", "http://service.test/", "--data", "--proxy", url, "-u", "you:word"],
                []
            )
            #expect(result.output == "tunnelled\n", "\(result.errors)")
            let sent = proxy.requests.entries.first?.fields("Proxy-Authorization").first?.split(separator: " ").last
            let decoded = sent.flatMap { Data(base64Encoded: String($0)) }.map { String(decoding: $0, as: UTF8.self) }
            #expect(decoded == "me:se cret")
            #expect(tunnelled.entries.first?.fields("Proxy-Authorization") == [])
            #expect(tunnelled.entries.first?.fields("Authorization") == ["Authorization: Basic eW91OndvcmQ="])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Publishing goes through a proxy as well`() async throws {
        try await Self.withProxy { proxy, tunnelled in
            let result = try await Self.run(
                ["publish", "http://hub.test:8888", "--topic", "t", "hello", "-u", "you:word"],
                ["HTTP_PROXY=http://me:word@127.0.0.1:\(proxy.port)"]
            )
            #expect(result.output == "id1\n", "\(result.errors)")
            let request = try #require(tunnelled.entries.first)
            #expect(request.path == "/.well-known/mercure")
            #expect(request.fields("Authorization") == ["Authorization: Basic eW91OndvcmQ="])
            #expect(proxy.requests.entries.first?.fields("Proxy-Authorization").isEmpty == false)
        }
    }

    @Test(arguments: ["listen", "publish"])
    @available(SwiftSSE 1.0, *)
    func `A proxy that refuses, or that is none, is named`(command: String) async throws {
        let rest = command == "publish" ? ["--topic", "t", "x"] : []
        for (proxy, words) in [
            ("ftp://x", "ftp"), ("http://", "names no proxy"), ("http://127.0.0.1:1", "proxy http://127.0.0.1:1"),
        ] {
            let result = try await Self.run([command, "http://service.test/", "--proxy", proxy] + rest, [])
            #expect(result.exitCode == 1)
            #expect(result.errorLines.count == 1)
            #expect(result.errors.contains(words))
        }
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("407 Who", ["Content-Length: 0"]))
        } _: { server in
            let result = try await Self.run(
                [command, "http://a.test/", "--proxy", "127.0.0.1:\(server.port)"] + rest,
                []
            )
            #expect(result.exitCode == 1)
            #expect(result.errorLines.count == 1)
            #expect(result.errors.lowercased().contains("proxy"))
        }
    }

    @Test(.needsNginx)
    @available(SwiftSSE 1.0, *)
    func `An authority of one's own is trusted by option or environment; -k trusts all, and warns`() async throws {
        try await LocalServer.run { origin in
            let port = try #require(Int(origin.split(separator: ":").last ?? ""))
            try await Proxy.nginx(Executable.nginx(), upstream: port) { _, encrypted, certificate in
                let url = "\(encrypted)/direct/three"
                for (arguments, environment) in [
                    (["--cacert", certificate], []), ([], ["SSL_CERT_FILE=\(certificate)"]),
                ] as [([String], [String])] {
                    let result = try await Self.run(["listen", url, "--max", "1", "--data"] + arguments, environment)
                    #expect(result.output == "one\n")
                    #expect(result.errors == "")
                }
                let insecure = try await Self.run(["listen", url, "--max", "1", "--data", "-k"], [])
                #expect(insecure.output == "one\n")
                #expect(insecure.errorLines.count == 1)
                #expect(insecure.errors.hasPrefix("sse: Certificates are not verified"))
                let untrusted = try await Self.run(["listen", url], [])
                #expect(untrusted.exitCode == 1)
                #expect(untrusted.errorLines.count == 1)
            }
        }
        let unreadable = try await Self.run(["listen", "https://127.0.0.1:1/", "--cacert", "/none"], [])
        #expect(unreadable.errors == "Error: No certificates can be read from '/none'; check --cacert.\n")
    }
}
