internal import AsyncHTTPClient
internal import NIOCore
internal import NIOSSL
internal import SSETestSupport
internal import Synchronization

@testable internal import SSEClient

/// Makes a client of AsyncHTTPClient's for the time of a closure.
///
/// - Parameters:
///   - connectionUse: Whether streams share connections.
///   - certificate: What is trusted, `nil` for what the machine trusts.
///   - tls: The settings of TLS, with which `certificate` has no effect.
///   - liveness: When a connection of HTTP/2 counts as dead.
///   - change: Changes the settings.
///   - body: Uses the client.
@available(SwiftSSE 1.0, *)
func withHTTPClient<Result>(
    _ connectionUse: AsyncHTTPClientTransport.ConnectionUse = .shared,
    trusting certificate: TestCertificate? = nil,
    tls: TLSConfiguration? = nil,
    liveness: HTTP2ConnectionGuard.Configuration = .defaults,
    change: (inout HTTPClient.Configuration) -> Void = { _ in },
    _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    var tls = tls
    if let certificate, tls == nil {
        tls = .makeClientConfiguration()
        tls?.trustRoots = .file(certificate.certificatePath)
    }
    var configuration = HTTPClient.Configuration.eventStreams(connectionUse, tlsConfiguration: tls, liveness: liveness)
    // A machine that runs all tests at once is slow to shake hands.
    configuration.timeout.connect = .seconds(60)
    change(&configuration)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
        let result = try await body(client)
        try await client.shutdown()
        return result
    } catch {
        try? await client.shutdown()
        throw error
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamClient {
    /// A client over one of AsyncHTTPClient's, with an idle timeout that is shorter than a test's time limit.
    static func test(_ httpClient: HTTPClient, idleTimeout: Duration = .seconds(30)) -> EventStreamClient {
        EventStreamClient(httpClient: httpClient, configuration: .init(idleTimeout: idleTimeout))
    }

    /// A subscription that connects again at once.
    func promptSubscription(to url: String, idleTimeout: Duration = .seconds(30)) -> EventStreamSubscription {
        var policy = ReconnectionPolicy.defaults
        policy.initialDelay = .zero
        policy.multiplier = 1
        let configuration = EventStreamSubscription.Configuration(policy: policy, idleTimeout: idleTimeout)
        return self.subscription(to: EventStreamRequest(url: url), configuration: configuration)
    }
}

extension EventStreamSubscription {
    /// The data of the first events.
    func data(_ count: Int) async throws -> [String] {
        var data: [String] = []
        for try await event in self {
            data.append(event.data)
            if data.count == count { break }
        }
        return data
    }
}

/// Counts from 1 on, from whatever tasks.
@available(SwiftSSE 1.0, *)
final class Numbering: Sendable {
    private let count = Atomic(0)

    func next() -> Int { self.count.add(1, ordering: .relaxed).newValue }
}
