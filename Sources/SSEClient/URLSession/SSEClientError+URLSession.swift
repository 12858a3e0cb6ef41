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
        // libcurl's errors have no code of their own in Foundation.
        let text = ((error as NSError).userInfo[NSLocalizedDescriptionKey] as? String)?.lowercased() ?? ""
        if text.contains("content encoding") || text.contains("unencoding") || text.contains("transfer-encoding") {
            self = .undecodableBody(cause: error)
            return
        }
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
        // On Linux a connection that ends without a response has this code as well.
        case .badServerResponse? where !text.contains("empty reply"), .cannotParseResponse?:
            self = .brokenResponse("its head breaks the syntax", cause: error)
        case .cannotDecodeContentData?, .cannotDecodeRawData?:
            self = .undecodableBody(cause: error)
        case let code:
            self.init(
                code: code == .timedOut ? .connectTimeout : .connectionFailed,
                message: "No connection to the server: \(Self.reason(error)).",
                cause: error
            )
        }
    }

    private static func undecodableBody(cause error: any Error) -> SSEClientError {
        SSEClientError(
            code: .undecodableBody,
            message: "The body is not what its Content-Encoding says, or in a coding that the system cannot decode.",
            cause: error
        )
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
