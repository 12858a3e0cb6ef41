import ArgumentParser

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
