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
              sse listen http://localhost:8888/sse --max 3
              sse listen https://api.example.com/chat -H 'X-Key: …' -d @prompt.json
            """
    )

    @Argument(help: "The URL of the stream.")
    var url: String

    @OptionGroup(title: "Request")
    var request: RequestOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Option(help: "Fail if the server is silent for so long, such as 30s or 5m.")
    var timeout = DurationArgument(.seconds(300))

    func run() async throws {
        let request = try self.request.makeRequest(url: self.url)
        var client = EventStreamClient()
        client.configuration.idleTimeout = self.timeout.duration
        client.configuration.parser.dataEncoding = self.output.base64 ? .base64 : .text
        client.configuration.parser.reportsComments = self.output.comments
        let listener = Listener(client: client, request: request, output: self.output)
        do {
            _ = try await Interruption.race { try await listener.run() }
        } catch let error as ExitCode {
            throw error
        } catch {
            throw CommandFailure(describing: error)
        }
    }
}
