/// Why a hub cannot run as it is configured.
@available(SwiftSSE 1.0, *)
public struct HubConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The same as ``message``.
    public var description: String { self.message }
}
