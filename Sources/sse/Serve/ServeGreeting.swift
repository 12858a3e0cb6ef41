import SSEHub

/// What `sse serve` says when it listens.
@available(SwiftSSE 1.0, *)
struct ServeGreeting {
    private let host: String
    private let policy: PublishPolicy

    init(_ configuration: HubConfiguration) {
        self.host = configuration.host
        self.policy = configuration.publishPolicy
    }

    func print(port: Int) {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        let origin = "http://\(host):\(port)"
        var lines = ["The hub listens on \(origin)/.well-known/mercure", "See its events at \(origin)/", ""]
        switch self.policy {
        case .everybody:
            let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(self.host)
            StandardError.writeLine(
                """
                WARNING: everybody who reaches \(origin) can publish. \
                \(isLoopback ? "It listens on this machine only. " : "")Use --publisher-key to ask for a token.
                """
            )
            lines += [
                "Publish:    sse publish \(origin) --topic news Hello",
                "      or:   curl \(origin)/.well-known/mercure -d topic=news -d data=Hello",
            ]
        case .bearersOfTokens:
            lines += ["Publish:    SSE_TOKEN=… sse publish \(origin) --topic news Hello"]
        case .nobody:
            break
        }
        lines += ["Subscribe:  curl -N '\(origin)/.well-known/mercure?topic=news'"]
        // At once, also where nobody but a program reads it; and who does not read it still wants the hub.
        try? StandardOutput.writeLine(lines.joined(separator: "\n"))
    }
}
