/// What an engine does otherwise than it must.
@available(SwiftSSE 1.0, *)
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected and what came, in one line.
    public var description: String

    /// Makes a failure.
    ///
    /// - Parameter description: What was expected and what came.
    public init(_ description: String) {
        self.description = description
    }
}
