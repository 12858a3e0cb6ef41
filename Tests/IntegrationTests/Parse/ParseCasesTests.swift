internal import Foundation
internal import SSETestSupport
internal import Testing

/// `sse parse` on the streams that every parser has to read right.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ParseCasesTests {
    private struct Event: Codable, Hashable {
        var type: String
        var data: String
        var id: String
    }

    private struct Answer: Decodable, Hashable {
        var events: [Event]
        var retry: Int?
        var lastEventID: String

        private enum CodingKeys: String, CodingKey {
            case events
            case retry
            case lastEventID = "last_event_id"
        }
    }

    private struct Case: Decodable {
        struct Event: Decodable {
            var type: String
            var data: String
            var lastEventId: String
        }

        var name: String
        var bytes: Data
        var events: [Event]
        var retry: Int?

        private enum CodingKeys: String, CodingKey {
            case name
            case bytes = "bytes_base64"
            case events
            case retry = "retry_ms"
        }

        /// The events as the program prints them.
        var printedEvents: [ParseCasesTests.Event] {
            self.events.map { .init(type: $0.type, data: $0.data, id: $0.lastEventId) }
        }
    }

    private static func cases() throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(contentsOf: Files.eventStreamCases))
    }

    @Test
    func `All 59 cases are there`() throws {
        #expect(try Self.cases().count == 59)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `One stream at a time`() async throws {
        for test in try Self.cases() {
            let result = try await withProcess(Executable.sse(), ["parse", "--json"]) { process in
                try process.send(test.bytes)
                process.closeInput()
                return await process.result()
            }
            #expect(result.exitCode == 0, "\(test.name)")
            #expect(result.errors == "", "\(test.name)")
            let lines = result.outputLines.map { Data($0.utf8) }
            let events = try lines.dropLast().map { try JSONDecoder().decode(Event.self, from: $0) }
            #expect(events == test.printedEvents, "\(test.name)")
            let summary = try #require(lines.last.map { try JSONSerialization.jsonObject(with: $0) } as? [String: Any])
            #expect(summary.keys.sorted() == ["last_event_id", "retry"], "\(test.name)")
            #expect(summary["retry"] as? Int == test.retry, "\(test.name)")
            #expect(test.retry != nil || summary["retry"] is NSNull, "\(test.name)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `All streams in a batch, whole and byte by byte`() async throws {
        let cases = try Self.cases()
        let whole = cases.map { $0.bytes.base64EncodedString() }
        let bytes = cases.map { $0.bytes.map { Data([$0]).base64EncodedString() }.joined(separator: " ") }
        let input = (whole + bytes).map { $0 + "\n" }.joined()
        let result = try await run(Executable.sse(), ["parse", "--json", "--batch"], input: input)
        #expect(result.exitCode == 0)
        #expect(result.errors == "")
        let lines = result.outputLines
        try #require(lines.count == 2 * cases.count)
        for (line, test) in zip(lines, cases + cases) {
            let answer = try JSONDecoder().decode(Answer.self, from: Data(line.utf8))
            #expect(answer.events == test.printedEvents, "\(test.name)")
            #expect(answer.retry == test.retry, "\(test.name)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A batch answers an empty line as an empty stream`() async throws {
        let result = try await run(Executable.sse(), ["parse", "--json", "--batch"], input: "\nZGF0YTogMQoK\n")
        let lines = try result.outputLines.map { try JSON.sorted($0) }
        #expect(
            lines == [
                #"{"events":[],"last_event_id":"","retry":null}"#,
                #"{"events":[{"data":"1","id":"","type":"message"}],"last_event_id":"","retry":null}"#,
            ]
        )
    }
}
