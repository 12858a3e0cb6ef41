// swift-tools-version: 6.2

import PackageDescription

let client: Target.Dependency = .product(name: "SSEClient", package: "swift-sse")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let server: Target.Dependency = .product(name: "SSEHummingbird", package: "swift-sse")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-sse", path: "..", traits: ["AsyncHTTPClient", "Hummingbird"]),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Runs a server on a port of your choice, or on a free one together with a client that checks it.
        .target(name: "ExampleServer", dependencies: [hummingbird, logging, server, serviceLifecycle]),

        .executableTarget(name: "QuickstartServer", dependencies: [hummingbird, server]),
        .executableTarget(name: "QuickstartClient", dependencies: [client]),
        .executableTarget(name: "Chat", dependencies: ["ExampleServer", client, httpClient, hummingbird, server]),
        .executableTarget(name: "StockTicker", dependencies: ["ExampleServer", client, hummingbird, server]),
        .executableTarget(name: "TokenStream", dependencies: ["ExampleServer", client, hummingbird, server]),
    ]
)
