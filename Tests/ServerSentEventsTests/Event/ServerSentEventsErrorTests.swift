internal import ServerSentEvents
internal import Testing

struct ServerSentEventsErrorTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Every code has its own name`() {
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

    @Test
    @available(SwiftSSE 1.0, *)
    func `An error is described by its code and its message`() {
        let error = ServerSentEventsError(code: .lineTooLong, message: "Too long.")
        #expect(error.description == "lineTooLong: Too long.")
        #expect(error == ServerSentEventsError(code: .lineTooLong, message: "Too long."))
        #expect(error != ServerSentEventsError(code: .eventTooLarge, message: "Too long."))
    }
}
