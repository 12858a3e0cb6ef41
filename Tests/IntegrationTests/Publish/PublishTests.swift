internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse publish`: what arrives.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct PublishTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `One event, with all that it can have; its id is printed`() async throws {
        try await HubProcess.run { hub in
            let topics = ["--topic", "news", "--topic", "https://example.com/a&b=c d/\u{E9}"]
            let data = "two\nlines & more = 100 % \u{2026}+"
            let arguments = topics + ["--type", "update", "--id", "my-1", "--retry", "1500ms", data]
            let result = try await hub.publish(arguments)
            #expect(result.output == "my-1\n")
            #expect(result.errors == "")
            #expect(result.exitCode == 0)
            let event = EventLine(type: "update", data: data, id: "my-1")
            #expect(try await hub.replay(topic: "news", count: 1) == [event])
            let other = "https%3A%2F%2Fexample.com%2Fa%26b%3Dc%20d%2F%C3%A9"
            #expect(try await hub.replay(topic: other, count: 1) == [event])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The reconnection time is in milliseconds on the wire`() async throws {
        try await withTestServer { connection, request in
            #expect(request.requestLine == "POST /.well-known/mercure HTTP/1.1")
            #expect(request.fields("Authorization") == ["Authorization: Bearer abc"])
            #expect(request.fields("Content-Type") == ["Content-Type: application/x-www-form-urlencoded"])
            #expect(
                String(decoding: request.body, as: UTF8.self) == "topic=a+b&topic=%25%2B&type=x&retry=1500&data=%0Ay"
            )
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nid1")
            await connection.waitForClose()
        } _: { server in
            let result = try await run(
                Executable.sse(),
                [
                    "publish", server.origin, "--topic", "a b", "--topic", "%+", "--type", "x", "--retry", "1.5",
                    "--token", "abc", "\ny",
                ]
            )
            #expect(result.output == "id1\n")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `As JSON`() async throws {
        try await HubProcess.run { hub in
            let one = try await hub.publish(["--topic", "t", "--id", "a", "--json", "x"])
            #expect(one.output == #"{"id":"a","topics":["t"]}"# + "\n")
            let lines = try await hub.publish(["--topic", "t", "--json", "-"], input: "1\n2\n").outputLines
            #expect(lines.count == 2)
            for (number, line) in zip(1..., lines) {
                #expect(line.hasPrefix(#"{"id":""#))
                #expect(line.hasSuffix(#"","line":\#(number),"topics":["t"]}"#))
            }
            #expect(try await hub.publish(["--topic", "t", "--quiet", "x"]).output == "")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `10,000 lines arrive in the order of the lines`() async throws {
        let numbers = (1...10_000).map { "line \($0)\n" }.joined()
        try await HubProcess.run { hub in
            let (published, received) = try await hub.listen(topic: "t", ["--data", "--max", "10000"]) { listener in
                (try await hub.publish(["--topic", "t", "-"], input: numbers), await listener.result().output)
            }
            #expect(published.exitCode == 0)
            #expect(Set(published.outputLines).count == 10_000)
            #expect(published.errors.contains(/^sse: 10,000 events published in [0-9.]+ s, [0-9,]+ a second\n$/))
            #expect(received == numbers)
        }
    }

    @Test(
        arguments: [
            ("a\n\nb\n", ["a", "", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\nb", ["a", "b"]), ("\n", [""]), ("", []),
            ("a\rb\n", ["a\nb"]), ("\u{FEFF}a\n", ["\u{FEFF}a"]),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Lines end with LF or CR LF, the last one perhaps with nothing, and an empty one is an event too`(
        input: String,
        data: [String]
    ) async throws {
        try await HubProcess.run { hub in
            let result = try await hub.publish(["--topic", "t", "-"], input: input)
            #expect(result.exitCode == 0)
            #expect(result.output.split(separator: "\n").count == data.count)
            #expect(try await hub.publish(["--topic", "t", "end"]).exitCode == 0)
            #expect(try await hub.replay(topic: "t", count: data.count + 1).map(\.data) == data + ["end"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line goes out when it comes, and its id comes back before the next one`() async throws {
        try await HubProcess.run { hub in
            try await withProcess(Executable.sse(), ["publish", hub.origin, "--topic", "t", "-"]) { publisher in
                for line in ["one", "two", "three"] {
                    try publisher.send(line + "\n")
                    _ = try #require(await publisher.output.lines.first { _ in true })
                }
                publisher.closeInput()
                #expect(await publisher.result().exitCode == 0)
            }
            #expect(try await hub.replay(topic: "t", count: 3).map(\.data) == ["one", "two", "three"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A hub that closes each connection after some answers gets the rest on others, in order`() async throws {
        let bodies = Log<String>()
        try await withTestServer { connection, request in
            var request = request
            for number in 1...7 {
                bodies.append(String(decoding: request.body, as: UTF8.self))
                let end = number == 7 ? "Connection: close\r\n" : ""
                try await connection.send("HTTP/1.1 200 OK\r\n\(end)Content-Length: 1\r\n\r\n\(number)")
                if number < 7 { request = try await connection.readRequest() }
            }
            await connection.waitForClose()
        } _: { server in
            let input = (1...100).map { "\($0)\n" }.joined()
            let result = try await run(
                Executable.sse(),
                ["publish", server.origin, "--topic", "t", "-"],
                input: input
            )
            #expect(result.exitCode == 0)
            #expect(result.outputLines.count == 100)
            #expect(bodies.entries == (1...100).map { "topic=t&data=\($0)" })
        }
    }

    @Test(.needsNginx, arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `Through nginx, which closes connections after a thousand requests, and by TLS`(isEncrypted: Bool) async throws
    {
        try await HubProcess.run { hub in
            try await Proxy.nginx(Executable.nginx(), upstream: hub.port) { plain, encrypted, certificate in
                let url = "\(isEncrypted ? encrypted : plain)/direct/.well-known/mercure"
                let data = (1...2500).map { "\($0)" }
                let result = try await run(
                    Executable.sse(),
                    ["publish", url, "--topic", "t", "--cacert", certificate, "-"],
                    input: data.joined(separator: "\n")
                )
                #expect(result.exitCode == 0)
                #expect(result.outputLines.count == 2500)
                #expect(try await hub.replay(topic: "t", count: 2500).map(\.data) == data)
            }
        }
    }
}
