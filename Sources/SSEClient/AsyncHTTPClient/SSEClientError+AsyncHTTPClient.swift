#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix

#if canImport(Darwin)
private import Darwin
#elseif canImport(Musl)
private import Musl
#elseif canImport(Glibc)
private import Glibc
#endif

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    /// Puts what AsyncHTTPClient reports into the terms of this module.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - hasResponse: Whether the response had begun.
    init(_ error: any Error, hasResponse: Bool) {
        if let error = error as? SSEClientError {
            self = error
        } else if let error = error as? HTTPClientError, error == .alreadyShutdown || error == .traceRequestWithBody {
            self.init(code: .invalidRequest, message: "The request cannot be sent: \(error).", cause: error)
        } else if hasResponse {
            self = .connectionCut(cause: error)
        } else {
            self.init(
                code: Self.isTimeout(error) ? .connectTimeout : .connectionFailed,
                message: "No connection to the server: \(Self.reason(error)).",
                cause: error
            )
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        let timeouts: [HTTPClientError] = [
            .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
        ]
        return (error as? HTTPClientError).map(timeouts.contains) ?? false
    }

    /// The reason of a failed connection in a few words.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError:
            return Self.text(ofErrno: error.errnoCode)
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first { return Self.reason(failure.error) }
            return "the name '\(error.host)' is unknown"
        case let error as HTTPClientError:
            return error.shortDescription
        default:
            return "\(error)"
        }
    }

    private static func text(ofErrno code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset"
        case ENETUNREACH, EHOSTUNREACH: "host unreachable"
        default: "system error \(code)"
        }
    }
}
#endif
