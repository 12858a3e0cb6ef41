import ArgumentParser
import SSEClient

/// What carries the requests of a measurement.
@available(SwiftSSE 1.0, *)
enum TransportArgument: String, ExpressibleByArgument, CaseIterable {
    case asyncHTTPClient = "async-http-client"
    case urlSession = "urlsession"

    /// Makes a client for the time of a closure.
    func withClient<Result>(
        _ network: NetworkOptions,
        _ body: (EventStreamClient) async throws -> Result
    ) async throws -> Result {
        switch self {
        case .asyncHTTPClient: return try await CommandTransport.withClient(network, body)
        case .urlSession:
            guard network.proxy == nil, network.cacert == nil, !network.insecure else {
                throw CommandFailure("--proxy, --cacert and --insecure do not go with --transport urlsession.")
            }
            return try await body(EventStreamClient(transport: URLSessionTransport.shared))
        }
    }
}
