internal import Hummingbird

/// What the service says of itself: which groups of tests it is ready for.
struct ServiceStatus: ResponseEncodable {
    let capabilities = [
        "bom",
        "comments",
        "headers",
        "last-event-id",
        "post",
        "read-timeout",
        "report",
        "restart",
        "server-directed-shutdown-request",
    ]
}
