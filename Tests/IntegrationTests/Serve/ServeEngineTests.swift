internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse serve --engine`: hubs that have their events in common.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeEngineTests {
    #if NATS
    @available(SwiftSSE 1.0, *)
    @Test(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."))
    func `A client goes on at another hub`() async throws {
        try await NATSServer.with(try .any, settings: "authorization { user: me, password: secret }") { server in
            let arguments = ["--port", "0", "--engine", server.url, "--nats-user", "me", "--nats-stream", "HUB"]
            let environment = ["SSE_NATS_PASSWORD=secret"]
            try await HubProcess.run(arguments, environment: environment) { one in
                try await HubProcess.run(arguments, environment: environment) { other in
                    #expect(try await one.publish(["--topic", "t", "-"], input: "1\n2\n").exitCode == 0)
                    let first = try await other.replay(topic: "t", count: 2)
                    #expect(first.map(\.data) == ["1", "2"])
                    let id = try #require(first.first?.id)
                    try await other.listen(topic: "t", ["--json", "--last-event-id", id]) { listener in
                        #expect(try await one.publish(["--topic", "t", "3"]).exitCode == 0)
                        #expect(try await other.publish(["--topic", "t", "4"]).exitCode == 0)
                        var lines: [EventLine] = []
                        for await line in listener.output.lines {
                            lines.append(try JSONDecoder().decode(EventLine.self, from: Data(line.utf8)))
                            if lines.count == 3 { break }
                        }
                        #expect(lines.map(\.data) == ["2", "3", "4"])
                    }
                    #expect(try await one.replay(topic: "t", count: 4) == other.replay(topic: "t", count: 4))
                    #expect(try await one.get("/healthz").status == 200)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        .enabled(
            if: !NATSProgram.all.isEmpty && Executable.named("curl") != nil,
            "There is no nats-server or no curl."
        ),
        arguments: ["--http1.1", "--http2-prior-knowledge"]
    )
    func `A client of a quiet topic is told no gap on JetStream either`(version: String) async throws {
        try await NATSServer.with(try .any) { server in
            let arguments = ["--port", "0", "--retain-events", "50", "--heartbeat", "1s", "--engine", server.url]
            try await HubProcess.run(arguments) { try await checkQuietTopic($0, version: version) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."))
    func `Events are there after hub and server were restarted`() async throws {
        try await NATSServer.with(try .any) { server in
            let arguments = ["--port", "0", "--engine", server.url]
            let ids = try await HubProcess.run(arguments) { hub in
                #expect(try await hub.publish(["--topic", "t", "-"], input: "1\n2\n").exitCode == 0)
                return try await hub.replay(topic: "t", count: 2)
            }
            await server.kill()
            try server.start()
            try await HubProcess.run(arguments) { hub in
                let again = try await hub.replay(topic: "t", count: 2)
                #expect(again == ids)
            }
        }
    }

    @Test(arguments: [
        (
            ["--engine", "nats://127.0.0.1:1"],
            "--engine: Cannot connect to nats://127.0.0.1:1: No server available for connection."
        ),
        (
            ["--engine", "redis://me:secret@x"],
            "--engine cannot be \u{201C}redis://x\u{201D}; write it as nats://host:4222."
        ),
        (
            ["--engine", "nats://x", "--nats-replicas", "2"],
            "--engine: A stream has 1, 3 or 5 replicas, not 2."
        ),
        (["--nats-stream", "x"], "--nats-stream needs --engine, the NATS servers' URL."),
        (
            ["--engine", "nats://x", "--nats-user", "me"],
            "--nats-user and --nats-password or --nats-password-file need each other."
        ),
        (
            ["--engine", "nats://x", "--nats-creds", "/none"],
            "Cannot read '/none', which --nats-creds names; is the path right?"
        ),
        (
            ["--engine", "nats://x", "--store", "/none"],
            "--store and --engine are two places for the events: leave out one of them."
        ),
        (["--engine", "nats://x", "--nats-cert", #filePath], "--nats-cert and --nats-key need each other."),
    ])
    @available(SwiftSSE 1.0, *)
    func `What cannot be is one line`(arguments: [String], message: String) async throws {
        let result = try await run(Executable.sse(), ["serve", "--port", "0"] + arguments)
        #expect(result.errors == "Error: \(message)\n")
        #expect(result.exitCode == 1)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is checked shows no secrets`() async throws {
        let result = try await run(
            URL(filePath: "/usr/bin/env"),
            [
                "SSE_NATS_PASSWORD=secret", "SSE_ENGINE=nats://you:secret@a:4222,b:4222", Executable.sse().path,
                "serve",
                "--check", "--nats-user", "me", "--nats-replicas", "3",
            ]
        )
        #expect(result.errors == "")
        for line in [
            #""engine" : "nats://a:4222,nats://b:4222""#, #""natsPassword" : "***""#, #""natsReplicas" : "3""#,
            #""natsUser" : "me""#,
        ] {
            #expect(result.output.contains(line))
        }
        #expect(!result.output.contains("secret"))
    }
    #else
    @available(SwiftSSE 1.0, *)
    @Test func `A program without NATS says how to build one`() async throws {
        let result = try await run(Executable.sse(), ["serve", "--port", "0", "--engine", "nats://127.0.0.1:4222"])
        #expect(
            result.errors
                == "Error: --engine: this sse was built without NATS; build it with swift build --traits default,NATS, which "
                + "needs libnats (libnats-dev on Debian).\n"
        )
        #expect(result.exitCode == 1)
    }
    #endif
}
