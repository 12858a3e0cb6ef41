/// Why keys cannot be used.
@available(SwiftSSE 1.0, *)
public struct TokenKeysError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence without the key.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The same as ``message``.
    public var description: String { self.message }
}
