import ServerSentEvents
import Testing

/// The code of the article "The format".
@Suite
struct FormatSamples {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Limits`() {
        var configuration = EventStreamParser.Configuration.defaults
        configuration.limits = EventStreamLimits(lineBytes: 64 << 10, eventBytes: 1 << 20)
        let parser = EventStreamParser(configuration: configuration)
        #expect(parser.configuration.limits.lineBytes == 65_536)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An injection`() {
        var output: [String] = []
        func print(_ message: String) { output.append(message) }
        func print(_ word: String, _ type: ServerSentEvent.EventType) { output.append("\(word) \(type)") }

        let name = "price\ndata: injected"
        do {
            let type = try ServerSentEvent.EventType(name)
            print("sends", type)
        } catch {
            print(error.message)
        }
        #expect(output.count == 1)
        #expect(output.first?.hasPrefix("The field 'event' must not hold") == true)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Base64`() throws {
        let encoder = EventStreamEncoder(dataEncoding: .base64)
        var parser = EventStreamParser(configuration: .init(dataEncoding: .base64))
        let image = ServerSentEvent(type: "image", bytes: [0xFF, 0xD8, 0x0D, 0x0A])
        let items = try parser.parse(encoder.encode(image))
        // items == [.event(image)]
        #expect(items == [.event(image)])
    }
}
