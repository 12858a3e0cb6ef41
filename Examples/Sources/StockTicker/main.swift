import ExampleServer
import Hummingbird
import SSEHummingbird

let interval: Duration = CommandLine.arguments.contains("--once") ? .milliseconds(50) : .seconds(1)
let start = ContinuousClock.now
let symbols: Set<String> = ["ACME", "INIT"]
let router = Router()

router.get("/prices/:symbol") { [interval, start, symbols] request, context in
    let symbol = try context.parameters.require("symbol")
    guard symbols.contains(symbol) else { throw HTTPError(.notFound) }
    let now = Int((ContinuousClock.now - start) / interval)
    // An id that is not one of ours is from another stream or from the future: begin with the current price.
    let lastStep = request.lastEventID.flatMap { Int($0.rawValue) }.flatMap { (0...now).contains($0) ? $0 : nil }
    return request.eventStream(Prices(symbol: symbol, start: start, interval: interval, lastStep: lastStep))
}

try await run(router) { url in try await trade(at: "\(url)/prices/ACME") }
