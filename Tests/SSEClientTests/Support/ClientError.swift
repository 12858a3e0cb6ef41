internal import SSEClient
internal import Testing

/// The error of the client that an operation throws.
@available(SwiftSSE 1.0, *)
func clientError(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ operation: () async throws -> Void
) async throws -> SSEClientError {
    var thrown: (any Error)?
    do { try await operation() } catch { thrown = error }
    return try #require(
        thrown as? SSEClientError,
        "What was thrown is \(String(describing: thrown)).",
        sourceLocation: sourceLocation
    )
}
