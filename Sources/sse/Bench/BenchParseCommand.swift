import ArgumentParser
import Foundation
import ServerSentEvents

/// `sse bench parse`: parses a file again and again.
@available(SwiftSSE 1.0, *)
struct BenchParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Parse a recorded event stream and print how fast that went."
    )

    private struct Report: Encodable {
        let events: Int
        let dataBytes: Int
        let bytes: Int
        let seconds: Double
        let megabytesPerSecond: Double
        let nanosecondsPerEvent: Double

        private enum CodingKeys: String, CodingKey {
            case events
            case dataBytes = "data_bytes"
            case bytes
            case seconds
            case megabytesPerSecond = "mb_per_s"
            case nanosecondsPerEvent = "ns_per_event"
        }
    }

    @Argument(help: "A file with an event stream.")
    var file: String

    @Option(help: "How often to parse it.")
    var rounds = 10

    @Option(help: "The size of chunks in bytes; 0 for the whole file at once.")
    var chunk = 65_536

    @Flag(help: "Hand out byte ranges instead of making strings.")
    var lazy = false

    func validate() throws {
        guard self.rounds > 0 else { throw ValidationError("--rounds must be at least 1.") }
        guard self.chunk >= 0 else { throw ValidationError("--chunk must be 0 or more.") }
    }

    func run() throws {
        guard let contents = FileManager.default.contents(atPath: self.file) else {
            throw CommandFailure("Cannot read '\(self.file)'; is the path right?")
        }
        let bytes = [UInt8](contents)
        var tally = ParseTally()
        let clock = ContinuousClock()
        let time = try clock.measure {
            for _ in 0..<self.rounds { try self.parse(bytes, &tally) }
        }
        let seconds = time / .seconds(1)
        let total = bytes.count * self.rounds
        let report = Report(
            events: tally.events / self.rounds,
            dataBytes: tally.dataBytes / self.rounds,
            bytes: bytes.count,
            seconds: seconds,
            megabytesPerSecond: Double(total) / 1e6 / seconds,
            nanosecondsPerEvent: tally.events == 0 ? 0 : seconds * 1e9 / Double(tally.events)
        )
        try StandardOutput.writeLine(JSONLine()(report))
    }

    private func parse(_ bytes: [UInt8], _ tally: inout ParseTally) throws {
        // Read once: an option's getter takes as long as parsing a dozen bytes.
        let lazy = self.lazy
        let limit = max(bytes.count, 1)
        let size = self.chunk == 0 ? limit : self.chunk
        var parser = EventStreamParser(
            configuration: .init(limits: EventStreamLimits(lineBytes: limit, eventBytes: 2 * limit))
        )
        try bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let end = min(start + size, bytes.count)
                let chunk = UnsafeBufferPointer(rebasing: bytes[start..<end])
                try lazy ? tally.parseLazily(chunk, &parser) : tally.parse(chunk, &parser)
                start = end
            }
        }
    }
}

/// Counts events and the bytes of their data, looking at each as little as a consumer can.
@available(SwiftSSE 1.0, *)
struct ParseTally {
    private(set) var events = 0
    private(set) var dataBytes = 0

    mutating func parse(_ chunk: UnsafeBufferPointer<UInt8>, _ parser: inout EventStreamParser) throws {
        try parser.parse(chunk) { item in
            if case .event(let event) = item {
                self.events += 1
                self.dataBytes += event.data.utf8.count
            }
        }
    }

    mutating func parseLazily(_ chunk: UnsafeBufferPointer<UInt8>, _ parser: inout EventStreamParser) throws {
        try parser.parseLazily(chunk) { item in
            if case .event(let event) = item {
                self.events += 1
                self.dataBytes += event.data.count
            }
        }
    }
}
