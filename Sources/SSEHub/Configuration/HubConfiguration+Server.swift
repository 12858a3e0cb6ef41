package import CoreMetrics
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubConfiguration {
    /// Where the hub counts.
    package var metricsFactory: any MetricsFactory { self.metrics ?? MetricsSystem.factory }

    /// The places at which the hub listens.
    package var allListeners: [HubListener] {
        self.listeners.isEmpty ? [HubListener(.host(self.host, port: self.port))] : self.listeners
    }

    /// A Boolean value that indicates whether only this machine reaches the hub.
    package var isOnLoopback: Bool { self.isOnLoopback(for: .all) }

    /// A Boolean value that indicates whether only this machine reaches the listeners that do one of these things.
    ///
    /// It does as well if there are no such listeners.
    package func isOnLoopback(for roles: HubListener.Roles) -> Bool {
        self.allListeners.allSatisfy { $0.roles.isDisjoint(with: roles) || $0.address.place.isLocal }
    }

    /// The number of connections that there may be if the process may have so many in all, those included that are kept
    /// for whoever does not subscribe.
    package static func maximumConnections(of possible: Int) -> Int {
        max(1, possible - ServerConfiguration.keptConnections(beyond: possible))
    }

    /// The settings of the hub's server.
    var server: ServerConfiguration {
        var server = ServerConfiguration()
        server.host = self.host
        server.port = self.port
        server.listeners = self.listeners.map {
            ServerListener($0.address.place, readsProxyHeader: $0.readsProxyHeader)
        }
        server.loops = self.loops
        server.tls = self.tls.map { ServerTLS(certificateChainPath: $0.certificatePath, keyPath: $0.keyPath) }
        server.protocols = self.isHTTP1Only ? .http1 : .http1AndHTTP2
        server.trustedProxies = self.trustedProxies
        server.maximumConnections = self.maximumConnections
        server.maximumConnectionsPerAddress = self.maximumConnectionsPerAddress
        server.requestTimeout = self.requestTimeout
        server.keepAliveTimeout = self.keepAliveTimeout
        // A form may write each byte of the data as three.
        server.maximumBodyBytes = 3 * self.broker.limits.eventBytes + 64 * 1024
        server.maximumTotalBodyBytes = max(self.maximumTotalBodyBytes, 4 * server.maximumBodyBytes)
        server.answerTimeout = self.answerTimeout
        server.drainWindow = self.drainWindow
        server.drainRetry = self.drainRetry
        server.shutdownTimeout = self.shutdownTimeout
        return server
    }
}
