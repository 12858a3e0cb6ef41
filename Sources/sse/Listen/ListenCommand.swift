import ArgumentParser
import Foundation
import HTTPTypes
import SSEClient
import ServerSentEvents

/// `sse listen`: prints the events of a stream as they come.
@available(SwiftSSE 1.0, *)
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Print the events of a stream as they come.",
        discussion: """
            Ends when the server ends the stream, after --max events, or with Ctrl-C.
            With --reconnect it ends when the server says that there is nothing more.
              sse listen http://localhost:8888/sse --max 3
              sse listen https://example.com/events --reconnect --cursor last-id -v
              sse listen https://api.example.com/chat -H 'X-Key: …' -d @prompt.json
              sse listen https://intern.example.com/events --cacert ca.pem --proxy proxy:3128
            """
    )

    @Argument(help: "The URL of the stream.")
    var url: String

    @OptionGroup(title: "Request")
    var request: RequestOptions

    @OptionGroup(title: "Connection")
    var connection: ConnectionOptions

    @OptionGroup(title: "Network")
    var network: NetworkOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        do {
            var request = try self.request.makeRequest(url: self.url)
            if let authorization = self.network.authorization, request.headers[.authorization] == nil {
                request.headers[.authorization] = authorization
            }
            let configuration = self.connection.configuration
            if request.lastEventID != nil, let cursor = self.connection.cursor,
                let contents = FileManager.default.contents(atPath: cursor), !contents.isEmpty
            {
                StandardError.writeLine(
                    "sse: It goes on after the event in '\(cursor.printable)'; --last-event-id is for a file without one."
                )
            }
            let connectTimeout = configuration.connectTimeout ?? configuration.idleTimeout
            try await CommandTransport.withClient(self.network, connectTimeout: connectTimeout) { client in
                var client = client
                client.configuration.parser.dataEncoding = self.output.base64 ? .base64 : .text
                client.configuration.parser.reportsComments = self.output.comments
                let listener = Listener(
                    subscription: client.subscription(to: request, configuration: configuration),
                    output: self.output,
                    signals: SignalPrinter(isVerbose: self.connection.verbose)
                )
                let isDone: Void? = try await Interruption.race(
                    onInterruption: { listener.close() },
                    { try await listener.run() }
                )
                if isDone == nil { StandardError.writeLine(listener.summary) }
            }
        } catch let error as ValidationError {
            throw error
        } catch let error as ExitCode {
            throw error
        } catch {
            throw CommandFailure(describing: error)
        }
    }
}

/// What to print of a stream.
struct OutputOptions: ParsableArguments {
    @Option(name: .customLong("type"), help: "Only events of this type; may be repeated.")
    var types: [String] = []

    @Option(help: ArgumentHelp("Stop after so many events.", valueName: "n"))
    var max: Int?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Flag(help: "Print the data and nothing else.")
    var data = false

    @Flag(help: "Print comments as well.")
    var comments = false

    @Flag(help: "Read the data of events as Base64.")
    var base64 = false

    func validate() throws {
        guard !(self.json && self.data) else { throw ValidationError("--json and --data exclude each other.") }
        guard self.max ?? 1 > 0 else { throw ValidationError("--max must be at least 1.") }
    }

    var format: EventPrinter.Format {
        self.json ? .json : self.data ? .data : .readable
    }
}
