import ArgumentParser
import NIOCore
import ServerSentEvents

/// What `sse publish` publishes beside the data.
@available(SwiftSSE 1.0, *)
struct PublishEventOptions: ParsableArguments {
    @Option(name: .customLong("topic"), help: "The event's topic; may be repeated, the first is its main one.")
    var topics: [String] = []

    @Option(help: "The event's type.")
    var type: String?

    @Option(help: "The event's id, instead of one that the hub makes.")
    var id: String?

    @Option(help: ArgumentHelp("The time after which clients are to reconnect, such as 3s.", valueName: "time"))
    var retry: DurationArgument?

    func validate() throws {
        guard !self.topics.isEmpty else { throw ValidationError("An event needs a topic; give it with --topic.") }
        guard !self.topics.contains("") else { throw ValidationError("--topic is empty; give it a name.") }
        _ = try self.makeForm()
    }

    func makeForm() throws -> EventForm {
        EventForm(
            topics: self.topics,
            type: try Self.field("--type", self.type) { text throws(ServerSentEventsError) in try .init(text) },
            id: try Self.field("--id", self.id) { text throws(ServerSentEventsError) in try .init(text) },
            retry: self.retry?.duration
        )
    }

    private static func field<Field>(
        _ name: String,
        _ text: String?,
        _ make: (String) throws(ServerSentEventsError) -> Field
    ) throws -> Field? {
        guard let text else { return nil }
        do throws(ServerSentEventsError) {
            return try make(text)
        } catch {
            throw ValidationError("\(name) cannot be '\(text.printable)': \(error.message)")
        }
    }
}

/// How `sse publish` talks to the hub.
struct PublishRequestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The token that the hub asks for. (default: what SSE_TOKEN in the environment says)",
            valueName: "token"
        )
    )
    var token: String?

    @Option(help: ArgumentHelp("How long the hub may take to answer.", valueName: "time"))
    var timeout = DurationArgument(.seconds(30))
}

/// What `sse publish` prints.
struct PublishOutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no ids.")
    var quiet = false

    func validate() throws {
        guard !(self.json && self.quiet) else { throw ValidationError("--json and --quiet exclude each other.") }
    }
}

/// An event that is to be published.
struct PublishLine: Sendable {
    /// Which line of standard input it is, from 1.
    let number: Int
    /// The form that publishes it.
    let form: ByteBuffer
}
