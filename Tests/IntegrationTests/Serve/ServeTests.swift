internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse serve`, as its user sees it.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `It says where it listens, that it is open, and what to do next`() async throws {
        try await HubProcess.run { hub in
            hub.process.interrupt()
            let result = await hub.process.result()
            #expect(result.exitCode == 0)
            #expect(
                result.output == """
                    The hub listens on http://127.0.0.1:\(hub.port)/.well-known/mercure
                    See its events at http://127.0.0.1:\(hub.port)/

                    Publish:    sse publish http://127.0.0.1:\(hub.port) --topic news Hello
                          or:   curl http://127.0.0.1:\(hub.port)/.well-known/mercure -d topic=news -d data=Hello
                    Subscribe:  curl -N 'http://127.0.0.1:\(hub.port)/.well-known/mercure?topic=news'

                    """
            )
            #expect(
                result.errors == """
                    WARNING: everybody who reaches http://127.0.0.1:\(hub.port) can publish. It listens on this machine \
                    only. Use --publisher-key to ask for a token.

                    """
            )
        }
    }

    @Test(
        .enabled(if: Executable.named("curl") != nil, "There is no curl."),
        arguments: ["--http1.1", "--http2-prior-knowledge"]
    )
    @available(SwiftSSE 1.0, *)
    func `A client of a quiet topic is told no gap when others turn the log over`(version: String) async throws {
        let arguments = ["--port", "0", "--retain-events", "50", "--heartbeat", "1s"]
        try await HubProcess.run(arguments) { try await checkQuietTopic($0, version: version) }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A port that is in use is one line on standard error that says what to do`() async throws {
        try await HubProcess.run { hub in
            let second = try await run(Executable.sse(), ["serve", "--port", "\(hub.port)"])
            #expect(second.exitCode == 1)
            #expect(second.errors == "Error: Port \(hub.port) is in use; choose another one with --port.\n")
            #expect(second.output == "")
        }
    }

    @Test(arguments: ["192.0.2.1", "no.invalid"])
    @available(SwiftSSE 1.0, *)
    func `An address that is not this machine's, and a name that is not known`(host: String) async throws {
        let result = try await run(Executable.sse(), ["serve", "--port", "0", "--host", host, "--anonymous-publish"])
        #expect(result.exitCode == 1)
        #expect(result.errors.hasPrefix("Error: \(host) is "))
        #expect(result.errors.hasSuffix("; choose another one with --host.\n"))
        #expect(result.errorLines.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `It is well, it has a page, and it says where the hub is to whom looks elsewhere`() async throws {
        try await HubProcess.run { hub in
            let health = try await hub.get("/healthz")
            #expect(health.status == 200)
            #expect(health.body == "healthy\n")
            let page = try await hub.get("/")
            #expect(page.status == 200)
            #expect(page.body.contains("<title>sse hub</title>"))
            let nothing = try await hub.get("/nothing")
            #expect(nothing.status == 404)
            #expect(nothing.body == "There is nothing here; the hub is at /.well-known/mercure.\n")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is published arrives at sse listen`() async throws {
        try await HubProcess.run { hub in
            let (id, output) = try await hub.listen(topic: "news", ["--data", "--max", "1"]) { listener in
                let published = try await hub.publish(["--topic", "news", "Hello"])
                return (published.output, await listener.result().output)
            }
            #expect(output == "Hello\n")
            #expect(try await hub.replay(topic: "news", count: 1).map { $0.id + "\n" } == [id])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `SIGTERM ends the streams, and the hub with 0, within its time`() async throws {
        try await HubProcess.run(["--port", "0", "--drain-window", "500ms"]) { hub in
            try await hub.listen(topic: "news") { listener in
                let start = ContinuousClock.now
                hub.process.terminate()
                #expect(await hub.process.result().exitCode == 0)
                #expect(ContinuousClock.now - start < .seconds(10))
                // A stream that ends is no failure of who reads it.
                #expect(await listener.result().exitCode == 0)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is kept is as much as the options say`() async throws {
        try await HubProcess.run(["--port", "0", "--retain-events", "2"]) { hub in
            let published = try await hub.publish(["--topic", "t", "-"], input: "1\n2\n3\n")
            #expect(published.exitCode == 0)
            // The first has gone.
            #expect(try await hub.replay(topic: "t", count: 2).map(\.data) == ["2", "3"])
        }
    }
}
