import ServerSentEvents

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
