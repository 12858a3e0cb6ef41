import HTTPTypes
import Hummingbird
import SSEHummingbird
import Testing

/// Telling clients where the hub is.
struct MercureLinkTests {
    @available(SwiftSSE 1.0, *)
    private func links(_ change: (inout Response) -> Void) throws -> [String] {
        var response = Response(status: .ok)
        change(&response)
        return response.headers[values: try #require(HTTPField.Name("Link"))]
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Hub, topic and last event ID are links`() throws {
        let links = try self.links {
            $0.linkToMercure(hub: "https://hub.example.com/.well-known/mercure")
            $0.linkToMercure(hub: "https://b.example/", topic: "https://example.com/books/1", lastEventID: "#1-2")
        }
        #expect(
            links == [
                "<https://hub.example.com/.well-known/mercure>; rel=\"mercure\"",
                "<https://b.example/>; rel=\"mercure\"; last-event-id=\"#1-2\"",
                "<https://example.com/books/1>; rel=\"self\"",
            ]
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `No text becomes another field or parameter`() throws {
        let links = try self.links {
            $0.linkToMercure(hub: "https://a/>; rel=\"x\"\r\nX: y", topic: "ä b", lastEventID: "a\"; b=\"\\\r\nX: y")
        }
        #expect(
            links == [
                "<https://a/%3E;%20rel=%22x%22%0D%0AX:%20y>; rel=\"mercure\"; last-event-id=\"a\\\"; b=\\\"\\\\X: y\"",
                "<%C3%A4%20b>; rel=\"self\"",
            ]
        )
    }
}
