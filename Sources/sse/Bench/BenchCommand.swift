import ArgumentParser
import Foundation
import SSEClient

/// `sse bench`: how fast is it here?
@available(SwiftSSE 1.0, *)
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure parsing, reading, subscribing, a hub's fan-out and its log in a file.",
        subcommands: [
            BenchParseCommand.self, BenchReadCommand.self, BenchSubscribeCommand.self, BenchFanOutCommand.self,
            BenchNATSCommand.self, BenchStoreCommand.self,
        ]
    )
}

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

/// How much memory the process has had in use at most.
enum ResidentMemory {
    static var maximumKilobytes: Int {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
        #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss / 1024
        #endif
    }
}
