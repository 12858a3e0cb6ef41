import SSEHub

@available(SwiftSSE 1.0, *)
extension HubConfiguration {
    /// Whether only this machine reaches the hub, by one of the names that its own address is given.
    var isOnLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(self.host) }
}
