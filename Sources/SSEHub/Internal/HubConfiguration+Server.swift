package import CoreMetrics
internal import SSEBroker
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubConfiguration {
    /// Where the hub counts.
    package var metricsFactory: any MetricsFactory { self.metrics ?? MetricsSystem.factory }

    /// The settings of the hub's server.
    var server: ServerConfiguration {
        var server = ServerConfiguration()
        server.host = self.host
        server.port = self.port
        server.loops = self.loops
        server.tls = self.tls.map { ServerTLS(certificateChainPath: $0.certificatePath, keyPath: $0.keyPath) }
        server.protocols = self.isHTTP1Only ? .http1 : .http1AndHTTP2
        server.trustedProxies = self.trustedProxies
        server.maximumConnections = self.maximumConnections
        server.maximumConnectionsPerAddress = self.maximumConnectionsPerAddress
        server.requestTimeout = self.requestTimeout
        // A form may write each byte of the data as three.
        server.maximumBodyBytes = 3 * self.broker.limits.eventBytes + 64 * 1024
        server.drainWindow = self.drainWindow
        server.drainRetry = self.drainRetry
        server.shutdownTimeout = self.shutdownTimeout
        return server
    }
}
