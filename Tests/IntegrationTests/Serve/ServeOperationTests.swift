internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import SSETestSupport
internal import Testing

/// What operators do with `sse serve`: look at it, reload it, watch it.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeOperationTests {
    @available(SwiftSSE 1.0, *)
    private func expect(
        _ status: Int,
        at path: String,
        _ hub: HubProcess,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await hub.get(path)
        #expect(answer.status == status, sourceLocation: location)
    }

    @available(SwiftSSE 1.0, *)
    private func expectPublishing(
        _ arguments: [String],
        to hub: HubProcess,
        succeeds: Bool = true,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await hub.publish(arguments)
        #expect((result.exitCode == 0) == succeeds, sourceLocation: location)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `--check prints the settings as they are, without secrets, in a form that --config reads`() async throws {
        let file = """
            port: 0
            retainAge: 10m
            subscriberKey: "00000000000000000000000000000000"
            anonymousSubscribe: yes
            subscriptions: true
            allowOrigin: [https://a.example, https://b.example]
            """
        try await Files.withTemporaryFile(Array(file.utf8)) { path in
            let arguments = ["serve", "--config", path, "--check", "--publisher-key", PublisherToken.key]
            let result = try await run(Executable.sse(), arguments)
            #expect(result.exitCode == 0 && result.errors == "")
            #expect(!result.output.contains(PublisherToken.key) && !result.output.contains("00000000"))
            let settings = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            )
            #expect(settings["publisherKey"] as? String == "***" && settings["subscriberKey"] as? String == "***")
            #expect(settings["retainAge"] as? String == "10m" && settings["port"] as? Int == 0)
            #expect(settings["subscriptions"] as? Bool == true && settings["anonymousSubscribe"] as? Bool == true)
            #expect(settings["allowOrigin"] as? [String] == ["https://a.example", "https://b.example"])
            // It may be used again, once the secrets are there.
            let again = result.output.replacing("***", with: PublisherToken.key)
            try await Files.withTemporaryFile(Array(again.utf8)) { path in
                let second = try await run(Executable.sse(), ["serve", "--config", path, "--check"])
                #expect(second.output == result.output && second.exitCode == 0)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A secret of digits in YAML is the text that it is`() async throws {
        let key = "00123456789012345678901234567890"
        try await Files.withTemporaryFile(Array("port: 0\npublisherKey: \(key)\n".utf8)) { path in
            try await HubProcess.run(["--config", path]) { hub in
                let token = try await PublisherToken.make(key: key)
                try await self.expectPublishing(["--topic", "t", "--token", token, "x"], to: hub)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `SIGHUP has the keys read again, while streams go on; what cannot be read changes nothing`() async throws {
        let other = String(PublisherToken.key.reversed())
        try await Files.withTemporaryFile(Array("\(PublisherToken.key)\n".utf8)) { path in
            let old = try await PublisherToken.make()
            let new = try await PublisherToken.make(key: other)
            try await HubProcess.run(["--port", "0", "--publisher-key-file", path]) { hub in
                try await hub.listen(topic: "t") { listener in
                    try await self.expectPublishing(["--topic", "t", "--token", old, "1"], to: hub)
                    try Data("short".utf8).write(to: URL(filePath: path))
                    hub.process.hangUp()
                    _ = try #require(await hub.process.errors.lines.first { $0.contains("Not reloaded") })
                    try await self.expectPublishing(["--topic", "t", "--token", old, "2"], to: hub)
                    try Data(other.utf8).write(to: URL(filePath: path))
                    hub.process.hangUp()
                    _ = try #require(
                        await hub.process.errors.lines.first { $0.contains("Reloaded") && $0.contains("keys") }
                    )
                    try await self.expectPublishing(["--topic", "t", "--token", old, "lost"], to: hub, succeeds: false)
                    try await self.expectPublishing(["--topic", "t", "--token", new, "3"], to: hub)
                    var lines: [String] = []
                    for await line in listener.output.lines {
                        lines.append(line)
                        if lines.count == 3 { break }
                    }
                    #expect(lines == ["1", "2", "3"])
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Metrics and console are there on the machine's own address, and elsewhere only if they are asked for`()
        async throws
    {
        try await HubProcess.run { hub in
            _ = try await hub.publish(["--topic", "t", "x"])
            let metrics = try await hub.get("/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.body.contains("\nsse_broker_events_published_total 1\n"))
            try await self.expect(200, at: "/", hub)
        }
        try await HubProcess.run(["--port", "0", "--no-console", "--no-metrics"]) { hub in
            try await self.expect(404, at: "/metrics", hub)
            try await self.expect(404, at: "/", hub)
            try await self.expect(200, at: "/healthz", hub)
        }
        let elsewhere = ["--host", "0.0.0.0", "--port", "0", "--publisher-key", PublisherToken.key]
        try await HubProcess.run(elsewhere) { hub in
            try await self.expect(404, at: "/metrics", hub)
            try await self.expect(404, at: "/", hub)
        }
        try await HubProcess.run(elsewhere + ["--console", "--metrics"]) { hub in
            try await self.expect(200, at: "/metrics", hub)
            try await self.expect(200, at: "/", hub)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The log is a line of JSON for each thing that happens, without tokens and data`() async throws {
        let token = try await PublisherToken.make()
        let arguments = [
            "--port", "0", "--publisher-key", PublisherToken.key, "--token-in-query", "--log-format", "json",
            "--access-log",
        ]
        try await HubProcess.run(arguments) { hub in
            _ = try await hub.publish(["--topic", "t", "--token", token, "secret data"])
            _ = try await hub.get("/healthz?authorization=\(token)")
            hub.process.terminate()
            let result = await hub.process.result()
            #expect(result.exitCode == 0)
            let lines = result.errors.split(separator: "\n")
            let messages = try lines.map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return try #require(object?["message"] as? String)
            }
            #expect(messages == ["Listening", "Request", "Request", "Draining", "Stopped"])
            #expect(!result.errors.contains(token) && !result.errors.contains("secret data"))
            #expect(result.errors.contains("/healthz?authorization=***"))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A warning is a line of JSON as well`() async throws {
        try await HubProcess.run(["--port", "0", "--log-format", "json"]) { hub in
            hub.process.terminate()
            let lines = await hub.process.result().errors.split(separator: "\n")
            let objects = try lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(objects.contains { ($0["message"] as? String)?.hasPrefix("everybody who reaches") == true })
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Keys come from a key set at an address, whose hub can be another one`() async throws {
        let openssl = try #require(Executable.named("openssl"))
        let pem = try await run(openssl, ["genpkey", "-algorithm", "ED25519"]).output
        try await Files.withTemporaryFile(Array(pem.utf8)) { path in
            let der = try await run(
                URL(filePath: "/bin/sh"),
                [
                    "-c", "'\(openssl.path)' pkey -in '\(path)' -pubout -outform DER | tail -c 32 | base64 -w0",
                ]
            ).output
            let x = PublisherToken.urlSafe(der)
            let set = #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"\#(x)"}]}"#
            let router = Router()
            router.get("keys") { _, _ in set }
            try await LocalServer.run(router, .http1()) { port in
                let url = "http://127.0.0.1:\(port)/keys"
                try await HubProcess.run(["--port", "0", "--publisher-jwks", url]) { hub in
                    let header = PublisherToken.base64URL(Data(#"{"alg":"EdDSA","kid":"1"}"#.utf8))
                    let payload = PublisherToken.base64URL(Data(#"{"mercure":{"publish":["*"]}}"#.utf8))
                    let signature = try await Files.withTemporaryFile(Array("\(header).\(payload)".utf8)) { text in
                        try await run(
                            URL(filePath: "/bin/sh"),
                            [
                                "-c",
                                "'\(openssl.path)' pkeyutl -sign -inkey '\(path)' -rawin -in '\(text)' | base64 -w0",
                            ]
                        ).output
                    }
                    let token =
                        "\(header).\(payload)."
                        + PublisherToken.urlSafe(signature)
                    try await self.expectPublishing(["--topic", "t", "--token", token, "x"], to: hub)
                    let foreign = try await PublisherToken.make()
                    try await self.expectPublishing(
                        ["--topic", "t", "--token", foreign, "x"],
                        to: hub,
                        succeeds: false
                    )
                }
            }
        }
    }
}
