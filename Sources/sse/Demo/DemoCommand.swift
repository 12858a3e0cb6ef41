import ArgumentParser
import Hummingbird
import Logging
import ServerSentEvents
import ServiceLifecycle
import UnixSignals

/// `sse demo`: a server and two clients, to see events flow over real connections.
@available(SwiftSSE 1.0, *)
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Start a server that sends the time, and two clients that print it.",
        discussion: """
            Stops by itself when each client has had its events, or with Ctrl-C. Meanwhile curl and browsers may \
            connect as well.
            """
    )

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port = 8888

    @Option(help: ArgumentHelp("How many events each client waits for.", valueName: "n"))
    var events = 10

    @Option(help: "The time between two events, such as 1s or 250ms.")
    var interval = DurationArgument(.seconds(1))

    func validate() throws {
        guard (0...65_535).contains(self.port) else { throw ValidationError("--port must be 0 to 65535.") }
        guard self.events > 0 else { throw ValidationError("--events must be at least 1.") }
        guard self.interval.duration >= .milliseconds(1) else {
            throw ValidationError("--interval must be at least 1ms.")
        }
    }

    func run() async throws {
        var logger = Logger(label: "sse demo")
        logger.logLevel = .critical
        let transcript = Transcript()
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = DemoServer(port: self.port, interval: self.interval.duration, logger: logger) {
            continuation.yield($0)
        }
        let clients = DemoClients(ports: ports, events: self.events, transcript: transcript)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: server),
                    .init(service: clients, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            throw CommandFailure(listeningOn: "127.0.0.1", self.port, error)
        }
        await transcript.say("Done.")
    }
}

/// What a person sees of the demo.
@available(SwiftSSE 1.0, *)
actor Transcript {
    private let style = TextStyle(isEnabled: StandardOutput.isTerminal)

    func introduce(port: Int) {
        self.line(
            """
            \(self.style.bold("Serving http://localhost:\(port)/sse"))
            Open http://localhost:\(port)/ in a browser, or run: curl -N http://localhost:\(port)/sse
            Ctrl-C stops it.

            """
        )
    }

    func say(_ text: String) {
        self.line(text)
    }

    func say(_ text: String, by name: String, _ index: Int) {
        self.line("\(self.label(name, index))  \(self.style.dim(text))")
    }

    func say(_ event: ServerSentEvent, by name: String, _ index: Int) {
        let id = event.id.map { self.style.dim("  id \($0)") } ?? ""
        self.line("\(self.label(name, index))  \(event.type)  \(self.style.bold(event.data))\(id)")
    }

    private func label(_ name: String, _ index: Int) -> String {
        index == 0 ? self.style.cyan(name) : self.style.yellow(name)
    }

    /// That nobody reads it any more is no reason to stop serving.
    private func line(_ text: String) {
        try? StandardOutput.writeLine(text)
    }
}
