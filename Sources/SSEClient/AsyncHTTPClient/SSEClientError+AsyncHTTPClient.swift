internal import AsyncHTTPClient

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
            self.init(code: .connectionCut, message: "The connection was cut before the stream's end.", cause: error)
        } else {
            self.init(code: .connectionFailed, message: "No connection to the server: \(error)", cause: error)
        }
    }
}
