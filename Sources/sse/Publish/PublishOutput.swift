import ArgumentParser

/// Prints what has been published.
@available(SwiftSSE 1.0, *)
struct PublishOutput: Sendable {
    private let isQuiet: Bool
    private let isJSON: Bool
    private let topics: [String]

    init(_ options: PublishOutputOptions, topics: [String]) {
        self.isQuiet = options.quiet
        self.isJSON = options.json
        self.topics = topics
    }

    /// Whether the ids come where the progress is shown.
    var sharesTerminal: Bool { !self.isQuiet && StandardOutput.isTerminal }

    /// - Parameter line: Which line of standard input it was, if it came from there.
    ///
    /// - Throws: `CommandFailure` if it cannot be written.
    func print(id: String, line: Int?) throws {
        guard !self.isQuiet else { return }
        do {
            try StandardOutput.writeLine(
                self.isJSON
                    ? JSONLine()(PublishReport(id: id, topics: self.topics, line: line))
                    : id.printable
            )
        } catch is ExitCode {
            // Nobody reads the ids any more; the events are to be published all the same.
        }
    }
}
