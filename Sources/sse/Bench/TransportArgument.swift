import ArgumentParser
import SSEClient

/// What carries the requests of a measurement.
@available(SwiftSSE 1.0, *)
enum TransportArgument: String, ExpressibleByArgument, CaseIterable {
    case asyncHTTPClient = "async-http-client"
    case urlSession = "urlsession"

    var client: EventStreamClient {
        switch self {
        case .asyncHTTPClient: EventStreamClient()
        case .urlSession: EventStreamClient(transport: URLSessionTransport.shared)
        }
    }
}
