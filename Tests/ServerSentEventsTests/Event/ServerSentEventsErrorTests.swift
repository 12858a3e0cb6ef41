internal import ServerSentEvents
internal import Testing

struct ServerSentEventsErrorTests {
    @Test("Every code has its own name")
    @available(SwiftSSE 1.0, *)
    func names() {
        let codes: [ServerSentEventsError.Code] = [
            .invalidEventType, .invalidEventID, .invalidReconnectionTime, .dataIsNotText, .invalidBase64, .lineTooLong,
            .eventTooLarge,
        ]
        let names = [
            "invalidEventType", "invalidEventID", "invalidReconnectionTime", "dataIsNotText", "invalidBase64",
            "lineTooLong", "eventTooLarge",
        ]
        #expect(codes.map(\.description) == names)
        #expect(Set(codes).count == codes.count)
    }

    @Test("An error is described by its code and its message")
    @available(SwiftSSE 1.0, *)
    func description() {
        let error = ServerSentEventsError(code: .lineTooLong, message: "Too long.")
        #expect(error.description == "lineTooLong: Too long.")
        #expect(error == ServerSentEventsError(code: .lineTooLong, message: "Too long."))
        #expect(error != ServerSentEventsError(code: .eventTooLarge, message: "Too long."))
    }
}
