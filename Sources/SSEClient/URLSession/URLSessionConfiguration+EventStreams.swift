#if canImport(FoundationNetworking)
public import FoundationNetworking
#else
public import Foundation
#endif

@available(SwiftSSE 1.0, *)
extension URLSessionConfiguration {
    /// A new configuration for event streams: nothing is stored, neither cookies nor credentials nor responses, as many
    /// connections to a host are opened as there are streams, and a stream may last for a year.
    public static var eventStreams: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpCookieStorage = nil
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        // Every stream keeps its connection, so a limit would make further streams wait for ever.
        configuration.httpMaximumConnectionsPerHost = 10_000
        configuration.timeoutIntervalForRequest = URLRequest.noTimeout
        configuration.timeoutIntervalForResource = URLRequest.noTimeout
        return configuration
    }
}
