import ArgumentParser
import Foundation
import ServerSentEvents

/// `sse publish`: sends events to a hub.
@available(SwiftSSE 1.0, *)
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish an event to a hub, or each line of standard input.",
        usage: "sse publish <url> --topic <topic> [<options>] <data>|-",
        discussion: """
            Prints the id of each event when the hub has it.
              sse publish http://localhost:8888 --topic news Hello
              tail -f log | sse publish http://localhost:8888 --topic log -
            """
    )

    @Argument(help: "The URL of the hub; without a path, /.well-known/mercure is meant.")
    var url: String

    @Argument(help: "The event's data; - for one event a line from standard input.")
    var data: String

    @OptionGroup(title: "Event")
    var event: PublishEventOptions

    @OptionGroup(title: "Request")
    var request: PublishRequestOptions

    @OptionGroup(title: "Network")
    var network: NetworkOptions

    @OptionGroup(title: "Output")
    var output: PublishOutputOptions

    func validate() throws {
        guard self.data != "-" || self.event.id == nil else {
            throw ValidationError("--id names one event; leave it out to publish many lines.")
        }
    }

    func run() async throws {
        let readsLines = self.data == "-"
        let url = try HubURL(self.url)
        let form = try self.event.makeForm()
        let connection = try HubConnection(to: url, self.network)
        let request = try HubRequest(url: url, token: self.request.token, self.network)
        let (output, progress) = (PublishOutput(self.output, topics: self.event.topics), ProgressLine())
        let start = ContinuousClock.now
        if readsLines, StandardInput.isTerminal {
            StandardError.writeLine("sse: Type an event a line; Ctrl-D ends.")
        }
        let publisher = Publisher(
            connection,
            request,
            form,
            readsLines ? LineSource() : LineSource(single: self.data),
            timeout: self.request.timeout.duration
        ) { id, line in
            if output.sharesTerminal { progress.clear() }
            try output.print(id: id, line: readsLines ? line : nil)
            if readsLines { progress.show(Self.summary(line, since: start)) }
        }
        do {
            let isDone: Void? = try await Interruption.race { try await publisher.run() }
            progress.clear()
            let published = await publisher.published
            if readsLines { StandardError.writeLine("sse: \(Self.summary(published, since: start))") }
            guard isDone == nil else { return }
            let unanswered = await publisher.unanswered
            if unanswered > 0 {
                StandardError.writeLine("sse: \(Count.text(unanswered, "more event")) may be published or not.")
            }
            // As a shell tells it of a program that SIGINT has ended.
            throw ExitCode(130)
        } catch let failure as CommandFailure {
            progress.clear()
            guard readsLines else { throw failure }
            let published = await publisher.published
            throw CommandFailure(
                "\(failure) \(Count.text(published, "line")) \(published == 1 ? "is" : "are") published."
            )
        }
    }

    /// `12,345 events published in 1.20 s, 10,287 a second`
    private static func summary(_ count: Int, since start: ContinuousClock.Instant) -> String {
        let time = ContinuousClock.now - start
        let text = "\(Count.text(count, "event")) published in \(Count.seconds(time))"
        // Of few events, the rate tells how fast somebody types.
        guard count >= 100, time > .zero else { return text }
        return "\(text), \(Count.text(Int(Double(count) / (time / .seconds(1))))) a second"
    }
}
