internal import HTTPTypes
internal import SSEClient
internal import Testing

/// Errors as values.
@Suite
struct SSEClientErrorTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `An error describes itself with its code and its message`() {
        let error = SSEClientError(code: .connectionCut, message: "It was cut.")
        #expect("\(error)" == "connectionCut: It was cut.")
        #expect(error.refusal == nil)
        #expect(error.cause == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A refusal is the head of a response and the beginning of its body`() {
        let response = EventStreamResponse(url: "http://localhost/", status: .notFound, headers: [.server: "x"])
        let refusal = SSEClientError.Refusal(response: response, body: [1, 2])
        let error = SSEClientError(code: .refused, message: "No.", refusal: refusal)
        #expect(error.refusal == refusal)
        #expect(refusal.response.status == .notFound)
    }
}
