import ArgumentParser
import Foundation
import HTTPTypes
import SSEClient
import ServerSentEvents

/// What to ask the server for.
@available(SwiftSSE 1.0, *)
struct RequestOptions: ParsableArguments {
    @Option(name: [.customShort("X"), .long], help: "The method. (default: GET, or POST with a body)")
    var method: String?

    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: ArgumentHelp("A header field; may be repeated.", valueName: "Name: value")
    )
    var headers: [String] = []

    @Option(
        name: [.customShort("d"), .customLong("body")],
        help: ArgumentHelp("The body, or @ and the name of a file to send; @- for standard input.", valueName: "body")
    )
    var body: String?

    @Option(help: ArgumentHelp("Go on after this event.", valueName: "id"))
    var lastEventID: String?

    func makeRequest(url: String) throws -> EventStreamRequest {
        var request = EventStreamRequest(url: url)
        request.body = try self.body.map(Self.bytes(of:))
        request.method = request.body == nil ? .get : .post
        if let name = self.method {
            guard let method = HTTPRequest.Method(name) else { throw ValidationError("'\(name)' is no HTTP method.") }
            request.method = method
        }
        for header in self.headers {
            let field = try Self.field(header)
            request.headers.append(field)
            // Who knows what is in it: it goes to the server that was named, and to no other that this one names.
            if field.name != .accept { request.secretHeaders.insert(field.name) }
        }
        if let id = self.lastEventID {
            do throws(ServerSentEventsError) {
                request.lastEventID = try ServerSentEvent.EventID(id)
            } catch {
                throw ValidationError("--last-event-id: \(error.message)")
            }
        }
        return request
    }

    private static func field(_ header: String) throws -> HTTPField {
        let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else {
            throw ValidationError("'\(header)' is no header field; write it as 'Name: value'.")
        }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        guard HTTPField.isValidValue(value) else {
            throw ValidationError("The value of '\(parts[0])' holds characters that no header field can carry.")
        }
        return HTTPField(name: name, value: value)
    }

    private static func bytes(of body: String) throws -> [UInt8] {
        guard body.hasPrefix("@") else { return Array(body.utf8) }
        let path = String(body.dropFirst())
        if path == "-" {
            if StandardInput.isTerminal { StandardError.writeLine("sse: Type the body; Ctrl-D ends it.") }
            return StandardInput.readToEnd()
        }
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("Cannot read '\(path)', which -d names; is the path right?")
        }
        return Array(contents)
    }
}
