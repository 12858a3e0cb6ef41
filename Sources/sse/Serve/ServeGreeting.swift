import SSEHub

/// What `sse serve` says when it listens.
@available(SwiftSSE 1.0, *)
struct ServeGreeting {
    private let configuration: HubConfiguration

    init(_ configuration: HubConfiguration) {
        self.configuration = configuration
    }

    func print(port: Int) {
        let name = self.configuration.host
        let host = name.contains(":") ? "[\(name)]" : name
        let origin = "\(self.configuration.tls == nil ? "http" : "https")://\(host):\(port)"
        var lines = ["The hub listens on \(origin)/.well-known/mercure"]
        if self.configuration.showsPage { lines.append("See its events at \(origin)/") }
        lines.append("")
        switch self.configuration.publishPolicy {
        case .everybody:
            StandardError.writeLine(
                """
                WARNING: everybody who reaches \(origin) can publish. \
                \(self.configuration.isOnLoopback ? "It listens on this machine only. " : "")Use --publisher-key to ask for a token.
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
        let query = "\(self.configuration.mercureVersion.matcherName)=news"
        switch self.configuration.subscribePolicy {
        case .bearersOfTokens(_, admitsOthers: false):
            lines += [
                "Subscribe:  curl -N -H \"Authorization: Bearer $TOKEN\" '\(origin)/.well-known/mercure?\(query)'"
            ]
        case .everybody, .bearersOfTokens:
            lines += ["Subscribe:  curl -N '\(origin)/.well-known/mercure?\(query)'"]
        }
        // At once, also where nobody but a program reads it; and who does not read it still wants the hub.
        try? StandardOutput.writeLine(lines.joined(separator: "\n"))
    }
}
