import SSEHub
import SSEHTTPServer
import SSEServer

/// What `sse serve` says when it listens.
@available(SwiftSSE 1.0, *)
struct ServeGreeting {
    private let configuration: HubConfiguration
    private let warn: @Sendable (String) -> Void

    /// - Parameter warn: Says what is dangerous.
    init(_ configuration: HubConfiguration, warn: @escaping @Sendable (String) -> Void) {
        self.configuration = configuration
        self.warn = warn
    }

    /// The place of a listener, for those who reach it.
    private struct Place {
        /// Such as `http://127.0.0.1:8888`, or `http://localhost` for a socket in the file system.
        let origin: String
        /// The beginning of a command by which curl reaches it.
        let curl: String
        let roles: HubListener.Roles
        let path: String?

        init(_ listener: BoundListener, _ configuration: HubConfiguration) {
            let scheme = configuration.tls == nil ? "http" : "https"
            let name = listener.host ?? "localhost"
            let host = name.contains(":") ? "[\(name)]" : name
            self.origin = "\(scheme)://\(host)\(listener.port.map { ":\($0)" } ?? "")"
            self.path = listener.path
            self.curl = listener.path.map { "curl --unix-socket \($0)" } ?? "curl"
            self.roles = configuration.allListeners[listener.index].roles
        }

        /// The words of the hub about it.
        var line: String {
            let place = self.path.map { "unix:\($0)" } ?? self.origin
            let only = self.roles == .all ? "" : " (\(self.roles))"
            let isHub = !self.roles.isDisjoint(with: [.publish, .subscribe])
            return place + (isHub && self.path == nil ? "/.well-known/mercure" : "") + only
        }
    }

    func print(_ listeners: [BoundListener]) {
        let places = listeners.map { Place($0, self.configuration) }
        func place(for role: HubListener.Roles) -> Place? {
            let fitting = places.filter { $0.roles.contains(role) }
            return fitting.first { $0.path == nil } ?? fitting.first
        }
        var lines = places.map { "The hub listens on \($0.line)" }
        if self.configuration.showsPage, let place = place(for: .operate), place.path == nil {
            lines.append("See its events at \(place.origin)/")
        }
        lines.append("")
        if let place = place(for: .publish) { lines += self.publishing(at: place) }
        if let place = place(for: .subscribe) { lines += self.subscribing(at: place) }
        // At once, also where nobody but a program reads it; and who does not read it still wants the hub.
        try? StandardOutput.writeLine(lines.joined(separator: "\n"))
    }

    private func publishing(at place: Place) -> [String] {
        let curl = "\(place.curl) \(place.origin)/.well-known/mercure -d topic=news -d data=Hello"
        switch self.configuration.publishPolicy {
        case .everybody:
            self.warn(
                """
                everybody who reaches \(place.path.map { "unix:\($0)" } ?? place.origin) can publish. \
                \(self.configuration.isOnLoopback ? "It listens on this machine only. " : "")Use --publisher-key to ask for a token.
                """
            )
            guard place.path == nil else { return ["Publish:    \(curl)"] }
            return ["Publish:    sse publish \(place.origin) --topic news Hello", "      or:   \(curl)"]
        case .bearersOfTokens:
            guard place.path == nil else { return ["Publish:    \(curl) -H \"Authorization: Bearer $SSE_TOKEN\""] }
            return ["Publish:    SSE_TOKEN=… sse publish \(place.origin) --topic news Hello"]
        case .nobody:
            return []
        }
    }

    private func subscribing(at place: Place) -> [String] {
        let url = "'\(place.origin)/.well-known/mercure?\(self.configuration.mercureVersion.matcherName)=news'"
        switch self.configuration.subscribePolicy {
        case .bearersOfTokens(_, admitsOthers: false):
            return ["Subscribe:  \(place.curl) -N -H \"Authorization: Bearer $TOKEN\" \(url)"]
        case .everybody, .bearersOfTokens:
            return ["Subscribe:  \(place.curl) -N \(url)"]
        }
    }
}
