internal import SSEServer

@available(SwiftSSE 1.0, *)
extension Log where Entry == SSEServerError.Code? {
    /// Notes the code of the error that an operation throws, `nil` for none.
    package func record(_ operation: () async throws -> Void) async {
        do {
            try await operation()
            self.append(nil)
        } catch {
            self.append((error as? SSEServerError)?.code)
        }
    }
}
