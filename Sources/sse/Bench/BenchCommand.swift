import ArgumentParser

/// `sse bench`: how fast is it here?
@available(SwiftSSE 1.0, *)
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure parsing, reading, subscribing, a hub's fan-out and its log in a file.",
        subcommands: [
            BenchParseCommand.self, BenchReadCommand.self, BenchSubscribeCommand.self, BenchFanOutCommand.self,
            BenchNATSCommand.self, BenchStoreCommand.self,
        ]
    )
}
