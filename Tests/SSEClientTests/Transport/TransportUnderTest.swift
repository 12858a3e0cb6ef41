internal import SSEClient

/// The transports that are to behave alike.
enum TransportUnderTest: CaseIterable {
    case asyncHTTPClient
    case urlSession
    case inMemory

    static let overSockets: [TransportUnderTest] = [.asyncHTTPClient, .urlSession]
}
