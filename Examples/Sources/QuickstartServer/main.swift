import Hummingbird
import SSEHummingbird

let router = Router()
router.get("/ticks") { request, _ in
    request.eventStream { writer in
        for number in 1... {
            try await writer.send(ServerSentEvent(type: "tick", data: "\(number)"))
            try await Task.sleep(for: .seconds(1))
        }
    }
}

let arguments = CommandLine.arguments
let port = arguments.firstIndex(of: "--port").flatMap { Int(arguments[($0 + 1)...].first ?? "") } ?? 8080
let app = Application(
    router: router,
    server: .eventStreams(),
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port))
)
try await app.runService()
