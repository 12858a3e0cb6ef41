internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse parse` as a filter.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ParseTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `An event is printed while standard input stays open`() async throws {
        try await withProcess(Executable.sse(), ["parse", "--json"]) { process in
            var lines = process.output.lines.makeAsyncIterator()
            for number in 0..<5 {
                try process.send("id: \(number)\rdata: \(number)\r\r")
                let line = try #require(await lines.next())
                #expect(try JSON.sorted(line) == #"{"data":"\#(number)","id":"\#(number)","type":"message"}"#)
            }
            process.closeInput()
            let last = try #require(await lines.next())
            #expect(try JSON.sorted(last) == #"{"last_event_id":"4","retry":null}"#)
            #expect(await process.result().exitCode == 0)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A batch answers a line while standard input stays open`() async throws {
        try await withProcess(Executable.sse(), ["parse", "--json", "--batch"]) { process in
            var lines = process.output.lines.makeAsyncIterator()
            for _ in 0..<3 {
                try process.send("cmV0cnk6IDUK\n")
                let line = try #require(await lines.next())
                #expect(try JSON.sorted(line) == #"{"events":[],"last_event_id":"","retry":5}"#)
            }
            process.closeInput()
            #expect(await process.result().exitCode == 0)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `For people: type, id and data; control characters are made visible`() async throws {
        let input = ": c\nevent: x\nid: 1\ndata: a\ndata: b\u{1B}[31m\n\ndata: c\n\n"
        let result = try await run(Executable.sse(), ["parse", "--comments"], input: input)
        #expect(result.outputLines == [": c", "x  id 1", "  a", #"  b\u{1b}[31m"#, "message", "  c"])
        #expect(result.exitCode == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments in JSON`() async throws {
        let result = try await run(Executable.sse(), ["parse", "--json", "--comments"], input: ": hi\n\n")
        #expect(try result.outputLines.map { try JSON.sorted($0) }.first == #"{"comment":" hi"}"#)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Base64; data that is none is reported, and what comes after it is not lost`() async throws {
        let input = "data: YQ==\n\ndata: !\n\ndata: AP8=\n\n"
        let result = try await run(Executable.sse(), ["parse", "--json", "--base64"], input: input)
        #expect(result.exitCode == 0)
        #expect(result.errorLines.count == 1)
        let lines = try result.outputLines.map { try JSON.sorted($0) }
        #expect(
            lines == [
                #"{"data":"a","id":"","type":"message"}"#,
                #"{"data_base64":"AP8=","id":"","type":"message"}"#,
                #"{"last_event_id":"","retry":null}"#,
            ]
        )
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream beyond the limits is one line on standard error, after the events before it`() async throws {
        let input = "data: 1\n\ndata: " + String(repeating: "x", count: 17 << 20)
        let result = try await run(Executable.sse(), ["parse", "--json"], input: input)
        #expect(result.exitCode == 1)
        #expect(result.outputLines.count == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line of a batch that is no Base64 is one line on standard error`() async throws {
        let result = try await run(Executable.sse(), ["parse", "--json", "--batch"], input: "ZGF0YQ==\nno!\n")
        #expect(result.exitCode == 1)
        #expect(result.outputLines.count == 1)
        #expect(result.errors == "Error: Line 2 of the input is not Base64.\n")
    }

    @Test(arguments: [["--batch"], ["--json", "--batch", "--comments"], ["x"]])
    @available(SwiftSSE 1.0, *)
    func `Flags that do not go together are usage errors`(arguments: [String]) async throws {
        let result = try await run(Executable.sse(), ["parse"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.hasPrefix("Error: "))
    }
}
