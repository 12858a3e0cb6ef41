internal import HTTPTypes
internal import Hummingbird
private import SSEClient

/// What the harness can ask of the service.
@available(SwiftSSE 1.0, *)
struct ContractRoutes {
    let registry: ClientRegistry

    /// The routes, ready for a server.
    func router() -> Router<BasicRequestContext> {
        let router = Router()
        self.addService(to: router)
        self.addClients(to: router)
        return router
    }

    private func addService(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in ServiceStatus() }
        router.post("/") { [registry] request, context in
            let settings = try await request.decode(as: ClientParameters.self, context: context).settings()
            let id = registry.add(settings)
            return Response(status: .created, headers: [.location: "/clients/\(id)"])
        }
        router.delete("/") { [registry] _, _ in
            registry.stop()
            return HTTPResponse.Status.noContent
        }
    }

    private func addClients(to router: Router<BasicRequestContext>) {
        router.post("/clients/:id") { [registry] request, context in
            guard let client = context.parameters.get("id", as: Int.self).flatMap(registry.subscription) else {
                throw HTTPError(.notFound, message: "There is no such client.")
            }
            let name = try await request.decode(as: ClientCommand.self, context: context).command
            guard name == "restart" else { throw HTTPError(.badRequest, message: "The command is unknown.") }
            client.reconnectNow()
            return HTTPResponse.Status.accepted
        }
        router.delete("/clients/:id") { [registry] _, context in
            guard let client = context.parameters.get("id", as: Int.self).flatMap(registry.remove) else {
                throw HTTPError(.notFound, message: "There is no such client.")
            }
            client.close()
            return HTTPResponse.Status.noContent
        }
    }
}

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
