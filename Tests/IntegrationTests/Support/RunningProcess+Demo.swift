@available(SwiftSSE 1.0, *)
extension RunningProcess {
    /// The port on which `sse demo` says that it serves, `nil` if it ends without saying so.
    func demoPort() async -> Int? {
        for await line in self.output.lines {
            if let match = line.wholeMatch(of: /Serving http:\/\/localhost:([0-9]+)\/sse/) { return Int(match.1) }
        }
        return nil
    }
}
