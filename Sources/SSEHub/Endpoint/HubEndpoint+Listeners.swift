internal import NIOHTTP1
internal import SSEServer

// What differs from listener to listener.
@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    /// The paths at which operators look.
    static let operatingPaths: Set<String> = ["/", "/metrics", "/healthz", "/livez", "/readyz"]

    /// Tells whether a request asks for a stream.
    func isSubscription(_ head: HTTPRequestHead) -> Bool {
        (head.method == .GET || head.method == Self.query) && RequestTarget(head.uri).path == RequestTarget.hub
    }

    /// Checks the name that a request was sent to.
    func checkHost(of head: HTTPRequestHead, at listener: Int) throws(HubRefusal) {
        try self.hosts.check(head, isLocal: self.listeners[listener].isLocal)
    }

    /// The methods that the hub has at a listener, `nil` if it is not there.
    static func methods(for roles: HubListener.Roles) -> String? {
        switch (roles.contains(.publish), roles.contains(.subscribe)) {
        case (true, true): "GET, HEAD, POST, QUERY"
        case (false, true): "GET, HEAD, QUERY"
        case (true, false): "POST"
        case (false, false): nil
        }
    }
}

@available(SwiftSSE 1.0, *)
extension HubRefusal {
    /// The answer to what there is not, at least not at a listener that does these things.
    static func nothingHere(_ roles: HubListener.Roles) -> HubRefusal {
        let isHub = !roles.isDisjoint(with: [.publish, .subscribe])
        return HubRefusal(.notFound, "There is nothing here\(isHub ? "; the hub is at \(RequestTarget.hub)" : "").")
    }
}
