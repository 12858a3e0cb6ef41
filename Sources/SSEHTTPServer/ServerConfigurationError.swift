/// Why a server cannot run as it is configured.
@available(SwiftSSE 1.0, *)
package struct ServerConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What kind of error this is.
    package enum Code: String, Sendable {
        /// A file with certificates cannot be read, or has none.
        case certificateUnreadable
        /// A file with a private key cannot be read, or has none.
        case keyUnreadable
        /// The certificate and the key cannot be used, most often because they do not belong to each other.
        case certificateRefused
        /// A trusted proxy is neither an address nor a network.
        case invalidProxy
        /// A socket in the file system cannot be made.
        case socketUnusable
        /// A listener reads headers of the PROXY protocol, and no proxy is trusted.
        case nobodyTrusted
    }

    package let code: Code
    /// What is wrong, in one line.
    package let message: String
    /// The error below this one, if there is one.
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { self.message }
}
