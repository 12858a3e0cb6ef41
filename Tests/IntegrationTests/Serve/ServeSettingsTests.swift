internal import Foundation
internal import SSETestSupport
internal import Testing

/// The settings of `sse serve`: from the command line, the environment and a file.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeSettingsTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The command line wins over the environment, and that over the file`() async throws {
        let (first, second, third) = (try await freePort(), try await freePort(), try await freePort())
        try await Files.withTemporaryFile(Array(#"{"port": \#(third), "retainEvents": 5}"#.utf8)) { file in
            let environment = ["SSE_PORT=\(second)"]
            try await HubProcess.run(["--config", file, "--port", "\(first)"], environment: environment) { hub in
                #expect(hub.port == first)
            }
            try await HubProcess.run(["--config", file], environment: environment) { #expect($0.port == second) }
            try await HubProcess.run(["--config", file]) { #expect($0.port == third) }
            // An empty variable is none.
            try await HubProcess.run(["--config", file], environment: ["SSE_PORT="]) { #expect($0.port == third) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `All settings can be in the file, numbers and times also as text`() async throws {
        let settings = """
            {"host": "127.0.0.1", "port": "0", "loops": 1, "retainEvents": 2, "retainBytes": "100000",
             "retainAge": "10m", "resume": "replayAll", "heartbeat": 0.5, "writeTimeout": "5s", "maxLifetime": "1h",
             "maxConnections": 100, "maxConnectionsPerAddress": 50, "requestTimeout": 3, "drainWindow": "100ms",
             "anonymousPublish": true}
            """
        try await Files.withTemporaryFile(Array(settings.utf8)) { file in
            try await HubProcess.run(["--config", file]) { hub in
                #expect(try await hub.publish(["--topic", "t", "-"], input: "1\n2\n3\n").exitCode == 0)
                #expect(try await hub.replay(topic: "t", count: 2).map(\.data) == ["2", "3"])
                // The heartbeat of half a second.
                try await hub.listen(topic: "none", ["--comments"]) { listener in
                    #expect(await listener.output.lines.first { $0.hasPrefix(":") } != nil)
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Every option has its setting in the environment and in the file`() async throws {
        let help = try await run(Executable.sse(), ["serve", "--help"]).output
        let options = help.matches(of: /(?m)^  --([a-z0-9-]+)/).map { String($0.1) }
            .filter { !["config", "check"].contains($0) }
        #expect(options.count == 64)
        for option in options {
            let words = option.split(separator: "-").map(String.init)
            let name = words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
            // An object is nothing that any of them can be.
            try await Files.withTemporaryFile(Array(#"{"\#(name)": {}}"#.utf8)) { file in
                let result = try await run(Executable.sse(), ["serve", "--config", file])
                #expect(result.errors.hasPrefix("Error: \u{201C}\(name)\u{201D} in '\(file)' has to be "))
                #expect(result.exitCode == 1)
            }
        }
    }

    @Test(
        arguments: [
            ("SSE_PORT=x", "SSE_PORT cannot be \u{201C}x\u{201D}; see sse serve --help."),
            ("SSE_PORT=65536", "SSE_PORT is 65536; it must be 0 to 65535."),
            ("SSE_RETAIN_EVENTS=0", "SSE_RETAIN_EVENTS is 0; it must be 1 or more."),
            ("SSE_HEARTBEAT=soon", "SSE_HEARTBEAT cannot be \u{201C}soon\u{201D}; see sse serve --help."),
            (
                "SSE_ANONYMOUS_PUBLISH=maybe",
                "SSE_ANONYMOUS_PUBLISH cannot be \u{201C}maybe\u{201D}; see sse serve --help."
            ),
            ("SSE_RESUME=x", "SSE_RESUME cannot be \u{201C}x\u{201D}; it is startLive, replayAll or refuse."),
            ("SSE_PUBLISHER_KEY=short", "SSE_PUBLISHER_KEY: The key has 5 bytes; a key for HS256 has at least 32."),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What the environment has wrong is one line that names the variable`(variable: String, message: String)
        async throws
    {
        let result = try await run(
            URL(filePath: "/usr/bin/env"),
            [variable, Executable.sse().path, "serve"]
        )
        #expect(result.errors == "Error: \(message)\n")
        #expect(result.exitCode == 1)
        #expect(result.output == "")
    }

    @Test(
        arguments: [
            (#"{"port": "x"}"#, "\u{201C}port\u{201D} in 'FILE' cannot be \u{201C}x\u{201D}; see sse serve --help."),
            (#"{"port": 0.5}"#, "\u{201C}port\u{201D} in 'FILE' cannot be \u{201C}0.5\u{201D}; see sse serve --help."),
            (#"{"port": 70000}"#, "\u{201C}port\u{201D} in 'FILE' is 70000; it must be 0 to 65535."),
            (
                #"{"retain-events": 5}"#,
                "\u{201C}retain-events\u{201D} in 'FILE' is no setting; write it as \u{201C}retainEvents\u{201D}."
            ),
            (#"{"colour": 5}"#, "\u{201C}colour\u{201D} in 'FILE' is no setting; see sse serve --help."),
            (#"{"port": null}"#, "\u{201C}port\u{201D} in 'FILE' has to be a text, a number, true or false."),
            (#"{"port": 5"#, "'FILE' is no JSON object; write it as {\"port\": 8888}."),
            ("- 5", "'FILE' has no settings in YAML; write them as port: 8888, one a line."),
            ("port: 5\nport: 6", "'FILE' has no settings in YAML; write them as port: 8888, one a line."),
            ("port: [1]", "\u{201C}port\u{201D} in 'FILE' has to be a text, a number, true or false."),
            ("allowOrigin: {}", "\u{201C}allowOrigin\u{201D} in 'FILE' has to be a text or a list of texts."),
            (
                "allowOrigin: [a.example]",
                "\u{201C}a.example\u{201D} is no origin; write it as https://example.com, without a path, a wildcard or the usual port."
            ),
            ("subscriptions: true", "--subscriptions needs a key for subscribers: only tokens can grant who is told."),
            (
                "trustedProxy: [10.0.0.0/33]",
                "The trusted proxy \"10.0.0.0/33\" is neither an address nor a network, nor unix."
            ),
            ("tlsCert: x", "--tls-cert needs --tls-key, the certificate's private key."),
            (
                "logLevel: loud",
                "\u{201C}logLevel\u{201D} in 'FILE' cannot be \u{201C}loud\u{201D}; it is trace, debug, info, notice, warning, error or critical."
            ),
            (
                "publisherJwks: /none",
                "Cannot read '/none', which \u{201C}publisherJwks\u{201D} in 'FILE' names; is the path right?"
            ),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What the file has wrong is one line that names it`(contents: String, message: String) async throws {
        try await Files.withTemporaryFile(Array(contents.utf8)) { file in
            let result = try await run(Executable.sse(), ["serve", "--config", file])
            #expect(result.errors == "Error: \(message.replacing("FILE", with: file))\n")
            #expect(result.exitCode == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A file that is not there`() async throws {
        let result = try await run(Executable.sse(), ["serve", "--config", "/none"])
        #expect(result.errors == "Error: Cannot read '/none', which --config names; is the path right?\n")
        #expect(result.exitCode == 1)
    }

    @Test(
        arguments: [
            ["--port", "x"], ["--port", "65536"], ["--port", "-1"], ["--loops", "0"], ["--retain-events", "0"],
            ["--retain-bytes", "0"], ["--retain-age", "1y"], ["--resume", "x"], ["--heartbeat", "soon"],
            ["--write-timeout", "x"], ["--max-connections", "0"], ["--max-connections-per-address", "0"],
            ["--drain-window", "x"], ["--publisher-key", "short"],
            ["--publisher-key", PublisherToken.key, "--anonymous-publish"], ["--none"], ["x"],
            ["--publisher-key", PublisherToken.key, "--publisher-key-file", "/none"],
            ["--publisher-key-file", "/none"],
            ["--subscriber-key", "short"], ["--subscriber-algorithm", "none"], ["--tls-key", "x"],
            ["--tls-cert", "/none", "--tls-key", "/none"], ["--trusted-proxy", "x"], ["--allow-origin", "example.com"],
            ["--log-format", "xml"],
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What cannot be meant is an error`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["serve"] + arguments, deadline: .seconds(60))
        #expect(result.exitCode == 1 || result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.output == "")
    }
}
