#if AsyncHTTPClient
public import AsyncHTTPClient
private import NIOCore

@available(SwiftSSE 1.0, *)
extension HTTPClient {
    /// A client for event streams that is shared by the whole process and needs no shutdown.
    ///
    /// Unlike `HTTPClient.shared` it follows no redirects (``EventStreamClient`` does that, as browsers do), sets no time limit on a silent connection (``EventStreamClient`` does that for each
    /// stream), opens as many connections to a host as there are streams, and reports a failed connection at once.
    public static let eventStreams: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: Configuration.Timeout(connect: .seconds(10), read: nil)
        )
        // Every stream keeps its connection, so a limit would make further streams wait for ever.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = .max
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()
}
#endif
