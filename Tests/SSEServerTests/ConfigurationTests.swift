internal import SSEServer
internal import ServerSentEvents
internal import Testing

/// Defaults, names and descriptions.
struct ConfigurationTests {
    @Test("A keep-alive comment is sent every 15 idle seconds")
    @available(SwiftSSE 1.0, *)
    func keepAliveInterval() {
        #expect(EventStreamConfiguration.defaults.keepAliveInterval == .seconds(15))
    }

    @Test("A write may take 30 seconds")
    @available(SwiftSSE 1.0, *)
    func writeTimeout() {
        #expect(EventStreamConfiguration.defaults.writeTimeout == .seconds(30))
    }

    @Test("Data is sent as text")
    @available(SwiftSSE 1.0, *)
    func encoder() {
        #expect(EventStreamConfiguration.defaults.encoder == EventStreamEncoder(dataEncoding: .text))
        #expect(EventStreamConfiguration() == .defaults)
    }

    @Test("Errors and ends have readable descriptions")
    @available(SwiftSSE 1.0, *)
    func descriptions() {
        let error = SSEServerError(code: .writeTimedOut, message: "Too late.")
        #expect(error.description == "writeTimedOut: Too late.")
        #expect(EventStreamEnd.completed.description == "completed")
        #expect(EventStreamEnd.clientDisconnected.description == "clientDisconnected")
        #expect(EventStreamEnd.shuttingDown.description == "shuttingDown")
    }
}
