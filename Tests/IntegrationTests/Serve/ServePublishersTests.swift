internal import Foundation
internal import SSETestSupport
internal import Testing

/// Who may publish to `sse serve`.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServePublishersTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `With a key, publishers need a token that is signed with it, for the topics that it names`() async throws {
        try await HubProcess.run(["--port", "0", "--publisher-key", PublisherToken.key]) { hub in
            let none = try await hub.publish(["--topic", "news", "x"])
            #expect(
                none.errors == """
                    Error: The hub refused the event with 401 Unauthorized: Publishing needs a token. Give a token with \
                    --token or SSE_TOKEN.

                    """
            )
            #expect(none.exitCode == 1)
            let forged = try await PublisherToken.make(key: "another key of thirty-two bytes!")
            #expect(try await hub.publish(["--topic", "news", "--token", forged, "x"]).errors.contains(" 401 "))
            let narrow = try await PublisherToken.make(topics: ["weather"])
            let other = try await hub.publish(["--topic", "news", "--token", narrow, "x"])
            #expect(other.errors.contains(" 403 Forbidden: "))
            #expect(other.exitCode == 1)

            #expect(try await hub.publish(["--topic", "weather", "--token", narrow, "rain"]).exitCode == 0)
            let wide = try await PublisherToken.make()
            let result = try await run(
                URL(filePath: "/usr/bin/env"),
                ["SSE_TOKEN=\(wide)", Executable.sse().path, "publish", hub.origin, "--topic", "news", "-"],
                input: "one\ntwo\n"
            )
            #expect(result.exitCode == 0)
            #expect(result.outputLines.count == 2)
            #expect(try await hub.replay(topic: "news", count: 2).map(\.data) == ["one", "two"])

            hub.process.terminate()
            let served = await hub.process.result()
            #expect(served.errors == "")
            #expect(served.output.contains("\nPublish:    SSE_TOKEN="))
            #expect(!served.output.contains(PublisherToken.key))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The key can be in the environment, where other users do not see it`() async throws {
        let environment = ["SSE_PUBLISHER_KEY=\(PublisherToken.key)", "SSE_PORT=0"]
        try await HubProcess.run([], environment: environment) { hub in
            #expect(try await hub.publish(["--topic", "t", "x"]).errors.contains(" 401 "))
            let token = try await PublisherToken.make()
            #expect(try await hub.publish(["--topic", "t", "--token", token, "x"]).exitCode == 0)
        }
    }

    @Test(arguments: ["0.0.0.0", "::"])
    @available(SwiftSSE 1.0, *)
    func `On an address that others reach, who may publish has to be said`(host: String) async throws {
        let refused = try await run(Executable.sse(), ["serve", "--port", "0", "--host", host], deadline: .seconds(60))
        #expect(
            refused.errors == """
                Error: Nobody could publish: give --publisher-key, or --anonymous-publish to let everybody publish.

                """
        )
        #expect(refused.exitCode == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Everybody may publish if that is said, and it is said back`() async throws {
        try await HubProcess.run(["--port", "0", "--host", "0.0.0.0", "--anonymous-publish"]) { hub in
            let published = try await hub.publish(["--topic", "t", "x"])
            #expect(published.exitCode == 0)
            hub.process.terminate()
            #expect(await hub.process.result().errors.hasPrefix("WARNING: everybody who reaches http://0.0.0.0:"))
        }
    }
}
