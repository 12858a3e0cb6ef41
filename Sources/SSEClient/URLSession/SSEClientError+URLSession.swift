internal import Foundation

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    /// Puts what `URLSession` reports into the terms of this module.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - hasResponse: Whether the response had begun.
    init(urlSession error: any Error, hasResponse: Bool) {
        if hasResponse {
            self = .connectionCut(cause: error)
            return
        }
        switch (error as? URLError)?.code {
        case .badURL?, .dataLengthExceedsMaximum?, .appTransportSecurityRequiresSecureConnection?:
            self.init(
                code: .invalidRequest,
                message: "The request cannot be sent: \(error.localizedDescription).",
                cause: error
            )
        case let code:
            self.init(
                code: code == .timedOut ? .connectTimeout : .connectionFailed,
                message: "No connection to the server: \(Self.reason(error)).",
                cause: error
            )
        }
    }

    /// The reason of a failed connection in a few words.
    private static func reason(_ error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .cannotConnectToHost?: "connection refused"
        case .cannotFindHost?, .dnsLookupFailed?: "the name is unknown"
        case .networkConnectionLost?: "connection reset"
        default: error.localizedDescription
        }
    }
}
