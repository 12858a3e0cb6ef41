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
            """
    )

    @Argument(help: "The URL of the stream.")
    var url: String

    @OptionGroup(title: "Request")
    var request: RequestOptions

    @OptionGroup(title: "Connection")
    var connection: ConnectionOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        var client = EventStreamClient()
        client.configuration.parser.dataEncoding = self.output.base64 ? .base64 : .text
        client.configuration.parser.reportsComments = self.output.comments
        let listener = Listener(
            subscription: client.subscription(
                to: try self.request.makeRequest(url: self.url),
                configuration: self.connection.configuration
            ),
            output: self.output,
            signals: SignalPrinter(isVerbose: self.connection.verbose)
        )
        do {
            let isDone: Void? = try await Interruption.race { try await listener.run() }
            if isDone == nil { StandardError.writeLine(listener.summary) }
        } catch let error as ExitCode {
            throw error
        } catch {
            throw CommandFailure(describing: error)
        }
    }
}
