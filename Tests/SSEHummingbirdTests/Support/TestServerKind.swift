internal import HummingbirdCore
internal import SSEHummingbird

/// The servers that event streams are served with.
@available(SwiftSSE 1.0, *)
enum TestServerKind: String, CaseIterable, Sendable {
    /// The one that this package makes.
    case eventStreams
    /// Hummingbird's own, which is also what one gets without saying anything.
    case http1

    var builder: HTTPServerBuilder {
        switch self {
        case .eventStreams: .eventStreams()
        case .http1: .http1()
        }
    }
}
