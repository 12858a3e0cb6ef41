import ArgumentParser

/// `sse bench fanout`: how fast does a hub hand out what is published?
@available(SwiftSSE 1.0, *)
struct BenchFanOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "Publish to many subscribers of a hub and check what each of them gets.",
        usage: "sse bench fanout <url> [<options>]",
        discussion: """
            Opens the subscribers on a topic of its own, publishes, and prints how many deliveries there were a second, \
            how long they took, and what was lost, doubled or out of order. Exits with 1 if anything was.
              sse bench fanout http://localhost:8888 --subscribers 1000 --messages 200
            """
    )

    @Argument(help: "The URL of the hub; without a path, /.well-known/mercure is meant.")
    var url: String

    @Option(help: ArgumentHelp("How many subscribers.", valueName: "n"))
    var subscribers = 100

    @Option(help: ArgumentHelp("How many messages, from all publishers together.", valueName: "n"))
    var messages = 1000

    @Option(help: ArgumentHelp("The size of a message's data.", valueName: "bytes"))
    var size = 100

    @Option(
        help: ArgumentHelp(
            "Messages a second, from all publishers together. (default: each when the one before is answered)",
            valueName: "n"
        )
    )
    var rate: Double?

    @Option(help: ArgumentHelp("How many publishers.", valueName: "n"))
    var publishers = 1

    @Option(help: ArgumentHelp("How many threads serve the connections here.", valueName: "n"))
    var loops = 1

    @Option(help: ArgumentHelp("When nothing has come for so long, the rest is lost.", valueName: "time"))
    var timeout = DurationArgument(.seconds(10))

    @Option(
        help: ArgumentHelp(
            "The token that the hub asks for. (default: what SSE_TOKEN in the environment says)",
            valueName: "token"
        )
    )
    var token: String?

    @OptionGroup(title: "Network")
    var network: NetworkOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard self.subscribers > 0 else { throw ValidationError("--subscribers must be at least 1.") }
        guard (1...Int(UInt32.max)).contains(self.messages) else {
            throw ValidationError("--messages must be at least 1.")
        }
        guard (FanOutMark.length...16 * 1024 * 1024).contains(self.size) else {
            throw ValidationError("--size must be at least \(FanOutMark.length), for what a message has to tell.")
        }
        guard (1...1024).contains(self.publishers) else { throw ValidationError("--publishers must be 1 to 1024.") }
        guard (1...64).contains(self.loops) else { throw ValidationError("--loops must be 1 to 64.") }
        if let rate { guard rate > 0, rate.isFinite else { throw ValidationError("--rate must be more than 0.") } }
        guard self.timeout.duration > .zero else { throw ValidationError("--timeout must be more than 0.") }
    }

    func run() async throws {
        let url = try HubURL(self.url)
        let measurement = FanOutMeasurement(
            plan: FanOutPlan(
                subscribers: self.subscribers,
                messages: self.messages,
                size: self.size,
                rate: self.rate,
                publishers: self.publishers,
                loops: self.loops,
                timeout: self.timeout.duration
            ),
            connection: try HubConnection(to: url, self.network),
            request: try HubRequest(url: url, token: self.token, self.network),
            progress: ProgressLine()
        )
        let possible = try OpenFiles.raiseLimit()
        guard self.subscribers + self.publishers <= possible.connections else {
            throw CommandFailure(
                "Only \(Count.text(possible.connections)) connections are possible, since "
                    + "\(Count.text(possible.files)) files may be open (ulimit -n)."
            )
        }
        // As a shell tells it of a program that SIGINT has ended.
        guard let report = try await Interruption.race({ try await measurement.run() }) else { throw ExitCode(130) }
        try StandardOutput.writeLine(self.json ? JSONLine()(report) : report.table)
        if let fault = report.fault { throw CommandFailure(fault) }
    }
}
