import ArgumentParser
import Foundation
import ServerSentEvents

/// `sse parse`: a filter from event streams to their events.
@available(SwiftSSE 1.0, *)
struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Parse an event stream from standard input.",
        discussion: """
            With --json, each event is a line {"data", "id", "type"}, where id is the last event ID in force, and the \
            last line is {"last_event_id", "retry"}.
            With --batch, each input line is a stream of its own: its chunks in Base64, separated by spaces. It is \
            answered by one line {"events", "last_event_id", "retry"}.
            """
    )

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Flag(help: "Read one stream a line, its chunks in Base64; needs --json.")
    var batch = false

    @Flag(help: "Read the data of events as Base64.")
    var base64 = false

    @Flag(help: "Print comments as well.")
    var comments = false

    func validate() throws {
        guard !self.batch || self.json else { throw ValidationError("--batch answers in JSON; add --json.") }
        guard !self.batch || !self.comments else { throw ValidationError("--batch does not report comments.") }
    }

    func run() throws {
        let configuration = EventStreamParser.Configuration(
            dataEncoding: self.base64 ? .base64 : .text,
            reportsComments: self.comments
        )
        if self.batch {
            try BatchParser(configuration: configuration).run()
        } else {
            let printer = EventPrinter(format: self.json ? .json : .readable)
            var parser = StreamParser(configuration: configuration, printer: printer, printsSummary: self.json)
            try parser.run()
        }
    }
}
