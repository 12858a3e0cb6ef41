import SSEHub
import Testing

/// What a hub does by default is part of its interface.
struct HubConfigurationTests {
    @Test func `A hub listens on the loopback address and lets nobody publish`() {
        let configuration = HubConfiguration.defaults
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8888)
        #expect(configuration.listeners.isEmpty)
        #expect(HubListener(.host("a", port: 1)).roles == .all && !HubListener(.host("a", port: 1)).readsProxyHeader)
        #expect(configuration.keepAliveTimeout == .seconds(75))
        guard case .nobody = configuration.publishPolicy else {
            Issue.record("Somebody may publish.")
            return
        }
        #expect(configuration.allowedOrigins.isEmpty && !configuration.allowsTokenInQuery)
        #expect(!configuration.tellsSubscriptions)
        #expect(configuration.maximumConnections == 10_000)
        #expect(configuration.maximumConnectionsPerAddress == nil)
        #expect(configuration.requestTimeout == .seconds(10))
        #expect(configuration.shutdownTimeout == .seconds(5))
        #expect(configuration.answerTimeout == .seconds(30))
        #expect(configuration.allowedHosts.isEmpty)
        #expect(configuration.maximumTotalBodyBytes == 64 * 1024 * 1024)
    }
}
