internal import SSEServer
internal import ServerSentEvents
internal import Testing

/// Defaults, names and descriptions.
struct ConfigurationTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment is sent every 15 idle seconds`() {
        #expect(EventStreamConfiguration.defaults.keepAliveInterval == .seconds(15))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write may take 30 seconds`() {
        #expect(EventStreamConfiguration.defaults.writeTimeout == .seconds(30))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Data is sent as text`() {
        #expect(EventStreamConfiguration.defaults.encoder == EventStreamEncoder(dataEncoding: .text))
        #expect(EventStreamConfiguration() == .defaults)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Errors and ends have readable descriptions`() {
        let error = SSEServerError(code: .writeTimedOut, message: "Too late.")
        #expect(error.description == "writeTimedOut: Too late.")
        #expect(EventStreamEnd.completed.description == "completed")
        #expect(EventStreamEnd.clientDisconnected.description == "clientDisconnected")
        #expect(EventStreamEnd.shuttingDown.description == "shuttingDown")
    }
}
